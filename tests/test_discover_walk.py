"""A visit of a listing asks what it must and no more, and has the outcome that it deserves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from flows.catalog.model import Discovery, Expect, Want
from flows.discover import Body, Page, Row
from flows.discover.walk import Answer, Known, Refusal, Same, Walked, gather_facts, walk_listing
from flows.model.errors import ReadError
from flows.model.listing import ListingOutcome
from flows.model.request import Request

TODAY = date(2026, 3, 31)
SITE = "https://tjj.example.cn"
START = Request(f"{SITE}/list/")


def ask(page: int) -> Request:
    return START if page == 1 else Request(f"{SITE}/list/{page}")


def row(number: int, title: str | None = None, day: date | None = date(2026, 3, 1)) -> Row:
    """Number 1 is the newest; each is a day older than the one before."""
    seen_on = day and day - timedelta(days=number)
    text = None if seen_on is None else seen_on.isoformat()
    return Row(Request(f"{SITE}/art/{number}"), title or f"第{number}号", text, seen_on)


@dataclass
class Site:
    """A family that reads nothing: its pages are given."""

    pages: Mapping[int, Page | Refusal | str]
    loader: bool = False
    version: str = "1"
    asked: list[str] = field(default_factory=list)

    def detect(self, body: Body) -> bool:
        return True

    def start(self, discovery: Discovery) -> Request:
        return Request(f"{SITE}/shell") if self.loader else discovery.listing

    def read_page(self, body: Body, discovery: Discovery, *, number: int) -> Page:
        if body.url.endswith("/shell"):
            return Page((), following=START, shell=True)
        page = self.pages[int(body.data)]
        if isinstance(page, str):
            raise ReadError(page, where=body.url)
        assert isinstance(page, Page)
        return page

    def answer(self, request: Request) -> Answer:
        self.asked.append(request.url)
        number = (
            1 if request == START else int(request.url.rpartition("/")[2].replace("shell", "0"))
        )
        page = self.pages.get(number)
        if isinstance(page, Refusal):
            return page
        return Body(request, request.url, str(number).encode())


def pages(*rows: Sequence[Row], **stated: Any) -> dict[int, Page | Refusal | str]:
    """Pages that follow each other; ``stated`` is what each says of the whole."""
    return {
        number: replace(
            Page(tuple(each), following=ask(number + 1) if number < len(rows) else None),
            **stated,
        )
        for number, each in enumerate(rows, start=1)
    }


def knowing(*rows: Row, settled: Sequence[Row] | None = None, **more: Any) -> Known:
    keys = [each.request.digest for each in (rows if settled is None else settled)]
    return Known(
        printed={each.request.digest: (each.title, each.date_text) for each in rows},
        settled=frozenset(keys),
        newest=max((each.seen_on for each in rows if each.seen_on), default=None),
        **more,
    )


def visit(
    site: Site,
    known: Known | None = None,
    *,
    same: Page | None = None,
    today: date = TODAY,
    wanted: bool = True,
    **declared: Any,
) -> Walked:
    discovery = Discovery(START, "html", **declared)
    walk = walk_listing(discovery, site, known or Known(), today, lambda _: wanted)
    request = next(walk)
    try:
        while True:
            answer = site.answer(request)
            if same is not None:
                answer = Same(gather_facts(same, today))
            request = walk.send(answer)
    except StopIteration as ended:
        walked: Walked = ended.value
        return walked


A = [row(n) for n in (1, 2, 3)]
B = [row(n) for n in (4, 5, 6)]
C = [row(n) for n in (7, 8, 9)]


def test_the_first_visit_takes_every_row_of_every_page() -> None:
    site = Site(pages(A, B, C))
    walked = visit(site)
    assert walked.outcome is ListingOutcome.NEW
    assert walked.new == (*A, *B, *C)
    assert site.asked == [START.url, f"{SITE}/list/2", f"{SITE}/list/3"]


def test_a_visit_without_news_asks_for_one_page() -> None:
    site = Site(pages(A, B, C))
    walked = visit(site, knowing(*A, *B, *C))
    assert (walked.outcome, walked.new, walked.changed) == (ListingOutcome.NOTHING_NEW, (), ())
    assert site.asked == [START.url]


def test_the_walk_ends_at_the_first_page_without_a_new_row() -> None:
    site = Site(pages([A[0]], A[1:], B, C))
    walked = visit(site, knowing(*A[1:], *B, *C))
    assert walked.new == (A[0],)
    assert site.asked == [START.url, f"{SITE}/list/2"]


def test_the_order_of_rows_is_irrelevant() -> None:
    site = Site(pages(A[::-1], B))
    assert visit(site, knowing(*A, *B)).outcome is ListingOutcome.NOTHING_NEW


def test_pages_that_a_wall_kept_from_us_are_walked_the_next_time() -> None:
    wall = Refusal(ListingOutcome.BLOCKED, "wall", "a wall")
    old = knowing(*C)
    broken = Site(pages(A, B, C) | {2: wall})
    walked = visit(broken, old)
    assert (walked.outcome, walked.new) == (ListingOutcome.BLOCKED, tuple(A))
    again = visit(Site(pages(A, B, C)), knowing(*A, *C, settled=C))
    assert again.new == tuple(B)


def test_another_title_at_an_address_is_a_change_and_no_news() -> None:
    mended = replace(A[1], title="更正")
    walked = visit(Site(pages([A[0], mended, A[2]])), knowing(*A))
    assert (walked.outcome, walked.new, walked.changed) == (
        ListingOutcome.NOTHING_NEW,
        (),
        (mended,),
    )


def test_the_same_bytes_as_last_time_are_not_read_again() -> None:
    (page,) = pages(A).values()
    assert isinstance(page, Page)
    walked = visit(Site({}), knowing(*A), same=page)
    assert (walked.outcome, walked.rows, walked.newest) == (
        ListingOutcome.NOTHING_NEW,
        3,
        A[0].seen_on,
    )


def test_a_remembered_address_spares_the_shell() -> None:
    site = Site(pages(A), loader=True)
    assert visit(site).new == tuple(A)
    assert site.asked == [f"{SITE}/shell", START.url]
    spared = Site(pages(A), loader=True)
    assert visit(spared, knowing(*A, first=START)).outcome is ListingOutcome.NOTHING_NEW
    assert spared.asked == [START.url]


def test_where_the_remembered_address_fails_the_shell_is_asked_again() -> None:
    gone = ask(7)
    away = {7: Refusal(ListingOutcome.UNREACHABLE, "http-status", "404")}
    site = Site(pages(A) | away, loader=True)
    walked = visit(site, knowing(*A, first=gone))
    assert walked.outcome is ListingOutcome.NOTHING_NEW
    assert site.asked == [gone.url, f"{SITE}/shell", START.url]


UNDATED = [replace(each, seen_on=None) for each in A]
LATER = row(-40)


@pytest.mark.parametrize(
    ("site", "known", "declared", "cause"),
    [
        (pages([]), Known(), {}, "no-rows"),
        (pages([]), knowing(*A), {"expect": Expect(items=0)}, "no-rows"),
        ({1: "no list"}, Known(), {}, "unrecognised"),
        (pages(A), Known(), {"expect": Expect(items=4)}, "fewer"),
        (pages(A, number=2), Known(), {}, "other-page"),
        (pages(A, pages=1, count=21), Known(), {}, "count"),
        (pages(A, count=2), Known(), {}, "count"),
        (pages(UNDATED), Known(), {}, "undated"),
        (pages([LATER, UNDATED[0], *B]), Known(), {}, "undated"),
        (pages([UNDATED[0]]), Known(), {}, "undated"),
        (pages(B), knowing(*A), {}, "older"),
        (pages(A, A), Known(), {}, "page-again"),
        (pages(A, [], pages=2), Known(), {}, "no-rows"),
        ({1: Page(tuple(A), following=START)}, Known(), {}, "circle"),
        (
            {1: Page(tuple(A), following=Request("https://x.example.cn/"))},
            Known(),
            {},
            "other-host",
        ),
        ({1: Page((), shell=True)}, Known(), {}, "no-rows"),
    ],
)
def test_a_listing_that_is_not_as_declared_is_drifted_and_never_nothing_new(
    site: Mapping[int, Page | Refusal | str],
    known: Known,
    declared: Mapping[str, Any],
    cause: str,
) -> None:
    walked = visit(Site(site), known, **declared)
    assert (walked.outcome, walked.cause) == (ListingOutcome.DRIFTED, cause)
    assert walked.reason


@pytest.mark.parametrize("cause", ["fewer", "undated", "older"])
def test_rows_of_a_page_that_is_not_healthy_are_not_taken(cause: str) -> None:
    site, known, expect = {
        "fewer": (pages(A), Known(), Expect(items=4)),
        "undated": (pages(UNDATED), Known(), Expect()),
        "older": (pages(B), knowing(*A), Expect()),
    }[cause]
    assert visit(Site(site), known, expect=expect).new == ()


def test_rows_before_a_page_that_drifted_stay_taken() -> None:
    assert visit(Site(pages(A, A))).new == tuple(A)


@pytest.mark.parametrize(("dated", "drifted"), [(2, True), (3, False)])
def test_the_share_of_days_is_a_bound_that_may_be_met(dated: int, drifted: bool) -> None:
    rows = [*A[:dated], *UNDATED[dated:], row(4)]
    walked = visit(Site(pages(rows)), expect=Expect(dated=1.0 if dated == 2 else 0.75))
    assert (walked.outcome is ListingOutcome.DRIFTED) is drifted


@pytest.mark.parametrize(("share", "drifted"), [(0.75, False), (0.76, True)])
def test_six_dated_rows_of_eight_are_three_quarters(share: float, drifted: bool) -> None:
    """Two rows are without a day: one alone would be let pass."""
    rows = [*UNDATED[:2], *(row(n) for n in range(3, 9))]
    walked = visit(Site(pages(rows)), expect=Expect(dated=share))
    assert (walked.outcome is ListingOutcome.DRIFTED) is drifted


@pytest.mark.parametrize("without", [LATER, UNDATED[0]])
def test_one_row_without_a_day_does_not_close_a_short_list(without: Row) -> None:
    walked = visit(Site(pages([without, *B])))
    assert (walked.outcome, walked.new) == (ListingOutcome.NEW, (without, *B))


def test_a_day_that_is_still_to_come_is_none() -> None:
    """A misprint of 2062 must not make every later visit look older."""
    typo = row(1, day=date(2062, 1, 1))
    walked = visit(Site(pages([typo, *A])), expect=Expect(dated=0.5))
    assert walked.newest == A[0].seen_on


def test_a_walk_that_meets_its_limit_is_cut_short() -> None:
    site = Site(pages(A, B, C, pages=3))
    walked = visit(site, knowing(row(30)), max_pages=2)
    assert (walked.outcome, walked.new) == (ListingOutcome.CUT_SHORT, (*A, *B))
    assert "2 of 3 pages" in walked.reason
    assert len(site.asked) == 2


def test_a_page_that_says_there_are_more_and_not_where_is_cut_short() -> None:
    walked = visit(Site(pages(A, pages=9)))
    assert (walked.outcome, walked.cause) == (ListingOutcome.CUT_SHORT, "no-next-page")


def test_a_back_fill_walks_on_past_what_is_known() -> None:
    site = Site(pages(A, B, C))
    walked = visit(site, knowing(*A, *B), until_known=False)
    assert walked.new == tuple(C)
    assert len(site.asked) == 3


@pytest.mark.parametrize(("days", "overdue"), [(30, True), (31, False)])
def test_a_healthy_listing_without_what_is_due_is_overdue(days: int, overdue: bool) -> None:
    """The newest row is of 28 February, 31 days before."""
    walked = visit(Site(pages(A)), knowing(*A), expect=Expect(newest_days=days))
    assert (walked.outcome is ListingOutcome.OVERDUE) is overdue


@pytest.mark.parametrize(
    ("today", "wanted", "overdue"),
    [
        (date(2026, 5, 31), True, False),
        (date(2027, 5, 31), True, False),
        (date(2027, 6, 1), True, True),
        (date(2026, 6, 1), False, True),
    ],
)
def test_what_is_due_each_year_is_overdue_the_day_after(
    today: date, wanted: bool, overdue: bool
) -> None:
    walked = visit(
        Site(pages(A)), knowing(*A), today=today, wanted=wanted, expect=Expect(each_year_by=(5, 31))
    )
    assert (walked.outcome is ListingOutcome.OVERDUE) is overdue


def test_other_hosts_are_asked_only_where_they_are_declared() -> None:
    site = pages(A) | {1: Page(tuple(A), following=Request("https://x.example.cn/2"))}
    walked = visit(Site(site | {2: Page(tuple(B))}), want=Want(hosts=("x.example.cn",)))
    assert walked.new == (*A, *B)
