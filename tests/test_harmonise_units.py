"""Units: exact, digits carried along, nothing converted that doesn't belong together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.catalog import load_catalog
from flows.harmonise.units import resolve_units
from tests.harmonise_support import figure, harmonised


def converted(**printed: Any) -> tuple[float, int, str]:
    row = harmonised([figure(**printed)]).observations.row(0, named=True)
    return row["obs_value"], row["decimals"], row["unit_measure"]


@pytest.mark.parametrize(
    ("text", "unit", "indicator", "measure", "expected"),
    [
        ("7118145", "万元", "gdp", "level", (711.8145, 4, "亿元")),
        ("711.81", "亿元", "gdp", "level", (711.81, 2, "亿元")),
        ("8.1959", "万元", "gdp_per_capita", "level", (81959.0, 0, "元")),
        ("81959", "元", "gdp_per_capita", "level", (81959.0, 0, "元")),
        ("8.19", "万元", "gdp_per_capita", "level", (81900.0, -2, "元")),
        ("0.29", "万亿元", "gdp", "level", (2900.0, -2, "亿元")),
        ("1.005", "亿元", "income_all", "level", (100500000.0, -5, "元")),
        ("871000", "人", "resident_population", "level", (87.1, 4, "万人")),
        ("344200", "吨", "grain_output", "level", (34.42, 4, "万吨")),
        ("35", "万公斤", "grain_output", "level", (0.035, 3, "万吨")),
        ("7.9", "%", "gdp", "growth", (7.9, 1, "%")),
        ("-4.1", "%", "gdp", "growth", (-4.1, 1, "%")),
        ("79", "‰", "gdp", "growth", (7.9, 1, "%")),
        ("47.2", "％", "gdp_secondary_share", "level", (47.2, 1, "%")),
        ("0.501", "%", "birth_rate", "level", (5.01, 2, "‰")),
        ("47.2", "%", "gdp_secondary", "share", (47.2, 1, "%")),
        ("0.3", "万元", "gdp", "level", (0.00003, 5, "亿元")),
    ],
)
def test_a_printed_value_becomes_the_indicators_unit_without_dust(
    text: str, unit: str, indicator: str, measure: str, expected: tuple[float, int, str]
) -> None:
    printed = {"value_text": text, "unit_text": unit, "indicator": indicator, "measure": measure}
    assert converted(**printed) == expected


@given(st.integers(-(10**14), 10**14), st.integers(0, 4), st.sampled_from(["元", "万元", "亿元"]))
@settings(max_examples=150)
def test_every_conversion_by_powers_of_ten_is_the_nearest_float(
    digits: int, places: int, unit: str
) -> None:
    printed = Decimal(digits).scaleb(-places)
    worth = {"元": 0, "万元": 4, "亿元": 8}[unit]
    value, decimals, _ = converted(value_text=f"{printed:f}", unit_text=unit, indicator="gdp")
    assert value == float(printed.scaleb(worth - 8))
    assert decimals == places - (worth - 8)


def test_a_factor_that_is_no_power_of_ten_is_rounded_to_fifteen_digits() -> None:
    value, decimals, unit = converted(value_text="7", unit_text="万斤", indicator="grain_output")
    assert (value, decimals, unit) == (0.0035, 3, "万吨")


def test_a_reader_may_know_more_than_the_digits_say() -> None:
    """三成 is read as 30 %, with no digit after a point; 半数 as 0.5: neither is cut."""
    value, _, _ = converted(value_text="半", value=0.5, decimals=0, unit_text="亿元")
    assert value == 0.5


def test_unknown_digits_stay_unknown() -> None:
    value, decimals, _ = converted(value_text="x", value=7118145.0, decimals=None, unit_text="万元")
    assert value == 711.8145
    assert decimals is None


@pytest.mark.parametrize(
    ("printed", "rule", "said"),
    [
        (
            {"unit_text": "亿美元"},
            "wrong-unit",
            "地区生产总值 (level) is kept in 亿元, not in 亿美元",
        ),
        ({"unit_text": "%"}, "wrong-unit", "not in %"),
        ({"unit_text": "亿元", "measure": "growth"}, "wrong-unit", "kept in %, not in 亿元"),
        ({"unit_text": "个百分点", "measure": "growth"}, "wrong-unit", "not in 个百分点"),
        ({"unit_text": "两银子"}, "unknown-unit", "'两银子' is no unit of the catalogue"),
        ({"unit_text": None}, "unknown-unit", "no unit is printed"),
        ({"indicator": "happiness"}, "unknown-indicator", "no indicator 'happiness'"),
        ({"measure": None}, "unknown-measure", "地区生产总值: the measure is not known"),
        ({"measure": "speed"}, "unknown-measure", "地区生产总值: 'speed' is none"),
    ],
)
def test_what_does_not_convert_is_quarantined_with_the_reason(
    printed: dict[str, Any], rule: str, said: str
) -> None:
    result = harmonised([figure(**printed)])
    assert result.observations.is_empty()
    row = result.quarantine.row(0, named=True)
    assert (row["stage"], row["rule"]) == ("harmonise", rule)
    assert said in row["reason"]
    assert row["obs_value"] is None


def test_a_target_may_be_a_level_or_a_growth_rate() -> None:
    level = figure(value_text="750", unit_text="亿元", measure="target_level")
    growth = figure(value_text="6.5", unit_text="%", measure="target_growth", figure_no=1)
    rows = harmonised([level, growth]).observations
    assert rows["unit_measure"].to_list() == ["亿元", "%"]


def test_a_rank_needs_no_unit() -> None:
    rank = figure(value_text="3", unit_text=None, measure="rank")
    assert harmonised([rank]).observations["unit_measure"].to_list() == ["位"]


def test_the_readers_suggestion_is_converted_with_the_value() -> None:
    damaged = figure(
        value_text="6005",
        unit_text="万元",
        doubt="lost-point: ten times last year's",
        suggestion=600.5,
        evidence="last year 563",
    )
    row = harmonised([damaged]).quarantine.row(0, named=True)
    assert row["suggestion"] == 0.06005
    assert (row["stage"], row["rule"]) == ("read", "lost-point")
    assert row["reason"] == "ten times last year's"
    assert row["evidence"] == "last year 563"
    assert row["obs_value"] == 0.6005
    assert row["unit_measure"] == "亿元"


_GDP = "地区生产总值"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("gdp", "level", "万亿元"), ("亿元", 1e4, 4, None, None)),
        (("gdp", "level", "千万元"), ("亿元", 0.1, -1, None, None)),
        (("gdp", "rank", None), ("位", 1.0, 0, None, None)),
        (("gdp", "growth", "‰"), ("%", 0.1, -1, None, None)),
        (("gdp", "target_lead", "个百分点"), ("百分点", 1.0, 0, None, None)),
        (("grain_output", "level", "万斤"), ("万吨", 0.0005, None, None, None)),
        (("gold", "level", "亿元"),
         (None, None, None, "unknown-indicator", "the catalogue has no indicator 'gold'")),
        (("gdp", None, "亿元"),
         (None, None, None, "unknown-measure", f"{_GDP}: the measure is not known")),
        (("gdp", "speed", "亿元"), (None, None, None, "unknown-measure", f"{_GDP}: 'speed' is none")),
        (("gdp", "level", None), ("亿元", None, None, "unknown-unit", "no unit is printed")),
        (("gdp", "growth", "两"),
         ("%", None, None, "unknown-unit", "'两' is no unit of the catalogue")),
        (("gdp", "level", "万人"),
         ("亿元", None, None, "wrong-unit", f"{_GDP} (level) is kept in 亿元, not in 万人")),
    ],
)  # fmt: skip
def test_a_unit_is_resolved_to_the_one_that_is_kept(
    asked: tuple[str, str | None, str | None], expected: tuple[object, ...]
) -> None:
    schema = ["indicator", "measure", "unit_text"]
    distinct = pl.DataFrame([asked], schema=dict.fromkeys(schema, pl.String), orient="row")
    found = resolve_units(distinct, load_catalog()).row(0)
    assert found[:3] == asked
    assert found[3:] == expected
