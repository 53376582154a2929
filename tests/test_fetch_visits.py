"""Visits: conditional, retried where it may help, within limits, and honest about failure."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import stamina
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from flows.fetch import Archive
from flows.fetch.download import _Gzip
from flows.model.nouns import MediaKind, Outcome, Visit
from tests.fetch_sites import (
    COMMUNIQUE,
    HOST,
    PAGE,
    RawSite,
    Site,
    archived,
    refresh,
    release,
)

ETAG = '"v1"'
MODIFIED = "Fri, 28 Mar 2025 01:00:00 GMT"


def conditional(
    header: str, value: str, **headers: str
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        if request.headers.get(header) == value:
            return Response(status_code=304, headers=headers)
        return HTMLResponse(COMMUNIQUE, headers=headers)

    return answer


def fails(
    times: int, status: int = 503, **headers: str
) -> Callable[[Request], Awaitable[Response]]:
    """Answers ``status`` so many times, then the communiqué."""
    left = times

    async def answer(request: Request) -> Response:
        nonlocal left
        if left:
            left -= 1
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return Response("later", status_code=status, headers=named)
        return HTMLResponse(COMMUNIQUE)

    return answer


def only(visits: list[Visit]) -> Visit:
    (visit,) = visits
    return visit


def test_a_first_visit_archives_the_bytes_with_their_origin(tmp_path: Path) -> None:
    page = Response(
        COMMUNIQUE,
        headers={
            "content-type": "text/html;charset=GB2312",
            "etag": ETAG,
            "last-modified": MODIFIED,
        },
    )
    before = datetime.now(UTC)
    with Site({PAGE: page}) as site:
        visit = only(refresh(site.url, tmp_path))
    assert (visit.outcome, visit.status_code, visit.attempts) == (Outcome.CHANGED, 200, 1)
    assert visit.size == len(COMMUNIQUE)
    assert before <= visit.checked_at <= datetime.now(UTC)
    snapshot = visit.snapshot
    assert snapshot is not None
    assert snapshot.sha256 == hashlib.sha256(COMMUNIQUE).hexdigest()
    assert snapshot.url == PAGE, "the true address, not the mirror's"
    assert (snapshot.media_kind, snapshot.media_type) == (MediaKind.HTML, "text/html")
    assert (snapshot.charset, snapshot.etag, snapshot.last_modified) == ("gb2312", ETAG, MODIFIED)
    assert Archive(tmp_path).read(snapshot.sha256) == COMMUNIQUE


@pytest.mark.parametrize(
    ("asked", "value", "headers"),
    [
        ("if-none-match", ETAG, {"etag": ETAG}),
        ("if-modified-since", MODIFIED, {"last-modified": MODIFIED}),
        ("if-none-match", ETAG, {"etag": ETAG, "last-modified": MODIFIED}),
    ],
)
def test_what_the_server_says_is_unchanged_is_not_sent_again(
    tmp_path: Path, asked: str, value: str, headers: dict[str, str]
) -> None:
    with Site({PAGE: conditional(asked, value, **headers)}) as site:
        first = refresh(site.url, tmp_path)
        second = only(refresh(site.url, tmp_path, known=first))
    assert (second.outcome, second.status_code, second.size) == (Outcome.UNCHANGED, 304, 0)
    assert second.snapshot == first[0].snapshot
    assert second.checked_at > first[0].checked_at, "last checked moves on"


@pytest.mark.parametrize(
    ("asked", "headers"),
    [
        ("if-none-match", {"etag": ETAG, "last-modified": MODIFIED}),
        ("if-modified-since", {"last-modified": MODIFIED}),
    ],
)
def test_a_304_without_validators_leaves_the_known_ones(
    tmp_path: Path, asked: str, headers: dict[str, str]
) -> None:
    async def answer(request: Request) -> Response:
        if asked in request.headers:
            return Response(status_code=304)
        return HTMLResponse(COMMUNIQUE, headers=headers)

    with Site({PAGE: answer}) as site:
        first = refresh(site.url, tmp_path)
        second = refresh(site.url, tmp_path, known=first)
        third = only(refresh(site.url, tmp_path, known=second))
    assert second[0].snapshot == first[0].snapshot
    assert (third.status_code, third.snapshot) == (304, first[0].snapshot)


def test_a_304_brings_newer_validators(tmp_path: Path) -> None:
    newer = {"etag": '"v2"', "last-modified": "Sat, 29 Mar 2025 01:00:00 GMT"}

    async def answer(request: Request) -> Response:
        if "if-none-match" in request.headers:
            return Response(status_code=304, headers=newer)
        return HTMLResponse(COMMUNIQUE, headers={"etag": ETAG, "last-modified": MODIFIED})

    with Site({PAGE: answer}) as site:
        first = refresh(site.url, tmp_path)
        second = only(refresh(site.url, tmp_path, known=first))
    assert second.snapshot
    assert (second.snapshot.etag, second.snapshot.last_modified) == tuple(newer.values())


def test_a_known_etag_goes_alone(tmp_path: Path) -> None:
    """A date may stem from a mirror's copy, and some servers heed it beside the ETag."""
    with Site({PAGE: conditional("if-none-match", "never", etag=ETAG, last_modified="x")}) as site:
        site.answers[PAGE] = HTMLResponse(
            COMMUNIQUE, headers={"etag": ETAG, "last-modified": MODIFIED}
        )
        first = refresh(site.url, tmp_path)
        refresh(site.url, tmp_path, known=first)
        headers = site.last(PAGE).headers
    assert headers["if-none-match"] == ETAG
    assert "if-modified-since" not in headers


@pytest.mark.parametrize("header", ["etag", "last-modified"])
def test_a_validator_that_cannot_be_sent_back_is_not_kept(tmp_path: Path, header: str) -> None:
    page = Response(COMMUNIQUE, headers={"content-type": "text/html", header: '"caf\xe9"'})
    with Site({PAGE: page}) as site:
        first = refresh(site.url, tmp_path)
        (second,) = refresh(site.url, tmp_path, known=first)
    assert first[0].snapshot is not None
    assert (first[0].snapshot.etag, first[0].snapshot.last_modified) == (None, None)
    assert second.outcome is Outcome.UNCHANGED


@pytest.mark.parametrize(
    ("served", "media_type", "charset"),
    [
        ("text/html", "text/html", None),
        ("TEXT/HTML ; Charset='GBK'", "text/html", "gbk"),
        ('text/html; charset="gb2312"', "text/html", "gb2312"),
        ("utf-8", "utf-8", None),
        (";;", None, None),
        ("text/html; charset=", "text/html", None),
    ],
)
def test_the_type_is_recorded_as_served(
    tmp_path: Path, served: str, media_type: str | None, charset: str | None
) -> None:
    with Site({PAGE: Response(COMMUNIQUE, headers={"content-type": served})}) as site:
        snapshot = only(refresh(site.url, tmp_path)).snapshot
    assert snapshot is not None
    assert (snapshot.media_type, snapshot.charset) == (media_type, charset)


def test_the_same_bytes_without_validators_are_unchanged(tmp_path: Path) -> None:
    with Site({PAGE: HTMLResponse(COMMUNIQUE)}) as site:
        first = refresh(site.url, tmp_path)
        second = only(refresh(site.url, tmp_path, known=first))
    assert (second.outcome, second.status_code) == (Outcome.UNCHANGED, 200)
    assert second.snapshot == first[0].snapshot
    assert len(archived(tmp_path)) == 1


def test_other_bytes_are_a_change_and_both_snapshots_are_kept(tmp_path: Path) -> None:
    with Site({PAGE: HTMLResponse(COMMUNIQUE)}) as site:
        first = refresh(site.url, tmp_path)
        site.answers[PAGE] = HTMLResponse(COMMUNIQUE.replace(b"711.8", b"712.3"))
        second = only(refresh(site.url, tmp_path, known=first))
    assert second.outcome is Outcome.CHANGED
    assert second.snapshot is not None
    assert first[0].snapshot is not None
    assert second.snapshot.fetched_at > first[0].snapshot.fetched_at
    assert len(archived(tmp_path)) == 2


@pytest.mark.parametrize("damage", ["lost", "cut short"])
def test_a_snapshot_that_the_archive_lost_is_fetched_again(tmp_path: Path, damage: str) -> None:
    with Site({PAGE: conditional("if-none-match", ETAG, etag=ETAG)}) as site:
        first = refresh(site.url, tmp_path)
        snapshot = first[0].snapshot
        assert snapshot is not None
        path = Archive(tmp_path).path(snapshot.sha256)
        if damage == "lost":
            path.unlink()
        else:
            path.write_bytes(COMMUNIQUE[:100])
        second = only(refresh(site.url, tmp_path, known=first))
    assert (second.outcome, second.status_code) == (Outcome.UNCHANGED, 200)
    assert Archive(tmp_path).read(snapshot.sha256) == COMMUNIQUE


def test_conditions_belong_to_the_address_they_were_given_for(tmp_path: Path) -> None:
    moved = f"{HOST}/moved.html"
    with Site({PAGE: conditional("if-none-match", ETAG, etag=ETAG)}) as site:
        first = refresh(site.url, tmp_path)
        site.answers[moved] = conditional("if-none-match", ETAG, etag=ETAG)
        second = only(refresh(site.url, tmp_path, release(moved), known=first))
    assert second.status_code == 200


def test_a_304_that_no_one_asked_for_is_a_failure(tmp_path: Path) -> None:
    with Site({PAGE: Response(status_code=304)}) as site:
        visit = only(refresh(site.url, tmp_path))
    assert visit.outcome is Outcome.FAILED
    assert "304" in (visit.reason or "")


def test_what_may_pass_is_asked_again(tmp_path: Path) -> None:
    with Site({PAGE: fails(2)}) as site:
        visit = only(refresh(site.url, tmp_path))
        assert site.times(PAGE) == 3
    assert (visit.outcome, visit.attempts, visit.status_code) == (Outcome.CHANGED, 3, 200)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 521])
def test_after_the_last_attempt_the_visit_has_failed(tmp_path: Path, status: int) -> None:
    with Site({PAGE: fails(99, status)}) as site:
        visit = only(refresh(site.url, tmp_path, fetch_attempts=3))
        assert site.times(PAGE) == 3
    assert (visit.outcome, visit.attempts, visit.status_code) == (Outcome.FAILED, 3, status)
    assert visit.snapshot is None
    assert str(status) in (visit.reason or "")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 412, 451, 204, 206])
def test_what_will_not_pass_is_asked_once(tmp_path: Path, status: int) -> None:
    with Site({PAGE: fails(99, status)}) as site:
        visit = only(refresh(site.url, tmp_path))
        assert site.times(PAGE) == 1
    assert (visit.outcome, visit.attempts, visit.status_code) == (Outcome.FAILED, 1, status)
    assert archived(tmp_path) == []


def test_a_server_that_says_when_is_asked_then(tmp_path: Path) -> None:
    """Our own first pause is at most 1.5 s, so 2 s can only be the server's wish."""
    pauses: list[float] = []
    stamina.instrumentation.set_on_retry_hooks([lambda retry: pauses.append(retry.wait_for)])
    try:
        with Site({PAGE: fails(1, 429, retry_after="2")}) as site:
            visit = only(refresh(site.url, tmp_path, pauses=True))
            assert site.times(PAGE) == 2
    finally:
        stamina.instrumentation.set_on_retry_hooks(None)
    assert visit.outcome is Outcome.CHANGED
    assert pauses == [2.0]


def test_a_server_that_asks_for_an_hour_is_left_alone_for_this_run(tmp_path: Path) -> None:
    with Site({PAGE: fails(9, 503, retry_after="3600")}) as site:
        visit = only(refresh(site.url, tmp_path))
        assert site.times(PAGE) == 1
    assert visit.outcome is Outcome.FAILED
    assert "3600 s" in (visit.reason or "")


def test_a_host_that_cannot_be_reached_fails_its_visits_only(tmp_path: Path) -> None:
    dead = RawSite()  # listens, but is closed before anyone connects
    with dead:
        pass
    visit = only(refresh(dead.url, tmp_path, fetch_attempts=2))
    assert visit.outcome is Outcome.FAILED
    assert "cannot be" in (visit.reason or "")


def test_visits_come_in_the_order_of_the_releases(tmp_path: Path) -> None:
    releases = [release(f"{HOST}/{n}.html", f"r{n}") for n in range(6)]

    async def slow(request: Request) -> Response:
        await asyncio.sleep(0.2)
        return HTMLResponse(COMMUNIQUE)

    with Site({each.url: HTMLResponse(COMMUNIQUE) for each in releases[1:]}) as site:
        site.answers[releases[0].url] = slow
        visits = refresh(site.url, tmp_path, *releases)
    assert [visit.release_id for visit in visits] == [each.release_id for each in releases]
    assert len(archived(tmp_path)) == 1, "the same content is one snapshot"


def test_a_declared_length_beyond_the_limit_is_not_downloaded(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2147483648\r\n\r\n"
    with RawSite(head, b"<html>") as site:
        visit = only(refresh(site.url, tmp_path, max_bytes=10_000))
        assert site.requests == 1
    assert visit.outcome is Outcome.FAILED
    assert "too large" in (visit.reason or "")
    assert visit.size == 0


def test_an_undeclared_length_beyond_the_limit_is_cut(tmp_path: Path) -> None:
    sent = 0

    async def endless(request: Request) -> Response:
        async def chunks() -> object:
            nonlocal sent
            for _ in range(2000):
                sent += 1
                yield COMMUNIQUE * 40

        return StreamingResponse(chunks(), media_type="text/html")  # type: ignore[arg-type]

    with Site({PAGE: endless}) as site:
        visit = only(refresh(site.url, tmp_path, max_bytes=100_000))
        assert site.times(PAGE) == 1
    assert visit.outcome is Outcome.FAILED
    assert "too large" in (visit.reason or "")
    assert archived(tmp_path) == []


def test_a_small_body_that_unfolds_into_a_huge_one_is_cut(tmp_path: Path) -> None:
    bomb = gzip.compress(b"<html>" + b"0" * 50_000_000)
    assert len(bomb) < 100_000
    page = Response(bomb, headers={"content-type": "text/html", "content-encoding": "gzip"})
    with Site({PAGE: page}) as site:
        visit = only(refresh(site.url, tmp_path, max_bytes=1_000_000))
    assert visit.outcome is Outcome.FAILED
    assert "too large" in (visit.reason or "")
    assert archived(tmp_path) == []


def test_decompression_never_gives_more_than_a_step_at_once() -> None:
    """So that what a bomb takes in memory is bounded, however small its parts."""
    whole = bytes(9_000_000)
    packed = gzip.compress(whole) + gzip.compress(b"tail") + bytes(7)
    for size in (len(packed), 1000, 7):
        gzipped = _Gzip()
        chunks = [packed[at : at + size] for at in range(0, len(packed), size)]
        parts = [part for chunk in chunks for part in gzipped.feed(chunk)]
        assert max(map(len, parts)) <= 1 << 20
        assert b"".join(parts) == whole + b"tail"
        assert gzipped.complete


def test_nested_encodings_are_refused(tmp_path: Path) -> None:
    folded = gzip.compress(gzip.compress(COMMUNIQUE))
    page = Response(folded, headers={"content-type": "text/html", "content-encoding": "gzip, gzip"})
    with Site({PAGE: page}) as site:
        visit = only(refresh(site.url, tmp_path))
    assert visit.outcome is Outcome.FAILED
    assert "encoding" in (visit.reason or "")


@pytest.mark.parametrize("members", [1, 3])
def test_a_compressed_page_is_archived_as_the_page(tmp_path: Path, members: int) -> None:
    """Also one of several gzip members, and one that fills many steps of decompression."""
    body = COMMUNIQUE + b"<!--" + b"x" * 3_000_000 + b"-->"
    size = len(body) // members + 1
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    packed = b"".join(gzip.compress(part) for part in parts)
    page = Response(packed, headers={"content-type": "text/html", "content-encoding": "gzip"})
    with Site({PAGE: page}) as site:
        visit = only(refresh(site.url, tmp_path))
    assert visit.outcome is Outcome.CHANGED, visit.reason
    assert visit.snapshot is not None
    assert Archive(tmp_path).read(visit.snapshot.sha256) == body
    assert visit.size == len(packed)


def test_a_slow_drip_is_cut_by_the_time_for_the_whole_download(tmp_path: Path) -> None:
    """Each byte comes soon enough for any limit on silence; the whole would take 20 s."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 400\r\n\r\n"
    with RawSite(head, *[b"<"] * 400, pause=0.05) as site:
        visit = only(refresh(site.url, tmp_path, fetch_timeout=0.5, fetch_attempts=2))
    assert visit.outcome is Outcome.FAILED
    assert "longer than 0.5 s" in (visit.reason or "")
    assert archived(tmp_path) == []


_HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(_HTML + b"Content-Length: 5000\r\n\r\n" + COMMUNIQUE, id="less than declared"),
        pytest.param(
            _HTML + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(COMMUNIQUE) + COMMUNIQUE,
            id="chunks without an end",
        ),
        pytest.param(
            _HTML + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(COMMUNIQUE)[:-12],
            id="half a gzip stream",
        ),
        pytest.param(_HTML + b"\r\n" + COMMUNIQUE[:-20], id="closed before the end tag"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\narea,gdp\n330326,711.8\n330327,8",
            id="a table of unknown length",
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Le", id="half a head"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_truncated_download_is_not_a_release(tmp_path: Path, sent: bytes) -> None:
    with RawSite(sent) as site:
        visit = only(refresh(site.url, tmp_path, fetch_attempts=2))
    assert visit.outcome is Outcome.FAILED
    assert visit.snapshot is None
    assert archived(tmp_path) == []


def test_a_page_of_unknown_length_counts_if_it_has_its_end(tmp_path: Path) -> None:
    with RawSite(_HTML + b"\r\n" + COMMUNIQUE) as site:
        visit = only(refresh(site.url, tmp_path))
    assert visit.outcome is Outcome.CHANGED, visit.reason


@pytest.mark.parametrize(("limit", "hosts", "most"), [(1, 1, 1), (2, 1, 2), (2, 2, 4)])
def test_no_more_requests_are_under_way_at_one_host_than_allowed(
    tmp_path: Path, limit: int, hosts: int, most: int
) -> None:
    full = asyncio.Event()

    async def slow(request: Request) -> Response:
        if site.under_way >= most:
            full.set()
        await full.wait()  # none is answered before as many as may be are under way
        await asyncio.sleep(0.01)  # one too many would now be seen
        return HTMLResponse(COMMUNIQUE)

    releases = [
        release(f"https://tjj{host}.example.gov.cn/{n}", f"r{host}-{n}")
        for host in range(hosts)
        for n in range(8)
    ]
    with Site({each.url: slow for each in releases}) as site:
        visits = refresh(site.url, tmp_path, *releases, host_concurrency=limit)
        assert site.most_under_way == most
    assert {visit.outcome for visit in visits} == {Outcome.CHANGED}


def test_the_requests_name_the_project_and_a_contact(tmp_path: Path) -> None:
    with Site({PAGE: HTMLResponse(COMMUNIQUE)}) as site:
        refresh(site.url, tmp_path, contact="mailto:ops@example.org")
        agents = {asked.headers["user-agent"] for asked in site.asked}
    assert len(agents) == 1
    assert agents.pop().startswith("Gongbao/")
    assert "mailto:ops@example.org" in site.asked[0].headers["user-agent"]
