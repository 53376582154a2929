"""What can be said of each observation by itself: its unit, its bounds, a point that is gone."""

from __future__ import annotations

import polars as pl

from flows.evidence.lost_point import ZERO_IN_FRONT, is_usual_with_point

#: The columns of ``measure_singles``.
SINGLES = pl.Schema({"unit_faults": pl.Int8(), "bound_place": pl.Int8(), "lost_point": pl.Int8()})

_OF_KIND = (
    "known", "expected_unit", "low", "high", "usual_low", "usual_high", "usual_decimals",
)  # fmt: skip


def measure_singles(
    observations: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame
) -> pl.DataFrame:
    """SINGLES, one row an observation. ``kinds``: with units and bounds."""
    facts = rows.select("kind", "value").hstack(
        observations.select("unit_measure", "value_text", printed_decimals="decimals")
    )
    return (
        facts.join(kinds.select("kind", *_OF_KIND), on="kind", how="left", maintain_order="left")
        .with_columns(unit_faults=_unit_faults(), bound_place=_bound_place())
        .with_columns(lost_point=_lost_point())
        .select(pl.col(name).cast(dtype) for name, dtype in SINGLES.items())
    )


def _unit_faults() -> pl.Expr:
    """0 the catalogue's unit, 1 another, 2 an indicator that the catalogue lacks."""
    expected = pl.col("expected_unit")
    same = (pl.col("unit_measure") == expected) | expected.is_null()
    return (
        pl.when(~pl.col("known").fill_null(value=True))
        .then(2)
        .when(same.fill_null(value=False))
        .then(0)
        .otherwise(1)
    )


def _bound_place() -> pl.Expr:
    """0 usual, 1 unusual but possible, 2 impossible."""
    value = pl.col("value")
    outside = (value < pl.col("low")) | (value > pl.col("high"))
    unusual = (value < pl.col("usual_low")) | (value > pl.col("usual_high"))
    bounded = value.is_not_null() & pl.col("low").is_not_null()
    return pl.when(outside).then(2).when(unusual).then(1).when(bounded).then(0)


def _lost_point() -> pl.Expr:
    """1 where a number by itself looks as if its point had gone: ``39`` for 3.9, ``05`` for 0.5."""
    zero_in_front = pl.col("value_text").str.contains(ZERO_IN_FRONT)
    usual = pl.col("usual_decimals").cast(pl.Float64)
    pointless = (
        (pl.col("bound_place") == 1)
        & (pl.col("printed_decimals").fill_null(0) <= 0)
        & is_usual_with_point(pl.col("value"), usual, pl.col("usual_low"), pl.col("usual_high"))
    )
    lost = zero_in_front.fill_null(value=False) | pointless.fill_null(value=False)
    return pl.when(pl.col("value").is_not_null()).then(lost.cast(pl.Int8))
