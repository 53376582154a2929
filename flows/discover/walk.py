"""The walk over a listing's pages: which page is asked next, and how the visit ends.

``walk_listing`` is a generator without a network. It yields the ``Request`` that it wants
answered, is sent an ``Answer``, and returns ``Walked``:

    start → (shell) → page 1 → page 2 … until a page without a new row, the last page, or max pages

Each answer is judged before its rows are taken. A listing that was not recognised, or is not
healthy, never gives *nothing new*: the visit is drifted, and rows of the pages before stay taken.
Nothing that is known is ever removed here. Only declared hosts are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from flows.catalog.model import Discovery
from flows.discover import Body, Family, Page, Row
from flows.model.errors import ReadError
from flows.model.listing import ListingOutcome, PageFacts
from flows.model.request import Request

#: Answers in a row that only say where the rows are.
_MAX_SHELLS = 3


@dataclass(frozen=True, slots=True)
class Refusal:
    """An address that gave nothing to read: a wall, or no answer."""

    outcome: ListingOutcome  # blocked or unreachable
    cause: str
    reason: str


@dataclass(frozen=True, slots=True)
class Same:
    """The first page has the bytes of the last visit, whose rows were all taken."""

    facts: PageFacts


Answer = Body | Refusal | Same


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier visits left of a source."""

    printed: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    """Of each address (its request's digest) the title and the day as last printed."""
    settled: AbstractSet[str] = frozenset()  # addresses that the last complete visit knew
    newest: date | None = None  # day of the newest row that still stands
    newest_wanted: date | None = None  # of those that are releases
    first: Request | None = None  # what gave page 1 last time


@dataclass(frozen=True, slots=True)
class Step:
    """One answer that was read."""

    request: Request
    number: int  # 0: a shell
    facts: PageFacts | None


@dataclass(frozen=True, slots=True)
class Walked:
    outcome: ListingOutcome
    cause: str
    reason: str
    new: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    steps: tuple[Step, ...] = ()
    rows: int = 0
    newest: date | None = None  # of the first page


Walk = Generator[Request, Answer, Walked]


class _Ended(Exception):
    """A walk that ends before its pages do."""

    def __init__(self, outcome: ListingOutcome, cause: str, reason: str) -> None:
        super().__init__(reason)
        self.outcome, self.cause, self.reason = outcome, cause, reason


def _drifted(cause: str, reason: str) -> _Ended:
    return _Ended(ListingOutcome.DRIFTED, cause, reason)


def walk_listing(
    discovery: Discovery,
    family: Family,
    known: Known,
    today: date,
    is_wanted: Callable[[Row], bool],
) -> Walk:
    """Walk a source's listing. ``today`` is the day in Asia/Shanghai."""
    start = family.start(discovery)
    walk = _Walk(discovery, family, known, today, is_wanted)
    if known.first is not None and known.first.digest != start.digest:
        walked = yield from walk.follow(known.first)
        if walked.outcome is ListingOutcome.BLOCKED or walked.outcome.is_complete:
            return walked
        walk = _Walk(discovery, family, known, today, is_wanted, before=tuple(walk.steps))
    return (yield from walk.follow(start))


class _Walk:
    def __init__(
        self,
        discovery: Discovery,
        family: Family,
        known: Known,
        today: date,
        is_wanted: Callable[[Row], bool],
        before: tuple[Step, ...] = (),
    ) -> None:
        self.discovery = discovery
        self.family = family
        self.known = known
        self.today = today
        self.is_wanted = is_wanted
        self.hosts = list_hosts(discovery)
        self.steps = list(before)
        self.seen: dict[str, Row] = {}  # every row, by its request
        self.asked: set[str] = set()
        self.page_rows: list[frozenset[str]] = []
        self.newest: date | None = None  # of the first page
        self.rows = 0  # of unchanged pages, too
        self.refused = 0

    def follow(self, request: Request) -> Walk:
        """The walk from one request on."""
        try:
            outcome, cause, reason = yield from self._pages(request)
        except _Ended as ended:
            outcome, cause, reason = ended.outcome, ended.cause, ended.reason
        printed = self.known.printed
        new = tuple(row for key, row in self.seen.items() if key not in printed)
        changed = tuple(
            row
            for key, row in self.seen.items()
            if key in printed and printed[key] != (row.title, row.date_text)
        )
        if outcome is ListingOutcome.NOTHING_NEW and new:
            outcome, cause = ListingOutcome.NEW, "new"
            reason = f"{len(new)} of {len(self.seen)} rows are new"
        return Walked(
            outcome, cause, reason, new, changed, tuple(self.steps), self.rows, self.newest
        )

    def _pages(
        self, request: Request | None
    ) -> Generator[Request, Answer, tuple[ListingOutcome, str, str]]:
        number, shells = 1, 0
        facts: PageFacts | None = None
        while request is not None:
            if number > self.discovery.max_pages:
                return self._end_at_limit(facts)
            self._check_request(request, number)
            answer = yield request
            if isinstance(answer, Refusal):
                raise _Ended(answer.outcome, answer.cause, answer.reason)
            if isinstance(answer, Same):
                self.steps.append(Step(request, number, answer.facts))
                self._judge(answer.facts, number)
                self.rows, self.newest = answer.facts.rows, answer.facts.newest
                return self._end_sound()
            page = self._read(answer, request, number)
            if page.shell:
                shells += 1
                self.steps.append(Step(request, 0, None))
                if page.following is None or shells > _MAX_SHELLS:
                    raise _drifted(
                        "no-rows", "the page has no rows and does not say where they are"
                    )
                request = page.following
                continue
            facts = gather_facts(page, self.today)
            self.steps.append(Step(request, number, facts))
            self._judge(facts, number)
            fresh = self._take(page, number)
            self.refused += facts.refused
            if not fresh and self.discovery.until_known and self.known.printed:
                return self._end_sound()
            request, number = page.following, number + 1
        return self._end_of_pages(facts, number - 1)

    def _check_request(self, request: Request, number: int) -> None:
        """Refuse what may not be asked, and what was asked already."""
        host = urlsplit(request.url).netloc.lower()
        if host not in self.hosts:
            what = f"page {number} is said to be at {host}, which is none of the source's hosts"
            raise _drifted("other-host", what)
        if request.digest in self.asked:
            raise _drifted("circle", f"the page that follows page {number - 1} was asked already")
        self.asked.add(request.digest)

    def _read(self, body: Body, request: Request, number: int) -> Page:
        try:
            return self.family.read_page(body, self.discovery, number=number)
        except ReadError as error:
            self.steps.append(Step(request, number, None))
            what = f"no listing of the family {self.discovery.family} is recognised: {error}"
            raise _drifted("unrecognised", what) from error

    def _judge(self, facts: PageFacts, number: int) -> None:
        """End the walk where the page is not what was asked for, or not what is expected."""
        expect = self.discovery.expect
        if facts.number is not None and facts.number != number:
            what = f"page {number} was asked for, and page {facts.number} came"
            raise _drifted("other-page", what)
        if not facts.rows:
            self._judge_empty(facts, number)
            return
        if number == 1 and facts.rows < expect.items:
            raise _drifted(
                "fewer", f"{facts.rows} rows, where at least {expect.items} are expected"
            )
        self._judge_count(facts, number)
        # In a short list one row without a day is no sign of a page that has changed.
        single = facts.rows - facts.dated == 1 < facts.rows and expect.dated < 1
        if facts.dated < expect.dated * facts.rows and not single:
            share = f"{facts.dated} of {facts.rows} rows have a readable day"
            raise _drifted("undated", f"{share}; {expect.dated:.0%} are expected")
        before = self.known.newest
        if number == 1 and before is not None and (facts.newest is None or facts.newest < before):
            said = facts.newest or "undated"
            raise _drifted(
                "older", f"the newest row is of {said}; one of {before} was there before"
            )

    def _judge_empty(self, facts: PageFacts, number: int) -> None:
        """The page after the last may be empty; the first only where that is declared."""
        if number == 1 and (self.discovery.expect.items or facts.count or self.known.printed):
            raise _drifted("no-rows", "there are no rows")
        if facts.pages is not None and number <= facts.pages and number > 1:
            raise _drifted("no-rows", f"page {number} of {facts.pages} has no rows")

    def _judge_count(self, facts: PageFacts, number: int) -> None:
        if facts.count is None:
            return
        rows = self.rows + facts.rows
        if rows > facts.count:
            raise _drifted("count", f"{rows} rows, and the page counts {facts.count} in all")
        only = number == 1 and not facts.more and facts.pages == 1
        if only and rows + facts.refused < facts.count:
            raise _drifted("count", f"{rows} rows on its one page, which counts {facts.count}")

    def _take(self, page: Page, number: int) -> bool:
        """Keep the page's rows; whether one of them was not settled before."""
        keys = frozenset(row.request.digest for row in page.rows)
        if number > 1 and keys and keys in self.page_rows:
            again = self.page_rows.index(keys) + 1
            raise _drifted("page-again", f"page {number} has the rows of page {again}")
        self.page_rows.append(keys)
        for row in page.rows:
            self.seen.setdefault(row.request.digest, row)
        self.rows += len(page.rows)
        if number == 1:
            self.newest = find_newest(page.rows, self.today)
        return not keys <= self.known.settled

    def _end_at_limit(self, facts: PageFacts | None) -> tuple[ListingOutcome, str, str]:
        most = self.discovery.max_pages
        of = f" of {facts.pages}" if facts and facts.pages else ""
        if self.known.printed and self.discovery.until_known:
            what = f"{most}{of} pages were read and no row known before was met"
        else:
            what = f"{most}{of} pages were read; there are more"
        return ListingOutcome.CUT_SHORT, "max-pages", f"{what}: raise pages: max:"

    def _end_of_pages(
        self, facts: PageFacts | None, number: int
    ) -> tuple[ListingOutcome, str, str]:
        if facts is not None and facts.pages is not None and number < facts.pages and facts.rows:
            what = f"page {number} of {facts.pages} does not say where the next one is"
            return ListingOutcome.CUT_SHORT, "no-next-page", what
        if facts is not None and facts.count is not None:
            rows = self.rows + self.refused
            if rows < facts.count:
                what = f"{rows} rows on all its pages, which count {facts.count}"
                return ListingOutcome.CUT_SHORT, "count", what
        return self._end_sound()

    def _end_sound(self) -> tuple[ListingOutcome, str, str]:
        """The listing is healthy: is what it is to bring there?"""
        expect, today = self.discovery.expect, self.today
        newest = max(filter(None, (self.newest, self.known.newest)), default=None)
        if expect.newest_days is not None and newest is not None:
            age = (today - newest).days
            if age > expect.newest_days:
                what = f"the newest row is of {newest}; one is due every {expect.newest_days} days"
                return ListingOutcome.OVERDUE, "newest", what
        if expect.each_year_by is not None:
            due = compute_due(today.year, expect.each_year_by)
            days = [
                row.seen_on for row in self.seen.values() if row.seen_on and self.is_wanted(row)
            ]
            last = max(filter(None, (*days, self.known.newest_wanted)), default=None)
            if today > due and (last is None or last.year < today.year):
                what = f"nothing of {today.year} is there; it was due by {due}"
                return ListingOutcome.OVERDUE, "each-year-by", what
        return ListingOutcome.NOTHING_NEW, "nothing-new", "every row was known before"


def list_hosts(discovery: Discovery) -> frozenset[str]:
    """The hosts, with a port where one is given, that a source may ask."""
    own = urlsplit(discovery.listing.url).netloc.lower()
    return frozenset({own, *discovery.want.hosts})


def gather_facts(page: Page, today: date) -> PageFacts:
    """What is judged of a page."""
    return PageFacts(
        rows=len(page.rows),
        dated=sum(_has_come(row, today) for row in page.rows),
        newest=find_newest(page.rows, today),
        number=page.number,
        pages=page.pages,
        count=page.count,
        refused=len(page.refused),
        more=page.following is not None,
    )


def find_newest(rows: tuple[Row, ...], today: date) -> date | None:
    """The newest day of the rows; a day that is still to come is none."""
    return max((row.seen_on for row in rows if row.seen_on and _has_come(row, today)), default=None)


def compute_due(year: int, month_day: tuple[int, int]) -> date:
    """The day in a year; 02-29 is the 28th where there is none."""
    month, day = month_day
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, 28)


def _has_come(row: Row, today: date) -> bool:
    """Whether the row has a day, at the latest tomorrow: a site's clock may be ahead."""
    return row.seen_on is not None and (row.seen_on - today).days <= 1
