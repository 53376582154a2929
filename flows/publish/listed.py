"""Run the ``data_tests`` that the models' descriptions list, on a built warehouse: one check each.

A model's key is unique, a column is never null, a column has one of its accepted values. Each is
critical: a warehouse that breaks its own description is not published.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from flows.model.nouns import Check
from flows.publish.models import Models, Table
from flows.publish.warehouse import quote
from flows.store.opening import first_row


def run_listed_tests(cursor: duckdb.DuckDBPyConnection, table: Table) -> list[Check]:
    checks = _check_columns(cursor, table)
    if table.key:
        checks.append(_check_key(cursor, table))
    # A test that looked at no row has shown nothing.
    return [check for check in checks if check.evaluated]


def compare_rows(models: Models, rows: Mapping[str, int]) -> list[Check]:
    """``equal_rowcount``: whether a model has as many rows as another one."""
    checks = []
    for table in models.models:
        if table.rows_of is not None:
            wanted = rows[table.rows_of]
            off = abs(wanted - rows[table.name])
            rule = f"equal_rowcount {table.rows_of}"
            checks.append(Check(table.name, rule, "critical", off == 0, wanted, off))
    return checks


def _check_columns(cursor: duckdb.DuckDBPyConnection, table: Table) -> list[Check]:
    faults = {
        f"not_null {column.name}": f"{column.name} IS NULL"
        for column in table.columns
        if column.not_null
    }
    for column in table.columns:
        if column.values:
            values = ", ".join(map(quote, column.values))
            faults[f"accepted_values {column.name}"] = f"{column.name} NOT IN ({values})"
    if not faults:
        return []
    # Not count_if: of nothing but nulls it gives null.
    counts = ", ".join(f"count(*) FILTER ({fault})" for fault in faults.values())
    rows, *failed = first_row(cursor, f"SELECT count(*), {counts} FROM {table.name}") or (0,)
    return [
        Check(table.name, rule, "critical", found == 0, evaluated=rows, failed=found)
        for rule, found in zip(faults, failed, strict=True)
    ]


def _check_key(cursor: duckdb.DuckDBPyConnection, table: Table) -> Check:
    key = ", ".join(table.key)
    rows, failed = first_row(
        cursor,
        f"SELECT coalesce(sum(n), 0)::BIGINT, coalesce(sum(n) FILTER (n > 1), 0)::BIGINT"
        f" FROM (SELECT count(*) AS n FROM {table.name} GROUP BY {key})",
    ) or (0, 0)
    return Check(table.name, f"unique {key}", "critical", failed == 0, rows, failed)
