"""Parts of the releases that listings name: further pages and attached files, releases of their own.

    visits of the releases → their pages' parts → the plan with them, and which of them are asked for

A part has its release's area, period, publisher and authority, and an id made from it. Of a page
that was visited in this run the parts are found anew; of one that was not, they are what the store
last recorded. A part that its page names no more is retired.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flows.catalog.model import Discovery
from flows.discover import Body
from flows.discover.parts import Part, PartKind, find_parts
from flows.discover.walk import list_hosts
from flows.fetch import Archive
from flows.model.errors import ReadError, StoreError
from flows.model.nouns import MediaKind, Release, Snapshot, Visit
from flows.run.due import choose_due
from flows.run.issues import note_issue
from flows.run.plan import Plan
from flows.run.stages import open_store

_PART_ID = re.compile(r"(?P<whole>.+)-(?:page-\d+|file-[0-9a-f]{8})")
#: The readers of files by their ending; a page is read as its release is.
_READERS = {
    **dict.fromkeys(("pdf", "docx"), "communique"),
    **dict.fromkeys(("xls", "xlsx", "ods", "csv"), "table"),
}


@dataclass(frozen=True, slots=True)
class AdoptedParts:
    plan: Plan  # with the parts among its releases
    asked: Plan  # the same, of which the parts alone are asked for


def adopt_parts(plan: Plan, visits: Sequence[Visit]) -> AdoptedParts:
    """The plan with the parts of all found releases, and the one that asks for those due."""
    wholes = {release.release_id: release for release in plan.found}
    if not wholes:
        return AdoptedParts(plan, replace(plan, due=()))
    archive = Archive(plan.settings.archive)
    discoveries = {source.source_id: source.discovery for source in plan.catalog().sources}
    with open_store(plan) as store:
        recorded, addresses = store.releases(), store.address_visits()
    parts: dict[str, list[Release]] = defaultdict(list)
    for release in recorded:
        name = _PART_ID.fullmatch(release.release_id)
        if name and name["whole"] in wholes and release.release_id not in wholes:
            parts[name["whole"]].append(_share_facts(release, wholes[name["whole"]]))
    for visit in visits:
        whole = wholes.get(visit.release_id)
        discovery = discoveries.get(whole.source_id) if whole else None
        if whole is not None and discovery is not None and visit.snapshot is not None:
            found = _find_parts(plan, discovery, archive, whole, visit.snapshot)
            if found is not None:
                parts[whole.release_id] = found
    here = {release.release_id for release in plan.releases}
    every = [part for whole in wholes for part in parts[whole]]
    ours = [
        part
        for whole in wholes
        if whole in here
        for part in parts[whole]
        if plan.is_served(part.request)
    ]
    due = ours
    if plan.due is not None and plan.pattern is None and not plan.look_back:
        # A part is as young as its page: it is asked for with it, else only where it is missing.
        asked = {release.release_id for release in plan.due}
        with_page = {part.release_id for whole in asked & here for part in parts.get(whole, ())}
        old = {part.release_id: date.min for part in ours}
        missing = choose_due(ours, addresses, archive, plan.today, plan.settings, old)
        with_page |= {part.release_id for part in missing}
        due = [part for part in ours if part.release_id in with_page]
    hosts = {
        part.release_id: plan.hosts[whole]
        for whole in wholes
        if whole in plan.hosts
        for part in parts[whole]
    }
    plan = replace(
        plan,
        releases=(*plan.releases, *ours),
        found=(*plan.found, *every),
        hosts={**plan.hosts, **hosts},
    )
    return AdoptedParts(plan, replace(plan, due=tuple(due)))


def _find_parts(
    plan: Plan, discovery: Discovery, archive: Archive, whole: Release, snapshot: Snapshot
) -> list[Release] | None:
    """The parts that a release's page names; None where that can't be told."""
    if snapshot.media_kind is not MediaKind.HTML:
        return []
    try:
        data = archive.read(snapshot.sha256)
        body = Body(whole.request, whole.url, data, snapshot.charset)
        found = find_parts(body, list_hosts(discovery), discovery.attachments)
    except (ReadError, StoreError) as error:
        note_issue(plan, "fetch", "part", str(error), release_id=whole.release_id)
        return None
    for link, reason in found.refused:
        what = f"a part is not asked for: {link}: {reason}"
        note_issue(plan, "fetch", "part", what, release_id=whole.release_id)
    releases = []
    for part in found.parts:
        reader = whole.reader if part.kind is PartKind.PAGE else _READERS.get(part.ending)
        if reader is None:
            what = f"no reader takes the attached {part.title or part.request.url} (.{part.ending})"
            note_issue(plan, "fetch", "part", what, release_id=whole.release_id)
        else:
            releases.append(_make_release(whole, part, reader, discovery))
    return releases


def _make_release(whole: Release, part: Part, reader: str, discovery: Discovery) -> Release:
    """A part as a release. A file's id goes by its address, which does not change with its place."""
    is_page = part.kind is PartKind.PAGE
    name = f"page-{part.number}" if is_page else f"file-{part.request.digest[:8]}"
    return replace(
        whole,
        release_id=f"{whole.release_id}-{name}",
        url=part.request.url,
        method=part.request.method,
        headers=part.request.headers,
        body=part.request.body,
        title=whole.title if is_page else part.title or whole.title,
        reader=reader,
        layouts=whole.layouts if is_page else discovery.layouts if reader == "table" else (),
    )


def _share_facts(part: Release, whole: Release) -> Release:
    """A recorded part with what is said of its release today."""
    return replace(
        part,
        source_id=whole.source_id,
        publisher=whole.publisher,
        authority=whole.authority,
        ref_area=whole.ref_area,
        time_period=whole.time_period,
        published_on=whole.published_on,
        obs_status=whole.obs_status,
    )
