"""Parquet files and ``datapackage.json`` (Data Package v1) of a publication.

Each file carries its title, description, column descriptions, licence and the schema's version
in its own metadata. Rows stand in the order of the warehouse (a model: by its key), and nothing
of the run goes in, so that the same content gives the same bytes, written one after the other or
side by side.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import duckdb

from flows.publish.models import Column, Models, Table
from flows.publish.warehouse import quote

#: The lowest level of zstd: a tenth less work than the usual one, and files a twentieth larger.
_FORMAT: Final = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"

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
    "TIMESTAMP": "datetime",
}


def exported(models: Models) -> list[Table]:
    """The observations, and every model whose description does not except it."""
    return [table for table in models.tables if table.exported]


def write_parquet(cursor: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> None:
    """Write ``folder/<table>.parquet``."""
    metadata = {
        "title": _title(table),
        "description": table.description,
        "columns": json.dumps(
            {column.name: column.description for column in table.columns}, ensure_ascii=False
        ),
        "licence": LICENCE["name"],
        "schema_version": SCHEMA_VERSION,
    }
    pairs = ", ".join(f"{name}: {quote(value)}" for name, value in metadata.items())
    target = quote(str(folder / f"{table.name}.parquet"))
    # A table stands in its order already.
    order = f" ORDER BY {', '.join(table.order)}" if table.view and table.order else ""
    cursor.execute(
        f"COPY (FROM {table.name}{order}) TO {target} ({_FORMAT}, KV_METADATA {{{pairs}}})"
    )


def write_datapackage(models: Models, publishers: Iterable[str], folder: Path) -> None:
    """``folder/datapackage.json``, which describes ``folder/parquet/``; whose figures it has."""
    package = {
        "profile": "data-package",
        "name": "gongbao",
        "title": "Gongbao: figures of China's statistical releases",
        "description": (
            "Every number leads back to the sentence or cell where it was printed. "
            "The same tables, and the figures as printed, are in warehouse.duckdb. "
            "The licence is that of the compilation; the figures are those of the sources."
        ),
        "version": SCHEMA_VERSION,
        "licenses": [LICENCE],
        "sources": [{"title": name} for name in sorted(set(publishers))],
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
