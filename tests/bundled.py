"""The bundled releases as a run finds them: those of the catalogue, and those that listings name."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache

from flows.catalog import load_catalog
from flows.catalog.model import Source
from flows.discover import Body
from flows.discover.families import load_family
from flows.discover.match import Matched, match_sightings
from flows.discover.walk import Known, Walked, walk_listing
from flows.model import paths
from flows.model.listing import Sighting
from flows.model.nouns import Release

TODAY = date(2026, 3, 31)


@cache
def bundled_files() -> dict[str, str]:
    """The mirror's file of each address."""
    with (paths.SAMPLES / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["url"]: row["file"] for row in csv.DictReader(file)}


def walk_bundled(source: Source) -> Walked:
    """The first visit of a source's bundled listing, without a network."""
    assert source.discovery is not None
    family = load_family(source.discovery.family)
    walk = walk_listing(source.discovery, family, Known(), TODAY, lambda row: True)
    try:
        request = next(walk)
        while True:
            data = (paths.SAMPLES / bundled_files()[request.url]).read_bytes()
            request = walk.send(Body(request, request.url, data))
    except StopIteration as ended:
        walked: Walked = ended.value
        return walked


@cache
def match_bundled() -> Matched:
    catalog = load_catalog()
    sightings = [
        Sighting(source.source_id, row.request, row.title, row.date_text, row.seen_on)
        for source in catalog.sources
        if source.discovery is not None
        for row in walk_bundled(source).new
    ]
    return match_sightings(sightings, catalog)


@cache
def bundled_releases() -> tuple[Release, ...]:
    return (*load_catalog().releases, *match_bundled().releases)
