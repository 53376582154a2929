"""A reading is derived, like a build: what today's catalogue, rules and readers make of the bytes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.catalog import Catalog, load_catalog
from flows.catalog.model import Source
from flows.model.nouns import Authority, Release
from flows.model.paths import EXPECTATIONS
from flows.model.settings import Settings
from flows.read.prose.reader import CommuniqueReader
from flows.run import ingredients
from flows.run.changes import compare_values, describe_changes
from flows.run.dry import look_ahead
from flows.run.issues import read_issues
from flows.run.summary import RunSummary
from tests.runs import load_path, published, run_path

PAGE = (
    "<!doctype html><html><head><meta charset='utf-8'><title>2023年统计公报</title></head><body>"
    "<h1>2023年国民经济和社会发展统计公报</h1>"
    "<p>初步核算，2023年全县地区生产总值{gdp}亿元，比上年增长7.9%。全年{name}{people}万人。</p>"
    "</body></html>"
)
ADDRESS = "https://www.{0}.gov.cn/1.html"

Change = Callable[..., None]


def page(gdp: str = "711.81", name: str = "常住人口", people: str = "87.1") -> str:
    return PAGE.format(gdp=gdp, name=name, people=people)


def release(release_id: str, **facts: Any) -> Release:
    return Release(
        **{
            "release_id": release_id,
            "source_id": "test",
            "url": ADDRESS.format(release_id),
            "title": "统计公报",
            "publisher": "统计局",
            "reader": "communique",
            "ref_area": "330326",
            "time_period": "2023",
            **facts,
        }
    )


@pytest.fixture
def mirror(tmp_path: Path) -> Callable[..., Path]:
    def write(**pages: str) -> Path:
        folder = tmp_path / "mirror"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        rows = ["file,url"]
        for name, text in pages.items():
            (folder / f"{name}.html").write_text(text, encoding="utf-8")
            rows.append(f"{name}.html,{ADDRESS.format(name)}")
        (folder / "index.csv").write_text("\n".join(rows), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Change:
    """Puts a catalogue with these releases, and other changes, in the place of the true one."""
    true = load_catalog()
    number = iter(range(1000))

    def change(*releases: Release, parts: dict[str, str] | None = None, **fields: Any) -> None:
        made: Catalog = replace(
            true,
            sources=(Source("test", "统计局", releases),),
            fingerprint=f"catalogue-{next(number)}",
            fingerprints={**true.fingerprints, **(parts or {})},
            **fields,
        )
        monkeypatch.setattr("flows.run.plan.load_catalog", lambda own=None: made)

    return change


def causes(run: RunSummary) -> dict[str, list[str]]:
    return {line.release_id: line.causes for line in run.readings}


def gdp(settings: Settings) -> list[tuple[object, ...]]:
    return published(
        settings,
        "SELECT ref_area, obs_value, release_id FROM latest_observation"
        " WHERE indicator = 'gdp' AND measure = 'level' ORDER BY ALL",
    )


def test_what_was_read_by_todays_rules_is_not_read_again(
    settings: Settings, mirror: Callable[..., Path], catalogue: Change
) -> None:
    catalogue(release("a"))
    folder = mirror(a=page())
    assert causes(run_path(settings, folder)) == {"a": ["new bytes"]}
    again = run_path(settings, folder)
    assert again.readings == []
    assert again.outcome == "nothing-new"


def test_a_release_whose_area_is_mended_is_published_under_the_right_county_alone(
    settings: Settings, mirror: Callable[..., Path], catalogue: Change
) -> None:
    folder = mirror(a=page(), b=page(gdp="488.2"))
    catalogue(release("a", ref_area="330327"), release("b", ref_area="330328"))
    run_path(settings, folder)
    assert gdp(settings) == [("330327", 711.81, "a"), ("330328", 488.2, "b")]
    catalogue(release("a", ref_area="330326"), release("b", ref_area="330328"))
    run = run_path(settings, folder)
    assert causes(run) == {"a": ["release"]}  # only that one is derived
    assert gdp(settings) == [("330326", 711.81, "a"), ("330328", 488.2, "b")]
    kept = published(settings, "SELECT DISTINCT ref_area FROM observation ORDER BY 1")
    assert ("330327",) in kept  # the past stays as history


def test_a_mended_area_holds_even_where_all_of_the_release_is_now_held(
    settings: Settings, mirror: Callable[..., Path], catalogue: Change
) -> None:
    """An older print, read under the wrong county, does not stand in for what is held."""
    catalogue(release("a", ref_area="330327"))
    load_path(settings, mirror(a=page()))
    load_path(settings, mirror(a=page(gdp="713.02")))
    catalogue(release("a", ref_area="999999"))
    run_path(settings, mirror(a=page(gdp="713.02")))
    assert gdp(settings) == []


@pytest.mark.parametrize("part", ["areas", "units", "indicators"])
def test_each_part_of_the_catalogue_makes_a_reading_anew_and_is_named(
    settings: Settings, mirror: Callable[..., Path], catalogue: Change, part: str
) -> None:
    folder = mirror(a=page())
    catalogue(release("a"))
    load_path(settings, folder)
    catalogue(release("a"), parts={part: "another"})
    run = load_path(settings, folder)
    assert causes(run) == {"a": [part]}
    assert (run.confirmed, run.new_observations, run.changes) == (1, 0, [])  # it came out as it was


def test_a_layout_that_changed_makes_only_the_tables_that_name_it_anew(
    settings: Settings, mirror: Callable[..., Path], catalogue: Change
) -> None:
    folder = mirror(a=page())
    (folder / "t.csv").write_text(
        "area_code,indicator,year,value,unit\n330326,gdp,2023,711.81,亿元\n"
    )
    with (folder / "index.csv").open("a", encoding="utf-8") as index:
        index.write(f"\nt.csv,{ADDRESS.format('t')}\n")
    table = release("t", reader="table", layouts=("long",), ref_area=None, time_period=None)
    catalogue(release("a"), table)
    load_path(settings, folder)
    catalogue(release("a"), table, parts={"layout:long": "another"})
    assert causes(load_path(settings, folder)) == {"t": ["layout:long"]}


def test_a_word_that_the_lexicon_learns_is_read_in_what_was_fetched_long_ago(
    settings: Settings,
    mirror: Callable[..., Path],
    catalogue: Change,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    folder = mirror(a=page())
    catalogue(release("a"))
    load_path(settings, folder)
    lexicon = tmp_path / "lexicon"
    shutil.copytree(CommuniqueReader().data[0], lexicon)
    (lexicon / "more.yaml").write_text("word: new\n")
    reader = CommuniqueReader(data=(lexicon,))
    monkeypatch.setattr("flows.run.ingredients.load_reader", lambda _: reader)
    assert causes(load_path(settings, folder)) == {"a": ["data"]}


def test_a_suite_that_changed_is_asked_about_what_was_accepted(
    settings: Settings,
    mirror: Callable[..., Path],
    catalogue: Change,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    folder = mirror(a=page())
    catalogue(release("a"))
    load_path(settings, folder)
    suites = tmp_path / "expectations"
    shutil.copytree(EXPECTATIONS, suites)
    with (suites / "bounds.csv").open("a") as bounds:
        bounds.write("\n")
    monkeypatch.setattr("flows.run.ingredients.EXPECTATIONS", suites)
    ingredients.fingerprint_suites.cache_clear()
    assert causes(load_path(settings, folder)) == {"a": ["suites"]}
    ingredients.fingerprint_suites.cache_clear()


def test_a_name_that_the_gazetteer_learns_lets_the_quarantine_empty_itself(
    settings: Settings, mirror: Callable[..., Path], catalogue: Change
) -> None:
    folder = mirror()
    (folder / "t.csv").write_text(
        "area_code,indicator,year,value,unit\n昆阳,gdp,2023,711.81,亿元\n"
    )
    (folder / "index.csv").write_text(f"file,url\nt.csv,{ADDRESS.format('t')}\n")
    table = release("t", reader="table", layouts=("long",), ref_area="330300", time_period=None)
    catalogue(table)
    run_path(settings, folder)
    held = "SELECT rule FROM quarantine_list WHERE indicator = 'gdp' AND measure = 'level'"
    assert published(settings, held) == [("unknown-area",)]
    names = load_catalog().area_names
    alias = names.filter(ref_area="330326").head(1).with_columns(name=pl.lit("昆阳"))
    catalogue(table, parts={"areas": "with the alias"}, area_names=pl.concat([names, alias]))
    assert causes(run_path(settings, folder)) == {"t": ["areas"]}
    assert gdp(settings) == [("330326", 711.81, "t")]
    assert published(settings, held) == []
    past = "SELECT count(*) FROM quarantine WHERE rule = 'unknown-area'"
    assert published(settings, past) == [(1,)]


def test_a_newer_reader_reads_the_archive_again_also_where_two_addresses_give_the_same_bytes(
    settings: Settings,
    mirror: Callable[..., Path],
    catalogue: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In any order of their names; one is read, the other says which."""
    folder = mirror(z=page(), a=page())
    catalogue(release("z"), release("a", authority=Authority.REPOST))
    first = load_path(settings, folder)
    errors = {line.release_id: line.error for line in first.readings}
    assert errors == {"a": "the same bytes as z", "z": None}
    reader = CommuniqueReader(version="next")
    monkeypatch.setattr("flows.run.ingredients.load_reader", lambda _: reader)
    monkeypatch.setattr("flows.run.reading.load_reader", lambda _: reader)
    again = run_path(settings, folder)
    assert causes(again) == {"z": ["reader"]}
    assert again.confirmed == 1
    assert gdp(settings) == [("330326", 711.81, "z")]


def test_the_twin_of_a_release_that_left_the_catalogue_is_read_in_its_place(
    settings: Settings, mirror: Callable[..., Path], catalogue: Change
) -> None:
    catalogue(release("z"), release("a", authority=Authority.REPOST))
    load_path(settings, mirror(z=page(), a=page()))
    catalogue(release("a", authority=Authority.REPOST))
    run = run_path(settings, mirror(a=page()))
    assert run.retired == ["z"]
    assert gdp(settings) == [("330326", 711.81, "a")]


def test_a_release_taken_out_of_the_catalogue_counts_no_more(
    settings: Settings, mirror: Callable[..., Path], catalogue: Change
) -> None:
    folder = mirror(a=page(), b=page(gdp="488.2"))
    catalogue(release("a"), release("b", ref_area="330327"))
    run_path(settings, folder)
    catalogue(release("b", ref_area="330327"))
    some = run_path(settings, folder, source="b")
    assert some.retired == []  # a run over some sources says nothing of the others
    assert gdp(settings) == [("330326", 711.81, "a"), ("330327", 488.2, "b")]
    run = run_path(settings, mirror(b=page(gdp="488.2")))
    assert run.retired == ["a"]
    assert {each["change"] for each in run.changes} == {"withdrawn"}
    assert [issue.kind for issue in read_issues(settings.runs, run.run_id)] == ["retired"]
    assert gdp(settings) == [("330327", 488.2, "b")]
    assert published(settings, "SELECT count(*) FROM observation WHERE release_id = 'a'") != [(0,)]


def test_a_damaged_repost_leaves_the_last_sound_value_marked_and_says_so(
    settings: Settings, mirror: Callable[..., Path], catalogue: Change
) -> None:
    catalogue(release("a"))
    load_path(settings, mirror(a=page()))
    run = run_path(settings, mirror(a=page(gdp="711的81", people="88.2")))
    values = published(
        settings,
        "SELECT indicator, obs_value, stale_since IS NOT NULL FROM latest_observation"
        " WHERE measure = 'level' ORDER BY ALL",
    )
    assert values == [("gdp", 711.81, True), ("resident_population", 88.2, False)]
    held = published(settings, "SELECT rule FROM quarantine_list WHERE indicator = 'gdp'")
    assert len(held) == 1
    (issue,) = read_issues(settings.runs, run.run_id)
    assert (issue.kind, issue.release_id) == ("stale", "a")
    assert "1 value of its last sound print stands in" in issue.text
    mended = run_path(settings, mirror(a=page(gdp="712.5", people="88.2")))
    assert mended.issues == {}
    assert gdp(settings) == [("330326", 712.5, "a")]


def test_as_of_today_keeps_the_sound_value_as_the_models_do(
    settings: Settings, mirror: Callable[..., Path], catalogue: Change
) -> None:
    catalogue(release("a"))
    load_path(settings, mirror(a=page()))
    run_path(settings, mirror(a=page(gdp="711的81", people="88.2")))
    columns = "ref_area, indicator, measure, time_period, obs_value, release_id, locator"
    then = f"SELECT {columns} FROM observation_as_of(DATE '2100-01-01') ORDER BY ALL"
    today = f"SELECT {columns} FROM latest_observation ORDER BY ALL"
    assert published(settings, then) == published(settings, today)
    assert len(published(settings, then)) == 3


def test_a_dry_run_names_what_would_change_and_why_and_changes_nothing(
    settings: Settings, mirror: Callable[..., Path], catalogue: Change
) -> None:
    folder = mirror(a=page(), b=page(gdp="488.2"))
    catalogue(release("a", ref_area="330327"), release("b", ref_area="330328"))
    run_path(settings, folder)
    assert look_ahead(settings, mirror=str(folder)).derived.is_empty()
    catalogue(release("a", ref_area="330326"))
    before = {path: path.read_bytes() for path in settings.home.rglob("*.duckdb")}
    dry = look_ahead(settings, mirror=str(mirror(a=page())))
    assert dry.derived.select("release_id", "causes", "error").rows() == [("a", "release", None)]
    assert dry.retired == ("b",)
    moved = dry.changes.filter(pl.col("indicator") == "gdp", pl.col("measure") == "level")
    assert sorted(moved.select("ref_area", "change", "before", "after").rows()) == [
        ("330326", "added", None, 711.81),
        ("330327", "withdrawn", 711.81, None),
        ("330328", "withdrawn", 488.2, None),
    ]
    assert {path: path.read_bytes() for path in settings.home.rglob("*.duckdb")} == before


def test_a_document_on_which_the_reader_fails_ends_no_run(
    settings: Settings,
    mirror: Callable[..., Path],
    catalogue: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from flows.read import read as true
    from flows.run import reading

    def fails(data: bytes, **more: Any) -> Any:
        if more["release"].release_id == "a":
            raise IndexError("list index out of range")
        return true(data, **more)

    monkeypatch.setattr(reading, "read", fails)
    catalogue(release("a"), release("b", ref_area="330327"))
    run = run_path(settings, mirror(a=page(), b=page(gdp="488.2")))
    errors = {line.release_id: line.error for line in run.readings}
    assert errors == {"a": "a: the reader failed: IndexError: list index out of range", "b": None}
    assert gdp(settings) == [("330327", 488.2, "b")]
    assert run.issues == {"unreadable": 1}


def test_changes_name_what_was_added_revised_and_withdrawn(
    settings: Settings, mirror: Callable[..., Path], catalogue: Change
) -> None:
    catalogue(release("a"))
    run_path(settings, mirror(a=page()))
    old = pl.read_parquet(settings.current / "parquet" / "observation.parquet")
    new = old.with_columns(
        obs_value=old["obs_value"] + (old["indicator"] == "gdp").cast(float)
    ).vstack(old.head(1).with_columns(time_period=old["time_period"].head(1) + "X"))
    changed = compare_values(old, new.filter(new["indicator"] == "gdp"))
    kinds = dict(changed.select("indicator", "change").unique().iter_rows())
    assert kinds["resident_population"] == "withdrawn"
    assert set(changed["change"]) == {"added", "revised", "withdrawn"}
    assert describe_changes(changed) == "values: 1 added, 2 revised, 1 withdrawn"
