"""Indicators and units: ``indicators.yaml`` and ``units.csv``.

A unit is a factor to its base; units of one base convert into each other. What differs in
meaning has a base of its own: 亿美元 is not 亿元, and 百分点 (the distance of two percentages) is
not %.
"""

from __future__ import annotations

from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict

from flows.catalog.csvfile import read_table
from flows.catalog.folders import Folders
from flows.catalog.model import UNIT, Indicator
from flows.catalog.yamlfile import meant, read_yaml


class _Indicator(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)

    code: str
    name_zh: str
    name_en: str
    unit_measure: str
    has_growth: bool
    note: str | None = None
    desired: Literal["more", "less"] = "more"


def load_units(folders: Folders) -> pl.DataFrame:
    """``model.UNIT``: each spelling once, each factor above 0."""
    table = read_table(folders.table("units.csv"), UNIT, tuple(UNIT))
    table.refuse(pl.col("factor") <= 0, "factor", "{} is not above 0")
    table.refuse_twice("unit_text")
    bases = table.frame.filter(pl.col("unit_text") == pl.col("base"), pl.col("factor") == 1)
    table.refuse_unknown("base", bases["base"].to_list(), "base unit")
    return table.frame.select(list(UNIT))


def load_indicators(folders: Folders, units: pl.DataFrame) -> dict[str, Indicator]:
    """The indicators by code, in the order of the file."""
    known = units["unit_text"].to_list()
    indicators: dict[str, Indicator] = {}
    names: set[str] = set()
    documents = [read_yaml(path) for path in folders.table("indicators.yaml")]
    for document, number in ((d, n) for d in documents for n in d.entries()):
        entry = document.validate(_Indicator, (number,))
        if entry.unit_measure not in known:
            what = f"unknown unit {entry.unit_measure!r}"
            raise document.error((number, "unit_measure"), what, meant(entry.unit_measure, known))
        if entry.code in indicators:
            raise document.error((number, "code"), f"{entry.code!r} is there twice")
        if entry.name_zh in names:
            raise document.error((number, "name_zh"), f"{entry.name_zh!r} is there twice")
        names.add(entry.name_zh)
        indicators[entry.code] = Indicator(
            code=entry.code,
            name_zh=entry.name_zh,
            name_en=entry.name_en,
            unit_measure=entry.unit_measure,
            has_growth=entry.has_growth,
            note=entry.note or "",
            desired=entry.desired,
        )
    return indicators
