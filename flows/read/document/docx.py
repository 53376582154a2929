"""A DOCX to a ``Document``: what Word shows with all changes accepted, in reading order.

Locators are ``para:12;char:a-b`` (the paragraph of that number in the body, counted from 0) and
``para:t1r2c3;char:a-b`` (a cell); ``docx_walk`` says how the other places are named. Raises
``ReadError`` for bytes that are no DOCX.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from functools import lru_cache
from typing import Any

from flows.model.errors import ReadError
from flows.read.document.document import BREAK, Block, Builder, Document
from flows.read.document.docx_styles import Looks, W
from flows.read.document.docx_walk import Part, Walk

_LIMIT = 256 * 1024 * 1024  # bytes that the parts may declare together
_NOTES = {"footnotes": "f", "endnotes": "e"}
_NUMERIC = frozenset("0123456789.")


@lru_cache(maxsize=1)
def read_parts(data: bytes) -> tuple[list[Part], Counter[str]]:
    """What stands at each place, in reading order, and what was left out by its kind."""
    import docx  # slow to import, and few releases are DOCX

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            declared = sum(part.file_size for part in archive.infolist())
        if declared > _LIMIT:
            raise ReadError(f"a DOCX that declares {declared} bytes", remedy="open it by hand")
        document = docx.Document(io.BytesIO(data))
        main = document.element
        body = main.find(f"{W}body")
        styles = document.styles.element
        stories = _find_notes(document)
    except ReadError:
        raise
    except Exception as error:  # python-docx lets errors of zip, XML and packaging through
        raise ReadError(f"no readable DOCX ({type(error).__name__}: {error})") from error
    if body is None:
        raise ReadError("no readable DOCX (it has no body)")
    walk = Walk(Looks(styles, white_page=main.find(f"{W}background") is None))
    parts = list(walk.walk_story(body))
    for mark, number, story in stories:
        walk.fields.clear()
        parts += walk.walk_story(story, f"{mark}{number}", "p")
    return parts, walk.counts


def _find_notes(document: Any) -> list[tuple[str, int, Any]]:
    """Footnotes, then endnotes, in their order; separators are none."""
    from docx.oxml import parse_xml

    found = []
    for relation in document.part.rels.values():
        mark = _NOTES.get(relation.reltype.rpartition("/")[2])
        if mark is None or relation.is_external:
            continue
        notes = parse_xml(relation.target_part.blob)
        texts = [each for each in notes if each.get(f"{W}type") in (None, "normal")]
        found += [(mark, number, each) for number, each in enumerate(texts)]
    return sorted(found, key=lambda note: (note[0] != "f", note[1]))


def read_places(data: bytes) -> dict[str, str]:
    """The text of each place by its name."""
    return {f"para:{part.place};": part.text for part in read_parts(data)[0]}


def read_docx(data: bytes) -> Document:
    """The whole text in blocks."""
    build = Builder()
    blocks: list[Block] = []
    raised: list[tuple[int, int]] = []
    turned: list[tuple[int, int, str]] = []
    parts, counts = read_parts(data)
    for part in parts:
        if build.length and not part.goes_on:
            build.mark(BREAK)
        start = build.length
        home = 0
        for number, piece in enumerate(part.pieces):
            before = build.parts[-1][-1:] if build.parts else ""
            after = part.pieces[number + 1].text[:1] if number + 1 < len(part.pieces) else ""
            begin = build.length
            if piece.text == "\n" and {before, after} <= _NUMERIC:
                build.mark(BREAK)  # two paragraphs of a cell are two numbers
            else:
                build.add(piece.text, home, f"para:{part.place};")
            home += len(piece.text)
            if piece.how == "raised" or (piece.how == "lowered" and before.isdigit()):
                raised.append((begin, build.length))
            elif piece.how == "turned":
                turned.append((begin, build.length, "its text runs from right to left"))
        if part.goes_on and blocks:
            blocks[-1].end = build.length
            continue
        block = Block(start, build.length)
        if part.cell:
            block.table, block.row, block.col, block.rowspan, block.colspan = part.cell
        blocks.append(block)
    document = build.document(blocks)
    document.furniture, document.unsure = raised, turned
    document.notes = _describe(counts)
    return document


def _describe(counts: Counter[str]) -> list[str]:
    notes = []
    left = ("hidden stretch", "hidden row", "deleted row")
    hidden = [f"{counts[name]} {name}{'s' * (counts[name] > 1)}" for name in left if counts[name]]
    if hidden:
        notes.append(f"left out, for nobody sees it: {', '.join(hidden)}")
    changes = counts["insertion"] + counts["deletion"]
    if changes:
        notes.append(
            f"{changes} tracked change{'s' * (changes > 1)} taken as accepted: "
            f"{counts['insertion']} in, {counts['deletion']} out"
        )
    kinds = ("picture", "chart", "diagram", "embedded document")
    unread = [f"{counts[name]} {name}{'s' * (counts[name] > 1)}" for name in kinds if counts[name]]
    if unread:
        notes.append(f"not read: {', '.join(unread)}")
    return notes
