"""A number whose point may be gone, at every edge of the one rule."""

from __future__ import annotations

import re

import polars as pl
import pytest

from flows.evidence.lost_point import (
    NO_STYLE,
    ZERO_IN_FRONT,
    Style,
    describe_rate,
    is_usual_with_point,
    measure_style,
)
from tests.gate_support import INCOMES, Fig, held, judged


@pytest.mark.parametrize(
    ("text", "suspect"),
    [("05", True), ("-05", True), ("007.5", True), ("0", False), ("0.5", False), ("50", False)],
)
def test_a_zero_in_front_betrays_a_lost_point_in_a_text_and_in_a_column(
    text: str, suspect: bool
) -> None:
    assert bool(re.match(ZERO_IN_FRONT, text)) is suspect
    assert pl.Series([text]).str.contains(ZERO_IN_FRONT).to_list() == [suspect]


@pytest.mark.parametrize(
    ("value", "decimals", "suspect"),
    [
        (2000, 1, True),  # 200.0 is the highest that is usual
        (2001, 1, False),
        (30, 1, True),  # 3.0 is the lowest
        (29, 1, False),
        (2000, 0, False),  # whole numbers are usual: nothing can be put back
    ],
)
def test_a_number_that_is_usual_with_its_usual_digits_may_have_lost_its_point(
    value: float, decimals: int, suspect: bool
) -> None:
    assert bool(is_usual_with_point(value, decimals, 3.0, 200.0)) is suspect
    frame = pl.DataFrame({"v": [float(value)], "d": [float(decimals)]})
    found = frame.select(is_usual_with_point(pl.col("v"), pl.col("d"), pl.lit(3.0), pl.lit(200.0)))
    assert found.item() is suspect


@pytest.mark.parametrize(
    ("whole", "pointed", "complete", "rate", "amount"),
    [
        (1, 4, False, 10, 10),  # four of five: a strict style
        (1, 3, False, None, None),  # four are too few to show one
        (2, 7, False, None, None),  # seven of nine are not strict
        (1, 0, True, 25, 100),  # the only one of a whole document
        (2, 0, True, None, None),
        (2, 2, True, 25, 100),  # half of them
        (3, 2, True, None, None),
        (0, 0, True, 25, 100),
        (0, 0, False, None, None),
    ],
)
def test_the_style_of_a_document_says_from_which_size_a_whole_number_is_suspect(
    whole: int, pointed: int, complete: bool, rate: float | None, amount: float | None
) -> None:
    style = measure_style([0] * whole + [1] * pointed)
    assert style.suspect_from(percent=True, complete=complete) == rate
    assert style.suspect_from(percent=False, complete=complete) == amount


def test_a_point_is_put_back_before_the_digits_that_are_most_usual() -> None:
    assert measure_style([0, 1, 2, 2]) == Style(4, 1, 2)
    assert measure_style([0, 1, 2, 2]).put_back(395) == 3.95
    assert measure_style([0, 0]).put_back(395) is None
    assert NO_STYLE.put_back(395) is None


@pytest.mark.parametrize(
    ("size", "decimals", "unit", "part", "says"),
    [
        (100.0, 0, "%", True, "a change so large"),
        (100.1, 1, "%", True, "a part is not more than the whole"),
        (100.1, 1, "%", False, None),
        (50, 0, "%", False, "a change so large"),
        (49, 0, "%", False, None),
        (50, 1, "%", False, None),
        (7, 0, "‰", True, "a rate without a decimal"),
        (7, 1, "‰", True, None),
        (700, 0, "", True, None),
    ],
)
def test_a_rate_too_large_for_what_it_is_may_have_lost_its_point(
    size: float, decimals: int, unit: str, part: bool, says: str | None
) -> None:
    assert describe_rate(size, decimals, unit, part=part) == says


@pytest.mark.parametrize(
    ("text", "others", "lost"),
    [("10", 4, True), ("9", 4, False), ("-10", 4, True), ("10", 3, False)],
)
def test_the_gate_holds_growth_without_a_point_from_ten_on_where_four_of_five_have_one(
    text: str, others: int, lost: bool
) -> None:
    names = ("gdp", "gdp_primary", "gdp_secondary", "retail_sales")[:others]
    figures = [Fig(f"{name}:growth", "5.4") for name in names]
    verdict = judged([*figures, Fig("exports:growth", text), *INCOMES])
    assert held(verdict) == ({"exports:growth": "lost-point"} if lost else {})
