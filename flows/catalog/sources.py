"""Sources and layouts: ``sources/*.yaml``, ``layouts/*.yaml`` and ``authorities.csv``.

A source file is a list of sources. Fields that all releases of a source share stand at the
source; a release may say otherwise. ``time_period`` is 2023, 2023-Q1 (cumulated from January) or
2023-06; ``published_on`` stands only where it is known. ``address`` (of the publisher) and ``terms`` (or
licence, of its figures) are "unknown" where they are. ``service`` asks a statistical service:
``service_block.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from flows.catalog.calendar import DueBlock, make_due
from flows.catalog.csvfile import LINE, read_table
from flows.catalog.discovery import DiscoverBlock, make_discovery
from flows.catalog.folders import Folders
from flows.catalog.layout import Layout
from flows.catalog.model import AUTHORITY, Discovery, Indicator, Source
from flows.catalog.query import Query
from flows.catalog.service_block import ServiceBlock
from flows.catalog.service_requests import make_request
from flows.catalog.services import Known, make_queries
from flows.catalog.units import Units
from flows.catalog.yamlfile import Place, YamlFile, meant, read_yaml
from flows.model.errors import CatalogError
from flows.model.measure import Measure
from flows.model.nouns import Authority, Release
from flows.model.registry import READERS, check_layouts
from flows.model.request import check_request, sort_headers

#: SDMX CL_OBS_STATUS, version 2.2.
ObsStatus = Literal[
    "A",
    "B",
    "D",
    "E",
    "F",
    "G",
    "H",
    "I",
    "J",
    "K",
    "L",
    "M",
    "N",
    "O",
    "P",
    "Q",
    "S",
    "U",
    "V",
    "W",
]


#: The years in which each area existed, from the first to the one after the last.
_Spans = dict[str, list[tuple[int, int]]]


class _Shared(BaseModel):
    """What a release may take from its source."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)

    publisher: str | None = None
    reader: str | None = None
    authority: Authority | None = None
    layouts: tuple[str, ...] | None = None
    ref_area: str | None = Field(None, pattern=r"^\d{6}$")
    obs_status: ObsStatus | None = None


class _Release(_Shared):
    release_id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    url: str
    method: str = "GET"
    headers: dict[str, str] = Field(default_factory=dict)
    body: str | None = None
    title: str
    time_period: str | None = Field(None, pattern=r"^\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$")
    published_on: date | None = None
    settled: bool = False


class _Source(_Shared):
    source_id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    publisher: str
    calendar: tuple[DueBlock, ...] = ()
    address: str = Field("unknown", pattern=r"^(unknown|https?://\S+)$")
    terms: str = "unknown"
    releases: tuple[_Release, ...] = ()
    discover: DiscoverBlock | None = None
    service: ServiceBlock | None = None


def load_layouts(
    folders: Folders, indicators: Mapping[str, Indicator], units: pl.DataFrame
) -> dict[str, tuple[Layout, Path]]:
    """The table layouts and their files by name; every indicator and unit they claim is known."""
    bases = dict(units.select("unit_text", "base").rows())
    layouts: dict[str, tuple[Layout, Path]] = {}
    for path in folders.files("layouts"):
        document = read_yaml(path)
        layout = document.validate(Layout)
        if layout.name in layouts:
            raise document.error(("name",), f"{layout.name!r} is the name of another layout")
        layouts[layout.name] = layout, path
        for number, column in enumerate(layout.columns):
            at = ("columns", number)
            if column.indicator is not None and column.indicator not in indicators:
                what = f"unknown indicator {column.indicator!r}"
                raise document.error((*at, "indicator"), what, meant(column.indicator, indicators))
            if column.unit is not None and column.unit not in bases:
                what = f"unknown unit {column.unit!r}"
                raise document.error((*at, "unit"), what, meant(column.unit, bases))
            if column.indicator and column.unit and column.measure.base is Measure.LEVEL:
                wanted = indicators[column.indicator].unit_measure
                if bases[column.unit] != bases[wanted]:
                    what = f"{column.indicator} is in {wanted}, and {column.unit} is no such unit"
                    raise document.error((*at, "unit"), what)
    return layouts


def load_authorities(folders: Folders) -> pl.DataFrame:
    """``model.AUTHORITY``: each of ``nouns.Authority``, no two of one rank."""
    table = read_table(folders.table("authorities.csv"), AUTHORITY, tuple(AUTHORITY))
    table.refuse_unknown("authority", [each.value for each in Authority], "authority")
    table.refuse_twice("authority")
    table.refuse_twice("rank")
    missing = [each for each in Authority if each not in table.frame["authority"]]
    if missing:
        raise CatalogError(
            f"no rank for {', '.join(missing)}", where=str(folders.shipped / "authorities.csv")
        )
    return table.frame.drop(LINE).sort("rank")


def load_sources(
    folders: Folders,
    areas: pl.DataFrame,
    layouts: Iterable[str],
    indicators: Mapping[str, Indicator],
    units: pl.DataFrame,
) -> tuple[Source, ...]:
    """All sources, in the order of their files; identifiers and addresses are unique."""
    life = _life(areas)
    names = dict(areas.select("ref_area", "name_zh").iter_rows())
    country = areas.filter(pl.col("level") == "country")["ref_area"].to_list()[0]
    asked = Known(life, country, indicators, Units(units))
    known = set(layouts)
    seen: dict[str, str] = {}  # identifier or address -> where it stands
    sources: list[Source] = []
    for path in folders.files("sources"):
        document = read_yaml(path)
        for number in document.entries():
            entry = document.validate(_Source, (number,))
            _once(document, (number, "source_id"), f"source {entry.source_id}", seen)
            releases = []
            for place in range(len(entry.releases)):
                at = (number, "releases", place)
                release = _release(document, at, entry, entry.releases[place])
                _once(document, (*at, "release_id"), f"release {release.release_id}", seen)
                _once(document, (*at, "url"), str(release.request), seen)
                _check(document, at, release, life, known)
                releases.append(release)
            block = (number, "service")
            queries = _queries(document, block, entry, asked)
            for query in queries:
                release = _answer(query, entry, names)
                _once(document, block, f"release {release.release_id}", seen)
                _once(document, block, str(release.request), seen)
                _check(document, block, release, life, known)
                releases.append(release)
            sources.append(
                Source(
                    entry.source_id,
                    entry.publisher,
                    tuple(releases),
                    tuple(
                        make_due(block, entry.source_id, number)
                        for number, block in enumerate(entry.calendar)
                    ),
                    entry.address,
                    entry.terms,
                    *_discovery(document, number, entry, life, known),
                    queries,
                )
            )
    return tuple(sources)


def _discovery(
    document: YamlFile, number: int, source: _Source, life: _Spans, layouts: set[str]
) -> tuple[Discovery | None, Release | None]:
    """Where the source names more releases, and what they take from it."""
    block = source.discover
    if block is None:
        if not source.releases and source.service is None:
            remedy = (
                "list some under releases:, say under discover: where they are named, "
                "or ask a service:"
            )
            raise document.error((number,), f"{source.source_id} has no releases", remedy)
        return None, None
    at = (number, "discover")
    discovery = make_discovery(document, at, block, life, source.ref_area)
    for name in block.layouts:
        if name not in layouts:
            place = (*at, "layouts")
            raise document.error(place, f"unknown layout {name!r}", meant(name, layouts))
    entry = _Release(release_id="found", url=block.list, title=source.publisher)
    prototype = _release(document, at, source, entry)
    _check(document, at, prototype, life, layouts)
    return discovery, prototype


def _release(document: YamlFile, at: Place, source: _Source, entry: _Release) -> Release:
    reader = entry.reader or source.reader
    if reader is None:
        remedy = f"reader: {' or '.join(READERS)}, here or at the source"
        raise document.error(at, "no reader", remedy)
    if reader not in READERS:
        remedy = meant(reader, READERS) or f"there are {', '.join(READERS)}"
        raise document.error(_given(document, at, "reader"), f"unknown reader {reader!r}", remedy)
    return Release(
        release_id=entry.release_id,
        source_id=source.source_id,
        url=entry.url,
        title=entry.title,
        publisher=entry.publisher or source.publisher,
        reader=reader,
        authority=entry.authority or source.authority or Authority.OFFICIAL,
        layouts=entry.layouts if entry.layouts is not None else source.layouts or (),
        ref_area=entry.ref_area or source.ref_area,
        time_period=entry.time_period,
        published_on=entry.published_on,
        obs_status=entry.obs_status or source.obs_status or "A",
        method=entry.method,
        headers=sort_headers(entry.headers),
        body=entry.body,
    )


def _queries(document: YamlFile, block: Place, source: _Source, known: Known) -> tuple[Query, ...]:
    """The queries of the source's service, if it has one."""
    if source.service is None:
        return ()
    return make_queries(document, block, source.service, source.source_id, known)


def _answer(query: Query, source: _Source, names: Mapping[str, str]) -> Release:
    """The release that a query's answer is."""
    codes = [code for _, code in query.areas]
    request = make_request(query, names)
    return Release(
        release_id=query.release_id,
        source_id=source.source_id,
        url=request.url,
        title=f"{query.title}（{'、'.join(names.get(code, code) for code in codes[:3])}）",
        publisher=source.publisher,
        reader="service",
        authority=source.authority or Authority.OFFICIAL,
        ref_area=codes[0] if len(codes) == 1 else query.country,
        obs_status=source.obs_status or "A",
        method=request.method,
        headers=request.headers,
        body=request.body,
    )


def _life(areas: pl.DataFrame) -> _Spans:
    life: _Spans = {}
    columns = pl.col("ref_area"), pl.col("valid_from"), pl.col("valid_to").fill_null(9999)
    for code, start, end in areas.select(*columns).rows():
        life.setdefault(code, []).append((start, end))
    return life


def _check(
    document: YamlFile, at: Place, release: Release, life: _Spans, layouts: set[str]
) -> None:
    parts = urlsplit(release.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise document.error((*at, "url"), f"{release.url!r} is no http or https address")
    if wrong := check_request(release.request):
        raise document.error((*at, wrong[0]), wrong[1])
    if release.ref_area is not None:
        where = _given(document, at, "ref_area")
        if release.ref_area not in life:
            what = f"unknown area {release.ref_area!r}"
            near = [code for code in life if code[:4] == release.ref_area[:4]]
            raise document.error(where, what, meant(release.ref_area, near))
        year = int(release.time_period[:4]) if release.time_period else None
        if year and not any(start <= year < end for start, end in life[release.ref_area]):
            raise document.error(where, f"there was no area {release.ref_area} in {year}")
    where = _given(document, at, "layouts")
    for name in release.layouts:
        if name not in layouts:
            raise document.error(where, f"unknown layout {name!r}", meant(name, layouts))
    if fault := check_layouts(release):
        raise document.error(where, fault)


def _given(document: YamlFile, at: Place, name: str) -> Place:
    """Where a field of a release stands: with it, or with its source."""
    own, inherited = (*at, name), (at[0], name)
    return inherited if own not in document.lines and inherited in document.lines else own


def _once(document: YamlFile, at: Place, name: str, seen: dict[str, str]) -> None:
    if name in seen:
        raise document.error(at, f"{name} is there twice", f"first at {seen[name]}")
    seen[name] = f"{document.path.name}:{document.line(at)}"
