"""What the suites look at: columns with a value for most rows, and columns that speak of few.

A sparse column is kept as its rows and their values, never spread over the batch: an identity
speaks of one row in thirty, and there are twenty of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

#: A sparse column: its rows, rising, each once, and their values.
SPARSE = pl.Schema({"row": pl.UInt32(), "value": pl.Float64()})


@dataclass(frozen=True, slots=True)
class Table:
    dense: pl.DataFrame  # one row an observation
    sparse: Mapping[str, pl.DataFrame] = field(default_factory=dict)  # name -> SPARSE

    @property
    def height(self) -> int:
        return self.dense.height

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.dense.columns, *self.sparse)

    def __contains__(self, column: str) -> bool:
        return column in self.sparse or column in self.dense.columns

    def whole(self, column: str) -> bool:
        """It says something of every row."""
        if column in self.sparse:
            return self.sparse[column].height == self.height
        return self.dense[column].null_count() == 0

    def rows(self, column: str) -> pl.Series:
        """The rows that it says something of."""
        if column in self.sparse:
            return self.sparse[column]["row"]
        return self.dense[column].is_not_null().arg_true()

    def values(self, column: str) -> pl.Series:
        """What it says of ``rows``, in their order."""
        if column in self.sparse:
            return self.sparse[column]["value"]
        return self.dense[column].drop_nulls()

    def spread(self, column: str) -> pl.Series:
        """One value a row; null where it says nothing."""
        if column not in self.sparse:
            return self.dense[column]
        found = self.sparse[column]
        return spread(found["row"], found["value"], self.height).alias(column)

    def with_dense(self, columns: pl.DataFrame) -> Table:
        return Table(self.dense.hstack(columns), self.sparse) if columns.width else self


def sparse(found: pl.DataFrame, column: str) -> pl.DataFrame:
    """SPARSE from a column of ``found`` (with ``row``); of a row named twice the last counts."""
    pairs = found.select(pl.col("row").cast(pl.UInt32), pl.col(column).alias("value"))
    if not pairs["row"].is_sorted():
        pairs = pairs.sort("row", maintain_order=True)
    if (pairs["row"] == pairs["row"].shift(1)).any():
        pairs = pairs.unique("row", keep="last", maintain_order=True)
    return pairs.drop_nulls("value")


def spread(rows: pl.Series, values: pl.Series, size: int) -> pl.Series:
    """Values over all rows; null elsewhere."""
    everywhere = pl.Series([None], dtype=values.dtype).new_from_index(0, size)
    return everywhere.scatter(rows, values) if len(rows) else everywhere
