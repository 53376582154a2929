"""Tables to their figures: the first of a release's layouts that its tables fit.

Reading is strict: what the layout doesn't account for is an error that names sheet and cell, and
a cell that can't be what its column says is a figure with a doubt. ``read_cell`` is the way home:
a locator (``sheet:表1!C14``, ``cell:C14``, ``table:0!C14``) and the bytes give the printed text.
"""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

from flows.catalog.layout import Layout
from flows.catalog.model import Catalog
from flows.model import schemas
from flows.model.errors import ReadCause, ReadError
from flows.model.nouns import MediaKind, Release, Snapshot
from flows.read.tables.csv_grids import read_csv
from flows.read.tables.figures import read_grid
from flows.read.tables.grid import Grid, parse_cell_name
from flows.read.tables.html_grids import read_html_tables
from flows.read.tables.plan import fold_head, plan_grid
from flows.read.tables.workbook import read_workbook

_WORKBOOKS = (MediaKind.XLSX, MediaKind.XLS, MediaKind.ODS)


def read_tables(
    data: bytes, *, snapshot: Snapshot, release: Release, catalog: Catalog
) -> tuple[pl.DataFrame, list[str]]:
    """Read the snapshot's tables: ``schemas.FIGURE`` in the order of the document, and notes."""
    layouts = _fitting_layouts(release, snapshot, catalog)
    grids = load_grids(data, snapshot.media_kind, snapshot.charset)
    failures = []
    for layout in layouts:
        try:
            return _read_by_layout(grids, layout, snapshot, catalog)
        except ReadError as error:
            failures.append((layout.name, error))
    if len(failures) == 1:
        raise failures[0][1]
    raise ReadError(
        "fits none of its layouts: " + "; ".join(f"{name}: {error}" for name, error in failures),
        where=release.release_id,
    )


def load_grids(data: bytes, kind: MediaKind, charset: str | None) -> list[Grid]:
    if kind is MediaKind.CSV or kind is MediaKind.TEXT:
        return read_csv(data, charset)
    if kind is MediaKind.HTML:
        return read_html_tables(data, charset)
    if kind in _WORKBOOKS:
        return read_workbook(data, kind)
    raise ReadError(f"holds no tables that can be read: it is {kind}")


def read_cell(locator: str, data: bytes, kind: MediaKind, charset: str | None) -> str:
    """The text of the cell that a locator names."""
    grids = _grids_by_prefix(data, kind, charset)
    if locator.startswith("cell:"):
        prefix, name = "cell:", locator.removeprefix("cell:")
    else:
        sheet, mark, name = locator.rpartition("!")
        prefix = sheet + mark
    grid = grids.get(prefix)
    if grid is None:
        raise ReadError("there is no such sheet or table", where=locator)
    row, column = parse_cell_name(name)
    if row >= grid.cells.height or column >= grid.cells.width:
        raise ReadError("lies outside of the table", where=locator)
    text: str | None = grid.cells[row, column]
    if text is None:
        raise ReadError("is a blank cell", where=locator)
    return text


@lru_cache(maxsize=1)
def _grids_by_prefix(data: bytes, kind: MediaKind, charset: str | None) -> dict[str, Grid]:
    """Kept for the last snapshot, for whoever follows all its locators one by one."""
    return {grid.prefix: grid for grid in load_grids(data, kind, charset)}


def _fitting_layouts(release: Release, snapshot: Snapshot, catalog: Catalog) -> list[Layout]:
    declared = [catalog.layouts[name] for name in release.layouts if name in catalog.layouts]
    if not declared:
        raise ReadError(
            "no layout is declared for this table",
            where=release.release_id,
            remedy="name one under layouts in its source file",
        )
    kind = MediaKind.CSV if snapshot.media_kind is MediaKind.TEXT else snapshot.media_kind
    fitting = [layout for layout in declared if kind in layout.media]
    if not fitting:
        promised = sorted({str(kind) for layout in declared for kind in layout.media})
        raise ReadError(
            f"the address served {snapshot.media_kind} where {' or '.join(promised)} is expected",
            where=release.release_id,
            remedy="is it an error page? open the address, then fetch again",
        )
    return fitting


def _read_by_layout(
    grids: list[Grid], layout: Layout, snapshot: Snapshot, catalog: Catalog
) -> tuple[pl.DataFrame, list[str]]:
    units = frozenset(catalog.units["unit_text"])
    names = {
        fold_head(name): indicator.code
        for indicator in catalog.indicators.values()
        for name in (indicator.name_zh, indicator.code)
    }
    frames: list[pl.DataFrame] = []
    notes: list[str] = []
    rows = 0  # below the heads
    for grid in grids:
        notes += grid.notes
        if any(re.fullmatch(pattern, grid.name) for pattern in layout.ignored_sheets):
            notes.append(f"{grid.prefix} left out: the layout {layout.name} ignores it")
        elif all(column.null_count() == len(column) for column in grid.cells):
            continue
        elif grid.hidden and re.fullmatch(layout.sheets, grid.name):
            notes.append(f"{grid.prefix} left out: the sheet is hidden")
        elif not re.fullmatch(layout.sheets, grid.name):
            raise ReadError(
                f"the layout {layout.name} knows no {'hidden ' if grid.hidden else ''}sheet "
                f"{grid.name!r}",
                where=grid.prefix.rstrip("!:"),
                remedy="declare it under sheets, or under ignored_sheets to leave it out",
            )
        else:
            plan = plan_grid(grid, layout, units)
            rows += len(grid.rows(plan.body, grid.cells.height))
            frame, remarks = read_grid(grid, plan, layout, snapshot, names)
            frames.append(frame)
            notes += remarks
    if not frames:
        raise ReadError(f"has no table that the layout {layout.name} reads")
    if len(frames) > 1:
        frames = [
            pl.concat(frames).with_columns(
                pl.int_range(pl.len(), dtype=pl.UInt32()).alias("figure_no")
            )
        ]
    if frames[0].is_empty() and not rows:
        raise ReadError(
            f"its tables have heads and no figures{' (' + '; '.join(notes) + ')' if notes else ''}",
            remedy="was it emptied? open it",
            cause=ReadCause.NO_FIGURES,
        )
    if frames[0].is_empty():
        notes.append("no figures")
    return frames[0].match_to_schema(schemas.FIGURE), notes
