"""Small tables in every format, and a catalogue in which to read them."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

from flows.catalog import load_catalog
from flows.catalog.layout import Layout
from flows.catalog.model import Catalog
from flows.model.nouns import MediaKind, Reading, Release, Snapshot
from flows.read import read

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
NOW = datetime(2026, 3, 1, tzinfo=UTC)

#: Areas down, GDP across, one head row; what most tests start from.
SIMPLE: dict[str, Any] = {
    "name": "simple",
    "media": ["xlsx", "xls", "ods", "csv", "html"],
    "period": "2023",
    "columns": [
        {"heads": ["地区"], "role": "area"},
        {"heads": ["地区生产总值"], "indicator": "gdp", "unit": "亿元"},
        {"heads": ["增长"], "indicator": "gdp", "measure": "growth", "unit": "%"},
    ],
}
HEAD = ["地区", "地区生产总值", "增长"]


@cache
def world() -> Catalog:
    return load_catalog()


def layout(**changes: Any) -> Layout:
    return Layout.model_validate({**SIMPLE, **changes})


def snapshot(data: bytes, kind: MediaKind, charset: str | None = None) -> Snapshot:
    return Snapshot(
        release_id="test-release",
        sha256=hashlib.sha256(data).hexdigest(),
        url="https://tjj.example.cn/table",
        media_kind=kind,
        size=len(data),
        fetched_at=NOW,
        charset=charset,
    )


def release(*layouts: Layout, **changes: Any) -> Release:
    base = Release(
        release_id="test-release",
        source_id="test-source",
        url="https://tjj.example.cn/table",
        title="试验",
        publisher="统计局",
        reader="table",
        layouts=tuple(layout.name for layout in layouts),
        ref_area="330000",
    )
    return replace(base, **changes)


def catalog(*layouts: Layout) -> Catalog:
    return replace(world(), layouts={layout.name: layout for layout in layouts})


def read_as(
    data: bytes, kind: MediaKind, *layouts: Layout, charset: str | None = None, **changes: Any
) -> Reading:
    """The reading of ``data`` by the layouts, as a release of Zhejiang's."""
    return read(
        data,
        snapshot=snapshot(data, kind, charset),
        release=release(*layouts, **changes),
        catalog=catalog(*layouts),
    )


def xlsx(
    rows: Sequence[Sequence[Any]],
    *,
    sheet: str = "表1",
    merge: Sequence[str] = (),
    tweak: Callable[[Any], None] | None = None,
) -> bytes:
    """A workbook of one sheet; ``tweak`` may do the rest to it."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for area in merge:
        page.merge_cells(area)
    if tweak:
        tweak(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_text(rows: Sequence[Sequence[str]]) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode()


def html_page(table: str) -> bytes:
    return f"<!DOCTYPE html><html><body>{table}</body></html>".encode()


def html_table(rows: Sequence[Sequence[str]]) -> bytes:
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return html_page(f"<table>{lines}</table>")


def ods(content: str) -> bytes:
    """A spreadsheet document around the rows of one table in its own markup."""
    whole = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content office:version="1.2"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="表1">{content}</table:table>
</office:spreadsheet></office:body></office:document-content>"""
    manifest = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", whole)
    return out.getvalue()


def rewritten(book: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The archive again, each entry as ``change(name, bytes)`` gives it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)), zipfile.ZIP_DEFLATED)
    return out.getvalue()
