"""A machine without a network is noticed by the run, and said once, by cause."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import stamina

from flows.ask.report import run_lines
from flows.fetch.session import Session
from flows.model.causes import Cause, summarize_failures
from flows.model.errors import FetchError
from flows.model.nouns import Outcome, Release, Visit
from flows.run.summary import RunSummary, VisitLine
from tests.fetch_sites import Site, refresh, release, settings


class Resolver:
    """Stands for the system's: every name that ``known`` does not hold cannot be resolved."""

    def __init__(self, **known: str) -> None:
        self.known = known
        self.asked: Counter[str] = Counter()

    async def getaddrinfo(self, host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        self.asked[host] += 1
        await asyncio.sleep(0)
        if host not in self.known:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (self.known[host], port))]

    def install(self, monkeypatch: pytest.MonkeyPatch) -> Resolver:
        async def getaddrinfo(_: object, host: str, port: int, **rest: Any) -> list[Any]:
            return await self.getaddrinfo(host, port, **rest)

        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
        return self


def _releases(count: int) -> list[Release]:
    return [
        Release(f"county-{number}", "s", f"https://tjj{number}.example.cn/", "", "", "communique")
        for number in range(count)
    ]


def test_without_a_network_each_host_is_asked_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver = Resolver().install(monkeypatch)
    visits = refresh(None, tmp_path, *_releases(50), fetch_attempts=4)
    assert [visit.outcome for visit in visits] == [Outcome.FAILED] * 50
    assert {visit.cause for visit in visits} == {Cause.NAME}
    assert all(f"tjj{number}.example.cn" in str(v.reason) for number, v in enumerate(visits))
    # Two hosts alone may be at fault themselves, so that they are tried again; the rest are not.
    assert resolver.asked.total() <= 50 + 2 * 3
    assert summarize_failures(visits) == [
        "50 releases: no name could be resolved: is there a network?"
    ]


def test_a_run_without_a_network_says_so_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Resolver().install(monkeypatch)
    visits = refresh(None, tmp_path, *_releases(50), fetch_attempts=4)
    summary = RunSummary(run_id="r", started_at=visits[0].checked_at)
    summary.visits = [VisitLine.of(visit) for visit in visits]
    line = "50 releases: no name could be resolved: is there a network?"
    assert line in summary.describe()
    assert run_lines(summary)[2:] == [f"failed: {line}"]
    with pytest.raises(FetchError, match="nothing could be fetched: 50 releases: no name"):
        summary.raise_if_all_failed()


def test_dead_hosts_on_a_living_network_are_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with Site({}) as site:
        resolver = Resolver(living="127.0.0.1").install(monkeypatch)

        async def run() -> None:
            allowed = frozenset({("living", site.port)})
            async with Session(settings(fetch_attempts=4), allowed=allowed) as session:
                status, _ = await session._load_robots(f"http://living:{site.port}/robots.txt")
                assert status == 404
                for number in range(4):
                    with pytest.raises(Exception, match="could not be resolved"):
                        await session._load_robots(f"https://dead{number}.example.cn/robots.txt")

        with stamina.set_testing(True, attempts=100, cap=True):
            asyncio.run(run())
    assert [resolver.asked[f"dead{number}.example.cn"] for number in range(4)] == [4] * 4


def test_a_refused_connection_is_its_own_cause(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        mirror = f"http://127.0.0.1:{unused.getsockname()[1]}"
        (visit,) = refresh(mirror, tmp_path, fetch_attempts=1)
    assert (visit.outcome, visit.cause) == (Outcome.FAILED, Cause.CONNECTION_REFUSED)


def _failed(number: int, cause: Cause, reason: str, status: int | None = None) -> Visit:
    return Visit(
        *(f"r{number}", "https://a.cn/", datetime(2026, 1, 1, tzinfo=UTC), Outcome.FAILED),
        status_code=status,
        reason=reason,
        cause=cause,
    )


def test_failures_are_one_line_a_cause() -> None:
    fine = Visit("fine", "https://a.cn/", _failed(0, Cause.TLS, "").checked_at, Outcome.UNCHANGED)
    lines = summarize_failures(
        [
            fine,
            *(_failed(number, Cause.STATUS, "the server answered 404", 404) for number in range(4)),
            *(_failed(number, Cause.STATUS, "the server answered 503", 503) for number in (5, 6)),
            _failed(7, Cause.NAME, "the name b.cn could not be resolved"),
        ]
    )
    assert lines == [
        "4 releases: the server answered 404",
        "2 releases: the server answered 503 (r5, r6)",
        "r7: the name b.cn could not be resolved",
    ]
    assert summarize_failures([fine]) == []


def test_no_network_is_asked_for_only_where_nothing_arrived() -> None:
    lost = [_failed(number, Cause.UNREACHABLE, "no route") for number in range(9)]
    assert summarize_failures(lost) == [
        "9 releases: the server could not be reached: is there a network?"
    ]
    nameless = _failed(10, Cause.NAME, "the name b.cn could not be resolved")
    assert summarize_failures([*lost, nameless]) == [
        "10 releases: the server could not be reached or no name could be resolved: "
        "is there a network?"
    ]
    assert summarize_failures([nameless]) == [
        "r10: the name b.cn could not be resolved: is there a network?"
    ]
    served = _failed(9, Cause.STATUS, "the server answered 404", 404)
    assert summarize_failures([*lost, served]) == [
        "9 releases: the server could not be reached",
        "r9: the server answered 404",
    ]


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_phrase(cause: Cause) -> None:
    (line,) = summarize_failures([_failed(number, cause, "why") for number in range(4)])
    assert line.startswith("4 releases: ")
    assert not line.startswith("4 releases: failed")


def test_a_visit_names_what_went_wrong_as_a_word(tmp_path: Path) -> None:
    with Site({}) as site:
        (missing,) = refresh(site.url, tmp_path)
        (foreign,) = refresh(site.url, tmp_path, release("ftp://example.cn/a"))
    assert (missing.cause, foreign.cause) == (Cause.STATUS, Cause.BAD_ADDRESS)
