"""A table as cells of text, whatever file it came from, and the names of its cells.

Every kind of table becomes one or more grids. A grid's ``cells`` has the columns ``c0, c1, …``
(text, stripped; a blank cell is null) and one row a printed row, blank ones included, so that
row 13 of the frame is row 14 of the sheet and ``name_cell(13, 2)`` is ``C14``. A locator is the
grid's ``prefix`` and a cell name: ``sheet:表1!C14`` (workbook), ``cell:C14`` (CSV),
``table:0!C14`` (the first table of an HTML page, spans expanded).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from flows.model.errors import ReadError

#: A table with more cells than this is a damaged file or an attack, not a statistical table.
MAX_CELLS = 20_000_000

_CELL_NAME = re.compile(r"([A-Z]{1,4})([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; first and last row and column from 0, both inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    name: str  # of the sheet, or the caption of the table
    prefix: str  # of the locators of its cells
    cells: pl.DataFrame
    merges: tuple[Merge, ...] = ()
    hidden: bool = False
    doubts: Mapping[tuple[int, int], str] = field(default_factory=dict)  # of cells: why
    notes: tuple[str, ...] = ()  # what was left out of it, for a person
    decimal_comma: bool = False  # 1.575,60 is 1575.6
    percent_unseen: bool = False  # the format shows per cent but the file's reader can't tell

    def locator(self, row: int, column: int) -> str:
        return f"{self.prefix}{name_cell(row, column)}"

    def rows(self, start: int, stop: int) -> list[list[str]]:
        """Cells of some rows as text; a blank cell is ""."""
        part = self.cells.slice(start, max(stop - start, 0))
        return [[cell or "" for cell in row] for row in part.iter_rows()]


def name_column(column: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def number_column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def name_cell(row: int, column: int) -> str:
    return f"{name_column(column)}{row + 1}"


def parse_cell_name(name: str) -> tuple[int, int]:
    """``C14`` is (13, 2)."""
    match = _CELL_NAME.fullmatch(name)
    if match is None:
        raise ReadError(f"{name!r} is no cell", remedy="a cell is named like C14")
    return int(match[2]) - 1, number_column(match[1])


def strip_cells(frame: pl.DataFrame, *, tight: bool = False) -> pl.DataFrame:
    """The columns named ``c0, c1, …``; white space around a cell is not printed text.

    ``tight``: there is no ASCII white space and no empty text in it. Most columns have nothing to
    strip, and finding that out costs less than to write them anew.
    """
    frame = frame.rename({old: f"c{i}" for i, old in enumerate(frame.columns)})
    text = pl.all().str
    size = text.len_bytes()
    suspect = _where(frame, size != text.len_chars()) if tight else frame.columns
    stripped = pl.all().str.strip_chars()
    left = stripped.str.len_bytes()
    loose = _where(frame.select(suspect), (left != size) | (left == 0))
    return frame.with_columns(
        pl.when(pl.col(name).str.strip_chars().str.len_bytes() > 0).then(
            pl.col(name).str.strip_chars()
        )
        for name in loose
    )


def _where(frame: pl.DataFrame, of_cell: pl.Expr) -> list[str]:
    """Columns in which it is true of some cell."""
    return [column.name for column in frame.select(of_cell.any()) if column.any()]


def build_grid(
    name: str,
    prefix: str,
    rows: Sequence[Sequence[str]],
    *,
    merges: Iterable[Merge] = (),
    hidden: bool = False,
    percent_unseen: bool = False,
    doubts: Mapping[tuple[int, int], str] | None = None,
    notes: tuple[str, ...] = (),
) -> Grid:
    """A grid of rows that may be of unequal length."""
    width = max((len(row) for row in rows), default=0)
    columns = {
        f"c{i}": pl.Series([row[i] if i < len(row) else None for row in rows], dtype=pl.String())
        for i in range(width)
    }
    return Grid(
        name,
        prefix,
        strip_cells(pl.DataFrame(columns)),
        tuple(merges),
        hidden,
        doubts or {},
        notes,
        percent_unseen=percent_unseen,
    )


def check_extent(where: str, height: int, width: int) -> None:
    """Refuse a table whose cells would fill the memory."""
    if height * width > MAX_CELLS:
        raise ReadError(
            f"spans {height:,} rows and {width:,} columns, more than {MAX_CELLS:,} cells",
            where=where,
            remedy="take out the cells far away from the table",
        )
