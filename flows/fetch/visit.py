"""Visits: each release's address is checked once a run, and new bytes go to the archive.

``fetch`` gives one ``Visit`` a release, in the order given, and never raises for a source's
fault: that is a failed visit with its reason. It does raise ``StoreError`` when the archive
cannot be written (a full disk is not the source's fault) and ``UsageError`` for a mirror that
is no address.

*Unchanged* is a 304, or the same bytes again; the visit then carries the known snapshot, with
the validators that the server gave last. A snapshot that the archive no longer holds is asked
for without conditions. A known ETag is sent alone: servers must ignore If-Modified-Since beside
it, some don't, and a date may come from a mirror's copy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from flows.fetch.address import canonicalize
from flows.fetch.archive import Archive, ArchiveWriter
from flows.fetch.failure import FetchFailure, LastingFailure
from flows.fetch.session import Reply, Session, Trace
from flows.fetch.sniff import sniff
from flows.fetch.soundness import find_fault, find_promised_kinds
from flows.model import clock
from flows.model.causes import Cause
from flows.model.errors import FetchError
from flows.model.nouns import MediaKind, Outcome, Release, Snapshot, Visit
from flows.model.registry import READERS
from flows.model.request import Request
from flows.model.settings import Settings

if TYPE_CHECKING:
    from flows.catalog.layout import Layout


async def fetch(
    releases: Sequence[Release],
    archive: Archive,
    *,
    settings: Settings,
    known: Mapping[str, Snapshot] | None = None,
    mirror: str | None = None,
    on_visit: Callable[[Visit], None] | None = None,
    layouts: Mapping[str, Layout] | None = None,
    hosts: Mapping[str, Collection[str]] | None = None,
    walls: Mapping[str, str] | None = None,
    robots: Mapping[str, str] | None = None,
) -> list[Visit]:
    """Visit every release. ``known``: the latest snapshot by release_id; ``mirror``: its address.

    ``hosts``: of some releases the only ones that may be asked; ``walls``: hosts that are asked
    nothing, with what stands before them; ``robots``: what sites said in this run already.

    ``layouts`` (the catalogue's) say in which kinds a release for the table reader may come.
    """
    archive.sweep()
    async with Session(settings, mirror=mirror, walls=walls, rules=robots) as session:

        async def visit(release: Release) -> Visit:
            before = (known or {}).get(release.release_id)
            task = _Task(
                session,
                release,
                archive,
                before,
                _promised_kinds(release, layouts or {}),
                (hosts or {}).get(release.release_id),
            )
            done = await task.visit()
            if on_visit:
                on_visit(done)
            return done

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(visit(release)) for release in releases]
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


def _promised_kinds(release: Release, layouts: Mapping[str, Layout]) -> set[MediaKind]:
    """The kinds that a release may come in; empty where its address decides.

    They are those of its layouts. A reader that takes no web page is not given one either: HTML
    in place of its document is an error page.
    """
    named = [layouts[name] for name in release.layouts if name in layouts]
    if named:
        return {kind for layout in named for kind in layout.media}
    entry = READERS.get(release.reader)
    return set(entry.media) if entry and MediaKind.HTML not in entry.media else set()


async def fetch_one(
    url: str,
    *,
    settings: Settings,
    mirror: str | None = None,
    release_id: str | None = None,
) -> tuple[bytes, Snapshot]:
    """One document under the same policy, without an archive; raises ``FetchError``."""
    async with Session(settings, mirror=mirror) as session:

        async def once() -> tuple[bytes, Snapshot]:
            body = BytesIO()
            reply = await session.get(Request(url), sink=lambda: body)
            data = body.getvalue()
            kind = _judge_document(data, reply, url, set())
            digest = sha256(data).hexdigest()
            asked = Request(canonicalize(url))
            return data, _make_snapshot(release_id or url, asked, reply, kind, digest, data)

        try:
            return await session.persistently(once)
        except FetchError as error:
            raise FetchError(error.what, where=url) from error


@dataclass(frozen=True, slots=True)
class _Task:
    """One visit: what it needs to know, and its steps."""

    session: Session
    release: Release
    archive: Archive
    known: Snapshot | None
    promised: Collection[MediaKind]
    hosts: Collection[str] | None = None  # the only ones that may be asked

    async def visit(self) -> Visit:
        trace = Trace()
        try:
            outcome, snapshot = await self.session.persistently(lambda: self._once(trace))
            reason = cause = None
        except FetchFailure as error:
            outcome, snapshot, reason, cause = Outcome.FAILED, None, str(error), error.cause
        now = asyncio.get_running_loop().time()
        return Visit(
            release_id=self.release.release_id,
            url=self.release.url,
            checked_at=clock.read_time(),
            outcome=outcome,
            status_code=trace.status,
            reason=reason,
            cause=cause,
            attempts=max(1, trace.attempts),
            seconds=round(now - trace.started, 4) if trace.started is not None else 0.0,
            size=trace.received,
            snapshot=snapshot,
            moved_to=trace.moved_to if outcome is not Outcome.FAILED else None,
        )

    async def _once(self, trace: Trace) -> tuple[Outcome, Snapshot]:
        held = self._held()
        conditions = (
            make_conditions(held.etag, held.last_modified)
            if held and self.release.method == "GET"
            else None
        )
        with self.archive.writer() as writer:
            reply = await self.session.get(
                self.release.request,
                sink=lambda: writer,
                conditions=conditions,
                trace=trace,
                hosts=self.hosts,
            )
            if reply.status == 304:
                if held is None or conditions is None:
                    what = "the server answered 304 to a request without conditions"
                    raise LastingFailure(what, Cause.STATUS)
                return Outcome.UNCHANGED, _refresh_validators(held, reply)
            if self.known is not None and writer.sha256 == self.known.sha256:
                if held is None:  # the archive had lost it
                    await asyncio.to_thread(writer.commit)
                return Outcome.UNCHANGED, _refresh_validators(self.known, reply)
            return Outcome.CHANGED, await asyncio.to_thread(self._take_in, writer, reply)

    def _held(self) -> Snapshot | None:
        """The known snapshot, if it answers this request and the archive still holds it."""
        known, request = self.known, self.release.request
        if known is None or (known.url, known.request_json) != (request.url, request.to_json()):
            return None
        try:
            size = self.archive.path(known.sha256).stat().st_size
        except OSError:
            return None
        return known if size == known.size else None

    def _take_in(self, writer: ArchiveWriter, reply: Reply) -> Snapshot:
        data = writer.read_back()
        self.session.raise_at_wall(reply.url, reply.status, reply.headers, data)
        entry = READERS.get(self.release.reader)
        taken = entry.media if entry else ()
        kind = _judge_document(data, reply, self.release.url, self.promised, taken)
        writer.commit()
        release = self.release
        return _make_snapshot(release.release_id, release.request, reply, kind, writer.sha256, data)


def _judge_document(
    data: bytes,
    reply: Reply,
    url: str,
    promised: Collection[MediaKind],
    taken: Collection[MediaKind] = (),
) -> MediaKind:
    """The kind of a sound document; raises for one that is none. ``taken``: by its reader."""
    media_type, charset = read_content_type(reply)
    try:
        kind = sniff(data, media_type, url, taken=taken)
    except FetchError as error:
        what = f"what came is no release: {error.what}"
        raise LastingFailure(what, Cause.UNSOUND) from error
    kinds = set(promised) or find_promised_kinds(
        url, media_type, reply.headers.get("content-disposition")
    )
    reason = find_fault(data, kind, charset=charset, promised=kinds, framed=reply.framed)
    if reason:
        raise LastingFailure(f"what came is no release: {reason}", Cause.UNSOUND)
    return kind


def _make_snapshot(
    release_id: str, request: Request, reply: Reply, kind: MediaKind, digest: str, data: bytes
) -> Snapshot:
    media_type, charset = read_content_type(reply)
    etag, modified = read_validators(reply)
    return Snapshot(
        release_id=release_id,
        sha256=digest,
        url=request.url,
        media_kind=kind,
        size=len(data),
        fetched_at=clock.read_time(),
        media_type=media_type,
        charset=charset,
        etag=etag,
        last_modified=modified,
        request_json=request.to_json(),
    )


def make_conditions(etag: str | None, modified: str | None) -> dict[str, str] | None:
    """The headers that ask for an answer only if it has changed."""
    if etag:
        return {"If-None-Match": etag}
    return {"If-Modified-Since": modified} if modified else None


def _refresh_validators(known: Snapshot, reply: Reply) -> Snapshot:
    etag, modified = read_validators(reply)
    if reply.status == 304:  # may leave out what has not changed
        etag, modified = etag or known.etag, modified or known.last_modified
    return replace(known, etag=etag, last_modified=modified)


def read_validators(reply: Reply) -> tuple[str | None, str | None]:
    """ETag and Last-Modified, where they can be sent back as they are."""
    etag, modified = reply.headers.get("etag"), reply.headers.get("last-modified")
    return (
        etag if etag and etag.isascii() and etag.isprintable() else None,
        modified if modified and modified.isascii() and modified.isprintable() else None,
    )


def read_content_type(reply: Reply) -> tuple[str | None, str | None]:
    """Type and charset as served, in lower case."""
    value = reply.headers.get("content-type")
    if not value:
        return None, None
    message = Message()
    message["content-type"] = value
    charset = message.get_param("charset")
    media_type = value.partition(";")[0].strip().lower()
    return media_type or None, _strip_quotes(charset)


def _strip_quotes(charset: object) -> str | None:
    return charset.strip("\"' ").lower() or None if isinstance(charset, str) else None
