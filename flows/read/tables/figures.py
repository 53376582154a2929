"""The body of a planned grid into figures, by whole columns; no loop over rows.

Each row is one of: blank; a remark (it holds no number and begins like one of the layout's
``notes``); left out by ``only``; or data. A data row that has text and no value cell filled is
an error unless all its keys are printed, for that is what text below a table looks like.
"""

from __future__ import annotations

import re

import polars as pl

from flows.catalog.layout import MEASURES, Layout, Role
from flows.model.errors import ReadError
from flows.model.measure import Measure
from flows.model.nouns import Snapshot
from flows.model.schemas import FIGURE
from flows.read.tables.cell_numbers import is_number, parse_cells
from flows.read.tables.grid import Grid, name_column
from flows.read.tables.plan import GridPlan, PlannedColumn, fold_head
from flows.read.tables.shifted import doubt_shifted

_KEYS = (Role.AREA_PARENT, Role.AREA, Role.PERIOD, Role.INDICATOR, Role.MEASURE, Role.UNIT)


def read_grid(
    grid: Grid,
    plan: GridPlan,
    layout: Layout,
    snapshot: Snapshot,
    indicators: dict[str, str],
) -> tuple[pl.DataFrame, list[str]]:
    """FIGURE rows with ``figure_no`` from 0, and notes for a person.

    ``indicators``: code or Chinese name, folded, to code; used by the long form.
    """
    rows = grid.cells.with_row_index("row").slice(plan.body)
    rows = _fill_merged_keys(rows, grid, plan)
    rows, notes = _select_data(rows, grid, plan, layout)
    values = plan.of(Role.FIGURE)
    keys = {role: f"c{found[0].number}" for role in _KEYS if (found := plan.of(role))}
    rows = rows.with_columns(
        _area_expression(keys).alias("area_text"),
        (pl.col(keys[Role.PERIOD]) if Role.PERIOD in keys else _text(plan.period)).alias(
            "row_period"
        ),
    )
    parts = [_read_column(rows, planned, keys, layout) for planned in values]
    cells = parts[0] if len(parts) == 1 else pl.concat(parts).sort("row", "column")
    cells = _doubt_places(
        parse_cells(cells, float_tail=layout.float_tail, decimal_comma=grid.decimal_comma),
        grid,
        plan,
    )
    if grid.percent_unseen:
        cells = _doubt_unseen_percents(cells)
    cells = doubt_shifted(cells, plan, layout)
    return _make_figures(cells, grid, layout, keys, snapshot, indicators), notes


def _text(value: str | None) -> pl.Expr:
    return pl.lit(value, pl.String())


def _fill_merged_keys(rows: pl.DataFrame, grid: Grid, plan: GridPlan) -> pl.DataFrame:
    """A key that spans rows is each row's; a value that spans rows is nobody's."""
    for planned in plan.columns:
        if planned.column.role not in _KEYS:
            continue
        for merge in grid.merges:
            if merge.top >= plan.body and merge.left <= planned.number <= merge.right:
                name, anchor = f"c{planned.number}", grid.cells[merge.top, merge.left]
                if merge.left != planned.number:
                    continue
                rows = rows.with_columns(
                    pl.when(pl.col("row").is_between(merge.top, merge.bottom))
                    .then(_text(anchor))
                    .otherwise(name)
                    .alias(name)
                )
    return rows


def _select_data(
    rows: pl.DataFrame, grid: Grid, plan: GridPlan, layout: Layout
) -> tuple[pl.DataFrame, list[str]]:
    every = [name for name in rows.columns if name != "row"]
    values = [f"c{planned.number}" for planned in plan.of(Role.FIGURE)]
    keys = [f"c{p.number}" for p in plan.columns if p.column.role in _KEYS]
    notes = []
    rows = rows.filter(pl.any_horizontal(pl.col(every).is_not_null()))
    bare = rows.filter(~pl.any_horizontal(is_number(pl.col(values)).fill_null(value=False)))
    if bare.height:
        # The patterns are Python's, so they are matched by Python: such rows are few.
        lines = bare.select(pl.concat_str(every, separator=" ", ignore_nulls=True)).to_series()
        patterns = [re.compile(pattern) for pattern in layout.notes]
        remark = pl.Series(
            [any(p.match(line) for p in patterns) for line in lines], dtype=pl.Boolean()
        )
        remarks, rest = bare.filter(remark), bare.filter(~remark)
        stray = rest.filter(pl.all_horizontal(pl.col(values).is_null()))
        if len(keys) > 1:
            stray = stray.filter(~pl.all_horizontal(pl.col(keys).is_not_null()))
        if stray.height:
            _refuse_stray(stray, grid, layout, every)
        if remarks.height:
            notes.append(f"{grid.prefix} {remarks.height} rows of remarks")
            rows = rows.join(remarks.select("row"), on="row", how="anti", maintain_order="left")
    for number in plan.spare:
        filled = rows.filter(pl.col(f"c{number}").is_not_null())
        if filled.height:
            raise ReadError(
                f"{filled[0, f'c{number}']!r} stands in a column without a head",
                where=grid.locator(filled[0, "row"], number),
                remedy=f"does layout {layout.name} count the head rows right?",
            )
    return _select_only(rows, grid, plan, layout, notes), notes


def _refuse_stray(stray: pl.DataFrame, grid: Grid, layout: Layout, every: list[str]) -> None:
    row = stray.row(0, named=True)
    column = next(i for i, name in enumerate(every) if row[name] is not None)
    raise ReadError(
        f"the row {row[every[column]]!r} has no figures and is no remark that the layout "
        f"{layout.name} knows ({stray.height} such rows)",
        where=grid.locator(row["row"], column),
        remedy="declare it under notes if it is to be left out",
    )


def _select_only(
    rows: pl.DataFrame, grid: Grid, plan: GridPlan, layout: Layout, notes: list[str]
) -> pl.DataFrame:
    for head, kept in layout.only.items():
        number = plan.heads.get(fold_head(head))
        if number is None:
            raise ReadError(
                f"no column has the head {head!r}, by which layout {layout.name} picks rows",
                where=grid.prefix.rstrip("!:"),
            )
        before = rows.height
        rows = rows.filter(pl.col(f"c{number}").is_in(kept))
        if before > rows.height:
            notes.append(
                f"{grid.prefix} {before - rows.height} rows left out: "
                f"{head} is not {', '.join(kept)}"
            )
    return rows


def _area_expression(keys: dict[Role, str]) -> pl.Expr:
    if Role.AREA not in keys:
        return _text(None)
    area = pl.col(keys[Role.AREA])
    if Role.AREA_PARENT not in keys:
        return area
    return pl.concat_str(pl.col(keys[Role.AREA_PARENT]), area, separator="/", ignore_nulls=True)


def _read_column(
    rows: pl.DataFrame, planned: PlannedColumn, keys: dict[Role, str], layout: Layout
) -> pl.DataFrame:
    """The filled cells of one value column."""
    text = pl.col(f"c{planned.number}")
    period = _text(planned.period) if planned.period else pl.col("row_period")
    key = pl.col
    return rows.filter(text.is_not_null(), ~text.is_in(layout.missing)).select(
        "row",
        pl.lit(planned.number, pl.UInt32()).alias("column"),
        text.alias("value_text"),
        (key(keys[Role.UNIT]) if Role.UNIT in keys else _text(planned.unit)).alias("unit_text"),
        (key(keys[Role.INDICATOR]) if layout.is_long else _text(planned.head)).alias("label_text"),
        _text(planned.column.indicator).alias("indicator"),
        (key(keys[Role.MEASURE]) if Role.MEASURE in keys else _text(planned.column.measure)).alias(
            "measure"
        ),
        "area_text",
        period.alias("period_text"),
    )


def _doubt_places(cells: pl.DataFrame, grid: Grid, plan: GridPlan) -> pl.DataFrame:
    numbers = {planned.number for planned in plan.of(Role.FIGURE)}
    spans = [
        (
            merge.top,
            merge.left,
            f"merged-cell: one figure for the rows {merge.top + 1} to "
            f"{merge.bottom + 1} and the columns {name_column(merge.left)} to "
            f"{name_column(merge.right)}",
        )
        for merge in grid.merges
        if merge.top >= plan.body and merge.left in numbers
    ]
    spans += [(row, column, why) for (row, column), why in grid.doubts.items()]
    if not spans:
        return cells
    spanned = pl.DataFrame(
        spans,
        schema={"row": pl.UInt32(), "column": pl.UInt32(), "spanned": pl.String()},
        orient="row",
    )
    return (
        cells.join(spanned, on=["row", "column"], how="left", maintain_order="left")
        .with_columns(pl.coalesce("spanned", "doubt").alias("doubt"))
        .drop("spanned")
    )


def _doubt_unseen_percents(cells: pl.DataFrame) -> pl.DataFrame:
    """0.079 in a column of per cent may be shown as 7.9 %, and XLS doesn't let us see it."""
    fraction = (pl.col("unit_text") == "%") & (pl.col("value").abs().max().over("column") <= 1)
    doubt = pl.lit(
        "percent-format: every value of this column of per cent is 1 or less; the sheet may show "
        "it a hundred times as large, and an XLS file doesn't tell"
    )
    return cells.with_columns(pl.coalesce("doubt", pl.when(fraction).then(doubt)).alias("doubt"))


def _make_figures(
    cells: pl.DataFrame,
    grid: Grid,
    layout: Layout,
    keys: dict[Role, str],
    snapshot: Snapshot,
    indicators: dict[str, str],
) -> pl.DataFrame:
    if layout.is_long:
        labels = cells["label_text"].drop_nulls().unique()
        codes = {label: indicators.get(fold_head(label)) for label in labels}
        cells = cells.with_columns(
            pl.col("label_text")
            .replace_strict(codes, default=None, return_dtype=pl.String())
            .alias("indicator")
        )
    measure = pl.col("measure")
    if cells.select(measure.is_null().any()).item():
        measure = pl.coalesce("measure", pl.lit(Measure.LEVEL))
    cells = cells.with_columns(measure)
    measured = pl.col("measure").is_in(MEASURES)
    doubts = [pl.col("doubt")]
    if Role.AREA in keys and cells["area_text"].null_count():
        blank = pl.col("area_text").is_null()
        doubts.append(pl.when(blank).then(pl.lit("no-area: the row prints no area")))
    if Role.PERIOD in keys and cells["period_text"].null_count():
        blank = pl.col("period_text").is_null()
        doubts.append(pl.when(blank).then(pl.lit("no-period: the row prints no period")))
    if Role.MEASURE in keys:
        doubts.append(
            pl.when(~measured).then(
                pl.concat_str(pl.lit("unknown-measure: the row prints "), "measure")
            )
        )
    letters = {planned: name_column(planned) for planned in cells["column"].unique()}
    place = (
        pl.lit(grid.prefix + next(iter(letters.values())))
        if len(letters) == 1
        else pl.lit(grid.prefix)
        + pl.col("column").replace_strict(letters, return_dtype=pl.String())
    )
    claimed = pl.col("indicator").is_not_null() & measured
    if cells.select(claimed.all()).item():
        measure = pl.col("measure")
    else:
        measure = pl.when(claimed).then("measure")
    return cells.select(
        pl.lit(snapshot.sha256).alias("snapshot_sha256"),
        pl.int_range(pl.len(), dtype=pl.UInt32()).alias("figure_no"),
        pl.concat_str(place, (pl.col("row") + 1).cast(pl.String())).alias("locator"),
        "value_text",
        "value",
        "decimals",
        "unit_text",
        "label_text",
        pl.concat_str(
            "area_text", "period_text", "label_text", separator=" ", ignore_nulls=True
        ).alias("context_text"),
        pl.lit("figure").alias("kind"),
        "indicator",
        measure.alias("measure"),
        pl.lit(None, pl.String()).alias("comparator"),
        "area_text",
        "period_text",
        pl.lit(None, pl.String()).alias("obs_status"),
        (pl.coalesce(doubts) if len(doubts) > 1 else doubts[0]).alias("doubt"),
        "suggestion",
        "evidence",
    ).select(pl.col(name).cast(kind) for name, kind in FIGURE.items())
