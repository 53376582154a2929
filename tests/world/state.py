"""The world at the end of a day's dawn: a site's events so far, folded. Sites print it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.world.script import (
    Break,
    BreakPage,
    Document,
    Edit,
    Fault,
    Noise,
    Publish,
    Readdress,
    Rebuild,
    Script,
    Site,
    Withdraw,
)

#: A copy of weeks ago is this old.
STALE = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    href: str  # a path, or what a hostile row prints
    day: date | None
    since: date  # when it came into the listing


@dataclass(frozen=True, slots=True)
class PageState:
    document: Document | None  # None: it leads to ``moved``, or is gone
    since: date
    counter: bool = False
    moved: str | None = None
    status: int = 200
    fault: Fault | None = None


@dataclass(slots=True)
class SiteState:
    site: Site  # with the family and the address that it has now
    rows: list[Row] = field(default_factory=list)  # the newest first
    pages: dict[str, PageState] = field(default_factory=dict)
    fault: Fault | None = None
    old_rows: list[Row] = field(default_factory=list)  # of STALE ago
    listings: set[str] = field(default_factory=set)  # every address that the list has had


def fold(script: Script, name: str, today: date) -> SiteState:
    """A site as it is on a day."""
    site = script.site(name)
    state = SiteState(site, listings={site.listing})
    for event in script.of(name, today):
        match event:
            case Publish():
                if event.in_list:
                    title = event.document.title + state.site.suffix
                    state.rows.append(Row(title, event.path, event.listed_on, event.day))
                state.pages[event.path] = PageState(event.document, event.day, event.counter)
            case Noise():
                state.rows.append(Row(event.title, event.href, event.listed_on, event.day))
            case Edit():
                before = state.pages[event.path]
                state.pages[event.path] = PageState(event.document, event.day, before.counter)
            case Readdress():
                _readdress(state, event)
            case Withdraw():
                if not event.keeps_row:
                    state.rows = [row for row in state.rows if row.href != event.path]
                state.pages[event.path] = PageState(None, event.day, status=event.status)
            case Break() if today < event.until:
                state.fault = event.fault
            case BreakPage() if today < event.until:
                page = state.pages[event.path]
                state.pages[event.path] = PageState(
                    page.document, page.since, page.counter, fault=event.fault
                )
            case Rebuild():
                state.site = rebuild_site(state.site, event)
                state.listings.add(state.site.listing)
    # By day as bureaus do; rows of one day and undated ones by when they came.
    order = {id(row): number for number, row in enumerate(state.rows)}
    state.rows.sort(key=lambda row: (row.day or row.since, order[id(row)]), reverse=True)
    state.old_rows = [row for row in state.rows if row.since <= today - STALE]
    return state


def rebuild_site(site: Site, event: Rebuild) -> Site:
    return Site(
        site.name,
        event.family,
        site.host,
        event.listing,
        site.scope,
        site.official,
        site.per_page,
        site.suffix,
    )


def _readdress(state: SiteState, event: Readdress) -> None:
    state.rows = [
        Row(row.title, event.new, row.day, row.since) if row.href == event.old else row
        for row in state.rows
    ]
    page = state.pages[event.old]
    state.pages[event.new] = page
    if event.manner == "redirects":
        state.pages[event.old] = PageState(None, event.day, moved=event.new, status=301)
    elif event.manner == "gone":
        state.pages[event.old] = PageState(None, event.day, status=404)
