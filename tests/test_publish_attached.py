"""A warehouse under any name, beside another, read-only, in a DuckDB that loads no extension."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.model.settings import Settings
from flows.publish.models import load_models
from tests.publish_support import CANGNAN, PINGYANG, make
from tests.store_support import Fig, doc, put

#: What needs DuckDB's ICU extension, which the build for the browser has not.
ICU = re.compile(
    r"time zone|timestamptz|timezone|\bnow\(|\btoday\(|current_(date|time)|\bage\(|to_timestamp|icu_"
    r"|\bcollate\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def publications(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path | None, Path | None]:
    settings = Settings(home=tmp_path_factory.mktemp("made") / "data")
    put(settings, PINGYANG)
    first = make(settings, "run-1").folder
    put(settings, CANGNAN, doc("held", Fig(rule="lost-point")), run=2)
    return first, make(settings, "run-2").folder


@pytest.fixture
def shell(
    publications: tuple[Path | None, Path | None], tmp_path: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two publications: ``w`` with one county, ``"the new one"`` with two."""
    first, second = publications
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "extension_directory": str(tmp_path / "none"),
    }
    with duckdb.connect(config=config) as connection:
        connection.execute(f"ATTACH '{first}/warehouse.duckdb' AS w (READ_ONLY)")
        connection.execute(f"ATTACH '{second}/warehouse.duckdb' AS \"the new one\" (READ_ONLY)")
        yield connection


def test_every_table_and_view_can_be_read_under_any_name(
    shell: duckdb.DuckDBPyConnection,
) -> None:
    for table in load_models().tables:
        shell.execute(f"FROM w.{table.name}").fetchall()
        shell.execute(f'FROM "the new one".{table.name}').fetchall()


def test_macros_read_the_warehouse_that_is_named(shell: duckdb.DuckDBPyConnection) -> None:
    """DuckDB looks for a macro's tables in the database in use, so an attached one is named."""
    count = "SELECT count(*) FROM {0}.observation_as_of('2030-01-01', warehouse := '{0}')"
    assert shell.execute(count.format("w")).fetchall() == [(1,)]
    assert shell.execute(count.format('"the new one"')).fetchall() == [(2,)]
    name = "SELECT w.area_name(ref_area, time_period, warehouse := 'w') FROM w.observation"
    assert shell.execute(name).fetchall() == [("平阳县",)]
    plain = "SELECT w.period_start('2023-Q2')::VARCHAR, w.period_end('2023-Q2')::VARCHAR"
    assert shell.execute(plain).fetchall() == [("2023-01-01", "2023-06-30")]


def test_macros_need_no_name_in_the_warehouse_in_use(shell: duckdb.DuckDBPyConnection) -> None:
    shell.execute('USE "the new one"')
    assert shell.execute("FROM observation_as_of('2030-01-01')").fetchall()
    assert shell.execute("SELECT area_name('330326', '2023')").fetchall() == [("平阳县",)]


def test_a_macro_without_the_name_says_which_table_it_lacks(
    shell: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(duckdb.CatalogException, match=r"does not exist(?s:.*)w\."):
        shell.execute("FROM w.observation_as_of('2030-01-01')")


def test_nothing_in_it_needs_icu(shell: duckdb.DuckDBPyConnection) -> None:
    types = shell.execute(
        "SELECT DISTINCT data_type FROM duckdb_columns() WHERE database_name = 'w'"
    ).fetchall()
    views = shell.execute(
        "SELECT view_name, sql FROM duckdb_views() WHERE database_name = 'w' AND NOT internal"
    ).fetchall()
    macros = shell.execute(
        "SELECT function_name, macro_definition FROM duckdb_functions() WHERE database_name = 'w'"
    ).fetchall()
    models = [(model.name, model.sql or "") for model in load_models().models]
    assert not [kind for (kind,) in types if "TIME ZONE" in kind]
    assert len(views) > 3
    assert {"observation_as_of", "area_name"} <= {name for name, _ in macros}
    code = [(name, re.sub(r"--.*", "", sql)) for name, sql in (*views, *macros, *models)]
    assert [name for name, sql in code if ICU.search(sql)] == []


def test_no_view_or_macro_names_a_database(shell: duckdb.DuckDBPyConnection) -> None:
    texts = shell.execute(
        """SELECT sql FROM duckdb_views() WHERE database_name = 'w' AND NOT internal
        UNION ALL SELECT macro_definition FROM duckdb_functions() WHERE database_name = 'w'"""
    ).fetchall()
    assert not [text for (text,) in texts if re.search(r"\b(publication|warehouse|main)\.", text)]
