"""The ``data_tests`` that the models' descriptions list, run on a built warehouse: one check each.

A model's key is unique, a column is never null, a column has one of its accepted values. Each is
critical: a warehouse that breaks its own description is not published.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from flows.model.nouns import Check
from flows.publish.models import Models, Table
from flows.store.rows import first_row


def listed_tests(cursor: duckdb.DuckDBPyConnection, table: Table) -> list[Check]:
    checks = _column_checks(cursor, table)
    if table.key:
        checks.append(_key_check(cursor, table))
    # A test that looked at no row has shown nothing.
    return [check for check in checks if check.evaluated]


def compare_rows(
    cursor: duckdb.DuckDBPyConnection, models: Models, rows: Mapping[str, int]
) -> list[Check]:
    """``equal_rowcount``, for exported models: the export has counted them."""
    checks = []
    for table in models.models:
        if table.rows_of is not None:
            found = first_row(cursor, f"SELECT count(*) FROM {table.rows_of}") or (0,)
            off = abs(found[0] - rows[table.name])
            rule = f"equal_rowcount {table.rows_of}"
            checks.append(Check(table.name, rule, "critical", off == 0, found[0], off))
    return checks


def _column_checks(cursor: duckdb.DuckDBPyConnection, table: Table) -> list[Check]:
    asked = [
        (f"not_null {column.name}", f"count_if({column.name} IS NULL)")
        for column in table.columns
        if column.not_null
    ]
    for column in table.columns:
        if column.values:
            values = ", ".join(f"'{value}'" for value in column.values)
            asked.append(
                (f"accepted_values {column.name}", f"count_if({column.name} NOT IN ({values}))")
            )
    if not asked:
        return []
    wanted = ", ".join(expression for _, expression in asked)
    row = first_row(cursor, f"SELECT count(*), {wanted} FROM {table.name}") or ()
    return [
        Check(table.name, rule, "critical", failed == 0, evaluated=row[0], failed=failed)
        for (rule, _), failed in zip(asked, row[1:], strict=True)
        if row[0]
    ]


def _key_check(cursor: duckdb.DuckDBPyConnection, table: Table) -> Check:
    key = ", ".join(table.key)
    # Hashes first, which is cheap (polars counts them in half the time); where two are alike, the
    # keys themselves decide.
    hashes = cursor.sql(f"SELECT hash({key}) AS key_hash FROM {table.name}").pl()["key_hash"]
    rows, failed = len(hashes), 0
    if rows != hashes.n_unique():
        again = first_row(
            cursor,
            f"SELECT coalesce(sum(n), 0) FROM "
            f"(SELECT count(*) AS n FROM {table.name} GROUP BY {key} HAVING n > 1)",
        )
        failed = int(again[0]) if again else 0
    return Check(table.name, f"unique {key}", "critical", failed == 0, rows, failed)
