"""CSV files of the catalogue: typed frames in which every row knows its line.

``read_table`` gives a ``CsvTable``: the declared columns in their declared types, plus ``line``, which
is ``file:line`` (from 1, the head is line 1). Empty cells are null. A file may leave out a column
that is not required, but may not have one that is unknown. Every error is a ``CatalogError`` whose
``where`` is ``file:line: column``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows.catalog.yamlfile import meant
from flows.model.errors import CatalogError

LINE = "line"


@dataclass(frozen=True, slots=True)
class CsvTable:
    """One or more CSV files of the same columns; ``frame`` has those that are declared and ``line``."""

    frame: pl.DataFrame

    def error(self, line: str, column: str, what: str, remedy: str | None = None) -> CatalogError:
        return CatalogError(what, where=f"{line}: {column}", remedy=remedy)

    def refuse(self, fault: pl.Expr, column: str, what: str) -> None:
        """Raise for the first row in which ``fault`` holds; ``{}`` in ``what`` is its value."""
        faults = self.frame.filter(fault)
        if faults.height:
            row = faults.row(0, named=True)
            raise self.error(row[LINE], column, what.format(repr(row[column])))

    def refuse_twice(self, column: str) -> None:
        """Raise for the first value of ``column`` that stood there before."""
        again = pl.col(column).is_duplicated() & ~pl.col(column).is_first_distinct()
        self.refuse(again, column, "{} is there twice")

    def refuse_unknown(self, column: str, known: Collection[str], kind: str) -> None:
        """Raise for the first value of ``column`` that is not a known one."""
        faults = self.frame.filter(
            pl.col(column).is_not_null() & ~pl.col(column).is_in(list(known))
        )
        if faults.height:
            row = faults.row(0, named=True)
            name = row[column]
            raise self.error(row[LINE], column, f"unknown {kind} {name!r}", meant(name, known))


def read_table(paths: Iterable[Path], schema: pl.Schema, required: Collection[str]) -> CsvTable:
    """CSV files as one typed table; ``required`` columns must be there and full in every row."""
    return CsvTable(pl.concat(_read_file(path, schema, required) for path in paths))


def _read_file(path: Path, schema: pl.Schema, required: Collection[str]) -> pl.DataFrame:
    try:
        raw = pl.read_csv(
            path, infer_schema=False, row_index_name=LINE, row_index_offset=2, encoding="utf8"
        )
    except OSError as error:
        raise CatalogError(f"cannot be read: {error}", where=str(path)) from error
    except pl.exceptions.PolarsError as error:
        raise CatalogError(
            f"not a CSV file: {str(error).splitlines()[0]}", where=str(path)
        ) from error
    table = CsvTable(raw.with_columns(pl.format("{}:{}", pl.lit(str(path)), LINE).alias(LINE)))
    # A line break inside a cell would shift the line of every row below it.
    broken = pl.any_horizontal(pl.col(pl.String).str.contains("\n", literal=True))
    if raw.filter(broken).height:
        raise CatalogError("a cell holds a line break", where=str(path))
    for column in raw.columns:
        if column != LINE and column not in schema:
            raise table.error(
                f"{path}:1", column, f"unknown column {column!r}", meant(column, schema)
            )
    for column in required:
        if column not in raw.columns:
            raise table.error(f"{path}:1", column, f"the column {column!r} is missing")
        table.refuse(pl.col(column).is_null(), column, "must not be empty")
    for column, dtype in schema.items():
        if column in raw.columns and dtype != pl.String:
            bad = pl.col(column).is_not_null() & pl.col(column).cast(dtype, strict=False).is_null()
            table.refuse(bad, column, f"{{}} is not {_KIND.get(dtype, dtype)}")
    typed = [
        pl.col(column).cast(dtype) if column in raw.columns else pl.lit(None, dtype).alias(column)
        for column, dtype in schema.items()
    ]
    return table.frame.select(*typed, LINE)


_KIND = {
    pl.Int32(): "a whole number",
    pl.Float64(): "a number",
    pl.Date(): "a date (2024-08-01)",
}
