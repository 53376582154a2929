"""A PDF to a ``Document``: lines joined to sentences, page furniture left out.

Locators are ``page:3;char:a-b``: offsets into the text of that page as pypdfium2 gives it.
Raises ``ReadError`` for bytes that are no readable PDF; an image-only PDF gives no text.
"""

from __future__ import annotations

import re
from collections import Counter

import pypdfium2

from flows.model.errors import ReadError
from flows.read.document.document import BREAK, Block, Builder, Document
from flows.read.document.plain import join_lines, splits_number

_LINE = re.compile(r"[^\r\n]+")
_PAGE_NUMBER = re.compile(r"\s*(?:[-—–－·]{0,3}\s*\d{1,4}\s*[-—–－·]{0,3}|第\s*\d+\s*页.{0,12})\s*")
_EDGE_LINES = 2  # lines at the top and the bottom of a page that may be furniture


def read_pages(data: bytes) -> list[str]:
    """The text of each page; raises ``ReadError``."""
    try:
        document = pypdfium2.PdfDocument(data)
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise ReadError(f"no readable PDF ({error})", remedy="open the file by hand") from error
    texts: list[str] = []
    try:
        for page in document:
            textpage = page.get_textpage()
            texts.append(str(textpage.get_text_range()))
            textpage.close()
            page.close()
    except pypdfium2.PdfiumError as error:
        raise ReadError(
            f"a page cannot be read ({error})", where=f"page {len(texts) + 1}"
        ) from error
    finally:
        document.close()
    return texts


def _furniture(pages: list[list[re.Match[str]]]) -> set[str]:
    """Lines that stand at the edge of most pages: running heads and feet."""
    edge: Counter[str] = Counter()
    for lines in pages:
        edge.update(
            {
                re.sub(r"\d+", "#", m.group(0)).strip()
                for m in [*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:]]
            }
        )
    return {text for text, count in edge.items() if count >= 3 and count > len(pages) / 2}


def read_pdf(data: bytes) -> Document:
    """The whole text in blocks."""
    texts = read_pages(data)
    pages = [list(_LINE.finditer(text)) for text in texts]
    running = _furniture(pages)
    kept: list[tuple[int, re.Match[str]]] = []
    for number, lines in enumerate(pages, 1):
        for index, match in enumerate(lines):
            text = match.group(0)
            at_edge = index < _EDGE_LINES or index >= len(lines) - _EDGE_LINES
            if at_edge and (
                _PAGE_NUMBER.fullmatch(text) or re.sub(r"\d+", "#", text).strip() in running
            ):
                continue
            kept.append((number, match))
    build = Builder()
    blocks: list[Block] = []
    goes_on = [False, *join_lines([match.group(0) for _, match in kept])]
    for (number, match), joined in zip(kept, goes_on, strict=False):
        if not joined and build.length:
            build.mark(BREAK)
        elif build.length and splits_number(build.parts[-1], match.group(0)):
            build.mark(" ")
        start = build.length
        build.add(match.group(0), match.start(), f"page:{number};")
        if joined and blocks:
            blocks[-1].end = build.length
        else:
            blocks.append(Block(start, build.length))
    return build.document(blocks)
