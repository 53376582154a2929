"""Rows whose cells have slipped into other columns.

A compiled table may have lost or gained a cell in some rows, and every value after it then stands
under another head: a county of 2,704 townships and 47,300 × 10,000 people. No single cell shows
it, since the numbers are sound; several columns of one row that cannot be what their heads say do.
A layout says what is possible for a column (``plausible``) and how many impossible ones in one
row are taken for a shift (``shifted_from``). All cells of such a row are held.
"""

from __future__ import annotations

import polars as pl

from flows.catalog.layout import Layout, Role
from flows.read.tables.plan import GridPlan

_NAMED = 3  # impossible columns named in a reason


def doubt_shifted(cells: pl.DataFrame, plan: GridPlan, layout: Layout) -> pl.DataFrame:
    """``cells`` (``row, column, value, doubt, …``) with every cell of a shifted row in doubt."""
    limits = [
        (planned.number, planned.head, *planned.column.plausible)
        for planned in plan.of(Role.FIGURE)
        if planned.column.plausible is not None
    ]
    if layout.shifted_from is None or not limits:
        return cells
    ranges = pl.DataFrame(
        limits,
        schema={
            "column": pl.UInt32(),
            "head": pl.String(),
            "low": pl.Float64(),
            "high": pl.Float64(),
        },
        orient="row",
    )
    rows = (
        cells.join(ranges, on="column", maintain_order="left")
        .filter(~pl.col("value").is_between(pl.col("low"), pl.col("high")))
        .group_by("row", maintain_order=True)
        .agg(
            pl.len().alias("faults"),
            pl.concat_str("head", pl.lit(" "), "value_text").head(_NAMED).str.join(", "),
        )
        .filter(pl.col("faults") >= layout.shifted_from)
        .select(
            "row",
            shifted=pl.format(
                "columns-shifted: {} cannot be under these heads; the row's cells seem to stand "
                "in the wrong columns",
                "head",
            ),
        )
    )
    if rows.is_empty():
        return cells
    return (
        cells.join(rows, on="row", how="left", maintain_order="left")
        .with_columns(pl.coalesce("doubt", "shifted").alias("doubt"))
        .drop("shifted")
    )
