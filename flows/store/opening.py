"""Open the store's file and bring it up to the newest numbered DDL, or say why not.

``sql/store/NNN_*.sql`` are applied in order, each once; ``store_version`` holds which. A store
that knows a higher number than this installation does was written by a newer one: nothing in it
is touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from flows.model.errors import LockHeld, StoreError
from flows.model.paths import SQL
from flows.store.rows import first_row

#: The oldest DuckDB that can open store and publications. The format before it is a third slower
#: to write.
STORAGE_VERSION = "v1.4.0"

_SAVE = (
    "move the file away (it may still be read with an older or newer duckdb) and put a backup in "
    "its place, or run gongbao refresh for a new one; the publications are untouched"
)
_FREE = "free some space and run gongbao refresh again; nothing was recorded, nothing is lost"


def migrations(folder: Path | None = None) -> list[tuple[int, Path]]:
    """The numbered DDL files, in order."""
    folder = folder or SQL / "store"
    files = sorted(folder.glob("[0-9][0-9][0-9]_*.sql"))
    if not files:
        raise StoreError("no DDL found", where=str(folder), remedy="install gongbao again")
    return [(int(file.name[:3]), file) for file in files]


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


def open_database(path: Path, folder: Path | None = None) -> duckdb.DuckDBPyConnection:
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
            _migrate(connection, path, migrations(folder))
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(
    connection: duckdb.DuckDBPyConnection, path: Path, files: list[tuple[int, Path]]
) -> None:
    newest = files[-1][0]
    found = _version(connection, path)
    if found > newest:
        raise StoreError(
            f"the store has version {found}, this gongbao knows versions up to {newest}",
            where=str(path),
            remedy="use the newer gongbao that wrote it, or set GONGBAO_HOME to another folder",
        )
    for number, file in files:
        if number <= found:
            continue
        connection.execute("BEGIN")
        try:
            connection.execute(file.read_text())
            connection.execute(
                "INSERT INTO store_version VALUES (?, ?, now())", [number, file.name]
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
