"""The bundled tables and, where they are at hand, the real ones."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from flows.model import paths
from flows.model.nouns import MediaKind, Reading, Snapshot
from flows.read import printed_text, read
from tests.tables_support import SHARED, release, snapshot, world

PANEL = SHARED / "data" / "county_panel" / "county_panel_2000_2023.csv"
CITIES = SHARED / "data" / "city_yearbook"


def read_file(path: Path, *layouts: str, ref_area: str = "100000") -> Reading:
    data = path.read_bytes()
    made_up = replace(release(), layouts=layouts, ref_area=ref_area)
    kind = MediaKind(path.suffix.removeprefix("."))
    return read(data, snapshot=snapshot(data, kind), release=made_up, catalog=world())


def way_home(path: Path, reading: Reading, sample: int) -> None:
    data, kind = path.read_bytes(), MediaKind(path.suffix.removeprefix("."))
    assert hashlib.sha256(data).hexdigest() == reading.snapshot_sha256
    figures = reading.figures.sample(min(sample, reading.figures.height), seed=7)
    for locator, text in figures.select("locator", "value_text").iter_rows():
        assert printed_text(locator, data, kind, None) == text


def value(reading: Reading, **which: str) -> list[tuple[str, float, str]]:
    return reading.figures.filter(**which).select("value_text", "value", "unit_text").rows()


@pytest.mark.parametrize("index", ["index.csv"])
def test_every_bundled_table_is_read_by_the_layouts_of_its_release(index: str) -> None:
    table = pl.read_csv(paths.SAMPLES / index, infer_schema=False)
    files = dict(table.select("url", "file").iter_rows())
    kinds = {"xlsx": MediaKind.XLSX, "html": MediaKind.HTML, "csv": MediaKind.CSV}
    read_ones = 0
    for declared in world().releases:
        if declared.reader != "table" or declared.url not in files:
            continue
        path = paths.SAMPLES / files[declared.url]
        data = path.read_bytes()
        shot: Snapshot = snapshot(data, kinds[path.suffix.removeprefix(".")])
        reading = read(data, snapshot=shot, release=declared, catalog=world())
        assert reading.figures.filter(pl.col("indicator").is_not_null()).height > 0
        assert reading.figures["doubt"].null_count() == reading.figures.height
        way_home(path, reading, 200)
        read_ones += 1
    assert read_ones >= 2


@pytest.mark.skipif(not PANEL.exists(), reason="the county panel is not at hand")
def test_the_whole_county_panel_is_read_cell_by_cell() -> None:
    reading = read_file(PANEL, "zhejiang-county-yearbook", "county-panel")
    printed = pl.read_csv(PANEL, infer_schema=False).drop("year", "province", "county")
    filled = sum(printed.height - column.null_count() for column in printed)
    assert reading.figures.height == filled
    # The only doubts are of rows whose cells stand in the wrong columns, each as a whole.
    doubted = reading.figures.filter(pl.col("doubt").is_not_null())
    assert doubted["doubt"].str.starts_with("columns-shifted: ").all()
    rows = doubted.select("area_text", "period_text").unique()
    assert rows.height == 286
    assert reading.figures.join(rows, on=rows.columns, how="semi")["doubt"].null_count() == 0
    assert set(rows["period_text"]) == {"2003", "2004", "2005", "2007", "2008", "2009", "2010"}
    assert value(reading, area_text="浙江省/平阳县", period_text="2023", indicator="gdp") == [
        ("7118145.0", 7118145.0, "万元")
    ]
    way_home(PANEL, reading, 500)


@pytest.mark.skipif(not CITIES.exists(), reason="the city yearbooks are not at hand")
@pytest.mark.parametrize(
    ("year", "gdp", "unit"), [("2019", "60061616", "万元"), ("2020", "6606", "亿元")]
)
def test_a_real_yearbook_sheet_with_a_bilingual_head_is_read_to_its_last_cell(
    year: str, gdp: str, unit: str
) -> None:
    path = CITIES / f"china_city_statistical_yearbook_{year}_prefecture.xlsx"
    reading = read_file(path, f"china-city-yearbook-{year}")
    of_wenzhou = value(reading, area_text="温州市", indicator="gdp", measure="level")
    assert [(text, printed) for text, _, printed in of_wenzhou] == [(gdp, unit)]
    assert reading.figures["period_text"].unique().to_list() == [str(int(year) - 1)]
    cities = reading.figures.filter(indicator="gdp", measure="level").height
    assert cities >= 290
    # The scan's damage is in the file: 22X, HI89, ().13. None of it is a value.
    damaged = reading.figures.filter(pl.col("doubt").is_not_null())
    assert 0 < damaged.height < 60
    unread = damaged.filter(~pl.col("doubt").str.starts_with("merged-cell"))
    assert unread["value"].null_count() == unread.height > 0
    way_home(path, reading, 500)
