"""What is asked of a server. Method, address, headers and body together say which document it is.

A statistical service answers every query at one address, so an address alone does not identify a
release. Most releases are a plain ``GET`` of their address, and everything but the address is
left out wherever they are written down.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

METHODS = ("GET", "POST")

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
#: Headers that the fetch layer sets itself; by prefix where they end in a dash.
_OURS = (
    *("accept-encoding", "connection", "content-length", "expect", "host", "if-", "keep-alive"),
    *("proxy-", "range", "te", "trailer", "transfer-encoding", "upgrade", "user-agent"),
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request; two are the same only where all four parts are."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()  # name in lower case and value, by name
    body: str | None = None  # sent in UTF-8

    def __str__(self) -> str:
        """The address, and what else is asked where that is not all."""
        return f"{self.method} {self.url} {self.to_json()}" if self.to_json() else self.url

    @property
    def digest(self) -> str:
        """The request's identity: sha256 over method, address, headers and body."""
        parts = json.dumps([self.method, self.url, self.headers, self.body], ensure_ascii=False)
        return hashlib.sha256(parts.encode()).hexdigest()

    def to_json(self) -> str | None:
        """What the address does not say, as one line of JSON; None for a plain GET."""
        parts: dict[str, object] = {}
        if self.method != "GET":
            parts["method"] = self.method
        if self.headers:
            parts["headers"] = dict(self.headers)
        if self.body is not None:
            parts["body"] = self.body
        return json.dumps(parts, ensure_ascii=False) if parts else None


def sort_headers(given: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Headers in the order and letter case in which they are compared."""
    return tuple(sorted((name.strip().lower(), value) for name, value in given.items()))


def check_request(request: Request) -> tuple[str, str] | None:
    """The first part (method, headers or body) that can't be sent, and why."""
    if request.method not in METHODS:
        return "method", f"{request.method!r} is none of {', '.join(METHODS)}"
    if request.body is not None and request.method == "GET":
        return "body", "a GET has no body: is it a POST?"
    names = [name for name, _ in request.headers]
    for name, value in request.headers:
        if not _TOKEN.fullmatch(name) or names.count(name) > 1:
            return "headers", f"{name!r} is no header's name, or is there twice"
        if any(name == ours or (ours[-1] == "-" and name.startswith(ours)) for ours in _OURS):
            return "headers", f"the fetch layer sets {name!r} itself"
        if not (value.isascii() and value.isprintable()):
            return "headers", f"{name!r} has a value that is not plain ASCII"
    return None
