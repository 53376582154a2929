"""Cells of an answer beside the series that the catalogue declares: ``schemas.FIGURE`` rows.

    no declared series, an area or a year that was not asked for, a period that has no place
                                       a figure that no indicator claims
    no value where one could stand     kind "missing": never 0, and no figure
    anything else than declared        held (``doubt``), with the rule, for that series alone

The rules: contradiction, area-changed, area-not-said, label-changed, unit-changed, period-changed,
not-a-number, unknown-status, and partial, where fewer values have come than are expected.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import polars as pl

from flows.catalog.query import Query, Series
from flows.model import schemas
from flows.model.text import counted
from flows.read.service.cells import Answer, Cause, Cell, refuse
from flows.read.service.periods import find_period, name_frequency, parse_code

_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)
_MOST_DECIMALS = 100
_TWELVE = re.compile(r"([0-9]{6})000000", re.ASCII)
#: Of SDMX CL_OBS_STATUS: those of a value, and those that say why there is none.
_OF_VALUES = frozenset("ABDEFGIPSUVWN")
_OF_NONE = frozenset("HJKLMOQ")
#: Eurostat's marks that mean what the letter means in CL_OBS_STATUS; its others do not.
_SMALL = frozenset("abdefnpu")


@dataclass(frozen=True, slots=True)
class _Found:
    """What a cell is, once it was looked at."""

    cell: Cell
    series: Series | None = None
    area: str | None = None  # ours
    period: str | None = None  # ours
    value: float | None = None
    decimals: int | None = None
    kind: str = "figure"
    status: str | None = None
    doubt: str | None = None


def read_figures(answer: Answer, query: Query, sha256: str) -> tuple[pl.DataFrame, list[str]]:
    """FIGURE rows of all cells, and notes; ReadError where no declared series is in the answer."""
    if not answer.cells:
        raise refuse(Cause.EMPTY, "it has no value")
    areas = dict(query.areas)
    present = {
        (series, cell.area) for cell in answer.cells if (series := _find_series(cell, query))
    }
    if not present:
        wanted = ", ".join(_name_key(series) for series in query.series)
        raise refuse(Cause.DRIFTED, f"none of the declared series is in it ({wanted})")
    found = [_look_at(cell, query, areas, present) for cell in answer.cells]
    counts = Counter(
        (each.series, each.area)
        for each in found
        if each.series and each.value is not None and each.doubt is None
    )
    rows = [
        _make_row(_hold_partial(each, counts, query), number, sha256)
        for number, each in enumerate(found)
    ]
    frame = pl.DataFrame(rows, schema=schemas.FIGURE, orient="row")
    return frame, [*answer.notes, *_write_notes(found, counts, query)]


def _look_at(
    cell: Cell,
    query: Query,
    areas: dict[str, str],
    present: set[tuple[Series, str | None]],
) -> _Found:
    series = _find_series(cell, query)
    span = parse_code(cell.period, query.dialect)
    area = areas.get(cell.area or "") or _to_six_digits(cell.area)
    period = find_period(span, cumulated=query.cumulated) if span else None
    bare = "" if cell.text == '""' else cell.text.strip()
    if cell.contradiction is None and (cell.is_missing or bare in query.missing):
        return _Found(cell, series, area, period, kind="missing")
    if series is None:
        return _Found(cell, None, area, period, *_read_number(cell, None))
    strange = cell.area not in areas
    if strange and cell.area and all((series, asked) in present for asked in areas):
        return _Found(cell, None, area, period, *_read_number(cell, None))  # beside what was asked
    outside = span is not None and not query.since <= span.year <= query.until
    unplaced = span is not None and span.frequency == query.frequency and period is None
    if not strange and (outside or unplaced):
        return _Found(cell, None, area, period, *_read_number(cell, None))
    value, decimals = _read_number(cell, series)
    status, status_doubt = _read_status(cell, query)
    doubt = (
        (cell.contradiction and f"contradiction: {cell.contradiction}")
        or _doubt_area(cell, areas)
        or _doubt_names(cell, series)
        or _doubt_period(cell, query)
        or (value is None and f"not-a-number: {cell.text[:40]!r} is no number")
        or status_doubt
        or None
    )
    return _Found(cell, series, area, period, value, decimals, "figure", status, doubt)


def _find_series(cell: Cell, query: Query) -> Series | None:
    fits = (
        series
        for series in query.series
        if all(cell.key.get(name) == value for name, value in series.key)
    )
    return next(fits, None)


def _doubt_area(cell: Cell, areas: dict[str, str]) -> str | None:
    if cell.area is None:
        named = f", only {cell.area_name!r}" if cell.area_name else ""
        return f"area-not-said: the answer has no code of its area{named}"
    if cell.area not in areas:
        name = f" {cell.area_name}" if cell.area_name else ""
        return f"area-changed: asked for {', '.join(areas)}, answered {cell.area[:40]}{name}"
    return None


def _doubt_names(cell: Cell, series: Series) -> str | None:
    if series.label is not None and _fold(cell.label) != _fold(series.label):
        return f"label-changed: it is called {cell.label!r}, declared is {series.label!r}"
    if series.printed_unit is not None and _fold(cell.unit) != _fold(series.printed_unit):
        return f"unit-changed: its unit is {cell.unit!r}, declared is {series.printed_unit!r}"
    if (cell.scale or "0") != str(series.scale or 0):
        return f"unit-changed: it is in powers of ten {cell.scale}, declared is {series.scale or 0}"
    return None


def _doubt_period(cell: Cell, query: Query) -> str | None:
    span = parse_code(cell.period, query.dialect)
    wanted = name_frequency(query.frequency)
    if span is None:
        return f"period-changed: {(cell.period or '')[:40]!r} is no period of {query.dialect}"
    if span.frequency != query.frequency:
        named = name_frequency(span.frequency)
        return f"period-changed: {cell.period} is {named}, declared is {wanted}"
    return None


def _read_number(cell: Cell, series: Series | None) -> tuple[float | None, int | None]:
    """The value and its printed decimals; none for what is not plainly a number.

    ``1,234`` may be a thousand or one and a bit, and ``true`` is none: neither is guessed at.
    """
    text = cell.text.strip()
    if not cell.is_number or not _NUMBER.fullmatch(text):
        return None, None
    number = Decimal(text)
    decimals = -int(number.as_tuple().exponent)
    if series is not None and series.base is not None:
        number -= series.base
    value = float(number)
    if not math.isfinite(value) or abs(decimals) > _MOST_DECIMALS:
        return None, None
    return value, decimals


def _read_status(cell: Cell, query: Query) -> tuple[str | None, str | None]:
    """The status in SDMX's letters, and a doubt where it is not understood."""
    if cell.status is None:
        return None, None
    mark = dict(query.statuses).get(cell.status)
    if mark is None:
        mark = cell.status.upper() if cell.status in _SMALL else cell.status
    if mark in _OF_VALUES:
        return mark, None
    if mark in _OF_NONE:
        return None, f"contradiction: a value, and its status {cell.status!r} says there is none"
    return None, f"unknown-status: {cell.status[:40]!r} (statuses: … in the source)"


def _hold_partial(
    found: _Found, counts: Counter[tuple[Series, str | None]], query: Query
) -> _Found:
    if found.series is None or found.value is None or found.doubt is not None:
        return found
    have = counts[found.series, found.area]
    if have >= query.least:
        return found
    doubt = f"partial: {counted(have, 'value')} of {found.series.name}, {query.least} are expected"
    return replace(found, doubt=doubt)


def _make_row(found: _Found, number: int, sha256: str) -> dict[str, object]:
    cell, series = found.cell, found.series
    claimed = series if found.kind == "figure" else None
    heads = (cell.area_name or cell.area, cell.period, cell.label, cell.unit)
    unit = claimed.unit if claimed else cell.unit
    return {
        "snapshot_sha256": sha256,
        "figure_no": number,
        "locator": cell.locator,
        "value_text": cell.text,
        "value": found.value,
        "decimals": found.decimals,
        "unit_text": unit,
        "label_text": cell.label or (_name_key(series) if series else None),
        "context_text": " · ".join(head for head in heads if head) or None,
        "kind": found.kind,
        "indicator": claimed.indicator if claimed else None,
        "measure": str(claimed.measure) if claimed else None,
        "comparator": None,
        "area_text": found.area or cell.area,
        "period_text": found.period or cell.period,
        "obs_status": found.status,
        "doubt": found.doubt,
        "suggestion": None,
        "evidence": None,
    }


def _write_notes(
    found: Iterable[_Found], counts: Counter[tuple[Series, str | None]], query: Query
) -> list[str]:
    notes = [f"{query.series[0].name}: {query.gap}"] if query.gap else []
    missing = Counter(each.series.name for each in found if each.kind == "missing" and each.series)
    notes += [
        f"{name}: {counted(count, 'period')} without a value" for name, count in missing.items()
    ]
    rules = Counter(
        (each.series.name, each.doubt.partition(":")[0])
        for each in found
        if each.doubt and each.series
    )
    notes += [
        f"{name}: {counted(count, 'value')} held, {rule}" for (name, rule), count in rules.items()
    ]
    for series in query.series:
        for code in dict(query.areas).values():
            if not counts[series, code] and not any(name == series.name for name, _ in rules):
                notes.append(f"{series.name}: nothing for {code}")
    return notes


def _fold(text: str | None) -> str:
    """Without blanks and in one width: what a service may change without meaning anything."""
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def _to_six_digits(code: str | None) -> str | None:
    match = _TWELVE.fullmatch(code or "")
    return match[1] if match else None


def _name_key(series: Series) -> str:
    return ", ".join(value if name == "id" else f"{name}={value}" for name, value in series.key)
