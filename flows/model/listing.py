"""The nouns of listings that discovery gives and the store keeps.

A visit of a listing asks for one page or several and has one outcome. A sighting is a link as a
page printed it; another title or day at the same address is another version of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from flows.model.request import Request


class ListingOutcome(StrEnum):
    """How a visit of a listing ended; only the first two are as they should be."""

    NEW = "new"
    NOTHING_NEW = "nothing-new"  # recognised, healthy, and every row known
    BLOCKED = "blocked"  # a wall stands before it: nothing is bypassed
    DRIFTED = "drifted"  # it answered, and not as it is declared
    CUT_SHORT = "cut-short"  # there are more pages than may be asked, and no known row was met
    OVERDUE = "overdue"  # healthy, and what is due has not come
    UNREACHABLE = "unreachable"

    @property
    def is_green(self) -> bool:
        return self in (ListingOutcome.NEW, ListingOutcome.NOTHING_NEW)

    @property
    def is_complete(self) -> bool:
        """Whether all rows that the visit was to look at were looked at."""
        return self not in (
            ListingOutcome.BLOCKED,
            ListingOutcome.DRIFTED,
            ListingOutcome.UNREACHABLE,
        )


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is judged of one page: the same bytes give the same facts."""

    rows: int
    dated: int  # rows with a readable day that is not to come
    newest: date | None = None
    number: int | None = None  # as the page states
    pages: int | None = None
    count: int | None = None  # of rows in the whole listing
    refused: int = 0
    more: bool = False  # a next page is named


@dataclass(frozen=True, slots=True)
class PageVisit:
    """One request of a visit and what came of it."""

    source_id: str
    number: int  # from 1; 0: an answer that only says where the rows are
    request: Request
    url: str  # after redirects
    visited_at: datetime  # UTC
    status_code: int | None = None
    reason: str | None = None  # why nothing was read of it
    attempts: int = 1
    sha256: str | None = None  # of the body that holds, in the archive
    size: int = 0
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    headers: tuple[tuple[str, str], ...] = ()  # those that a family reads
    made_by: str | None = None  # what the facts were made by: family and declaration
    facts: PageFacts | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One link of a source's listing as it was last printed."""

    source_id: str
    request: Request
    title: str
    date_text: str | None = None
    seen_on: date | None = None  # the day that it says
    first_seen: datetime | None = None  # UTC; None: in this run
    before: Sighting | None = field(default=None, repr=False)  # as it was printed before


@dataclass(frozen=True, slots=True)
class SourceVisit:
    """One visit of a source's listing."""

    source_id: str
    url: str  # of the listing
    visited_at: datetime  # UTC
    outcome: ListingOutcome
    cause: str  # the reason as one word
    reason: str  # as a sentence
    rows: int = 0
    new: int = 0
    changed: int = 0  # rows whose title or day is printed otherwise than before
    newest: date | None = None
    pages: tuple[PageVisit, ...] = ()
    sightings: tuple[Sighting, ...] = field(default=(), repr=False)  # new and changed ones


@dataclass(frozen=True, slots=True)
class ListingState:
    """What earlier visits left of a source's listing."""

    sightings: tuple[Sighting, ...] = field(default=(), repr=False)
    pages: tuple[PageVisit, ...] = field(default=(), repr=False)  # the last of each request
    complete_at: datetime | None = None  # of the last visit that looked at all it was to look at
    last: tuple[ListingOutcome, str] | None = None  # outcome and cause of the last visit
    withdrawn: frozenset[str] = frozenset()  # addresses of sightings that are gone
