"""One request to a statistical service, and how its answer is read.

A query is a release. What the answer must say of area, label, unit and period is part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from flows.model.measure import Measure

#: What services print where there is no figure.
MISSING = (
    *("", "-", "--", "—", "——", "…", "……", "...", ":", ".", ".."),
    *("无", "暂无", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None"),
)

#: The columns (SDMX-CSV) or dimensions (JSON-stat) of an answer, where a source says nothing else.
COLUMNS = {
    "area": "REF_AREA",
    "period": "TIME_PERIOD",
    "value": "OBS_VALUE",
    "status": "OBS_STATUS",
    "scale": "UNIT_MULT",
    "unit": "UNIT_MEASURE",
}

Frequency = Literal["A", "S", "Q", "M"]


class Dialect(StrEnum):
    """How a service is asked and how it answers."""

    NBS_2026 = "nbs-2026"  # the national bureau's data service since 2026-03
    EASYQUERY = "easyquery"  # the one before, for archived answers
    WORLDBANK = "worldbank"  # version 2
    JSONSTAT = "jsonstat"  # data sets and bundles, 1.x and 2.0
    SDMX_CSV = "sdmx-csv"  # 1.0 and 2.0, Eurostat's and the OECD's columns


@dataclass(frozen=True, slots=True)
class Series:
    """One declared series of an answer."""

    indicator: str
    measure: Measure
    unit: str  # of the catalogue: what the printed number counts
    key: tuple[tuple[str, str], ...]  # ("id", …), or dimensions and their values, by name
    label: str | None = None  # what the service calls it; None: not looked at
    printed_unit: str | None = None  # the unit as the service prints it; None: not looked at
    scale: int | None = None  # UNIT_MULT with which ``unit`` is meant
    base: int | None = None  # 100: an index of the year before, kept as a growth of so many percent

    @property
    def name(self) -> str:
        """For a person: indicator and measure."""
        return f"{self.indicator} {self.measure}"


@dataclass(frozen=True, slots=True)
class Query:
    """One request to a service: how its answer is read."""

    release_id: str
    title: str
    dialect: Dialect
    base: str
    areas: tuple[tuple[str, str], ...]  # the service's code and ours
    country: str  # our code of the area of which all others are parts
    frequency: Frequency
    cumulated: bool  # from January
    asked: tuple[int, int]  # first and last year
    since: int  # first and last year of this segment
    until: int
    series: tuple[Series, ...]
    path: str | None = None
    catalogue: str | None = None
    database: str | None = None
    dataset: str | None = None
    root: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    columns: tuple[tuple[str, str], ...] = tuple(COLUMNS.items())
    missing: tuple[str, ...] = MISSING
    statuses: tuple[tuple[str, str], ...] = ()
    least: int = 1  # values that each series has in each area, or it is held
    gap: str | None = None  # years that lie between this segment and the one before

    @property
    def is_national(self) -> bool:
        """Whether it asks for the whole country and nothing else."""
        return [code for _, code in self.areas] == [self.country]

    def column(self, name: str) -> str:
        return dict(self.columns)[name]
