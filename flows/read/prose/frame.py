"""Rows of figures to the frame between the layers."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import polars as pl

from flows import schemas


@dataclass(slots=True)
class Row:
    """One row of ``schemas.FIGURE`` without its key; see there."""

    locator: str
    value_text: str
    value: float | None
    decimals: int | None
    unit_text: str | None
    label_text: str | None
    context_text: str | None
    kind: str
    indicator: str | None = None
    measure: str | None = None
    area_text: str | None = None
    period_text: str | None = None
    obs_status: str | None = None
    doubt: str | None = None
    suggestion: float | None = None
    evidence: str | None = None


def frame(rows: list[Row], sha256: str) -> pl.DataFrame:
    """``schemas.FIGURE``, numbered in the order of the document."""
    table = [(sha256, number, *astuple(row)) for number, row in enumerate(rows)]
    if not table:
        return schemas.empty(schemas.FIGURE)
    return pl.DataFrame(table, schema=schemas.FIGURE, orient="row")
