"""What an answer says, whatever its dialect: one cell a value, and why an answer is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from flows.model.errors import ReadError


class Cause(StrEnum):
    """Why an answer can't be read; a ReadError begins with it."""

    EMPTY = "empty"  # nothing at all, or a success with nothing in it
    NOT_JSON = "not-json"  # a web page, XML, a text cut in the middle
    NOT_CSV = "not-csv"
    REFUSED = "refused"  # the service says no, under status 200
    TOO_LARGE = "too-large"  # the service puts the answer off, or it is more than is read
    PARTIAL = "partial"  # one page of several, or fewer rows than it says
    DRIFTED = "drifted"  # sound, but not built or not about what the catalogue declares


def refuse(cause: Cause, what: str, where: str | None = None) -> ReadError:
    """The error for an answer that is none; raised by the caller."""
    return ReadError(f"{cause}: {what}", where=where)


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of an answer as printed."""

    locator: str
    text: str  # what stands at the locator, exactly
    is_number: bool  # its text may be a number: not true, not a list
    key: dict[str, str]  # "id", or each dimension and its value
    area: str | None  # the service's code; None: the answer doesn't say
    period: str | None
    label: str | None = None  # what the service calls the series
    unit: str | None = None
    area_name: str | None = None
    status: str | None = None
    scale: str | None = None
    is_missing: bool = False  # the dialect says so in its own way
    contradiction: str | None = None  # two places of the answer don't agree on it


@dataclass(frozen=True, slots=True)
class Answer:
    cells: list[Cell]
    updated: date | None = None  # when the service says that its data are of
    updated_at: str | None = None  # the locator of that
    notes: list[str] = field(default_factory=list)


#: More values than any query of ours asks for: an answer that has them is a mistake or an attack.
MOST_CELLS = 500_000
