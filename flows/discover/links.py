"""Links of a listing: absolute and canonical, or refused with the reason. Nothing is repaired.

Only addresses of the declared hosts are ever asked. A host counts with its port: another port is
another server.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urljoin, urlsplit

import httpx

from flows.catalog.model import Discovery
from flows.model.address import BadAddress, canonicalize_address
from flows.model.errors import ReadError

_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_UNSEEN = re.compile(r"[\t\n\r]")  # a browser leaves them out of an address
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = 2000  # characters; no bureau's address comes near


class LinkRefused(ReadError):
    """A link that is not taken, with the reason for a person."""


def list_page_hosts(discovery: Discovery) -> frozenset[str]:
    """The hosts that pages of the listing may be asked of."""
    return frozenset({name_host(discovery.listing.url), *map(str.lower, discovery.want.hosts)})


def list_row_hosts(discovery: Discovery) -> frozenset[str]:
    """The hosts on which releases may stand."""
    declared = frozenset(map(str.lower, discovery.want.hosts))
    return declared or frozenset({name_host(discovery.listing.url)})


def name_host(url: str) -> str:
    """Host with its port where that is not the scheme's own."""
    try:
        return httpx.URL(canonicalize_address(url)).netloc.decode("ascii")
    except BadAddress as error:
        raise LinkRefused(str(error)) from error


def resolve_link(href: str, base: str, hosts: Collection[str]) -> str:
    """The canonical address of a link on the page at ``base``; raises ``LinkRefused``."""
    text = _UNSEEN.sub("", href.strip())
    if not text or text.startswith("#"):
        raise LinkRefused("it names no address")
    scheme = _SCHEME.match(text)
    if scheme and scheme.group(1).lower() not in ("http", "https"):
        raise LinkRefused(f"{scheme.group(1).lower()}: is no address that is fetched")
    if "\\" in text:
        raise LinkRefused("a backslash in the address")
    if len(text) > _LONGEST or _CONTROL.search(text):
        raise LinkRefused("no address: too long, or with control characters")
    try:
        if _climbs_out(text, base):
            raise LinkRefused("'..' leads out of the site")
        url = canonicalize_address(urljoin(base, text))
    except ValueError as error:  # BadAddress among them
        raise LinkRefused(_explain(str(error))) from error
    host = urlsplit(url).netloc
    if host not in hosts:
        raise LinkRefused(f"another host: {host}")
    return url


def _climbs_out(text: str, base: str) -> bool:
    """Whether ``..`` would leave the root, which ``urljoin`` passes over in silence."""
    parts = urlsplit(text)
    path = parts.path
    if not parts.netloc and not path.startswith("/"):
        path = urlsplit(base).path.rpartition("/")[0] + "/" + path
    depth = 0
    for segment in path.split("/")[1:]:
        plain = segment.lower().replace("%2e", ".")
        if plain == "..":
            depth -= 1
        elif plain != ".":
            depth += 1
        if depth < 0 or (plain in ("..", ".") and plain != segment):
            return True
    return False


def _explain(what: str) -> str:
    for known in ("user name", "names no host"):
        if known in what:
            return f"the address {'holds a user name' if known == 'user name' else 'names no host'}"
    return "it is no address"
