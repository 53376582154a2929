"""Whether a 200 is what was asked for: not empty, of the promised kind, whole, no error page.

What error, challenge and firewall pages look like is data: ``markers.csv``, one marker a row.

    where     title (the page's title), text (its visible text), markup (its source)
    pattern   regular expression, letter case ignored
    max_text  the marker counts only on pages with at most so many visible characters (white
              space apart); empty: on any page
    meaning   what such a page is, for the reason of the failed visit

The bound keeps a communiqué that mentions such a word, in a sentence or a login box, from being
refused: error pages say little, releases say much.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flows.fetch.sniff import decode_loosely
from flows.model.nouns import MediaKind

#: What the ending of an address, or a Content-Type, promises.
_ENDINGS = {
    kind.value: kind
    for kind in (
        MediaKind.XLSX,
        MediaKind.XLS,
        MediaKind.ODS,
        MediaKind.PDF,
        MediaKind.DOCX,
        MediaKind.CSV,
    )
}
_ENDING = re.compile(r"\.(\w{3,4})(?=$|[&#])")
_SPACE = re.compile(r"\s+")
_END_TAG = re.compile(r"</\s*(html|body)\s*>", re.IGNORECASE)
_SNIPPET = 60


@dataclass(frozen=True, slots=True)
class Marker:
    where: str
    pattern: re.Pattern[str]
    max_text: int | None
    meaning: str


def find_fault(
    data: bytes,
    kind: MediaKind,
    *,
    charset: str | None,
    promised: Collection[MediaKind],
    framed: bool,
) -> str | None:
    """Why these bytes are no release, or None where nothing speaks against them.

    ``promised``: kinds that the release may have; empty: any. ``framed`` False: the protocol
    does not tell whether the body is whole, so the document itself must.
    """
    if promised and kind not in promised and kind is MediaKind.HTML:
        names = " or ".join(sorted(each.value.upper() for each in promised))
        return f"HTML where {names} was promised{_quote_title(data, charset)}"
    if kind is MediaKind.HTML:
        reason = _find_page_fault(decode_loosely(data, charset))
    elif kind is MediaKind.TEXT:
        text = decode_loosely(data, charset)
        reason = _find_marker("", text, text)
    else:
        reason = None
    if reason is None and not framed and not _has_its_end(data, kind, charset):
        return "the connection ended before the document did, or the server did not tell its length"
    return reason


def find_promised_kinds(
    url: str, media_type: str | None, disposition: str | None
) -> set[MediaKind]:
    """What the address, the Content-Type and the Content-Disposition promise, HTML apart."""
    parts = urlsplit(url)
    texts = [unquote(parts.path), unquote(parts.query), (disposition or "").strip('"; ')]
    endings = {ending.lower() for text in texts for ending in _ENDING.findall(text)}
    kinds = {_ENDINGS[ending] for ending in endings if ending in _ENDINGS}
    if media_type and "spreadsheetml" in media_type:
        kinds.add(MediaKind.XLSX)
    # Many sites serve an HTML table under .xls, and Excel opens it: that promise is a loose one.
    return kinds - {MediaKind.XLS}


@cache
def load_markers() -> tuple[Marker, ...]:
    with Path(__file__).with_name("markers.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            Marker(
                where=row["where"],
                pattern=re.compile(row["pattern"], re.IGNORECASE),
                max_text=int(row["max_text"]) if row["max_text"] else None,
                meaning=row["meaning"],
            )
            for row in csv.DictReader(stream)
        )


def _find_page_fault(markup: str) -> str | None:
    title, text = _split_page(markup)
    reason = _find_marker(title, text, markup)
    if reason is None and not text:
        return "a page without text"
    return reason


def _find_marker(title: str, text: str, markup: str) -> str | None:
    length = len(_SPACE.sub("", text))
    places = {"title": title, "text": text, "markup": markup}
    for marker in load_markers():
        if marker.max_text is not None and length > marker.max_text:
            continue
        found = marker.pattern.search(places[marker.where])
        if found:
            return f"{marker.meaning}: {found.group()[:_SNIPPET]!r} in its {marker.where}"
    return None


def _split_page(markup: str) -> tuple[str, str]:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(markup)
    title = tree.css_first("title")
    heading = _SPACE.sub(" ", title.text()).strip() if title else ""
    tree.strip_tags(["script", "style", "title", "template"])
    body = tree.body
    text = body.text(separator=" ") if body else ""
    return heading, _SPACE.sub(" ", text).strip()


def _quote_title(data: bytes, charset: str | None) -> str:
    title, _ = _split_page(decode_loosely(data, charset))
    return f" (a page called {title[:_SNIPPET]!r})" if title else ""


def _has_its_end(data: bytes, kind: MediaKind, charset: str | None) -> bool:
    match kind:
        case MediaKind.HTML:
            return bool(_END_TAG.search(decode_loosely(data, charset)))
        case MediaKind.PDF:
            return b"%%EOF" in data[-2048:]
        case MediaKind.XLSX | MediaKind.ODS | MediaKind.DOCX:
            return True  # sniffing found the directory, which stands at a zip file's end
        case MediaKind.JSON:
            return True  # sniffing parsed all of it
        case _:
            return False
