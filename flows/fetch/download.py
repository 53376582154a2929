"""A response's body, streamed within its limits: never more in memory or on disk than allowed.

Decompression is bounded step by step, so a small body that unfolds into a huge one is cut at
the limit and not after it; nested encodings are refused. A body counts as whole only if it has
the declared length, or ended as chunked and HTTP/2 bodies end, and its gzip stream is complete.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Protocol

import httpx

from flows.fetch.failure import LastingFailure, PassingFailure
from flows.model.causes import Cause

_STEP = 1 << 20  # bytes that one step of decompression may give


class Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


async def receive(response: httpx.Response, sink: Sink, max_bytes: int) -> int:
    """Stream the body into ``sink``; gives the bytes received on the wire."""
    declared = _declared_length(response)
    if declared is not None and declared > max_bytes:
        raise _refuse_size(f"{declared:,} bytes declared", max_bytes)
    unfold = _choose_decoder(response)
    received = size = 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        for part in unfold.feed(chunk):
            size += len(part)
            if size > max_bytes:
                raise _refuse_size("it goes on beyond", max_bytes)
            sink.write(part)
    if declared is not None and received != declared:
        what = f"the download broke off: {received:,} of {declared:,} bytes came"
        raise PassingFailure(what, Cause.BROKEN_OFF)
    if not unfold.complete:
        what = "the download broke off: its gzip stream is incomplete"
        raise PassingFailure(what, Cause.BROKEN_OFF)
    return received


def is_framed(response: httpx.Response) -> bool:
    """Whether the protocol tells a whole body from a broken-off one.

    A body that just ends with its connection (HTTP/1 without length and chunks) does not.
    """
    headers = response.headers
    return (
        response.http_version == "HTTP/2"
        or "content-length" in headers
        or "chunked" in headers.get("transfer-encoding", "").lower()
        or "content-encoding" in headers  # gzip carries its own end
    )


async def drain(response: httpx.Response, most: int = 64 * 1024) -> bytes:
    """Read a body that is no document, so that the connection can be used again.

    Gives its beginning as it is to be read; nothing where it comes in an unknown encoding.
    """
    raw = bytearray()
    async for chunk in response.aiter_raw():
        raw += chunk
        if len(raw) > most:
            break
    try:
        unfold = _choose_decoder(response)
        return b"".join(islice(unfold.feed(bytes(raw)), 1))[:most]
    except (LastingFailure, PassingFailure):
        return b""


class _Plain:
    complete = True

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk


class _Gzip:
    """One or more gzip members; what is not gzip after the last one is padding."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self.complete = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        pending = chunk
        while pending:  # output held back by a full step comes before the trailer is read
            if self.complete:
                pending = pending.lstrip(b"\0")
                if not pending:
                    return
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
                self.complete = False
            try:
                part = self._member.decompress(pending, _STEP)
            except zlib.error as error:
                what = f"the body is no sound gzip stream: {error}"
                raise PassingFailure(what, Cause.BROKEN_OFF) from error
            if part:
                yield part
            self.complete = self._member.eof
            pending = self._member.unused_data if self.complete else self._member.unconsumed_tail


def _choose_decoder(response: httpx.Response) -> _Plain | _Gzip:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return _Plain()
    if encoding in ("gzip", "x-gzip"):
        return _Gzip()
    what = f"the body comes in an encoding that was not asked for: {encoding}"
    raise LastingFailure(what, Cause.UNSOUND)


def _declared_length(response: httpx.Response) -> int | None:
    value = response.headers.get("content-length")
    if value is None:
        return None
    if not value.isdecimal():
        what = f"the server declares a length that is no number: {value!r}"
        raise LastingFailure(what, Cause.BROKEN_OFF)
    return int(value)


def _refuse_size(what: str, max_bytes: int) -> LastingFailure:
    return LastingFailure(
        f"the document is too large: {what}, {max_bytes:,} bytes is the limit (GONGBAO_MAX_BYTES)",
        Cause.TOO_LARGE,
    )
