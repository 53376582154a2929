"""The text of a DOCX as Word shows it with all changes accepted, in the order of the document.

Every container is walked: content controls, smart tags, fields (their result), links, custom
XML, tables in tables, text boxes (once: of a drawing and its fallback only one counts), formulas,
footnotes and endnotes. Insertions and moved-in text are in, deletions and moved-out text are
out; a paragraph whose mark is deleted or hidden goes on in the next one.

A place is named by where it stands: ``12`` (the paragraph of that number in the body),
``t1r2c3`` (the cell in the third grid column, counted from 0, of a table), ``12x0p1`` (the second
paragraph of the first box that hangs on paragraph 12), ``t1r2c3t0r0c0`` (a table in a cell),
``f0p0`` (a paragraph of the first footnote), ``e0p0`` (of the first endnote).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flows.model.errors import ReadError
from flows.read.document.docx_styles import Looks, W, is_on

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DEEPEST = 60  # containers in containers
_MOST_SPAN = 1000

#: Tags that only hold others, and of which the content counts.
_OPEN = frozenset(
    f"{W}{name}"
    for name in (
        "ins", "moveTo", "smartTag", "sdt", "sdtContent", "hyperlink", "fldSimple", "customXml",
        "dir", "ruby", "rubyBase",
    )
)  # fmt: skip
_CHARS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_PICTURES = {"pic": "picture", "imagedata": "picture", "chart": "chart", "relIds": "diagram"}
_APART = frozenset("0123456789.")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; ``how`` is raised, lowered, turned (right to left) or ""."""

    text: str
    how: str = ""


@dataclass(slots=True)
class Part:
    """What stands at one place."""

    place: str
    pieces: list[Piece] = field(default_factory=list)
    cell: tuple[int, int, int, int, int] | None = None  # table, row, column, rowspan, colspan
    goes_on: bool = False  # with the text of the part before

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(slots=True)
class Walk:
    """Walks one document; ``counts`` says what it met and left out."""

    looks: Looks
    counts: Counter[str] = field(default_factory=Counter)
    tables: int = 0
    fields: list[bool] = field(default_factory=list)  # open fields: is it their result?
    mark_gone: bool = False  # the paragraph's end mark is deleted or hidden

    def walk_story(self, story: Any, prefix: str = "", paragraph: str = "") -> Iterator[Part]:
        """A body, a box or a note: its paragraphs and tables, each with what hangs on it.

        ``paragraph`` stands before a paragraph's number inside of other places.
        """
        number = table = 0
        joined = False
        for item in _contents(story, 0):
            if item.tag == f"{W}p":
                name = f"{prefix}{paragraph}{number}"
                number += 1
                pieces, boxes = self._read_paragraph(item)
                if pieces:
                    yield Part(name, pieces, goes_on=joined)
                joined = bool(pieces and self.mark_gone) or (joined and not pieces)
                yield from self._walk_boxes(boxes, name)
            elif item.tag == f"{W}tbl":
                yield from self._walk_table(item, f"{prefix}t{table}")
                table += 1
                joined = False
            elif item.tag == f"{W}altChunk":
                self.counts["embedded document"] += 1

    def _walk_boxes(self, boxes: list[Any], name: str) -> Iterator[Part]:
        if name.count("x") + name.count("t") > _DEEPEST:
            raise ReadError("boxes and tables stand in each other without end", where=name[:40])
        for number, box in enumerate(boxes):
            yield from self.walk_story(box, f"{name}x{number}", "p")

    def _walk_table(self, table: Any, name: str) -> Iterator[Part]:
        if name.count("t") > _DEEPEST:
            raise ReadError("tables stand in each other without end", where=name[:40])
        self.tables += 1
        number = self.tables
        rows = [row for row in _contents(table, 0) if row.tag == f"{W}tr"]
        grids = [_place_cells(row) for row in rows]
        for r, (row, cells) in enumerate(zip(rows, grids, strict=True)):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                self.counts["deleted row"] += 1
                continue
            if is_on(properties, "hidden"):
                self.counts["hidden row"] += 1
                continue
            for column, (cell, width) in cells.items():
                if _is_gone(cell) or _goes_down(cell):
                    continue
                below = 1
                while r + below < len(grids):
                    under = grids[r + below].get(column)
                    if under is None or not _goes_down(under[0]):
                        break
                    below += 1
                place = f"{name}r{r}c{column}"
                yield from self._walk_cell(cell, place, (number, r + 1, column + 1, below, width))

    def _walk_cell(
        self, cell: Any, place: str, at: tuple[int, int, int, int, int]
    ) -> Iterator[Part]:
        part = Part(place, cell=at)
        later: list[Iterator[Part]] = []
        tables = boxes = 0
        for item in _contents(cell, 0):
            if item.tag == f"{W}p":
                pieces, found = self._read_paragraph(item, in_table=True)
                if part.pieces and pieces:
                    part.pieces.append(Piece("\n"))
                part.pieces += pieces
                for box in found:
                    later.append(self.walk_story(box, f"{place}x{boxes}", "p"))
                    boxes += 1
            elif item.tag == f"{W}tbl":
                later.append(self._walk_table(item, f"{place}t{tables}"))
                tables += 1
        if part.pieces:
            yield part
        for inside in later:
            yield from inside

    def _read_paragraph(
        self, paragraph: Any, *, in_table: bool = False
    ) -> tuple[list[Piece], list[Any]]:
        """Its pieces, and the boxes that hang on it."""
        properties = paragraph.find(f"{W}pPr")
        mark = None if properties is None else properties.find(f"{W}rPr")
        self.mark_gone = (mark is not None and mark.find(f"{W}del") is not None) or is_on(
            mark, "vanish"
        )
        run = _Run(self, self.looks.of_paragraph(paragraph), in_table)
        run.read(paragraph, 0)
        return run.pieces, run.boxes


@dataclass(slots=True)
class _Run:
    """Collects the pieces of one paragraph."""

    walk: Walk
    body: dict[str, str]  # the looks of the paragraph
    in_table: bool
    pieces: list[Piece] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    turned: bool = False

    def read(self, parent: Any, depth: int) -> None:
        if depth > _DEEPEST:
            raise ReadError("containers stand in each other without end")
        for item in parent:
            if not isinstance(item.tag, str):
                continue
            if item.tag == f"{W}r":
                self.read_run(item, depth)
            elif item.tag in (f"{W}del", f"{W}moveFrom"):
                self.walk.counts["deletion"] += 1
            elif item.tag == f"{W}bdo" and item.get(f"{W}val") == "rtl":
                before, self.turned = self.turned, True
                self.read(item, depth + 1)
                self.turned = before
            elif item.tag in _OPEN or item.tag == f"{W}bdo":
                self.walk.counts["insertion"] += item.tag in (f"{W}ins", f"{W}moveTo")
                self.read(item, depth + 1)
            elif item.tag == f"{_MC}AlternateContent":
                self.read(choose_alternative(item), depth + 1)
            elif item.tag in (f"{_M}oMath", f"{_M}oMathPara"):
                self.add(read_formula(item))

    def read_run(self, run: Any, depth: int) -> None:
        properties = run.find(f"{W}rPr")
        looks = self.walk.looks.of_run(properties, self.body)
        unseen = self.walk.looks.is_unseen(looks, on_page=not self.in_table)
        how = "turned" if self.turned else self.walk.looks.find_raise(looks, self.body)
        self.read_run_parts(run, unseen, how, depth)

    def read_run_parts(self, run: Any, unseen: bool, how: str, depth: int) -> None:
        for item in run:
            if not isinstance(item.tag, str):
                continue
            name = item.tag.rpartition("}")[2]
            if name == "fldChar":
                self.turn_field(item.get(f"{W}fldCharType", ""))
            elif name == "AlternateContent":
                self.read_run_parts(choose_alternative(item), unseen, how, depth + 1)
            elif name in ("drawing", "pict", "object"):
                self.look_for_boxes(item)
            elif name == "ruby":
                self.read(item, depth + 1)
            else:
                text = _text_of(item, name)
                if not text or not all(self.walk.fields):
                    continue
                if unseen:
                    self.walk.counts["hidden stretch"] += bool(text.strip())
                else:
                    self.add([Piece(text, how)])

    def turn_field(self, kind: str) -> None:
        """A field's instruction is no text, its result is."""
        fields = self.walk.fields
        if kind == "begin":
            fields.append(False)
        elif kind == "separate" and fields:
            fields[-1] = True
        elif kind == "end" and fields:
            fields.pop()

    def look_for_boxes(self, drawing: Any) -> None:
        found = [
            each
            for each in drawing.iter(f"{W}txbxContent")
            if not any(_is_fallback(over, each) for over in each.iterancestors())
            and next(each.iterancestors(f"{W}txbxContent"), None) is None
        ]
        self.boxes += found
        if not found:
            for item in drawing.iter():
                name = item.tag.rpartition("}")[2] if isinstance(item.tag, str) else ""
                if name in _PICTURES:
                    self.walk.counts[_PICTURES[name]] += 1

    def add(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            last = self.pieces[-1] if self.pieces else None
            if last is not None and last.how == piece.how:
                self.pieces[-1] = Piece(last.text + piece.text, piece.how)
            elif piece.text:
                self.pieces.append(piece)


def _is_fallback(over: Any, box: Any) -> bool:
    """Does the box stand in a fallback of a drawing that has a box itself?"""
    if over.tag != f"{_MC}AlternateContent":
        return False
    chosen = choose_alternative(over)
    return chosen is not box and chosen not in list(box.iterancestors())


def choose_alternative(alternative: Any) -> Any:
    """Of a drawing's choices and its fallback the first that has text, else the first."""
    branches = list(alternative)
    for branch in branches:
        if next(branch.iter(f"{W}t"), None) is not None:
            return branch
    return branches[0] if branches else alternative


def _text_of(item: Any, name: str) -> str:
    if name == "t" and item.tag == f"{W}t":
        return item.text or ""
    if name == "br":
        return "\n" if item.get(f"{W}type", "textWrapping") == "textWrapping" else ""
    return _CHARS.get(name, "") if item.tag.startswith(W) else ""


def read_formula(formula: Any) -> list[Piece]:
    """A formula in one line: a fraction with its stroke, an exponent raised."""
    found: list[Piece] = []
    for item in formula:
        name = item.tag.rpartition("}")[2] if isinstance(item.tag, str) else ""
        if name in ("t", "r") and item.tag.startswith(W):
            found += [Piece(each.text or "") for each in item.iter(f"{W}t", f"{_M}t")]
        elif name == "t":
            found.append(Piece(item.text or ""))
        elif name in ("sup", "sub", "deg"):
            how = "lowered" if name == "sub" else "raised"
            found.append(Piece("".join(each.text or "" for each in item.iter(f"{_M}t")), how))
        else:
            inside = read_formula(item)
            found += inside
            if name == "num":
                found.append(Piece("/"))
    return [piece for piece in found if piece.text]


def _contents(parent: Any, depth: int) -> Iterator[Any]:
    """Its children, with those of containers in their place; deletions left out."""
    if depth > _DEEPEST:
        raise ReadError("containers stand in each other without end")
    for item in parent:
        if item.tag in _OPEN:
            yield from _contents(item, depth + 1)
        elif item.tag == f"{_MC}AlternateContent":
            yield from _contents(choose_alternative(item), depth + 1)
        elif item.tag not in (f"{W}del", f"{W}moveFrom"):
            yield item


def _place_cells(row: Any) -> dict[int, tuple[Any, int]]:
    """The cells of a row by their grid column, each with its width."""
    properties = row.find(f"{W}trPr")
    before = None if properties is None else properties.find(f"{W}gridBefore")
    column = 0 if before is None else _number(before)
    cells = {}
    for cell in _contents(row, 0):
        if cell.tag != f"{W}tc":
            continue
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        width = 1 if span is None else max(1, _number(span))
        cells[column] = (cell, width)
        column += width
    return cells


def _number(item: Any) -> int:
    value = item.get(f"{W}val", "")
    return min(int(value), _MOST_SPAN) if value.isdigit() else 0


def _is_gone(cell: Any) -> bool:
    return cell.find(f"{W}tcPr/{W}cellDel") is not None


def _goes_down(cell: Any) -> bool:
    """Is the cell the lower part of a merged one?"""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"
