"""A measure says what a figure states, in which unit it is kept, and what it bounds or aims at."""

from __future__ import annotations

import polars as pl
import pytest

from flows.catalog import load_catalog
from flows.model.measure import Measure

#: text, the measure it bounds, what it bounds or aims at, unit of an indicator kept in 亿元
TABLE = (
    ("level", None, "level", "level", "亿元"),
    ("growth", None, "growth", "growth", "%"),
    ("share", None, "share", "share", "%"),
    ("rank", None, "rank", "rank", "位"),
    ("level_at_least", "at_least", "level", "level", "亿元"),
    ("level_at_most", "at_most", "level", "level", "亿元"),
    ("growth_at_least", "at_least", "growth", "growth", "%"),
    ("growth_at_most", "at_most", "growth", "growth", "%"),
    ("target_level", None, "target_level", "level", "亿元"),
    ("target_growth", None, "target_growth", "growth", "%"),
    ("target_lead", None, "target_lead", "target_lead", "百分点"),
)


@pytest.mark.parametrize(("text", "bound", "exact", "base", "unit"), TABLE)
def test_each_measure_knows_its_parts(
    text: str, bound: str | None, exact: str, base: str, unit: str
) -> None:
    measure = Measure(text)
    assert (measure.bound, measure.exact, measure.base) == (bound, exact, base)
    assert measure.is_target == text.startswith("target_")
    assert measure.unit("亿元") == unit


def test_the_table_above_has_every_measure() -> None:
    assert [text for text, *_ in TABLE] == list(Measure)


@pytest.mark.parametrize("text", [None, "", "levels", "LEVEL", "target_", "at_least", "growth_at_"])
def test_what_names_no_measure_is_none(text: str | None) -> None:
    assert Measure.parse(text) is None


def test_bounds_and_targets_are_made_of_level_and_growth_only() -> None:
    assert Measure.LEVEL.bounded("at_most") is Measure.LEVEL_AT_MOST
    assert Measure.GROWTH.aimed() is Measure.TARGET_GROWTH
    with pytest.raises(ValueError, match="is not a valid Measure"):
        Measure.RANK.aimed()
    for measure, bound in (("share", "at_least"), ("level", "about"), ("target_level", "at_most")):
        with pytest.raises(ValueError, match="is not a valid Measure"):
            Measure(measure).bounded(bound)


def test_a_measure_is_its_text_in_a_frame() -> None:
    frame = pl.DataFrame({"measure": [Measure.LEVEL_AT_LEAST, None]}, schema={"measure": pl.String})
    assert frame["measure"].to_list() == ["level_at_least", None]
    assert frame.filter(pl.col("measure") == Measure.LEVEL_AT_LEAST).height == 1


def test_every_unit_that_a_measure_is_kept_in_is_a_unit_of_the_catalogue() -> None:
    catalog = load_catalog()
    known = set(catalog.units["unit_text"])
    for indicator in catalog.indicators.values():
        assert {indicator.kept_in(measure) for measure in Measure} <= known
