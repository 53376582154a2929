"""Open the store's file and bring it up to date, or say why not.

A fresh store is made from ``sql/store/tables.sql``. An older one is brought there by the files
``sql/store/migrations/NNN_*.sql`` above its version, in order, each once; ``store_version`` holds
which. A store with a higher version than this installation knows was written by a newer one:
nothing in it is touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from flows.model import clock
from flows.model.errors import LockHeld, StoreError
from flows.model.paths import SQL

#: The oldest DuckDB that can open store and publications. The format before it is a third slower
#: to write.
STORAGE_VERSION = "v1.4.0"

_SAVE = (
    "move the file away (it may still be read with an older or newer duckdb) and put a backup in "
    "its place, or run gongbao refresh for a new one; the publications are untouched"
)
_FREE = "free some space and run gongbao refresh again; nothing was recorded, nothing is lost"


def migrations() -> list[tuple[int, Path]]:
    """The numbered migrations, in order."""
    folder = SQL / "store" / "migrations"
    files = sorted(folder.glob("[0-9][0-9][0-9]_*.sql"))
    if not files:
        raise StoreError("no DDL found", where=str(folder), remedy="install gongbao again")
    return [(int(file.name[:3]), file) for file in files]


def first_row(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None
) -> tuple[Any, ...] | None:
    """The first row of a small result, which is always read to its end: DuckDB 2 asks for it."""
    rows = connection.execute(query, parameters).fetchall()
    return rows[0] if rows else None


@contextmanager
def duckdb_errors(path: Path) -> Iterator[None]:
    """DuckDB's and the disk's errors as StoreErrors that name the file."""
    try:
        yield
    except duckdb.Error as error:
        text = str(error).strip().splitlines()[0]
        low = text.lower()
        if "set lock" in low or "conflicting lock" in low:
            raise LockHeld(
                f"another process has the store's file open: {text}",
                where=str(path),
                remedy="close it; readers open current/warehouse.duckdb instead",
            ) from error
        full = "no space left" in low or "could not write" in low
        raise StoreError(text, where=str(path), remedy=_FREE if full else _SAVE) from error
    except OSError as error:
        text = error.strerror or str(error)
        raise StoreError(text, where=str(path), remedy=_FREE) from error


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-write connection to the store at ``path``, made or migrated as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb_errors(path):
        connection = duckdb.connect(
            os.fspath(path), config={"storage_compatibility_version": STORAGE_VERSION}
        )
    try:
        with duckdb_errors(path):
            # Interrupted or spilled work stays beside the store and never in the working folder.
            connection.execute("SET temp_directory = ?", [f"{path}.tmp"])
            connection.execute("SET TimeZone = 'UTC'")
            _bring_up_to_date(connection, path, migrations())
    except BaseException:
        connection.close()
        raise
    return connection


def _bring_up_to_date(
    connection: duckdb.DuckDBPyConnection, path: Path, files: list[tuple[int, Path]]
) -> None:
    newest = files[-1][0]
    version = _version(connection, path)
    if version > newest:
        raise StoreError(
            f"the store has version {version}, this gongbao knows versions up to {newest}",
            where=str(path),
            remedy="use the newer gongbao that wrote it, or set GONGBAO_HOME to another folder",
        )
    if version == 0:
        _apply(connection, newest, SQL / "store" / "tables.sql")
        return
    for number, file in files:
        if number > version:
            _apply(connection, number, file)


def _apply(connection: duckdb.DuckDBPyConnection, version: int, file: Path) -> None:
    connection.execute("BEGIN")
    try:
        connection.execute(file.read_text())
        connection.execute(
            "INSERT INTO store_version VALUES (?, ?, ?)",
            [version, file.name, clock.read_time().replace(tzinfo=None)],
        )
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    tables = {
        name
        for (name,) in connection.sql(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        ).fetchall()
    }
    if not tables:
        return 0
    if "store_version" not in tables:
        raise StoreError(
            "this DuckDB file is not a Gongbao store: it has no table store_version",
            where=str(path),
            remedy="set GONGBAO_HOME to another folder",
        )
    row = first_row(connection, "SELECT coalesce(max(version), 0) FROM store_version")
    return int(row[0]) if row else 0
