"""Opening the store: one writer, known versions, sound files; else a clear error and no change."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.model.errors import LockHeld, StoreError
from flows.model.paths import SQL
from flows.model.settings import Settings
from flows.store import Store, opening, tables
from tests.store_support import Fig, doc, put

POLARS = {
    "VARCHAR": pl.String(),
    "DOUBLE": pl.Float64(),
    "TINYINT": pl.Int8(),
    "INTEGER": pl.Int32(),
    "UINTEGER": pl.UInt32(),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us", "UTC"),
}

HOLD = """
import sys
from pathlib import Path
from flows.model.settings import Settings
from flows.store import Store
with Store.open(Settings(home=Path(sys.argv[1])), run_id="run-that-holds"):
    print("open", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_run(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the store open until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(settings.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert process.stdout.readline() == "open\n"
        yield process
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("name", ["figure", "observation", "quarantine"])
def test_ddl_and_declared_schemas_agree(settings: Settings, name: str) -> None:
    with Store.open(settings, run_id="run-1") as store:
        columns = store.connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? "
            "ORDER BY column_index",
            [name],
        ).fetchall()
    declared = getattr(tables, name.upper())
    assert [(column, POLARS[kind]) for column, kind in columns] == list(declared.items())


def test_the_ddl_keeps_to_what_a_lakehouse_catalogue_has_too() -> None:
    files = [SQL / "store" / "tables.sql", *(file for _, file in opening.migrations())]
    ddl = " ".join(file.read_text() for file in files)
    code = re.sub(r"--.*", "", ddl).upper()
    for word in ("PRIMARY KEY", "UNIQUE", "INDEX", "SEQUENCE", "REFERENCES", "CHECK", "DEFAULT"):
        assert not re.search(rf"\b{word}\b", code)


def test_the_second_run_says_who_holds_the_store_since_when(settings: Settings) -> None:
    with another_run(settings) as process:
        with pytest.raises(LockHeld) as error, Store.open(settings, run_id="run-2"):
            pass
        assert "run-that-holds" in str(error.value)
        assert f"process {process.pid}" in str(error.value)
        assert re.search(r"since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", str(error.value))
    with Store.open(settings, run_id="run-3"):
        held = json.loads(settings.store.with_name("store.lock.json").read_text())
        assert held["pid"] == os.getpid()
    assert not settings.store.with_name("store.lock.json").exists()


def test_a_killed_run_leaves_no_lock(settings: Settings) -> None:
    with another_run(settings) as process:
        process.kill()
        process.wait()
        assert settings.store.with_name("store.lock.json").exists()
        with Store.open(settings, run_id="run-2") as store:
            assert store.latest_snapshots() == {}


def test_a_shell_that_has_the_store_open_is_named(settings: Settings) -> None:
    put(settings, doc("r", Fig()))
    shell = (
        "import duckdb, sys\n"
        "c = duckdb.connect(sys.argv[1])\n"
        "print('open', flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", shell, str(settings.store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with pytest.raises(LockHeld, match=rf"PID {process.pid}"), Store.open(settings, run_id="2"):
            pass


def test_a_store_from_a_newer_version_is_not_touched(settings: Settings) -> None:
    put(settings, doc("r", Fig()))
    with duckdb.connect(str(settings.store)) as connection:
        connection.execute("INSERT INTO store_version VALUES (999, '999_future.sql', now())")
    before = settings.store.read_bytes()
    with pytest.raises(StoreError, match="version 999") as error, Store.open(settings, run_id="2"):
        pass
    assert error.value.remedy is not None
    assert settings.store.read_bytes() == before


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's DDL in a folder of its own, for a migration that is still to come."""
    folder = tmp_path / "sql"
    shutil.copytree(SQL / "store", folder / "store")
    monkeypatch.setattr(opening, "SQL", folder)
    return folder / "store" / "migrations"


def test_an_older_store_gets_the_missing_files_and_keeps_its_rows(
    settings: Settings, later: Path
) -> None:
    put(settings, doc("r", Fig()))
    last = max(number for number, _ in opening.migrations())
    (later / f"{last + 1:03}_more.sql").write_text("ALTER TABLE run ADD COLUMN host VARCHAR;")
    connection = opening.open_database(settings.store)
    assert connection.sql("SELECT max(version) FROM store_version").fetchall() == [(last + 1,)]
    assert connection.sql("SELECT host FROM run").fetchall() == [(None,)]
    connection.close()


def test_a_store_of_version_1_keeps_every_figure_and_observation(settings: Settings) -> None:
    settings.store.parent.mkdir(parents=True)
    old = duckdb.connect(str(settings.store))
    old.execute((SQL / "store" / "migrations" / "001_tables.sql").read_text())
    old.execute("INSERT INTO store_version VALUES (1, '001_tables.sql', now())")
    stamp = "TIMESTAMPTZ '2025-01-01 08:00:00+00', 'run-1'"
    old.execute(
        "INSERT INTO release SELECT 'r' || n, 1, 's', 'https://example.org', 't', 'p', 'table',"
        f" 'official', NULL, NULL, NULL, NULL, 'A', {stamp} FROM range(2) AS numbers (n)"
    )
    old.execute(
        "INSERT INTO snapshot SELECT n, 'r' || n, 'sha' || n, 'https://example.org', 'csv', 1,"
        f" TIMESTAMPTZ '2025-01-01 07:00:00+00', NULL, NULL, NULL, NULL, {stamp}"
        " FROM range(2) AS numbers (n)"
    )
    old.execute(
        "INSERT INTO reading SELECT n, 'r' || n, 'sha' || n, 'table', '1', 'accepted', NULL, NULL,"
        f" NULL, NULL, NULL, NULL, NULL, NULL, DATE '2024-03-01', 3, 2, 1, 0, 0, {stamp}"
        " FROM range(2) AS numbers (n)"
    )
    old.execute(
        """INSERT INTO figure
        SELECT r, 'r' || r, 'sha' || r, n, 'cell:A' || n, n::VARCHAR, n, 1, '万元', 'gdp',
            CASE n WHEN 0 THEN 'in 2023' ELSE '平阳 2023年 gdp' END, 'figure', 'gdp', 'level',
            NULL, '平阳', '2023年', NULL, NULL, NULL, NULL, 'table', '1',
            CASE WHEN n = 1 THEN 'unmapped' ELSE 'observation' END, NULL, 'run-1'
        FROM range(2) AS readings (r), range(3) AS numbers (n)"""
    )
    old.execute(
        f"""INSERT INTO observation
        SELECT '330326', 'gdp', 'level', (2021 + n)::VARCHAR, 'A', n / 10000, '亿元', 5, 'P',
            'r' || r, 'sha' || r, n, 'cell:A' || n, n::VARCHAR, DATE '2024-03-01', {stamp}, r
        FROM range(2) AS readings (r), range(3) AS numbers (n) WHERE n <> 1"""
    )
    printed = (
        "SELECT reading_id, release_id, figure_no, locator, value_text, value, decimals, unit_text,"
        " label_text, context_text, area_text, fate FROM figure ORDER BY ALL"
    )
    meant = "SELECT * EXCLUDE (recorded_at) FROM observation ORDER BY ALL"
    before = [old.sql(query).fetchall() for query in (printed, meant)]
    old.close()
    with Store.open(settings, run_id="run-2") as store:
        assert [store.connection.sql(query).fetchall() for query in (printed, meant)] == before
        assert [len(rows) for rows in before] == [6, 4]
        times = store.connection.sql("SELECT DISTINCT recorded_at FROM observation").fetchall()
        assert times == [(datetime(2025, 1, 1, 8),)]
        assert store.known_observations().height == 2
        assert all(one.made_by is None for one in store.counting_snapshots())


def test_a_migrated_store_has_the_tables_of_a_fresh_one(settings: Settings, tmp_path: Path) -> None:
    def tables(path: Path) -> list[tuple[object, ...]]:
        with closing(opening.open_database(path)) as connection:
            return connection.sql(
                "SELECT table_name, column_name, data_type FROM duckdb_columns()"
                " WHERE schema_name = 'main' AND NOT internal ORDER BY table_name, column_index"
            ).fetchall()

    old = tmp_path / "old.duckdb"
    with closing(duckdb.connect(str(old))) as connection:
        connection.execute((SQL / "store" / "migrations" / "001_tables.sql").read_text())
        connection.execute("INSERT INTO store_version VALUES (1, '001_tables.sql', now())")
    assert tables(old) == tables(tmp_path / "fresh.duckdb")


def test_a_migration_that_fails_half_way_leaves_the_store_as_it_was(
    settings: Settings, later: Path
) -> None:
    put(settings, doc("r", Fig()))
    bad = later / "998_bad.sql"
    bad.write_text("CREATE TABLE half (a INTEGER); SELECT * FROM nowhere;")
    with pytest.raises(StoreError, match="nowhere"):
        opening.open_database(settings.store)
    bad.unlink()
    with Store.open(settings, run_id="2") as store:
        assert (
            store.connection.sql("FROM duckdb_tables() WHERE table_name = 'half'").fetchall() == []
        )
        assert store.known_observations().height == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"PK\x03\x04 this is no database " * 1000,
        lambda data: b"",
        lambda data: data[: len(data) // 3],
        lambda data: data[:4096] + bytes(8192) + data[12288:],
    ],
    ids=["something else", "empty", "truncated", "overwritten"],
)
def test_a_damaged_store_is_an_error_that_names_it(settings: Settings, damage: object) -> None:
    put(settings, doc("r", *(Fig(time_period=str(1900 + n)) for n in range(200))))
    settings.store.write_bytes(damage(settings.store.read_bytes()))  # type: ignore[operator]
    with pytest.raises(StoreError) as error, Store.open(settings, run_id="2") as store:
        store.known_observations()
    assert str(settings.store) in str(error.value)
    assert error.value.remedy is not None


def test_a_database_that_is_no_store_is_left_alone(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    with duckdb.connect(str(settings.store)) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS a")
    with pytest.raises(StoreError, match="not a Gongbao store"), Store.open(settings, run_id="1"):
        pass


def test_a_home_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings(home=tmp_path / "file" / "data")
    with pytest.raises(StoreError) as error, Store.open(settings, run_id="1"):
        pass
    assert "file" in str(error.value)


def test_every_numbered_file_has_its_own_number() -> None:
    numbers = [number for number, _ in opening.migrations()]
    assert numbers == sorted(set(numbers))
