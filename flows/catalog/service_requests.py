"""What is asked of a service: address, method, headers and body of a query, by its dialect."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from flows.catalog.query import Dialect, Query
from flows.model.request import Request, sort_headers

#: The ending of the new service's period codes.
_NBS_ENDINGS = {"A": "YY", "Q": "SS", "M": "MM"}
_FIRST_AND_LAST = {"A": ("", ""), "S": ("01", "02"), "Q": ("01", "04"), "M": ("01", "12")}
_JSON = {"accept": "application/json"}
_CSV = {"accept": "application/vnd.sdmx.data+csv, text/csv;q=0.9"}


def make_request(query: Query, names: Mapping[str, str]) -> Request:
    """The request of a query; ``names``: of the areas, by our codes."""
    match query.dialect:
        case Dialect.NBS_2026:
            headers = {**_JSON, "content-type": "application/json"}
            return _post(query, "/stream/esData", _nbs_body(query, names), headers)
        case Dialect.EASYQUERY:
            headers = {**_JSON, "content-type": "application/x-www-form-urlencoded"}
            return _post(query, "/easyquery.htm", _easyquery_form(query), headers)
        case Dialect.WORLDBANK | Dialect.JSONSTAT:
            return _get(query, _JSON)
        case Dialect.SDMX_CSV:
            return _get(query, _CSV)


def _post(query: Query, path: str, body: str, headers: dict[str, str]) -> Request:
    asked = sort_headers(headers | dict(query.headers))
    return Request(f"{query.base}{path}", "POST", asked, body)


def _get(query: Query, headers: dict[str, str]) -> Request:
    path = (query.path or "").replace("{area}", query.areas[0][0])
    return Request(f"{query.base}/{path}", "GET", sort_headers(headers | dict(query.headers)))


def _nbs_body(query: Query, names: Mapping[str, str]) -> str:
    """All seven keys, the times as a list, and no catalogue of areas: else the areas are ignored."""
    ending = _NBS_ENDINGS.get(query.frequency, "YY")
    first, last = _FIRST_AND_LAST[query.frequency]
    since, until = query.asked
    body = {
        "cid": query.catalogue,
        "indicatorIds": [value for series in query.series for _, value in series.key],
        "daCatalogId": "",
        "das": [
            {"text": "全国" if code == query.country else names.get(code, code), "value": theirs}
            for theirs, code in query.areas
        ],
        "showType": "1",
        "dts": [f"{since}{first}{ending}-{until}{last}{ending}"],
        "rootId": query.root,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _easyquery_form(query: Query) -> str:
    """Without the time of asking (``k1``), which the service took no notice of."""
    since, until = query.asked
    regions = [
        {"wdcode": "reg", "valuecode": theirs}
        for theirs, code in query.areas
        if code != query.country
    ]
    wanted = [
        {
            "wdcode": "zb",
            "valuecode": ",".join(value for series in query.series for _, value in series.key),
        },
        {"wdcode": "sj", "valuecode": f"{since}-{until}"},
    ]
    form = {
        "m": "QueryData",
        "dbcode": query.database or "",
        "rowcode": "zb",
        "colcode": "sj",
        "wds": json.dumps(regions, separators=(",", ":")),
        "dfwds": json.dumps(wanted, separators=(",", ":")),
    }
    return urlencode(form)
