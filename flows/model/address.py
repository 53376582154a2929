"""One spelling for each address, and which texts are no address that may be asked."""

from __future__ import annotations

import re

import httpx

#: The schemes that are asked, with the port of each.
SCHEMES = {"http": 80, "https": 443}

_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")  # a name (in Punycode) or a number


class BadAddress(ValueError):
    """A text that is no address that may be asked, with the reason for a person."""


def canonicalize_address(url: str) -> str:
    """ASCII, normalised, without fragment and without an empty query; only http(s) is taken."""
    try:
        parsed = httpx.URL(url.strip())
        # httpx sees a default port only once the scheme is in lower case
        parsed = httpx.URL(str(parsed))
    except (httpx.InvalidURL, ValueError) as error:
        raise BadAddress(f"{url!r} is no address: {error}") from error
    if parsed.scheme not in SCHEMES:
        raise BadAddress(f"{url!r} is refused: only http and https are fetched")
    if not _HOST.fullmatch(parsed.raw_host.decode("ascii")):
        raise BadAddress(f"{url!r} is refused: it names no host that can be asked")
    if parsed.userinfo:
        raise BadAddress(f"the address at {parsed.host} is refused: it holds a user name")
    host, path = parsed.netloc.decode("ascii"), parsed.raw_path.decode("ascii")
    return f"{parsed.scheme}://{host}{path.removesuffix('?')}"
