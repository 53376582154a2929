"""Rows whose cells have slipped into other columns are held as a whole, and only those."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from flows.catalog.layout import Layout
from flows.model.nouns import MediaKind, Reading
from tests.tables_support import csv_text, layout, read_as

COLUMNS: list[dict[str, Any]] = [
    {"heads": ["地区"], "role": "area"},
    {"heads": ["人口"], "unit": "万人", "plausible": [0.1, 300]},
    {"heads": ["乡镇"], "unit": "个", "plausible": [0, 150]},
    {"heads": ["地区生产总值"], "indicator": "gdp", "unit": "万元"},
]
HEAD = ["地区", "人口", "乡镇", "地区生产总值"]
SOUND = ["平阳县", "87.1", "16", "7118145"]
SHIFTED = ["苍南县", "4719220", "86", "18"]  # each cell one column to the left of its head
TWICE = ["泰顺县", "1575953", "2694", "19"]


def read_rows(*rows: list[str], **changes: Any) -> Reading:
    table = layout(columns=COLUMNS, **{"shifted_from": 2, **changes})
    return read_as(csv_text([HEAD, *rows]), MediaKind.CSV, table)


def doubts(reading: Reading) -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = {}
    for area, doubt in reading.figures.select("area_text", "doubt").iter_rows():
        found.setdefault(area, set()).add(doubt and doubt.split(":")[0])
    return found


def test_a_row_with_two_impossible_cells_is_held_as_a_whole_and_the_others_are_not() -> None:
    assert doubts(read_rows(SOUND, TWICE)) == {"平阳县": {None}, "泰顺县": {"columns-shifted"}}


def test_the_reason_names_the_heads_and_what_is_printed_under_them() -> None:
    reason = read_rows(TWICE).figures["doubt"][0]
    assert "人口 1575953" in reason
    assert "乡镇 2694" in reason


def test_one_impossible_cell_alone_is_no_shift() -> None:
    assert doubts(read_rows(SHIFTED)) == {"苍南县": {None}}


def test_a_layout_that_declares_no_shift_holds_nothing() -> None:
    assert doubts(read_rows(TWICE, shifted_from=None)) == {"泰顺县": {None}}


def test_a_range_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValidationError, match="lowest, highest"):
        Layout.model_validate(
            {"name": "x", "media": ["csv"], "columns": [{"heads": ["a"], "plausible": [9, 1]}]}
        )
