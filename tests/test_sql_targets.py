"""Targets and their outcome, printed bounds of a rank, and the facts of a brief."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.model.settings import Settings
from tests.store_support import Fig, doc
from tests.test_sql_models import CANGNAN, LONGGANG, PINGYANG, ask, gdp

# The tests' store is of January 2025: 2024 is over, 2025 is not.


def growth(value: float, year: str = "2024", **more: object) -> Fig:
    return Fig(measure="growth", value=value, time_period=year, unit="%", **more)  # type: ignore[arg-type]


def aim(
    value: float,
    comparator: str | None = None,
    year: str = "2024",
    kind: str = "growth",
    **more: object,
) -> Fig:
    unit = {"growth": "%", "lead": "百分点", "level": "%"}[kind]
    plan = Fig(measure=f"target_{kind}", value=value, time_period=year, unit=unit)
    return replace(plan, comparator=comparator, **more)  # type: ignore[arg-type]


def test_target_is_the_newest_plan_with_its_print(settings: Settings) -> None:
    assert ask(
        settings,
        doc("old", aim(7.0, "about"), published_on=date(2024, 1, 1)),
        doc("new", aim(7.5, "at_least"), growth(7.9), published_on=date(2024, 2, 1)),
        sql="""SELECT indicator, measure, time_period, comparator, obs_value, release_id,
            value_text, url FROM target""",
    ) == [
        ("gdp", "target_growth", "2024", "at_least", 7.5, "new", "7.5",
         "https://example.org/new.html"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("figures", "outcome"),
    [
        ((aim(7.5), growth(7.5)), "met"),
        ((aim(7.5), growth(7.4)), "missed"),
        ((aim(7.5, "at_least"), growth(7.9)), "met"),
        ((aim(7.5, "about"), growth(7.0)), "met"),
        ((aim(7.5, "about"), growth(6.9)), "missed"),
        ((aim(7.5),), "unknown"),
        ((aim(7.5, year="2025"),), "open"),
        ((aim(3.0, "at_most", kind="level", indicator="cpi"),
          Fig(indicator="cpi", value=3.1, time_period="2024", unit="%")), "missed"),
        ((aim(3.0, kind="level", indicator="cpi"),
          Fig(indicator="cpi", value=0.4, time_period="2024", unit="%")), "met"),
        ((aim(0.0, "in_step", kind="lead", indicator="income_all"), growth(6.0),
          growth(5.6, indicator="income_all")), "met"),
        ((aim(0.0, "in_step", kind="lead", indicator="income_all"), growth(6.0),
          growth(5.4, indicator="income_all")), "missed"),
        ((aim(0.0, "above_province", kind="lead"), growth(6.0), growth(6.0, ref_area="330000")),
         "missed"),
        ((aim(0.0, "above_province", kind="lead"), growth(6.1), growth(6.0, ref_area="330000")),
         "met"),
        ((aim(0.0, "above_province", kind="lead"), growth(6.1)), "unknown"),
    ],
)  # fmt: skip
def test_target_outcome_says_whether_it_was_met(
    settings: Settings, figures: tuple[Fig, ...], outcome: str
) -> None:
    found = ask(settings, doc("a", *figures), sql="SELECT outcome FROM target_outcome")
    assert found == [(outcome,)]


def test_target_outcome_names_both_releases_and_the_gap(settings: Settings) -> None:
    assert ask(
        settings,
        doc("plan", aim(7.5, "about")),
        doc("communique", growth(7.9)),
        sql="""SELECT target_value, outcome_value, gap, outcome, release_id, outcome_release_id
            FROM target_outcome""",
    ) == [(7.5, 7.9, 0.4, "met", "plan", "communique")]


def test_league_table_puts_a_printed_more_than_above_and_less_than_below(
    settings: Settings,
) -> None:
    ranks = (
        "SELECT ref_area, rank, rank_best, rank_worst, rank_note FROM league_table ORDER BY rank"
    )
    more = Fig(ref_area=LONGGANG, measure="level_at_least", value=600.0, decimals=0)
    assert ask(settings, doc("a", gdp(PINGYANG, 700.0), gdp(CANGNAN, 400.0), more), sql=ranks) == [
        (PINGYANG, 1, 1, 2, None),
        (CANGNAN, 2, 3, 3, "1 without a figure are larger: a bound is printed"),
    ]


def test_league_table_knows_who_is_smaller_by_a_printed_bound(settings: Settings) -> None:
    less = Fig(ref_area=LONGGANG, measure="level_at_most", value=500.0, decimals=0)
    assert ask(
        settings,
        doc("a", gdp(PINGYANG, 700.0), gdp(CANGNAN, 400.0), less),
        sql="SELECT ref_area, rank_best, rank_worst FROM league_table ORDER BY rank",
    ) == [(PINGYANG, 1, 1), (CANGNAN, 2, 3)]


def test_brief_has_the_facts_that_are_known_and_no_other(settings: Settings) -> None:
    figures = (
        gdp(PINGYANG, 690.0, "2022"),
        gdp(PINGYANG, 711.8),
        gdp(CANGNAN, 450.0),
        Fig(indicator="gdp_tertiary", value=377.6),
        aim(15.0, "at_least", indicator="income_rural"),
    )
    found = ask(
        settings,
        doc("a", *figures),
        sql=f"""SELECT part, fact, indicator, obs_value, upper, qualifier, other_area, release_id
            FROM brief WHERE ref_area = '{PINGYANG}' AND time_period = '2023'
            ORDER BY ALL""",
    )
    assert found == [
        ("carries", "level", "gdp_tertiary", 377.6, None, None, None, "a"),
        ("carries", "share", "gdp_tertiary", 53.05, None, "computed", None, None),
        ("next", "mark", "gdp", 800.0, None, None, None, "a"),
        ("next", "target_growth", "income_rural", 15.0, None, "at_least", None, "a"),
        ("stands", "ahead", "gdp", 261.8, None, None, CANGNAN, None),
        ("stands", "gain", "gdp", 21.8, None, None, None, "a"),
        ("stands", "level", "gdp", 711.8, None, None, None, "a"),
        ("stands", "members", "gdp", 2.0, 3.0, None, None, None),
        ("stands", "passed", "gdp", 700.0, None, None, None, "a"),
        ("stands", "rank", "gdp", 1.0, 2.0, None, None, None),
    ]
