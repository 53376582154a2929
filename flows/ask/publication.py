"""Opening the current publication, as every question to it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.model.errors import PublishError
from flows.model.publication import require_current
from flows.model.settings import Settings

if TYPE_CHECKING:
    import duckdb


def open_publication(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The current publication's warehouse: read-only, and nothing else can be opened from it.

    It stays the same one, whatever is published meanwhile. NothingPublished where there is none,
    PublishError where it cannot be opened.
    """
    import duckdb

    file = require_current(settings) / "warehouse.duckdb"
    try:
        connection = duckdb.connect(str(file), read_only=True)
    except duckdb.Error as error:
        raise PublishError(
            f"cannot be opened: {str(error).splitlines()[0]}",
            where=str(file),
            remedy="go back to a sound one with: gongbao publications rollback",
        ) from error
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def ask(connection: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of ``sql`` with ``values`` for its question marks.

    As SQL's own prepared statement: a parameter from Python makes DuckDB import pandas, which
    takes longer than most questions.
    """
    connection.execute(f"PREPARE question AS {sql}")
    connection.execute(f"EXECUTE question({', '.join(map(_literal, values))})")
    return connection.fetchall()


def _literal(value: object) -> str:
    """A text, a number, None, or a list of them as SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    raise TypeError(f"no literal for {type(value).__name__}")
