"""What a reading is made of, and which readings no longer are what they would be made of today.

Each part that a result depends on has a fingerprint of its own, so that a run can say which of
them changed:

    reader      name and version
    release     what the catalogue says of the release: reader, layouts, area, period, day, status
    layout:…    each layout that it names
    query       of a service: which series its answer is to have
    areas, units, indicators    as far as reader and harmoniser ask for them
    data        the reader's own files: its lexicon
    suites      suites, bounds, identities and the share of faults that holds a release
    rules       version of harmoniser and gate
    accepted    that somebody lets these bytes pass, though most of the release has changed
    twin        another release with the same bytes, which is read instead
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from flows.catalog import Catalog
from flows.catalog.accepted import is_accepted
from flows.gate import GATE_VERSION
from flows.harmonise import HARMONISER_VERSION
from flows.model.nouns import Derivation, Release
from flows.model.paths import EXPECTATIONS
from flows.model.settings import Settings
from flows.read import load_reader
from flows.run.plan import Plan
from flows.store import CountingSnapshot

#: Parts of the catalogue that the harmoniser asks for.
_HARMONISER_ASKS = ("areas", "units", "indicators")
#: The part in which a field of the catalogue stands, where it has another name.
_PART_OF = {"area_names": "areas", "english": "areas"}


def list_ingredients(
    release: Release, sha256: str, catalog: Catalog, settings: Settings, twin_of: str | None
) -> dict[str, str]:
    """Part to fingerprint of what a reading of this release is made of today."""
    parts = {"release": _release_facts(release)}
    if twin_of is not None:
        return parts | {"twin": twin_of}
    reader = load_reader(release.reader)
    parts["reader"] = f"{release.reader} {reader.version}"
    if reader.data:
        parts["data"] = _fingerprint_files(reader.data)
    if is_accepted(catalog.accepted, release.release_id, sha256):
        parts["accepted"] = sha256
    parts["rules"] = f"harmoniser {HARMONISER_VERSION}, gate {GATE_VERSION}"
    parts["suites"] = fingerprint_suites(settings.release_fault_share)
    for name in (*reader.depends_on, *_HARMONISER_ASKS):
        if name != "layouts":
            part = _PART_OF.get(name, name)
            parts[part] = catalog.fingerprints[part]
    if release.reader == "service":
        parts["query"] = _digest(repr(catalog.find_query(release.release_id)).encode())
    for layout in release.layouts:
        key = f"layout:{layout}"
        parts[key] = catalog.fingerprints.get(key, "none")
    return parts


def _release_facts(release: Release) -> str:
    facts = (
        release.reader,
        release.layouts,
        release.ref_area,
        release.time_period,
        release.published_on,
        release.obs_status,
    )
    return _digest(json.dumps(facts, default=str, ensure_ascii=False).encode())


@cache
def _fingerprint_files(paths: tuple[Path, ...]) -> str:
    """sha256 over the files and all files in the folders, by name."""
    whole = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix in (".yaml", ".csv", ".json"):
                whole.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return whole.hexdigest()


@cache
def fingerprint_suites(fault_share: float) -> str:
    whole = hashlib.sha256(repr(fault_share).encode())
    for path in sorted(EXPECTATIONS.iterdir()):
        if path.suffix in (".json", ".csv"):
            whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def find_stale(
    counting: Iterable[CountingSnapshot], plan: Plan, catalog: Catalog
) -> tuple[Derivation, ...]:
    """The readings that are to be made anew, by release.

    Of two releases with the same bytes one is read: of the higher authority, then the one seen
    first. The other is noted as its twin, so that no figure counts twice.
    """
    named = (*catalog.releases, *plan.found, *plan.releases)
    today = {release.release_id: release for release in named}
    here = [(today.get(one.release.release_id, one.release), one) for one in counting]
    ranks = dict(catalog.authorities.select("authority", "rank").iter_rows())
    here.sort(key=lambda pair: _precedence(pair[0], pair[1], ranks))
    leaders: dict[str, str] = {}
    stale = []
    for release, one in here:
        leader = leaders.setdefault(one.snapshot.sha256, release.release_id)
        twin_of = None if leader == release.release_id else leader
        made_of = list_ingredients(release, one.snapshot.sha256, catalog, plan.settings, twin_of)
        derivation = Derivation(
            release, one.snapshot, made_of, _name_causes(made_of, one.made_of), twin_of
        )
        if derivation.made_by != one.made_by and plan.covers(release):
            stale.append(derivation)
    return tuple(sorted(stale, key=lambda one: (one.release.release_id, one.snapshot.fetched_at)))


def _precedence(
    release: Release, one: CountingSnapshot, ranks: Mapping[str, int]
) -> tuple[bool, int, int, str]:
    return (not one.newest, ranks[release.authority], one.number, release.release_id)


def _name_causes(made_of: Mapping[str, str], before: str | None) -> tuple[str, ...]:
    """Why a reading is to be made: the parts that are not what they were."""
    if before is None:
        return ("new bytes",)
    old = json.loads(before)
    names = [*made_of, *(name for name in old if name not in made_of)]
    return tuple(name for name in names if made_of.get(name) != old.get(name))
