"""Answers of statistical services: exactly what they print is read, and leads back to their bytes.

Recorded answers are read where ``../shared`` has them; the others are made up in their shape.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.catalog.query import COLUMNS, Dialect, Query, Series
from flows.model.errors import ReadError
from flows.model.measure import Measure
from flows.model.nouns import MediaKind
from tests.service_support import (
    GDP,
    SHARED,
    fates,
    harmonised,
    held,
    nbs,
    nbs_value,
    nbs_years,
    query,
    read_answer,
    series,
    values,
    wb,
    world_bank,
)

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/data")


def recorded(path: str) -> bytes:
    return (SHARED / path).read_bytes()


def monthly(indicator: str, code: str, label: str, **over: Any) -> Query:
    """A query of one indicator by months, of the whole country."""
    asked = Series(indicator, Measure.GROWTH, "%", (("id", code),), label, "%")
    return query(areas=(("000000000000", "100000"),), frequency="M", series=(asked,), **over)


@needs_shared
def test_the_new_service_by_months() -> None:
    data = recorded("services/nbs/esdata_industry_monthly.json")
    asked = monthly(
        "industrial_va_above_scale",
        "ef1b1765960d45a29b4d7c4ca91be916",
        "规上工业增加值同比增长 (%)",
    )
    assert values(data, asked) == {
        "100000 industrial_va_above_scale growth 2025-04 M": 6.1,
        "100000 industrial_va_above_scale growth 2025-03 M": 7.7,
    }
    # Two months are not published, and the other indicator is nobody's.
    assert (
        sorted(fates(data, asked)) == ["not_a_figure"] * 3 + ["observation"] * 2 + ["unmapped"] * 3
    )


@needs_shared
def test_months_counted_from_january() -> None:
    data = recorded("services/nbs/esdata_industry_monthly.json")
    asked = monthly(
        "industrial_va_above_scale",
        "21e7072e9f384209aedb56e69a18216e",
        "规上工业增加值累计增长 (%)",
        cumulated=True,
    )
    assert values(data, asked) == {
        "100000 industrial_va_above_scale growth 2025-04 M-C": 6.5,
        "100000 industrial_va_above_scale growth 2025-Q1 Q-C": 6.7,
        "100000 industrial_va_above_scale growth 2025-02 M-C": 5.9,
    }
    assert not held(data, asked)


@needs_shared
def test_the_new_service_with_the_area_outside_and_the_period_within() -> None:
    data = recorded("nbs_api/new_api_2026/esData_city_gdp_2024_subset.json")
    areas = tuple((f"{code}000000", code) for code in ("110000", "130100", "130200", "140100"))
    assert values(data, query(areas=areas)) == {
        "110000 gdp level 2024 A": 49670.2,
        "130100 gdp level 2024 A": 8203.4,
        "140100 gdp level 2024 A": 5418.9,
    }
    # What was not asked for stands beside what was: it is no fault, and nobody's. 唐山 has no value.
    assert sorted(set(fates(data, query(areas=areas)))) == [
        "not_a_figure",
        "observation",
        "unmapped",
    ]


def easyquery(indicator: str, code: str, frequency: str, base: int | None = None) -> Query:
    asked = Series(indicator, Measure.LEVEL, "%", (("id", code),), base=base)
    return query(
        Dialect.EASYQUERY, areas=(("100000", "100000"),), frequency=frequency, series=(asked,)
    )


@needs_shared
def test_the_old_service_prints_strdata_and_not_data() -> None:
    data = recorded("services/easyquery/LAST_13_MONTH_CPI_M2M.json")
    asked = easyquery("cpi", "A01030101", "M")
    figures = read_answer(data, asked).figures.filter(indicator="cpi")
    texts = dict(figures.select("period_text", "value_text").iter_rows())
    assert texts["2019-08"] == "100.7"
    assert texts["2019-05"] == "100.0"
    assert "2019-09" not in texts, "hasdata is false, and data 0"
    assert (
        values(data, easyquery("cpi", "A01030101", "M", 100))["100000 cpi level 2019-08 M"] == 0.7
    )


@needs_shared
def test_the_quarters_of_the_old_service() -> None:
    data = recorded("services/easyquery/LAST_12_QUARTER_GDP_Y2Y.json")
    gdp = Series("gdp", Measure.GROWTH, "%", (("id", "A010301"),), base=100)
    asked = query(Dialect.EASYQUERY, areas=(("100000", "100000"),), frequency="Q", series=(gdp,))
    found = values(data, asked)
    # 当季: of the quarters alone only the first is one that is counted from January.
    assert found["100000 gdp growth 2019-Q1 Q-C"] == 6.4
    assert {key.split()[3][-2:] for key in found} == {"Q1"}


@needs_shared
@pytest.mark.parametrize(
    "path",
    sorted((SHARED / "nbs_api/easyquery_2026_03").glob("*.json")),
    ids=lambda path: path.stem,
)
def test_every_recorded_answer_of_the_old_service_is_read_or_named(path: Path) -> None:
    body = json.loads(path.read_bytes())["json"]
    data = json.dumps(body, ensure_ascii=False).encode()
    asked = easyquery("cpi", "A020101", "M")
    answer = body["returndata"] if isinstance(body, dict) else None
    nodes = answer["datanodes"] if isinstance(answer, dict) else []
    if any(node["code"].startswith("zb.A020101_") for node in nodes):
        with_data = [node["data"]["strdata"] for node in nodes if node["data"]["hasdata"]]
        figures = read_answer(data, asked).figures.filter(kind="figure")
        assert figures["value_text"].to_list() == with_data
    else:
        with pytest.raises(ReadError, match=r"refused|empty|drifted"):
            read_answer(data, asked)


@needs_shared
def test_the_world_bank_keeps_its_digits_and_its_day() -> None:
    data = recorded("services/worldbank/indicator_excerpt.json").replace(
        b'"total": 198', b'"total": 2'
    )
    canada = Series(
        "urbanisation_rate",  # stands in for an indicator of energy
        Measure.LEVEL,
        "%",
        (("id", "EG.ELC.RNEW.ZS"),),
        "Renewable electricity output (% of total electricity output)",
    )
    asked = query(Dialect.WORLDBANK, areas=(("CAN", "330000"),), series=(canada,))
    reading = read_answer(data, asked)
    (figure,) = reading.figures.filter(kind="figure").iter_rows(named=True)
    assert figure["value_text"] == "67.0163805768966"
    assert figure["locator"] == "json:/1/1/value"
    assert str(reading.metadata.published_on) == "2026-07-13"


def test_a_number_in_json_keeps_its_token() -> None:
    data = wb(("2024", "134908400000000"), ("2023", "1.29427E14"), ("2022", "0.10"))
    figures = read_answer(data, world_bank()).figures
    assert figures["value_text"].to_list() == ["134908400000000", "1.29427E14", "0.10"]
    assert figures["decimals"].to_list() == [0, -9, 2]
    assert values(data, world_bank()) == {
        "100000 gdp level 2024 A": 1349084.0,
        "100000 gdp level 2023 A": 1294270.0,
        "100000 gdp level 2022 A": 1e-9,
    }


@needs_shared
@pytest.mark.parametrize(
    ("file", "dataset", "period", "area", "where", "code", "found"),
    [
        (
            "galicia-2.0.json",
            None,
            *("time", "residence"),
            {"birth": "T", "age": "T", "gender": "T"},
            "15",
            {"2001": "1096027", "2011": "1141286"},
        ),
        (
            "oecd-canada.json",
            "oecd",
            *("year", "area"),
            {"concept": "UNR"},
            "AU",
            {"2003": "5.943826289", "2004": "5.39663128", "2014": "5.462866231"},
        ),
    ],
)
def test_json_stat(
    file: str,
    dataset: str | None,
    period: str,
    area: str,
    where: dict[str, str],
    code: str,
    found: dict[str, str],
) -> None:
    chosen = tuple(sorted(where.items()))
    asked = query(
        Dialect.JSONSTAT,
        areas=((code, "330000"),),
        series=(Series("resident_population", Measure.LEVEL, "人", chosen),),
        columns=tuple((COLUMNS | {"area": area, "period": period}).items()),
        dataset=dataset,
    )
    figures = read_answer(recorded(f"services/jsonstat/{file}"), asked).figures
    claimed = figures.filter(figures["indicator"].is_not_null(), figures["doubt"].is_null())
    texts = dict(claimed.select("period_text", "value_text").iter_rows())
    assert {year: texts[year] for year in found} == found


SDMX = (
    b"STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,MEASURE,UNIT_MEASURE,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT\n"
    b"dataflow,A:B(1.0),I,CHN,GDP,CNY,2023,129427200.0,A,6\n"
    b"dataflow,A:B(1.0),I,CHN,GDP,CNY,2024,134908400.0,P,6\n"
    b"dataflow,A:B(1.0),I,CHN,GDP,CNY,2025,,M,6\n"
)


def sdmx(**over: Any) -> Query:
    gdp = Series("gdp", Measure.LEVEL, "百万元", (("MEASURE", "GDP"),), None, "CNY", 6)
    return query(Dialect.SDMX_CSV, areas=(("CHN", "100000"),), series=(gdp,), **over)


def test_sdmx_csv() -> None:
    assert values(SDMX, sdmx(), MediaKind.CSV) == {
        "100000 gdp level 2023 A": 1294272.0,
        "100000 gdp level 2024 A": 1349084.0,
    }
    result = harmonised(SDMX, sdmx(), MediaKind.CSV)
    assert result.observations["locator"].to_list() == ["csv:2!OBS_VALUE", "csv:3!OBS_VALUE"]
    assert result.observations["obs_status"].to_list() == ["A", "P"]
    assert result.fates["fate"].to_list() == ["observation", "observation", "not_a_figure"]


@needs_shared
def test_the_standards_own_sdmx_csv() -> None:
    asked = query(
        Dialect.SDMX_CSV,
        areas=(("A", "330000"),),
        frequency="M",
        series=(Series("cpi", Measure.LEVEL, "%", (("DIM_2", "B"),)),),
        columns=tuple((COLUMNS | {"area": "DIM_1", "period": "DIM_3"}).items()),
    )
    for file in ("v3_csv_example-01.csv", "v3_csv_example-09A.csv"):
        data = recorded(f"services/sdmx/{file}")
        found = values(data, asked, MediaKind.CSV)
        assert found["330000 cpi level 2014-01 M"] == 12.4
        assert found["330000 cpi level 2014-02 M"] == 10.8


def test_the_labels_of_sdmx_csv_are_no_part_of_the_codes() -> None:
    data = (
        b"DATAFLOW,REF_AREA: Area,MEASURE: Measure,TIME_PERIOD: Time,OBS_VALUE,UNIT_MULT\n"
        b"A:B(1.0),CHN: China,GDP: Gross,2024: 2024,1.5,6\n"
    )
    gdp = Series("gdp", Measure.LEVEL, "百万元", (("MEASURE", "GDP"),), scale=6)
    asked = query(Dialect.SDMX_CSV, areas=(("CHN", "100000"),), series=(gdp,))
    assert values(data, asked, MediaKind.CSV) == {"100000 gdp level 2024 A": 0.015}


def test_order_does_not_matter() -> None:
    years = {"y2022": "77715.4", "y2023": "82553.2", "y2024": "90007.0"}
    there = values(nbs_years(**years), query())
    back = values(nbs_years(**dict(reversed(years.items()))), query())
    assert there == back
    assert len(there) == 3
    turned = dict(reversed(nbs_value("90007.0").items()))
    assert values(nbs(("2024YY", [turned])), query()) == {"330000 gdp level 2024 A": 90007.0}


def test_an_index_of_the_year_before_is_kept_as_growth() -> None:
    index = series(measure=Measure.GROWTH, unit="%", base=100, printed_unit=None)
    data = nbs(("2024YY", [nbs_value("105.5")]), ("2023YY", [nbs_value("98.7")]))
    assert values(data, query(series=(index,))) == {
        "330000 gdp growth 2024 A": 5.5,
        "330000 gdp growth 2023 A": -1.3,
    }


def test_segments_join_without_overlap_and_the_newest_wins() -> None:
    data = nbs_years(y2014="1", y2015="2", y2016="3")
    older, newer = (
        query(since=1990, until=2015),
        query(since=2016, until=2030, gap="2013 is missing"),
    )
    assert set(values(data, older)) == {"330000 gdp level 2014 A", "330000 gdp level 2015 A"}
    assert set(values(data, newer)) == {"330000 gdp level 2016 A"}
    assert fates(data, newer) == ["unmapped", "unmapped", "observation"]
    assert "gdp level: 2013 is missing" in read_answer(data, newer).notes


def test_the_area_is_told_by_its_twelve_digits() -> None:
    data = nbs(("2024YY", [nbs_value("1", da="330000000001")]))
    assert held(data, query()) == ["area-changed"]
    assert GDP in data.decode()
