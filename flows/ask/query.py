"""Ask the current publication: one SELECT, or a sample of ``sql/queries/`` by its name.

Read-only on one file: a query can neither write nor open anything else. It stays with the
publication that was current when it began, whatever is published meanwhile.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from flows.ask.publication import open_publication
from flows.model.errors import UsageError
from flows.model.paths import SQL
from flows.model.settings import Settings

if TYPE_CHECKING:
    import polars as pl

FORMATS: Final = ("csv", "json", "parquet")

_TABLES: Final = "the tables: gongbao query 'SHOW TABLES'"
_ASKING: Final = (
    duckdb.StatementType.SELECT,
    duckdb.StatementType.EXPLAIN,
    duckdb.StatementType.CALL,
    duckdb.StatementType.PRAGMA,
)
_NUMBER: Final = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\)")
#: What polars has no type for; in a frame it is DuckDB's text of it.
_AS_TEXT: Final = re.compile(
    r"BLOB|INTERVAL|UNION|\bBIT\b|\bTIME WITH TIME ZONE|BIGNUM|UHUGEINT|VARIANT|GEOMETRY|\bMAP\b"
)

Parameters = Mapping[str, object] | Sequence[object]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a question as Python's own values, for showing. Two columns may share a name."""

    names: tuple[str, ...]
    numbers: frozenset[int]  # which columns are numbers
    texts: frozenset[int]  # which are text
    rows: Sequence[tuple[Any, ...]]

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Rows:
        import polars as pl

        return cls(
            tuple(frame.columns),
            frozenset(at for at, kind in enumerate(frame.dtypes) if kind.is_numeric()),
            frozenset(at for at, kind in enumerate(frame.dtypes) if kind == pl.String),
            frame.rows(),
        )


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

    NothingPublished where there is no publication, UsageError where there is no such name, or
    where DuckDB objects (its words).
    """
    import polars as pl

    with _asked(settings, sql, parameters) as relation:
        # Without pyarrow, which .pl() imports and takes a quarter of a second for.
        return pl.DataFrame(_with_plain_columns(relation))


def query_rows(settings: Settings, sql: str | Path) -> Rows:
    """The same for showing: polars is not imported."""
    with _asked(settings, sql, None) as relation:
        kinds = list(enumerate(map(str, relation.types)))
        return Rows(
            tuple(relation.columns),
            frozenset(at for at, kind in kinds if _NUMBER.fullmatch(kind)),
            frozenset(at for at, kind in kinds if kind == "VARCHAR"),
            relation.fetchall(),
        )


@contextmanager
def _asked(
    settings: Settings, sql: str | Path, parameters: Parameters | None
) -> Iterator[duckdb.DuckDBPyRelation]:
    with open_publication(settings) as connection:
        text = _text(sql, _tables(connection))
        try:
            _one_question(connection, text)
            yield connection.sql(text, params=parameters)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise UsageError(str(error).strip(), remedy=_TABLES) from error
        except duckdb.Error as error:
            raise UsageError(str(error).strip()) from error


def _with_plain_columns(relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Each column under a name of its own, in a type that polars has."""
    names: list[str] = []
    columns = []
    for at, (name, kind) in enumerate(zip(relation.columns, relation.types, strict=True), 1):
        own, number = name, 1
        while own in names:
            own, number = f"{name}_{number}", number + 1
        names.append(own)
        column = f"CAST(#{at} AS VARCHAR)" if _AS_TEXT.search(str(kind)) else f"#{at}"
        columns.append(f'{column} AS "{own.replace(chr(34), chr(34) * 2)}"')
    return relation.project(", ".join(columns))


def write_result(frame: pl.DataFrame, form: str, out: Path | None = None) -> bytes:
    """The frame as csv, json (a list of objects) or parquet; written to ``out`` if given.

    A list or an object is JSON in a cell of a CSV.
    """
    import polars as pl

    try:
        data = _encoded(frame, form)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise UsageError(
            f"these rows cannot be written as {form}: {str(error).splitlines()[0]}",
            remedy="cast the column to text in the query: column::VARCHAR",
        ) from error
    if out is not None:
        try:
            out.write_bytes(data)
        except OSError as error:
            remedy = None if out.parent.is_dir() else f"there is no folder {out.parent}: make it"
            raise UsageError(
                f"cannot be written: {error.strerror}", where=str(out), remedy=remedy
            ) from error
    return data


def _encoded(frame: pl.DataFrame, form: str) -> bytes:
    import polars as pl

    if form == "csv":
        flat = frame.with_columns(
            pl.Series(name, [None if cell is None else _as_json(cell) for cell in frame[name]])
            for name, kind in frame.schema.items()
            if kind.is_nested()
        )
        return flat.write_csv().encode()
    if form == "json":
        return (frame.write_json() + "\n").encode()
    if form == "parquet":
        buffer = BytesIO()
        frame.write_parquet(buffer)
        return buffer.getvalue()
    raise UsageError(f"no format {form}", remedy=f"one of: {', '.join(FORMATS)}")


def _as_json(cell: Any) -> str:
    values = cell.to_list() if hasattr(cell, "to_list") else cell
    return json.dumps(values, ensure_ascii=False, default=str)


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
