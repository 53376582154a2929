"""Answers of statistical services as the tests make them up, and what becomes of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.catalog.model import Source
from flows.catalog.query import MISSING, Dialect, Query, Series
from flows.harmonise import Harmonised, harmonise
from flows.model.measure import Measure
from flows.model.nouns import MediaKind, Reading, Release, Snapshot
from flows.read import printed_text, read
from tests.prose_support import catalog

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
ZHEJIANG = ("330000000000", "330000")
GDP = "aff57de5ee994283974705914fbed246"
PER_HEAD = "779b419f7be14d8f823e5e61810a4909"
LABEL = "地区生产总值 (亿元) "


def series(**over: Any) -> Series:
    """The GDP of the new service, unless told otherwise."""
    return replace(
        Series("gdp", Measure.LEVEL, "亿元", (("id", GDP),), "地区生产总值 (亿元)", "亿元"), **over
    )


def per_head() -> Series:
    key = (("id", PER_HEAD),)
    return Series("gdp_per_capita", Measure.LEVEL, "元", key, "人均地区生产总值 (元/人)", "元/人")


def query(dialect: Dialect = Dialect.NBS_2026, **over: Any) -> Query:
    """A query for Zhejiang's GDP by years, unless told otherwise."""
    made = Query(
        release_id="service-query",
        title="查询",
        dialect=dialect,
        base="https://data.example.cn",
        areas=(ZHEJIANG,),
        country="100000",
        frequency="A",
        cumulated=False,
        asked=(1990, 2030),
        since=1990,
        until=2030,
        series=(series(),),
        missing=MISSING,
    )
    return replace(made, **over)


def world_bank(**over: Any) -> Query:
    """A query for China's GDP at the World Bank."""
    gdp = Series("gdp", Measure.LEVEL, "元", (("id", "NY.GDP.MKTP.CN"),), "GDP (current LCU)")
    return query(Dialect.WORLDBANK, areas=(("CHN", "100000"),), series=(gdp,), **over)


def nbs_value(value: Any, **over: Any) -> dict[str, Any]:
    entry = {
        "_id": GDP,
        "i_showname": LABEL,
        "du_name": "亿元",
        "da": "330000000000",
        "da_name": "浙江省",
        "value": value,
    }
    return {key: each for key, each in (entry | over).items() if each is not ...}


def nbs(*blocks: tuple[str, list[dict[str, Any]]], **over: Any) -> bytes:
    """An answer of the new service; each block is its code and values."""
    data = [{"code": code, "name": code, "values": values} for code, values in blocks]
    answer = {"success": True, "state": 20000, "message": "成功", "data": data} | over
    return json.dumps(answer, ensure_ascii=False).encode()


def nbs_years(**values: Any) -> bytes:
    """``nbs_years(y2024="90007.0")``."""
    return nbs(*((f"{year[1:]}YY", [nbs_value(value)]) for year, value in values.items()))


def wb(*rows: tuple[str, str], meta: str = "", name: str = "GDP (current LCU)") -> bytes:
    """An answer of the World Bank; each row is its date and its value's token."""
    head = meta or (
        f'{{"page":1,"pages":1,"per_page":1000,"total":{len(rows)},"lastupdated":"2026-07-13"}}'
    )
    lines = ",".join(
        f'{{"indicator":{{"id":"NY.GDP.MKTP.CN","value":"{name}"}},'
        f'"country":{{"id":"CN","value":"China"}},"countryiso3code":"CHN","date":"{date}",'
        f'"value":{value},"unit":"","obs_status":"","decimal":0}}'
        for date, value in rows
    )
    return f"[{head},[{lines}]]".encode()


def read_answer(data: bytes, asked: Query, kind: MediaKind = MediaKind.JSON) -> Reading:
    """What the reader makes of an answer; every locator leads home, or the test fails."""
    known = replace(catalog(), sources=(Source("service", "某局", (), queries=(asked,)),))
    reading = read(data, snapshot=shot(data, kind), release=release(asked), catalog=known)
    for locator, text in reading.figures.select("locator", "value_text").iter_rows():
        assert printed_text(locator, data, kind, None) == text
    return reading


def shot(data: bytes, kind: MediaKind = MediaKind.JSON) -> Snapshot:
    digest = hashlib.sha256(data).hexdigest()
    return Snapshot("service-query", digest, "https://data.example.cn", kind, len(data), NOW)


def release(asked: Query) -> Release:
    codes = [code for _, code in asked.areas]
    area = codes[0] if len(codes) == 1 else "100000"
    return Release("service-query", "service", asked.base, "", "", reader="service", ref_area=area)


def harmonised(data: bytes, asked: Query, kind: MediaKind = MediaKind.JSON) -> Harmonised:
    return harmonise(
        read_answer(data, asked, kind),
        release=release(asked),
        snapshot=shot(data, kind),
        catalog=catalog(),
        run_id="run",
        recorded_at=NOW,
    )


def values(data: bytes, asked: Query, kind: MediaKind = MediaKind.JSON) -> dict[str, float]:
    """Accepted so far as reader and harmoniser go: ``area indicator measure period freq``."""
    rows = harmonised(data, asked, kind).observations.select(
        "ref_area", "indicator", "measure", "time_period", "freq", "obs_value"
    )
    return {" ".join(map(str, row[:-1])): row[-1] for row in rows.iter_rows()}


def held(data: bytes, asked: Query, kind: MediaKind = MediaKind.JSON) -> list[str]:
    """The rules of what is held, in the order of the answer."""
    return harmonised(data, asked, kind).quarantine["rule"].to_list()


def fates(data: bytes, asked: Query, kind: MediaKind = MediaKind.JSON) -> list[str]:
    return harmonised(data, asked, kind).fates["fate"].to_list()
