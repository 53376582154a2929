"""The SQL models over a synthetic store: 2,850 counties x 20 indicators x 25 years.

Seconds of each model, built in order as a publication builds it, in one DuckDB. Beside them, in
the same run over the same rows, DuckDB's own time for one rank.
"""

from __future__ import annotations

import time

import duckdb

from flows.catalog import load_catalog
from flows.model import clock
from flows.model.paths import SQL
from flows.publish.models import load_models
from flows.publish.warehouse import catalog_frames
from flows.store.opening import migrations

ROUNDS = 3
_AREAS, _INDICATORS, _YEARS = 2_850, 20, 25
_MEASURED = (
    "gdp", "gdp_primary", "gdp_secondary", "gdp_tertiary", "gdp_primary_share", "industrial_va",
    "fixed_investment", "retail_sales", "trade_total", "exports", "imports", "budget_revenue",
    "tax_revenue", "budget_expenditure", "deposits", "loans", "resident_population",
    "income_all", "income_urban", "income_rural",
)  # fmt: skip
#: A figure of every county, indicator and year; its growth so that no two years are alike.
_FIGURE = """
INSERT INTO figure BY NAME
SELECT 0 AS reading_id, 'r' AS release_id, 's' AS snapshot_sha256, row_number() OVER () AS figure_no,
    'cell' AS locator, 'v' AS value_text, i.unit_measure AS unit_text, i.unit_measure,
    'figure' AS kind, i.indicator, 'level' AS measure, 'A' AS freq, 'A' AS obs_status,
    'observation' AS fate,
    round(exp(ln(20) + 0.08 * y + hash(a.ref_area, i.indicator) % 1000003 / 300000), 4) AS value,
    value AS obs_value, a.ref_area, (1998 + y)::VARCHAR AS time_period, 2 AS obs_decimals
FROM (SELECT DISTINCT ref_area FROM area WHERE level = 'county' AND valid_to IS NULL
      ORDER BY ref_area LIMIT {areas}) AS a
CROSS JOIN (FROM indicator WHERE indicator IN {codes}) AS i
CROSS JOIN (SELECT unnest(range(1, {years} + 1)) AS y)
"""
_GROUP = """
INSERT INTO area_group
SELECT 'all', '全部', 'All', ref_area, NULL, NULL FROM (SELECT DISTINCT ref_area FROM observation)
"""
_RANK = """
CREATE OR REPLACE TABLE one_rank AS
SELECT *, rank() OVER (PARTITION BY indicator, time_period ORDER BY obs_value DESC) AS place
FROM observation
"""


def main() -> None:
    """Print a line a model."""
    best: dict[str, float] = {}
    rows: dict[str, int] = {}
    for _ in range(ROUNDS):
        connection = _store()
        _timed(best, "one rank by DuckDB alone", connection, _RANK)
        for model in load_models().models:
            kind = "VIEW" if model.view else "TABLE"
            order = "" if model.view or not model.order else f" ORDER BY {', '.join(model.order)}"
            select = f"CREATE {kind} {model.name} AS FROM (\n{model.sql}\n){order}"
            _timed(best, model.name, connection, select)
            found = connection.execute(f"SELECT count(*) FROM {model.name}").fetchone()
            rows[model.name] = found[0] if found else 0
        connection.close()
    alone = best.pop("one rank by DuckDB alone")
    print(f"  {'one rank by DuckDB alone':<26}{alone:7.2f} s")
    for name, seconds in best.items():
        print(f"  {name:<26}{seconds:7.2f} s  {seconds / alone:5.1f} x  {rows[name]:>9,} rows")
    print(f"  {'all models':<26}{sum(best.values()):7.2f} s  {sum(best.values()) / alone:5.1f} x")


def _timed(
    best: dict[str, float], name: str, connection: duckdb.DuckDBPyConnection, sql: str
) -> None:
    since = time.perf_counter()
    connection.execute(sql)
    seconds = time.perf_counter() - since
    best[name] = min(seconds, best.get(name, seconds))


def _store() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for _, file in migrations():
        connection.execute(file.read_text())
    for name, frame in catalog_frames(load_catalog(), clock.read_day()).items():
        connection.register("incoming", frame)
        connection.execute(f"CREATE TABLE {name} AS FROM incoming")
        connection.unregister("incoming")
    for file in sorted((SQL / "macros").glob("*.sql")):
        connection.execute(file.read_text())
    connection.execute(_FIGURE.format(areas=_AREAS, codes=_MEASURED, years=_YEARS))
    connection.execute(
        """INSERT INTO reading BY NAME SELECT 0 AS reading_id, 'r' AS release_id,
            's' AS snapshot_sha256, 'table' AS reader, '1' AS reader_version,
            'accepted' AS outcome, count(*) AS figures, count(*) AS observations, 0 AS unmapped,
            0 AS quarantined, 0 AS not_a_figure, DATE '2024-05-01' AS published_on,
            TIMESTAMP '2024-06-01' AS recorded_at, 'run' AS run_id FROM figure"""
    )
    connection.execute(_GROUP)
    connection.execute(
        """INSERT INTO release BY NAME SELECT 'r' AS release_id, 1 AS version, 'x' AS source_id,
            'https://example.org/r' AS url, 'r' AS title, 'p' AS publisher, 'table' AS reader,
            'official' AS authority, 'A' AS obs_status, false AS retired,
            TIMESTAMP '2024-06-01' AS recorded_at, 'run' AS run_id"""
    )
    connection.execute(
        """INSERT INTO snapshot BY NAME SELECT 0 AS snapshot_id, 'r' AS release_id,
            's' AS sha256, 'https://example.org/r' AS url, 'csv' AS media_kind, 1 AS size,
            TIMESTAMP '2024-06-01' AS fetched_at, TIMESTAMP '2024-06-01' AS recorded_at,
            'run' AS run_id"""
    )
    return connection
