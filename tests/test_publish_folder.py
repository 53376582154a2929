"""A publication appears whole or not at all, and says all about itself."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import duckdb
import frictionless
import polars as pl
import pyarrow.parquet as pq
import pytest

from flows.errors import LockHeld, PublishError, UsageError
from flows.nouns import Check
from flows.publish import PublishResult, exports, folder, publications, publish, query, rollback
from flows.publish.models import Column, Table, load_models
from flows.settings import Settings
from flows.store import Store
from tests.store_support import Fig, doc, files_of, put, small_catalog

PINGYANG = doc(
    "pingyang", Fig(), Fig(value=985.0, rule="lost-point"), published_on=date(2024, 3, 1)
)
CANGNAN = doc("cangnan", Fig(ref_area="330327", value=488.2))


def make(
    settings: Settings,
    run_id: str,
    *,
    check: Callable[[str, pl.DataFrame], list[Check]] | None = None,
    on_step: Callable[[str], None] | None = None,
    fingerprint: str = "catalogue-1",
) -> PublishResult:
    with Store.open(settings, run_id=run_id) as store:
        return publish(
            store,
            small_catalog(fingerprint),
            settings,
            run_id=run_id,
            check=check,
            on_step=on_step,
        )


def gdp(settings: Settings) -> list[float]:
    found = query(settings, "SELECT obs_value FROM latest_observation ORDER BY 1")
    return found["obs_value"].to_list()


@pytest.fixture
def published(settings: Settings) -> Settings:
    """A home with one publication, and something new in its store."""
    put(settings, PINGYANG)
    make(settings, "run-1")
    put(settings, CANGNAN, run=2)
    return settings


def test_a_publication_has_everything_in_it(settings: Settings) -> None:
    put(settings, PINGYANG, CANGNAN)
    result = make(settings, "run-1")
    assert result.folder == settings.publications / "run-1"
    assert settings.current.resolve() == result.folder.resolve()
    exported = [table.name for table in exports.exported(load_models())]
    assert set(exported) == {
        "observation",
        "latest_observation",
        "league_table",
        "milestone",
        "next_mark",
        "catch_up",
        "structure",
        "freshness",
        "coverage",
        "target",
        "target_outcome",
        "brief",
        "release_list",
        "quarantine_list",
    }
    assert set(files_of(result.folder)) == {
        "warehouse.duckdb",
        "datapackage.json",
        "reports/run.json",
        "SHA256SUMS",
        *(f"parquet/{name}.parquet" for name in exported),
    }
    about = json.loads((result.folder / "reports" / "run.json").read_text())
    assert about["run_id"] == "run-1"
    assert about["rows"]["latest_observation"] == 2
    assert all(one["success"] for one in about["checks"])


def test_the_checksums_are_those_of_the_files(settings: Settings) -> None:
    put(settings, PINGYANG)
    made = make(settings, "run-1").folder
    assert made is not None
    lines = (made / "SHA256SUMS").read_text().splitlines()
    said = {line[66:]: line[:64] for line in lines}
    files = {name: data for name, data in files_of(made).items() if name != "SHA256SUMS"}
    assert said == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_the_warehouse_holds_no_visit_and_no_run(settings: Settings) -> None:
    put(settings, PINGYANG)
    make(settings, "run-1")
    tables = query(settings, "SELECT table_name FROM duckdb_tables()")["table_name"].to_list()
    assert set(tables) == {table.name for table in load_models().tables if not table.view}


def test_every_table_and_column_is_described_in_the_warehouse(settings: Settings) -> None:
    put(settings, PINGYANG)
    make(settings, "run-1")
    silent = query(
        settings,
        """SELECT table_name FROM duckdb_tables() WHERE comment IS NULL
        UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT table_name || '.' || column_name FROM duckdb_columns()
            WHERE NOT internal AND comment IS NULL""",
    )
    assert silent.rows() == []


def test_a_column_that_is_not_described_stops_the_publication(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = load_models()
    table = models.models[-1]
    short = replace(table, columns=table.columns[:-1])
    fewer = replace(models, models=(*models.models[:-1], short))
    monkeypatch.setattr("flows.publish.load_models", lambda: fewer)
    put(settings, PINGYANG)
    with pytest.raises(PublishError, match=f"{table.name} and its description"):
        make(settings, "run-1")
    assert publications(settings) == []


def test_parquet_files_carry_their_own_description(settings: Settings) -> None:
    put(settings, PINGYANG)
    made = make(settings, "run-1").folder
    assert made is not None
    for table in exports.exported(load_models()):
        metadata = pq.read_metadata(made / "parquet" / f"{table.name}.parquet").metadata
        assert metadata[b"description"].decode() == table.description
        assert metadata[b"schema_version"].decode() == exports.SCHEMA_VERSION
        assert metadata[b"licence"] == b"Apache-2.0"
        columns = json.loads(metadata[b"columns"])
        assert columns == {column.name: column.description for column in table.columns}
        assert b"run-1" not in b"".join(metadata.values())


def test_polars_and_pandas_read_the_exports(settings: Settings) -> None:
    put(settings, PINGYANG, CANGNAN)
    made = make(settings, "run-1").folder
    assert made is not None
    file = made / "parquet" / "latest_observation.parquet"
    frame = pl.read_parquet(file)
    assert frame["obs_value"].to_list() == [711.8, 488.2]
    assert pq.read_table(file).to_pandas()["obs_value"].to_list() == [711.8, 488.2]


def test_the_data_package_is_valid_and_fits_the_files(settings: Settings) -> None:
    held = Fig(indicator="income_all", unit="元", rule="lost-point")
    put(settings, PINGYANG, CANGNAN, doc("x", held), doc("empty"))
    made = make(settings, "run-1").folder
    assert made is not None
    report = frictionless.validate(made / "datapackage.json")
    assert report.valid, report.to_summary()
    assert len(report.tasks) == len(exports.exported(load_models()))
    assert {task.name: task.stats.get("rows") for task in report.tasks}["latest_observation"] == 2


def test_the_validator_would_notice_another_schema(settings: Settings) -> None:
    put(settings, PINGYANG)
    made = make(settings, "run-1").folder
    assert made is not None
    file = made / "parquet" / "latest_observation.parquet"
    pl.read_parquet(file).rename({"obs_value": "value"}).write_parquet(file)
    assert not frictionless.validate(made / "datapackage.json").valid


def test_an_unchanged_day_publishes_nothing(published: Settings) -> None:
    make(published, "run-2")
    before = files_of(published.publications)
    put(published, run=3, unchanged=[PINGYANG, CANGNAN])
    result = make(published, "run-3")
    assert result.folder is None
    assert "run-2" in result.reason
    assert files_of(published.publications) == before


def test_a_changed_catalogue_is_published(published: Settings) -> None:
    make(published, "run-2")
    assert make(published, "run-3", fingerprint="catalogue-2").folder is not None


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    def of_one_home(name: str) -> dict[str, bytes]:
        settings = Settings(home=tmp_path / name)
        figures = [
            Fig(ref_area=area, time_period=str(year), value=float(year * 7 % 997))
            for area in ("330326", "330327", "330383")
            for year in range(1980, 2024)
        ]
        put(settings, doc("a", *figures), PINGYANG)
        put(settings, doc("b", *reversed(figures), published_on=date(2024, 1, 1)), run=2)
        put(settings, run=3, unchanged=[PINGYANG])
        made = make(settings, f"run-of-{name}").folder
        assert made is not None
        files = files_of(made)
        return {file: files[file] for file in files if "parquet" in file or "package" in file}

    one, other = of_one_home("one"), of_one_home("other")
    assert list(one) == list(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_many_rows_on_many_threads_give_the_same_bytes(settings: Settings) -> None:
    rows = [
        Fig(ref_area=f"{330000 + area}", time_period=str(year), value=float(area * year % 9973))
        for area in range(1300)
        for year in range(1900, 2000)
    ]
    later = rows[::-5]
    put(settings, doc("a", *rows), doc("b", *later, published_on=date(2024, 1, 1)))
    made = []
    for run, threads in enumerate((1, 4), 1):
        with Store.open(settings, run_id=f"run-{run}") as store:
            store.connection.execute(f"SET threads = {threads}")
            result = publish(store, small_catalog(str(run)), settings, run_id=f"run-{run}")
        assert result.folder is not None
        made.append(files_of(result.folder / "parquet"))
    assert made[0].keys() == made[1].keys()
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []
    latest = pl.read_parquet(BytesIO(made[0]["latest_observation.parquet"]))
    assert latest["release_id"].value_counts(sort=True).rows() == [("a", 104_000), ("b", 26_000)]
    every = pl.read_parquet(BytesIO(made[0]["observation.parquet"]))
    for frame in (latest, every):
        order = frame.select("reading_id", "figure_no")
        assert order.equals(order.sort("reading_id", "figure_no"))


def failing(model: str, severity: str) -> Callable[[str, pl.DataFrame], list[Check]]:
    def check(name: str, frame: pl.DataFrame) -> list[Check]:
        return [Check(name, "a-rule", severity, name != model, frame.height, int(name == model))]

    return check


def test_a_critical_check_holds_the_publication_back(published: Settings) -> None:
    before = files_of(published.publications)
    result = make(published, "run-2", check=failing("league_table", "critical"))
    assert result.folder is None
    assert result.held == ("league_table: a-rule: 1 of 2 rows fail",)
    assert files_of(published.publications) == before
    assert gdp(published) == [711.8]
    assert make(published, "run-3", check=failing("league_table", "warning")).folder is not None
    assert gdp(published) == [488.2, 711.8]


def test_a_check_sees_each_exported_model(published: Settings) -> None:
    seen: dict[str, list[str]] = {}

    def check(name: str, frame: pl.DataFrame) -> list[Check]:
        seen[name] = frame.columns
        return []

    make(published, "run-2", check=check)
    models = load_models().models
    assert seen == {
        model.name: [column.name for column in model.columns] for model in models if model.exported
    }


def test_a_check_that_raises_leaves_the_last_publication(published: Settings) -> None:
    def check(name: str, frame: pl.DataFrame) -> list[Check]:
        raise ValueError(name)

    with pytest.raises(ValueError, match="release_list"):
        make(published, "run-2", check=check)
    assert gdp(published) == [711.8]
    assert [path.name for path in published.publications.iterdir()] == ["run-1"]


def test_a_listed_test_that_fails_holds_the_publication_back(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = load_models()
    wrong = tuple(
        replace(one, key=("indicator",)) if one.name == "latest_vintage" else one
        for one in models.models
    )
    monkeypatch.setattr("flows.publish.load_models", lambda: replace(models, models=wrong))
    result = make(published, "run-2")
    assert result.held == ("latest_vintage: unique indicator: 2 of 2 rows fail",)
    assert gdp(published) == [711.8]


STEPS = (
    "copy",
    "model superseded",
    "model league_table",
    "describe",
    "listed tests",
    "parquet observation",
    "parquet league_table",
    "close",
    "seal",
    "name",
    "switch",
    "prune",
    "done",
)


def test_the_steps_where_a_run_is_killed_are_real_ones(published: Settings) -> None:
    steps: list[str] = []
    make(published, "run-2", on_step=steps.append)
    assert set(STEPS) <= set(steps)


KILLED = """
import os, signal, sys
from pathlib import Path
from flows.publish import publish
from flows.settings import Settings
from flows.store import Store
from tests.store_support import small_catalog

def on_step(name):
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

settings = Settings(home=Path(sys.argv[1]))
with Store.open(settings, run_id="killed") as store:
    publish(store, small_catalog(), settings, run_id="killed", on_step=on_step)
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_leaves_a_whole_publication(
    published: Settings, step: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(published.home), step],
        cwd=Path(__file__).parents[1],
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    switched = step in ("prune", "done")
    assert gdp(published) == ([488.2, 711.8] if switched else [711.8])
    for one in publications(published):
        assert (one.folder / "SHA256SUMS").exists()
        for line in (one.folder / "SHA256SUMS").read_text().splitlines():
            data = (one.folder / line[66:]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == line[:64]
    # The next run carries on.
    result = make(published, "next")
    assert (result.folder is None) == switched
    assert gdp(published) == [488.2, 711.8]
    assert not list(published.publications.glob(".*.partial"))
    assert not list(published.home.glob(".current.*"))


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "where",
    [
        "flows.publish.warehouse._copy",
        "flows.publish.exports.Exporters.write_parquet",
        "flows.publish.exports.write_datapackage",
        "flows.publish.folder._fsync",
        "flows.publish.folder.finish",
        "flows.publish.folder.switch",
    ],
)
def test_a_full_disk_leaves_the_last_publication_and_no_rest(
    published: Settings, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    before = files_of(published.publications)
    with monkeypatch.context() as patch:
        patch.setattr(where, full_disk)
        with pytest.raises(PublishError) as error:
            make(published, "run-2")
    assert "No space left on device" in str(error.value)
    assert "free some space" in str(error.value)
    assert gdp(published) == [711.8]
    left = files_of(published.publications)
    if where.endswith("switch"):  # whole and named already, but nobody was pointed at it
        left = {name: data for name, data in left.items() if not name.startswith("run-2/")}
    assert left == before
    assert make(published, "run-3").folder is not None


def test_a_truly_full_disk_leaves_the_last_publication(published: Settings, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    size = sum(file.stat().st_size for file in published.home.rglob("*") if file.is_file())
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size + 1_000_000}", "tmpfs", str(small)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no permission to mount a small disk")
    try:
        home = small / "data"
        subprocess.run(["cp", "-a", str(published.home), str(home)], check=True)
        settings = Settings(home=home)
        with pytest.raises(PublishError, match="free some space"):
            make(settings, "run-2")
        assert gdp(settings) == [711.8]
        assert [path.name for path in settings.publications.iterdir()] == ["run-1"]
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_old_publications_are_pruned_and_never_the_current_one(settings: Settings) -> None:
    settings = settings.model_copy(update={"keep_publications": 2})
    for run in range(1, 6):
        put(settings, doc(f"r{run}", Fig(time_period=str(2000 + run))), run=run)
        make(settings, f"run-{run}")
    assert [one.name for one in publications(settings)] == ["run-5", "run-4", "run-3"]
    assert [one.name for one in publications(settings) if one.current] == ["run-5"]


def test_a_reader_keeps_a_publication_that_is_pruned_under_it(settings: Settings) -> None:
    settings = settings.model_copy(update={"keep_publications": 1})
    put(settings, PINGYANG)
    make(settings, "run-1")
    with duckdb.connect(str(settings.current / "warehouse.duckdb"), read_only=True) as reader:
        for run in (2, 3):
            put(settings, doc(f"r{run}", Fig(time_period=str(2000 + run))), run=run)
            make(settings, f"run-{run}")
        assert not (settings.publications / "run-1").exists()
        assert reader.execute("SELECT count(*) FROM latest_observation").fetchall() == [(1,)]
        assert reader.execute("SELECT count(*) FROM figure").fetchall() == [(2,)]


def test_rollback_goes_one_back_and_stays_there(published: Settings) -> None:
    make(published, "run-2")
    back = rollback(published)
    assert (back.name, back.current) == ("run-1", True)
    assert gdp(published) == [711.8]
    # The next run finds the same content as before: it does not bring it back by itself.
    result = make(published, "run-3")
    assert result.folder is None
    assert "rolled back" in result.reason
    assert gdp(published) == [711.8]
    # New content is published again.
    put(published, doc("more", Fig(time_period="2022", value=655.0)), run=4)
    assert make(published, "run-4").folder is not None
    assert gdp(published) == [488.2, 655.0, 711.8]


def test_rollback_to_a_named_one_goes_forward_too(published: Settings) -> None:
    make(published, "run-2")
    rollback(published, "run-1")
    assert rollback(published, "run-2").current
    assert gdp(published) == [488.2, 711.8]
    assert "nothing changed" in make(published, "run-3").reason


def test_rollback_names_the_nearest_and_what_there_is_not(published: Settings) -> None:
    with pytest.raises(UsageError, match="did you mean run-1"):
        rollback(published, "run-11")
    with pytest.raises(UsageError, match="no earlier publication"):
        rollback(published)
    assert gdp(published) == [711.8]


def test_rollback_waits_for_no_run_but_says_that_one_is_going_on(published: Settings) -> None:
    with Store.open(published, run_id="busy"), pytest.raises(LockHeld, match="busy"):
        rollback(published)


def test_a_run_that_publishes_twice_gets_two_names(published: Settings) -> None:
    assert make(published, "run-1").folder == published.publications / "run-1-2"


def test_current_that_is_no_link_is_left_alone(published: Settings) -> None:
    published.current.unlink()
    published.current.mkdir()
    (published.current / "mine").write_text("keep")
    with pytest.raises(PublishError, match="not a link"):
        make(published, "run-2")
    assert (published.current / "mine").read_text() == "keep"


def test_current_is_relative_so_that_a_home_can_be_moved(
    published: Settings, tmp_path: Path
) -> None:
    published.home.rename(tmp_path / "moved")
    moved = Settings(home=tmp_path / "moved")
    assert gdp(moved) == [711.8]
    assert folder.current_folder(moved) == (tmp_path / "moved" / "publications" / "run-1").resolve()


@pytest.mark.parametrize("rows", ["range(5000)", "range(5000) ORDER BY range DESC"])
def test_an_exported_view_stands_in_its_order_whatever_order_it_comes_in(
    tmp_path: Path, rows: str
) -> None:
    column = Column("n", "BIGINT", "A number.")
    table = Table("numbers", "Numbers.", (column,), "", view=True, exported=True, order=("n",))
    with duckdb.connect() as connection, exports.exporters() as pool:
        connection.execute("ATTACH ':memory:' AS publication; USE publication")
        connection.execute(f"CREATE VIEW numbers AS SELECT range AS n FROM {rows}")
        written = pool.write_parquet(connection, table, tmp_path)
        assert written.result() == 5000
    assert pl.read_parquet(tmp_path / "numbers.parquet")["n"].to_list() == list(range(5000))
