"""From a sighting to a release: which of a source's links are releases, of which area and period.

Derived anew in each run from the sightings and today's catalogue, and never kept as truth: a mended
alias or pattern takes what was held. Every sighting has one fate with its reason:

    taken      it is a release, or the address of one that counts
    edition    the same release at another address, which does not count beside the one taken
    proposed   it would be taken; its source only lists (``adopt: propose``)
    held       it may be a release, and its kind, area or period is not settled
    excluded   the source does not want it: another kind, host or path, or what ``unless`` names

A title is one witness and is never guessed from: no area or two, no period, an area outside the
source's is *held*. Of several addresses of one release the higher authority counts, then one that
is not withdrawn, then the newest.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from flows.catalog import Catalog
from flows.catalog.model import Discovery, Source
from flows.discover.walk import list_hosts
from flows.language.kinds import find_kinds
from flows.language.spelling import fold_title
from flows.language.titles import TitleReading, read_title
from flows.model.kinds import Kind
from flows.model.listing import Sighting
from flows.model.nouns import Authority, Release

#: The day beside a copy says when it was copied, and not when the release was published.
_COPIES = (Authority.REPOST, Authority.COMPILATION)


class SightingFate(StrEnum):
    TAKEN = "taken"
    EDITION = "edition"
    PROPOSED = "proposed"
    HELD = "held"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Match:
    """What today's catalogue makes of a sighting."""

    sighting: Sighting
    fate: SightingFate
    rule: str  # the reason as one word
    reason: str
    release: Release | None = None  # of taken, edition and proposed


@dataclass(frozen=True, slots=True)
class Matched:
    releases: tuple[Release, ...]  # found ones, by id; those of the catalogue are not among them
    matches: tuple[Match, ...]
    past: frozenset[str] = frozenset()  # of them those whose address now names another release


def match_sightings(
    sightings: Iterable[Sighting], catalog: Catalog, withdrawn: Collection[str] = ()
) -> Matched:
    """Every sighting's fate, and the releases that they are.

    ``withdrawn``: addresses that gave 404 or 410 when they were last asked for.
    """
    sources = {source.source_id: source for source in catalog.sources}
    fixed = {release.request.digest: release for release in catalog.releases}
    ids = {release.release_id for release in catalog.releases}
    slugs = AreaSlugs(catalog)
    matches: list[Match] = []
    found: dict[str, list[int]] = defaultdict(list)  # release_id -> places in matches
    past: dict[str, Release] = {}  # what an address named before
    for sighting in sightings:
        source = sources.get(sighting.source_id)
        if source is None or source.discovery is None:
            continue  # its source has left the catalogue
        match, earlier = _match_versions(sighting, source, source.discovery, catalog, slugs)
        past.update({release.release_id: release for release in earlier})
        known = fixed.get(sighting.request.digest)
        if known is not None:
            match = Match(sighting, SightingFate.TAKEN, "listed", "the catalogue lists it", known)
        elif match.release is not None and match.fate is SightingFate.TAKEN:
            found[match.release.release_id].append(len(matches))
        matches.append(match)
    releases = []
    ranks = dict(catalog.authorities.select("authority", "rank").iter_rows())
    for release_id, places in sorted(found.items()):
        ordered = sorted(places, key=lambda place: _precedence(matches[place], ranks, withdrawn))
        best = None if release_id in ids else ordered.pop(0)
        if best is not None:
            releases.append(_released(matches[best]))
        for place in ordered:
            where = "the catalogue lists" if best is None else _released(matches[best]).url
            matches[place] = replace(
                matches[place],
                fate=SightingFate.EDITION,
                rule="edition",
                reason=f"{release_id} counts at another address: {where}",
            )
    left = {name: past[name] for name in sorted(past.keys() - found.keys() - ids)}
    return Matched((*releases, *left.values()), tuple(matches), frozenset(left))


def is_wanted(title: str, url: str, discovery: Discovery) -> bool:
    """Whether a row may be a release of the source, as far as kind and address tell."""
    return _exclude(title, url, discovery) is None


def _released(match: Match) -> Release:
    if match.release is None:
        raise ValueError(f"{match.sighting.request.url} is no release")
    return match.release


def _precedence(
    match: Match, ranks: Mapping[str, int], withdrawn: Collection[str]
) -> tuple[bool, int, int, float, str]:
    release, sighting = _released(match), match.sighting
    day = sighting.seen_on.toordinal() if sighting.seen_on else 0
    seen = sighting.first_seen.timestamp() if sighting.first_seen else float("inf")
    gone = release.url in withdrawn
    return gone, ranks[release.authority], -day, -seen, release.url


def _match_versions(
    sighting: Sighting, source: Source, discovery: Discovery, catalog: Catalog, slugs: AreaSlugs
) -> tuple[Match, list[Release]]:
    """What a link is, and the other releases that it was as it was printed before.

    A title that is printed worse than before takes nothing back: what it was taken for stays.
    """
    match = _match_one(sighting, source, discovery, catalog, slugs)
    earlier: list[Release] = []
    version = sighting.before
    while version is not None:
        before = _match_one(version, source, discovery, catalog, slugs)
        version = version.before
        if before.release is None or before.fate is not SightingFate.TAKEN:
            continue
        if match.release is None:
            reason = f"taken as it was printed before; now {match.fate}: {match.reason}"
            match = replace(before, sighting=sighting, rule="printed-before", reason=reason)
        elif before.release.release_id != match.release.release_id:
            earlier.append(before.release)
    return match, earlier


def _match_one(
    sighting: Sighting, source: Source, discovery: Discovery, catalog: Catalog, slugs: AreaSlugs
) -> Match:
    excluded = _exclude(sighting.title, sighting.request.url, discovery)
    if excluded is not None:
        return Match(sighting, SightingFate.EXCLUDED, *excluded)
    prototype = source.prototype
    if prototype is None:
        raise ValueError(f"{source.source_id} has no prototype")
    scope = discovery.within or prototype.ref_area
    reading = read_title(sighting.title, catalog.gazetteer, scope=scope, seen_on=sighting.seen_on)
    kind = _settle_kind(reading, discovery)
    if not _wants_kind(kind, discovery):
        what = f"it is a {kind}; wanted are {', '.join(discovery.want.kinds)}"
        return Match(sighting, SightingFate.EXCLUDED, "kind", what)
    own = prototype.ref_area if discovery.within is None else None
    why_not = _explain(reading, kind, own)
    if why_not:
        rule = why_not[0][0]
        return Match(sighting, SightingFate.HELD, rule, "; ".join(text for _, text in why_not))
    area, period = reading.area or own, reading.period
    if kind is None or area is None or period is None:
        raise ValueError(f"{sighting.title} is neither settled nor held")
    year = int(period[:4])
    name = catalog.gazetteer.name(area, year)
    if name is None:
        known = catalog.gazetteer.lifetime(area)
        what = f"there was no area {area} in {year}: it is known {known}"
        return Match(sighting, SightingFate.HELD, "area-not-valid", what)
    publisher = prototype.publisher
    if discovery.publisher is not None:
        publisher = discovery.publisher.format(area=name)
    release = replace(
        prototype,
        release_id=discovery.release_id.format(
            area=slugs.of(area, year), kind=kind.replace("_", "-"), period=period.lower()
        ),
        url=sighting.request.url,
        method=sighting.request.method,
        headers=sighting.request.headers,
        body=sighting.request.body,
        title=sighting.title,
        publisher=publisher,
        ref_area=area,
        time_period=period,
        published_on=None if prototype.authority in _COPIES else sighting.seen_on,
    )
    fate = SightingFate.TAKEN if discovery.follow else SightingFate.PROPOSED
    return Match(sighting, fate, fate.value, f"{kind} of {name} for {period}", release)


def _exclude(title: str, url: str, discovery: Discovery) -> tuple[str, str] | None:
    """Why the source does not want a link, as rule and reason; None where it may be a release."""
    want = discovery.want
    parts = urlsplit(url)
    if parts.netloc.lower() not in list_hosts(discovery):
        return "host", f"{parts.netloc} is none of the source's hosts"
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if want.path is not None and not re.search(want.path, path):
        return "path", f"the address does not fit path: {want.path}"
    folded = fold_title(title)
    if want.title is not None and not re.search(want.title, folded):
        return "title", f"the title does not fit title: {want.title}"
    if want.unless is not None and (match := re.search(want.unless, folded)):
        return "unless", f"the title has {match.group()}"
    kinds = _read_kinds(folded)
    if kinds and kinds[0][0].is_excluded:
        return "kind", f"{kinds[0][1]} is no release of figures"
    if not kinds and want.title is None:
        return "kind", "the title names no kind of release"
    return None


@lru_cache(maxsize=65536)
def _read_kinds(folded: str) -> tuple[tuple[Kind, str], ...]:
    return tuple((each.kind, each.text) for each in find_kinds(folded))


def _settle_kind(reading: TitleReading, discovery: Discovery) -> Kind | None:
    """The title's kind; where it names none, the one that the source declares beside a title."""
    want = discovery.want
    if reading.kind is None and want.title is not None and len(want.kinds) == 1:
        return Kind(want.kinds[0])
    return reading.kind


def _wants_kind(kind: Kind | None, discovery: Discovery) -> bool:
    """Statistics of a period that the title doesn't print may be of any."""
    kinds = discovery.want.kinds
    return not kinds or kind in (None, Kind.STATISTICS, *kinds)


def _explain(reading: TitleReading, kind: Kind | None, own: str | None) -> list[tuple[str, str]]:
    """Why a title is not settled, as rules and reasons; none: it is."""
    found = []
    for each in reading.why_not:
        if each.about == "kind" and kind is not None:
            continue
        if each.about == "area" and own is not None and each.rule == "no-area":
            continue  # a source of one area need not print it
        found.append((each.rule, each.reason))
    if own is not None and reading.area not in (None, own):
        found.append(("other-area", f"it is about {reading.area}, and its source about {own}"))
    if kind is None and not any(about == "unknown-kind" for about, _ in found):
        found.append(("unknown-kind", "no words of a kind of release"))
    if reading.period is None and not any(each.about == "period" for each in reading.why_not):
        found.append(("unknown-period", "it names no period"))
    return found


class AreaSlugs:
    """How an area is written in an id: its English name where one area has it, else its code."""

    def __init__(self, catalog: Catalog) -> None:
        self._gazetteer = catalog.gazetteer
        self._slugs = {code: _slug(name) for code, name in catalog.english.items()}
        self._codes: dict[str, list[str]] = defaultdict(list)
        for code, slug in self._slugs.items():
            self._codes[slug].append(code)

    def of(self, code: str, year: int) -> str:
        slug = self._slugs.get(code)
        if not slug:
            return code
        rivals = [each for each in self._codes[slug] if self._gazetteer.life(each, year)]
        return slug if rivals == [code] else code


def _slug(name: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", name.lower().replace("'", "")))


def group_matches(matches: Sequence[Match]) -> dict[str, list[Match]]:
    """The matches of each source, in their order."""
    grouped: dict[str, list[Match]] = defaultdict(list)
    for match in matches:
        grouped[match.sighting.source_id].append(match)
    return dict(grouped)


__all__ = [
    "AreaSlugs",
    "Match",
    "Matched",
    "SightingFate",
    "group_matches",
    "is_wanted",
    "match_sightings",
]
