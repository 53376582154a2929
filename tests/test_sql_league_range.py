"""The models that answer where an area stands and what comes next: rows in, rows out."""

from __future__ import annotations

import pytest

from flows.ask.query import query
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


BOUNDS = "SELECT ref_area, time_period, freq, at_least, at_most FROM level_bound ORDER BY ALL"


def test_level_bound_is_the_parent_and_a_hundredth_less_the_siblings(settings: Settings) -> None:
    """Two of three counties have a figure; the third has none larger than what is left over."""
    found = ask(
        settings,
        doc("a", gdp(PROVINCE, 1000.0), gdp(PINGYANG, 600.0), gdp(CANGNAN, 300.0)),
        sql=BOUNDS,
    )
    assert found == [(LONGGANG, "2023", "A", None, 110.0)]


@pytest.mark.parametrize(("city", "worst"), [(1000.0, 2), (1000.1, 3)])
def test_the_allowance_of_the_parent_is_a_hundredth_and_no_more(
    settings: Settings, city: float, worst: int
) -> None:
    """Of 1,000 and a hundredth 205 are left over, just what Cangnan has; then a little more."""
    found = ask(
        settings,
        doc("a", gdp(PROVINCE, city), gdp(PINGYANG, 600.0), gdp(CANGNAN, 205.0)),
        sql=f"SELECT rank_worst FROM league_table WHERE ref_area = '{CANGNAN}'",
    )
    assert found == [(worst,)]


def test_level_bound_needs_nothing_negative_among_the_siblings(settings: Settings) -> None:
    negative = (gdp(PROVINCE, 100.0), gdp(PINGYANG, -1.0), gdp(CANGNAN, 60.0))
    zero = (gdp(PROVINCE, 100.0, "2022"), gdp(PINGYANG, 0.0, "2022"), gdp(CANGNAN, 60.0, "2022"))
    found = ask(settings, doc("a", *negative, *zero), sql=BOUNDS)
    assert found == [(LONGGANG, "2022", "A", None, 41.0)]


@pytest.mark.parametrize("unit", ["元", "%"])
def test_rates_and_amounts_a_head_are_not_bounded_by_their_parent(
    settings: Settings, unit: str
) -> None:
    income = {"indicator": "income_all", "unit": unit}
    figures = gdp(PROVINCE, 5000.0, **income), gdp(PINGYANG, 4000.0, **income)
    assert ask(settings, doc("a", *figures), sql=BOUNDS) == []


def test_siblings_are_those_of_the_year(settings: Settings) -> None:
    """Longgang came out of Cangnan in 2019: in 2018 there were two counties."""
    figures = gdp(PROVINCE, 1000.0, "2018"), gdp(PINGYANG, 600.0, "2018")
    assert ask(settings, doc("a", *figures), sql=BOUNDS) == [(CANGNAN, "2018", "A", None, 410.0)]


def test_level_bound_takes_the_tightest_that_is_printed_and_none_beside_a_figure(
    settings: Settings,
) -> None:
    def bound(area: str, value: float, side: str) -> Fig:
        return Fig(ref_area=area, measure=f"level_at_{side}", value=value)

    figures = [
        bound(LONGGANG, 300.0, "least"),
        bound(LONGGANG, 500.0, "most"),
        bound(PINGYANG, 300.0, "least"),
        gdp(PINGYANG, 350.0),
        gdp(PROVINCE, 700.0),  # leaves 357 for Longgang and Cangnan, which is less than 500
    ]
    assert ask(settings, doc("a", *figures), sql=BOUNDS) == [
        (CANGNAN, "2023", "A", None, 357.0),
        (LONGGANG, "2023", "A", 300.0, 357.0),
    ]


def test_a_member_is_missing_from_the_table_of_its_frequency(settings: Settings) -> None:
    """A figure of the quarter alone is none of the quarters up to it."""
    quarter = {"year": "2023-Q2"}
    figures = [
        gdp(PINGYANG, 300.0, **quarter, freq="Q-C"),
        gdp(CANGNAN, 100.0, **quarter, freq="Q"),
        gdp(PROVINCE, 350.0, **quarter, freq="Q-C"),
    ]
    assert ask(settings, doc("a", *figures), sql=BOUNDS) == [
        (CANGNAN, "2023-Q2", "Q-C", None, 53.5),
        (LONGGANG, "2023-Q2", "Q-C", None, 53.5),
    ]
    assert query(
        settings, "SELECT freq, rank_worst, members_with_figure FROM league_table ORDER BY 1"
    ).rows() == [("Q", 3, 1), ("Q-C", 1, 1)]


@pytest.mark.parametrize(
    ("side", "value", "best", "worst", "note"),
    [
        ("most", 400.0, 2, 2, "1 without a figure cannot be larger"),  # exactly as large, at most
        ("most", 400.1, 2, 3, None),
        ("least", 400.0, 2, 3, None),  # exactly as large, at least
        ("least", 400.1, 3, 3, "1 without a figure are larger"),
    ],
)
def test_the_range_of_a_rank_ends_at_a_bound_that_is_reached(
    settings: Settings, side: str, value: float, best: int, worst: int, note: str | None
) -> None:
    printed = Fig(ref_area=LONGGANG, measure=f"level_at_{side}", value=value)
    ((found_best, found_worst, found_note),) = ask(
        settings,
        doc("a", gdp(PINGYANG, 700.0), gdp(CANGNAN, 400.0), printed),
        sql=f"""SELECT rank_best, rank_worst, rank_note FROM league_table
            WHERE ref_area = '{CANGNAN}' AND measure = 'level'""",
    )
    assert (found_best, found_worst) == (best, worst)
    assert found_note is None if note is None else str(found_note).startswith(note)


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
