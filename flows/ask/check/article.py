"""``gongbao check``: an article's bytes to its claims, judged by the current publication."""

from __future__ import annotations

import datetime as dt
import re
import sys

import polars as pl

from flows.ask.check.claims import find_claims
from flows.ask.check.report import CheckReport, build_report
from flows.ask.check.verdicts import KnownFigures, judge_claims
from flows.ask.place import load_place
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


def check_article(
    place: str, settings: Settings, *, published_on: dt.date | None = None
) -> CheckReport:
    """Check the article at a path or address, or of standard input (``-``)."""
    with open_publication(settings) as connection:
        text = read_article(place, settings)
        day = published_on or find_dateline(text)
        catalog = load_catalog(own=settings.catalog)
        claims = find_claims(text, catalog, published_on=day)
        areas = {area for claim in claims for area in (claim.ref_area, claim.other_area) if area}
        judged = judge_claims(claims, KnownFigures(connection, areas, catalog))
    publication = settings.current.resolve().name
    return build_report(place, day.isoformat() if day else None, publication, judged)


def list_names(catalog: Catalog) -> dict[str, str]:
    """Chinese names of areas and indicators by code."""
    now = catalog.areas.filter(pl.col("valid_to").is_null())
    names = dict(now.select("ref_area", "name_zh").iter_rows())
    return names | {code: one.name_zh for code, one in catalog.indicators.items()}


def read_article(place: str, settings: Settings) -> str:
    """The clean text of an article; the offsets of locators count in it."""
    if place == "-":
        data = sys.stdin.buffer.read(settings.max_bytes + 1)
        if len(data) > settings.max_bytes:
            raise ReadError("is too long", where="standard input", remedy="GONGBAO_MAX_BYTES")
        kind, charset = sniff(data), None
    else:
        data, snapshot = load_place(place, settings)
        kind, charset = snapshot.media_kind, snapshot.charset
    if kind not in _PROSE:
        raise ReadError(
            f"{kind.value} is no article", where=place, remedy="HTML, text, PDF or DOCX"
        )
    clean = open_document(data, kind, charset).clean
    return clean.replace(BREAK, "\n").replace(SOFT, "\n")


def find_dateline(text: str) -> dt.date | None:
    """The first date near the article's head."""
    for found in _DAY.finditer(text[:1000]):
        try:
            return dt.date(*(int(part) for part in found.groups()))
        except ValueError:
            continue
    return None
