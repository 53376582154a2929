"""For one cursor, text that many rows share as ENUM: the writer of parquet is faster with it.

It looks each row's text up in a dictionary that it makes, column by column; an ENUM has its own.
The text itself stands in a few small tables, so that it is turned into an ENUM there, once. The
views over them say the same, value by value; only a hash of an ENUM is not that of its text.
"""

from __future__ import annotations

from typing import Final

import duckdb

from flows.publish.quoting import quoted
from flows.store.rows import first_row

#: The tables whose text stands in many rows of a view.
_SHARED: Final = ("release", "reading", "figure_class")
#: Each group of rows in a file has all words of an ENUM, whether they stand in it or not.
_FEW: Final = 1000


def shadow(cursor: duckdb.DuckDBPyConnection) -> None:
    """Temporary tables and views under the names of the cursor's database, which stay as they are."""
    database = (first_row(cursor, "SELECT current_database()") or ("",))[0]
    cursor.execute("BEGIN")
    found = cursor.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = ?", [database]
    ).fetchall()
    for table in sorted(name for (name,) in found if name in _SHARED):
        cursor.execute(f"CREATE TEMP TABLE {table} AS FROM ({_with_enums(cursor, table)})")
    views = cursor.execute(
        "SELECT sql FROM duckdb_views() WHERE database_name = ? AND NOT internal ORDER BY view_oid",
        [database],
    ).fetchall()
    for (sql,) in views:
        cursor.execute(sql.replace("CREATE VIEW", "CREATE TEMP VIEW", 1))
    cursor.execute("COMMIT")


def _with_enums(cursor: duckdb.DuckDBPyConnection, table: str) -> str:
    names = [
        name
        for name, kind, *_ in cursor.execute(f"DESCRIBE {table}").fetchall()
        if kind == "VARCHAR"
    ]
    words = first_row(
        cursor,
        "SELECT "
        + ", ".join(
            f"list(DISTINCT {name} ORDER BY {name}) FILTER ({name} IS NOT NULL)" for name in names
        )
        + f" FROM {table}",
    )
    enums = [
        f"{name}::ENUM ({', '.join(map(quoted, found))}) AS {name}"
        for name, found in zip(names, words or (), strict=True)
        if found and len(found) <= _FEW
    ]
    return f"SELECT * REPLACE ({', '.join(enums)}) FROM {table}" if enums else f"FROM {table}"
