"""The nouns of a script: documents, sites, and events that have a day.

Everything that a world shows and everything that the judge expects follows from these values.
Days are days in China. A page or row of day D is there from midnight on; the product looks at
``Script.hour`` o'clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a document, of the document's own area and period."""

    indicator: str
    measure: str
    text: str  # as printed: 711.81


@dataclass(frozen=True, slots=True)
class Document:
    """What a bureau says in one release, wherever and however often it stands."""

    name: str
    area: str  # code
    place: str  # its name as printed
    period: str  # 2024, 2025-Q1, 2025-07
    kind: str  # communique, quarter, months, work_report
    title: str
    figures: tuple[Figure, ...]

    def revised(self, figures: tuple[Figure, ...]) -> Document:
        return replace(self, figures=figures)


@dataclass(frozen=True, slots=True)
class Site:
    """A bureau's listing."""

    name: str
    family: str
    host: str
    listing: str  # path, with its query
    scope: str  # code of the area whose counties it is about
    official: bool = True
    per_page: int = 20
    suffix: str = ""  # behind each title: the site's name

    @property
    def address(self) -> str:
        return f"https://{self.host}{self.listing}"


@dataclass(frozen=True, slots=True)
class Event:
    day: date
    site: str


@dataclass(frozen=True, slots=True)
class Publish(Event):
    """A row in the listing and a page behind it."""

    document: Document
    path: str
    listed_on: date | None = None  # the day beside the link; None: nothing readable is printed
    counter: bool = False  # the page counts its views: other bytes each day
    in_list: bool = True  # False: the page is there and no row names it
    takeable: bool = True  # False: the row alone does not settle what it is; it must be held


@dataclass(frozen=True, slots=True)
class Edit(Event):
    """The page at an address says something else from now on; its row stays as it is."""

    path: str
    document: Document


@dataclass(frozen=True, slots=True)
class Readdress(Event):
    """The row names another address; the old one goes on (stays), leads there, or is gone."""

    old: str
    new: str
    manner: str  # stays, redirects, gone


@dataclass(frozen=True, slots=True)
class Withdraw(Event):
    path: str
    status: int = 404
    keeps_row: bool = False


@dataclass(frozen=True, slots=True)
class Noise(Event):
    """A row that is no release: it must never become one."""

    title: str
    href: str  # as printed
    listed_on: date | None
    held: bool = False  # it may be a release, so it must be listed with its reason


class Fault(StrEnum):
    """What stands in the place of a listing for a while."""

    WALL = "a wall (403)"
    SCRIPT_WALL = "a wall of script (200)"
    ERROR = "500"
    CUT = "cut in the middle"
    EMPTIED = "emptied"
    RENAMED = "its rows in other markup"
    FIRST_AGAIN = "page 1 in place of page 2"
    OLD_AGAIN = "a copy of weeks ago"


@dataclass(frozen=True, slots=True)
class Break(Event):
    """The listing is at fault from ``day`` until before ``until``."""

    until: date
    fault: Fault


@dataclass(frozen=True, slots=True)
class BreakPage(Event):
    """A page is at fault; the listing is not."""

    until: date
    path: str
    fault: Fault  # ERROR, CUT, EMPTIED, WALL


@dataclass(frozen=True, slots=True)
class Rebuild(Event):
    """The site is rebuilt: another family or listing address. The operator mends on ``mended``."""

    mended: date
    family: str
    listing: str


@dataclass(frozen=True, slots=True)
class Script:
    seed: int
    days: tuple[date, ...]  # on which the product looks
    sites: tuple[Site, ...]
    events: tuple[Event, ...]  # by day
    hours: dict[date, float] = field(default_factory=dict)  # else 6.5: half past six
    back: dict[date, float] = field(default_factory=dict)  # days on which the clock is set back

    def site(self, name: str) -> Site:
        return next(site for site in self.sites if site.name == name)

    def begins_month(self, day: date) -> bool:
        """Whether it is the first look of its month: the product then looks back on old pages."""
        month = [each for each in self.days if (each.year, each.month) == (day.year, day.month)]
        return day == month[0]

    def of(self, site: str, until: date) -> list[Event]:
        """A site's events up to and with a day."""
        return [each for each in self.events if each.site == site and each.day <= until]
