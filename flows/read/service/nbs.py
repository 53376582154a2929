"""The national bureau's data service since 2026-03: ``esData``.

``{"success": true, "state": 20000, "message", "data": [{"code", "name", "values": [{"_id", "value",
"i_showname", "du_name", "da", "dt", …}]}]}``. The outer code is the period, or, where several areas
were asked for, the area in twelve digits; the other of the two then stands with the value. A value is
text, empty where the period is not published. Where nothing says which area it is, it is the whole
country's only if that was asked for.
"""

from __future__ import annotations

import re
from typing import Any

from flows.catalog.query import Dialect, Query
from flows.read.service.cells import Answer, Cause, Cell, refuse
from flows.read.service.json_text import (
    Digits,
    find_text,
    make_pointer,
    parse_json,
    require_list,
    require_object,
    require_value,
)
from flows.read.service.periods import parse_code

_AREA = re.compile(r"[0-9]{12}")
_DONE = "20000"


def read_nbs(data: bytes, query: Query) -> Answer:
    """Every value of the answer as a cell."""
    answer = require_object(parse_json(data))
    if answer.get("success") is not True or answer.get("state", Digits(_DONE)) != _DONE:
        said = find_text(answer.get("message")) or "without a word"
        raise refuse(Cause.REFUSED, f"state {answer.get('state')}: {said}")
    blocks = require_list(answer.get("data"), "data")
    if not blocks:
        raise refuse(
            Cause.EMPTY, "a success with nothing in it: the service does that now and then"
        )
    cells: list[Cell] = []
    for number, each in enumerate(blocks):
        block = require_object(each, "data", number)
        values = require_list(block.get("values"), "data", number, "values")
        for position, entry in enumerate(values):
            at = ("data", number, "values", position)
            cells.append(_read_value(block, require_object(entry, *at), at, query))
    return Answer(cells)


def _read_value(
    block: dict[str, Any], entry: dict[str, Any], at: tuple[str | int, ...], query: Query
) -> Cell:
    code = find_text(block.get("code")) or ""
    inner, dated = find_text(entry.get("da")), find_text(entry.get("dt"))
    contradiction: str | None = None
    area: str | None
    period: str | None
    if _AREA.fullmatch(code):
        area, period = code, dated
        if inner is not None and inner != code:
            contradiction = f"it stands under {code}, and with it stands {inner}"
        name = find_text(block.get("name"))
    elif parse_code(code, Dialect.NBS_2026):
        area, period = inner, code
        if dated is not None and dated != code:
            contradiction = f"it stands under {code}, and with it stands {dated}"
        name = find_text(entry.get("da_name")) or find_text(entry.get("area"))
        if area is None and name is None and query.is_national:
            area = query.areas[0][0]
    else:
        raise refuse(
            Cause.DRIFTED,
            f"{code[:40]!r} is neither an area nor a period",
            make_pointer(*at[:2], "code"),
        )
    if "value" not in entry:
        raise refuse(Cause.DRIFTED, "there is no value here", make_pointer(*at))
    value = entry["value"]
    return Cell(
        locator=make_pointer(*at, "value"),
        text=require_value(value, *at, "value"),
        is_number=isinstance(value, str),
        key={"id": find_text(entry.get("_id")) or ""},
        area=area,
        period=period,
        label=find_text(entry.get("i_showname")),
        unit=find_text(entry.get("du_name")),
        area_name=name,
        is_missing=value is None,
        contradiction=contradiction,
    )
