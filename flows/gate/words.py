"""Columns of text as numbers: each distinct word once, and every row its word's place."""

from __future__ import annotations

import polars as pl

#: Of so many rows a column has a run's start at most one, where runs are worth looking for.
_LONG = 8


def numbered(frame: pl.DataFrame, column: str) -> tuple[pl.Series, pl.Expr]:
    """The distinct words, sorted, and each row's place among them (UInt32; null for none).

    A column that is the same throughout stays one value, and long runs are told once.
    """
    same = pl.col(column).eq_missing(pl.col(column).first()).all()
    if frame.height and frame.select(same).item():
        words = frame[column].head(1).drop_nulls()
        return words, pl.lit(0 if len(words) else None, pl.UInt32)
    values = frame[column]
    run = values.rle_id()
    runs = int(run[-1]) + 1 if len(run) else 0
    if runs > len(values) // _LONG:
        words = values.unique().drop_nulls().sort()
        return words, pl.lit(_places(values, words))
    first = values.gather((run != run.shift(1)).fill_null(value=True).arg_true())
    words = first.unique().drop_nulls().sort()
    return words, pl.lit(_places(first, words).gather(run))


def _places(values: pl.Series, words: pl.Series) -> pl.Series:
    return values.cast(pl.Enum(words)).to_physical().cast(pl.UInt32)


def looked_up(table: pl.Series, number: pl.Series) -> pl.Series:
    """The entry of each number; null for none."""
    if len(table):
        return table.gather(number)
    return pl.Series(table.name, [None], dtype=table.dtype).new_from_index(0, len(number))
