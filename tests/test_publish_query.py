"""Questions to the current publication: read-only, of that publication only, and never in the way."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from flows.ask.query import query, sample_queries, write_result
from flows.model.errors import NothingPublished, UsageError
from flows.model.settings import Settings
from flows.publish import publish
from flows.store import Store
from tests.homes import copy_home
from tests.store_support import START, Fig, doc, put, small_catalog


def make(settings: Settings, run: int) -> None:
    put(settings, doc(f"r{run}", Fig(time_period=str(2000 + run))), run=run)
    with Store.open(settings, run_id=f"run-{run}") as store:
        assert publish(store, small_catalog(), settings, run_id=f"run-{run}").folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = Settings(home=tmp_path_factory.mktemp("made") / "data")
    make(home, 1)
    return home


@pytest.fixture
def ready(made: Settings, tmp_path: Path) -> Settings:
    return copy_home(made, tmp_path / "data")


def test_sql_gives_a_frame(ready: Settings) -> None:
    frame = query(ready, "SELECT time_period, obs_value FROM latest_observation")
    assert frame.rows() == [("2001", 711.8)]


def test_parameters_are_bound_and_not_pasted(ready: Settings) -> None:
    sql = "SELECT time_period FROM latest_observation WHERE ref_area = $area"
    assert query(ready, sql, parameters={"area": "330326"}).rows() == [("2001",)]
    assert query(ready, sql, parameters={"area": "' OR true --"}).rows() == []


@pytest.mark.parametrize("sql", ["SHOW TABLES", "DESCRIBE figure", "SUMMARIZE figure", "FROM area"])
def test_what_a_shell_can_be_asked_can_be_asked_here(ready: Settings, sql: str) -> None:
    assert query(ready, sql).height > 0


def test_times_are_in_utc(ready: Settings) -> None:
    """Plain, without a zone: a DuckDB without extensions has none."""
    times = query(ready, "SELECT DISTINCT recorded_at FROM observation")
    assert times.schema == {"recorded_at": pl.Datetime("us")}
    assert times["recorded_at"].dt.replace_time_zone("UTC").to_list() == [START]


@pytest.mark.parametrize(
    "name", ["quarantine", "quarantine.sql", Path("sql/queries/quarantine.sql")]
)
def test_a_sample_is_found_by_its_name(ready: Settings, name: str | Path) -> None:
    assert query(ready, name).columns[0] == "release_id"


def test_a_file_is_found_by_its_path(ready: Settings, tmp_path: Path) -> None:
    file = tmp_path / "mine.sql"
    file.write_text("-- mine\nSELECT 42 AS answer;\n")
    assert query(ready, file).item() == 42
    assert query(ready, str(file)).item() == 42


def test_a_table_is_asked_by_its_name(ready: Settings) -> None:
    assert query(ready, "release_list").height == query(ready, "FROM release_list").height > 0


def test_an_unknown_name_names_the_nearest(ready: Settings) -> None:
    with pytest.raises(UsageError, match="did you mean coverage_gaps"):
        query(ready, "coverage_gap")
    with pytest.raises(UsageError, match="quarantine"):
        query(ready, "zzzz")


def test_an_error_in_sql_is_told_in_duckdbs_words(ready: Settings) -> None:
    with pytest.raises(UsageError, match=r"(?s)leage_table.*Did you mean.*league_table"):
        query(ready, "SELECT * FROM leage_table")
    with pytest.raises(UsageError, match="syntax error"):
        query(ready, "SELEC 1 AS a")
    with pytest.raises(UsageError, match="Conversion Error"):
        query(ready, "SELECT title::INTEGER FROM latest_observation")


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT 1; SELECT 2", "2 statements.*one at a time"),
        ("-- away with them\nDELETE FROM figure", "DELETE.*read-only"),
        ("-- nothing more", "no SQL"),
    ],
)
def test_what_is_no_single_question_is_refused(ready: Settings, sql: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        query(ready, sql)


def test_a_pivot_is_one_question(ready: Settings) -> None:
    frame = query(ready, "PIVOT latest_observation ON time_period USING sum(obs_value)")
    assert frame["2001"].to_list() == [711.8]


def test_before_the_first_publication_the_remedy_is_named(settings: Settings) -> None:
    with pytest.raises(NothingPublished, match="gongbao refresh"):
        query(settings, "SELECT 1")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mine AS SELECT 1 AS a",
        "DELETE FROM observation",
        "UPDATE observation SET obs_value = 0",
        "DROP TABLE figure",
        "COPY observation TO '{file}'",
        "ATTACH '{file}' AS other",
        "FROM read_csv('{csv}')",
        "FROM read_text('/etc/passwd')",
        "FROM '{csv}'",
        "SET enable_external_access = true",
        "SET memory_limit = '1GB'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT 1; DROP TABLE figure",
        "EXPORT DATABASE '{file}'",
    ],
)
def test_a_query_touches_nothing(ready: Settings, tmp_path: Path, sql: str) -> None:
    (tmp_path / "some.csv").write_text("a\n1\n")
    before = (ready.current / "warehouse.duckdb").read_bytes()
    with pytest.raises(UsageError):
        query(ready, sql.format(file=tmp_path / "out", csv=tmp_path / "some.csv"))
    assert not (tmp_path / "out").exists()
    assert (ready.current / "warehouse.duckdb").read_bytes() == before


def test_csv_json_and_parquet_say_the_same(ready: Settings, tmp_path: Path) -> None:
    frame = query(ready, "SELECT ref_area, obs_value, published_on FROM latest_observation")
    row = {"ref_area": "330326", "obs_value": 711.8, "published_on": None}
    assert json.loads(write_result(frame, "json")) == [row]
    assert write_result(frame, "csv") == b"ref_area,obs_value,published_on\n330326,711.8,\n"
    assert pl.read_parquet(BytesIO(write_result(frame, "parquet"))).rows(named=True) == [row]
    assert write_result(frame, "csv", tmp_path / "out.csv") == (tmp_path / "out.csv").read_bytes()


def test_a_result_that_cannot_be_written_is_named(ready: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        write_result(query(ready, "SELECT 1 AS a"), "csv", tmp_path / "nowhere" / "out.csv")


def test_every_sample_says_what_it_answers() -> None:
    assert {"quarantine", "revisions", "county_history", "coverage_gaps"} <= set(sample_queries())
    assert all(sample_queries().values())


READ = """
import sys, duckdb
c = duckdb.connect(sys.argv[1] + "/current/warehouse.duckdb", read_only=True)
print(c.execute("SELECT count(*) FROM latest_observation").fetchall()[0][0], flush=True)
sys.stdin.readline()
print(c.execute("SELECT count(*) FROM latest_observation").fetchall()[0][0], flush=True)
"""


def reader(settings: Settings) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", READ, str(settings.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_nobody_waits(ready: Settings) -> None:
    with reader(ready) as early:
        assert early.stdout is not None
        assert early.stdout.readline() == "1\n"
        # A writer publishes while a reader has the publication open …
        with Store.open(ready, run_id="run-2") as store:
            # … and a reader comes while the writer has the store open.
            with reader(ready) as late:
                assert late.communicate("\n")[0] == "1\n1\n"
            assert query(ready, "SELECT count(*) FROM latest_observation").item() == 1
            catalog = small_catalog("another")
            assert publish(store, catalog, ready, run_id="run-2").folder is not None
        make(ready, 3)
        # Who began with the old one goes on with it.
        assert early.communicate("\n")[0] == "1\n"
    with reader(ready) as now:
        assert now.communicate("\n")[0] == "2\n2\n"
