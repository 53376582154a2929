"""Every model, listed test and suite holds over any store: empty, of one kind, of any part."""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.gate import check_model, checked_models
from flows.model.nouns import Check
from flows.model.paths import SQL
from flows.model.settings import Settings
from flows.publish.listed import run_listed_tests
from flows.publish.models import load_models
from flows.publish.warehouse import build_model

MODELS = load_models()
SUITES = checked_models()
#: What is shown of each table: that of the readings in ``kept_reading``, the figures in ``kept``.
PARTS = {
    "reading": "SEMI JOIN kept_reading USING (reading_id)",
    "quarantine": "SEMI JOIN kept_reading USING (reading_id)",
    "snapshot": "WHERE sha256 IN (SELECT snapshot_sha256 FROM reading)",
    "release": "WHERE release_id IN (SELECT release_id FROM reading)",
    "figure": "SEMI JOIN kept USING (reading_id, figure_no)",
}


@pytest.fixture(scope="module")
def store(bundled_home: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of a publication of the bundled releases, without models, parts of them shown."""
    with duckdb.connect() as made:
        made.execute(f"ATTACH '{bundled_home.current / 'warehouse.duckdb'}' AS bundled (READ_ONLY)")
        made.execute("CREATE TABLE kept (reading_id INTEGER, figure_no UINTEGER)")
        made.execute("CREATE TABLE kept_reading (reading_id INTEGER)")
        tables = [table.name for table in MODELS.sources if not table.view]
        for name in sorted(tables, key=lambda name: (name != "reading", name)):
            made.execute(f"CREATE TABLE every_{name} AS FROM bundled.{name}")
            made.execute(f"CREATE VIEW {name} AS FROM every_{name} {PARTS.get(name, '')}")
        made.execute("CREATE VIEW every_observation AS FROM bundled.observation")
        views = "SELECT view_name, sql FROM duckdb_views() WHERE database_name = 'bundled'"
        for name, sql in made.sql(views).fetchall():
            if name in {table.name for table in MODELS.sources}:
                made.execute(sql)
        for file in sorted((SQL / "macros").glob("*.sql")):
            made.execute(file.read_text(encoding="utf-8"))
        yield made


def faults(store: duckdb.DuckDBPyConnection, kept: str) -> list[Check]:
    """The critical checks that fail where of all observations only ``kept`` is there."""
    checks = []
    with store.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            cursor.execute(f"INSERT INTO kept SELECT reading_id, figure_no FROM ({kept})")
            cursor.execute("INSERT INTO kept_reading SELECT DISTINCT reading_id FROM kept")
            for model in MODELS.models:
                build_model(cursor, model)
                checks += run_listed_tests(cursor, model)
                if model.name in SUITES:
                    wanted = ", ".join(SUITES[model.name])
                    checks += check_model(
                        model.name, cursor.sql(f"SELECT {wanted} FROM {model.name}").pl()
                    )
        finally:
            cursor.execute("ROLLBACK")
    return [check for check in checks if check.severity == "critical" and not check.success]


def test_all_of_it_holds(store: duckdb.DuckDBPyConnection) -> None:
    assert faults(store, "FROM every_observation") == []


def test_of_an_empty_store_only_the_list_of_releases_complains(
    store: duckdb.DuckDBPyConnection,
) -> None:
    found = faults(store, "FROM every_observation WHERE false")
    assert {check.suite for check in found} == {"release_list"}


def test_sectors_without_any_gdp_hold(store: duckdb.DuckDBPyConnection) -> None:
    """No share can be computed then, so that a column of the model is null throughout."""
    kept = "FROM every_observation WHERE starts_with(indicator, 'gdp_') AND measure = 'level'"
    assert faults(store, f"{kept} AND NOT ends_with(indicator, '_share')") == []


@pytest.mark.slow
def test_one_observation_of_each_kind_alone_holds(store: duckdb.DuckDBPyConnection) -> None:
    every = "SELECT DISTINCT indicator, measure FROM every_observation ORDER BY ALL"
    for indicator, measure in store.sql(every).fetchall():
        kept = f"FROM every_observation WHERE indicator = '{indicator}' AND measure = '{measure}'"
        assert faults(store, f"{kept} ORDER BY ALL LIMIT 1") == [], (indicator, measure)


@settings(max_examples=6, deadline=None)
@given(share=st.floats(0.001, 0.999), seed=st.integers(0, 10**6))
def test_any_part_of_it_holds(store: duckdb.DuckDBPyConnection, share: float, seed: int) -> None:
    chance = f"hash(reading_id, figure_no, {seed}) / 18446744073709551615.0"
    kept = f"FROM every_observation WHERE {chance} < {share}"
    found = {check.suite for check in faults(store, kept)}
    assert found == (set() if store.sql(f"{kept} LIMIT 1").fetchall() else {"release_list"})


def test_readme_counts_what_comes_from_one_compilation(store: duckdb.DuckDBPyConnection) -> None:
    readme = (SQL.parent / "README.md").read_text(encoding="utf-8")
    counted = re.search(
        r"^gongbao query \"(SELECT count.*)\"\s+# (\d+) \| (\d+) \| (\d+)$", readme, re.M
    )
    assert counted is not None
    sql, *said = counted.groups()
    found = store.execute(sql.replace("FROM ", "FROM bundled.")).fetchall()
    assert found == [tuple(map(int, said))]
