"""The way home: a locator, applied to the bytes, gives the printed text back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.model.nouns import MediaKind
from flows.read import printed_text
from flows.read.tables.grid import name_cell, name_column, parse_cell_name
from tests.tables_support import HEAD, csv_text, html_table, layout, read_as, xlsx

plain_text = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters='",<>&'),
    max_size=8,
)
number_text = st.one_of(
    st.integers(-(10**12), 10**12).map(str),
    st.decimals(-(10**9), 10**9, places=2).map(str),
    st.integers(1000, 10**9).map(lambda number: f'"{number:,}"'),
)
cells = st.one_of(number_text, plain_text, st.sampled_from(["", "-", "…", "1·8", "711.8①", "#N/A"]))
rows = st.lists(
    st.tuples(plain_text.map(lambda text: f"县{text}"), cells, cells), min_size=1, max_size=12
)


@given(rows)
@settings(max_examples=80)
def test_every_figure_of_a_csv_file_is_found_again(body: list[tuple[str, str, str]]) -> None:
    data = csv_text([HEAD, *body])
    figures = read_as(data, MediaKind.CSV, layout(notes=[".*"])).figures
    for locator, text in figures.select("locator", "value_text").iter_rows():
        assert printed_text(locator, data, MediaKind.CSV, None) == text
        row, column = parse_cell_name(locator.removeprefix("cell:"))
        assert body[row - 1][column].strip().strip('"') == text


@given(rows)
@settings(max_examples=60)
def test_every_figure_of_an_html_table_is_found_again(body: list[tuple[str, str, str]]) -> None:
    data = html_table([HEAD, *body])
    figures = read_as(data, MediaKind.HTML, layout(notes=[".*"])).figures
    for locator, text in figures.select("locator", "value_text").iter_rows():
        assert printed_text(locator, data, MediaKind.HTML, None) == text


stored = st.one_of(
    st.floats(-1e15, 1e15, allow_nan=False), st.integers(-(10**14), 10**14), number_text
)


@given(st.lists(st.tuples(stored, stored), min_size=1, max_size=8))
@settings(max_examples=40)
def test_every_figure_of_a_workbook_is_found_again(body: list[tuple[Any, Any]]) -> None:
    data = xlsx([HEAD, *(["平阳县", first, second] for first, second in body)])
    figures = read_as(data, MediaKind.XLSX, layout()).figures
    assert figures.height == 2 * len(body)
    for locator, text in figures.select("locator", "value_text").iter_rows():
        assert printed_text(locator, data, MediaKind.XLSX, None) == text


@given(st.lists(st.one_of(st.integers(-(10**14), 10**14).map(str),
                          st.decimals(-(10**12), 10**12, places=2).map(str)), min_size=1))  # fmt: skip
@settings(max_examples=80)
def test_a_value_is_the_printed_number_and_decimals_its_printed_digits(texts: list[str]) -> None:
    data = csv_text([HEAD, *(["平阳县", text, "1"] for text in texts)])
    figures = read_as(data, MediaKind.CSV, layout()).figures.filter(measure="level")
    assert figures["value"].to_list() == [float(Decimal(text)) for text in texts]
    assert figures["decimals"].to_list() == [len(text.partition(".")[2]) for text in texts]
    assert figures["doubt"].null_count() == len(texts)


@given(st.integers(0, 20_000), st.integers(0, 10**7))
def test_a_cells_name_is_the_cell(column: int, row: int) -> None:
    assert parse_cell_name(name_cell(row, column)) == (row, column)


@pytest.mark.parametrize(("number", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])  # fmt: skip
def test_columns_are_named_as_in_a_sheet(number: int, letters: str) -> None:
    assert name_column(number) == letters
