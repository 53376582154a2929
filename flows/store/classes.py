"""What is said more than once, written once: what many figures have in common, and their heads."""

from __future__ import annotations

import polars as pl

from flows.pieces import by_pieces
from flows.store import tables
from flows.words import combinations


def classed(whole: pl.DataFrame, known: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """New rows of tables.FIGURE_CLASS, and tables.READING_FIGURE with the class of each figure.

    ``whole`` are figures as in tables.WHOLE, ``known`` the classes that the store has: no class is
    there twice.
    """
    common = list(tables.COMMON)
    found, place = combinations(whole, common)
    numbers = found.join(known, on=common, how="left", nulls_equal=True, maintain_order="left")[
        "class_id"
    ]
    fresh = numbers.is_null()
    first = known.height and known.select(pl.col("class_id").max()).item() + 1
    numbers = numbers.fill_null(first + fresh.cum_sum().cast(pl.Int32()) - 1)
    classes = found.with_columns(class_id=numbers).filter(fresh).select(list(tables.FIGURE_CLASS))
    figures = whole.with_columns(class_id=numbers.gather(place))
    return classes, figures.select(list(tables.READING_FIGURE))


def without_heads(whole: pl.DataFrame) -> pl.DataFrame:
    """No context_text where it is the heads of the figure; the views put it together again."""
    heads = pl.concat_str(
        "area_text", "period_text", "label_text", separator=" ", ignore_nulls=True
    )
    more = pl.when(pl.col("context_text") != heads).then("context_text")
    return whole.with_columns(
        pl.concat(by_pieces(lambda each: each.select(more), whole)).to_series()
    )
