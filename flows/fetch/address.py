"""Addresses: their canonical form, which ones are refused, and where a mirror keeps them.

A mirror holds the document of ``https://host/path?query`` at
``{mirror}/https/host/path?query``; host and port are percent-encoded as one path segment, path
and query stay byte for byte as they are in the canonical true address (so an address in
gb18030 percent-escapes survives). ``find_true_address`` is the way back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, unquote

import httpx

from flows.fetch.failure import LastingFailure
from flows.model.address import SCHEMES, BadAddress, canonicalize_address
from flows.model.causes import Cause
from flows.model.errors import UsageError
from flows.model.request import Request

#: Host and port; what a run may reach although it is on a private network.
Origin = tuple[str, int]

_NAT64 = IPv6Network("64:ff9b::/96")  # the last 32 bits are an IPv4 address


def canonicalize(url: str) -> str:
    """The one spelling of an address; a visit to what is none fails for good."""
    try:
        return canonicalize_address(url)
    except BadAddress as error:
        raise LastingFailure(str(error), Cause.BAD_ADDRESS) from error


def canonicalize_request(request: Request) -> Request:
    """The request at its canonical address, so that one document is one request."""
    return replace(request, url=canonicalize(request.url))


@lru_cache(maxsize=4096)
def parse_address(url: str) -> httpx.URL:
    """A canonical address in its parts; each is asked for several times in a visit."""
    return httpx.URL(url)


def origin(url: str) -> Origin:
    parsed = parse_address(url)
    return parsed.raw_host.decode("ascii"), parsed.port or SCHEMES[parsed.scheme]


def name_host(url: str) -> str:
    """Host with its port where that is not the scheme's own."""
    return parse_address(url).netloc.decode("ascii")


def refuse_private(url: str, allowed: frozenset[Origin] = frozenset()) -> None:
    """Refuse an address whose host is itself a non-public IP; names are checked at connecting."""
    host, port = origin(url)
    if (host, port) in allowed:
        return
    try:
        address = ip_address(host)
    except ValueError:
        return
    if not is_public(address):
        raise LastingFailure(f"{host} is refused: it is no public address", Cause.BAD_ADDRESS)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address is on the public Internet, looking through tunnels to IPv4."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo:
            inner = address.teredo[1]
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


@dataclass(frozen=True, slots=True)
class MirrorBase:
    """The address under which a run's mirror keeps the true addresses."""

    base: str  # canonical, without a final slash

    @classmethod
    def at(cls, url: str) -> MirrorBase:
        try:
            base = canonicalize(url)
        except LastingFailure as error:
            raise UsageError(
                f"the mirror {error}", remedy="a mirror is a folder or an http(s) address"
            ) from error
        if "?" in base:
            raise UsageError(f"the mirror {url!r} has a query", remedy="give its address alone")
        return cls(base.rstrip("/"))

    def holds(self, url: str) -> str:
        """Where the mirror keeps a canonical true address."""
        return self.base + mirror_target(url)

    def true(self, url: str) -> str | None:
        """The true address of one in the mirror; None for one outside of it."""
        if not url.startswith(self.base + "/"):
            return None
        return find_true_address(url[len(self.base) :])


def mirror_target(url: str) -> str:
    """``/https/host/path?query`` of a canonical true address."""
    parsed = parse_address(url)
    path = parsed.raw_path.decode("ascii")
    return f"/{parsed.scheme}/{quote(name_host(url), safe=':')}{path}"


def find_true_address(target: str) -> str | None:
    """The canonical true address behind a mirror's request target; None if it is none."""
    scheme, _, rest = target.removeprefix("/").partition("/")
    host, slash, path = rest.partition("/")
    if scheme not in SCHEMES or not slash:
        return None
    try:
        return canonicalize(f"{scheme}://{unquote(host)}/{path}")
    except LastingFailure:
        return None
