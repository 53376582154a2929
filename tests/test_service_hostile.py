"""What a service may answer instead of what was asked: missing, held or refused by name, never wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.catalog.query import COLUMNS, Dialect, Query, Series
from flows.model.errors import ReadError
from flows.model.measure import Measure
from flows.model.nouns import MediaKind
from tests.service_support import (
    PER_HEAD,
    SHARED,
    ZHEJIANG,
    fates,
    harmonised,
    held,
    nbs,
    nbs_value,
    nbs_years,
    per_head,
    query,
    read_answer,
    series,
    values,
    wb,
    world_bank,
)

CUBE: dict[str, Any] = {
    "version": "2.0",
    "class": "dataset",
    "updated": "2026-07-13T10:00:00Z",
    "id": ["item", "geo", "time"],
    "size": [1, 1, 3],
    "dimension": {
        "item": {"category": {"label": {"GDP": "Gross domestic product"}}},
        "geo": {"category": {"index": ["CN"], "label": {"CN": "China"}}},
        "time": {"category": {"index": {"2022": 0, "2023": 1, "2024": 2}}},
    },
    "value": [1204724.0, None, 1349084.0],
}
TABLE = (
    "REF_AREA,MEASURE,UNIT_MEASURE,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT\n"
    "CHN,GDP,CNY,{period},{value},{status},{scale}\n"
)


def cube(**over: Any) -> bytes:
    return json.dumps(CUBE | over).encode()


def statistics(**over: Any) -> Query:
    gdp = Series("gdp", Measure.LEVEL, "亿元", (("item", "GDP"),), "Gross domestic product")
    columns = tuple((COLUMNS | {"area": "geo", "period": "time"}).items())
    return query(
        Dialect.JSONSTAT, areas=(("CN", "100000"),), series=(gdp,), columns=columns, **over
    )


def sdmx(**over: Any) -> Query:
    gdp = Series("gdp", Measure.LEVEL, "百万元", (("MEASURE", "GDP"),), None, "CNY", 6)
    return query(Dialect.SDMX_CSV, areas=(("CHN", "100000"),), series=(gdp,), **over)


def table(period: str = "2024", value: str = "1.5", status: str = "A", scale: str = "6") -> bytes:
    return TABLE.format(period=period, value=value, status=status, scale=scale).encode()


@pytest.mark.parametrize(
    ("value", "fate", "rule"),
    [
        ("90007.0", "observation", None),
        (90007.0, "observation", None),
        (" 90007.0 ", "observation", None),
        ("0", "observation", None),
        ("", "not_a_figure", None),
        ("无", "not_a_figure", None),
        ("-", "not_a_figure", None),
        (None, "not_a_figure", None),
        (float("nan"), "not_a_figure", None),
        (float("inf"), "quarantined", "not-a-number"),
        (True, "quarantined", "not-a-number"),
        (False, "quarantined", "not-a-number"),
        ("1,234", "quarantined", "not-a-number"),
        ("1.234,5", "quarantined", "not-a-number"),
        ("９０００７", "quarantined", "not-a-number"),
        ("90007亿", "quarantined", "not-a-number"),
        ("0x1f", "quarantined", "not-a-number"),
        ("1_000", "quarantined", "not-a-number"),
        ("9" * 60, "quarantined", "not-a-number"),
        ("1e999", "quarantined", "not-a-number"),
    ],
)
def test_a_value_is_read_missing_or_held(value: Any, fate: str, rule: str | None) -> None:
    data = nbs_years(y2024=value)
    assert fates(data, query()) == [fate]
    assert held(data, query()) == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("over", "rule"),
    [
        ({"i_showname": "地区生产总值(亿元)"}, None),  # blanks and width mean nothing
        ({"i_showname": "地区生产总值（亿元）  "}, None),
        ({"i_showname": "地区生产总值指数 (上年=100)"}, "label-changed"),
        ({"i_showname": ...}, "label-changed"),
        ({"du_name": "万元"}, "unit-changed"),
        ({"du_name": ""}, "unit-changed"),
        ({"du_name": ...}, "unit-changed"),
        ({"da": "110000000000", "da_name": "北京市"}, "area-changed"),
        ({"da": "330000"}, "area-changed"),
        ({"da": "3300000000000"}, "area-changed"),
        ({"da": ...}, "area-not-said"),
        ({"da": ..., "da_name": ...}, "area-not-said"),
        ({"dt": "2023YY"}, "contradiction"),
    ],
)
def test_another_label_unit_or_area_holds_that_series_alone(
    over: dict[str, Any], rule: str | None
) -> None:
    other = nbs_value(
        "135565", _id=PER_HEAD, i_showname="人均地区生产总值 (元/人)", du_name="元/人"
    )
    data = nbs(("2024YY", [nbs_value("90007.0", **over), other]))
    asked = query(series=(series(), per_head()))
    assert held(data, asked) == ([rule] if rule else [])
    assert values(data, asked)["330000 gdp_per_capita level 2024 A"] == 135565
    assert ("330000 gdp level 2024 A" in values(data, asked)) == (rule is None)


def test_beijing_for_zhejiang_becomes_neither() -> None:
    """Where the areas are ignored, Beijing is answered: nothing of it is Zhejiang's."""
    data = nbs(("2024YY", [nbs_value("49670.2", da="110000000000", da_name="北京市")]))
    result = harmonised(data, query())
    assert result.observations.is_empty()
    assert result.quarantine["ref_area"].to_list() == [None]
    assert "北京市" in result.quarantine["reason"][0]


def test_an_area_that_contradicts_the_one_it_stands_under_is_held() -> None:
    inner = nbs_value("49670.2", da="110000000000", dt="2024YY")
    assert held(nbs(("330000000000", [inner])), query()) == ["contradiction"]


@pytest.mark.parametrize(
    ("code", "frequency", "cumulated", "period", "rule"),
    [
        ("2025YY", "A", False, "2025 A", None),
        ("202404SS", "Q", True, "2024-Q4 Q-C", None),
        ("202401SS", "Q", False, "2024-Q1 Q-C", None),
        ("202402SS", "Q", False, None, None),  # the second quarter alone has no place
        ("202504MM", "M", False, "2025-04 M", None),
        ("202506MM", "M", True, "2025-Q2 Q-C", None),
        ("202504MM", "M", True, "2025-04 M-C", None),
        ("202501MM", "M", True, "2025-01 M", None),
        ("202512MM", "M", True, "2025-Q4 Q-C", None),
        ("202504MM", "A", False, None, "period-changed"),
        ("202405SS", "Q", True, None, "drifted"),
        ("202513MM", "M", False, None, "drifted"),
        ("2025", "A", False, None, "drifted"),
        ("２０２５YY", "A", False, None, "drifted"),
    ],
)
def test_a_period_code(
    code: str, frequency: Any, cumulated: bool, period: str | None, rule: str | None
) -> None:
    data = nbs((code, [nbs_value("1.5")]))
    asked = query(frequency=frequency, cumulated=cumulated)
    if rule == "drifted":
        with pytest.raises(ReadError, match="neither an area nor a period"):
            read_answer(data, asked)
        return
    assert [" ".join(key.split()[3:]) for key in values(data, asked)] == (
        [period] if period else []
    )
    assert held(data, asked) == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("code", "frequency", "period"),
    [
        ("2024", "A", "2024 A"),
        ("2024-A1", "A", "2024 A"),
        ("2024-S1", "S", "2024-Q2 Q-C"),
        ("2024-H1", "S", "2024-Q2 Q-C"),
        ("2024-S2", "S", None),
        ("2024-Q1", "Q", "2024-Q1 Q-C"),
        ("2024Q1", "Q", "2024-Q1 Q-C"),
        ("2024-03", "M", "2024-03 M"),
        ("2024-M03", "M", "2024-03 M"),
        ("2024M03", "M", "2024-03 M"),
        ("2024-W05", "M", None),
        ("2024-13", "M", None),
        ("2024-03-31", "M", None),
        ("0000", "A", None),
        ("", "A", None),
    ],
)
def test_a_period_of_sdmx(code: str, frequency: Any, period: str | None) -> None:
    found = values(table(code), sdmx(frequency=frequency), MediaKind.CSV)
    assert [" ".join(key.split()[3:]) for key in found] == ([period] if period else [])


HTML = b"<!DOCTYPE html><html><head><title>\xe5\xae\x89\xe5\x85\xa8</title></head></html>"
FOOTER = (
    b'<?xml version="1.0"?><m:Data><footer:Footer><footer:Message code="413" severity="Infomation">'
    b"<common:Text>Due to the large query the response will be written to a file</common:Text>"
)
MANY = '{"page":1,"pages":3,"per_page":"50","total":130}'
SECOND = '{"page":2,"pages":2,"per_page":"50","total":1}'
SHORT = '{"page":1,"pages":1,"per_page":"50","total":2}'


@pytest.mark.parametrize(
    ("data", "asked", "says"),
    [
        (b"", query(), "empty: the answer has no content"),
        (b" \n", query(), "empty"),
        (HTML, query(), "not-json: a web page called '安全'"),
        (FOOTER, query(), "too-large: the service answers 413: Due to the large query"),
        (nbs_years(y2024="1")[:-9], query(), "not-json"),
        ("{\"success\": true, \"message\": \"成功\"}".encode("gb18030"), query(), "not-json: .*UTF-8"),
        (b"[" * 100_000, query(), "not-json: .*nested"),
        (b'{"success": true, "success": false}', query(), "twice"),
        (b'{"success": true, "data": [], "x": "\\ud800"}', query(), "half a character"),
        (nbs(), query(), "empty: a success with nothing in it"),
        (nbs(("2024YY", [])), query(), "empty: it has no value"),
        (nbs(success=False, message="系统异常"), query(), "refused: state 20000: 系统异常"),
        (nbs(success="true"), query(), "refused"),
        (nbs_years(y2024="1").replace(b"20000", b"50000"), query(), "refused: state 50000"),
        (nbs(data={"list": []}), query(), "drifted: a list is expected"),
        (nbs(data=None), query(), "drifted"),
        (nbs(("2024YY", [nbs_value(["1"])])), query(), "drifted: a single value"),
        (nbs(("2024YY", [nbs_value(...)])), query(), "drifted: there is no value here"),
        (nbs(("2024YY", [nbs_value("1", _id="other")])), query(), "drifted: none of the declared"),
        (b'[{"message":[{"id":"120","key":"Invalid value","value":"not valid"}]}]', world_bank(),
         "refused: Invalid value: not valid"),
        (b'[{"page":0,"pages":0,"per_page":"50","total":0},null]', world_bank(), "empty: it has no rows"),
        (b"[]", world_bank(), "empty"),
        (b'{"message": "no"}', world_bank(), "refused"),
        (wb(("2024", "1"), meta=MANY), world_bank(), "partial: page 1 of 3"),
        (wb(("2024", "1"), meta=SECOND), world_bank(), "partial: page 2 of 2"),
        (wb(("2024", "1"), meta=SHORT), world_bank(), "partial: 1 rows of 2"),
        (wb(("2024", "1"), meta='{"page":1}'), world_bank(), "drifted: pages is ''"),
        (b"<?xml version='1.0'?><wb:error><wb:message id='120'>no</wb:message>", world_bank(), "XML: no"),
        (b'{"returncode": 501, "returndata": "nothing found"}', query(Dialect.EASYQUERY),
         "refused: returncode 501: nothing found"),
        (b'{"returncode": 200, "returndata": {"datanodes": [], "wdnodes": []}}',
         query(Dialect.EASYQUERY), "empty: it has no data nodes"),
        (b'{"class": "collection", "link": {}}', statistics(), "drifted: a collection"),
        (b'{"error": [{"status": 400, "label": "bad"}]}', statistics(), "refused"),
        (cube(value=[1, 2]), statistics(), "partial: 2 values of 3"),
        (cube(value={"7": 1}), statistics(), "no value has the place '7'"),
        (cube(size=[1, 1]), statistics(), "drifted: id and size"),
        (cube(size=[1, 1, 4]), statistics(), "drifted: time has not the 4 categories"),
        (cube(size=[1, 1, 10**12]), statistics(), "drifted"),
        (cube(id=["item", "geo", "when"]), statistics(), "drifted"),
        (cube(status=["e", "e"]), statistics(), "partial: 2 marks of 3"),
        (b"", sdmx(), "empty"),
        (b"REF_AREA,TIME_PERIOD,OBS_VALUE\n", sdmx(), "empty: it has columns and no records"),
        (b"No Series found.", sdmx(), "not-csv"),
        (b'{"errors": []}', sdmx(), "not-csv: it is JSON"),
        (FOOTER, sdmx(), "too-large"),
        (table()[:-8], sdmx(), "partial: 5 values in 7 columns"),
        (table().replace(b"OBS_VALUE", b"VALUE"), sdmx(), "drifted: no column OBS_VALUE"),
        (table().replace(b"UNIT_MULT", b"REF_AREA"), sdmx(), "not-csv: its columns"),
        (table().replace(b"GDP", b"GNI"), sdmx(), "drifted: none of the declared series"),
        (b"ACTION," + table().replace(b"\nCHN", b"\nD,CHN"), sdmx(), "drifted: action 'D'"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_named(data: bytes, asked: Query, says: str) -> None:
    """Under status 200, and never "no figures"."""
    with pytest.raises(ReadError, match=says):
        read_answer(data, asked)


@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/data")
@pytest.mark.parametrize(
    ("path", "asked", "says"),
    [
        ("sdmx/ESTAT_footer.xml", sdmx(), "too-large: the service answers 413"),
        ("sdmx/ESTAT_footer2.xml", statistics(), "the service answers"),
        ("worldbank/error_http200.json", world_bank(), "refused: Invalid value"),
        ("worldbank/empty.json", world_bank(), "empty"),
        ("worldbank/indicator_excerpt.json", world_bank(), "partial: 2 rows of 198"),
        ("jsonstat/collection.json", statistics(), "drifted: a collection"),
        ("jsonstat/dimension.json", statistics(), "drifted: a dimension"),
        ("jsonstat/QS104EW.json", statistics(), "drifted: id and size"),
        ("nbs/das.json", query(), "drifted"),
        ("nbs/indicators.json", query(), "drifted"),
        ("imf/7f5e2492.json", query(), "refused"),
    ],
)
def test_a_recorded_answer_that_is_none_is_named(path: str, asked: Query, says: str) -> None:
    with pytest.raises(ReadError, match=says):
        read_answer((SHARED / "services" / path).read_bytes(), asked)


@pytest.mark.parametrize(
    ("node", "fate"),
    [
        ({"data": 100.71505336, "hasdata": True, "strdata": "100.7"}, "observation"),
        ({"data": 0, "hasdata": False, "strdata": ""}, "not_a_figure"),
        ({"data": 0, "hasdata": True, "strdata": "0.0"}, "observation"),
        ({"data": 0, "hasdata": True, "strdata": ""}, "quarantined"),
        ({"data": 5.3, "hasdata": False, "strdata": "5.3"}, "quarantined"),
        ({"data": 5.3, "hasdata": "true", "strdata": "5.3"}, "quarantined"),
        ({"data": 5.3, "hasdata": True, "strdata": "53"}, "quarantined"),
        ({"data": 5.3, "hasdata": True, "strdata": "5.3%"}, "quarantined"),
    ],
)
def test_where_the_old_service_contradicts_itself_the_value_is_held(
    node: dict[str, Any], fate: str
) -> None:
    place = [{"wdcode": "zb", "valuecode": "A01"}, {"wdcode": "sj", "valuecode": "2019"}]
    body = {"datanodes": [{"code": "zb.A01_sj.2019", "data": node, "wds": place}], "wdnodes": []}
    data = json.dumps({"returncode": 200, "returndata": body}).encode()
    cpi = Series("cpi", Measure.LEVEL, "%", (("id", "A01"),))
    asked = query(Dialect.EASYQUERY, areas=(("100000", "100000"),), series=(cpi,))
    assert fates(data, asked) == [fate]


@pytest.mark.parametrize(
    ("status", "scale", "value", "fate"),
    [
        ("A", "6", "1.5", "observation"),
        ("p", "6", "1.5", "observation"),
        ("", "6", "1.5", "observation"),
        ("A", "9", "1.5", "quarantined"),
        ("A", "", "1.5", "quarantined"),
        ("s", "6", "1.5", "quarantined"),  # Eurostat's estimate, and a strike in SDMX
        ("M", "6", "1.5", "quarantined"),
        ("?", "6", "1.5", "quarantined"),
        ("M", "6", "", "not_a_figure"),
        ("M", "6", "NaN", "not_a_figure"),
        ("A", "6", ":", "not_a_figure"),
        ("A", "6", "1.5 p", "quarantined"),
    ],
)
def test_status_and_scale_of_sdmx(status: str, scale: str, value: str, fate: str) -> None:
    assert fates(table("2024", value, status, scale), sdmx(), MediaKind.CSV) == [fate]


@pytest.mark.parametrize(
    ("over", "found"),
    [
        ({}, ["observation", "not_a_figure", "observation"]),
        ({"value": {"0": 1204724.0, "2": 1349084}}, ["observation", "observation"]),
        ({"value": {"2": None}}, ["not_a_figure"]),
        ({"status": "p"}, ["observation", "not_a_figure", "observation"]),
        ({"status": ["e"]}, ["observation", "not_a_figure", "observation"]),
        ({"status": {"2": "?"}}, ["observation", "not_a_figure", "quarantined"]),
        ({"status": ["b", ":", "c"]}, ["observation", "not_a_figure", "quarantined"]),
        ({"value": [1, "2", True]}, ["observation", "observation", "quarantined"]),
    ],
)
def test_dense_and_sparse_json_stat_with_any_status(over: Any, found: list[str]) -> None:
    assert fates(cube(**over), statistics()) == found


def test_two_dimensions_that_are_not_chosen_are_never_mixed() -> None:
    """A dimension of several categories that the series doesn't name: which one is meant?"""
    dimension = CUBE["dimension"] | {"sex": {"category": {"index": ["F", "M"]}}}
    data = cube(
        id=["item", "sex", "geo", "time"], size=[1, 2, 1, 3], dimension=dimension, value=[1] * 6
    )
    with pytest.raises(ReadError, match="drifted: gdp level doesn't say which of sex"):
        read_answer(data, statistics())


def test_fewer_values_than_expected_hold_the_series() -> None:
    data = nbs_years(y2023="82553.2", y2024="90007.0")
    assert not held(data, query(least=2))
    assert held(data, query(least=3)) == ["partial", "partial"]


def test_a_series_that_is_not_answered_is_told() -> None:
    notes = read_answer(nbs_years(y2024="90007.0"), query(series=(series(), per_head()))).notes
    assert notes == ("gdp_per_capita level: nothing for 330000",)


def test_an_update_that_is_to_come_is_no_day_of_publication() -> None:
    data = wb(("2024", "1")).replace(b"2026-07-13", b"2027-07-13")
    reading = read_answer(data, world_bank())
    assert reading.metadata.published_on is None
    assert "2027-07-13" in reading.notes[0]


ASKED = {
    Dialect.NBS_2026: query(),
    Dialect.EASYQUERY: query(Dialect.EASYQUERY, areas=(("330000", "330000"),)),
    Dialect.WORLDBANK: world_bank(),
    Dialect.JSONSTAT: statistics(),
    Dialect.SDMX_CSV: sdmx(),
}
SOUND = {
    Dialect.NBS_2026: nbs_years(y2023="82553.2", y2024="90007.0"),
    Dialect.EASYQUERY: b'{"returncode": 200, "returndata": {"datanodes": [], "wdnodes": []}}',
    Dialect.WORLDBANK: wb(("2024", "134908400000000"), ("2023", "null")),
    Dialect.JSONSTAT: cube(),
    Dialect.SDMX_CSV: table(),
}
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.sampled_from(list(ASKED)),
    st.binary(max_size=200) | json_values.map(json.dumps).map(str.encode),
)
@example(Dialect.SDMX_CSV, b"a,b\n\x00,1\n")
@example(Dialect.SDMX_CSV, b"\r\n\r\n")
@example(Dialect.SDMX_CSV, b'a,b\n"')
@example(Dialect.JSONSTAT, b'{"dimension": {}, "id": [], "size": []}')
def test_any_bytes_are_read_or_refused(dialect: Dialect, data: bytes) -> None:
    try:
        found = values(data, ASKED[dialect])
    except ReadError:
        return
    assert not found


@given(st.sampled_from(list(ASKED)), st.data())
def test_a_changed_place_of_a_sound_answer_makes_nothing_of_another_area(
    dialect: Dialect, draw: st.DataObject
) -> None:
    """Whatever a few bytes are turned into: only the area, indicator and measure that were asked."""
    data = bytearray(SOUND[dialect])
    for _ in range(draw.draw(st.integers(1, 3))):
        at = draw.draw(st.integers(0, len(data) - 1))
        data[at : at + draw.draw(st.integers(0, 4))] = draw.draw(st.binary(max_size=4))
    asked = ASKED[dialect]
    try:
        found = values(bytes(data), asked)
    except ReadError:
        return
    codes = {code for _, code in asked.areas}
    names = {each.name for each in asked.series}
    for key in found:
        area, indicator, measure, period, _ = key.split()
        assert area in codes
        assert f"{indicator} {measure}" in names
        assert asked.since <= int(period[:4]) <= asked.until


@given(st.permutations(["2022", "2023", "2024"]))
def test_rows_in_any_order_give_the_same(years: list[str]) -> None:
    rows = {"2022": "120472400000000", "2023": "129427200000000", "2024": "134908400000000"}
    ordered = values(wb(*((year, rows[year]) for year in years)), world_bank())
    assert ordered == values(wb(*rows.items()), world_bank())
    assert ZHEJIANG[1] not in " ".join(ordered)
