"""Ask the current publication: one SELECT, or a sample of ``sql/queries/`` by its name.

Read-only on one file: a query can neither write nor open anything else. It stays with the
publication that was current when it began, whatever is published meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, get_args

import duckdb
import polars as pl

from flows.model.errors import PublishError, UsageError
from flows.model.paths import SQL
from flows.model.settings import Settings
from flows.publish.folder import current_folder

Format = Literal["csv", "json", "parquet"]
FORMATS: Final = get_args(Format)

_TABLES: Final = "the tables: gongbao query 'SHOW TABLES'"
_ASKING: Final = (
    duckdb.StatementType.SELECT,
    duckdb.StatementType.EXPLAIN,
    duckdb.StatementType.CALL,
    duckdb.StatementType.PRAGMA,
)

Parameters = Mapping[str, object] | Sequence[object]


def sample_queries() -> dict[str, str]:
    """Name of each file in ``sql/queries/`` and what it answers (its first line)."""
    return {
        file.stem: file.read_text(encoding="utf-8").splitlines()[0].removeprefix("--").strip()
        for file in sorted((SQL / "queries").glob("*.sql"))
    }


def query(
    settings: Settings, sql: str | Path, *, parameters: Parameters | None = None
) -> pl.DataFrame:
    """The rows of ``sql``: SQL text, a file, or the name of a sample or a table.

    UsageError where there is no publication, no such name, or where DuckDB objects (its words).
    """
    folder = current_folder(settings)
    if folder is None:
        raise UsageError(
            "there is no publication yet",
            where=str(settings.current),
            remedy="make one with: gongbao refresh",
        )
    file = folder / "warehouse.duckdb"
    try:
        connection = duckdb.connect(str(file), read_only=True)
    except duckdb.Error as error:
        raise PublishError(
            f"cannot be opened: {str(error).splitlines()[0]}",
            where=str(file),
            remedy="go back to a sound one with: gongbao publications rollback",
        ) from error
    with connection:
        text = _text(sql, _tables(connection))
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            _one_question(connection, text)
            # A relation: DuckDB 2 gives no frame of what .execute() left on a connection.
            return connection.sql(text, params=parameters).pl()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise UsageError(str(error).strip(), remedy=_TABLES) from error
        except duckdb.Error as error:
            raise UsageError(str(error).strip()) from error


def write_result(frame: pl.DataFrame, form: Format, out: Path | None = None) -> bytes:
    """The frame as csv, json (a list of objects) or parquet; written to ``out`` if given."""
    if form == "csv":
        data = frame.write_csv().encode()
    elif form == "json":
        data = (frame.write_json() + "\n").encode()
    elif form == "parquet":
        buffer = BytesIO()
        frame.write_parquet(buffer)
        data = buffer.getvalue()
    else:
        raise UsageError(f"no format {form}", remedy=f"one of: {', '.join(FORMATS)}")
    if out is not None:
        try:
            out.write_bytes(data)
        except OSError as error:
            raise UsageError(f"cannot be written: {error.strerror}", where=str(out)) from error
    return data


def _one_question(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    """Of several statements only the last one's rows would be seen."""
    # PIVOT is two statements of DuckDB's own making, which have no text.
    statements = connection.extract_statements(text)
    asked = [each for each in statements if each.query or each.type in _ASKING]
    if not asked:
        raise UsageError("there is no SQL in it", remedy=_TABLES)
    for each in asked:
        if each.type not in _ASKING:
            raise UsageError(f"{each.type.name} is no question: a publication is read-only")
    if len(asked) > 1:
        raise UsageError(f"these are {len(asked)} statements", remedy="ask them one at a time")


def _tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Names of the tables and views that are published."""
    names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
    return {name for (name,) in connection.sql(names).fetchall()}


def _text(sql: str | Path, tables: Collection[str]) -> str:
    """SQL has white space in it; a name does not."""
    if isinstance(sql, Path) or not any(letter.isspace() for letter in sql.strip()):
        return _named(str(sql).strip(), tables)
    return sql


def _named(name: str, tables: Collection[str]) -> str:
    known = sample_queries()
    stem = Path(name).name.removesuffix(".sql")
    path = SQL / "queries" / f"{stem}.sql" if stem in known and Path(name).name == name else None
    if path is None and Path(name).is_file():
        path = Path(name)
    if path is None and stem in known:
        path = SQL / "queries" / f"{stem}.sql"
    if path is None and name in tables:
        return f'FROM "{name}"'
    if path is None:
        near = get_close_matches(stem, [*known, *tables], 1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
        raise UsageError(f"no query, table or file {name}", remedy=hint)
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {error}", where=str(path)) from error
