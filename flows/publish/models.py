"""The SQL models, and what is written of them and of the tables that they read.

    sql/models/NAME.sql     one SELECT
               NAME.yml     what its rows and columns mean, in dbt's format
               NAME.json    what must be true of it, where it has a suite (``flows.gate``)
               sources.yml  the tables of store and catalogue
               columns.md   texts that several tables share, as dbt's doc blocks: ``doc('ref_area')``

``data_tests`` run on each publication before anybody sees it. The columns of
``unique_combination_of_columns`` are a model's key, and its parquet file is sorted by them unless
``order_by`` says otherwise. The order in which models are built is read from the SELECTs by
sqlglot. A file without its partner, an unknown table and a circle are PublishErrors that name the
model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Final

import sqlglot
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from sqlglot import exp

from flows.model.errors import PublishError
from flows.model.paths import SQL

_DOCS: Final = re.compile(r"\{% docs (\w+) %\}(.*?)\{% enddocs %\}", re.DOTALL)
_DOC: Final = re.compile(r"\{\{ doc\('(\w+)'\) \}\}")


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
    """All of ``sql/models/``; PublishError that names the file where it does not hold together."""
    folder = folder or SQL / "models"
    docs = _read_docs(folder / "columns.md")
    sources = _read_tables(folder / "sources.yml", docs)
    models, reads = {}, {}
    described = {file.stem for file in folder.glob("*.yml")} - {"sources"}
    for file in sorted(folder.glob("*.sql")):
        name, select = file.stem, file.read_text(encoding="utf-8")
        if name not in described:
            raise PublishError(
                f"model {name} has no description", where=str(folder), remedy=f"add {name}.yml"
            )
        (models[name],) = _read_tables(folder / f"{name}.yml", docs, select)
        reads[name] = tables_read(select, str(file))
    for name in sorted(described - models.keys()):
        raise PublishError(
            f"model {name} has no SELECT", where=str(folder), remedy=f"add {name}.sql"
        )
    order = model_order(reads, {table.name for table in sources}, folder)
    return Models(sources, tuple(replace(models[name], reads=reads[name]) for name in order))


def model_order(
    reads: Mapping[str, Set[str]], sources: Iterable[str], folder: Path | None = None
) -> list[str]:
    """Names of the models so that each stands after those that it reads."""
    graph: dict[str, Set[str]] = {}
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


@cache
def tables_read(select: str, where: str) -> frozenset[str]:
    """Tables that a SELECT reads, its own common table expressions left out."""
    try:
        tree = sqlglot.parse_one(select, dialect="duckdb")
    except sqlglot.ParseError as error:
        text = str(error).splitlines()[0]
        raise PublishError(text, where=where, remedy="a model is one SELECT") from error
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return frozenset(table.name for table in tree.find_all(exp.Table) if table.name) - own


def _read_docs(file: Path) -> dict[str, str]:
    """Blocks of a dbt docs file: ``{% docs name %} text {% enddocs %}``."""
    blocks = _DOCS.findall(file.read_text(encoding="utf-8"))
    return {name: " ".join(text.split()) for name, text in blocks}


def _read_tables(
    file: Path, docs: Mapping[str, str], select: str | None = None
) -> tuple[Table, ...]:
    """The tables that a file describes; with ``select``, the one model that it is named after."""
    try:
        content = YAML(typ="safe").load(file)
        if select is None:
            return tuple(
                _table(entry, None, docs)
                for source in content["sources"]
                for entry in source["tables"]
            )
        (entry,) = content["models"]
        table = _table(entry, select, docs)
    except (OSError, YAMLError, KeyError, TypeError, ValueError) as error:
        raise PublishError(
            f"cannot be read: {error!r}", where=str(file), remedy="mend the file"
        ) from error
    if table.name != file.stem:
        raise PublishError(
            f"describes model {table.name}", where=str(file), remedy="name file and model alike"
        )
    return (table,)


def _table(entry: Mapping[str, Any], sql: str | None, docs: Mapping[str, str]) -> Table:
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
        description=_resolve(entry["description"], docs),
        columns=tuple(_column(column, docs) for column in entry["columns"]),
        sql=sql,
        view=view,
        exported=meta.get("exported", sql is not None and not view),
        key=key,
        order=tuple(meta.get("order_by", key)),
        rows_of=rows_of,
    )


def _column(entry: Mapping[str, Any], docs: Mapping[str, str]) -> Column:
    not_null = False
    values: tuple[str, ...] = ()
    for test in entry.get("data_tests", ()):
        if test == "not_null":
            not_null = True
        else:  # an unknown test is an error: nothing that is listed goes unchecked
            values = tuple(test["accepted_values"]["values"])
    description = _resolve(entry["description"], docs)
    return Column(entry["name"], entry["data_type"], description, not_null, values)


def _resolve(text: str, docs: Mapping[str, str]) -> str:
    """A description with the text that it refers to, on one line."""
    return " ".join(_DOC.sub(lambda found: docs[found[1]], text).split())
