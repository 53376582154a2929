"""Parquet files and ``datapackage.json`` (Data Package v1) of a publication.

Each file carries its title, description, column descriptions, licence and the schema's version
in its own metadata. Rows stand in the order of the warehouse (a model: by its key), and nothing
of the run goes in, so that the same content gives the same bytes, written one after the other or
side by side.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb

from flows.publish.models import Column, Models, Table
from flows.publish.warehouse import beside
from flows.store.rows import first_row

#: Exports that are under way at once: one alone does not keep two cores busy.
AT_ONCE: Final = 2

#: Raised when a published column changes its name, type or meaning, or goes.
SCHEMA_VERSION: Final = "1"
LICENCE: Final = {
    "name": "Apache-2.0",
    "title": "Apache License 2.0",
    "path": "https://www.apache.org/licenses/LICENSE-2.0",
}

_TYPES: Final = {
    "VARCHAR": "string",
    "DOUBLE": "number",
    "TINYINT": "integer",
    "INTEGER": "integer",
    "UINTEGER": "integer",
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "datetime",
}


def exported(models: Models) -> list[Table]:
    """The observations, and every model that schema.yml does not except."""
    return [table for table in models.tables if table.exported]


@contextmanager
def exporters() -> Iterator[ThreadPoolExecutor]:
    """Threads for ``write_parquet``; none is left at work, whatever happens meanwhile."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="parquet")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def write_parquet(
    pool: ThreadPoolExecutor,
    cursor: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    folder: Path,
) -> dict[str, Future[int]]:
    """Begin ``folder/<table>.parquet`` for each table; by its name, the rows that it will have."""
    folder.mkdir(exist_ok=True)
    return {table.name: pool.submit(_write, cursor.cursor(), table, folder) for table in tables}


def _write(cursor: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> int:
    metadata = {
        "title": _title(table),
        "description": table.description,
        "columns": json.dumps(
            {column.name: column.description for column in table.columns}, ensure_ascii=False
        ),
        "licence": LICENCE["name"],
        "schema_version": SCHEMA_VERSION,
    }
    pairs = ", ".join(f"{name}: {_text(value)}" for name, value in metadata.items())
    target = _text(str(folder / f"{table.name}.parquet"))
    # A table stands in its order already; a view's joins leave none.
    order = f" ORDER BY {', '.join(table.order)}" if table.view and table.order else ""
    with beside(cursor):
        copied = first_row(
            cursor,
            f"COPY (FROM {table.name}{order}) TO {target} "
            f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{pairs}}})",
        )
    return copied[0] if copied else 0


def write_datapackage(models: Models, folder: Path) -> None:
    """``folder/datapackage.json``, which describes ``folder/parquet/``."""
    package = {
        "profile": "data-package",
        "name": "gongbao",
        "title": "Gongbao: figures of China's statistical releases",
        "description": (
            "Every number leads back to the sentence or cell where it was printed. "
            "The same tables, and the figures as printed, are in warehouse.duckdb."
        ),
        "version": SCHEMA_VERSION,
        "licenses": [LICENCE],
        "resources": [_resource(table) for table in exported(models)],
    }
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _resource(table: Table) -> dict[str, Any]:
    """Without bytes and hash, which frictionless cannot compare for parquet: see SHA256SUMS."""
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {
        "name": table.name,
        "title": _title(table),
        "description": table.description,
        "profile": "tabular-data-resource",
        "path": f"parquet/{table.name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.not_null:
        constraints["required"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.data_type],
        "description": column.description,
    }
    return {**field, "constraints": constraints} if constraints else field


def _title(table: Table) -> str:
    return table.name.replace("_", " ").capitalize()


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
