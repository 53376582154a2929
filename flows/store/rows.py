"""One way to get a row that holds for DuckDB 1 and 2: a result is always read to its end."""

from __future__ import annotations

from typing import Any

import duckdb


def first_row(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None
) -> tuple[Any, ...] | None:
    """The first row of a small result."""
    rows = connection.execute(query, parameters).fetchall()
    return rows[0] if rows else None
