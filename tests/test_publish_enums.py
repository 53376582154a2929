"""Text as ENUM, for one cursor: the same values, and nobody else sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.publish.enums import shadow

VIEW = """
SELECT n, r.title, r.publisher, c.label_text, c.unit_text
FROM reading_figure AS f
JOIN reading AS r ON r.reading_id = f.reading_id
LEFT JOIN figure_class AS c ON c.class_id = f.class_id
WHERE r.publisher IS DISTINCT FROM 'nobody of these'
"""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A thousand titles and one more, three publishers, and labels of which some are empty."""
    with duckdb.connect() as made:
        made.execute("ATTACH ':memory:' AS publication; USE publication")
        made.execute(
            """CREATE TABLE reading AS
            SELECT n AS reading_id, 'title ' || n AS title,
                CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN '统计局' WHEN 2 THEN 'it''s' ELSE '' END
                    AS publisher
            FROM range(1001) AS numbers (n)"""
        )
        made.execute(
            """CREATE TABLE figure_class AS
            SELECT n AS class_id, CASE WHEN n % 2 = 0 THEN '生产总值' || n END AS label_text,
                NULL::VARCHAR AS unit_text
            FROM range(1000) AS numbers (n)"""
        )
        made.execute(
            """CREATE TABLE reading_figure AS
            SELECT n, n % 1001 AS reading_id, n % 1003 AS class_id FROM range(5000) AS numbers (n)"""
        )
        made.execute(f"CREATE VIEW shown AS {VIEW}")
        made.execute("CREATE VIEW above AS SELECT * FROM shown WHERE n > 100")
        yield made


def types(cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    rows = cursor.execute("DESCRIBE above").fetchall()
    return {name: kind.split("(")[0] for name, kind, *_ in rows}


def test_the_same_values_are_written(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    before = connection.sql("FROM above ORDER BY n").pl()
    with connection.cursor() as cursor:
        cursor.execute("USE publication")
        shadow(cursor)
        assert types(cursor) == {
            "n": "BIGINT",
            "title": "VARCHAR",  # too many
            "publisher": "ENUM",
            "label_text": "ENUM",
            "unit_text": "VARCHAR",  # none
        }
        cursor.execute(f"COPY (FROM above ORDER BY n) TO '{tmp_path}/above.parquet'")
    assert pl.read_parquet(tmp_path / "above.parquet").equals(before)
    assert before["publisher"].null_count()
    assert before["label_text"].null_count()


def test_other_cursors_have_the_text(connection: duckdb.DuckDBPyConnection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("USE publication")
        shadow(cursor)
        assert set(types(connection).values()) == {"BIGINT", "VARCHAR"}
    tables = connection.sql("SELECT database_name, table_name FROM duckdb_tables()").fetchall()
    assert {database for database, _ in tables} == {"publication"}
