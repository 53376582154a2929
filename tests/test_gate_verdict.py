"""Damaged figures are held with the likely figure; sound ones pass; each row says why."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from flows.model import schemas
from flows.model.nouns import Check
from tests.gate_support import (
    INCOMES,
    NOW,
    PINGYANG,
    SECTORS,
    SHARES,
    SOUND,
    Fig,
    but,
    frame,
    held,
    judged,
    only,
)

YEARS = (
    Fig("gdp", "534.5", "2020", release="of 2020"),
    Fig("gdp", "653.05", "2022", release="of 2022"),
)


def check(checks: list[Check], rule: str) -> Check:
    """The check of the whole batch."""
    (found,) = [each for each in checks if each.rule == rule and each.release_id is None]
    return found


def test_sound_figures_all_pass() -> None:
    figures = [*SECTORS, *SHARES, *SOUND, Fig("gdp:growth", "7.9")]
    verdict = judged(figures, YEARS)
    assert verdict.accepted.equals(frame(figures))
    assert verdict.quarantine.schema == schemas.QUARANTINE
    assert verdict.quarantine.is_empty()
    assert verdict.held == {}
    assert all(each.success for each in verdict.checks)
    assert check(verdict.checks, "sectors-sum").evaluated == 1
    assert check(verdict.checks, "no-value").evaluated == len(figures)


def test_a_lost_point_is_held_beside_its_neighbouring_years() -> None:
    row = only(judged([Fig("gdp", "6005", "2021"), *SOUND], YEARS))
    assert row["suggestion"] == 600.5
    assert row["severity"] == "critical"
    assert row["stage"] == "gate"
    assert row["obs_value"] == 6005
    assert "534.5 in 2020" in row["evidence"]
    assert "653.05 in 2022" in row["evidence"]
    assert "6005" in row["reason"]


@pytest.mark.parametrize(
    ("damaged", "true"),
    [
        (Fig("gdp", "71181"), 711.81),
        (Fig("gdp", "71.181"), 711.81),
        (Fig("gdp_secondary", "33574"), 335.74),
        (Fig("gdp_tertiary", "3527.7"), 352.77),
        (Fig("gdp_primary", "2330"), 23.30),
    ],
)
def test_a_misprint_is_told_from_the_sound_members_of_its_sum(damaged: Fig, true: float) -> None:
    verdict = judged([*but(SECTORS, damaged), *SOUND])
    row = only(verdict)
    assert row["indicator"] == damaged.name
    assert row["suggestion"] == pytest.approx(true)
    assert "ask for" in row["evidence"]


def test_shares_say_which_sector_is_wrong_where_the_sum_does_not() -> None:
    # 382.74 is no misprint of the point; only the sector itself can make all four hold.
    figures = [*but(SECTORS, Fig("gdp_secondary", "385.74")), *SHARES, *SOUND]
    row = only(judged(figures))
    assert row["indicator"] == "gdp_secondary"
    assert row["suggestion"] == pytest.approx(335.74)
    assert "a digit is another" in row["evidence"]


def test_all_members_are_held_where_nothing_decides() -> None:
    verdict = judged([*but(SECTORS, Fig("gdp_secondary", "325.74")), *SOUND])
    assert held(verdict) == dict.fromkeys([each.name for each in SECTORS], "sectors-sum")
    assert verdict.quarantine["suggestion"].null_count() == 4
    reason = verdict.quarantine["reason"][0]
    assert "in doubt" in reason
    assert "711.81" in reason
    assert "701.81" in reason


def test_two_slips_in_one_sum_are_both_held() -> None:
    figures = but(SECTORS, Fig("gdp_secondary", "33574"), Fig("gdp_tertiary", "35277"))
    verdict = judged([*figures, *SOUND])
    assert {"gdp_secondary", "gdp_tertiary"} <= set(held(verdict))


def test_two_separate_slips_are_judged_apart() -> None:
    figures = but([*SECTORS, *SOUND], Fig("gdp", "71181"), Fig("birth_rate", "501"))
    verdict = judged(figures)
    suggested = dict(verdict.quarantine.select("indicator", "suggestion").iter_rows())
    assert suggested == {"gdp": 711.81, "birth_rate": 5.01}


@pytest.mark.parametrize(
    ("figure", "true"),
    [
        (Fig("urbanisation_rate", "652"), 65.2),
        (Fig("gdp_secondary_share", "472"), 47.2),
        (Fig("gdp:growth", "79"), 7.9),
        (Fig("income_urban:growth", "-62"), -6.2),
        (Fig("birth_rate", "905"), 9.05),
    ],
)
def test_a_rate_that_cannot_be_is_held_with_its_point_put_back(figure: Fig, true: float) -> None:
    row = only(judged([figure, *INCOMES]))
    assert row["suggestion"] == pytest.approx(true)


@pytest.mark.parametrize(
    "figure",
    [
        Fig("gdp_secondary_share", "147.2"),
        Fig("gdp", "-3.2"),
        Fig("retail_sales:growth", "-100.0"),
        Fig("gdp_per_capita", "81959000"),
        Fig("cpi", "102.0"),
    ],
)
def test_what_cannot_be_is_held(figure: Fig) -> None:
    row = only(judged([figure, *INCOMES]))
    assert row["rule"] == "impossible"
    assert "cannot be" in row["reason"]


def test_what_is_only_unusual_passes_with_a_warning() -> None:
    verdict = judged([Fig("imports:growth", "-72.6"), *INCOMES])
    assert verdict.quarantine.is_empty()
    found = check(verdict.checks, "unusual")
    assert (found.success, found.severity, found.failed) == (False, "warning", 1)
    (of_release,) = [each for each in verdict.checks if each.release_id == "communique"]
    assert of_release.rule == "unusual"
    assert "-72.6" in of_release.note


def test_bounds_know_the_level_of_an_area() -> None:
    city = Fig("gdp", "27695.1", area="330100")
    county = Fig("gdp", "27695.1", area=PINGYANG)
    assert judged([city, *INCOMES]).quarantine.is_empty()
    assert only(judged([county, *INCOMES]))["rule"] == "impossible"


def test_growth_without_its_point_is_told_from_the_style_of_its_release() -> None:
    names = ("gdp", "gdp_primary", "gdp_secondary", "retail_sales", "exports", "loans")
    pointed = [Fig(f"{name}:growth", "5.4") for name in names]
    verdict = judged(but(pointed, Fig("exports:growth", "21")))
    assert held(verdict) == {"exports:growth": "lost-point"}
    plain = [Fig(f"{name}:growth", "21") for name in names[3:]]
    assert judged(plain).quarantine.is_empty()


def test_growth_that_the_levels_bear_out_needs_no_point() -> None:
    names = ("gdp", "gdp_primary", "gdp_secondary", "retail_sales", "loans")
    figures = [Fig(f"{name}:growth", "5.4") for name in names]
    figures += [Fig("exports:growth", "21"), Fig("exports", "121.00")]
    known = [Fig("exports", "100.00", "2022", release="before")]
    assert judged(figures, known).quarantine.is_empty()


def test_a_zero_in_front_betrays_a_lost_point() -> None:
    assert only(judged([Fig("cpi", "02"), *INCOMES]))["rule"] == "lost-point"
    assert judged([Fig("cpi", "0"), *INCOMES]).quarantine.is_empty()


@pytest.mark.parametrize("text", ["6530", "65.30", "6530000"])
def test_slips_of_ten_and_ten_thousand_are_out_of_scale(text: str) -> None:
    known = [Fig("gdp", "600.50", "2021", release="a"), Fig("gdp", "711.81", release="b")]
    row = only(judged([Fig("gdp", text, "2022"), *INCOMES], known))
    assert row["suggestion"] is None or row["suggestion"] == 653


def test_a_damaged_year_does_not_drag_its_neighbours_along() -> None:
    texts = {"2019": "500.1", "2020": "534.5", "2021": "6005", "2022": "653.05", "2023": "711.81"}
    figures = [Fig("gdp", text, year) for year, text in texts.items()]
    row = only(judged([*figures, *SOUND]))
    assert (row["time_period"], row["suggestion"]) == ("2021", 600.5)


def test_of_two_years_that_contradict_each_other_the_known_one_is_kept() -> None:
    known = [Fig("loans", "534.51", "2020", release="known")]
    row = only(judged([Fig("loans", "5812.02", "2021"), *INCOMES], known))
    assert row["time_period"] == "2021"
    assert row["rule"] == "magnitude"
    assert row["suggestion"] is None  # a point elsewhere or a digit more: nothing decides


def test_two_new_years_that_contradict_each_other_are_both_held() -> None:
    figures = [Fig("loans", "534.51", "2020"), Fig("loans", "5812.02", "2021"), *INCOMES]
    assert set(held(judged(figures))) == {"loans 2020", "loans 2021"}


def test_a_quarter_is_not_compared_with_a_year() -> None:
    known = [Fig("gdp", "711.81", "2023", release="known")]
    figures = [Fig("gdp", "163.2", "2024-Q1"), Fig("gdp", "777.46", "2024")]
    assert judged(figures, known).quarantine.is_empty()


def test_a_wrong_known_value_is_outvoted_by_the_years_around_it() -> None:
    known = [Fig("gdp", "7118.1", release="wrong"), *YEARS]
    later = [Fig("gdp", "777.46", "2024", release="of 2024")]
    verdict = judged([Fig("gdp", "711.81", release="mended"), *INCOMES], [*known, *later])
    assert verdict.quarantine.is_empty()


def test_another_release_of_the_figure_shows_a_lost_point() -> None:
    known = [Fig("loans", "581.2", release="bureau")]
    row = only(judged([Fig("loans", "5812", release="repost"), *INCOMES], known))
    assert row["suggestion"] == 581.2
    assert "581.2 in another release" in row["evidence"]


def test_a_revision_by_a_later_release_passes() -> None:
    known = [Fig("gdp", "653.05", "2022", release="first", published_on=date(2023, 3, 1))]
    later = Fig("gdp", "648.20", "2022", release="second", published_on=date(2024, 3, 1))
    verdict = judged([later, *INCOMES], known)
    assert verdict.quarantine.is_empty()
    assert check(verdict.checks, "disagrees").success


@pytest.mark.parametrize("days", [(None, None), (date(2024, 3, 1), date(2024, 3, 1))])
def test_two_releases_of_no_later_day_that_disagree_pass_with_a_warning(
    days: tuple[date | None, date | None],
) -> None:
    known = [Fig("gdp", "670.61", release="derived", published_on=days[0])]
    other = Fig("gdp", "670.70", release="press", published_on=days[1])
    verdict = judged([other, *INCOMES], known)
    assert verdict.quarantine.is_empty()
    found = check(verdict.checks, "disagrees")
    assert (found.success, found.failed) == (False, 1)
    assert "670.61" in found.note


def test_two_releases_that_agree_within_rounding_do_not_disagree() -> None:
    known = [Fig("gdp", "670.65", release="exact")]
    verdict = judged([Fig("gdp", "670.7", release="round"), *INCOMES], known)
    assert check(verdict.checks, "disagrees").success
    assert check(verdict.checks, "disagrees").evaluated == 1


def test_growth_that_contradicts_the_levels_passes_with_a_warning() -> None:
    known = [Fig("income_all", "50000", "2022", release="before")]
    figures = [Fig("income_all", "54321"), Fig("income_all:growth", "2.1")]
    verdict = judged(figures, known)
    assert verdict.quarantine.is_empty()
    found = check(verdict.checks, "growth-and-level")
    assert (found.success, found.failed) == (False, 1)
    assert "8.642" in found.note
    fine = judged(but(figures, Fig("income_all:growth", "8.6")), known)
    assert check(fine.checks, "growth-and-level").success


def test_a_unit_that_is_not_the_catalogues_is_held() -> None:
    row = only(judged([Fig("gdp", "711.81", unit="万元"), *INCOMES]))
    assert row["rule"] == "unit"
    assert "亿元" in row["reason"]


def test_an_indicator_that_the_catalogue_lacks_is_held() -> None:
    figure = Fig("happiness", "7.5", unit="分")
    assert only(judged([figure, *INCOMES]))["rule"] == "unit"


@pytest.mark.parametrize(
    "figure",
    [
        Fig("gdp", "711.81", area="3303"),
        Fig("gdp", "711.81", "2023年"),
        Fig("gdp", "711.81", "2025-Q5"),
    ],
)
def test_a_key_that_is_not_of_its_form_is_held(figure: Fig) -> None:
    assert only(judged([figure, *INCOMES]))["rule"] == "key"


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_a_figure_without_a_finite_value_is_held(value: float | None) -> None:
    figure = Fig("gdp", "…", value=value, valued=False)
    assert only(judged([figure, *INCOMES]))["rule"] == "no-value"


def test_a_repeat_is_held_as_information_and_the_most_precise_row_is_kept() -> None:
    figures = [Fig("gdp", "711.8"), Fig("gdp", "711.81"), Fig("gdp", "711.81"), *INCOMES]
    verdict = judged(figures)
    assert verdict.quarantine["rule"].to_list() == ["repeat", "repeat"]
    assert verdict.quarantine["severity"].unique().to_list() == ["info"]
    assert verdict.quarantine["figure_no"].to_list() == [0, 2]
    kept = verdict.accepted.filter(pl.col("indicator") == "gdp")
    assert kept["figure_no"].to_list() == [1]


def test_a_key_printed_twice_with_two_values_is_held_both_times() -> None:
    verdict = judged([Fig("loans", "711.81"), Fig("loans", "717.81"), *INCOMES])
    assert verdict.quarantine["rule"].to_list() == ["printed-twice", "printed-twice"]
    assert "717.81" in verdict.quarantine["reason"][0]


def test_repeats_do_not_vouch_for_each_other() -> None:
    verdict = judged([Fig("gdp", "6005", "2021"), Fig("gdp", "6005", "2021"), *SOUND], YEARS)
    assert set(verdict.quarantine["severity"]) == {"critical"}
    assert verdict.quarantine.height == 2


def test_a_release_read_again_is_not_compared_with_itself() -> None:
    damaged = Fig("loans", "581.2", release="same")
    verdict = judged([damaged, *INCOMES], [Fig("loans", "5812", release="same")])
    assert verdict.quarantine.is_empty()


def test_the_printed_unit_is_kept_apart_from_the_catalogues() -> None:
    # 13 万元 where 13 亿元 was meant.
    known = [
        Fig("gdp_secondary", text, year, release=year)
        for year, text in {"2021": "12.30", "2022": "12.91", "2024": "14.02"}.items()
    ]
    figure = Fig("gdp_secondary", "13", factor=1e-4, shift=4)
    row = only(judged([figure, *INCOMES], known))
    assert row["suggestion"] == pytest.approx(13)
    assert "the unit slipped" in row["evidence"]


def test_the_printed_sentence_goes_with_a_held_figure() -> None:
    figures = frame([Fig("gdp", "6005", "2021"), *INCOMES])
    context = figures.select("snapshot_sha256", "figure_no").with_columns(
        context_text=pl.format("sentence {}", "figure_no")
    )
    row = only(judged(figures, YEARS, context=context))
    assert row["context_text"] == "sentence 0"
    assert (row["run_id"], row["recorded_at"]) == ("run-1", NOW)
    assert row["locator"] == "char:0-1"


def test_the_order_of_the_batch_does_not_matter() -> None:
    figures = frame([*but(SECTORS, Fig("gdp", "71181")), *SOUND])
    there, back = judged(figures), judged(figures.reverse())
    assert there.quarantine.equals(back.quarantine)
    assert there.accepted.equals(back.accepted.reverse())
