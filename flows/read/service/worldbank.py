"""The World Bank's service, version 2: ``[meta, rows]``.

An error comes under status 200 as ``[{"message": […]}]``. ``meta`` counts pages and rows: what is not
the one page with all of its rows is partial, and nothing of it is read.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flows.catalog.query import Query
from flows.read.service.cells import Answer, Cause, Cell, refuse
from flows.read.service.json_text import (
    find_text,
    make_pointer,
    parse_json,
    require_list,
    require_object,
    require_value,
)


def read_worldbank(data: bytes, query: Query) -> Answer:
    """Every row of the answer as a cell."""
    found = parse_json(data)
    answer = [found] if isinstance(found, dict) else require_list(found)
    if not answer:
        raise refuse(Cause.EMPTY, "it has neither meta nor rows")
    meta = require_object(answer[0], 0)
    if "message" in meta:
        raise refuse(Cause.REFUSED, _read_message(meta["message"]))
    rows = _require_whole(meta, answer[1] if len(answer) > 1 else None)
    updated = find_text(meta.get("lastupdated"))
    try:
        day = date.fromisoformat(updated) if updated else None
    except ValueError:
        day = None
    asked = {theirs for theirs, _ in query.areas}
    cells = [_read_row(require_object(row, 1, at), at, asked) for at, row in enumerate(rows)]
    return Answer(cells, day, make_pointer(0, "lastupdated") if day else None)


def _read_message(message: Any) -> str:
    parts = [
        f"{find_text(each.get('key')) or ''}: {find_text(each.get('value')) or ''}"
        for each in (message if isinstance(message, list) else [message])
        if isinstance(each, dict)
    ]
    return "; ".join(parts)[:200] or "without a word"


def _require_whole(meta: dict[str, Any], rows: Any) -> list[Any]:
    counts = {}
    for name in ("page", "pages", "total"):
        text = find_text(meta.get(name)) or ""
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise refuse(Cause.DRIFTED, f"{name} is {text!r}", make_pointer(0, name))
        counts[name] = int(text)
    if rows is None and counts["total"] == 0:
        raise refuse(Cause.EMPTY, "it has no rows for what was asked")
    if (counts["page"], counts["pages"]) != (1, 1):
        what = f"page {counts['page']} of {counts['pages']}: raise per_page in the query's path"
        raise refuse(Cause.PARTIAL, what)
    found = require_list(rows, 1)
    if len(found) != counts["total"]:
        raise refuse(Cause.PARTIAL, f"{len(found)} rows of {counts['total']}")
    return found


def _read_row(row: dict[str, Any], number: int, asked: set[str]) -> Cell:
    indicator = require_object(row.get("indicator"), 1, number, "indicator")
    country = require_object(row.get("country"), 1, number, "country")
    codes = [find_text(row.get("countryiso3code")), find_text(country.get("id"))]
    codes = [code for code in codes if code is not None]
    if "value" not in row:
        raise refuse(Cause.DRIFTED, "there is no value here", make_pointer(1, number))
    value = row["value"]
    return Cell(
        locator=make_pointer(1, number, "value"),
        text=require_value(value, 1, number, "value"),
        is_number=isinstance(value, str),
        key={"id": find_text(indicator.get("id")) or ""},
        area=next((code for code in codes if code in asked), next(iter(codes), None)),
        period=find_text(row.get("date")),
        label=find_text(indicator.get("value")),
        unit=find_text(row.get("unit")),
        area_name=find_text(country.get("value")),
        status=find_text(row.get("obs_status")),
        is_missing=value is None,
    )
