"""How a visit fails: what may pass if one asks again, and what will not.

Both are ``FetchError``, so that a single document's caller sees one class; ``fetch`` turns them
into the reason and the cause of a failed visit. Reasons are written for a person and name the
address's host or the limit that was met.
"""

from __future__ import annotations

import errno
import ssl
from collections.abc import Iterator

import httpx

from flows.model.causes import Cause
from flows.model.errors import FetchError

#: Statuses that say "later": request timeout, too early, too many requests; and every 5xx.
_PASSING_STATUSES = frozenset({408, 425, 429})


class FetchFailure(FetchError):
    """A visit that failed, for a person (``what``) and as one word (``cause``)."""

    def __init__(self, what: str, cause: Cause) -> None:
        super().__init__(what)
        self.cause = cause


class LastingFailure(FetchFailure):
    """Asking again would give the same: a refused address, a 404, a document too large."""


class PassingFailure(FetchFailure):
    """May be gone in a moment. ``retry_after``: seconds that the server asked to wait."""

    def __init__(self, what: str, cause: Cause, *, retry_after: float | None = None) -> None:
        super().__init__(what, cause)
        self.retry_after = retry_after


def describe_status(status: int, retry_after: float | None) -> FetchFailure:
    """The failure that a final status other than 200 and 304 stands for."""
    if status in _PASSING_STATUSES or status >= 500:
        later = "" if retry_after is None else f" and asks to come back in {retry_after:.0f} s"
        return PassingFailure(
            f"the server answered {status}{later}", Cause.STATUS, retry_after=retry_after
        )
    return LastingFailure(f"the server answered {status}", Cause.STATUS)


def describe_exception(error: Exception, host: str, seconds: float) -> FetchFailure:
    """The failure behind an exception of the transport. ``seconds``: the limit of the whole."""
    if isinstance(error, FetchFailure):
        return error
    plain = str(error) or type(error).__name__
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return LastingFailure(f"the identity of {host} could not be verified: {plain}", Cause.TLS)
    if isinstance(error, httpx.ConnectTimeout):
        return PassingFailure(f"{host} cannot be reached: no connection in time", Cause.UNREACHABLE)
    if isinstance(error, httpx.TimeoutException):
        name = type(error).__name__
        return PassingFailure(f"{host} did not answer in time ({name})", Cause.TIMEOUT)
    if isinstance(error, TimeoutError):
        what = f"{host} took longer than {seconds:g} s for the whole download"
        return PassingFailure(what, Cause.TIMEOUT)
    if isinstance(error, httpx.ConnectError):
        refused = any(_is_refused(cause) for cause in causes)
        cause = Cause.CONNECTION_REFUSED if refused else Cause.UNREACHABLE
        return PassingFailure(f"{host} cannot be reached: {plain}", cause)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        what = f"an address that cannot be asked for: {plain}"
        return LastingFailure(what, Cause.BAD_ADDRESS)
    return PassingFailure(f"the download from {host} broke off: {plain}", Cause.BROKEN_OFF)


def _is_refused(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno == errno.ECONNREFUSED


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was raised from, and the members of groups among them."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        step = waiting.pop()
        if step is None or id(step) in seen:
            continue
        seen.add(id(step))
        yield step
        waiting.append(step.__cause__ or step.__context__)
        if isinstance(step, BaseExceptionGroup):
            waiting.extend(step.exceptions)
