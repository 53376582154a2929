"""What can be said of each observation by itself: its unit, its bounds, a point that is gone.

Computed in pieces that fit in the processor's cache: what is needed on the way is as long as the
batch in each of a dozen columns, and new memory costs more than the arithmetic.
"""

from __future__ import annotations

import polars as pl

PIECE = 1 << 16

#: The columns of ``by_themselves``.
SINGLES = pl.Schema({"unit_faults": pl.Int8(), "bound_place": pl.Int8(), "lost_point": pl.Int8()})

_BOUNDS = ("low", "high", "usual_low", "usual_high")


def by_themselves(
    observations: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame
) -> pl.DataFrame:
    """SINGLES, one row an observation. ``kinds``: with units and bounds."""
    if rows.is_empty():
        return SINGLES.to_frame()
    printed = observations.select("unit_measure", "decimals", "value_text")
    parts = []
    for start in range(0, rows.height, PIECE):
        part = rows.select("kind", "value").slice(start, PIECE)
        facts = printed.slice(start, PIECE)
        place = _bound_place(part, kinds)
        columns = [_unit_faults(facts, part, kinds), place, _lost_point(facts, part, kinds, place)]
        parts.append(pl.DataFrame(columns, schema=SINGLES.names()))
    return pl.concat(parts, rechunk=True)


def _of_kind(rows: pl.DataFrame, kinds: pl.DataFrame, column: str) -> pl.Series:
    return kinds[column].gather(rows["kind"])


def _unit_faults(facts: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame) -> pl.Series:
    """0 the catalogue's unit, 1 another, 2 an indicator that the catalogue lacks."""
    expected = _of_kind(rows, kinds, "expected_unit")
    known = _of_kind(rows, kinds, "known")
    same = (facts["unit_measure"] == expected) | expected.is_null()
    return pl.select(
        pl.when(~known.fill_null(value=True))
        .then(2)
        .when(same.fill_null(value=False))
        .then(0)
        .otherwise(1)
        .cast(pl.Int8)
    ).to_series()


def _bound_place(rows: pl.DataFrame, kinds: pl.DataFrame) -> pl.Series:
    """0 usual, 1 unusual but possible, 2 impossible."""
    value = pl.col("value")
    outside = (value < pl.col("low")) | (value > pl.col("high"))
    unusual = (value < pl.col("usual_low")) | (value > pl.col("usual_high"))
    return (
        rows.select("value")
        .with_columns(_of_kind(rows, kinds, name) for name in _BOUNDS)
        .select(
            pl.when(outside)
            .then(2)
            .when(unusual)
            .then(1)
            .when(value.is_not_null() & pl.col("low").is_not_null())
            .then(0)
            .cast(pl.Int8)
        )
        .to_series()
    )


def _lost_point(
    facts: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame, place: pl.Series
) -> pl.Series:
    """1 where a number looks as if its point had gone: ``39`` for 3.9, ``05`` for 0.5.

    Printed without the digits after the point that it usually has, it is unusual, and with them
    it would not be; or it is printed with a zero in front.
    """
    valued = rows["value"].is_not_null()
    none = pl.select(pl.when(valued).then(pl.lit(0, pl.Int8))).to_series()
    text = facts["value_text"]
    zeros = text.str.starts_with("0").arg_true()
    zeros = zeros.filter(_zero_in_front(text.gather(zeros)))
    unusual = (place == 1).arg_true()
    lost = pl.concat([zeros, unusual.filter(_pointless(facts, rows, kinds, unusual))])
    return none.scatter(lost.filter(valued.gather(lost)), 1) if len(lost) else none


def _pointless(
    facts: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame, at: pl.Series
) -> pl.Series:
    """Whether a number without a point would be usual with the digits that it usually has."""
    few = rows[at]
    pointed = pl.col("value") / 10.0 ** pl.col("usual")
    return (
        few.select("value")
        .with_columns(
            *(_of_kind(few, kinds, name) for name in ("usual_low", "usual_high")),
            _of_kind(few, kinds, "decimals").cast(pl.Float64).alias("usual"),
            facts["decimals"].gather(at).fill_null(0).alias("printed"),
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
