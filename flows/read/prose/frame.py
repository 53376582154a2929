"""Rows of figures to the frame between the layers."""

from __future__ import annotations

from dataclasses import dataclass, fields

import polars as pl

from flows.model import schemas
from flows.model.measure import Measure


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
    measure: Measure | None = None
    comparator: str | None = None
    area_text: str | None = None
    period_text: str | None = None
    obs_status: str | None = None
    doubt: str | None = None
    suggestion: float | None = None
    evidence: str | None = None


_FIELDS = tuple(f.name for f in fields(Row) if f.name in schemas.FIGURE)


def frame(rows: list[Row], sha256: str) -> pl.DataFrame:
    """``schemas.FIGURE``, numbered in the order of the document."""
    if not rows:
        return schemas.empty(schemas.FIGURE)
    columns: dict[str, object] = {
        "snapshot_sha256": [sha256] * len(rows),
        "figure_no": range(len(rows)),
    }
    for name in _FIELDS:
        columns[name] = [getattr(row, name) for row in rows]
    return pl.DataFrame(columns, schema=schemas.FIGURE)
