"""The HTTP client's transport: it connects to public addresses only, and always verifies TLS.

A host's name is resolved here, every address it resolves to must be public, and the connection
goes to one of just these addresses: what was checked is what is connected, so a name that
resolves differently a moment later gains nothing. TLS still verifies the name, not the number.
``allowed`` are the origins that the operator named (the run's own mirror). Proxies from the
surroundings are not used: a proxy resolves names out of our sight. ``SSL_CERT_FILE`` or
``SSL_CERT_DIR`` may name other authorities than certifi's.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address

import httpcore
import httpx
from httpcore import SOCKET_OPTION

from flows.fetch.address import Origin, is_public
from flows.fetch.failure import LastingFailure, PassingFailure
from flows.model.causes import Cause
from flows.model.settings import Settings

_CONNECT_SECONDS = 15.0
_RESOLVE_SECONDS = 8.0
_SILENCE_SECONDS = 30.0  # a server that sends nothing for so long has gone
_OFFLINE_AFTER = 3  # so many hosts, and none reached


@dataclass(slots=True)
class Reach:
    """Whether a run has reached any host, so that a machine without a network is noticed."""

    reached: bool = False
    missed: set[str] = field(default_factory=set)  # hosts to which no connection could be made

    @property
    def is_offline(self) -> bool:
        """Several different hosts were tried and none was reached: waiting will not help."""
        return not self.reached and len(self.missed) >= _OFFLINE_AFTER


class GuardedBackend(httpcore.AnyIOBackend):
    """Resolves, checks, and connects to what was checked."""

    def __init__(self, allowed: frozenset[Origin], reach: Reach) -> None:
        self._allowed = allowed
        self._reach = reach

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            stream = await self._connect(host, port, timeout, local_address, socket_options)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, PassingFailure):
            self._reach.missed.add(host)
            raise
        self._reach.reached = True
        return stream

    async def _connect(
        self,
        host: str,
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        options = None if socket_options is None else list(socket_options)
        addresses = await self._resolve(host, port, timeout)
        share = None if timeout is None else timeout / len(addresses)
        for address in addresses[:-1]:
            try:
                return await super().connect_tcp(address, port, share, local_address, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await super().connect_tcp(addresses[-1], port, share, local_address, options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        what = f"{path} is refused: no sockets of this machine"
        raise LastingFailure(what, Cause.BAD_ADDRESS)

    async def _resolve(self, host: str, port: int, seconds: float | None) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(min(seconds or _RESOLVE_SECONDS, _RESOLVE_SECONDS)):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except TimeoutError as error:
            what = f"the name {host} was not resolved in time"
            raise PassingFailure(what, Cause.NAME) from error
        except UnicodeError as error:
            raise LastingFailure(f"{host!r} is no host name", Cause.BAD_ADDRESS) from error
        except OSError as error:
            what = f"the name {host} could not be resolved: {error.strerror}"
            raise PassingFailure(what, Cause.NAME) from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if (host, port) not in self._allowed:
            for address in addresses:
                if not is_public(ip_address(address.partition("%")[0])):
                    what = f"{host} is refused: it resolves to {address}, no public address"
                    raise LastingFailure(what, Cause.BAD_ADDRESS)
        return addresses


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over a pool whose connections the guarded backend makes.

    The parent's initialiser is left out on purpose: should httpx rename its pool, every request
    fails, and none goes out unguarded.
    """

    def __init__(
        self, allowed: frozenset[Origin], reach: Reach, *, connections: int, tls: bool
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context() if tls else None,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=30.0,
            http1=True,
            http2=True,
            network_backend=GuardedBackend(allowed, reach),
        )


def make_client(
    settings: Settings,
    allowed: frozenset[Origin],
    reach: Reach,
    *,
    connections: int,
    tls: bool,
) -> httpx.AsyncClient:
    """The one client of a run. ``tls`` False spares loading authorities that no one will need."""
    return httpx.AsyncClient(
        transport=GuardedTransport(allowed, reach, connections=connections, tls=tls),
        follow_redirects=False,
        trust_env=False,
        headers={
            "User-Agent": settings.user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
        },
        timeout=httpx.Timeout(
            min(_SILENCE_SECONDS, settings.fetch_timeout),
            connect=min(_CONNECT_SECONDS, settings.fetch_timeout),
            pool=None,  # the limits on concurrency decide who waits, and for how long
        ),
    )
