"""``gongbao check``: an article's bytes to its claims, judged by the current publication."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import sys

import polars as pl

from flows.ask.check.claims import find
from flows.ask.check.judge import Judge
from flows.ask.check.report import Check, report
from flows.ask.check.warehouse import Warehouse
from flows.ask.document import load_document
from flows.ask.publication import open_publication
from flows.catalog import Catalog, load_catalog
from flows.fetch import sniff
from flows.model.errors import ReadError
from flows.model.nouns import MediaKind
from flows.model.settings import Settings
from flows.read.document.document import BREAK, SOFT
from flows.read.prose.reading import open_document

_PROSE = (MediaKind.HTML, MediaKind.TEXT, MediaKind.PDF, MediaKind.DOCX)
_DAY = re.compile(r"(20\d\d)[-年./](\d{1,2})[-月./](\d{1,2})")


def check_article(place: str, settings: Settings, *, published_on: dt.date | None = None) -> Check:
    """Check the article at a path or address, or of standard input (``-``)."""
    connection = open_publication(settings)
    try:
        text = article_text(place, settings)
        day = published_on or dateline(text)
        catalog = load_catalog()
        claims = find(text, catalog, published_on=day)
        warehouse = Warehouse(
            connection, {a for c in claims for a in (c.ref_area, c.other_area) if a}
        )
        judged = Judge(warehouse, catalog).judge(claims)
    finally:
        connection.close()
    publication = settings.current.resolve().name
    return report(place, day.isoformat() if day else None, publication, judged)


def names_of(catalog: Catalog) -> dict[str, str]:
    """Chinese names of areas and indicators by code."""
    now = catalog.areas.filter(pl.col("valid_to").is_null())
    names = dict(now.select("ref_area", "name_zh").iter_rows())
    return names | {code: one.name_zh for code, one in catalog.indicators.items()}


def article_text(place: str, settings: Settings) -> str:
    """The clean text of an article; the offsets of locators count in it."""
    if place == "-":
        data = sys.stdin.buffer.read(settings.max_bytes + 1)
        if len(data) > settings.max_bytes:
            raise ReadError("is too long", where="standard input", remedy="GONGBAO_MAX_BYTES")
        kind, charset = sniff(data), None
    else:
        data, snapshot = asyncio.run(load_document(place, settings))
        kind, charset = snapshot.media_kind, snapshot.charset
    if kind not in _PROSE:
        raise ReadError(
            f"{kind.value} is no article", where=place, remedy="HTML, text, PDF or DOCX"
        )
    clean = open_document(data, kind, charset).clean
    return clean.replace(BREAK, "\n").replace(SOFT, "\n")


def dateline(text: str) -> dt.date | None:
    """The first date near the article's head."""
    for found in _DAY.finditer(text[:1000]):
        try:
            return dt.date(*(int(part) for part in found.groups()))
        except ValueError:
            continue
    return None
