"""``warehouse.duckdb`` of a publication: tables of store and catalogue, models, comments, macros.

It begins as a copy of the store's file, which costs next to nothing where a copy row by row would
take seconds; tables that are not published are dropped from it. It is complete and closed when
``attached`` ends: nobody writes it again.
"""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from flows.catalog import Catalog
from flows.catalog.calendar import list_due
from flows.discover.match import Match
from flows.language.titles import read_kind
from flows.model.errors import PublishError
from flows.model.paths import SQL
from flows.publish.models import Models, Table
from flows.store import Store, tables
from flows.store.opening import first_row

_PUBLICATION = "publication"


def quote(text: str) -> str:
    """A text as SQL has it, where no parameter can stand: names of files, comments, values."""
    return str(duckdb.ConstantExpression(text))


def catalog_frames(catalog: Catalog, today: date) -> dict[str, pl.DataFrame]:
    """The catalogue's tables as the warehouse has them. ``today`` is the day in Asia/Shanghai."""
    indicators = pl.DataFrame(
        [asdict(indicator) for indicator in catalog.indicators.values()],
        schema={
            "code": pl.String(),
            "name_zh": pl.String(),
            "name_en": pl.String(),
            "unit_measure": pl.String(),
            "has_growth": pl.Boolean(),
            "note": pl.String(),
            "desired": pl.String(),
        },
    ).rename({"code": "indicator"})
    sources = pl.DataFrame(
        [
            (
                source.source_id,
                source.publisher,
                "; ".join(map(str, source.calendar)) or None,
                source.address,
                source.terms,
                None if source.discovery is None else source.discovery.listing.url,
                None if source.discovery is None else source.discovery.family,
            )
            for source in catalog.sources
        ],
        schema=dict.fromkeys(
            ("source_id", "publisher", "calendar", "address", "terms", "listing", "family"),
            pl.String(),
        ),
        orient="row",
    )
    return {
        "area": catalog.areas.sort("ref_area", "valid_from").with_columns(
            pl.col("ref_area")
            .replace_strict(dict(catalog.english), default=None, return_dtype=pl.String())
            .alias("name_en")
        ),
        "authority": catalog.authorities,
        "calendar": list_due(catalog.calendar, today),
        "area_group": catalog.groups.sort("group_id", "ref_area", "valid_from"),
        "indicator": indicators.with_columns(pl.col("note").replace("", None)),
        "source": sources.sort("source_id"),
    }


def match_frame(matches: Iterable[Match]) -> pl.DataFrame:
    """What today's catalogue makes of each link of a listing: the table ``sighting_match``."""
    rows = [
        (
            match.sighting.source_id,
            match.sighting.request.digest,
            match.fate.value,
            match.rule,
            match.reason,
            None if match.release is None else match.release.release_id,
        )
        for match in matches
    ]
    columns = ("source_id", "digest", "fate", "rule", "reason", "release_id")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String()), orient="row")


@contextmanager
def attached(store: Store, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor whose unqualified names are those of a copy of the store at ``path``."""
    store.connection.execute("CHECKPOINT")
    _copy(store.path, path)
    with store.connection.cursor() as cursor:
        cursor.execute(f"ATTACH {quote(str(path))} AS {_PUBLICATION}")
        try:
            cursor.execute(f"USE {_PUBLICATION}")
            yield cursor
        except BaseException:
            with suppress(duckdb.Error):  # the first error is the one to tell
                cursor.execute("ROLLBACK")
            with suppress(duckdb.Error):
                _detach(cursor, store)
            raise
        _detach(cursor, store)


def _detach(cursor: duckdb.DuckDBPyConnection, store: Store) -> None:
    cursor.execute(f'USE "{store.path.stem}"')
    cursor.execute(f"DETACH {_PUBLICATION}")


def _copy(source: Path, target: Path) -> None:
    """Copy in another process: closing a file of ours would drop DuckDB's lock on the store."""
    copy = "import shutil, sys; shutil.copyfile(*sys.argv[1:])"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-S", "-c", copy, str(source), str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise OSError(done.stderr.strip().rpartition("\n")[2] or "copying the store failed")


def take_sources(
    cursor: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    models: Models,
    today: date,
    matches: Iterable[Match] = (),
) -> None:
    """Drop what is not published and add the catalogue; sources.yml must know all that is left."""
    frames = {
        **catalog_frames(catalog, today),
        "release_kind": _read_kinds(cursor),
        "sighting_match": match_frame(matches),
    }
    known = {table.name for table in models.sources}
    if known != {*tables.PUBLISHED, *frames}:
        names = ", ".join(sorted(known ^ {*tables.PUBLISHED, *frames}))
        raise PublishError(
            f"described or published, but not both: {names}", where="sql/models/sources.yml"
        )
    found = cursor.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = ?", [_PUBLICATION]
    ).fetchall()
    for (name,) in found:
        if name not in tables.PUBLISHED:
            cursor.execute(f"DROP TABLE {name}")
    for name, frame in frames.items():
        cursor.register("incoming", frame)
        cursor.execute(f"CREATE TABLE {name} AS FROM incoming")
        cursor.unregister("incoming")


def _read_kinds(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What kind of document each release's title names; null where it names none."""
    titles = cursor.sql(
        """FROM release SELECT release_id, title
        QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY version DESC) = 1
        ORDER BY release_id"""
    ).pl()
    kinds = [read_kind(title) for title in titles["title"]]
    return titles.select("release_id", pl.Series("kind", kinds, pl.String()))


def add_macros(cursor: duckdb.DuckDBPyConnection) -> None:
    for file in sorted((SQL / "macros").glob("*.sql")):
        cursor.execute(file.read_text())


def build_model(cursor: duckdb.DuckDBPyConnection, model: Table) -> None:
    """Sorted by its key where it has one; PublishError that names its file where it fails."""
    kind = "VIEW" if model.view else "TABLE"
    order = "" if model.view or not model.order else f" ORDER BY {', '.join(model.order)}"
    try:
        cursor.execute(f"CREATE {kind} {model.name} AS FROM (\n{model.sql}\n){order}")
    except duckdb.IOException:
        raise
    except duckdb.Error as error:
        raise PublishError(str(error), where=f"sql/models/{model.name}.sql") from error


def describe(cursor: duckdb.DuckDBPyConnection, models: Models) -> None:
    """COMMENT ON every table and column; PublishError where description and table disagree."""
    columns = _columns(cursor)
    cursor.execute("BEGIN")
    for table in models.tables:
        found = columns[table.name]
        said = {column.name: column.data_type for column in table.columns}
        if list(found.items()) != list(said.items()):
            wrong = sorted(set(found.items()) ^ set(said.items())) or list(found.items())
            raise PublishError(
                f"{table.name} and its description have different columns or types: {wrong}",
                where=f"sql/models/{'sources' if table.sql is None else table.name}.yml",
            )
        kind = "VIEW" if table.view else "TABLE"
        cursor.execute(f"COMMENT ON {kind} {table.name} IS {quote(table.description)}")
        for column in table.columns:
            place = f"{table.name}.{column.name}"
            cursor.execute(f"COMMENT ON COLUMN {place} IS {quote(column.description)}")
    cursor.execute("COMMIT")


def count_rows(cursor: duckdb.DuckDBPyConnection, models: Models) -> dict[str, int]:
    names = [table.name for table in models.tables]
    counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in names)
    return dict(zip(names, first_row(cursor, f"SELECT {counts}") or (), strict=True))


def _columns(cursor: duckdb.DuckDBPyConnection) -> defaultdict[str, dict[str, str]]:
    """Of each table and view, its columns and their types."""
    rows = cursor.execute(
        """SELECT table_name, column_name, data_type FROM duckdb_columns()
        WHERE database_name = ? ORDER BY table_name, column_index""",
        [_PUBLICATION],
    ).fetchall()
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for table, column, kind in rows:
        found[table][column] = kind
    return found
