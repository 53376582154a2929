"""The way home: what is printed at a locator of the prose reader."""

from __future__ import annotations

import re

from flows.errors import ReadError
from flows.nouns import MediaKind
from flows.read.prose import charset as charsets
from flows.read.prose.html import strip

_PART = re.compile(r"(?:(page|para):([0-9a-z]+);)?char:(\d+)-(\d+)")


def printed_text_prose(locator: str, data: bytes, kind: MediaKind, charset: str | None) -> str:
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
        shown.append(strip(piece) if kind is MediaKind.HTML else re.sub(r"[\r\n]", "", piece))
    return "".join(shown)


def _whole(
    unit: str | None, place: str, data: bytes, kind: MediaKind, charset: str | None, where: str
) -> str:
    if unit is None and kind in (MediaKind.HTML, MediaKind.TEXT):
        return charsets.decode(data, charset)[0]
    if unit == "page" and kind is MediaKind.PDF:
        from flows.read.prose.pdf import page_texts

        pages = page_texts(data)
        if place.isdigit() and 1 <= int(place) <= len(pages):
            return pages[int(place) - 1]
    if unit == "para" and kind is MediaKind.DOCX:
        from flows.read.prose.docx import texts

        for name, text, _ in texts(data):
            if name == f"para:{place};":
                return text
    raise ReadError("there is no such place in this document", where=where)
