"""The plan of a run: which releases are visited, from where, under which name.

A plan is a value: every stage takes it, none changes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit
from uuid import uuid4

from flows.catalog import Catalog, load_catalog
from flows.catalog.model import Discovery
from flows.catalog.yamlfile import meant
from flows.discover.families import load_family
from flows.fetch import mirror_index, mirror_releases
from flows.fetch.address import canonicalize_request
from flows.model import clock
from flows.model.errors import CatalogError, UsageError
from flows.model.nouns import Release
from flows.model.request import Request
from flows.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """``mirror``: a folder or an address; none: the true sites."""

    run_id: str
    started_at: datetime  # UTC
    settings: Settings
    releases: tuple[Release, ...]
    catalog_fingerprint: str
    mirror: str | None = None
    pattern: str | None = None  # of release or source ids; none: all
    mirror_only: int = 0  # how many of the releases only the mirror names
    skipped: tuple[str, ...] = ()  # addresses of a mirror that are left out, and why
    listed: frozenset[str] = frozenset()  # sources whose listings are visited
    served: frozenset[str] | None = None  # digests of what the mirror answers; None: no mirror
    look_back: bool = False  # ask for every release, old ones too
    # After the listings were looked at:
    found: tuple[Release, ...] = ()  # all releases that they name, in this run or not
    due: tuple[Release, ...] | None = None  # those of the releases that are asked for; None: all
    hosts: Mapping[str, frozenset[str]] = field(default_factory=dict)  # of found ones, by id
    walls: Mapping[str, str] = field(default_factory=dict)  # host to the wall before it
    robots: Mapping[str, str] = field(default_factory=dict)  # root of a site to its robots.txt

    @property
    def work(self) -> Path:
        """The folder of the run's intermediate files."""
        return self.settings.home / "work" / self.run_id

    @property
    def today(self) -> date:
        """The day on which the run began, in China."""
        return self.started_at.astimezone(clock.SHANGHAI).date()

    def is_served(self, request: Request) -> bool:
        """Whether a request can be answered: by the mirror, where there is one."""
        return self.served is None or canonicalize_request(request).digest in self.served

    def catalog(self) -> Catalog:
        """The catalogue that the plan was made with; CatalogError where it has changed since."""
        catalog = load_catalog(own=self.settings.catalog)
        if catalog.fingerprint != self.catalog_fingerprint:
            raise CatalogError(
                "the catalogue was changed while the run went on",
                remedy="run gongbao refresh again; nothing is lost",
            )
        return catalog

    def count_due(self) -> int:
        """How many releases are asked for."""
        return len(self.releases if self.due is None else self.due)

    def covers(self, release: Release) -> bool:
        """Whether the run is about this release."""
        return self.pattern is None or _matches(release, self.pattern)


def make_plan(
    settings: Settings | None = None,
    *,
    mirror: str | None = None,
    source: str | None = None,
    run_id: str | None = None,
    look_back: bool = False,
) -> Plan:
    """The plan of a run that begins now.

    ``mirror``: a folder (served on the loopback interface while it is asked) or an address.
    ``source``: a pattern of release or source ids. ``run_id``: by default a new one. ``look_back``:
    ask for old releases, too. Raises UsageError for a mirror or pattern that cannot be used,
    CatalogError.
    """
    settings = settings or Settings()
    started_at = clock.read_time()
    catalog = load_catalog(own=settings.catalog)
    known = catalog.releases
    mirror_only, skipped = 0, list[str]()
    wanted: Sequence[Release] = known
    served: frozenset[str] | None = None
    if mirror is not None:
        index = mirror_index(mirror if is_address(mirror) else _folder(mirror), settings=settings)
        own, skipped = mirror_releases(index, known)
        wanted = [*(each for each in known if index.holds(each)), *own]
        mirror_only = len(own)
        served = frozenset(row.request.digest for row in index.rows)
    listed = _list_sources(catalog, source, served)
    if source is not None:
        fitting = [release for release in wanted if _matches(release, source)]
        if not fitting and all(each.discovery is None for each in catalog.sources):
            refuse_pattern(source, wanted, known)  # nothing can be found later
        wanted = fitting
    return Plan(
        run_id=run_id or new_run_id(started_at),
        started_at=started_at,
        settings=settings,
        releases=tuple(wanted),
        catalog_fingerprint=catalog.fingerprint,
        mirror=mirror,
        pattern=source,
        mirror_only=mirror_only,
        skipped=tuple(skipped),
        listed=listed,
        served=served,
        look_back=look_back,
    )


def _list_sources(
    catalog: Catalog, pattern: str | None, served: frozenset[str] | None
) -> frozenset[str]:
    """The sources whose listings a run visits: those that fit, as far as a mirror has them."""
    return frozenset(
        source.source_id
        for source in catalog.sources
        if source.discovery is not None
        and (pattern is None or fnmatchcase(source.source_id, pattern))
        and (served is None or _start_digest(source.discovery) in served)
    )


def _start_digest(discovery: Discovery) -> str:
    return canonicalize_request(load_family(discovery.family).start(discovery)).digest


def new_run_id(now: datetime) -> str:
    """Sorts by time, is a file name everywhere, and never meets another run's."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{uuid4().hex[:6]}"


def is_address(mirror: str) -> bool:
    return urlsplit(mirror).scheme in ("http", "https")


def _folder(mirror: str) -> Path:
    folder = Path(mirror)
    if not folder.is_dir():
        raise UsageError(
            "no such mirror", where=mirror, remedy="name a folder with an index.csv, or an address"
        )
    return folder


def _matches(release: Release, pattern: str) -> bool:
    return any(fnmatchcase(name, pattern) for name in (release.release_id, release.source_id))


def refuse_pattern(
    pattern: str, releases: Sequence[Release], catalogued: Sequence[Release]
) -> NoReturn:
    """Say what to do about a pattern that fits none of the run's releases."""
    elsewhere = next((release for release in catalogued if _matches(release, pattern)), None)
    if elsewhere is not None:
        raise UsageError(
            f"the mirror does not have {elsewhere.release_id} ({elsewhere.url})",
            remedy="add its address to the mirror's index.csv, or refresh without --mirror",
        )
    names = {release.release_id for release in releases}
    names |= {release.source_id for release in releases}
    raise UsageError(
        f"no release or source fits {pattern!r}",
        remedy=meant(pattern, names) or "`gongbao query release_list` names them",
    )
