"""What a faultless reader of the world would know on each day, from the script alone.

It looks once a day. It knows a release from the first day on which the site's listing could be read
as the operator had declared it, and its page from the first day after that on which the page could
be had. A young page is looked at each day; an old one at least once in ``LOOK_BACK`` days, so that a
change in between may be seen on any day of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.world.operator import list_declared
from tests.world.script import (
    Document,
    Fault,
    Noise,
    Publish,
    Readdress,
    Script,
    Site,
)
from tests.world.state import SiteState, fold

#: A page is young for so many days after it was found …
YOUNG = timedelta(days=21)
#: … and later looked at on the first of a month.
LOOK_BACK = timedelta(days=35)

_GREEN = frozenset({"new", "nothing-new"})
#: What a visit may say of each fault.
OUTCOMES: dict[Fault, frozenset[str]] = {
    Fault.WALL: frozenset({"blocked"}),
    Fault.SCRIPT_WALL: frozenset({"blocked"}),
    Fault.ERROR: frozenset({"unreachable"}),
    Fault.CUT: frozenset({"drifted", "unreachable", "cut-short"}),
    Fault.EMPTIED: frozenset({"drifted"}),
    Fault.RENAMED: frozenset({"drifted"}),
    Fault.OLD_AGAIN: frozenset({"drifted"}),
    Fault.FIRST_AGAIN: frozenset({"drifted"}),
}
_REBUILT = frozenset({"drifted", "unreachable"})


@dataclass(slots=True)
class Copy:
    """One document at one site, under all addresses that it has there."""

    site: Site
    document: str
    area: str
    period: str
    published_on: date | None
    official: bool
    paths: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)  # paths that a row names or named
    found: date | None = None
    versions: list[Document] = field(default_factory=list)  # each may be what is known today
    fetched: date | None = None


@dataclass(frozen=True, slots=True)
class SiteDay:
    """What is to be said of a listing on a day."""

    outcomes: frozenset[str]
    readable: bool


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    sites: dict[str, SiteDay]
    copies: list[Copy]
    least: int  # requests that could not be spared
    news: bool  # something is known that was not

    @property
    def uncertain(self) -> bool:
        """Whether a change that must be seen some day may be seen on this one."""
        return any(len(copy.versions) > 1 for copy in self.copies)


class Ideal:
    """Goes through the days of a script in their order."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.copies: dict[tuple[str, str], Copy] = {}  # by site and document
        self._rows: dict[str, set[tuple[str, str, date | None]]] = {}
        self._newest: dict[str, date] = {}  # day of the newest row of the last look
        self._settled: dict[str, set[str]] = {}  # addresses known when all was looked at last
        self._seen: dict[tuple[str, str], list[tuple[date, Document]]] = {}

    def days(self) -> Iterator[Day]:
        for today in self.script.days:
            yield self._look(today)

    def _look(self, today: date) -> Day:
        declared = {site.name: site for site in list_declared(self.script, today)}
        sites: dict[str, SiteDay] = {}
        least = 0
        known = {key: (copy.found, list(copy.versions)) for key, copy in self.copies.items()}
        for site in self.script.sites:
            state = fold(self.script, site.name, today)
            sites[site.name] = self._look_at(state, declared[site.name], today)
            least += 1
            least += self._fetch(state, sites[site.name], today)
        news = known != {key: (copy.found, copy.versions) for key, copy in self.copies.items()}
        return Day(today, sites, list(self.copies.values()), least, news)

    def _look_at(self, state: SiteState, declared: Site, today: date) -> SiteDay:
        """Read a listing, and find what its rows name."""
        name = state.site.name
        if state.fault not in (None, Fault.FIRST_AGAIN):
            return SiteDay(OUTCOMES[state.fault], readable=False)
        if (declared.family, declared.listing) != (state.site.family, state.site.listing):
            return SiteDay(_REBUILT, readable=False)
        rows, size = state.rows, state.site.per_page
        settled = self._settled.get(name, set())
        again = state.fault is Fault.FIRST_AGAIN and settled.isdisjoint(
            row.href for row in rows[:size]
        )
        if state.site.family == "feed" or again:
            rows = rows[:size]
        now = {(row.href, row.title, row.day) for row in rows}
        before = self._rows.get(name)
        fresh = now - (before or set())
        self._rows[name] = (before or set()) | now
        addresses = {href for href, *_ in before or ()}
        new = {href for href, *_ in fresh if href not in addresses and is_own(href, state.site)}
        self._find(state, {row.href for row in rows}, today)
        if again:  # the first page was read, and another one was to be
            return SiteDay(OUTCOMES[Fault.FIRST_AGAIN], readable=True)
        self._settled[name] = {href for href, *_ in self._rows[name]}
        newest = max((row.day for row in rows if row.day), default=None)
        fell = newest is not None and newest < self._newest.get(name, newest)
        if newest is not None:
            self._newest[name] = newest
        if (
            fell
        ):  # the newest row was taken away, which looks like an old copy until its page is asked
            return SiteDay(_GREEN | {"drifted"}, readable=True)
        if today in self.script.back and not new:
            # Rows of days that the clock says are to come may make the listing look odd.
            return SiteDay(_GREEN | {"drifted"}, readable=False)
        # A row that is only printed otherwise may count as news or not.
        if new:
            return SiteDay(frozenset({"new"}), readable=True)
        return SiteDay(_GREEN if fresh else frozenset({"nothing-new"}), readable=True)

    def _find(self, state: SiteState, listed: set[str], today: date) -> None:
        name = state.site.name
        for event in self.script.of(name, today):
            if isinstance(event, Publish) and event.takeable:
                key = name, event.document.name
                copy = self.copies.get(key)
                paths = self._paths_of(event, today)
                if copy is None:
                    if not paths & listed:
                        continue
                    copy = self.copies[key] = Copy(
                        state.site,
                        event.document.name,
                        event.document.area,
                        event.document.period,
                        event.listed_on if state.site.official else None,
                        state.site.official,
                        found=today,
                    )
                copy.paths |= paths
                copy.listed |= paths & listed

    def _paths_of(self, event: Publish, today: date) -> set[str]:
        """All addresses that the document has had at the site by today."""
        paths = {event.path}
        for each in self.script.of(event.site, today):
            if isinstance(each, Readdress) and each.old in paths:
                paths.add(each.new)
        return paths

    def _fetch(self, state: SiteState, listing: SiteDay, today: date) -> int:
        """Look at the pages that can be had, and give how many had to be asked for."""
        asked = 0
        for (name, document), copy in self.copies.items():
            if name != state.site.name or copy.found is None:
                continue
            served = [
                page
                for path in sorted(copy.listed)
                if (page := state.pages.get(path)) is not None
                and page.document is not None
                and page.fault is None
            ]
            if not served or "blocked" in listing.outcomes:
                continue
            seen = self._seen.setdefault((name, document), [])
            current = served[-1].document
            if current is None:
                continue
            if copy.fetched is None or current != seen[-1][1]:
                asked += 1
            if copy.fetched is None:
                copy.fetched = today
            if not seen or seen[-1][1] != current:
                seen.append((today, current))
            copy.versions = self._allow(seen, copy, today)
        return asked

    def _allow(self, seen: list[tuple[date, Document]], copy: Copy, today: date) -> list[Document]:
        """The versions of which one must be what is known: the last, or those of the look back."""
        since, last = seen[-1]
        found = copy.fetched or today
        if len(seen) == 1 or since <= found + YOUNG or today > since + LOOK_BACK:
            return [last]
        return [seen[-2][1], last]


def is_own(href: str, site: Site) -> bool:
    """Whether a row's address is one of the site's own that may be kept at all."""
    return (href.startswith("/") and not href.startswith("//")) or href.startswith(
        f"https://{site.host}/"
    )


def list_held(script: Script, today: date) -> list[Noise]:
    """Rows that may be releases and can't be told: they are listed with their reason."""
    return [
        event
        for event in script.events
        if isinstance(event, Noise) and event.held and event.day <= today
    ]
