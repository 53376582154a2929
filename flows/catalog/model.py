"""What we know of the world, as the rest of the code sees it. ``load_catalog`` makes one.

Years are whole calendar years; ``valid_to`` is the first year (for groups: the first day) in
which the row no longer holds, null while it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import polars as pl

from flows.catalog.accepted import Accepted
from flows.catalog.calendar import Due
from flows.catalog.gazetteer import Gazetteer
from flows.catalog.layout import Layout
from flows.catalog.query import Query
from flows.model.kinds import Kind
from flows.model.measure import Measure
from flows.model.nouns import Release
from flows.model.request import Request

#: One row a code and period of validity. ``level``: country, province, prefecture or county.
AREA = pl.Schema(
    {
        "ref_area": pl.String(),  # six digits
        "name_zh": pl.String(),
        "level": pl.String(),
        "parent": pl.String(),  # ref_area; null for the country
        "valid_from": pl.Int32(),
        "valid_to": pl.Int32(),
        "successors": pl.String(),  # codes that took over, joined by ";"; null
    }
)

#: Every name by which an area may be printed: its own, short forms, aliases, misspellings.
AREA_NAME = pl.Schema(
    {
        "name": pl.String(),  # simplified script
        "ref_area": pl.String(),
        "valid_from": pl.Int32(),
        "valid_to": pl.Int32(),
        "kind": pl.String(),  # official, short, alias, misspelling
    }
)

GROUP = pl.Schema(
    {
        "group_id": pl.String(),
        "name_zh": pl.String(),
        "name_en": pl.String(),
        "ref_area": pl.String(),
        "valid_from": pl.Date(),
        "valid_to": pl.Date(),
    }
)

#: ``value in unit_text * factor = value in base``; units of one base convert into each other.
UNIT = pl.Schema({"unit_text": pl.String(), "base": pl.String(), "factor": pl.Float64()})


#: Who may stand behind a release (``nouns.Authority``); of two that say different things on one
#: day, the one of the lower rank counts.
AUTHORITY = pl.Schema({"authority": pl.String(), "rank": pl.Int32(), "label": pl.String()})


@dataclass(frozen=True, slots=True)
class Indicator:
    code: str
    name_zh: str
    name_en: str
    unit_measure: str
    has_growth: bool
    note: str = ""
    desired: str = "more"  # or less, as of unemployment: which way a bare target is to be passed

    def kept_in(self, measure: Measure) -> str:
        """The unit in which observations of this measure are kept."""
        return measure.unit(self.unit_measure)


@dataclass(frozen=True, slots=True)
class ItemRule:
    """Where a listing's rows stand: CSS selectors, ``a@title`` for an attribute; None: the family's own."""

    row: str | None = None
    link: str | None = None
    title: tuple[str, ...] = ()  # the first that gives text
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Want:
    """Which links are releases: all that is given must hold."""

    kinds: tuple[Kind, ...] = ()  # none: any
    title: str | None = None  # regular expression
    unless: str | None = None
    hosts: tuple[str, ...] = ()  # none: the listing's own
    path: str | None = None  # regular expression


@dataclass(frozen=True, slots=True)
class Expect:
    """What a healthy listing shows, and when its releases are due."""

    items: int = 1  # rows of the first page, at least
    dated: float = 0.9  # share of rows with a readable day
    newest_days: int | None = None  # the newest row is no older
    each_year_by: tuple[int, int] | None = None  # month and day


@dataclass(frozen=True, slots=True)
class Discovery:
    """Where a source names its releases, and which of those it names are taken."""

    listing: Request
    family: str  # a name in registry.FAMILIES; declared, never guessed in a run
    options: Mapping[str, str] = field(default_factory=dict)  # the family's own, checked by it
    item: ItemRule = ItemRule()
    dates: tuple[str, ...] = ()  # strptime formats beside the usual ones
    max_pages: int = 3
    until_known: bool = True  # stop at the first page without a new row; else walk all
    want: Want = Want()
    within: str | None = None  # ref_area: titles name areas of it
    release_id: str = "{area}-{kind}-{period}"
    publisher: str | None = None  # "{area}统计局" with the area's name; None: the source's
    attachments: tuple[str, ...] = ()  # endings of parts that are taken: xls, xlsx, pdf …
    layouts: tuple[str, ...] = ()  # that the tables among them may have
    expect: Expect = Expect()
    follow: bool = True  # else sightings are only listed as proposals


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher's series of releases, with its reader and calendar."""

    source_id: str
    publisher: str
    releases: tuple[Release, ...]
    calendar: tuple[Due, ...] = ()  # what it is due to bring
    address: str = "unknown"  # of the publisher
    terms: str = "unknown"  # or licence, under which it gives its figures
    discovery: Discovery | None = None  # where more of its releases are named
    prototype: Release | None = None  # what these take from the source
    queries: tuple[Query, ...] = ()  # of a service: how the answers among its releases are read


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    areas: pl.DataFrame  # AREA
    area_names: pl.DataFrame  # AREA_NAME
    groups: pl.DataFrame  # GROUP
    units: pl.DataFrame  # UNIT
    indicators: Mapping[str, Indicator]
    authorities: pl.DataFrame  # AUTHORITY, by rank
    layouts: Mapping[str, Layout]
    sources: tuple[Source, ...]
    fingerprint: str  # sha256 over all catalogue files; changes when anything known changes
    fingerprints: Mapping[str, str] = field(default_factory=dict)  # by part: load_catalog's list
    english: Mapping[str, str] = field(default_factory=dict)  # names of areas, by code
    calendar: tuple[Due, ...] = ()  # all that is due: the sources' and the groups'
    accepted: tuple[Accepted, ...] = ()  # changed releases that somebody lets pass

    @property
    def gazetteer(self) -> Gazetteer:
        """Whatever is asked of areas and their names; made once."""
        return _make_gazetteer(self)

    @property
    def releases(self) -> tuple[Release, ...]:
        return tuple(release for source in self.sources for release in source.releases)

    def find_query(self, release_id: str) -> Query | None:
        """The query of a service whose answer a release is."""
        queries = (query for source in self.sources for query in source.queries)
        return next((query for query in queries if query.release_id == release_id), None)


@lru_cache(maxsize=4)
def _make_gazetteer(catalog: Catalog) -> Gazetteer:
    return Gazetteer(catalog.areas, catalog.area_names, catalog.groups, catalog.english)
