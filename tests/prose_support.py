"""What the tests of the prose reader share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flows.catalog import load_catalog
from flows.catalog.model import Catalog
from flows.model.nouns import MediaKind
from flows.read.document.home import read_span
from flows.read.prose.reading import DocumentReading, read_document

DATA = Path(__file__).parent / "data"


@cache
def catalog() -> Catalog:
    return load_catalog()


def read_text(
    text: str,
    kind: MediaKind = MediaKind.TEXT,
    *,
    area: str | None = "330326",
    year: str | None = "2023",
) -> DocumentReading:
    return read_document(
        text.encode(), kind, "utf-8", catalog=catalog(), ref_area=area, time_period=year
    )


def said(result: DocumentReading) -> dict[str, float]:
    """Sound claims as ``indicator``, ``indicator+`` (growth) and ``…@2022``."""
    return {
        row.indicator
        + ("+" if row.measure == "growth" else "")
        + (f"@{row.period_text}" if row.period_text else ""): row.value
        for row in result.rows
        if row.indicator is not None and row.doubt is None and row.value is not None
    }


def held(result: DocumentReading) -> dict[str, str]:
    """Claims in doubt with the rule that holds them."""
    return {
        f"{row.indicator}.{row.measure}": row.doubt.partition(":")[0]
        for row in result.rows
        if row.indicator is not None and row.doubt is not None
    }


def assert_the_way_home(data: bytes, kind: MediaKind, charset: str | None) -> DocumentReading:
    result = read_document(data, kind, charset, catalog=catalog())
    for row in result.rows:
        assert read_span(row.locator, data, kind, charset) == row.value_text, row
    return result
