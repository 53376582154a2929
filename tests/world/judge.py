"""The outside checker: it knows the script, opens what was published, and asks nobody else.

A finding is a sentence with its day. None for a whole year means: every release was found on its
first possible day, once, under the right area and period; each listing's silence was explained on the
day that it began; every figure of every day is what the script had published by then; and no address
was asked that no site had printed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from flows.run.issues import read_issues
from flows.run.summary import RunSummary
from tests.world.ideal import Copy, Day, list_held
from tests.world.script import Noise, Publish, Readdress, Rebuild, Script
from tests.world.server import Asked

_PREFIX = "world-"
Key = tuple[str, str, str, str]  # area, indicator, measure, period


@dataclass(frozen=True, slots=True)
class Finding:
    day: date
    kind: str  # missed, invented, doubled, misplaced, figure, silence, asked, held, churn
    text: str

    def __str__(self) -> str:
        return f"{self.day} {self.kind}: {self.text}"


@dataclass(slots=True)
class Tally:
    days: int = 0
    releases: int = 0
    on_first_day: int = 0
    figures: int = 0  # compared, over all days
    requests: int = 0
    least: int = 0
    publications: int = 0
    news: int = 0  # days on which something new was to be known
    findings: list[Finding] = field(default_factory=list)

    def plus(self, other: Tally) -> Tally:
        return Tally(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(self))
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """What is published on an evening."""

    releases: dict[str, tuple[str, str | None, str | None]]  # id -> url, area, period
    figures: dict[Key, tuple[Decimal, str]]  # value as a number, release
    publication: str


def look(current: Path) -> Shown:
    """Open the current publication as an analyst does."""
    with duckdb.connect(str(current / "warehouse.duckdb"), read_only=True) as warehouse:
        releases = warehouse.execute(
            "SELECT release_id, url, ref_area, time_period FROM release_list "
            f"WHERE starts_with(source_id, '{_PREFIX}')"
        ).fetchall()
        figures = warehouse.execute(
            "SELECT ref_area, indicator, measure, time_period, obs_value, release_id "
            "FROM latest_observation"
        ).fetchall()
    return Shown(
        {row[0]: row[1:] for row in releases},
        {row[:4]: (Decimal(repr(row[4])), row[5]) for row in figures},
        current.resolve().name,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What a run's file and its issues say, which is what ``gongbao status`` tells."""

    visits: dict[str, tuple[str, str]]  # site -> outcome and reason
    held: tuple[str, ...]  # links that may be releases, with title and reason


def listen(run: RunSummary, folder: Path) -> Said:
    visits = {
        line.source_id.removeprefix(_PREFIX): (str(line.outcome), line.reason)
        for line in run.listings
    }
    issues = read_issues(folder, run.run_id)
    return Said(visits, tuple(each.text for each in issues if each.kind == "held-link"))


class Judge:
    """Judges day after day; ``tally`` has all that was found."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.tally = Tally()
        self._found: dict[str, date] = {}  # document -> day of its first row in release_list
        self._known_since: dict[str, date] = {}
        self._last_publication = ""
        self._outcomes: dict[str, frozenset[str]] = {}
        self._told: set[tuple[str, str]] = set()
        self._printed = _list_printed(script)
        self._hosts = {site.host: site for site in script.sites}

    def judge(self, day: Day, shown: Shown, said: Said, asked: list[Asked]) -> list[Finding]:
        """What is wrong with a day; the same fault is told on its first day alone."""
        found = [
            *self._judge_releases(day, shown),
            *self._judge_figures(day, shown),
            *self._judge_visits(day, said),
            *self._judge_requests(day, asked),
            *self._judge_churn(day, shown),
        ]
        fresh = [each for each in found if (each.kind, each.text) not in self._told]
        self._told |= {(each.kind, each.text) for each in fresh}
        self.tally.days += 1
        self.tally.requests += sum(not each.target.startswith("/robots") for each in asked)
        self.tally.least += day.least
        self.tally.news += day.news
        self.tally.findings += fresh
        return fresh

    def finish(self) -> Tally:
        self.tally.releases = len(self._known_since)
        self.tally.on_first_day = sum(
            self._found.get(document) == since for document, since in self._known_since.items()
        )
        return self.tally

    def _judge_releases(self, day: Day, shown: Shown) -> Iterator[Finding]:
        by_address = {(copy.site.host, path): copy for copy in day.copies for path in copy.paths}
        documents: dict[str, list[str]] = defaultdict(list)
        for release_id, (url, area, period) in shown.releases.items():
            parts = urlsplit(url)
            copy = by_address.get((parts.hostname or "", parts.path))
            if copy is None:
                yield Finding(day.day, "invented", f"{release_id} at {url} is no release")
                continue
            documents[copy.document].append(release_id)
            self._found.setdefault(copy.document, day.day)
            if (area, period) != (copy.area, copy.period):
                what = f"{release_id} is {copy.area} {copy.period}, and not {area} {period}"
                yield Finding(day.day, "misplaced", what)
        for document, ids in documents.items():
            if len(ids) > 1:
                yield Finding(day.day, "doubled", f"{document} is {' and '.join(sorted(ids))}")
        for copy in day.copies:
            since = min(
                each.found or day.day for each in day.copies if each.document == copy.document
            )
            self._known_since.setdefault(copy.document, since)
            if copy.document not in documents:
                yield Finding(day.day, "missed", f"{copy.document} of {copy.site.name}")

    def _judge_figures(self, day: Day, shown: Shown) -> Iterator[Finding]:
        wanted = expect_figures(day.copies)
        for key, values in wanted.items():
            has = shown.figures.get(key)
            self.tally.figures += 1
            if has is None:
                if None not in values:
                    yield Finding(day.day, "figure", f"{_name(key)} is missing")
            elif has[0] not in values:
                said = " or ".join(sorted(map(str, values - {None})))
                what = f"{_name(key)} is {has[0]} ({has[1]}), and not {said}"
                yield Finding(day.day, "figure", what)
        for key, (value, release_id) in shown.figures.items():
            if key not in wanted:
                yield Finding(day.day, "figure", f"{_name(key)} {value} ({release_id}) is invented")

    def _judge_visits(self, day: Day, said: Said) -> Iterator[Finding]:
        for name, expected in day.sites.items():
            outcome, reason = said.visits.get(name, ("no visit", ""))
            if outcome not in expected.outcomes:
                want = " or ".join(sorted(expected.outcomes))
                yield Finding(day.day, "silence", f"{name}: {outcome} ({reason}), and not {want}")
        for event in list_held(self.script, day.day):
            if day.sites[event.site].readable and not any(
                event.title in each for each in said.held
            ):
                yield Finding(
                    day.day, "held", f"{event.title} of {event.site} is not listed as held"
                )

    def _judge_requests(self, day: Day, asked: list[Asked]) -> Iterator[Finding]:
        for each in asked:
            if each.host not in self._hosts:
                yield Finding(day.day, "asked", f"{each.host}{each.target}: no site of the world")
            elif each.status >= 400 and not self._is_printed(each):
                yield Finding(day.day, "asked", f"{each.host}{each.target}: no page names it")
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for each in asked:
            counts[each.host, each.target] += each.status < 500
        for (host, target), count in counts.items():
            if count > 1 and target != "/robots.txt":
                yield Finding(day.day, "asked", f"{host}{target}: more than once a day")

    def _is_printed(self, each: Asked) -> bool:
        path = each.target.partition("?")[0]
        return (
            path == "/robots.txt"
            or (each.host, path) in self._printed
            or path.startswith(("/module/web/jpage/", "/api-gateway/", "/tjgb/index", "/tjgb/nd/"))
        )

    def _judge_churn(self, day: Day, shown: Shown) -> Iterator[Finding]:
        """A publication has a reason: what a page's view counter says is none."""
        if shown.publication == self._last_publication:
            return
        self.tally.publications += 1
        self._last_publication = shown.publication
        outcomes = {name: each.outcomes for name, each in day.sites.items()}
        may_be_new = day.news or outcomes != self._outcomes or day.uncertain
        self._outcomes = outcomes
        if not may_be_new:
            yield Finding(day.day, "churn", "a publication without anything new")


def expect_figures(copies: list[Copy]) -> dict[Key, set[Decimal | None]]:
    """Every figure that is to be published, with the values that it may have; None: it may be missing.

    Of two documents that say different things the later counts, and the bureau before a copy.
    """
    counting: dict[str, Copy] = {}  # one release a document, the bureau's own
    for copy in sorted(copies, key=lambda each: (not each.official, each.found or date.max)):
        if copy.versions:
            counting.setdefault(copy.document, copy)
    said: dict[Key, list[tuple[date, set[Decimal | None]]]] = defaultdict(list)
    for copy in counting.values():
        values: dict[Key, set[Decimal | None]] = defaultdict(set)
        for version in copy.versions:
            for figure in version.figures:
                key = copy.area, figure.indicator, figure.measure, copy.period
                values[key].add(Decimal(figure.text))
        for key, allowed in values.items():
            said[key].append((copy.published_on or date.min, allowed))
    return {
        key: {float_like(value) for value in max(options, key=lambda each: each[0])[1]}
        for key, options in said.items()
    }


def float_like(value: Decimal | None) -> Decimal | None:
    """As a float prints it, which is what the warehouse holds."""
    return None if value is None else Decimal(repr(float(value)))


def _name(key: Key) -> str:
    return " ".join(key)


def _list_printed(script: Script) -> set[tuple[str, str]]:
    """Addresses that some row of a site names as one of its own."""
    printed = set()
    for event in script.events:
        host = script.site(event.site).host
        match event:
            case Publish():
                printed.add((host, event.path))
            case Readdress():
                printed.add((host, event.new))
            case Rebuild():
                printed.add((host, event.listing.partition("?")[0]))
            case Noise():
                pass  # a row that is no release is not asked for
    for site in script.sites:
        printed.add((site.host, site.listing.partition("?")[0]))
    return printed
