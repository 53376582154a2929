"""The SQL models and what ``schema.yml`` says of them and of the tables they read.

A model is one SELECT in ``sql/models/``. Which comes before which is read from the SELECTs by
sqlglot; there is no list to keep. A file without an entry in schema.yml, an entry without a
file, a table nobody knows and a circle are PublishErrors that name the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import sqlglot
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from sqlglot import exp

from flows.model.errors import PublishError
from flows.model.paths import SQL


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    data_type: str
    description: str
    not_null: bool = False
    values: tuple[str, ...] = ()  # the only ones that are accepted; empty: any


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view of the publication: ``sql`` is its SELECT, or None where it is copied."""

    name: str
    description: str
    columns: tuple[Column, ...]
    sql: str | None = None
    view: bool = False
    exported: bool = False  # to parquet
    key: tuple[str, ...] = ()  # columns that no two rows have alike
    order: tuple[str, ...] = ()  # of the rows in the parquet file; none: as they stand
    rows_of: str | None = None  # the model that it must have as many rows as
    reads: frozenset[str] = frozenset()  # tables that the SELECT reads


@dataclass(frozen=True, slots=True)
class Models:
    """``sources`` are copied from store and catalogue; ``models`` stand in the order to build."""

    sources: tuple[Table, ...]
    models: tuple[Table, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        return (*self.sources, *self.models)


def load_models(folder: Path | None = None) -> Models:
    """All of ``sql/models/``; PublishError that names the model where it does not hold together."""
    folder = folder or SQL / "models"
    described = folder / "schema.yml"
    selects = {file.stem: file.read_text() for file in sorted(folder.glob("*.sql"))}
    try:
        text = YAML(typ="safe").load(described)
        sources = tuple(
            _table(entry, None) for source in text["sources"] for entry in source["tables"]
        )
        models = {
            entry["name"]: _table(entry, selects.get(entry["name"])) for entry in text["models"]
        }
    except (OSError, YAMLError, KeyError, TypeError) as error:
        raise PublishError(
            f"cannot be read: {error!r}", where=str(described), remedy="mend the file"
        ) from error
    for name in sorted(selects.keys() ^ models.keys()):
        lacks = "entry in schema.yml" if name in selects else ".sql file"
        raise PublishError(f"model {name} has no {lacks}", where=str(folder), remedy="add it")
    reads = {
        name: tables_read(select, str(folder / f"{name}.sql")) for name, select in selects.items()
    }
    order = model_order(reads, {table.name for table in sources}, folder)
    return Models(
        sources, tuple(replace(models[name], reads=frozenset(reads[name])) for name in order)
    )


def model_order(
    reads: Mapping[str, set[str]], sources: Iterable[str], folder: Path | None = None
) -> list[str]:
    """Names of the models so that each stands after those that it reads."""
    graph: dict[str, set[str]] = {}
    for name, read in reads.items():
        where = str((folder or SQL / "models") / f"{name}.sql")
        unknown = read - reads.keys() - set(sources)
        if unknown:
            raise PublishError(
                f"reads {', '.join(sorted(unknown))}, which is no model and no table of the store",
                where=where,
            )
        graph[name] = read & reads.keys()
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
    rows_of = None
    for test in entry.get("data_tests", ()):
        for name, arguments in test.items():
            if name == "dbt_utils.unique_combination_of_columns":
                key = tuple(arguments["combination_of_columns"])
            elif name == "dbt_utils.equal_rowcount":
                rows_of = arguments["compare_model"].removeprefix("ref('").removesuffix("')")
            else:
                raise KeyError(f"{entry['name']}: data test {name}")
    config = entry.get("config", {})
    meta = config.get("meta", {})
    view = config.get("materialized") == "view"
    return Table(
        name=entry["name"],
        description=" ".join(entry["description"].split()),
        columns=tuple(_column(column) for column in entry["columns"]),
        sql=sql,
        view=view,
        exported=meta.get("exported", sql is not None and not view),
        key=key,
        order=tuple(meta.get("order_by", key)),
        rows_of=rows_of,
    )


def _column(entry: Mapping[str, Any]) -> Column:
    not_null = False
    values: tuple[str, ...] = ()
    for test in entry.get("data_tests", ()):
        if test == "not_null":
            not_null = True
        else:  # an unknown test is an error: nothing that is listed goes unchecked
            values = tuple(test["accepted_values"]["values"])
    return Column(entry["name"], entry["data_type"], entry["description"], not_null, values)
