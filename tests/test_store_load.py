"""A load: all or nothing, proven, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from flows.model import schemas
from flows.model.errors import StoreError
from flows.model.nouns import MIRROR_SOURCE, Visit
from flows.model.settings import Settings
from flows.store import Load, Store
from tests.store_support import START, Doc, Fig, doc, harvest_of, put, put_harvest

TABLES = (
    *("release", "snapshot", "visit", "reading", "derivation", "figure", "observation"),
    *("quarantine", "run"),
)

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


def test_the_table_of_the_figures_gives_back_what_was_read(
    settings: Settings, tmp_path: Path
) -> None:
    harvest = harvest_of([PINGYANG, CANGNAN])
    frames = [part for part in harvest.load.figures if isinstance(part, pl.DataFrame)]
    printed = pl.concat(frames).with_columns(
        area_text=pl.lit("平阳县"),
        doubt=pl.when(pl.col("figure_no") == 1).then(pl.lit("lost-point: 98.5")),
    )
    file = tmp_path / "figures.parquet"  # as a run hands them over
    printed.write_parquet(file)
    harvest = replace(harvest, load=replace(harvest.load, figures=(file,)))
    with Store.open(settings, run_id="run-1", started_at=START) as store:
        put_harvest(store, harvest)
        columns = ", ".join(
            "status_text AS obs_status" if name == "obs_status" else name for name in schemas.FIGURE
        )
        shown = store.connection.sql(
            f"SELECT {columns} FROM figure ORDER BY reading_id, figure_no"
        ).pl()
    assert shown.cast(schemas.FIGURE).equals(printed.select(schemas.FIGURE.names()))


def test_the_same_snapshots_again_add_no_row(settings: Settings) -> None:
    put(settings, PINGYANG, CANGNAN)
    before = counts(settings)
    again = put(settings, PINGYANG, CANGNAN)
    assert not again.changed
    assert counts(settings) == before


def test_a_visit_that_finds_nothing_new_adds_only_itself(settings: Settings) -> None:
    put(settings, PINGYANG)
    before = counts(settings)
    put(settings, run=2, unchanged=[PINGYANG])
    after = counts(settings)
    assert after == {**before, "visit": before["visit"] + 1, "run": before["run"] + 1}


def test_a_newer_reader_that_reads_otherwise_makes_a_reading_and_the_old_one_stays(
    settings: Settings,
) -> None:
    put(settings, replace(PINGYANG, data="the page"))
    better = doc("pingyang-2023", Fig(value=712.0), data="the page", version="2")
    result = put(settings, better, run=2)
    assert (result.readings, result.confirmed) == (1, 0)
    assert rows(settings, "SELECT reader_version, observations FROM reading ORDER BY ALL") == [
        ("1", 1),
        ("2", 1),
    ]
    assert counts(settings)["snapshot"] == 1


def test_a_newer_reader_that_reads_the_same_adds_only_that_it_did(settings: Settings) -> None:
    put(settings, replace(PINGYANG, data="the page"))
    before = counts(settings)
    result = put(settings, replace(PINGYANG, data="the page", version="2"), run=2)
    assert (result.readings, result.confirmed, result.changed) == (0, 1, False)
    after = counts(settings)
    assert after.pop("derivation") == before.pop("derivation") + 1
    assert after | {"visit": 0, "run": 0} == before | {"visit": 0, "run": 0}


def test_a_change_that_is_taken_back_counts_again(settings: Settings) -> None:
    right = doc("r", Fig(value=711.8), data="the page")
    wrong = doc("r", Fig(value=711.8, ref_area="330327"), data="the page", version="2")
    for run, one in enumerate((right, wrong, right), 1):
        put(settings, one, run=run)
        with Store.open(settings, run_id="look") as store:
            assert store.known_observations()["ref_area"].to_list() == [one.figures[0].ref_area]
    assert not put(settings, right, run=4).changed


@pytest.mark.parametrize(
    "other",
    [
        Fig(value=711.8, unit="万元"),
        Fig(value=711.8, rule="lost-point"),
        Fig(value=711.8, ref_area="330327"),
        Fig(value=711.8, time_period="2022"),
        Fig(value=711.8, comparator="about"),
        Fig(value=711.8, indicator=None),
        Fig(value=711.8, decimals=2),
    ],
)
def test_whatever_comes_out_otherwise_makes_a_reading(settings: Settings, other: Fig) -> None:
    put(settings, doc("r", Fig(value=711.8), data="the page"))
    result = put(settings, doc("r", other, data="the page", version="2"), run=2)
    assert (result.readings, result.confirmed) == (1, 0)


def test_another_reason_in_the_quarantine_makes_a_reading(settings: Settings) -> None:
    held = Fig(value=711.8, rule="lost-point", suggestion=71.18)
    put(settings, doc("r", held, data="the page"))
    for run, one in enumerate((replace(held, suggestion=7.118), held), 2):
        result = put(settings, doc("r", one, data="the page", version=str(run)), run=run)
        assert (result.readings, result.confirmed) == (1, 0)


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


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (lambda load: replace(load, observations=load.observations.clear()), "0 observations"),
        (lambda load: replace(load, quarantine=load.quarantine.clear()), "0 quarantined"),
        (lambda load: replace(load, figures=(load.figures[0].slice(1),)), "4 numbers were read"),
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
            "0 of them are whole observations",
        ),
        (
            lambda load: replace(
                load, observations=load.observations.with_columns(locator=pl.lit("char:9-14"))
            ),
            "0 of them are whole observations",
        ),
        (
            lambda load: replace(
                load,
                quarantine=load.quarantine.with_columns(locator=pl.lit("char:9-14")),
            ),
            "do not agree",
        ),
        (
            lambda load: replace(
                load, observations=load.observations.with_columns(release_id=pl.lit("other"))
            ),
            "not read",
        ),
        (lambda load: replace(load, readings=load.readings * 2), "two readings"),
        (
            lambda load: replace(
                load,
                figures=(pl.concat([load.figures[0], load.figures[0][2:3]]),),
                readings=(replace(load.readings[0], figures=5, unmapped=2),),
            ),
            "4 different numbers",
        ),
    ],
    ids=[
        "an observation is lost",
        "a quarantine row is lost",
        "a figure is lost",
        "an observation comes twice",
        "an observation of another figure",
        "an observation from another place",
        "a quarantine row from another place",
        "an observation of another release",
        "a reading comes twice",
        "a figure comes twice",
    ],
)
def test_a_load_that_does_not_add_up_adds_nothing(
    settings: Settings, broken: Callable[[Load], Load], says: str
) -> None:
    put(settings, CANGNAN)
    harvest = harvest_of([PINGYANG], run_id="run-2", at=START + timedelta(days=1))
    with Store.open(settings, run_id="run-2") as store:
        store.record(harvest.releases, harvest.visits)
    before = counts(settings)
    with (
        Store.open(settings, run_id="run-2") as store,
        pytest.raises(StoreError, match=says) as error,
    ):
        store.load(broken(harvest.load))
    assert "nothing was recorded" in str(error.value)
    assert counts(settings) == before


def test_a_failed_visit_is_remembered_and_changes_nothing_else(settings: Settings) -> None:
    from flows.model.nouns import Outcome

    put(settings, PINGYANG)
    visit = Visit("pingyang-2023", "https://example.org/x", START, Outcome.FAILED, 503, "busy")
    later = replace(visit, checked_at=START + timedelta(days=1))
    with Store.open(settings, run_id="run-2") as store:
        before = store.content_fingerprint()
        recorded = store.record((), (later,))
        assert (recorded.visits, recorded.snapshots, recorded.releases) == (1, 0, 0)
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
    harvest = harvest_of([], run_id="run-2", at=START + timedelta(days=1), unchanged=[PINGYANG])
    snap = harvest.visits[0].snapshot
    assert snap is not None
    visit = replace(harvest.visits[0], snapshot=replace(snap, etag='"2"', last_modified=None))
    with Store.open(settings, run_id="run-2") as store:
        before = store.content_fingerprint()
        store.record((), (visit,))
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
        ([doc("pingyang-2023", Fig(value=1.0), data="other")], []),
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


def test_a_release_that_left_the_catalogue_is_retired_and_comes_back(settings: Settings) -> None:
    put(settings, PINGYANG, CANGNAN)
    both = {"pingyang-2023", "cangnan-2023"}

    def record(run: str, *docs: Doc, catalogued: set[str] | None) -> tuple[str, ...]:
        with Store.open(settings, run_id=run) as store:
            return store.record([one.release for one in docs], catalogued=catalogued).retired

    def counting() -> list[str]:
        with Store.open(settings, run_id="look") as store:
            assert {one.release.release_id for one in store.counting_snapshots()} == set(
                store.known_observations()["release_id"]
            )
            return sorted(store.known_observations()["release_id"])

    assert record("some", PINGYANG, catalogued=None) == ()  # a run over some sources only
    assert counting() == sorted(both)
    assert record("gone", PINGYANG, catalogued={"pingyang-2023"}) == ("cangnan-2023",)
    assert counting() == ["pingyang-2023"]
    assert record("gone", PINGYANG, catalogued={"pingyang-2023"}) == ()
    assert record("back", PINGYANG, CANGNAN, catalogued=both) == ()
    assert counting() == sorted(both)
    assert counts(settings)["observation"] == 2  # all of it is still there


def test_a_mirrors_own_release_is_not_retired(settings: Settings) -> None:
    harvest = harvest_of([PINGYANG])
    own = tuple(replace(each, source_id=MIRROR_SOURCE) for each in harvest.releases)
    with Store.open(settings, run_id="run-1", started_at=START) as store:
        put_harvest(store, replace(harvest, releases=own))
        assert store.record((), catalogued=set()).retired == ()
        assert store.known_observations().height == 1


def test_a_store_that_was_deleted_is_not_begun_anew_beside_its_publications(
    settings: Settings,
) -> None:
    put(settings, PINGYANG)
    (settings.publications / "20250101T000000Z-abcdef").mkdir(parents=True)
    settings.store.unlink()
    with (
        pytest.raises(StoreError, match="1 publications made from it are still here"),
        Store.open(settings, run_id="run-2"),
    ):
        pass
    assert not settings.store.exists()
