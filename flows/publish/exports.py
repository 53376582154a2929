"""Parquet files and ``datapackage.json`` (Data Package v1) of a publication.

Each file carries its title, description, column descriptions, licence and the schema's version
in its own metadata. Rows stand in the order of the warehouse (a model: by its key), and nothing
of the run goes in, so that the same content gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import duckdb

from flows.catalog.model import Source
from flows.publish.models import Column, Models, Table
from flows.publish.warehouse import quote

#: The lowest level of zstd: a tenth less work than the usual one, and files a twentieth larger.
_FORMAT: Final = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"

#: Of the exported tables: raised whenever a column comes, goes or changes its name, type or
#: meaning. CHANGELOG.md says what changed, docs/schema.json has the columns.
SCHEMA_VERSION: Final = "4"
#: Of what is our own: the tables of the catalogue. The figures are their publishers'.
LICENCE: Final = {
    "name": "Apache-2.0",
    "title": "Apache License 2.0",
    "path": "https://www.apache.org/licenses/LICENSE-2.0",
}

_OWN: Final = ("area", "area_group", "authority", "indicator", "source")

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
        "licence": LICENCE["name"] if table.name in _OWN else "that of each source: source.parquet",
        "schema_version": SCHEMA_VERSION,
    }
    pairs = ", ".join(f"{name}: {quote(value)}" for name, value in metadata.items())
    target = quote(str(folder / f"{table.name}.parquet"))
    # A table stands in its order already.
    order = f" ORDER BY {', '.join(table.order)}" if table.view and table.order else ""
    cursor.execute(
        f"COPY (FROM {table.name}{order}) TO {target} ({_FORMAT}, KV_METADATA {{{pairs}}})"
    )


def write_datapackage(models: Models, sources: Iterable[Source], folder: Path) -> None:
    """Write ``folder/datapackage.json``: what is in ``folder/parquet/``, and whose figures it has.

    It claims a licence for the catalogue's tables alone.
    """
    package = {
        "profile": "data-package",
        "name": "gongbao",
        "title": "Gongbao: figures of China's statistical releases",
        "description": (
            "Every number leads back to the sentence or cell where it was printed. "
            "The same tables, and the figures as printed, are in warehouse.duckdb. "
            "The figures are their publishers', under the terms that each source names, where they "
            "are known; this package grants no licence for them."
        ),
        "version": SCHEMA_VERSION,
        "sources": [_source(one) for one in sorted(sources, key=lambda one: one.source_id)],
        "resources": [_resource(table) for table in exported(models)],
    }
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _source(source: Source) -> dict[str, str]:
    found = {"title": source.publisher, "name": source.source_id, "terms": source.terms}
    return found if source.address == "unknown" else {**found, "path": source.address}


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
        **({"licenses": [LICENCE]} if table.name in _OWN else {}),
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.not_null:
        constraints["required"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    kind = _TYPES[column.data_type]
    if kind == "integer" and not column.not_null:
        kind = "number"  # pandas, through which the package is read, has no integer that is null
    field: dict[str, Any] = {
        "name": column.name,
        "type": kind,
        "description": column.description,
    }
    return {**field, "constraints": constraints} if constraints else field


def _title(table: Table) -> str:
    return table.name.replace("_", " ").capitalize()
