"""Why a visit failed, as one word of a closed set, and the failures of a run by cause.

A visit's ``reason`` is a sentence about one address. Its ``cause`` is what many visits have in
common, so that fifty failures of one kind are one line on the screen and in a flow's state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol


class Cause(StrEnum):
    """What stood between us and a release."""

    NAME = "name-not-resolved"
    CONNECTION_REFUSED = "connection-refused"
    UNREACHABLE = "unreachable"  # no route, or no connection in time
    TIMEOUT = "timeout"  # it was reached, and then was silent or slow
    TLS = "tls"  # the server's identity could not be verified
    BROKEN_OFF = "broken-off"  # the connection or the body ended too early, or is garbled
    STATUS = "http-status"
    REDIRECT = "redirect"  # too many, or to no address
    TOO_LARGE = "too-large"
    ROBOTS = "robots"
    BAD_ADDRESS = "bad-address"  # one that is never asked for: another scheme, a private network
    UNSOUND = "unsound"  # what came is no release
    WALL = "wall"  # a wall against programs stands before the host


#: Causes that come before any connection; where every host has one, there is no network.
BEFORE_CONNECTION = frozenset({Cause.NAME, Cause.CONNECTION_REFUSED, Cause.UNREACHABLE})

_PHRASES = {
    Cause.NAME: "no name could be resolved",
    Cause.CONNECTION_REFUSED: "the connection was refused",
    Cause.UNREACHABLE: "the server could not be reached",
    Cause.TIMEOUT: "the server did not answer in time",
    Cause.TLS: "the server's identity could not be verified",
    Cause.BROKEN_OFF: "the download broke off",
    Cause.STATUS: "the server answered with an error",
    Cause.REDIRECT: "the redirects lead nowhere",
    Cause.TOO_LARGE: "the document is too large",
    Cause.ROBOTS: "robots.txt asks not to fetch it",
    Cause.BAD_ADDRESS: "the address is never asked for",
    Cause.UNSOUND: "what came is no release",
    Cause.WALL: "a wall against programs stands before it",
}
_NAMED = 3  # releases of a group that its line names


class Visited(Protocol):
    """A visit, or a line of a run's summary about one."""

    @property
    def release_id(self) -> str: ...
    @property
    def cause(self) -> Cause | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def status_code(self) -> int | None: ...


def summarize_failures(visits: Iterable[Visited]) -> list[str]:
    """Give one line a cause, the most frequent first; a single failure keeps its own reason.

    Where no host was reached at all, the whole is one line that asks for the network.
    """
    groups: dict[tuple[Cause | None, int | None], list[Visited]] = defaultdict(list)
    arrived = False
    for visit in visits:
        if visit.reason is None:
            arrived = True
        else:
            status = visit.status_code if visit.cause is Cause.STATUS else None
            groups[visit.cause, status].append(visit)
    ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
    lines = [_line(cause, status, group) for (cause, status), group in ordered]
    if not groups or arrived or not all(cause in BEFORE_CONNECTION for cause, _ in groups):
        return lines
    count = sum(map(len, groups.values()))
    whole = " or ".join(_phrase(cause, status) for (cause, status), _ in ordered)
    first = lines[0] if count == 1 else f"{count} releases: {whole}"
    return [f"{first}: is there a network?"]


def _line(cause: Cause | None, status: int | None, group: list[Visited]) -> str:
    if len(group) == 1:
        return f"{group[0].release_id}: {group[0].reason}"
    names = ", ".join(visit.release_id for visit in group) if len(group) <= _NAMED else ""
    return f"{len(group)} releases: {_phrase(cause, status)}" + (f" ({names})" if names else "")


def _phrase(cause: Cause | None, status: int | None) -> str:
    if status is not None:
        return f"the server answered {status}"
    return _PHRASES[cause] if cause else "failed"
