"""What can be said of each observation by itself: its unit, its bounds, a point that is gone."""

from __future__ import annotations

import polars as pl

from flows.pieces import by_pieces

#: The columns of ``by_themselves``.
SINGLES = pl.Schema({"unit_faults": pl.Int8(), "bound_place": pl.Int8(), "lost_point": pl.Int8()})

_BOUNDS = ("low", "high", "usual_low", "usual_high")


def by_themselves(
    observations: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame
) -> pl.DataFrame:
    """SINGLES, one row an observation. ``kinds``: with units and bounds."""
    if rows.is_empty():
        return SINGLES.to_frame()
    facts = rows.select("kind", "value").with_columns(observations["unit_measure"])
    said = kinds.select("known", "expected_unit", *_BOUNDS)
    parts = by_pieces(
        lambda part: part.hstack(said[part["kind"]]).select(_unit_faults(), _bound_place()), facts
    )
    found = pl.concat(parts, rechunk=True)
    return found.with_columns(_lost_point(observations, rows, kinds, found["bound_place"]))


def _unit_faults() -> pl.Expr:
    """0 the catalogue's unit, 1 another, 2 an indicator that the catalogue lacks."""
    expected = pl.col("expected_unit")
    same = (pl.col("unit_measure") == expected) | expected.is_null()
    return (
        pl.when(~pl.col("known").fill_null(value=True))
        .then(pl.lit(2, pl.Int8))
        .when(same.fill_null(value=False))
        .then(pl.lit(0, pl.Int8))
        .otherwise(pl.lit(1, pl.Int8))
        .alias("unit_faults")
    )


def _bound_place() -> pl.Expr:
    """0 usual, 1 unusual but possible, 2 impossible."""
    value = pl.col("value")
    outside = (value < pl.col("low")) | (value > pl.col("high"))
    unusual = (value < pl.col("usual_low")) | (value > pl.col("usual_high"))
    return (
        pl.when(outside)
        .then(pl.lit(2, pl.Int8))
        .when(unusual)
        .then(pl.lit(1, pl.Int8))
        .when(value.is_not_null() & pl.col("low").is_not_null())
        .then(pl.lit(0, pl.Int8))
        .alias("bound_place")
    )


def _lost_point(
    observations: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame, place: pl.Series
) -> pl.Series:
    """1 where a number looks as if its point had gone: ``39`` for 3.9, ``05`` for 0.5.

    Printed without the digits after the point that it usually has, it is unusual, and with them
    it would not be; or it is printed with a zero in front.
    """
    valued = rows["value"].is_not_null()
    none = rows.select(pl.when(valued).then(pl.lit(0, pl.Int8)).alias("lost_point")).to_series()
    text = observations["value_text"]
    zeros = text.str.starts_with("0").arg_true()
    zeros = zeros.filter(_zero_in_front(text.gather(zeros)))
    unusual = (place == 1).arg_true()
    unusual = unusual.filter(_pointless(observations, rows, kinds, unusual))
    lost = pl.concat([zeros, unusual])
    return none.scatter(lost.filter(valued.gather(lost)), 1) if len(lost) else none


def _pointless(
    observations: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame, at: pl.Series
) -> pl.Series:
    """Whether a number without a point would be usual with the digits that it usually has."""
    few = rows.select("kind", "value")[at]
    pointed = pl.col("value") / 10.0 ** pl.col("usual")
    return (
        few.select("value")
        .with_columns(
            *(kinds[name].gather(few["kind"]) for name in ("usual_low", "usual_high")),
            kinds["decimals"].gather(few["kind"]).cast(pl.Float64).alias("usual"),
            observations["decimals"].gather(at).fill_null(0).alias("printed"),
        )
        .select(
            (pl.col("printed") <= 0)
            & (pl.col("usual") > 0)
            & pointed.is_between(pl.col("usual_low"), pl.col("usual_high"))
        )
        .to_series()
        .fill_null(value=False)
    )


def _zero_in_front(texts: pl.Series) -> pl.Series:
    return (texts.str.len_bytes() > 1) & ~texts.str.contains(".", literal=True)
