"""A DOCX to a ``Document``: paragraphs and tables in the order of the body.

Locators are ``para:12;char:a-b`` (the twelfth paragraph of the body, counted from 0) and
``para:t1r2c3;char:a-b`` (tables and rows counted from 0, cells as python-docx counts
them, merged ones once each grid column). Raises ``ReadError`` for bytes that are no DOCX.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from flows.model.errors import ReadError
from flows.read.document.document import BREAK, Block, Builder, Document

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

_LIMIT = 256 * 1024 * 1024  # bytes that the parts may declare together


def read_places(data: bytes) -> Iterator[tuple[str, str, tuple[int, int, int] | None]]:
    """``(place, text, (table, row, column) or None)`` in reading order."""
    import docx  # slow to import, and few releases are DOCX
    from docx.table import Table

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            declared = sum(part.file_size for part in archive.infolist())
        if declared > _LIMIT:
            raise ReadError(f"a DOCX that declares {declared} bytes", remedy="open it by hand")
        document = docx.Document(io.BytesIO(data))
    except ReadError:
        raise
    except Exception as error:  # python-docx lets errors of zip, XML and packaging through
        raise ReadError(f"no readable DOCX ({type(error).__name__}: {error})") from error
    paragraph = table = 0
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            seen: dict[int, object] = {}  # merged cells come again; held, so that ids stay theirs
            for r, row in enumerate(item.rows):
                for c, cell in enumerate(row.cells):
                    if id(cell._tc) in seen:
                        continue
                    seen[id(cell._tc)] = cell._tc
                    yield (
                        f"para:t{table}r{r}c{c};",
                        "\n".join(map(_printed, cell.paragraphs)),
                        (table + 1, r + 1, c + 1),
                    )
            table += 1
        else:
            yield f"para:{paragraph};", _printed(item), None
            paragraph += 1


def _printed(paragraph: Paragraph) -> str:
    """What ``paragraph.text`` gives, without its search of the tree for each run."""
    from docx.oxml.ns import qn

    run, link = qn("w:r"), qn("w:hyperlink")
    kept = _kept()
    parts = []
    for item in paragraph._p:
        for one in (
            (item,) if item.tag == run else item.iterchildren(run) if item.tag == link else ()
        ):
            parts += [str(text) for text in one if text.tag in kept]
    return "".join(parts)


@lru_cache(maxsize=1)
def _kept() -> frozenset[str]:
    from docx.oxml.ns import qn

    names = ("w:br", "w:cr", "w:noBreakHyphen", "w:ptab", "w:t", "w:tab")
    return frozenset(map(qn, names))


def read_docx(data: bytes) -> Document:
    """The whole text in blocks."""
    build = Builder()
    blocks: list[Block] = []
    for place, text, cell in read_places(data):
        if not text:
            continue
        if build.length:
            build.mark(BREAK)
        start = build.length
        build.add(text, 0, place)
        block = Block(start, build.length)
        if cell:
            block.table, block.row, block.col = cell
        blocks.append(block)
    return build.document(blocks)
