"""``warehouse.duckdb`` of a publication: tables of store and catalogue, models, comments, macros.

Written through a connection to the store, so that DuckDB copies file to file. It is complete when
``build`` returns, and closed: nobody writes it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import duckdb
import polars as pl

from flows.catalog import Catalog
from flows.errors import PublishError
from flows.paths import SQL
from flows.publish.models import Models, Table
from flows.store import tables

Step = Callable[[str], None]

_PUBLICATION = "publication"


def catalog_frames(catalog: Catalog) -> dict[str, pl.DataFrame]:
    """The catalogue's tables as the warehouse has them."""
    indicators = pl.DataFrame(
        [asdict(indicator) for indicator in catalog.indicators.values()],
        schema={
            "code": pl.String(),
            "name_zh": pl.String(),
            "name_en": pl.String(),
            "unit_measure": pl.String(),
            "has_growth": pl.Boolean(),
            "note": pl.String(),
        },
    ).rename({"code": "indicator"})
    sources = pl.DataFrame(
        [(source.source_id, source.publisher, source.calendar) for source in catalog.sources],
        schema={"source_id": pl.String(), "publisher": pl.String(), "calendar": pl.String()},
        orient="row",
    )
    return {
        "area": catalog.areas.sort("ref_area", "valid_from"),
        "area_group": catalog.groups.sort("group_id", "ref_area", "valid_from"),
        "indicator": indicators.with_columns(pl.col("note").replace("", None)),
        "source": sources.sort("source_id"),
    }


@contextmanager
def attached(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor whose unqualified names are those of a new database file at ``path``."""
    store = connection.sql("SELECT current_database()").fetchone()
    with connection.cursor() as cursor:
        cursor.execute(f"ATTACH '{_quoted(path)}' AS {_PUBLICATION}")
        try:
            cursor.execute(f"USE {_PUBLICATION}")
            yield cursor
        finally:
            if store is not None:
                cursor.execute(f'USE "{store[0]}"')
            cursor.execute(f"DETACH {_PUBLICATION}")


def copy_sources(
    cursor: duckdb.DuckDBPyConnection, store: str, catalog: Catalog, models: Models, step: Step
) -> None:
    """Copy the tables of store and catalogue; schema.yml must know each of them, and no other."""
    frames = catalog_frames(catalog)
    known = {table.name for table in models.sources}
    if known != {*tables.PUBLISHED, *frames}:
        names = ", ".join(sorted(known ^ {*tables.PUBLISHED, *frames}))
        raise PublishError(f"described or published, but not both: {names}", where="schema.yml")
    for name in tables.PUBLISHED:
        step(f"copy {name}")
        cursor.execute(f'CREATE TABLE {name} AS FROM "{store}".{name}')
    for name, frame in frames.items():
        cursor.register("incoming", frame)
        cursor.execute(f"CREATE TABLE {name} AS FROM incoming")
        cursor.unregister("incoming")


def build_models(cursor: duckdb.DuckDBPyConnection, models: Models, step: Step) -> None:
    """Macros, then each model in its order; sorted by its key where it has one."""
    for file in sorted((SQL / "macros").glob("*.sql")):
        cursor.execute(file.read_text())
    for model in models.models:
        step(f"model {model.name}")
        kind = "VIEW" if model.view else "TABLE"
        order = f" ORDER BY {', '.join(model.key)}" if model.key and not model.view else ""
        try:
            cursor.execute(f"CREATE {kind} {model.name} AS FROM (\n{model.sql}\n){order}")
        except duckdb.IOException:
            raise
        except duckdb.Error as error:
            raise PublishError(str(error), where=f"sql/models/{model.name}.sql") from error


def describe(cursor: duckdb.DuckDBPyConnection, models: Models) -> None:
    """COMMENT ON every table and column; PublishError where schema.yml and they disagree."""
    for table in models.tables:
        found = _columns(cursor, table.name)
        said = {column.name: column.data_type for column in table.columns}
        if list(found.items()) != list(said.items()):
            wrong = sorted(set(found.items()) ^ set(said.items())) or list(found)
            raise PublishError(
                f"{table.name} and its description have different columns or types: {wrong}",
                where="schema.yml",
            )
        kind = "VIEW" if table.view else "TABLE"
        cursor.execute(f"COMMENT ON {kind} {table.name} IS {_text(table.description)}")
        for column in table.columns:
            place = f"{table.name}.{column.name}"
            cursor.execute(f"COMMENT ON COLUMN {place} IS {_text(column.description)}")


def row_counts(cursor: duckdb.DuckDBPyConnection, models: Models) -> dict[str, int]:
    """Rows of each table that is not a view."""
    names = [table.name for table in models.tables if not table.view]
    row = cursor.sql(
        "SELECT " + ", ".join(f"(SELECT count(*) FROM {name})" for name in names)
    ).fetchone()
    return dict(zip(names, row or (), strict=True))


def _columns(cursor: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    rows = cursor.execute(
        """SELECT column_name, data_type FROM duckdb_columns()
        WHERE database_name = ? AND table_name = ? ORDER BY column_index""",
        [_PUBLICATION, table],
    ).fetchall()
    return dict(rows)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
