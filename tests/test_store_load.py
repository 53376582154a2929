"""A load: all or nothing, proven, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from flows.model import schemas
from flows.model.errors import StoreError
from flows.model.nouns import Visit
from flows.model.settings import Settings
from flows.store import Load, Store
from tests.store_support import START, Doc, Fig, doc, load_of, put

TABLES = ("release", "snapshot", "visit", "reading", "figure", "observation", "quarantine", "run")

PINGYANG = doc(
    "pingyang-2023",
    Fig(value=711.8),
    Fig(value=985.0, indicator="gdp_primary_share", unit="%", rule="share-over-100"),
    Fig(indicator=None, value=12.0),
    Fig(kind="date", value=2023.0),
)
CANGNAN = doc("cangnan-2023", Fig(ref_area="330327", value=488.2))


def counts(settings: Settings) -> dict[str, int]:
    with Store.open(settings, run_id="look") as store:
        return {
            name: store.connection.sql(f"SELECT count(*) FROM {name}").fetchall()[0][0]
            for name in TABLES
        }


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with Store.open(settings, run_id="look") as store:
        return store.connection.sql(query).fetchall()


def test_a_load_brings_every_number_with_its_fate(settings: Settings) -> None:
    put(settings, PINGYANG, CANGNAN)
    assert rows(
        settings,
        "SELECT release_id, figure_no, value_text, fate, fate_reason FROM figure ORDER BY ALL",
    ) == [
        ("cangnan-2023", 0, "488.2", "observation", None),
        ("pingyang-2023", 0, "711.8", "observation", None),
        ("pingyang-2023", 1, "985.0", "quarantined", "share-over-100"),
        ("pingyang-2023", 2, "12.0", "unmapped", None),
        ("pingyang-2023", 3, "2023.0", "not_a_figure", None),
    ]
    assert rows(
        settings,
        "SELECT release_id, figures, observations, unmapped, quarantined, not_a_figure "
        "FROM reading ORDER BY ALL",
    ) == [("cangnan-2023", 1, 1, 0, 0, 0), ("pingyang-2023", 4, 1, 1, 1, 1)]


def test_the_view_of_the_figures_gives_back_what_was_read(settings: Settings) -> None:
    heads = pl.concat_str("area_text", "period_text", "label_text", separator=" ")
    load = load_of([PINGYANG, CANGNAN])
    load = replace(
        load,
        readings=tuple(
            replace(
                one,
                figures=one.figures.with_columns(
                    area_text=pl.lit("平阳县"),
                    period_text=pl.lit("2023年"),
                    label_text=pl.lit("生产总值"),
                    doubt=pl.when(pl.col("figure_no") == 1).then(pl.lit("lost-point: 98.5")),
                ).with_columns(
                    # Of some the context is their heads, of some a sentence.
                    context_text=pl.when(pl.col("figure_no") % 2 == 0)
                    .then(heads)
                    .otherwise("context_text")
                ),
            )
            for one in load.readings
        ),
    )
    with Store.open(settings, run_id="run-1", started_at=START) as store:
        store.load(load)
        columns = ", ".join(schemas.FIGURE)
        shown = store.connection.sql(
            f"SELECT {columns} FROM figure ORDER BY reading_id, figure_no"
        ).pl()
    assert shown.cast(schemas.FIGURE).equals(pl.concat([one.figures for one in load.readings]))


def test_the_same_snapshots_again_add_no_row(settings: Settings) -> None:
    put(settings, PINGYANG, CANGNAN)
    before = counts(settings)
    load = load_of([PINGYANG, CANGNAN])
    with Store.open(settings, run_id="run-1", started_at=START) as store:
        again = store.load(load)
    assert not again.changed
    assert counts(settings) == before


def test_a_visit_that_finds_nothing_new_adds_only_itself(settings: Settings) -> None:
    put(settings, PINGYANG)
    before = counts(settings)
    put(settings, run=2, unchanged=[PINGYANG])
    after = counts(settings)
    assert after == {**before, "visit": before["visit"] + 1, "run": before["run"] + 1}


def test_a_newer_reader_reads_the_same_bytes_anew_and_the_old_reading_stays(
    settings: Settings,
) -> None:
    put(settings, PINGYANG)
    better = replace(PINGYANG, version="2", data=None)
    put(settings, better, run=2)
    assert rows(settings, "SELECT reader_version, observations FROM reading ORDER BY ALL") == [
        ("1", 1),
        ("2", 1),
    ]
    assert counts(settings)["snapshot"] == 1


def test_a_changed_title_is_a_new_version_of_the_release(settings: Settings) -> None:
    put(settings, PINGYANG)
    put(settings, run=2, unchanged=[replace(PINGYANG, title="平阳县统计公报")])
    assert rows(settings, "SELECT version, title FROM release ORDER BY version") == [
        (1, "统计公报"),
        (2, "平阳县统计公报"),
    ]


def test_the_same_bytes_at_two_addresses_are_two_readings(settings: Settings) -> None:
    one = doc("one", *PINGYANG.figures, data="the same")
    two = doc("two", *PINGYANG.figures, data="the same")
    put(settings, one, two)
    assert rows(settings, "SELECT release_id, observations FROM reading ORDER BY ALL") == [
        ("one", 1),
        ("two", 1),
    ]


def test_the_same_bytes_may_be_held_of_one_release_and_not_of_the_other(
    settings: Settings,
) -> None:
    good, bad = Fig(value=711.8), Fig(value=711.8, rule="twice")
    load = load_of([doc("one", good, data="the same"), doc("two", bad, data="the same")])
    # As the gate's verdict is joined to fates by the bytes alone: both look held.
    fates = load.fates.with_columns(fate=pl.lit("quarantined"), fate_reason=pl.lit("twice"))
    with Store.open(settings, run_id="run-1", started_at=START) as store:
        store.load(replace(load, fates=fates))
    assert rows(settings, "SELECT release_id, fate, fate_reason FROM figure ORDER BY ALL") == [
        ("one", "observation", None),
        ("two", "quarantined", "twice"),
    ]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (lambda load: replace(load, observations=load.observations.clear()), "0 observations"),
        (lambda load: replace(load, quarantine=load.quarantine.clear()), "0 quarantined"),
        (lambda load: replace(load, fates=load.fates.slice(1)), "have no fate"),
        (
            lambda load: replace(
                load, observations=pl.concat([load.observations, load.observations])
            ),
            "2 observations",
        ),
        (
            lambda load: replace(
                load,
                observations=load.observations.with_columns(
                    figure_no=pl.lit(2, pl.UInt32), locator=pl.lit("char:20-24")
                ),
            ),
            "char:",
        ),
        (
            lambda load: replace(
                load, observations=load.observations.with_columns(locator=pl.lit("char:9-14"))
            ),
            "do not agree",
        ),
        (
            lambda load: replace(
                load, observations=load.observations.with_columns(release_id=pl.lit("other"))
            ),
            "not read",
        ),
        (lambda load: replace(load, visits=()), "belongs to no visit"),
        (
            lambda load: replace(
                load,
                readings=tuple(
                    replace(one, figures=pl.concat([one.figures, one.figures[2:3]]))
                    for one in load.readings
                ),
            ),
            "number 2 of reading 1 is there twice",
        ),
    ],
    ids=[
        "an observation is lost",
        "a quarantine row is lost",
        "a fate is lost",
        "an observation comes twice",
        "an observation of another figure",
        "an observation from another place",
        "an observation of another release",
        "a reading without a visit",
        "a figure comes twice",
    ],
)
def test_a_load_that_does_not_add_up_adds_nothing(
    settings: Settings, broken: object, says: str
) -> None:
    put(settings, CANGNAN)
    before = counts(settings)
    load = load_of([PINGYANG], run_id="run-2", at=START + timedelta(days=1))
    with (
        Store.open(settings, run_id="run-2") as store,
        pytest.raises(StoreError, match=says) as error,
    ):
        store.load(broken(load))  # type: ignore[operator]
    assert "nothing was recorded" in str(error.value) or "bug" in str(error.value)
    assert counts(settings) == before


def test_a_failed_visit_is_remembered_and_changes_nothing_else(settings: Settings) -> None:
    from flows.model.nouns import Outcome

    put(settings, PINGYANG)
    visit = Visit("pingyang-2023", "https://example.org/x", START, Outcome.FAILED, 503, "busy")
    later = replace(visit, checked_at=START + timedelta(days=1))
    with Store.open(settings, run_id="run-2") as store:
        before = store.content_fingerprint()
        result = store.load(Load(visits=(later,)))
        assert result.visits == 1
        assert not result.changed
        assert store.content_fingerprint() == before
        assert store.latest_snapshots()["pingyang-2023"].sha256 == PINGYANG.sha256


def test_latest_snapshots_follow_a_release_that_goes_back(settings: Settings) -> None:
    first, second = doc("r", Fig(value=1.0)), doc("r", Fig(value=2.0))
    put(settings, first)
    put(settings, second, run=2)
    put(settings, first, run=3)
    with Store.open(settings, run_id="look") as store:
        assert store.latest_snapshots()["r"].sha256 == first.sha256
        assert store.known_observations()["obs_value"].to_list() == [1.0]
    assert counts(settings)["figure"] == 2


def test_a_new_etag_on_the_same_bytes_is_the_one_to_ask_with(settings: Settings) -> None:
    put(settings, PINGYANG)
    load = load_of([], run_id="run-2", at=START + timedelta(days=1), unchanged=[PINGYANG])
    snap = load.visits[0].snapshot
    assert snap is not None
    visit = replace(load.visits[0], snapshot=replace(snap, etag='"2"', last_modified=None))
    with Store.open(settings, run_id="run-2") as store:
        before = store.content_fingerprint()
        store.load(replace(load, visits=(visit,)))
        known = store.latest_snapshots()["pingyang-2023"]
        assert known.etag == '"2"'
        assert known.fetched_at == START
        assert store.content_fingerprint() == before


def test_the_content_fingerprint_changes_with_each_published_table(settings: Settings) -> None:
    seen = []

    def note() -> None:
        with Store.open(settings, run_id="look") as store:
            seen.append(store.content_fingerprint())

    steps: list[tuple[list[Doc], list[Doc]]] = [
        ([PINGYANG], []),
        ([CANGNAN], []),
        ([], [replace(CANGNAN, title="new title")]),
        ([replace(PINGYANG, version="2")], []),
    ]
    note()
    for run, (new, unchanged) in enumerate(steps, 1):
        put(settings, *new, run=run, unchanged=unchanged)
        note()
    assert len(set(seen)) == len(steps) + 1


def test_known_observations_have_the_declared_columns(settings: Settings) -> None:
    with Store.open(settings, run_id="look") as store:
        assert store.known_observations().schema == schemas.OBSERVATION
    put(settings, PINGYANG)
    with Store.open(settings, run_id="look") as store:
        known = store.known_observations()
    assert known.schema == schemas.OBSERVATION
    assert known["obs_value"].to_list() == [711.8]


def test_no_load_changes_or_removes_an_observation(settings: Settings) -> None:
    columns = ", ".join(schemas.OBSERVATION)
    query = f"SELECT {columns} FROM observation ORDER BY recorded_at, release_id, figure_no"
    history: list[tuple[object, ...]] = []
    revised = doc("pingyang-2023", Fig(value=712.5), data="revised")
    withdrawn = doc("pingyang-2023", Fig(indicator=None), data="withdrawn")
    for run, one in enumerate((PINGYANG, revised, withdrawn, PINGYANG), 1):
        put(settings, one, run=run)
        now = rows(settings, query)
        assert now[: len(history)] == history
        history = now
    assert [row[5] for row in history] == [711.8, 712.5]
