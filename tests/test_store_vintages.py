"""What was known when: as of any day, and what counts today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from flows.model.nouns import Authority
from flows.model.settings import Settings
from flows.store import Store
from tests.store_support import START, Doc, Fig, doc, put


def known(settings: Settings) -> dict[tuple[str, str, str], float]:
    with Store.open(settings, run_id="look") as store:
        return _values(store.known_observations())


def as_of(
    settings: Settings, day: date, run: int | None = None
) -> dict[tuple[str, str, str], float]:
    recorded = START + timedelta(days=run - 1) if run else None
    with Store.open(settings, run_id="look") as store:
        return _values(store.as_of(day, recorded))


def _values(frame: pl.DataFrame) -> dict[tuple[str, str, str], float]:
    assert not frame.select("ref_area", "indicator", "measure", "time_period").is_duplicated().any()
    return {
        (row["ref_area"], row["indicator"], row["time_period"]): row["obs_value"]
        for row in frame.iter_rows(named=True)
    }


GDP_2023 = ("330326", "gdp", "2023")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"published_on": date(2024, 3, 1)}, {"published_on": date(2025, 3, 1)}),
        ({"published_on": None}, {"published_on": date(2020, 1, 1)}),
        (
            {"published_on": date(2024, 3, 1), "authority": Authority.PRESS},
            {"published_on": date(2024, 3, 1), "authority": Authority.REPOST},
        ),
        (
            {"authority": Authority.COMPILATION},
            {"authority": Authority.OFFICIAL},
        ),
    ],
    ids=["newer", "of a known day", "of a higher authority", "official, both of unknown days"],
)
def test_what_counts_does_not_depend_on_who_was_read_first(
    settings: Settings, first: dict[str, object], second: dict[str, object]
) -> None:
    loser = doc("a", Fig(value=711.8), **first)
    winner = doc("b", Fig(value=712.5), **second)
    put(settings, loser, winner)
    assert known(settings) == {GDP_2023: 712.5}


def test_of_two_that_say_the_same_the_more_precise_counts(settings: Settings) -> None:
    put(
        settings,
        doc("a", Fig(value=712.0, decimals=0)),
        doc("b", Fig(value=711.83, decimals=2)),
        doc("c", Fig(value=711.8, decimals=1)),
    )
    assert known(settings) == {GDP_2023: 711.83}


def test_of_two_that_are_alike_the_one_recorded_last_counts(settings: Settings) -> None:
    put(settings, doc("b", Fig(value=711.8)))
    put(settings, doc("a", Fig(value=712.5)), run=2)
    assert known(settings) == {GDP_2023: 712.5}


def test_a_release_that_revises_itself_counts_as_it_is_now_even_with_fewer_digits(
    settings: Settings,
) -> None:
    put(settings, doc("a", Fig(value=711.83, decimals=2), published_on=date(2024, 3, 1)))
    put(settings, doc("a", Fig(value=712.5), published_on=date(2024, 3, 1)), run=2)
    assert known(settings) == {GDP_2023: 712.5}


def test_a_figure_that_a_release_no_longer_prints_does_not_count(settings: Settings) -> None:
    put(settings, doc("a", Fig(), Fig(indicator="income_all", value=50000.0, unit="元")))
    put(settings, doc("a", Fig()), run=2)
    assert list(known(settings)) == [GDP_2023]


@pytest.mark.parametrize("how", ["held", "failed"])
def test_a_reading_without_observations_does_not_take_the_place_of_the_one_before(
    settings: Settings, how: str
) -> None:
    put(settings, doc("a", Fig()))
    bad = doc("a", Fig(rule="half-of-it"), data="damaged")
    why: dict[str, object] = {how: {"a": "more than half is damaged"}}
    put(settings, bad if how == "held" else replace(bad, figures=()), run=2, **why)  # type: ignore[arg-type]
    assert known(settings) == {GDP_2023: 711.8}
    with Store.open(settings, run_id="look") as store:
        last = store.connection.execute(
            "SELECT outcome, reason FROM reading ORDER BY reading_id DESC LIMIT 1"
        ).fetchall()
    assert last == [(how, "more than half is damaged")]


def test_a_newer_reader_replaces_what_an_older_one_made_of_the_same_bytes(
    settings: Settings,
) -> None:
    misread = doc("a", Fig(value=7118.0), data="page")
    put(settings, misread)
    put(settings, doc("a", Fig(value=711.8), data="page", version="2"), run=2)
    assert known(settings) == {GDP_2023: 711.8}


def test_as_of_a_past_day_gives_what_was_published_then(settings: Settings) -> None:
    put(
        settings,
        doc("communique", Fig(value=711.8), published_on=date(2024, 3, 1)),
        doc("yearbook", Fig(value=712.5), published_on=date(2024, 12, 1)),
    )
    assert as_of(settings, date(2024, 2, 29)) == {}
    assert as_of(settings, date(2024, 3, 1)) == {GDP_2023: 711.8}
    assert as_of(settings, date(2024, 11, 30)) == {GDP_2023: 711.8}
    assert as_of(settings, date(2024, 12, 1)) == {GDP_2023: 712.5}


def test_an_unknown_past_stays_unknown(settings: Settings) -> None:
    put(settings, doc("undated", Fig()))
    assert as_of(settings, START.date() - timedelta(days=1)) == {}
    assert as_of(settings, START.date()) == {GDP_2023: 711.8}


def test_a_page_changed_in_place_is_not_dated_back(settings: Settings) -> None:
    day = date(2024, 3, 1)
    put(settings, doc("a", Fig(value=711.8), published_on=day))
    put(settings, doc("a", Fig(value=712.5), published_on=day), run=31)
    assert as_of(settings, date(2024, 6, 1)) == {GDP_2023: 711.8}
    assert as_of(settings, START.date() + timedelta(days=29)) == {GDP_2023: 711.8}
    assert as_of(settings, START.date() + timedelta(days=30)) == {GDP_2023: 712.5}


def test_a_page_that_states_a_new_day_counts_from_that_day(settings: Settings) -> None:
    put(settings, doc("a", Fig(value=711.8), published_on=date(2024, 3, 1)))
    put(settings, doc("a", Fig(value=712.5), published_on=date(2025, 1, 10)), run=31)
    assert as_of(settings, date(2025, 1, 9)) == {GDP_2023: 711.8}
    assert as_of(settings, date(2025, 1, 10)) == {GDP_2023: 712.5}


def test_what_we_knew_at_a_time_is_not_changed_by_what_we_learn_later(settings: Settings) -> None:
    runs: list[list[Doc]] = [
        [doc("a", Fig(value=711.8), published_on=date(2024, 3, 1))],
        [doc("b", Fig(value=712.5), published_on=date(2024, 2, 1), authority=Authority.PRESS)],
        [doc("a", Fig(value=713.0), published_on=date(2024, 3, 1))],
        [doc("c", Fig(value=714.0), published_on=date(2024, 12, 1))],
        [doc("a", Fig(value=711.8), published_on=date(2024, 3, 1))],
    ]
    days = [date(2024, 2, 15), date(2024, 6, 1), date(2025, 1, 3), date(2025, 2, 1)]
    told: dict[tuple[int, date], object] = {}
    for run, docs in enumerate(runs, 1):
        put(settings, *docs, run=run)
        for day in days:
            told[run, day] = as_of(settings, day, run)
            assert told[run, day] == as_of(settings, day)
        for (before, day), said in told.items():
            assert as_of(settings, day, before) == said
    assert len({str(said) for said in told.values()}) > 3


def test_as_of_today_is_what_counts_today(settings: Settings) -> None:
    put(
        settings,
        doc("a", Fig(), Fig(time_period="2022", value=655.0), published_on=date(2024, 3, 1)),
        doc("b", Fig(value=712.5), published_on=date(2024, 4, 1)),
        doc("undated", Fig(time_period="2021", value=600.5), Fig(value=999.0)),
    )
    assert as_of(settings, date(2100, 1, 1)) == known(settings)
