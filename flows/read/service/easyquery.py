"""The national bureau's service until 2026-03, ``easyquery``: archived answers are still read.

``returndata.datanodes[]`` has ``data: {data, dotcount, hasdata, strdata}`` and its coordinates in
``wds``; ``wdnodes`` has name and unit of each indicator and area. What is printed is ``strdata``
("100.7"): ``data`` is the unrounded number (100.71505336), and 0 where there is none.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flows.catalog.query import Query
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

_DONE = "200"


def read_easyquery(data: bytes, query: Query) -> Answer:
    """Every data node of the answer as a cell."""
    answer = require_object(parse_json(data))
    body = answer.get("returndata")
    if answer.get("returncode") != _DONE:
        said = find_text(body) or "without a word"
        raise refuse(Cause.REFUSED, f"returncode {answer.get('returncode')}: {said}")
    body = require_object(body, "returndata")
    nodes = require_list(body.get("datanodes"), "returndata", "datanodes")
    if not nodes:
        raise refuse(Cause.EMPTY, "it has no data nodes")
    names = _read_names(body)
    return Answer(
        [
            _read_node(
                require_object(node, "returndata", "datanodes", number), number, names, query
            )
            for number, node in enumerate(nodes)
        ]
    )


def _read_names(body: dict[str, Any]) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """Name and unit by dimension and code; a node may be null where nothing fits."""
    names = {}
    for number, entry in enumerate(require_list(body.get("wdnodes"), "returndata", "wdnodes")):
        at = ("returndata", "wdnodes", number)
        dimension = require_object(entry, *at)
        for node in require_list(dimension.get("nodes"), *at, "nodes"):
            if node is not None:
                found = require_object(node, *at, "nodes")
                key = find_text(dimension.get("wdcode")) or "", find_text(found.get("code")) or ""
                names[key] = find_text(found.get("cname")), find_text(found.get("unit"))
    return names


def _read_node(
    node: dict[str, Any],
    number: int,
    names: dict[tuple[str, str], tuple[str | None, str | None]],
    query: Query,
) -> Cell:
    at = ("returndata", "datanodes", number)
    place: dict[str, str] = {}
    for position, entry in enumerate(require_list(node.get("wds"), *at, "wds")):
        found = require_object(entry, *at, "wds", position)
        place[find_text(found.get("wdcode")) or ""] = find_text(found.get("valuecode")) or ""
    held = require_object(node.get("data"), *at, "data")
    if "strdata" not in held:
        raise refuse(Cause.DRIFTED, "there is no strdata here", make_pointer(*at, "data"))
    printed = held["strdata"]
    indicator = place.get("zb", "")
    label, unit = names.get(("zb", indicator), (None, None))
    area = place.get("reg")
    if area is None and query.is_national:
        area = query.areas[0][0]
    return Cell(
        locator=make_pointer(*at, "data", "strdata"),
        text=require_value(printed, *at, "data", "strdata"),
        is_number=isinstance(printed, str),
        key={"id": indicator},
        area=area,
        period=place.get("sj"),
        label=label,
        unit=unit,
        area_name=names.get(("reg", area or ""), (None, None))[0],
        is_missing=held.get("hasdata") is not True,
        contradiction=_find_contradiction(held),
    )


def _find_contradiction(held: dict[str, Any]) -> str | None:
    """Where ``strdata`` is not what ``hasdata`` and ``data`` say."""
    printed = find_text(held.get("strdata"))
    if held.get("hasdata") is not True:
        return None if printed is None else f"hasdata says there is nothing, strdata {printed!r}"
    if printed is None:
        return "hasdata says there is a value, and strdata is empty"
    exact = held.get("data")
    if not isinstance(exact, Digits):
        return None
    try:
        shown, whole = Decimal(printed), Decimal(exact)
        step = Decimal(1).scaleb(int(shown.as_tuple().exponent))
        apart = abs(shown - whole) > step
    except (InvalidOperation, ValueError, OverflowError):
        return None  # what is no number is told as such
    return f"strdata is {printed!r}, and data {exact}" if apart else None
