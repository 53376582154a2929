"""How a visit fails: what may pass if one asks again, and what will not.

Both are ``FetchError``, so that a single document's caller sees one class; ``fetch`` turns them
into the reason of a failed visit. Reasons are written for a person and name the address's host
or the limit that was met.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx

from flows.model.errors import FetchError

#: Statuses that say "later": request timeout, too early, too many requests; and every 5xx.
_PASSING_STATUSES = frozenset({408, 425, 429})


class LastingFailure(FetchError):
    """Asking again would give the same: a refused address, a 404, a document too large."""


class PassingFailure(FetchError):
    """May be gone in a moment. ``retry_after``: seconds that the server asked to wait."""

    def __init__(self, what: str, *, retry_after: float | None = None) -> None:
        super().__init__(what)
        self.retry_after = retry_after


def of_status(status: int, retry_after: float | None) -> FetchError:
    """The failure that a final status other than 200 and 304 stands for."""
    if status in _PASSING_STATUSES or status >= 500:
        later = "" if retry_after is None else f" and asks to come back in {retry_after:.0f} s"
        return PassingFailure(f"the server answered {status}{later}", retry_after=retry_after)
    return LastingFailure(f"the server answered {status}")


def of_exception(error: Exception, host: str, seconds: float) -> FetchError:
    """The failure behind an exception of the transport. ``seconds``: the limit of the whole."""
    if isinstance(error, FetchError):
        return error
    if any(isinstance(cause, ssl.SSLError) for cause in _causes(error)):
        return LastingFailure(f"the identity of {host} could not be verified: {_plain(error)}")
    if isinstance(error, httpx.TimeoutException):
        return PassingFailure(f"{host} did not answer in time ({type(error).__name__})")
    if isinstance(error, TimeoutError):
        return PassingFailure(f"{host} took longer than {seconds:g} s for the whole download")
    if isinstance(error, httpx.ConnectError):
        return PassingFailure(f"{host} cannot be reached: {_plain(error)}")
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return LastingFailure(f"an address that cannot be asked for: {_plain(error)}")
    return PassingFailure(f"the download from {host} broke off: {_plain(error)}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    step: BaseException | None = error
    while step is not None and id(step) not in seen:
        seen.add(id(step))
        yield step
        step = step.__cause__ or step.__context__


def _plain(error: Exception) -> str:
    return str(error) or type(error).__name__
