"""JSON-stat: a data set (2.0) or a bundle of them (1.x), its values dense or sparse.

The values are a list, or an object by position, in row-major order of ``size``. A category's index is
a list or an object, and may be left out where there is one category. ``status`` is one mark for all, a
list, or an object by position.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from flows.catalog.query import Query
from flows.read.service.cells import MOST_CELLS, Answer, Cause, Cell, refuse
from flows.read.service.json_text import (
    Digits,
    find_text,
    make_pointer,
    parse_json,
    require_list,
    require_object,
    require_value,
)

_Steps = tuple[str | int, ...]
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:$|T)", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Dimension:
    name: str
    codes: list[str]
    labels: dict[str, str]
    units: dict[str, str]


def read_jsonstat(data: bytes, query: Query) -> Answer:
    """Every value of the data set as a cell."""
    dataset, at = _choose_dataset(require_object(parse_json(data)), query.dataset)
    dimensions = _read_dimensions(dataset, at)
    sizes = [len(dimension.codes) for dimension in dimensions]
    whole = math.prod(sizes)
    if whole > MOST_CELLS:
        raise refuse(Cause.TOO_LARGE, f"{whole:,} values")
    for name in ("area", "period"):
        if query.column(name) not in {dimension.name for dimension in dimensions}:
            known = ", ".join(dimension.name for dimension in dimensions)
            what = f"no dimension {query.column(name)!r} (there are {known})"
            raise refuse(Cause.DRIFTED, what)
    _require_choice(dimensions, query)
    cells = []
    statuses = _read_statuses(dataset.get("status"), whole, (*at, "status"))
    places = list(product(*(range(size) for size in sizes)))
    for position, steps, value in _list_values(dataset, whole, at):
        coordinates = zip(dimensions, places[position], strict=True)
        cells.append(_make_cell(list(coordinates), steps, value, statuses.get(position), query))
    match = _DAY.match(find_text(dataset.get("updated")) or "")
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        day = None
    return Answer(cells, day, make_pointer(*at, "updated") if day else None)


def _require_choice(dimensions: list[_Dimension], query: Query) -> None:
    """A series that leaves a dimension of several categories open is several series."""
    for series in query.series:
        chosen = {name for name, _ in series.key} | {query.column("area"), query.column("period")}
        for dimension in dimensions:
            if len(dimension.codes) > 1 and dimension.name not in chosen:
                what = f"{series.name} doesn't say which of {dimension.name}"
                raise refuse(Cause.DRIFTED, f"{what}: {', '.join(dimension.codes)[:80]}")


def _choose_dataset(answer: dict[str, Any], name: str | None) -> tuple[dict[str, Any], _Steps]:
    """The data set and where it stands; an error under status 200 is one."""
    kind = find_text(answer.get("class"))
    if kind is not None and kind != "dataset":
        raise refuse(Cause.DRIFTED, f"a {kind[:40]} and no data set")
    if "dimension" in answer:
        return answer, ()
    found = {
        key: value
        for key, value in answer.items()
        if isinstance(value, dict) and "dimension" in value
    }
    if not found:
        said = next((answer[key] for key in ("error", "warning", "message") if key in answer), None)
        what = f"{said!r}"[:200] if said else "no data set in it"
        raise refuse(Cause.REFUSED if said else Cause.DRIFTED, what)
    if name is None and len(found) == 1:
        name = next(iter(found))
    if name not in found:
        raise refuse(Cause.DRIFTED, f"no data set {name!r} (there are {', '.join(found)[:120]})")
    return found[name], (name,)


def _read_dimensions(dataset: dict[str, Any], at: _Steps) -> list[_Dimension]:
    """The dimensions in their order; id and size stand in ``dimension`` in 1.x."""
    table = require_object(dataset["dimension"], *at, "dimension")
    where: _Steps = at if "id" in dataset else (*at, "dimension")
    holder = dataset if "id" in dataset else table
    names = [find_text(name) or "" for name in require_list(holder.get("id"), *where, "id")]
    sizes = [find_text(size) or "" for size in require_list(holder.get("size"), *where, "size")]
    if len(set(names)) != len(names) or len(names) != len(sizes) or not names:
        raise refuse(
            Cause.DRIFTED, "id and size are not those of the dimensions", make_pointer(*where)
        )
    found = []
    for name, size in zip(names, sizes, strict=True):
        path = (*at, "dimension", name)
        dimension = require_object(table.get(name), *path)
        category = require_object(dimension.get("category"), *path, "category")
        found.append(_read_category(name, size, category, (*path, "category")))
    return found


def _read_category(name: str, size: str, category: dict[str, Any], at: _Steps) -> _Dimension:
    labels = _texts(category.get("label", {}), at, "label")
    index = category.get("index", list(labels))
    if isinstance(index, dict):
        order = {position: code for code, position in index.items() if isinstance(position, Digits)}
        codes = [order.get(Digits(number), "") for number in range(len(index))]
    else:
        codes = [find_text(code) or "" for code in require_list(index, *at, "index")]
    if len(set(codes)) != len(codes) or "" in codes or str(len(codes)) != size:
        what = f"{name} has not the {size[:20]} categories that it says"
        raise refuse(Cause.DRIFTED, what, make_pointer(*at))
    units = {}
    for code, unit in require_object(category.get("unit", {}), *at, "unit").items():
        texts = _texts(unit, at, "unit")
        units[code] = texts.get("label") or texts.get("symbol") or texts.get("base") or ""
    return _Dimension(name, codes, labels, {code: unit for code, unit in units.items() if unit})


def _texts(value: Any, at: _Steps, name: str) -> dict[str, str]:
    entries = require_object(value, *at, name)
    return {key: text for key, each in entries.items() if (text := find_text(each)) is not None}


def _list_values(
    dataset: dict[str, Any], whole: int, at: _Steps
) -> Iterator[tuple[int, _Steps, Any]]:
    """Position, where it stands and value of each value that is there."""
    name = "value" if "value" in dataset else "measure"  # of the very first version
    values = dataset.get(name)
    if isinstance(values, list):
        if len(values) != whole:
            raise refuse(
                Cause.PARTIAL, f"{len(values):,} values of {whole:,}", make_pointer(*at, name)
            )
        for position, value in enumerate(values):
            yield position, (*at, name, position), value
        return
    for key, value in require_object(values, *at, name).items():
        if not (re.fullmatch(r"0|[1-9][0-9]{0,8}", key) and int(key) < whole):
            raise refuse(
                Cause.DRIFTED, f"no value has the place {key[:20]!r}", make_pointer(*at, name)
            )
        yield int(key), (*at, name, key), value


def _read_statuses(status: Any, whole: int, at: _Steps) -> dict[int, str]:
    if status is None:
        return {}
    if isinstance(status, str):
        return dict.fromkeys(range(whole), status)
    if isinstance(status, list):
        if len(status) == 1:
            status = status * whole
        if len(status) != whole:
            raise refuse(
                Cause.PARTIAL, f"{len(status):,} marks of {whole:,} values", make_pointer(*at)
            )
        marks = enumerate(status)
        return {place: text for place, each in marks if (text := find_text(each)) is not None}
    found = {}
    for key, mark in require_object(status, *at).items():
        if re.fullmatch(r"[0-9]{1,9}", key) and (text := find_text(mark)) is not None:
            found[int(key)] = text
    return found


def _make_cell(
    coordinates: list[tuple[_Dimension, int]],
    steps: _Steps,
    value: Any,
    status: str | None,
    query: Query,
) -> Cell:
    key = {dimension.name: dimension.codes[place] for dimension, place in coordinates}
    area, period = key[query.column("area")], key[query.column("period")]
    labels = [
        dimension.labels.get(dimension.codes[place], dimension.codes[place])
        for dimension, place in coordinates
        if dimension.name not in (query.column("area"), query.column("period"))
    ]
    units = [
        dimension.units[dimension.codes[place]]
        for dimension, place in coordinates
        if dimension.codes[place] in dimension.units
    ]
    names = {dimension.name: dimension.labels for dimension, _ in coordinates}
    return Cell(
        locator=make_pointer(*steps),
        text=require_value(value, *steps),
        is_number=isinstance(value, str),
        key=key,
        area=area,
        period=period,
        label="; ".join(labels) or None,
        unit="; ".join(units) or None,
        area_name=names[query.column("area")].get(area),
        status=status,
        is_missing=value is None,
    )
