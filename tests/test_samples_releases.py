"""The bundled releases are true to what was published, and the catalogue knows each of them."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import polars as pl
import pytest
from selectolax.lexbor import LexborHTMLParser

from flows.catalog import load_catalog
from flows.catalog.model import Source
from flows.discover.match import SightingFate
from flows.model import paths
from flows.model.listing import ListingOutcome
from flows.model.nouns import Release
from tests.bundled import bundled_releases, match_bundled, walk_bundled

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
#: How the two pages that are not in UTF-8 are to be decoded; a reader has to find out.
CHARSETS = {
    "xianju_work_report_2018.html": "gb18030",
    "changshan_communique_2020.html": "gb18030",
}
BOOK = "zhejiang_county_yearbook_2023.xlsx"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


ROWS = _rows(paths.SAMPLES / "index.csv")
INDEX = [row for row in ROWS if row["role"] != "listing"]
FIGURES = _rows(Path(__file__).parent / "data/samples_figures.csv")
PAGES = [row["file"] for row in INDEX if row["file"].endswith(".html")]
LISTINGS = [row["file"] for row in ROWS if row["role"] == "listing"]


def _source(file: str) -> str:
    return (paths.SAMPLES / file).read_bytes().decode(CHARSETS.get(file, "utf-8"))


def _text(file: str) -> str:
    """The page without its footer, as one line."""
    page = LexborHTMLParser(_source(file))
    for node in page.css("footer, script, style, head"):
        node.decompose()
    assert page.body is not None
    return re.sub(r"\n\s*", "", page.body.text(separator="|"))


def _releases() -> dict[str, Release]:
    return {release.release_id: release for release in bundled_releases()}


def test_every_bundled_address_is_a_release_and_every_release_is_bundled() -> None:
    assert {row["url"] for row in INDEX} == {each.url for each in bundled_releases()}
    assert len(INDEX) == len({row["url"] for row in INDEX}) == len({row["file"] for row in INDEX})


def test_most_bundled_releases_are_found_through_listings_of_five_families() -> None:
    matched = match_bundled()
    assert {match.fate for match in matched.matches} == {SightingFate.TAKEN}
    assert 2 * len(matched.releases) > len(bundled_releases())
    families = {
        source.discovery.family for source in load_catalog().sources if source.discovery is not None
    }
    assert families == {"wordpress", "jpaas", "hanweb", "html", "feed"}


@pytest.mark.parametrize(
    "source",
    [source for source in load_catalog().sources if source.discovery],
    ids=lambda source: source.source_id,
)
def test_every_bundled_listing_is_healthy(source: Source) -> None:
    walked = walk_bundled(source)
    assert (walked.outcome, walked.changed) == (ListingOutcome.NEW, ())


@pytest.mark.parametrize("file", [file for file in LISTINGS if file.endswith(".html")])
def test_a_listing_names_in_plain_words_the_address_of_what_it_renders(file: str) -> None:
    [url] = [row["url"] for row in ROWS if row["file"] == file]
    footer = LexborHTMLParser(_source(file)).css_first("footer")
    assert footer is not None
    assert url in footer.text()
    assert "公报工程的转述" in footer.text()


def test_every_file_is_listed() -> None:
    files = {path.name for path in paths.SAMPLES.iterdir()} - {"index.csv", "README.md"}
    assert files == {row["file"] for row in ROWS}


@pytest.mark.parametrize("file", PAGES)
def test_a_page_names_in_plain_words_the_address_of_what_it_renders(file: str) -> None:
    [url] = [row["url"] for row in INDEX if row["file"] == file]
    footer = LexborHTMLParser(_source(file)).css_first("footer")
    assert footer is not None
    words = footer.text()
    assert url in words
    assert "公报工程的转述" in words or "公報工程的轉述" in words


def test_two_pages_are_in_gb18030_and_only_one_of_them_says_so() -> None:
    types = {row["file"]: row["content_type"] for row in INDEX}
    for row in INDEX:
        if row["file"].endswith(".html") and row["file"] not in CHARSETS:
            (paths.SAMPLES / row["file"]).read_bytes().decode("utf-8")
    declared = []
    for file in CHARSETS:
        data = (paths.SAMPLES / file).read_bytes()
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")
        assert "地区生产总值" in data.decode("gb18030") or "全县生产总值" in data.decode("gb18030")
        assert "charset" not in types[file]
        if b"charset=gb18030" in data:
            declared.append(file)
    assert declared == ["xianju_work_report_2018.html"]


@pytest.mark.parametrize("file", PAGES)
def test_every_figure_stands_in_its_page_as_printed(file: str) -> None:
    rows = [row for row in FIGURES if row["file"] == file]
    assert rows, "a release without figures is none"
    text = _text(file)
    for row in rows:
        assert row["printed"] in row["quote"]
        assert row["quote"] in text
        if row["state"] != "damaged":
            bare = row["value"].removeprefix("-")
            assert re.search(rf"(?<![\d.]){re.escape(bare)}(?![\d.])", text), row


@pytest.mark.parametrize("file", PAGES)
def test_no_figure_of_a_page_is_missing_from_the_list(file: str) -> None:
    """Once dates, years and the listed figures are taken out, no digit is left."""
    text = re.sub(r"\d{4}-\d\d-\d\d|202133日|[?？]。[?？]023年|年鉴\d{4}|26县", "", _text(file))
    for row in FIGURES:
        if row["file"] == file:
            text = text.replace(row["printed"], "·", 1)
    text = re.sub(r"(?<!\d)\d{4}年", "", text)
    text = text.replace("主题|1|帖子|2|积分|3", "")  # what the forum says of its posts
    assert re.findall(r"\d+", text) == []


def test_the_workbook_has_a_two_row_head_with_merged_cells_and_a_remark_with_its_address() -> None:
    book = openpyxl.load_workbook(paths.SAMPLES / BOOK)
    sheet = book["2023"]
    merged = {str(each) for each in sheet.merged_cells.ranges}
    assert {"A2:A3", "D2:G2", "H2:I2", "J2:K2"} <= merged
    [url] = [row["url"] for row in INDEX if row["file"] == BOOK]
    remark = str(sheet.cell(sheet.max_row, 1).value)
    assert url in remark
    assert "公报工程的转述" in remark


def test_the_workbook_has_every_figure_in_the_cell_that_the_list_names() -> None:
    sheet = openpyxl.load_workbook(paths.SAMPLES / BOOK)["2023"]
    rows = [row for row in FIGURES if row["file"] == BOOK]
    names = dict(load_catalog().areas.select("ref_area", "name_zh").rows())
    assert len(rows) == 63 * 9
    for row in rows:
        cell = row["quote"].removeprefix("2023!")
        assert str(sheet[cell].value) == row["printed"] == row["value"]
        assert sheet[f"B{sheet[cell].row}"].value == names[row["ref_area"]]


def test_in_the_workbook_the_sectors_sum_to_the_gdp() -> None:
    values: dict[str, dict[str, int]] = {}
    for row in FIGURES:
        if row["file"] == BOOK and row["indicator"].startswith("gdp"):
            values.setdefault(row["ref_area"], {})[row["indicator"]] = int(row["value"])
    assert len(values) == 63
    for each in values.values():
        parts = each["gdp_primary"] + each["gdp_secondary"] + each["gdp_tertiary"]
        assert abs(each["gdp"] - parts) <= 1  # 万元, each rounded by itself


def test_the_list_of_figures_agrees_with_the_catalogue() -> None:
    releases = _releases()
    catalog = load_catalog()
    units = set(catalog.units["unit_text"])
    codes = set(catalog.areas["ref_area"])
    for row in FIGURES:
        release = releases[row["release_id"]]
        assert [each["file"] for each in INDEX if each["url"] == release.url] == [row["file"]]
        assert row["ref_area"] in codes
        assert row["unit"] in units
        assert row["state"] in ("ok", "damaged", "unclaimed", "scope", "unmapped-area")
        assert row["indicator"] in catalog.indicators or row["indicator"] == ""
        assert bool(row["measure"]) == bool(row["indicator"])


def test_the_bundle_has_what_the_product_promises() -> None:
    pingyang = [each for each in _releases().values() if each.ref_area == "330326"]
    assert {each.time_period for each in pingyang} >= {"2020", "2021", "2023", "2024"}
    communiques = {each.ref_area for each in _releases().values() if "统计公报" in each.title} - {
        "330326",
        "330000",
    }
    assert len(communiques) >= 8
    damaged = {row["file"] for row in FIGURES if row["state"] == "damaged"}
    assert len(damaged) >= 2
    revised = [row for row in FIGURES if row["release_id"] == "pingyang-communique-2023"]
    assert {row["time_period"] for row in revised if row["indicator"] == "gdp"} == {"2022", "2023"}


def test_no_derived_value_is_in_a_release() -> None:
    """Values that somebody worked out from others were published nowhere."""
    derived = {"93.24", "670.61", "517.9", "170.27"}
    for file in PAGES:
        assert not derived & set(re.findall(r"\d+(?:\.\d+)?", _text(file)))


needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data")


def _codes() -> dict[str, str]:
    """The areas of Zhejiang that exist today, by name."""
    areas = load_catalog().areas.filter(pl.col("valid_to").is_null())
    here = areas.filter(pl.col("ref_area").str.starts_with("33"))
    return dict(here.select("name_zh", "ref_area").rows())


def _published() -> list[dict[str, str]]:
    rows = _rows(SHARED / "data/mountain26/gdp.csv")
    return [row for row in rows if "DERIVED" not in row["status"]]


@needs_shared
def test_the_gdp_of_every_bundled_page_is_the_published_one() -> None:
    names = _codes()
    by_url = {each.url: each.release_id for each in bundled_releases()}
    listed = {
        (row["release_id"], row["ref_area"], row["time_period"], row["measure"]): row
        for row in FIGURES
        if row["indicator"] == "gdp"
    }
    compared = 0
    for row in _published():
        release = by_url.get(row["source_url"])
        if release is None:
            continue
        period = row["year"].replace("Q", "-Q")
        key = (release, names[row["county"]], period)
        if row["value"]:
            figure = listed[(*key, "level")]
            assert (figure["value"], figure["unit"]) == (row["value"], row["unit"]), row
            compared += 1
        if row["growth_pct"]:
            figure = listed[(*key, "growth")]
            assert float(figure["value"]) == float(row["growth_pct"]), row
            compared += 1
    assert compared >= 80


@needs_shared
def test_the_other_indicators_of_every_bundled_page_are_the_published_ones() -> None:
    by_url = {each.url: each.release_id for each in bundled_releases()}
    names = _codes()
    compared = 0
    for row in _rows(SHARED / "data/mountain26/other_indicators.csv"):
        release = by_url.get(row["source_url"])
        key = (release, names[row["county"]], row["year"].replace("Q", "-Q"))
        values = {
            (each["value"], each["unit"])
            for each in FIGURES
            if (each["release_id"], each["ref_area"], each["time_period"]) == key
        }
        assert release is None or (row["value"], row["unit"]) in values, row
        compared += release is not None
    assert compared >= 40


@needs_shared
def test_the_workbook_is_the_panel_of_2023() -> None:
    names = dict(load_catalog().areas.select("ref_area", "name_zh").rows())
    panel = {
        row["county"]: row
        for row in _rows(SHARED / "data/county_panel/county_panel_2000_2023.csv")
        if row["year"] == "2023"
    }
    columns = {
        "registered_population": "registered_pop",
        "gdp": "gdp",
        "gdp_primary": "primary_industry_va",
        "gdp_secondary": "secondary_industry_va",
        "gdp_tertiary": "tertiary_industry_va",
        "budget_revenue": "local_fiscal_revenue",
        "budget_expenditure": "local_fiscal_expenditure",
        "": "deposit_balance",
        "loans": "loan_balance",
    }
    for row in FIGURES:
        if row["file"] == BOOK:
            there = panel[names[row["ref_area"]]][columns[row["indicator"]]]
            assert float(there) == float(row["value"]), row
    [url] = [row["url"] for row in INDEX if row["file"] == BOOK]
    blobs = {row["source_url"] for row in _published() if row["source_url"].endswith(".csv")}
    raw = {
        blob.replace("github.com", "raw.githubusercontent.com").replace("/blob/", "/")
        for blob in blobs
    }
    assert unquote(url) in raw
