"""robots.txt: read once a host and run, through the run's own client and limits (RFC 9309).

A 4xx means that the host states no rules. A host whose robots.txt cannot be had (5xx, no
connection) is left alone for this run, and the reason says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from protego import Protego

from flows.fetch.address import name_host, parse_address
from flows.fetch.failure import FetchFailure, LastingFailure
from flows.model.causes import BEFORE_CONNECTION, Cause

#: The product token that rules are looked up by; the User-Agent begins with it.
AGENT = "Gongbao"
MAX_BYTES = 512 * 1024

#: Gives the status and the body (empty unless 200) of an address, or raises ``FetchFailure``.
Load = Callable[[str], Awaitable[tuple[int, bytes]]]


@dataclass(frozen=True, slots=True)
class _Rules:
    parsed: Protego | None = None  # None: everything is allowed
    failure: FetchFailure | None = None  # nothing is allowed


class Robots:
    """The rules of the hosts that a run met."""

    def __init__(
        self,
        load: Load,
        keep_apart: Callable[[str, float], None],
        known: Mapping[str, str] | None = None,
    ) -> None:
        self._load = load
        self.texts = dict(known or {})  # by root; empty: the host states no rules
        self._keep_apart = keep_apart
        self._rules: dict[str, _Rules] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def check(self, url: str) -> None:
        """Raise where the host does not want ``url`` (canonical) to be fetched."""
        host = name_host(url)
        root = f"{parse_address(url).scheme}://{host}"
        rules = self._rules.get(root)
        if rules is None:
            async with self._locks.setdefault(root, asyncio.Lock()):
                if root not in self._rules:
                    self._rules[root] = await self._of(f"{root}/robots.txt", host)
                rules = self._rules[root]
        if rules.failure is not None:
            raise rules.failure
        if rules.parsed is not None and not rules.parsed.can_fetch(url, AGENT):
            what = f"the robots.txt of {host} asks not to fetch this address"
            raise LastingFailure(what, Cause.ROBOTS)

    async def _of(self, address: str, host: str) -> _Rules:
        root = address.removesuffix("/robots.txt")
        if root in self.texts:
            return self._parse(self.texts[root], host)
        try:
            status, body = await self._load(address)
        except FetchFailure as error:
            if error.cause in BEFORE_CONNECTION:  # the host itself cannot be had
                return _Rules(failure=LastingFailure(error.what, error.cause))
            what = f"the robots.txt of {host} cannot be had, so nothing there is fetched"
            return _Rules(failure=LastingFailure(f"{what}: {error.what}", error.cause))
        self.texts[root] = body.decode("utf-8", errors="replace") if status == 200 else ""
        return self._parse(self.texts[root], host)

    def _parse(self, text: str, host: str) -> _Rules:
        if not text:
            return _Rules()
        parsed = Protego.parse(text)
        self._keep_apart(host, parsed.crawl_delay(AGENT) or 0.0)
        return _Rules(parsed=parsed)
