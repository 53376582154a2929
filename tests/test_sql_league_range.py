"""The models that answer where an area stands and what comes next: rows in, rows out."""

from __future__ import annotations

import pytest

from flows.model.settings import Settings
from tests.store_support import Fig, doc
from tests.test_sql_models import CANGNAN, LONGGANG, PINGYANG, ask, gdp

PROVINCE = "330000"  # the three counties' parent in these tests


def test_a_missing_member_makes_the_rank_a_range(settings: Settings) -> None:
    assert ask(
        settings,
        doc("a", gdp(PINGYANG, 700.0), gdp(CANGNAN, 400.0)),
        sql="""SELECT ref_area, rank_best, rank_worst, rank_note, gap_below FROM league_table
            ORDER BY rank""",
    ) == [(PINGYANG, 1, 2, None, 300.0), (CANGNAN, 2, 3, None, None)]


@pytest.mark.parametrize(
    ("city", "worst"),
    [
        (1600.0, (1, 3)),  # Longgang has 516 at most: 1 % of 1,600 is allowed
        (1400.0, (1, 2)),  # 314 at most
        (2500.0, (2, 3)),  # 1,425 at most: no help
    ],
)
def test_the_parent_less_its_other_counties_narrows_the_range(
    settings: Settings, city: float, worst: tuple[int, int]
) -> None:
    found = ask(
        settings,
        doc("a", gdp(PINGYANG, 700.0), gdp(CANGNAN, 400.0), gdp(PROVINCE, city)),
        sql="""SELECT rank_worst, rank_note IS NOT NULL AND rank_worst = rank_best
            FROM league_table ORDER BY rank""",
    )
    assert tuple(row[0] for row in found) == worst
    assert found[0][1] is (worst[0] == 1)


def test_a_change_of_rank_needs_two_certain_ranks(settings: Settings) -> None:
    before = (gdp(PINGYANG, 300.0, "2021"), gdp(CANGNAN, 400.0, "2021"), gdp(LONGGANG, 1.0, "2021"))
    sure = (gdp(PINGYANG, 500.0, "2022"), gdp(CANGNAN, 450.0, "2022"), gdp(LONGGANG, 2.0, "2022"))
    unsure = (gdp(PINGYANG, 500.0), gdp(CANGNAN, 600.0))
    assert ask(
        settings,
        doc("a", *before, *sure, *unsure),
        sql="""SELECT time_period, ref_area, rank_change FROM league_table
            WHERE time_period > '2021' ORDER BY time_period, rank""",
    ) == [
        ("2022", PINGYANG, 1),
        ("2022", CANGNAN, -1),
        ("2022", LONGGANG, 0),
        ("2023", CANGNAN, None),
        ("2023", PINGYANG, None),
    ]


def test_next_mark_has_the_years_to_it(settings: Settings) -> None:
    found = ask(
        settings,
        doc("a", gdp(PINGYANG, 500.0, "2020"), gdp(PINGYANG, 665.5), gdp(CANGNAN, 999.0)),
        sql="SELECT ref_area, mark, gap_to_mark, pace, years_to_mark FROM next_mark ORDER BY 1",
    )
    # 500 × 1.1³ = 665.5; ln(700 / 665.5) / ln 1.1 = 0.53
    assert found == [(PINGYANG, 700.0, 34.5, 10.0, 0.53), (CANGNAN, 1000.0, 1.0, None, None)]


def test_catch_up_says_the_growth_to_draw_level(settings: Settings) -> None:
    found = ask(
        settings,
        doc("a", gdp(PINGYANG, 400.0, "2022"), gdp(PINGYANG, 440.0), gdp(CANGNAN, 400.0)),
        sql="""SELECT follower, ahead, years, ahead_growth, basis, growth_needed FROM catch_up
            WHERE time_period = '2023' AND years IN (1, 2) ORDER BY years""",
    )
    # 440 × 1.1 / 400 = 1.21 in one year; in two the one ahead has 532.4: √1.331 = 1.15369
    assert found == [
        (CANGNAN, PINGYANG, 1, 10.0, "last year", 21.0),
        (CANGNAN, PINGYANG, 2, 10.0, "last year", 15.369),
    ]


def test_one_ahead_without_a_year_before_stands_still(settings: Settings) -> None:
    assert ask(
        settings,
        doc("a", gdp(PINGYANG, 440.0), gdp(CANGNAN, 400.0)),
        sql="SELECT basis, ahead_growth, growth_needed FROM catch_up WHERE years = 1",
    ) == [("standing still", None, 10.0)]


def test_structure_prefers_the_printed_share(settings: Settings) -> None:
    def part(indicator: str, value: float, year: str, unit: str = "亿元") -> Fig:
        return Fig(ref_area=PINGYANG, indicator=indicator, value=value, time_period=year, unit=unit)

    found = ask(
        settings,
        doc(
            "a",
            part("gdp", 200.0, "2022"),
            part("gdp_secondary", 90.0, "2022"),
            part("gdp", 250.0, "2023"),
            part("gdp_secondary", 125.0, "2023"),
            part("gdp_secondary_share", 49.9, "2024", "%"),
        ),
        sql="""SELECT time_period, obs_value, share, share_basis, value_change, share_change
            FROM structure ORDER BY time_period""",
    )
    assert found == [
        ("2022", 90.0, 45.0, "computed", None, None),
        ("2023", 125.0, 50.0, "computed", 35.0, 5.0),
        ("2024", None, 49.9, "printed", None, None),
    ]


def test_freshness_names_the_newest_period_and_its_release(settings: Settings) -> None:
    assert ask(
        settings,
        doc("old", gdp(PINGYANG, 1.0, "2021")),
        doc("new", gdp(PINGYANG, 2.0, "2023")),
        sql="SELECT ref_area, indicator, time_period, release_id, age_days > 0 FROM freshness",
    ) == [(PINGYANG, "gdp", "2023", "new", True)]
