"""Visits of listings: each source's walk, its requests under the policy of ``Session``.

``visit_listings`` gives one ``SourceVisit`` a source, in the order given, and never raises for a
site's fault: that is the visit's outcome. Bodies go to the archive by their hash; a 304, or the
same bytes again, is read from there, or not at all where its rows were all taken. Only the hosts
that a source declares are asked, redirects included; a host behind a wall is asked nothing more.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO

from flows.catalog.model import Discovery, Source
from flows.discover import Body, Family
from flows.discover.families import load_family
from flows.discover.match import is_wanted
from flows.discover.walk import Answer, Known, Refusal, Same, Walked, list_hosts, walk_listing
from flows.fetch.archive import Archive
from flows.fetch.failure import FetchFailure, LastingFailure
from flows.fetch.session import Reply, Session, Trace
from flows.fetch.visit import make_conditions, read_content_type, read_validators
from flows.model import clock
from flows.model.causes import Cause
from flows.model.errors import FetchError
from flows.model.listing import (
    ListingOutcome,
    ListingState,
    PageVisit,
    Sighting,
    SourceVisit,
)
from flows.model.request import Request
from flows.model.settings import Settings

#: Of an answer's headers those that a family reads.
_KEPT_HEADERS = ("x-wp-total", "x-wp-totalpages", "link")


@dataclass(frozen=True, slots=True)
class Listings:
    """What a batch of visits gave, and the hosts that turned out to be behind a wall."""

    visits: tuple[SourceVisit, ...]
    walls: Mapping[str, str]
    robots: Mapping[str, str]  # what the sites' robots.txt said, by their roots


async def visit_listings(
    sources: Sequence[Source],
    states: Mapping[str, ListingState],
    archive: Archive,
    *,
    settings: Settings,
    today: date,
    mirror: str | None = None,
    on_visit: Callable[[SourceVisit], None] | None = None,
) -> Listings:
    """Visit the listing of every source. ``today`` is the day in Asia/Shanghai."""
    async with Session(settings, mirror=mirror) as session:

        async def visit(source: Source) -> SourceVisit:
            state = states.get(source.source_id, ListingState())
            done = await _SourceTask(session, source, state, archive, today).visit()
            if on_visit:
                on_visit(done)
            return done

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(visit(source)) for source in sources]
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return Listings(tuple(task.result() for task in tasks), dict(session.walls), session.rules)


async def fetch_page(request: Request, *, settings: Settings, mirror: str | None = None) -> Body:
    """One answer under the same policy, without an archive; raises ``FetchError``."""
    async with Session(settings, mirror=mirror) as session:
        body = BytesIO()

        def sink() -> BytesIO:
            body.seek(0)
            body.truncate()
            return body

        async def once() -> Reply:
            reply = await session.get(request, sink=sink)
            session.raise_at_wall(reply.url, reply.status, reply.headers, body.getvalue())
            return reply

        try:
            reply = await session.persistently(once)
        except FetchFailure as error:
            raise FetchError(error.what, where=request.url) from error
    charset = read_content_type(reply)[1]
    return Body(
        request, reply.url, body.getvalue(), charset=charset, headers=dict(_keep_headers(reply))
    )


def describe_declaration(discovery: Discovery, family: Family) -> str:
    """What the rows of a page depend on beside its bytes, as a hash."""
    parts = (
        str(discovery.listing),
        discovery.family,
        family.version,
        sorted(discovery.options.items()),
        repr(discovery.item),
        discovery.dates,
        sorted(discovery.want.hosts),
    )
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(slots=True)
class _SourceTask:
    """One source's visit: its walk, fed with answers."""

    session: Session
    source: Source
    state: ListingState
    archive: Archive
    today: date
    pages: list[PageVisit] = field(default_factory=list)

    async def visit(self) -> SourceVisit:
        discovery = self.source.discovery
        if discovery is None:
            raise ValueError(f"{self.source.source_id} has no listing")
        since = clock.read_time()
        walked = await self._walk(discovery)
        sightings = tuple(
            Sighting(self.source.source_id, row.request, row.title, row.date_text, row.seen_on)
            for row in (*walked.new, *walked.changed)
        )
        return SourceVisit(
            source_id=self.source.source_id,
            url=discovery.listing.url,
            visited_at=since,
            outcome=walked.outcome,
            cause=walked.cause,
            reason=walked.reason,
            rows=walked.rows,
            new=len(walked.new),
            changed=len(walked.changed),
            newest=walked.newest,
            pages=tuple(self.pages),
            sightings=sightings,
        )

    async def _walk(self, discovery: Discovery) -> Walked:
        family = load_family(discovery.family)
        made_by = describe_declaration(discovery, family)
        held = {page.request.digest: page for page in self.state.pages if page.made_by == made_by}
        known = make_known(self.state, discovery, held, self.today)
        walk = walk_listing(
            discovery,
            family,
            known,
            self.today,
            lambda row: is_wanted(row.title, row.request.url, discovery),
        )
        request = next(walk)
        hosts = list_hosts(discovery)
        while True:
            answer = await self._answer(request, held, hosts, known, discovery)
            try:
                request = walk.send(answer)
            except StopIteration as ended:
                walked: Walked = ended.value
                break
        steps = {step.request.digest: step for step in walked.steps}
        self.pages = [
            replace(page, number=step.number, facts=step.facts, made_by=made_by)
            if page.sha256 and (step := steps.get(page.request.digest))
            else page
            for page in self.pages
        ]
        return walked

    async def _answer(
        self,
        request: Request,
        held: Mapping[str, PageVisit],
        hosts: frozenset[str],
        known: Known,
        discovery: Discovery,
    ) -> Answer:
        before = self._held(request, held)
        trace = Trace()
        try:
            page, data = await self.session.persistently(
                lambda: self._once(request, before, hosts, trace)
            )
        except FetchFailure as error:
            return self._refuse(request, error, trace)
        self.pages.append(replace(page, attempts=trace.attempts))
        same = before is not None and before.sha256 == page.sha256
        if same and before is not None and self._is_settled(before, known, discovery):
            assert before.facts is not None  # noqa: S101 - _is_settled asks for them
            return Same(before.facts)
        if data is None:
            data = self.archive.read(page.sha256 or "")
        return Body(request, page.url, data, charset=page.charset, headers=dict(page.headers))

    def _is_settled(self, page: PageVisit, known: Known, discovery: Discovery) -> bool:
        """Whether the first page's rows were all taken, and no other page is to be asked for."""
        last = self.state.last
        return (
            page.number == 1
            and page.facts is not None
            and discovery.until_known
            and last is not None
            and last[0].is_complete
            and page.facts.newest == known.newest
        )

    def _held(self, request: Request, held: Mapping[str, PageVisit]) -> PageVisit | None:
        """The last answer to this request, if the archive still holds its bytes."""
        page = held.get(request.digest)
        if page is None or page.sha256 is None:
            return None
        try:
            size = self.archive.path(page.sha256).stat().st_size
        except OSError:
            return None
        return page if size == page.size else None

    async def _once(
        self, request: Request, before: PageVisit | None, hosts: frozenset[str], trace: Trace
    ) -> tuple[PageVisit, bytes | None]:
        conditions = make_conditions(before.etag, before.last_modified) if before else None
        if request.method != "GET":
            conditions = None
        with self.archive.writer() as writer:
            reply = await self.session.get(
                request, sink=lambda: writer, conditions=conditions, trace=trace, hosts=hosts
            )
            if reply.status == 304:
                if before is None or conditions is None:
                    what = "the server answered 304 to a request without conditions"
                    raise LastingFailure(what, Cause.STATUS)
                return _refresh(before, reply), None
            data = writer.read_back()
            self.session.raise_at_wall(reply.url, reply.status, reply.headers, data)
            page = self._make_page(request, reply, writer.sha256, len(data))
            if before is None or before.sha256 != page.sha256:
                await asyncio.to_thread(writer.commit)
            return page, data

    def _make_page(self, request: Request, reply: Reply, sha256: str, size: int) -> PageVisit:
        etag, modified = read_validators(reply)
        return PageVisit(
            source_id=self.source.source_id,
            number=0,
            request=request,
            url=reply.url,
            visited_at=clock.read_time(),
            status_code=reply.status,
            sha256=sha256,
            size=size,
            charset=read_content_type(reply)[1],
            etag=etag,
            last_modified=modified,
            headers=_keep_headers(reply),
        )

    def _refuse(self, request: Request, error: FetchFailure, trace: Trace) -> Refusal:
        self.pages.append(
            PageVisit(
                source_id=self.source.source_id,
                number=0,
                request=request,
                url=request.url,
                visited_at=clock.read_time(),
                status_code=trace.status,
                reason=error.what,
                attempts=max(1, trace.attempts),
            )
        )
        outcome = ListingOutcome.UNREACHABLE
        if error.cause in (Cause.WALL, Cause.ROBOTS):
            outcome = ListingOutcome.BLOCKED
        return Refusal(outcome, str(error.cause), error.what)


def make_known(
    state: ListingState, discovery: Discovery, held: Mapping[str, PageVisit], today: date
) -> Known:
    """What the walk is to know of earlier visits. ``held``: pages of this very declaration."""
    settled = {
        each.request.digest
        for each in state.sightings
        if state.complete_at is not None
        and each.first_seen is not None
        and each.first_seen <= state.complete_at
    }
    dated = [
        each
        for each in state.sightings
        if each.seen_on is not None
        and (each.seen_on - today).days <= 1
        and each.request.url not in state.withdrawn
    ]
    days = [each.seen_on for each in dated if each.seen_on]
    wanted: list[date] = []
    if discovery.expect.each_year_by is not None:
        wanted = [
            each.seen_on
            for each in dated
            if each.seen_on and is_wanted(each.title, each.request.url, discovery)
        ]
    first = max(
        (page for page in held.values() if page.number == 1 and page.facts is not None),
        key=lambda page: page.visited_at,
        default=None,
    )
    return Known(
        printed={each.request.digest: (each.title, each.date_text) for each in state.sightings},
        settled=settled,
        # Another declaration lists other rows: their days say nothing of these.
        newest=max(days, default=None) if first is not None else None,
        newest_wanted=max(wanted, default=None),
        first=None if first is None else first.request,
    )


def _refresh(before: PageVisit, reply: Reply) -> PageVisit:
    """The page that a 304 speaks of, with the validators that came with it."""
    etag, modified = read_validators(reply)
    return replace(
        before,
        visited_at=clock.read_time(),
        status_code=reply.status,
        reason=None,
        etag=etag or before.etag,
        last_modified=modified or before.last_modified,
    )


def _keep_headers(reply: Reply) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value) for name, value in sorted(reply.headers.items()) if name in _KEPT_HEADERS
    )
