"""A listing is asked politely, once where nothing is new, and never past a wall or off its hosts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request as Asking
from starlette.responses import RedirectResponse, Response

from flows.catalog.model import Discovery, Expect, Source
from flows.fetch import Archive, fetch, visit_listings
from flows.fetch.listing import Listings
from flows.model.causes import Cause
from flows.model.listing import ListingOutcome, ListingState, Sighting, SourceVisit
from flows.model.request import Request
from tests.fetch_sites import HOST, Site, release, settings

LIST = f"{HOST}/tjgb/index.html"
TODAY = date(2026, 3, 31)
NOW = datetime(2026, 3, 31, tzinfo=UTC)
ROWS = "".join(
    f'<li><a href="./{number}.html">2025年第{number}号统计公报</a><span>2026-03-{number:02}</span></li>'
    for number in range(1, 6)
)
PAGE = (
    f"<!doctype html><html><head><meta charset='utf-8'></head><body><ul>{ROWS}</ul></body></html>"
)


def answer(text: str = PAGE, status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(text, status, media_type="text/html", headers=named)


def source(name: str = "one", listing: str = LIST, **declared: Any) -> Source:
    return Source(name, "某局", (), discovery=Discovery(Request(listing), "html", **declared))


def visit(
    site: Site, folder: Path, *sources: Source, states: Mapping[str, ListingState] | None = None
) -> Listings:
    return asyncio.run(
        visit_listings(
            sources or (source(),),
            states or {},
            Archive(folder / "archive"),
            settings=settings(home=folder, fetch_attempts=1),
            today=TODAY,
            mirror=site.url,
        )
    )


def remember(done: SourceVisit) -> dict[str, ListingState]:
    """What the store would know after a visit."""
    sightings = tuple(
        Sighting(each.source_id, each.request, each.title, each.date_text, each.seen_on, NOW)
        for each in done.sightings
    )
    state = ListingState(sightings, done.pages, NOW, (done.outcome, done.cause))
    return {done.source_id: state}


def test_the_first_visit_archives_the_page_and_gives_its_links(tmp_path: Path) -> None:
    with Site({LIST: answer()}) as site:
        (done,) = visit(site, tmp_path).visits
    assert (done.outcome, done.new, len(done.sightings)) == (ListingOutcome.NEW, 5, 5)
    (page,) = done.pages
    assert Archive(tmp_path / "archive").read(page.sha256 or "") == PAGE.encode()
    assert page.facts is not None
    assert (page.facts.rows, page.facts.newest) == (5, date(2026, 3, 5))


def test_the_second_visit_is_one_conditional_request(tmp_path: Path) -> None:
    async def serve(request: Asking) -> Response:
        if request.headers.get("if-none-match") == '"1"':
            return Response(status_code=304)
        return answer(etag='"1"')

    with Site({LIST: serve}) as site:
        (first,) = visit(site, tmp_path).visits
        (second,) = visit(site, tmp_path, states=remember(first)).visits
        assert site.times(LIST) == 2
    assert second.outcome is ListingOutcome.NOTHING_NEW
    assert (second.pages[0].status_code, second.rows) == (304, 5)


def test_a_304_after_a_visit_that_was_not_whole_is_read_from_the_archive(tmp_path: Path) -> None:
    """Else the rows that a wall kept from us would be passed over for ever."""

    async def serve(request: Asking) -> Response:
        return (
            Response(status_code=304) if "if-none-match" in request.headers else answer(etag='"1"')
        )

    with Site({LIST: serve}) as site:
        (first,) = visit(site, tmp_path).visits
        broken = ListingState((), first.pages, None, (ListingOutcome.BLOCKED, "wall"))
        (second,) = visit(site, tmp_path, states={"one": broken}).visits
    assert (second.pages[0].status_code, second.new) == (304, 5)


def test_changed_bytes_with_the_same_rows_bring_nothing_new(tmp_path: Path) -> None:
    with Site({LIST: answer()}) as site:
        (first,) = visit(site, tmp_path).visits
        site.answers[LIST] = answer(PAGE.replace("</body>", "<p>浏览次数：7</p></body>"))
        (second,) = visit(site, tmp_path, states=remember(first)).visits
    assert (second.outcome, second.new, second.changed) == (ListingOutcome.NOTHING_NEW, 0, 0)


WALL = "403 Forbidden\nClient IP: 203.0.113.7 reason:UrlACL"


@pytest.mark.parametrize(
    ("given", "outcome", "cause"),
    [
        (answer(WALL, 403), ListingOutcome.BLOCKED, "wall"),
        (answer("<p>Please enable JavaScript</p>"), ListingOutcome.BLOCKED, "wall"),
        (answer("<script>$_ts=1</script>", 412), ListingOutcome.BLOCKED, "wall"),
        (answer("gone", 404), ListingOutcome.UNREACHABLE, "http-status"),
        (answer("busy", 503), ListingOutcome.UNREACHABLE, "http-status"),
        (answer("<p>维护中</p>"), ListingOutcome.DRIFTED, "unrecognised"),
        (answer(PAGE[: len(PAGE) // 2]), ListingOutcome.DRIFTED, "unrecognised"),
        (RedirectResponse("https://elsewhere.example.cn/"), ListingOutcome.UNREACHABLE, "redirect"),
    ],
)
def test_whatever_comes_has_its_outcome_and_none_is_nothing_new(
    tmp_path: Path, given: Response, outcome: ListingOutcome, cause: str
) -> None:
    with Site({LIST: given}) as site:
        (done,) = visit(site, tmp_path).visits
        assert all(asked.url.startswith(HOST) for asked in site.asked)
    assert (done.outcome, done.cause, done.sightings) == (outcome, cause, ())
    assert done.reason


def test_a_host_behind_a_wall_is_asked_nothing_more(tmp_path: Path) -> None:
    other = f"{HOST}/zxfb/index.html"
    with Site({LIST: answer(WALL, 403), other: answer()}) as site:
        first = source()
        done = visit(site, tmp_path, first)
        assert "tjj.example.gov.cn" in done.walls
        again = visit(site, tmp_path, *(source(str(n), LIST) for n in range(9)))
        assert site.times(LIST) <= 1 + 2  # two may be under way at one host
    assert {each.outcome for each in again.visits} == {ListingOutcome.BLOCKED}


def test_another_declaration_reads_the_same_bytes_again(tmp_path: Path) -> None:
    with Site({LIST: answer()}) as site:
        (first,) = visit(site, tmp_path).visits
        strict = source(expect=Expect(items=6))
        (second,) = visit(site, tmp_path, strict, states=remember(first)).visits
    assert (second.outcome, second.cause) == (ListingOutcome.DRIFTED, "fewer")


def test_a_page_that_the_archive_lost_is_asked_for_without_conditions(tmp_path: Path) -> None:
    with Site({LIST: answer(etag='"1"')}) as site:
        (first,) = visit(site, tmp_path).visits
        Archive(tmp_path / "archive").path(first.pages[0].sha256 or "").unlink()
        (second,) = visit(site, tmp_path, states=remember(first)).visits
        assert "if-none-match" not in site.last(LIST).headers
    assert second.outcome is ListingOutcome.NOTHING_NEW


def test_a_sites_robots_txt_is_asked_for_once_a_run(tmp_path: Path) -> None:
    """What discovery has heard counts for the releases' fetch, too."""
    rules = "User-agent: *\nDisallow: /tjgb/3"
    with Site({LIST: answer(), f"{HOST}/robots.txt": answer(rules)}) as site:
        done = visit(site, tmp_path)
        releases = [release(row.request.url, f"r{n}") for n, row in enumerate(_sightings(done))]
        fetched = asyncio.run(
            fetch(
                releases,
                Archive(tmp_path / "archive"),
                settings=settings(home=tmp_path, fetch_attempts=1),
                mirror=site.url,
                robots=done.robots,
            )
        )
        assert site.times(f"{HOST}/robots.txt") == 1
    assert [each.cause for each in fetched].count(Cause.ROBOTS) == 1


def _sightings(done: Listings) -> tuple[Sighting, ...]:
    return done.visits[0].sightings
