"""Columns of text as numbers: each distinct word once, and every row its word's place.

What is the same for all rows with the same words is found out once for the distinct words and
brought back to the rows by their numbers: a join over the texts themselves costs ten times as much.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import prod

import polars as pl

from flows.pieces import side_by_side

#: Of so many rows a column has a run's start at most one, where runs are worth looking for.
_LONG = 8
#: Rows in which a column's words are looked for first.
_FIRST = 10_000
#: So many possible combinations a row are counted in a table; more are joined.
_ROOMY = 4


def numbered(frame: pl.DataFrame, column: str) -> tuple[pl.Series, pl.Expr]:
    """The distinct words, sorted, and each row's place among them (UInt32; null for none).

    A column that is the same throughout stays one value, and long runs are told once.
    """
    same = pl.col(column).eq_missing(pl.col(column).first()).all()
    if frame.height and frame.select(same).item():
        words = frame.select(pl.col(column).first()).to_series().drop_nulls()
        return words, pl.lit(0 if len(words) else None, pl.UInt32)
    values = frame[column]
    run = values.rle_id()
    runs = int(run[-1]) + 1 if len(run) else 0
    if runs > len(values) // _LONG:
        return _counted(values)
    first = values.gather((run != run.shift(1)).fill_null(value=True).arg_true())
    words = first.unique().drop_nulls().sort()
    return words, pl.lit(_places(first, words).gather(run))


def _counted(values: pl.Series) -> tuple[pl.Series, pl.Expr]:
    """The like where words follow in no runs; mostly the first rows have them all."""
    words = values.head(_FIRST).unique().drop_nulls().sort()
    places = _places(values, words)
    if places.null_count() > values.null_count():
        words = values.unique().drop_nulls().sort()
        places = _places(values, words)
    return words, pl.lit(places)


def _places(values: pl.Series, words: pl.Series) -> pl.Series:
    """Null for a word that is not among them."""
    return values.cast(pl.Enum(words), strict=False).to_physical().cast(pl.UInt32)


def looked_up(table: pl.Series, number: pl.Series) -> pl.Series:
    """The entry of each number; null for none."""
    if len(table):
        return table.gather(number)
    return pl.Series(table.name, [None], dtype=table.dtype).new_from_index(0, len(number))


def combinations(frame: pl.DataFrame, columns: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
    """The distinct rows of columns of text, nulls among them, and each row's place there."""
    found = side_by_side(lambda column: numbered(frame, column), columns, rows=frame.height)
    words = [distinct.extend_constant(None, 1) for distinct, _ in found]
    span = prod(map(len, words))
    if span >= 2**64:  # more than a number holds
        return _joined(frame, columns)
    number = pl.lit(0, pl.UInt32 if span < 2**32 else pl.UInt64)
    for distinct, (_, place) in zip(words, found, strict=True):
        number = number * len(distinct) + place.fill_null(len(distinct) - 1)
    # A single row where all columns are the same throughout.
    numbers = frame.select(number.alias("number"))["number"]
    if len(numbers) < frame.height:
        numbers = numbers.new_from_index(0, frame.height)
    used = numbers.unique().sort()
    if span <= _ROOMY * frame.height:
        table = pl.Series([None], dtype=pl.UInt32).new_from_index(0, span)
        order = pl.int_range(len(used), dtype=pl.UInt32, eager=True)
        place_of = table.scatter(used, order).gather(numbers)
    else:
        known = pl.DataFrame({"number": used}).with_row_index("place")
        place_of = numbers.to_frame().join(known, on="number", how="left", maintain_order="left")[
            "place"
        ]
    parts = []
    for column, distinct in zip(reversed(columns), reversed(words), strict=True):
        parts.append(distinct.gather(used % len(distinct)).alias(column))
        used = used // len(distinct)
    return pl.DataFrame(parts[::-1]), place_of


def _joined(frame: pl.DataFrame, columns: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
    """The like, by a join over the texts."""
    table = frame.select(columns).unique(maintain_order=True)
    numbered_table = table.with_row_index("place")
    both = frame.select(columns).join(
        numbered_table, on=columns, how="left", nulls_equal=True, maintain_order="left"
    )
    return table, both["place"]


def brought_back(
    table: pl.DataFrame, place: pl.Series, *, printed: Collection[str] = ()
) -> list[pl.Expr]:
    """The columns of a table of distinct rows, put to each row by its place.

    What is the same for all of them stays one value, and what is the same as one of the
    ``printed`` columns, which table and frame share, is that column.
    """
    found = []
    for name in table.columns:
        column = table[name]
        twin = next((key for key in printed if column.equals(table[key], null_equal=True)), None)
        if name in printed:
            continue
        if column.n_unique() == 1:
            found.append(pl.lit(column.head(1)).first().alias(name))
        elif twin is not None:
            found.append(pl.col(twin).alias(name))
        else:
            found.append(pl.lit(looked_up(column, place)).alias(name))
    return found
