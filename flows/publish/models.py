"""The SQL models and what ``schema.yml`` says of them and of the tables they read.

A model is one SELECT in ``sql/models/``. Which comes before which is read from the SELECTs by
sqlglot; there is no list to keep. A file without an entry in schema.yml, an entry without a
file, a table nobody knows and a circle are PublishErrors that name the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import sqlglot
from ruamel.yaml import YAML, YAMLError
from sqlglot import exp

from flows.errors import PublishError
from flows.paths import SQL

_UNIQUE = "dbt_utils.unique_combination_of_columns"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    data_type: str
    description: str
    not_null: bool = False
    values: tuple[str, ...] = ()  # the only ones that are accepted; empty: any


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the publication: ``sql`` is its SELECT, or None where it is copied."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    sql: str | None = None
    view: bool = False


@dataclass(frozen=True, slots=True)
class Models:
    """``sources`` are copied from store and catalogue; ``models`` stand in the order to build."""

    sources: tuple[Table, ...]
    models: tuple[Table, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        return (*self.sources, *self.models)


def load_models(folder: Path | None = None) -> Models:
    folder = folder or SQL / "models"
    described = folder / "schema.yml"
    try:
        text = YAML(typ="safe").load(described)
        sources = tuple(
            _table(entry, None) for source in text["sources"] for entry in source["tables"]
        )
        entries = {entry["name"]: entry for entry in text["models"]}
    except (OSError, YAMLError, KeyError, TypeError) as error:
        raise PublishError(
            f"cannot be read: {error!r}", where=str(described), remedy="mend the file"
        ) from error
    selects = {file.stem: file.read_text() for file in sorted(folder.glob("*.sql"))}
    for name in sorted(selects.keys() ^ entries.keys()):
        has, lacks = (".sql file", "entry in schema.yml") if name in selects else (
            "entry in schema.yml", ".sql file",
        )
        raise PublishError(f"model {name} has an {has} but no {lacks}", where=str(folder))
    order = model_order(selects, {table.name for table in sources}, folder)
    return Models(sources, tuple(_table(entries[name], selects[name]) for name in order))


def model_order(
    selects: Mapping[str, str], sources: Iterable[str], folder: Path | None = None
) -> list[str]:
    """Names of the models so that each stands after those that it reads."""
    graph: dict[str, set[str]] = {}
    for name, select in selects.items():
        where = str((folder or SQL / "models") / f"{name}.sql")
        reads = tables_read(select, where)
        unknown = reads - selects.keys() - set(sources)
        if unknown:
            raise PublishError(
                f"reads {', '.join(sorted(unknown))}, which is no model and no table of the store",
                where=where,
            )
        graph[name] = reads & selects.keys()
    try:
        return list(TopologicalSorter(dict(sorted(graph.items()))).static_order())
    except CycleError as error:
        raise PublishError(f"the models go in a circle: {' -> '.join(error.args[1])}") from error


def tables_read(select: str, where: str) -> set[str]:
    """Tables that a SELECT reads, its own common table expressions left out."""
    try:
        tree = sqlglot.parse_one(select, dialect="duckdb")
    except sqlglot.ParseError as error:
        text = str(error).splitlines()[0]
        raise PublishError(text, where=where, remedy="a model is one SELECT") from error
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table) if table.name} - own


def _table(entry: Mapping[str, Any], sql: str | None) -> Table:
    key: tuple[str, ...] = ()
    for test in entry.get("data_tests", ()):
        key = tuple(test[_UNIQUE]["combination_of_columns"])
    return Table(
        name=entry["name"],
        description=" ".join(entry["description"].split()),
        columns=tuple(_column(column) for column in entry["columns"]),
        key=key,
        sql=sql,
        view=entry.get("config", {}).get("materialized") == "view",
    )


def _column(entry: Mapping[str, Any]) -> Column:
    not_null, values = False, ()
    for test in entry.get("data_tests", ()):
        if test == "not_null":
            not_null = True
        else:  # an unknown test is a KeyError: nothing listed goes unchecked
            values = tuple(test["accepted_values"]["values"])
    return Column(entry["name"], entry["data_type"], entry["description"], not_null, values)
