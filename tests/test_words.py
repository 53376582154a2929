"""Columns of text as numbers, whichever way they are counted."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.words import brought_back, combinations, numbered

WORDS = st.one_of(
    st.none(), st.sampled_from(["gdp", "亿元", "", "110101", "a longer word than a view"])
)


@given(st.lists(WORDS))
def test_a_numbers_word_is_the_cells(cells: list[str | None]) -> None:
    frame = pl.DataFrame({"text": cells}, schema={"text": pl.String()})
    words, number = numbered(frame, "text")
    assert words.to_list() == sorted({cell for cell in cells if cell is not None})
    numbers = frame.with_columns(number.alias("number"))["number"]
    assert [None if n is None else words[n] for n in numbers] == cells


@pytest.mark.parametrize(
    "cells",
    [
        ["one"] * 100,  # one value
        ["one"] * 50 + ["two"] * 50,  # runs
        ["one", "two"] * 10_000,  # no runs, all in the first rows
        [f"{n}" for n in range(20_000)],  # no runs, new words to the end
    ],
)
def test_long_columns_are_counted_in_every_way(cells: list[str]) -> None:
    frame = pl.DataFrame({"text": cells})
    words, number = numbered(frame, "text")
    assert frame.select(number.alias("n")).height in (1, len(cells))
    numbers = frame.with_columns(number.alias("number"))["number"]
    assert words.gather(numbers).to_list() == cells


@given(st.lists(st.tuples(WORDS, WORDS, WORDS)))
def test_the_distinct_rows_are_each_rows_own(rows: list[tuple[str | None, ...]]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys("abc", pl.String()), orient="row")
    found, place = combinations(frame, ["a", "b", "c"])
    assert found.height == len(set(rows))
    assert found[place].rows() == rows


def test_more_combinations_than_a_number_holds_are_told_apart() -> None:
    names = [f"c{n}" for n in range(17)]  # 21 words each, null among them
    rows = [[f"{n * (1 + i)}" if n != i else None for i in range(17)] for n in range(20)] * 2
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row")
    found, place = combinations(frame, names)
    assert found.height == 20
    assert found[place].equals(frame)


def test_what_is_looked_up_comes_back_to_its_rows() -> None:
    frame = pl.DataFrame({"text": ["a", None, "b", "a"]})
    found, place = combinations(frame, ["text"])
    table = found.with_columns(
        same="text", one=pl.lit(7), other=pl.col("text").str.to_uppercase().fill_null("-")
    )
    back = frame.with_columns(*brought_back(table, place, printed=["text"]))
    assert back["same"].to_list() == ["a", None, "b", "a"]
    assert back["one"].to_list() == [7, 7, 7, 7]
    assert back["other"].to_list() == ["A", "-", "B", "A"]
