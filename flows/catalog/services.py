"""Queries of statistical services: the ``service:`` block of a source.

A query asks a service for some series, and its answer is one release: its address, headers and
body are made here (``service_requests.py``), and how the answer is read is a ``Query``. Each query
is asked for each area by itself where its address or body names the area.

**Complete or nothing**: a query is one request and one answer, never several pages, so that an
answer is either whole or refused by its reader. A series that a service cuts into segments (at each
new base) has a query a segment, with the years that it stands for: the segments cannot overlap,
for an older one ends where the next begins, and each can fail without the others.

Measured, area, label, unit and period are declared, and whatever the answer says otherwise is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flows.catalog.model import Indicator
from flows.catalog.query import MISSING, Dialect, Query, Series
from flows.catalog.service_block import QueryEntry, SeriesEntry, ServiceBlock
from flows.catalog.units import Units
from flows.catalog.yamlfile import Place, YamlFile, meant
from flows.model.errors import CatalogError
from flows.model.measure import Measure

#: What each dialect needs of a query to ask for it, beside the series.
_NEEDS: Mapping[Dialect, tuple[str, ...]] = {
    Dialect.NBS_2026: ("catalogue",),
    Dialect.EASYQUERY: ("database",),
    Dialect.WORLDBANK: ("path",),
    Dialect.JSONSTAT: ("path",),
    Dialect.SDMX_CSV: ("path",),
}
#: Dialects whose series are known by an id, not by their dimensions.
_BY_ID = (Dialect.NBS_2026, Dialect.EASYQUERY, Dialect.WORLDBANK)


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue has that a query may name."""

    areas: Mapping[str, object]  # by code
    country: str  # the area of which all others are parts
    indicators: Mapping[str, Indicator]
    units: Units


def make_queries(
    document: YamlFile, at: Place, block: ServiceBlock, source_id: str, known: Known
) -> tuple[Query, ...]:
    """The queries of a ``service:`` block that stands at ``at``; CatalogError with file and line."""
    for code, theirs in block.areas.items():
        _check_area(document, (*at, "areas", code), block, theirs, known)
    names: set[str] = set()
    for number, query in enumerate(block.queries):
        place = (*at, "queries", number)
        if query.name in names:
            raise document.error((*place, "name"), f"{query.name!r} is the name of another query")
        names.add(query.name)
        _check_query(document, place, block, query)
        for position, series in enumerate(query.series):
            _check_series(document, (*place, "series", position), block, series, known)
    found: list[tuple[Query, Place]] = []
    for number, query in enumerate(block.queries):
        place = (*at, "queries", number)
        for made in _split_by_area(block, query, source_id, known.country):
            if made.until < made.since:
                what = f"it stands for no year from {block.periods.since} to {block.periods.until}"
                raise document.error(place, what)
            found.append((made, place))
    return _join_segments(document, found)


def _check_area(
    document: YamlFile, at: Place, block: ServiceBlock, theirs: str, known: Known
) -> None:
    code = str(at[-1])
    if code not in known.areas:
        near = [each for each in known.areas if each[:4] == code[:4]]
        raise document.error(at, f"unknown area {code!r}", meant(code, near))
    if block.dialect is Dialect.NBS_2026:
        expected = "000000000000" if code == known.country else f"{code}000000"
        if theirs != expected:
            raise document.error(at, f"{theirs!r} is not {code} in twelve digits", expected)
    if block.dialect is Dialect.EASYQUERY and code != known.country and theirs != code:
        raise document.error(at, f"{theirs!r} is another area than {code}", code)


def _check_query(document: YamlFile, at: Place, block: ServiceBlock, query: QueryEntry) -> None:
    if block.dialect is Dialect.NBS_2026 and block.root is None:
        raise document.error(at[:-2], "the field 'root' is missing", "the rootId of its library")
    if block.dialect is Dialect.NBS_2026 and block.periods.frequency == "S":
        raise document.error((*at[:-2], "periods"), f"{block.dialect} has no half-years")
    own = set(_NEEDS[block.dialect]) | ({"dataset"} if block.dialect is Dialect.JSONSTAT else set())
    for name in ("catalogue", "database", "path", "dataset"):
        given = getattr(query, name)
        if name in _NEEDS[block.dialect] and given is None:
            raise document.error(at, f"the field {name!r} is missing", f"{block.dialect} asks it")
        if given is not None and name not in own:
            raise document.error((*at, name), f"{block.dialect} has no {name}")
    if query.since and query.until and query.until < query.since:
        raise document.error((*at, "until"), f"{query.until} lies before {query.since}")


def _check_series(
    document: YamlFile, at: Place, block: ServiceBlock, series: SeriesEntry, known: Known
) -> None:
    if series.indicator not in known.indicators:
        what = f"unknown indicator {series.indicator!r}"
        raise document.error((*at, "indicator"), what, meant(series.indicator, known.indicators))
    if series.measure not in (Measure.LEVEL, Measure.GROWTH, Measure.SHARE):
        what = f"a service gives no {series.measure}"
        raise document.error((*at, "measure"), what, "level, growth or share")
    wanted = known.indicators[series.indicator].kept_in(series.measure)
    if known.units.factor(series.unit, wanted) is None:
        what = (
            f"{series.indicator} {series.measure} is in {wanted}, and {series.unit} is no such unit"
        )
        raise document.error((*at, "unit"), what)
    if series.base is not None and wanted != "%":
        raise document.error((*at, "base"), "only what is kept in % can be an index of 100")
    if block.dialect in _BY_ID and (series.id is None or series.where):
        raise document.error(at, f"a series of {block.dialect} is known by its id", "id: …")
    if block.dialect not in _BY_ID and (series.id is not None or not series.where):
        what = f"a series of {block.dialect} is known by its dimensions"
        raise document.error(at, what, "where: {INDICATOR: …}")
    if series.scale is not None and block.dialect is not Dialect.SDMX_CSV:
        raise document.error((*at, "scale"), f"{block.dialect} has no scale")


def _split_by_area(
    block: ServiceBlock, query: QueryEntry, source_id: str, country: str
) -> Iterator[Query]:
    """One query an area where the request names it, else one for all areas."""
    named = query.path is None or "{area}" in query.path
    groups = [{code: theirs} for code, theirs in block.areas.items()] if named else [block.areas]
    for areas in groups:
        ending = f"-{next(iter(areas))}" if named else ""
        yield Query(
            release_id=f"{source_id}-{query.name}{ending}",
            title=query.title,
            dialect=block.dialect,
            base=block.base.rstrip("/"),
            areas=tuple((theirs, code) for code, theirs in areas.items()),
            country=country,
            frequency=block.periods.frequency,
            cumulated=block.periods.cumulated,
            asked=(block.periods.since, block.periods.until),
            since=max(query.since or 0, block.periods.since),
            until=min(query.until or 9999, block.periods.until),
            series=tuple(_make_series(each) for each in query.series),
            path=query.path,
            catalogue=query.catalogue,
            database=query.database,
            dataset=query.dataset,
            root=block.root,
            headers=tuple(block.headers.items()),
            columns=tuple(block.columns.model_dump().items()),
            missing=(*MISSING, *block.missing),
            statuses=tuple(block.statuses.items()),
            least=block.expect.values,
        )


def _make_series(entry: SeriesEntry) -> Series:
    key = {"id": entry.id} if entry.id is not None else entry.where
    return Series(
        indicator=entry.indicator,
        measure=entry.measure,
        unit=entry.unit,
        key=tuple(sorted(key.items())),
        label=entry.label,
        printed_unit=entry.printed_unit,
        scale=entry.scale,
        base=entry.base,
    )


def _join_segments(document: YamlFile, found: Sequence[tuple[Query, Place]]) -> tuple[Query, ...]:
    """End each segment of a series where the next one begins; note the years that none stands for."""
    joined: list[Query] = []
    for query, place in found:
        shared = [
            other
            for other, _ in found
            if other is not query
            and {code for _, code in other.areas} & {code for _, code in query.areas}
            and {each.name for each in other.series} & {each.name for each in query.series}
        ]
        for other in shared:
            if other.since == query.since:
                raise _refuse_segments(document, place, query, other)
        after = min((other.since for other in shared if other.since > query.since), default=None)
        until = query.until if after is None else min(query.until, after - 1)
        before = [other for other in shared if other.since < query.since]
        last = max((other.until for other in before), default=None)
        gap = None
        if last is not None and last + 1 < query.since:
            gap = f"no segment stands for {last + 1} to {query.since - 1}"
        joined.append(replace(query, until=until, gap=gap))
    return tuple(joined)


def _refuse_segments(document: YamlFile, at: Place, one: Query, other: Query) -> CatalogError:
    names = sorted({each.name for each in one.series} & {each.name for each in other.series})
    return document.error(
        at,
        f"{names[0]} is asked for twice from {one.since}",
        "segments of a series begin in different years: since: …",
    )
