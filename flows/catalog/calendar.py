"""When releases are due: ``calendar:`` of a source, and ``calendar.yaml`` for groups of areas.

    calendar:
      - {kind: communique, each: year, by: "05-31", since: "2022"}
      - {kind: quarter, each: quarter, by: "25 days", since: "2024-Q1"}

``by`` is a month and day of the year after the period, or a number of days after its last one.
``kind`` is one of ``flows.model.kinds``; without it any release of the period will do. A source is
expected to bring a release for each area that it has brought one of that kind for, or for its own;
an entry of ``calendar.yaml`` names a ``group`` and is met by a release of any source.

What is due is a matter of today: ``list_due`` gives every period that has ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from flows.catalog.folders import Folders
from flows.catalog.yamlfile import meant, read_yaml
from flows.model.kinds import Kind

#: One row an entry and period that has ended.
CALENDAR = pl.Schema(
    {
        "calendar_id": pl.String(),
        "source_id": pl.String(),  # null where any source will do
        "group_id": pl.String(),  # null where the source says for which areas
        "kind": pl.String(),  # null: any
        "freq": pl.String(),
        "time_period": pl.String(),
        "due_on": pl.Date(),
    }
)

_FIRST_PERIOD = {
    "year": r"^\d{4}$",
    "quarter": r"^\d{4}-Q[1-4]$",
    "month": r"^\d{4}-(0[1-9]|1[0-2])$",
}
_FREQ = {"year": "A", "quarter": "Q", "month": "M"}
_MONTHS = {"year": 12, "quarter": 3, "month": 1}


class DueBlock(BaseModel):
    """One entry as it is written at a source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind | None = None
    each: Literal["year", "quarter", "month"]
    by: str = Field(pattern=r"^((0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])|[1-9]\d{0,2} days)$")
    since: str

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if not re.match(_FIRST_PERIOD[self.each], self.since):
            like = {"year": "2024", "quarter": "2024-Q1", "month": "2024-01"}[self.each]
            raise ValueError(f"since is a {self.each} like {like!r}")
        if self.each != "year" and not self.by.endswith("days"):
            raise ValueError('what is due more often than once a year is due by "25 days"')
        if self.kind is not None and self.kind.is_excluded:
            raise ValueError(f"{self.kind} is no release")
        if not self.by.endswith("days"):
            month, day = map(int, self.by.split("-"))
            try:
                date(2023, month, day)
            except ValueError as error:
                raise ValueError("by is no day of every year") from error
        return self


class _GroupBlock(DueBlock):
    calendar_id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    group: str


@dataclass(frozen=True, slots=True)
class Due:
    """What is to come, how often and by when."""

    calendar_id: str
    kind: Kind | None
    each: str  # year, quarter or month
    by: str
    since: str  # the first period
    source_id: str | None = None
    group_id: str | None = None

    def __str__(self) -> str:
        return f"{self.kind or 'a release'} each {self.each} by {self.by}"


def make_due(block: DueBlock, source_id: str, number: int) -> Due:
    """The entry ``number`` (from 0) of a source's calendar."""
    name = source_id if number == 0 else f"{source_id}-{number + 1}"
    return Due(name, block.kind, block.each, block.by, block.since, source_id)


def load_calendar(folders: Folders, groups: pl.DataFrame) -> tuple[Due, ...]:
    """What groups of areas are due to bring; each group is known, each name there once."""
    known = set(groups["group_id"])
    dues: dict[str, Due] = {}
    for path in folders.table("calendar.yaml"):
        document = read_yaml(path)
        for number in document.entries():
            block = document.validate(_GroupBlock, (number,))
            if block.group not in known:
                what = f"unknown group {block.group!r}"
                raise document.error((number, "group"), what, meant(block.group, known))
            if block.calendar_id in dues:
                what = f"{block.calendar_id!r} is there twice"
                raise document.error((number, "calendar_id"), what)
            dues[block.calendar_id] = Due(
                block.calendar_id,
                block.kind,
                block.each,
                block.by,
                block.since,
                group_id=block.group,
            )
    return tuple(dues.values())


def list_due(dues: Iterable[Due], today: date) -> pl.DataFrame:
    """``CALENDAR``: the periods of each entry that have ended before ``today``."""
    rows = [
        (
            due.calendar_id,
            due.source_id,
            due.group_id,
            due.kind,
            _FREQ[due.each],
            period,
            _due_on(due.by, end),
        )
        for due in dues
        for period, end in _ended_periods(due, today)
    ]
    return pl.DataFrame(rows, schema=CALENDAR, orient="row").sort("calendar_id", "due_on")


def _ended_periods(due: Due, today: date) -> Iterator[tuple[str, date]]:
    """Each period from the first on and its last day."""
    months = _MONTHS[due.each]
    year, part = int(due.since[:4]), due.since[5:].removeprefix("Q")
    number = year * (12 // months) + (int(part) - 1 if part else 0)
    while True:
        year, index = divmod(number, 12 // months)
        after = date(year + (index + 1) * months // 12, (index + 1) * months % 12 + 1, 1)
        if after > today:
            return
        names = {"year": "", "quarter": f"-Q{index + 1}", "month": f"-{index + 1:02}"}
        yield f"{year}{names[due.each]}", after - timedelta(days=1)
        number += 1


def _due_on(by: str, end: date) -> date:
    if by.endswith("days"):
        return end + timedelta(days=int(by.split()[0]))
    month, day = map(int, by.split("-"))
    return date(end.year + 1, month, day)
