"""The way home: what is printed at a locator of the prose reader."""

from __future__ import annotations

import re
from functools import lru_cache

from flows.model import charset as charsets
from flows.model.errors import ReadError
from flows.model.nouns import MediaKind
from flows.read.document.html import strip_markup

_PART = re.compile(r"(?:(page|para):([0-9a-z]+);)?char:(\d+)-(\d+)")


def read_span(locator: str, data: bytes, kind: MediaKind, charset: str | None) -> str:
    """The text at ``locator`` in ``data`` as a reader sees it; raises ``ReadError``."""
    shown = []
    for part in locator.split("+"):
        match = _PART.fullmatch(part)
        if match is None:
            raise ReadError("is no locator", where=locator, remedy="it reads char:12-16, page:3;…")
        unit, place, start, end = match.groups()
        whole = _whole(unit, place, data, kind, charset, locator)
        if int(end) > len(whole) or int(start) > int(end):
            raise ReadError(f"lies outside the text of {len(whole)} characters", where=locator)
        piece = whole[int(start) : int(end)]
        shown.append(
            strip_markup(piece) if kind is MediaKind.HTML else re.sub(r"[\r\n]", "", piece)
        )
    return "".join(shown)


@lru_cache(maxsize=4)  # an audit asks for hundreds of figures of one snapshot in a row
def _places(data: bytes, kind: MediaKind, charset: str | None) -> dict[str, str]:
    """The text of each place of a document."""
    if kind in (MediaKind.HTML, MediaKind.TEXT):
        return {"": charsets.decode(data, charset)[0]}
    if kind is MediaKind.PDF:
        from flows.read.document.pdf import read_pages

        return {f"page:{number};": text for number, text in enumerate(read_pages(data), 1)}
    if kind is MediaKind.DOCX:
        from flows.read.document.docx import read_places

        return read_places(data)
    return {}


def _whole(
    unit: str | None, place: str, data: bytes, kind: MediaKind, charset: str | None, where: str
) -> str:
    places = _places(data, kind, charset)
    name = "" if unit is None else f"{unit}:{place};"
    if name in places:
        return places[name]
    raise ReadError("there is no such place in this document", where=where)
