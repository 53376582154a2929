"""One page of a PDF: its text as the library gives it, and where each line of it stands.

A place of the text is an offset into what ``get_text_range`` gives. Lines say which of their
characters nobody sees, which are raised marks, and where the order of the text is not the order
in which a person reads it.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

_LINE = re.compile(r"[^\r\n]+")
_TINY = 1.5  # points: nobody reads letters of that height
_SMALL = 0.8  # of the line's height: a raised mark is at most so high
_LIFT = 0.15  # of the line's height: it stands at least so much above the line
_WHITE = 245  # of 255
_CONTRAST = 24  # levels of grey between ink and ground that are seen
_LAYER = "OC\0".encode("utf-16-le")  # name of the mark of what belongs to a layer
_INVISIBLE = (3, 7)  # render modes: neither filled nor stroked; only clips
_SCALE = 2.0  # of the picture in which doubtful characters are looked for

Box = tuple[float, float, float, float, float]  # left, bottom, right, top, base line
Frame = tuple[float, float, float, float]


@dataclass(slots=True)
class Line:
    """A line of the page's text, or a part of one; offsets are of the page's text."""

    start: int
    end: int
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    top: float = 0.0
    base: float = 0.0  # the height on which its letters stand
    columned: bool = False  # it stands in one of several columns
    gaps: list[tuple[int, int]] = field(default_factory=list)  # hidden stretches
    raised: list[tuple[int, int]] = field(default_factory=list)
    turned: list[int] = field(default_factory=list)  # before which the text steps back

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def shown(self, text: str) -> str:
        """The line without what nobody sees."""
        parts, at = [], self.start
        for low, high in self.gaps:
            parts.append(text[at:low])
            at = high
        return "".join([*parts, text[at : self.end]])


@dataclass(slots=True)
class Page:
    text: str
    lines: list[Line]
    width: float = 0.0
    hidden: int = 0  # characters that nobody sees
    pictures: bool = False
    boxes: list[Box | None] = field(default_factory=list)  # of each character of the text


def read_page(page: Any, *, layered: bool) -> Page:
    """``page`` of pypdfium2; raises its errors. ``layered``: it may have layers to switch off."""
    textpage = page.get_textpage()
    try:
        text = str(textpage.get_text_range())
        indices = _indices(textpage, text)
        boxes = _read_boxes(textpage, text, indices)
        unseen = _find_unseen(
            _Judge(page, textpage, page.get_cropbox(), layered), text, indices, boxes
        )
    finally:
        textpage.close()
    lines = []
    for match in _LINE.finditer(text):
        line = measure_line(match.start(), match.end(), boxes)
        _look_at_line(line, text, boxes, unseen)
        lines.append(line)
    return Page(text, lines, float(page.get_width()), len(unseen), _has_pictures(page, text), boxes)


def _has_pictures(page: Any, text: str) -> bool:
    if len(text.strip()) > 200:
        return False  # a page of text, whatever pictures it has
    images = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3)
    return next(iter(images), None) is not None


def _indices(textpage: Any, text: str) -> list[int]:
    """The library's number of each character of the text; -1 where it has none."""
    if textpage.count_chars() == len(text):
        return list(range(len(text)))
    found, unit = [], 0
    for char in text:
        found.append(int(pdfium.FPDFText_GetCharIndexFromTextIndex(textpage, unit)))
        unit += 2 if ord(char) > 0xFFFF else 1
    return found


def _read_boxes(textpage: Any, text: str, indices: list[int]) -> list[Box | None]:
    """The box of each character with the room that its font gives it; None for blanks."""
    boxes: list[Box | None] = []
    rect = pdfium.FS_RECTF()
    read = pdfium.FPDFText_GetLooseCharBox
    x, y = ctypes.c_double(), ctypes.c_double()
    for char, index in zip(text, indices, strict=True):
        if char <= " " or index < 0 or not read(textpage, index, rect):
            boxes.append(None)
        else:
            pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
            boxes.append((rect.left, rect.bottom, rect.right, rect.top, y.value))
    return boxes


def measure_line(start: int, end: int, boxes: list[Box | None]) -> Line:
    """A line with the box around its characters; its height is that of most of them."""
    inside = [box for box in boxes[start:end] if box is not None]
    if not inside:
        return Line(start, end)
    usual = sorted(inside, key=lambda box: box[3] - box[1])[len(inside) // 2]
    left, right = min(box[0] for box in inside), max(box[2] for box in inside)
    base = sorted(box[4] for box in inside)[len(inside) // 2]
    return Line(start, end, left, right, usual[1], usual[3], base)


def _look_at_line(line: Line, text: str, boxes: list[Box | None], unseen: set[int]) -> None:
    height = line.height
    before: Box | None = None
    for at in range(line.start, line.end):
        if at in unseen:
            _extend(line.gaps, at)
            continue
        box = boxes[at]
        if box is None:
            continue
        if height and box[3] - box[1] < _SMALL * height and box[4] > line.base + _LIFT * height:
            _extend(line.raised, at)
        elif before is not None:
            level = abs(box[4] - before[4]) < height / 2
            if level and box[0] < before[0] - 1:
                line.turned.append(at)
        before = box


def _extend(spans: list[tuple[int, int]], at: int) -> None:
    if spans and spans[-1][1] == at:
        spans[-1] = (spans[-1][0], at + 1)
    else:
        spans.append((at, at + 1))


def _find_unseen(judge: _Judge, text: str, indices: list[int], boxes: list[Box | None]) -> set[int]:
    """The characters that nobody sees; first digits and beginnings of lines are asked."""
    first = {match.start() for match in _LINE.finditer(text)}
    asked = [
        at
        for at, char in enumerate(text)
        if boxes[at] is not None and (char.isdigit() or at in first)
    ]
    if not any(judge.is_doubtful(indices[at], boxes[at]) for at in asked):
        return set()
    return {
        at
        for at, box in enumerate(boxes)
        if box is not None
        and judge.is_doubtful(indices[at], box)
        and judge.is_unseen(indices[at], box)
    }


@dataclass(slots=True)
class _Judge:
    page: Any
    textpage: Any
    frame: Frame
    layered: bool
    picture: Any = None
    colour: Any = field(default_factory=lambda: [ctypes.c_uint() for _ in range(4)])

    def is_doubtful(self, index: int, box: Box | None) -> bool:
        """Does anything speak against its being seen?"""
        if box is None:
            return False
        found = pdfium.FPDFText_GetTextObject(self.textpage, index)
        if found and (
            pdfium.FPDFTextObj_GetTextRenderMode(found) in _INVISIBLE
            or (self.layered and _is_in_layer(found))
        ):
            return True
        level, alpha = self.read_colour(index)
        if level >= _WHITE or alpha < _CONTRAST:
            return True
        return self.is_outside(box) or box[3] - box[1] < _TINY

    def read_colour(self, index: int) -> tuple[int, int]:
        """The darkest of its colours, and how far it covers the ground; of 255."""
        red, green, blue, alpha = self.colour
        if not pdfium.FPDFText_GetFillColor(self.textpage, index, red, green, blue, alpha):
            return 0, 255
        return min(red.value, green.value, blue.value), alpha.value

    def is_outside(self, box: Box) -> bool:
        left, bottom, right, top = self.frame
        return box[2] < left or box[0] > right or box[3] < bottom or box[1] > top

    def is_unseen(self, index: int, box: Box) -> bool:
        """Of a doubtful character: is nothing of it in the picture of the page?"""
        found = pdfium.FPDFText_GetTextObject(self.textpage, index)
        if found and pdfium.FPDFTextObj_GetTextRenderMode(found) in _INVISIBLE:
            return True
        if self.is_outside(box) or box[3] - box[1] < _TINY:
            return True
        level, alpha = self.read_colour(index)
        if alpha < _CONTRAST:
            return True
        levels = self.read_levels(box)
        if level >= _WHITE:
            ground = Counter(levels).most_common(1)
            return not ground or ground[0][0] >= _WHITE
        return not levels or max(levels) - min(levels) < _CONTRAST  # its layer is off

    def read_levels(self, box: Box) -> list[int]:
        """The levels of grey of the page's picture where the character stands."""
        if self.picture is None:
            self.picture = self.page.render(scale=_SCALE, grayscale=True)
        bitmap = self.picture
        left, _, _, top = self.frame
        x0, x1 = int((box[0] - left) * _SCALE), int((box[2] - left) * _SCALE) + 1
        y0, y1 = int((top - box[3]) * _SCALE), int((top - box[1]) * _SCALE) + 1
        x0, x1 = max(0, x0), min(bitmap.width, x1)
        levels: list[int] = []
        for y in range(max(0, y0), min(bitmap.height, y1)):
            row = y * bitmap.stride
            levels += bitmap.buffer[row + x0 : row + x1]
        return levels


def open_pdf(data: bytes) -> Any:
    """The library's document; raises its errors."""
    return pypdfium2.PdfDocument(data)


def _is_in_layer(found: Any) -> bool:
    name = (ctypes.c_ushort * 4)()
    length = ctypes.c_ulong()
    for number in range(pdfium.FPDFPageObj_CountMarks(found)):
        mark = pdfium.FPDFPageObj_GetMark(found, number)
        if pdfium.FPDFPageObjMark_GetName(mark, name, 8, length) and bytes(name)[:6] == _LAYER:
            return True
    return False
