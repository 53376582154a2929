"""Workbooks (XLSX, XLS, ODS) into grids, one a sheet.

The text of a cell is what a reader of the sheet takes for its value: a number is the shortest
decimal text that gives the stored number back (711.81, 7118145, never 1e+20), of at most 15
digits, for no spreadsheet program shows more and what comes after them is dust of its sums. A
cell formatted as per cent is ``7.9%``, a date is ``2023-03-01``, an error stays ``#DIV/0!``, and
a formula whose result was not stored is the formula itself, ``=SUM(C3:C9)``.
The cells of hidden rows and columns are blank, and the grid's notes say how many were filled; of
an XLS file the library doesn't tell which are hidden.
"""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import python_calamine as calamine

from flows.model.errors import ReadError
from flows.model.nouns import MediaKind
from flows.read.tables.grid import Grid, Merge, build_grid, name_column
from flows.read.tables.package import SheetFacts, open_package, read_ods_facts, read_xlsx_facts

_Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def read_workbook(data: bytes, kind: MediaKind) -> list[Grid]:
    """All worksheets in the workbook's order; chart and macro sheets hold no cells."""
    facts: dict[str, SheetFacts] = {}
    if kind is not MediaKind.XLS:
        with open_package(data) as archive:
            facts = read_xlsx_facts(archive) if kind is MediaKind.XLSX else read_ods_facts(archive)
    try:
        return _read_sheets(data, kind, facts)
    except calamine.PasswordError as error:
        raise ReadError("is protected by a password", remedy="ask for an open copy") from error
    except calamine.CalamineError as error:
        raise ReadError(f"not a whole {kind} workbook: {error}", remedy="fetch it again") from error
    except BaseException as error:
        # A panic of the Rust reader is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise ReadError(f"not a whole {kind} workbook: {error}", remedy="fetch it again") from error


def _read_sheets(data: bytes, kind: MediaKind, facts: dict[str, SheetFacts]) -> list[Grid]:
    grids = []
    with calamine.load_workbook(io.BytesIO(data)) as book:
        for number, about in enumerate(book.sheets_metadata):
            if about.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(number)
            known = facts.get(about.name, SheetFacts())
            merges = [Merge(*top, *bottom) for top, bottom in sheet.merged_cell_ranges or []]
            prefix = f"sheet:{about.name}!"
            texts = _texts(sheet.to_python(skip_empty_area=False), known)
            grids.append(
                build_grid(
                    about.name,
                    prefix,
                    texts,
                    notes=tuple(_take_out_hidden(texts, known, prefix)),
                    merges=merges or known.merges,
                    hidden=about.visible != calamine.SheetVisibleEnum.Visible,
                    percent_unseen=kind is MediaKind.XLS,
                )
            )
    return grids


def _texts(rows: list[list[_Cell]], facts: SheetFacts) -> list[list[str]]:
    texts = [[show_cell(cell) for cell in row] for row in rows]
    height, width = len(texts), max((len(row) for row in texts), default=0)
    special = {**facts.errors, **facts.formulas}
    for row, column in special:
        height, width = max(height, row + 1), max(width, column + 1)
    # Cells that the library left out lie, at times, outside of what it gave.
    texts += [[] for _ in range(height - len(texts))]
    texts = [row + [""] * (width - len(row)) for row in texts]
    for (row, column), text in special.items():
        texts[row][column] = text
    for row, column in facts.percents:
        if row < len(rows) and column < len(rows[row]):
            texts[row][column] = _percent_text(rows[row][column])
    return texts


def _take_out_hidden(texts: list[list[str]], facts: SheetFacts, prefix: str) -> list[str]:
    """Blank the cells of hidden rows and columns, and say how many of them held something."""
    rows = [row for row in sorted(facts.hidden_rows) if row < len(texts) and any(texts[row])]
    for row in rows:
        texts[row] = [""] * len(texts[row])
    width = max((len(row) for row in texts), default=0)
    columns = []
    for column in sorted(facts.hidden_columns):
        if column < width and any(line[column] for line in texts):
            columns.append(column)
            for line in texts:
                line[column] = ""
    notes = []
    if rows:
        some = ", ".join(str(row + 1) for row in rows[:5])
        notes.append(f"{prefix} left out, for nobody sees it: {len(rows)} hidden rows ({some})")
    if columns:
        some = ", ".join(map(name_column, columns[:5]))
        notes.append(
            f"{prefix} left out, for nobody sees it: {len(columns)} hidden columns ({some})"
        )
    return notes


def show_cell(cell: _Cell) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number_text(_shown(cell))
    if isinstance(cell, str):
        return cell
    if isinstance(cell, dt.timedelta):
        return str(cell)
    return cell.isoformat()


def _percent_text(cell: _Cell) -> str:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return show_cell(cell)
    return f"{_number_text(_shown(cell) * 100)}%"


def _shown(number: float) -> Decimal:
    """711.81 for 711.8100000000001."""
    exact = Decimal(repr(number))
    return Decimal(f"{number:.14e}") if len(exact.as_tuple().digits) > 15 else exact


def _number_text(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
