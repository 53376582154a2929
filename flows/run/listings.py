"""The stages of discovery: listings are visited, what they name becomes the run's releases.

    plan → states of the listings → (batches of sources) visits → plan with the releases found

The store's lock is not held while a site is waited for. Which release a sighting is, is worked out
anew each time from all sightings and today's catalogue.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from flows.catalog import Catalog
from flows.catalog.model import Source
from flows.discover.match import Match, Matched, SightingFate, match_sightings
from flows.discover.walk import list_hosts
from flows.fetch import Archive, MirrorServer, visit_listings
from flows.model.listing import ListingOutcome, ListingState, SourceVisit
from flows.model.nouns import MIRROR_SOURCE, Release
from flows.run.due import choose_due
from flows.run.issues import note_issue
from flows.run.plan import Plan, is_address, refuse_pattern
from flows.run.progress import current_reporter
from flows.run.stages import open_store
from flows.store import Store

#: Sources of a batch, at most; all sources of one host are in one batch, for its limits are there.
BATCH_SOURCES = 100


@dataclass(frozen=True, slots=True)
class SourceBatch:
    """Some of a run's sources, with what is known of their listings."""

    sources: tuple[Source, ...]
    states: Mapping[str, ListingState]

    @property
    def name(self) -> str:
        first = self.sources[0].source_id
        more = len(self.sources) - 1
        return f"{first} and {more} more" if more else first


@dataclass(frozen=True, slots=True)
class VisitedListings:
    visits: tuple[SourceVisit, ...]
    walls: Mapping[str, str]  # host to the wall that was met
    robots: Mapping[str, str]  # root of a site to its robots.txt


@dataclass(frozen=True, slots=True)
class Adopted:
    """What the run's releases are after the listings were looked at."""

    plan: Plan
    visits: tuple[SourceVisit, ...]
    new: tuple[str, ...]  # ids of releases that were not known before
    matches: tuple[Match, ...]


def list_source_batches(plan: Plan) -> list[SourceBatch]:
    """The sources whose listings are visited, by host, with what is known of them."""
    catalog = plan.catalog()
    sources = [source for source in catalog.sources if source.source_id in plan.listed]
    if not sources:
        return []
    with open_store(plan) as store:
        states = store.listings()
    batches: list[list[Source]] = []
    for group in _group_by_host(sources):
        if not batches or len(batches[-1]) + len(group) > BATCH_SOURCES:
            batches.append([])
        batches[-1].extend(group)
    return [
        SourceBatch(
            tuple(batch),
            {each.source_id: states[each.source_id] for each in batch if each.source_id in states},
        )
        for batch in batches
    ]


def _group_by_host(sources: Iterable[Source]) -> list[list[Source]]:
    """Sources that share a host, directly or through another, stand together."""
    group_of: dict[str, list[Source]] = {}
    groups: list[list[Source]] = []
    for source in sources:
        if source.discovery is None:
            continue
        merged = [source]
        hosts = list_hosts(source.discovery)
        for met in [group_of[host] for host in hosts if host in group_of]:
            if met is not merged and met in groups:
                groups.remove(met)
                merged.extend(met)
        groups.append(merged)
        for each in merged:
            if each.discovery is not None:
                group_of.update(dict.fromkeys(list_hosts(each.discovery), merged))
    return [sorted(group, key=lambda each: each.source_id) for group in groups]


def visit_batch(plan: Plan, batch: SourceBatch) -> VisitedListings:
    """Visit the listings of a batch; their bodies lie in the archive afterwards."""

    def on_visit(visit: SourceVisit) -> None:
        current_reporter().step(f"{visit.source_id}: {visit.outcome}")
        if not visit.outcome.is_green:
            what = f"{visit.source_id}: {visit.outcome}: {visit.reason}"
            note_issue(plan, "discover", "listing", what)

    served = plan.mirror is not None and not is_address(plan.mirror)
    with MirrorServer(Path(plan.mirror or "")) if served else nullcontext() as server:
        done = asyncio.run(
            visit_listings(
                batch.sources,
                batch.states,
                Archive(plan.settings.archive),
                settings=plan.settings,
                today=plan.today,
                mirror=plan.mirror if server is None else server.url,
                on_visit=on_visit,
            )
        )
    return VisitedListings(done.visits, done.walls, done.robots)


def adopt_releases(plan: Plan, batches: Sequence[VisitedListings]) -> Adopted:
    """Record the visits; the plan with all releases that the sightings are, and which are due."""
    catalog = plan.catalog()
    visits = tuple(visit for batch in batches for visit in batch.visits)
    with open_store(plan) as store:
        if visits:
            store.record_listings(visits)
        before = store.release_ids()
        matched = match_sightings(store.sightings(), catalog, store.withdrawn())
        plan = _adopt(plan, catalog, matched, store)
    walls = {host: wall for batch in batches for host, wall in batch.walls.items()}
    robots = {root: text for batch in batches for root, text in batch.robots.items()}
    for match in matched.matches:
        if match.fate is SightingFate.HELD:
            what = f"{match.sighting.source_id}: {match.sighting.title}: {match.reason}"
            note_issue(plan, "discover", "held-link", what)
    found = {release.release_id for release in matched.releases}
    return Adopted(
        replace(plan, walls=walls, robots=robots),
        visits,
        tuple(sorted(found - before)),
        matched.matches,
    )


def _adopt(plan: Plan, catalog: Catalog, matched: Matched, store: Store) -> Plan:
    """The plan with what was found; a mirror's row that a listing names is no release of its own."""
    sighted = {match.sighting.request.digest for match in matched.matches}
    ids = {release.release_id for release in matched.releases}
    # A folder has what its index names. A server that lists a release answers for it, too.
    from_server = plan.mirror is not None and is_address(plan.mirror)
    releases: list[Release] = [
        release
        for release in plan.releases
        if release.source_id != MIRROR_SOURCE
        or (release.request.digest not in sighted and release.release_id not in ids)
    ]
    releases += [
        release
        for release in matched.releases
        if plan.covers(release) and (from_server or plan.is_served(release.request))
    ]
    if plan.pattern is not None and not releases and not plan.listed:
        refuse_pattern(plan.pattern, matched.releases, catalog.releases)
    hosts = {
        source.source_id: list_hosts(source.discovery)
        for source in catalog.sources
        if source.discovery is not None
    }
    due = releases
    if plan.pattern is None and not plan.look_back:
        archive = Archive(plan.settings.archive)
        printed = {
            match.release.release_id: match.sighting.seen_on
            for match in matched.matches
            if match.release is not None
            and match.fate is SightingFate.TAKEN
            and match.sighting.seen_on is not None
        }
        asked = [each for each in releases if each.release_id not in matched.past]
        due = choose_due(asked, store.address_visits(), archive, plan.today, plan.settings, printed)
    return replace(
        plan,
        releases=tuple(releases),
        found=matched.releases,
        due=tuple(each for each in due if each.release_id not in matched.past),
        hosts={each.release_id: hosts[each.source_id] for each in matched.releases},
    )


def describe_visits(visits: Sequence[SourceVisit]) -> str:
    """``5 listings: 2 new, 2 nothing-new, 1 drifted``."""
    counts: dict[ListingOutcome, int] = defaultdict(int)
    for visit in visits:
        counts[visit.outcome] += 1
    return ", ".join(f"{counts[each]} {each}" for each in ListingOutcome if counts[each])
