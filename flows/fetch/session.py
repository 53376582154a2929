"""One run's way to the network: every request of the fetch layer goes through ``Session.get``.

A request is checked (scheme, public address, robots.txt), waits for its slot, and is streamed
under the limits of the settings; every hop of a redirect goes through the same. In a run with
a mirror no host but the mirror is ever contacted: true addresses, and redirects to true
addresses, are asked of the mirror. A host behind a wall is asked nothing more: ``walls`` has it.

The whole-download limit counts from the moment a request goes out; waiting for a slot or for a
Crawl-delay does not count.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from io import BytesIO
from types import TracebackType
from typing import TypeVar

import httpcore
import httpx
import stamina

from flows.discover.walls import detect_wall
from flows.fetch import robots
from flows.fetch.address import (
    MirrorBase,
    Origin,
    canonicalize,
    canonicalize_request,
    name_host,
    origin,
    parse_address,
    refuse_private,
)
from flows.fetch.courtesy import Courtesy
from flows.fetch.download import Sink, drain, is_framed, receive
from flows.fetch.failure import (
    LastingFailure,
    PassingFailure,
    describe_exception,
    describe_status,
)
from flows.fetch.transport import Reach, make_client
from flows.model import clock
from flows.model.causes import BEFORE_CONNECTION, Cause
from flows.model.request import Request
from flows.model.settings import Settings

#: Seconds; a server that asks to wait longer is not asked again in this run.
MAX_RETRY_AFTER = 60.0

#: All of a mirror's hosts are one server; more connections to it cost time and gain none.
MIRROR_CONCURRENCY = 4

_REDIRECTS = frozenset({301, 302, 303, 307, 308})

#: A server can make httpx raise more than its own errors: a redirect's address, a header.
_TRANSPORT_ERRORS = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    OSError,  # TimeoutError among them
    UnicodeError,
)

T = TypeVar("T")


@dataclass(slots=True)
class Trace:
    """What a visit did on the network, also when it failed."""

    attempts: int = 0
    status: int | None = None  # the last one seen
    received: int = 0  # bytes of bodies, as they came
    started: float | None = None  # loop time of the first request
    moved_to: str | None = None  # the address that redirects led to


@dataclass(frozen=True, slots=True)
class Reply:
    """A 200 (its body is in the sink) or a 304."""

    status: int
    headers: httpx.Headers
    url: str  # the true address after redirects
    framed: bool = True  # the protocol vouches that the body is whole


class Session:
    """``async with Session(settings, mirror=…) as session``."""

    def __init__(
        self,
        settings: Settings,
        *,
        mirror: str | None = None,
        allowed: frozenset[Origin] = frozenset(),
        walls: Mapping[str, str] | None = None,
        rules: Mapping[str, str] | None = None,
    ) -> None:
        self.settings = settings
        self.mirror = MirrorBase.at(mirror) if mirror else None
        if self.mirror:
            allowed |= {origin(self.mirror.base)}
        self._allowed = allowed
        self._reach = Reach()
        tls = self.mirror is None or self.mirror.base.startswith("https:")
        total = settings.total_concurrency
        if self.mirror:
            total = min(total, MIRROR_CONCURRENCY)
        self._client = make_client(settings, allowed, self._reach, connections=total, tls=tls)
        self._courtesy = Courtesy(settings.host_concurrency, total)
        self._robots = robots.Robots(self._load_robots, self._courtesy.keep_apart, rules)
        self.walls: dict[str, str] = dict(walls or {})  # host to what stands before it

    async def __aenter__(self) -> Session:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def get(
        self,
        request: Request,
        *,
        sink: Callable[[], Sink],
        conditions: Mapping[str, str] | None = None,
        trace: Trace | None = None,
        max_bytes: int | None = None,
        heed_robots: bool = True,
        hosts: Collection[str] | None = None,
    ) -> Reply:
        """One attempt. ``sink`` is called when a 200 begins; every other outcome raises.

        ``hosts``: the only ones that redirects may lead to; None: any public one.
        """
        trace = trace or Trace()
        trace.attempts += 1
        request = canonicalize_request(request)
        asked = request.url
        left = self.settings.fetch_timeout
        for _ in range(self.settings.max_redirects + 1):
            url = request.url
            refuse_private(url, self._allowed)
            self._refuse_walled(url)
            if hosts is not None and name_host(url) not in hosts:
                what = f"it leads to {name_host(url)}, which is none of the source's hosts"
                raise LastingFailure(what, Cause.REDIRECT)
            if heed_robots:
                await self._robots.check(url)
            loop = asyncio.get_running_loop()
            async with self._courtesy.slot(name_host(url)):
                self._refuse_walled(url)  # met while this one waited for its slot
                since = loop.time()
                trace.started = trace.started or since
                async with self._answer(request, conditions, left) as response:
                    trace.status = response.status_code
                    trace.moved_to = url if url != asked else None
                    if response.status_code not in _REDIRECTS:
                        return await self._finish(response, url, sink, trace, max_bytes)
                    request = _follow(
                        request, self._redirected(response, url), response.status_code
                    )
                left -= loop.time() - since
        what = f"more than {self.settings.max_redirects} redirects, last to {request.url}"
        raise LastingFailure(what, Cause.REDIRECT)

    @asynccontextmanager
    async def _answer(
        self, request: Request, conditions: Mapping[str, str] | None, seconds: float
    ) -> AsyncIterator[httpx.Response]:
        """The response to one request, open for reading until ``seconds`` are over."""
        url = request.url
        sent = self._client.build_request(
            request.method,
            self.mirror.holds(url) if self.mirror else url,
            headers={**dict(request.headers), **(conditions or {})},
            content=None if request.body is None else request.body.encode(),
        )
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                response = await self._client.send(sent, stream=True)
                try:
                    yield response
                finally:
                    if not response.is_closed:  # not read to its end
                        await response.aclose()
        except _TRANSPORT_ERRORS as error:
            raise describe_exception(error, name_host(url), self.settings.fetch_timeout) from error

    async def _finish(
        self,
        response: httpx.Response,
        url: str,
        sink: Callable[[], Sink],
        trace: Trace,
        max_bytes: int | None,
    ) -> Reply:
        status = response.status_code
        if status == 200:
            trace.received += await receive(response, sink(), max_bytes or self.settings.max_bytes)
            return Reply(status, response.headers, url, is_framed(response))
        if status == 304:
            await drain(response)
            return Reply(status, response.headers, url)
        self.raise_at_wall(url, status, response.headers, await drain(response))
        raise describe_status(status, _read_retry_after(response))

    @property
    def rules(self) -> dict[str, str]:
        """The robots.txt of each site that was asked for it, by the site's root."""
        return dict(self._robots.texts)

    def raise_at_wall(self, url: str, status: int, headers: httpx.Headers, data: bytes) -> None:
        """Raise where an answer is a wall, and ask its host nothing more."""
        wall = detect_wall(status, headers, data)
        if wall is not None:
            self.walls[name_host(url)] = wall
            self._refuse_walled(url)

    def _refuse_walled(self, url: str) -> None:
        host = name_host(url)
        if host in self.walls:
            raise LastingFailure(f"{host} is behind {self.walls[host]}", Cause.WALL)

    def _redirected(self, response: httpx.Response, url: str) -> str:
        location = response.headers.get("location")
        if not location:
            what = f"a redirect ({response.status_code}) that names no address"
            raise LastingFailure(what, Cause.REDIRECT)
        try:
            target = canonicalize(str(response.request.url.join(location)))
        except httpx.InvalidURL as error:
            what = f"a redirect to {location!r}, which is no address"
            raise LastingFailure(what, Cause.REDIRECT) from error
        if self.mirror is None:
            return target
        true = self.mirror.true(target)
        if true is None and origin(target) == origin(self.mirror.base):
            # relative to the true address, as the true server would mean it
            true = canonicalize(str(parse_address(url).join(location)))
        return true or target

    async def _load_robots(self, url: str) -> tuple[int, bytes]:
        """Status and body of a robots.txt; a 4xx is an answer here, not a failure."""
        body, trace = BytesIO(), Trace()

        def fresh() -> BytesIO:
            body.seek(0)
            body.truncate()
            return body

        async def once() -> None:
            await self.get(
                Request(url), sink=fresh, trace=trace, max_bytes=robots.MAX_BYTES, heed_robots=False
            )

        try:
            await self.persistently(once)
        except LastingFailure:
            if trace.status is None or not 400 <= trace.status < 500:
                raise
            return trace.status, b""
        return 200, body.getvalue()

    async def persistently(self, once: Callable[[], Awaitable[T]]) -> T:
        """Ask again what may pass, with growing, jittered pauses.

        A host that cannot be reached is asked once where no other one was reached either.
        """

        def pause(error: Exception) -> bool | float:
            if not isinstance(error, PassingFailure):
                return False
            if error.cause in BEFORE_CONNECTION and self._reach.is_offline:
                return False
            if error.retry_after is None:
                return True
            return error.retry_after if error.retry_after <= MAX_RETRY_AFTER else False

        async for attempt in stamina.retry_context(
            on=pause,
            attempts=self.settings.fetch_attempts,
            timeout=2 * self.settings.fetch_timeout,
            wait_initial=0.5,
            wait_max=20.0,
            wait_jitter=1.0,
        ):
            with attempt:
                return await once()
        raise AssertionError("a retry either returns or raises")


def _follow(request: Request, url: str, status: int) -> Request:
    """The request that a redirect asks for (RFC 9110): a POST becomes a GET but for 307 and 308.

    Another origin is not given the headers that were meant for this one.
    """
    headers = request.headers if origin(url) == origin(request.url) else ()
    if status in (307, 308) or request.method == "GET":
        return replace(request, url=url, headers=headers)
    return Request(url, headers=tuple(pair for pair in headers if pair[0] != "content-type"))


def _read_retry_after(response: httpx.Response) -> float | None:
    """Seconds that the server asks to wait, given as seconds or as a date."""
    value = response.headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        asked = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (asked - clock.read_time()).total_seconds()) if asked.tzinfo else None
