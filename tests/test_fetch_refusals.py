"""What is never fetched: other schemes, private networks, what robots.txt closes, endless hops."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path

import pytest
import stamina
from starlette.requests import Request as Incoming
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from flows.fetch import fetch_one
from flows.fetch.address import is_public
from flows.fetch.courtesy import MAX_CRAWL_DELAY, Courtesy
from flows.fetch.session import Session
from flows.model.errors import FetchError, UsageError
from flows.model.nouns import Outcome
from flows.model.request import Request
from tests.fetch_sites import COMMUNIQUE, HOST, PAGE, Site, refresh, release, settings

ROBOTS = f"{HOST}/robots.txt"
OK = HTMLResponse(COMMUNIQUE)


def direct(site: Site, url: str) -> bytes:
    """Fetch without a mirror, as from a real site; only the site's own port is let through."""

    async def run() -> bytes:
        body = BytesIO()
        allowed = frozenset({("127.0.0.1", site.port)})
        async with Session(settings(), allowed=allowed) as session:
            await session.get(Request(url), sink=lambda: body)
        return body.getvalue()

    return asyncio.run(run())


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.cn/a.xlsx",
        "gopher://example.cn/",
        "data:text/html,711.8",
        "/etc/passwd",
        "https:///nohost",
        "https://user:secret@example.cn/",
        "https://exa mple.cn/\n",
        "",
    ],
)
def test_only_http_and_https_addresses_are_fetched(tmp_path: Path, url: str) -> None:
    with Site({}) as site:
        (visit,) = refresh(site.url, tmp_path, release(url))
        assert site.asked == []
    assert visit.outcome is Outcome.FAILED
    assert visit.reason
    assert "secret" not in visit.reason


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.0.0.8",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - the address that is refused
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "localhost",
        "2130706433",
        "0x7f.1",
    ],
)
def test_an_address_on_a_private_network_is_refused(tmp_path: Path, host: str) -> None:
    """Numbers are refused as they stand, names by what they resolve to."""
    (visit,) = refresh(None, tmp_path, release(f"http://{host}/gdp.html"), fetch_attempts=2)
    assert visit.outcome is Outcome.FAILED
    assert "no public address" in (visit.reason or "") or "no address" in (visit.reason or "")


@pytest.mark.parametrize("address", ["223.5.5.5", "2400:3200::1", "64:ff9b::df05:505"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_nothing_listens_in_on_a_refused_connection(tmp_path: Path) -> None:
    """The check comes before the connection: the server on this machine sees no request."""
    with Site({}) as site:
        (visit,) = refresh(None, tmp_path, release(f"http://localhost:{site.port}/a.html"))
        assert site.asked == []
    assert visit.outcome is Outcome.FAILED


@pytest.mark.parametrize("target", ["http://10.0.0.8/", "http://localhost:1/", "http://[::1]/"])
def test_a_redirect_to_a_private_address_is_refused(target: str) -> None:
    with Site({}) as site:
        site.answers[f"{site.url}/a"] = RedirectResponse(target)
        with pytest.raises(FetchError, match="no public address"):
            direct(site, f"{site.url}/a")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.cn/a", "javascript:x"])
def test_a_redirect_to_another_scheme_is_refused(tmp_path: Path, target: str) -> None:
    with Site({PAGE: Response(status_code=302, headers={"location": target})}) as site:
        (visit,) = refresh(site.url, tmp_path)
    assert (visit.outcome, visit.attempts) == (Outcome.FAILED, 1)
    assert "only http and https" in (visit.reason or "") or "address" in (visit.reason or "")


def test_a_mirror_does_not_open_the_private_network(tmp_path: Path) -> None:
    with Site({PAGE: RedirectResponse("http://10.0.0.8/admin")}) as site:
        (visit,) = refresh(site.url, tmp_path)
    assert visit.outcome is Outcome.FAILED
    assert "no public address" in (visit.reason or "")


@pytest.mark.parametrize(
    "location", ["/tjgb/2024-final.html", "2024-final.html", f"{HOST}/tjgb/2024-final.html"]
)
def test_a_redirect_is_followed_within_the_mirror(tmp_path: Path, location: str) -> None:
    with Site({PAGE: RedirectResponse(location), f"{HOST}/tjgb/2024-final.html": OK}) as site:
        (visit,) = refresh(site.url, tmp_path)
    assert (visit.outcome, visit.status_code) == (Outcome.CHANGED, 200), visit.reason


def test_a_redirect_to_another_host_stays_within_the_mirror(tmp_path: Path) -> None:
    elsewhere = "https://www.example.org/2024.html"
    with Site({PAGE: RedirectResponse(elsewhere), elsewhere: OK}) as site:
        (visit,) = refresh(site.url, tmp_path)
    assert visit.outcome is Outcome.CHANGED, visit.reason


def test_redirects_without_a_mirror_are_followed_as_the_server_means_them() -> None:
    with Site({}) as site:
        site.answers[f"{site.url}/a/b"] = RedirectResponse("../c?x=%C6%BD")
        site.answers[f"{site.url}/c?x=%C6%BD"] = OK
        assert direct(site, f"{site.url}/a/b") == COMMUNIQUE


def test_a_redirect_loop_ends(tmp_path: Path) -> None:
    with Site({PAGE: RedirectResponse(PAGE)}) as site:
        (visit,) = refresh(site.url, tmp_path, max_redirects=3)
        assert site.times(PAGE) == 4
    assert visit.outcome is Outcome.FAILED
    assert "more than 3 redirects" in (visit.reason or "")


def test_a_redirect_without_an_address_is_a_failure(tmp_path: Path) -> None:
    with Site({PAGE: Response(status_code=302)}) as site:
        (visit,) = refresh(site.url, tmp_path)
    assert visit.outcome is Outcome.FAILED


def rules(*lines: str) -> Response:
    return PlainTextResponse("\n".join(lines))


@pytest.mark.parametrize("agent", ["*", "Gongbao", "gongbao"])
def test_what_robots_txt_closes_is_not_fetched(tmp_path: Path, agent: str) -> None:
    with Site({PAGE: OK, ROBOTS: rules(f"User-agent: {agent}", "Disallow: /tjgb/")}) as site:
        (visit,) = refresh(site.url, tmp_path)
        assert site.times(PAGE) == 0
    assert visit.outcome is Outcome.FAILED
    assert "robots.txt" in (visit.reason or "")


@pytest.mark.parametrize(
    "answer",
    [
        rules("User-agent: Gongbao", "Allow: /tjgb/", "User-agent: *", "Disallow: /"),
        rules("User-agent: OtherBot", "Disallow: /"),
        HTMLResponse("<html><body>no such page</body></html>"),
        Response(status_code=404),
        Response(status_code=403),
    ],
)
def test_a_host_without_rules_for_us_may_be_visited(tmp_path: Path, answer: Response) -> None:
    with Site({PAGE: OK, ROBOTS: answer}) as site:
        (visit,) = refresh(site.url, tmp_path)
    assert visit.outcome is Outcome.CHANGED, visit.reason


def test_a_host_whose_robots_txt_cannot_be_had_is_left_alone(tmp_path: Path) -> None:
    with Site({PAGE: OK, ROBOTS: Response(status_code=503)}) as site:
        (visit,) = refresh(site.url, tmp_path, fetch_attempts=2)
        assert (site.times(ROBOTS), site.times(PAGE)) == (2, 0)
    assert visit.outcome is Outcome.FAILED
    assert "robots.txt" in (visit.reason or "")
    assert "503" in (visit.reason or "")


def test_robots_txt_is_read_once_a_host_and_run(tmp_path: Path) -> None:
    pages = [f"{HOST}/{n}.html" for n in range(10)]
    with Site(dict.fromkeys(pages, OK)) as site:
        refresh(site.url, tmp_path, *[release(url, url[-6:]) for url in pages])
        assert site.times(ROBOTS) == 1


def test_each_hop_heeds_its_own_robots_txt(tmp_path: Path) -> None:
    closed = "https://closed.example.org"
    answers = {
        PAGE: RedirectResponse(f"{closed}/2024.html"),
        f"{closed}/2024.html": OK,
        f"{closed}/robots.txt": rules("User-agent: *", "Disallow: /"),
    }
    with Site(answers) as site:
        (visit,) = refresh(site.url, tmp_path)
        assert site.times(f"{closed}/2024.html") == 0
    assert "closed.example.org" in (visit.reason or "")


class SkippingLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer instead of waiting for it."""

    def __init__(self) -> None:
        self.now = 0.0
        loop = self

        class Skipping(selectors.SelectSelector):
            def select(
                self, timeout: float | None = None
            ) -> list[tuple[selectors.SelectorKey, int]]:
                loop.now += timeout or 0.0
                return super().select(0)

        super().__init__(Skipping())

    def time(self) -> float:
        return self.now


def test_requests_at_a_host_start_a_crawl_delay_apart() -> None:
    loop = SkippingLoop()
    begun: list[tuple[str, float]] = []
    courtesy = Courtesy(per_host=4, total=4)
    courtesy.keep_apart("slow", 0.3)

    async def one(host: str) -> None:
        async with courtesy.slot(host):
            begun.append((host, round(loop.time(), 6)))

    async def run() -> None:
        await asyncio.gather(*[one(host) for host in ("slow", "slow", "slow", "free", "free")])

    try:
        loop.run_until_complete(run())
    finally:
        loop.close()
    assert sorted(begun) == [
        ("free", 0.0), ("free", 0.0), ("slow", 0.0), ("slow", 0.3), ("slow", 0.6),
    ]  # fmt: skip


def test_the_crawl_delay_of_a_robots_txt_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[str, float]] = []
    monkeypatch.setattr(
        Courtesy, "keep_apart", lambda _, host, seconds: kept.append((host, seconds))
    )
    with Site({ROBOTS: rules("User-agent: *", "Crawl-delay: 0.3"), PAGE: OK}) as site:
        refresh(site.url, tmp_path)
    assert kept == [("tjj.example.gov.cn", 0.3)]


def test_a_crawl_delay_without_measure_is_bounded() -> None:
    async def run() -> float:
        async with Session(settings()) as session:
            session._courtesy.keep_apart("tjj.example.gov.cn", 86_400.0)
            return session._courtesy._host("tjj.example.gov.cn").delay

    assert asyncio.run(run()) == MAX_CRAWL_DELAY


@pytest.mark.parametrize("mirror", ["file:///srv/mirror", "mirror.local", "http://m/?x=1"])
def test_a_mirror_that_is_no_address_is_a_usage_error(tmp_path: Path, mirror: str) -> None:
    with pytest.raises(UsageError, match="mirror"):
        refresh(mirror, tmp_path)


def test_a_single_document_is_fetched_under_the_same_policy() -> None:
    with Site({PAGE: OK}) as site:
        data, snapshot = asyncio.run(fetch_one(PAGE, settings=settings(), mirror=site.url))
    assert data == COMMUNIQUE
    assert (snapshot.url, snapshot.release_id, snapshot.size) == (PAGE, PAGE, len(COMMUNIQUE))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "file:///etc/passwd", f"{HOST}/gone"])
def test_a_single_document_that_fails_says_where_and_why(url: str) -> None:
    with Site({}) as site, pytest.raises(FetchError) as failure:
        asyncio.run(fetch_one(url, settings=settings(), mirror=site.url))
    assert failure.value.where == url
    assert failure.value.what


def test_a_single_document_is_retried_from_its_beginning() -> None:
    first = True

    async def answer(request: Incoming) -> Response:
        nonlocal first
        if first:
            first = False
            return Response("later", status_code=503)
        return OK

    handler: Callable[[Incoming], Awaitable[Response]] = answer
    with Site({PAGE: handler}) as site, stamina.set_testing(True, attempts=9, cap=True):
        data, _ = asyncio.run(fetch_one(PAGE, settings=settings(), mirror=site.url))
    assert data == COMMUNIQUE
