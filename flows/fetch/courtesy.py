"""How many requests may be under way, in all and at one host, and how soon the next may follow.

A request first waits for its host, then for its share of the total, so that a slow host holds
no one else back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

#: Seconds; a longer Crawl-delay is cut to this, lest one line of a robots.txt stop a run.
MAX_CRAWL_DELAY = 30.0


class _Host:
    def __init__(self, concurrency: int) -> None:
        self.slots = asyncio.Semaphore(concurrency)
        self.turn = asyncio.Lock()
        self.delay = 0.0
        self.free_at = 0.0  # on the loop's clock


class Courtesy:
    """The limits of one run."""

    def __init__(self, per_host: int, total: int) -> None:
        self._per_host = per_host
        self._total = asyncio.Semaphore(total)
        self._hosts: dict[str, _Host] = {}

    def keep_apart(self, host: str, seconds: float) -> None:
        """Start requests at this host at least so far apart (bounded)."""
        self._host(host).delay = min(max(seconds, 0.0), MAX_CRAWL_DELAY)

    @asynccontextmanager
    async def slot(self, host: str) -> AsyncIterator[None]:
        """Room for one request at the host."""
        entry = self._host(host)
        async with entry.slots:
            if entry.delay:
                await self._await_turn(entry)
            async with self._total:
                yield

    async def _await_turn(self, entry: _Host) -> None:
        loop = asyncio.get_running_loop()
        async with entry.turn:
            await asyncio.sleep(max(0.0, entry.free_at - loop.time()))
            entry.free_at = loop.time() + entry.delay

    def _host(self, host: str) -> _Host:
        if host not in self._hosts:
            self._hosts[host] = _Host(self._per_host)
        return self._hosts[host]
