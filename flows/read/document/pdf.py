"""A PDF to a ``Document``: columns one after the other, lines joined to sentences.

Locators are ``page:3;char:a-b``: offsets into the text of that page as pypdfium2 gives it.
Running heads and page numbers are left out, and so is what nobody sees (an invisible layer, white
on white, beside the page); the notes say so. Raises ``ReadError`` for bytes that are no readable
PDF, and for fonts that don't say what their characters are.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import groupby, pairwise

import pypdfium2

from flows.model.errors import ReadError
from flows.read.document.document import BREAK, Block, Builder, Document
from flows.read.document.pdf_order import sort_lines
from flows.read.document.pdf_page import Line, Page, open_pdf, read_page
from flows.read.document.plain import join_lines, splits_number

_PAGE_NUMBER = re.compile(r"\s*(?:[-—–－·]{0,3}\s*\d{1,4}\s*[-—–－·]{0,3}|第\s*\d+\s*页.{0,12})\s*")
_EDGE_LINES = 2  # lines at the top and the bottom of a page that may be furniture
_NAMELESS = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f]")
_NARROW = 14  # columns of a line in one of several columns of the page
_MIDDLE = 0.7  # a heading may stand in the line of a column, and be longer than the column is
_APART = 1.6  # times the usual step from line to line: a paragraph ends
_MARK = 4  # characters of a raised mark that the library puts into a line of its own


def _read(data: bytes) -> list[Page]:
    try:
        document = open_pdf(data)
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise ReadError(f"no readable PDF ({error})", remedy="open the file by hand") from error
    pages: list[Page] = []
    layered = b"/OCProperties" in data or b"/ObjStm" in data  # the latter may hide the former
    try:
        for page in document:
            pages.append(read_page(page, layered=layered))
            page.close()
    except pypdfium2.PdfiumError as error:
        raise ReadError(
            f"a page cannot be read ({error})", where=f"page {len(pages) + 1}"
        ) from error
    finally:
        document.close()
    return pages


def read_pages(data: bytes) -> list[str]:
    """The text of each page; raises ``ReadError``."""
    return [page.text for page in _read(data)]


def _furniture(pages: list[list[str]]) -> set[str]:
    """Lines that stand at the edge of most pages: running heads and feet."""
    edge: Counter[str] = Counter()
    for lines in pages:
        edge.update({_fold(line) for line in [*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:]]})
    return {text for text, count in edge.items() if count >= 3 and count > len(pages) / 2}


def _fold(line: str) -> str:
    return re.sub(r"\d+", "#", line).strip()


def read_pdf(data: bytes) -> Document:
    """The whole text in blocks."""
    pages = _read(data)
    _refuse_nameless(pages)
    ordered = [sort_lines(page) for page in pages]
    shown = [
        [line.shown(page.text) for line in lines]
        for page, lines in zip(pages, ordered, strict=True)
    ]
    running = _furniture(shown)
    kept: list[tuple[int, Line, str]] = []
    for number, (lines, texts) in enumerate(zip(ordered, shown, strict=True), 1):
        for index, (line, text) in enumerate(zip(lines, texts, strict=True)):
            at_edge = index < _EDGE_LINES or index >= len(lines) - _EDGE_LINES
            if at_edge and (_PAGE_NUMBER.fullmatch(text) or _fold(text) in running):
                continue
            if text.strip():
                kept.append((number, line, text))
    document = _build(pages, kept)
    document.notes = _describe(pages)
    return document


def _build(pages: list[Page], kept: list[tuple[int, Line, str]]) -> Document:
    build = Builder()
    blocks: list[Block] = []
    raised: list[tuple[int, int]] = []
    turned: list[tuple[int, int, str]] = []
    goes_on = _join(kept)
    last: tuple[int, int] | None = None  # page and offset after the line before
    for (number, line, shown), joined in zip(kept, goes_on, strict=True):
        page = pages[number - 1].text
        if not joined and build.length:
            build.mark(BREAK)
        elif build.length and splits_number(build.parts[-1], shown):
            build.mark(" ")
        if last is None or last[0] != number or page[last[1] : line.start].strip("\r\n"):
            build.skip()  # another text of the page stands between
        start = build.length
        for low, high in _list_seen(line):
            if low > line.start:
                build.skip()
            before = build.length
            build.add(page[low:high], low, f"page:{number};")
            raised += [
                (before + a - low, before + b - low) for a, b in line.raised if low <= a < high
            ]
            turned += [
                (before + at - low, before + at - low, "its characters stand in another order")
                for at in line.turned
                if low <= at < high
            ]
        last = (number, line.end)
        if joined and blocks:
            blocks[-1].end = build.length
        else:
            blocks.append(Block(start, build.length))
    document = build.document(blocks)
    document.furniture, document.unsure = raised, turned
    return document


def _list_seen(line: Line) -> list[tuple[int, int]]:
    found, at = [], line.start
    for low, high in line.gaps:
        found.append((at, low))
        at = high
    found.append((at, line.end))
    return [(low, high) for low, high in found if high > low]


def _join(kept: list[tuple[int, Line, str]]) -> list[bool]:
    """For each line: does it go on with the line before?

    A raised mark may stand in a line of its own, and the rest of its line in a third.
    """
    goes_on: list[bool] = []
    for columned, run in groupby(kept, key=lambda each: each[1].columned):
        lines = list(run)
        texts = [text for _, _, text in lines]
        if columned:
            joined = join_lines(texts, _NARROW, _MIDDLE)
            apart = _find_apart([line for _, line, _ in lines])
            goes_on += [False, *(on and not far for on, far in zip(joined, apart, strict=True))]
        else:
            goes_on += [False, *join_lines(texts)]
    base: tuple[int, Line] | None = None
    for index, (number, line, text) in enumerate(kept):
        if base is not None and base[0] == number:
            over = base[1]
            beside = line.left >= over.right - 1 and line.left - over.right < 3 * over.height
            level = abs(line.base - over.base) < 0.1 * over.height
            if beside and level and line.height > 0.8 * over.height:
                goes_on[index] = True
            elif (
                beside
                and len(text.strip()) <= _MARK
                and 0 < line.height < 0.8 * over.height
                and over.base < line.base < over.top
            ):
                goes_on[index] = True
                line.raised = [(line.start, line.end)]
                base = (number, replace(over, right=line.right))
                continue
        base = (number, line)
    return goes_on


def _find_apart(lines: list[Line]) -> list[bool]:
    """For each line of a column but the first: is the gap above it wider than most?"""
    steps = [before.base - line.base for before, line in pairwise(lines)]
    usual = sorted(step for step in steps if step > 0)
    most = usual[len(usual) // 2] if usual else 0.0
    return [step > _APART * most > 0 for step in steps]


def _refuse_nameless(pages: list[Page]) -> None:
    text = "".join(page.text for page in pages)
    count = len(text) - text.count(" ") - text.count("\r") - text.count("\n")
    if count and len(_NAMELESS.findall(text)) * 5 > count:
        raise ReadError(
            "its fonts do not say which characters they print",
            remedy="ask for the document in another format, or read it with a program for scans",
        )


def _describe(pages: list[Page]) -> list[str]:
    notes = []
    hidden = [(number, page.hidden) for number, page in enumerate(pages, 1) if page.hidden]
    if hidden:
        count = sum(each for _, each in hidden)
        where = ", ".join(str(number) for number, _ in hidden[:5])
        notes.append(
            f"left out, for nobody sees it: {count} character{'s' * (count > 1)} of page {where}"
        )
    bare = [str(number) for number, page in enumerate(pages, 1) if _is_picture(page)]
    if bare and len(bare) < len(pages):
        notes.append(f"not read: page {', '.join(bare)}, of pictures without text")
    return notes


def _is_picture(page: Page) -> bool:
    return page.pictures and not any(line.shown(page.text).strip() for line in page.lines)
