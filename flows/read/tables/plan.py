"""Where a grid's parts are according to a layout: titles, heads, body, and each column's part.

``plan_grid`` raises a ReadError that names the cell wherever grid and layout don't agree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field

from flows.catalog.layout import Layout, LayoutColumn, Role
from flows.model.errors import ReadError
from flows.read.tables.grid import Grid, name_column

_BRACKETS = re.compile(r"\(([^()]*)\)")
_SCAN = 60  # rows in which titles and heads are looked for


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    """A column of the grid and what the layout says it is."""

    number: int  # from 0
    head: str  # its head path, for a person
    column: LayoutColumn
    unit: str | None
    period: str | None


@dataclass(frozen=True, slots=True)
class GridPlan:
    body: int  # row in which the body begins, from 0
    columns: tuple[PlannedColumn, ...]
    period: str | None  # of all rows, unless a column or a row says otherwise
    spare: tuple[int, ...]  # columns without head: they must be blank
    heads: dict[str, int] = field(default_factory=dict)  # folded head path -> column

    def of(self, role: Role) -> list[PlannedColumn]:
        return [planned for planned in self.columns if planned.column.role is role]


def fold_head(text: str) -> str:
    """Compatibility forms folded, white space taken out: how heads are compared."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def plan_grid(grid: Grid, layout: Layout, units: Collection[str]) -> GridPlan:
    """``units``: the unit texts that the catalogue knows."""
    head, said = _read_titles(grid, layout)
    paths = _read_head_paths(grid, head, layout.head_rows)
    columns, spare = [], []
    for number, path in enumerate(paths):
        if not path:
            spare.append(number)
            continue
        columns.append(_plan_column(grid, layout, head, number, path, units, said.get("unit")))
    _check_complete(grid, layout, columns)
    sheet = re.fullmatch(layout.sheets, grid.name)
    periods = [planned.period for planned in columns if planned.column.role is not Role.FIGURE]
    from_sheet = sheet.groupdict().get("period") if sheet else None
    period = next(filter(None, periods), None) or said.get("period") or from_sheet
    return GridPlan(
        head + layout.head_rows,
        tuple(columns),
        period or layout.period,
        tuple(spare),
        {fold_head("/".join(paths[c.number])): c.number for c in columns},
    )


def _read_titles(grid: Grid, layout: Layout) -> tuple[int, dict[str, str]]:
    """The first row of the heads, and what the titles above it say of period and unit."""
    said: dict[str, str] = {}
    for number, row in enumerate(grid.rows(0, _SCAN)):
        text = unicodedata.normalize("NFKC", " ".join(cell for cell in row if cell))
        if not text:
            continue
        for pattern in layout.titles:
            match = re.match(pattern, text)
            if match:
                said |= {name: value for name, value in match.groupdict().items() if value}
                break
        else:
            return number, said
    raise ReadError("has no heads", where=grid.prefix, remedy=f"layout {layout.name} expects some")


def _read_head_paths(grid: Grid, head: int, rows: int) -> list[list[str]]:
    """Head cells of each column from top to bottom, merged ones filled, repeats dropped."""
    cells = grid.rows(head, head + rows)
    for merge in grid.merges:
        for r in range(max(merge.top, head), min(merge.bottom + 1, head + len(cells))):
            # A title's range above the heads says nothing of the columns.
            if merge.top < head:
                continue
            for c in range(merge.left, min(merge.right + 1, grid.cells.width)):
                cells[r - head][c] = cells[merge.top - head][merge.left]
    paths = []
    for column in range(grid.cells.width):
        path: list[str] = []
        for row in cells:
            text = " ".join(row[column].split())
            if text and (not path or path[-1] != text):
                path.append(text)
        paths.append(path)
    return paths


def _plan_column(
    grid: Grid,
    layout: Layout,
    head: int,
    number: int,
    path: list[str],
    units: Collection[str],
    title_unit: str | None,
) -> PlannedColumn:
    full = fold_head("/".join(path))
    bracketed = [text for text in _BRACKETS.findall(full) if text in units]
    bare = full
    for unit in bracketed:
        bare = bare.replace(f"({unit})", "")
    for column in layout.columns:
        match = re.fullmatch(column.pattern, full) if column.pattern else None
        if match is None and not {full, bare} & {fold_head(head) for head in column.heads}:
            continue
        period = match.groupdict().get("period") if match else None
        unit = column.unit or (bracketed[-1] if bracketed else title_unit)
        if column.unit and bracketed and column.unit not in bracketed:
            raise ReadError(
                f"the head {'/'.join(path)!r} prints {bracketed[-1]}, the layout {layout.name} "
                f"declares {column.unit}",
                where=grid.locator(head, number),
                remedy="correct the layout's unit, or leave it to the head",
            )
        return PlannedColumn(number, "/".join(path), column, unit, period)
    raise ReadError(
        f"the layout {layout.name} knows no column with the head {'/'.join(path)!r}",
        where=grid.locator(head, number),
        remedy="declare it in the layout, with role ignore if it is to be left out",
    )


def _check_complete(grid: Grid, layout: Layout, columns: list[PlannedColumn]) -> None:
    """Each required column is there, and no two columns claim the same."""
    found = [planned.column for planned in columns]
    for column in layout.columns:
        if column.heads and column.required and column not in found:
            raise ReadError(
                f"no column has the head {' or '.join(map(repr, column.heads))}",
                where=grid.prefix.rstrip("!:"),
                remedy=f"is this the table of layout {layout.name}?",
            )
    claims: dict[tuple[int | str, str], PlannedColumn] = {}
    for planned in columns:
        column = planned.column
        if column.role is Role.IGNORE or (column.role is Role.FIGURE and not column.indicator):
            continue
        # Two declared columns may say the same, for a table that changed its heads midway.
        which = layout.columns.index(column) if column.role is Role.FIGURE else column.role
        other = claims.setdefault((which, planned.period or ""), planned)
        if other is not planned:
            raise ReadError(
                f"the columns {other.head!r} and {planned.head!r} both are "
                f"{column.indicator or column.role}",
                where=f"{grid.prefix}{name_column(planned.number)}",
                remedy=f"make the heads in layout {layout.name} tell them apart",
            )
