"""A service in a source's file: what is asked, as which releases, and what is refused by file and line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from flows.catalog import load_catalog
from flows.catalog.model import Catalog
from flows.model import paths
from flows.model.errors import CatalogError

NBS = """\
- source_id: provinces
  publisher: 国家统计局
  service:
    dialect: nbs-2026
    base: https://data.stats.gov.cn/external
    root: c4d82af16c3d4f0cb4f09d4af7d5888e
    areas: {"330000": "330000000000", "110000": "110000000000"}
    periods: {frequency: A, since: 2015, until: 2030}
    queries:
      - name: gdp
        title: 地区生产总值
        catalogue: 6f8fbd415cbc40ffa7ecb7fd917f2598
        series:
          - {indicator: gdp, unit: 亿元, id: aff5, label: 地区生产总值 (亿元)}
          - {indicator: gdp_per_capita, unit: 元, id: 779b}
"""
SDMX = """\
- source_id: oecd
  publisher: OECD
  authority: compilation
  service:
    dialect: sdmx-csv
    base: https://sdmx.oecd.org/public/rest/data
    areas: {"100000": CHN}
    periods: {frequency: Q, since: 2015, until: 2030}
    queries:
      - name: gdp
        title: Quarterly national accounts
        path: "OECD.SDD.NAD,DSD_NAMAIN1@DF_QNA,1.1/Q..CHN?dimensionAtObservation=AllDimensions"
        series:
          - {indicator: gdp, unit: 百万元, scale: 6, printed_unit: XDC, where: {TRANSACTION: B1GQ}}
"""
SEGMENTS = """\
- source_id: prices
  publisher: 国家统计局
  service:
    dialect: nbs-2026
    base: https://data.stats.gov.cn/external
    root: r
    areas: {"100000": "000000000000"}
    periods: {frequency: M, since: 2010, until: 2030}
    queries:
      - name: cpi-2026
        title: 居民消费价格指数
        catalogue: c
        since: 2026
        series: [{indicator: cpi, unit: "%", id: a, base: 100}]
      - name: cpi-2021
        title: 居民消费价格指数
        catalogue: b
        since: 2021
        series: [{indicator: cpi, unit: "%", id: b, base: 100}]
      - name: cpi-2016
        title: 居民消费价格指数
        catalogue: a
        until: 2018
        series: [{indicator: cpi, unit: "%", id: c, base: 100}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in [*paths.CATALOG.glob("*.csv"), *paths.CATALOG.glob("*.yaml")]:
        shutil.copy(path, tmp_path)
    (tmp_path / "sources").mkdir()
    (tmp_path / "layouts").mkdir()
    return tmp_path


def loaded(folder: Path, text: str) -> Catalog:
    (folder / "sources/service.yaml").write_text(text, encoding="utf-8")
    return load_catalog(folder)


def test_each_area_is_a_query_and_a_release(folder: Path) -> None:
    catalog = loaded(folder, NBS)
    zhejiang, beijing = catalog.releases
    assert (zhejiang.release_id, beijing.release_id) == (
        "provinces-gdp-330000",
        "provinces-gdp-110000",
    )
    assert (zhejiang.reader, zhejiang.ref_area, zhejiang.title) == (
        "service",
        "330000",
        "地区生产总值（浙江省）",
    )
    request = zhejiang.request
    assert (request.method, request.url) == (
        "POST",
        "https://data.stats.gov.cn/external/stream/esData",
    )
    assert dict(request.headers)["content-type"] == "application/json"
    assert json.loads(request.body or "") == {
        "cid": "6f8fbd415cbc40ffa7ecb7fd917f2598",
        "indicatorIds": ["aff5", "779b"],
        "daCatalogId": "",  # else the areas are ignored
        "das": [{"text": "浙江省", "value": "330000000000"}],
        "showType": "1",
        "dts": ["2015YY-2030YY"],  # a list: text is refused
        "rootId": "c4d82af16c3d4f0cb4f09d4af7d5888e",
    }
    query = catalog.find_query("provinces-gdp-110000")
    assert query is not None
    assert query.areas == (("110000000000", "110000"),)
    assert catalog.find_query("provinces") is None


def test_a_path_that_names_no_area_asks_for_all(folder: Path) -> None:
    (release,) = loaded(folder, SDMX).releases
    assert release.release_id == "oecd-gdp"
    assert release.url.endswith("DF_QNA,1.1/Q..CHN?dimensionAtObservation=AllDimensions")
    assert "sdmx.data+csv" in dict(release.headers)["accept"]


def test_a_path_may_name_the_area(folder: Path) -> None:
    text = SDMX.replace("Q..CHN", "Q..{area}").replace(
        '{"100000": CHN}', '{"100000": CHN, "330000": ZJ}'
    )
    assert [release.url[-40:-35] for release in loaded(folder, text).releases] != []
    assert [release.release_id for release in loaded(folder, text).releases] == [
        "oecd-gdp-100000",
        "oecd-gdp-330000",
    ]


def test_the_old_service_is_asked_by_a_form(folder: Path) -> None:
    text = (
        NBS.replace("nbs-2026", "easyquery")
        .replace("    root: c4d82af16c3d4f0cb4f09d4af7d5888e\n", "")
        .replace("catalogue: 6f8fbd415cbc40ffa7ecb7fd917f2598", "database: fsnd")
        .replace('"330000000000", "110000": "110000000000"', '"330000"')
    )
    (release,) = loaded(folder, text).releases
    form = {name: values[0] for name, values in parse_qs(release.body or "").items()}
    assert form["dbcode"] == "fsnd"
    assert json.loads(form["wds"]) == [{"wdcode": "reg", "valuecode": "330000"}]
    assert json.loads(form["dfwds"])[0] == {"wdcode": "zb", "valuecode": "aff5,779b"}


def test_segments_end_where_the_next_begins_and_a_gap_is_noted(folder: Path) -> None:
    queries = {query.release_id: query for query in loaded(folder, SEGMENTS).sources[0].queries}
    spans = {name[7:15]: (query.since, query.until, query.gap) for name, query in queries.items()}
    assert spans == {
        "cpi-2026": (2026, 2030, None),
        "cpi-2021": (2021, 2025, "no segment stands for 2019 to 2020"),
        "cpi-2016": (2010, 2018, None),
    }


@pytest.mark.parametrize(
    ("text", "old", "new", "where", "says"),
    [
        (NBS, "nbs-2026", "nbs-2025", "4: 0.service.dialect", "did you mean 'nbs-2026'?"),
        (NBS, "dialect", "dialekt", "4: 0.service.dialekt", "did you mean 'dialect'?"),
        (NBS, "https://", "ftp://", "5: 0.service.base", ""),
        (NBS, "    root: c4d82af16c3d4f0cb4f09d4af7d5888e\n", "", "3: 0.service", "'root' is missing"),
        (NBS, '"330000":', '"339999":', "7: 0.service.areas.339999", "unknown area"),
        (NBS, '"330000000000"', '"330000"', "7: 0.service.areas.330000", "twelve digits"),
        (NBS, '"330000000000"', '"110000000000"', "7: 0.service.areas.330000", "330000000000"),
        (NBS, "until: 2030", "until: 2014", "8: 0.service.periods", "2014 lies before 2015"),
        (NBS, "frequency: A", "frequency: S", "8: 0.service.periods", "no half-years"),
        (NBS, "frequency: A", "frequency: W", "8: 0.service.periods.frequency", "'W'"),
        (NBS, "name: gdp", "name: GDP", "10: 0.service.queries.0.name", "GDP"),
        (NBS, "catalogue", "catalog", "12: 0.service.queries.0.catalog", "did you mean 'catalogue'?"),
        (NBS, "catalogue: ", "path: ", "10: 0.service.queries.0", "'catalogue' is missing"),
        (NBS, "indicator: gdp,", "indicator: gpd,", "14: 0.service.queries.0.series.0.indicator", "'gdp'?"),
        (NBS, "unit: 亿元", "unit: 万人", "14: 0.service.queries.0.series.0.unit", "no such unit"),
        (NBS, "unit: 亿元", "measure: rank, unit: 位", "14: 0.service.queries.0.series.0.measure", "no rank"),
        (NBS, "id: aff5", "base: 100, id: aff5", "14: 0.service.queries.0.series.0.base", "only what"),
        (NBS, "id: aff5", "where: {a: b}", "14: 0.service.queries.0.series.0", "known by its id"),
        (NBS, "id: aff5", "scale: 6, id: aff5", "14: 0.service.queries.0.series.0.scale", "no scale"),
        (SDMX, "where: {TRANSACTION: B1GQ}", "id: B1GQ", "14: 0.service.queries.0.series.0", "dimensions"),
        (SEGMENTS, "since: 2026", "since: 2021", "10: 0.service.queries.0", "twice from 2021"),
        (SEGMENTS, "cpi-2026", "cpi-2021", "15: 0.service.queries.1.name", "another query"),
        (SEGMENTS, "until: 2018", "until: 2009", "20: 0.service.queries.2", "no year"),
    ],
)  # fmt: skip
def test_a_faulty_service(
    folder: Path, text: str, old: str, new: str, where: str, says: str
) -> None:
    assert old in text
    with pytest.raises(CatalogError) as caught:
        loaded(folder, text.replace(old, new, 1))
    assert caught.value.where == f"{folder / 'sources/service.yaml'}:{where}"
    assert says in str(caught.value)


def test_the_example_of_the_docs_is_the_source_that_is_shipped(folder: Path) -> None:
    page = (Path(__file__).parents[1] / "docs/services.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    (release,) = loaded(folder, example).releases
    shipped = [each for each in load_catalog().releases if each.reader == "service"]
    assert [(each.release_id, each.url, each.body) for each in shipped] == [
        (release.release_id, release.url, release.body)
    ]


def test_the_shipped_queries_ask_for_what_is_recorded() -> None:
    """The national bureau's GDP of a province: ids and address as public code has them."""
    catalog = load_catalog()
    release = next(each for each in catalog.releases if each.reader == "service")
    assert release.url == (
        "https://data.stats.gov.cn/dg/website/publicrelease/web/external/stream/esData"
    )
    assert "aff57de5ee994283974705914fbed246" in (release.body or "")
