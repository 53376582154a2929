"""Printed areas into codes, by name and date, within the area that the release is about."""

from __future__ import annotations

import polars as pl

from flows.catalog.gazetteer import AreaFault, Gazetteer
from flows.catalog.model import Catalog

#: One row a distinct ``area_text, own_area, year``.
RESOLVED = pl.Schema(
    {
        "area_text": pl.String(),
        "own_area": pl.String(),
        "year": pl.Int32(),
        "ref_area": pl.String(),
        "area_rule": pl.String(),  # unknown-, ambiguous-area, area-outside, -not-valid; null: found
        "area_reason": pl.String(),
    }
)


def resolve_areas(distinct: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """RESOLVED for the given ``area_text, own_area, year``; a null text is the own area itself."""
    gazetteer = catalog.gazetteer
    grouped = distinct.group_by("area_text", "own_area", maintain_order=True).agg("year")
    found = [
        area
        for text, own, years in grouped.iter_rows()
        for area in _resolve(gazetteer, text, years, own)
    ]
    faults = [area if isinstance(area, AreaFault) else None for area in found]
    return grouped.explode("year").with_columns(
        pl.Series(
            "ref_area", [None if isinstance(a, AreaFault) else a for a in found], pl.String()
        ),
        pl.Series("area_rule", [fault and fault.rule for fault in faults], pl.String()),
        pl.Series("area_reason", [fault and fault.reason for fault in faults], pl.String()),
    )


def _resolve(
    gazetteer: Gazetteer, text: str | None, years: list[int], within: str | None
) -> list[str | AreaFault]:
    if text is not None:
        return gazetteer.resolve_years(text, years, within)
    if within is None:
        fault = AreaFault("unknown-area", "neither the figure nor its release names an area")
        return [fault] * len(years)
    return gazetteer.resolve_years(within, years, None)
