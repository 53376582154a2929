"""The ``service:`` block of a source as it is written.

    dialect    how the service is asked and answers: query.Dialect
    base       the address before what each query asks
    root       nbs-2026: the rootId of its library, the same for all its queries
    headers    sent beside those of the dialect
    areas      our code to the service's: "330000": "330000000000"
    periods    frequency (A, S, Q, M), the years asked for, whether cumulated from January
    missing    further marks for "no figure"
    statuses   the service's marks to SDMX CL_OBS_STATUS, where they are not the same letters
    columns    jsonstat, sdmx-csv: which dimension or column is what
    expect     values: fewer than so many of a series in an area hold it
    queries    name, title, what is asked (catalogue, database or path with {area}), the years that
               it stands for where a series is cut into segments, and its series

A series has indicator, measure and unit as the catalogue knows them, what it is known by (``id``, or
``where``: dimensions and values), and what the service calls it and its unit (``label``,
``printed_unit``, ``scale``: UNIT_MULT). ``base: 100`` is an index of the year before.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from flows.catalog.query import COLUMNS, Dialect, Frequency
from flows.model.measure import Measure


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)


class SeriesEntry(_Model):
    indicator: str
    measure: Measure = Measure.LEVEL
    unit: str
    id: str | None = None
    where: dict[str, str] = Field(default_factory=dict)
    label: str | None = None
    printed_unit: str | None = None
    scale: int | None = Field(None, ge=-30, le=30)
    base: Literal[100] | None = None


class QueryEntry(_Model):
    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    catalogue: str | None = None
    database: str | None = None
    path: str | None = None
    dataset: str | None = None
    since: int | None = Field(None, ge=1900, le=2099)
    until: int | None = Field(None, ge=1900, le=2099)
    series: tuple[SeriesEntry, ...] = Field(min_length=1)


class _Periods(_Model):
    frequency: Frequency
    since: int = Field(ge=1900, le=2099)
    until: int = Field(ge=1900, le=2099)
    cumulated: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until < self.since:
            raise ValueError(f"{self.until} lies before {self.since}")
        return self


class _Columns(_Model):
    area: str = COLUMNS["area"]
    period: str = COLUMNS["period"]
    value: str = COLUMNS["value"]
    status: str = COLUMNS["status"]
    scale: str = COLUMNS["scale"]
    unit: str = COLUMNS["unit"]


class _Expect(_Model):
    values: int = Field(1, ge=1)


class ServiceBlock(_Model):
    """The ``service:`` block as it is written; ``make_queries`` checks it and makes the queries."""

    dialect: Dialect
    base: str = Field(pattern=r"^https?://[^\s?#]+$")
    root: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    areas: dict[str, str] = Field(min_length=1)
    periods: _Periods
    missing: tuple[str, ...] = ()
    statuses: dict[str, str] = Field(default_factory=dict)
    columns: _Columns = _Columns()
    expect: _Expect = _Expect()
    queries: tuple[QueryEntry, ...] = Field(min_length=1)
