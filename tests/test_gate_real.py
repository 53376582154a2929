"""Figures that were really published: sound ones pass, the article's damaged ones do not."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import polars as pl
import pytest

from tests.gate_support import PINGYANG, Fig, held, judged

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
GOLD = SHARED / "data" / "gold" / "communiques.csv"
INDEX = SHARED / "data" / "communiques" / "index.csv"

needs_shared = pytest.mark.skipif(not GOLD.is_file(), reason="needs ../shared")

#: Pingyang's GDP as its communiqués have it.
PINGYANG_GDP = {"2020": "534.5", "2022": "653.05", "2024": "777.46"}


def pages() -> dict[str, list[Fig]]:
    """The figures that were read by eye off twelve communiqués of cities, by page."""
    with INDEX.open(encoding="utf-8-sig", newline="") as file:
        areas = {Path(row["file"]).stem: row["ref_area"] for row in csv.DictReader(file)}
    found: dict[str, list[Fig]] = defaultdict(list)
    with GOLD.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            name = row["indicator"] + ("" if row["measure"] == "level" else f":{row['measure']}")
            page = row["file"]
            found[page].append(Fig(name, row["value"], "2025", areas[page], release=page))
    return found


@needs_shared
def test_hardly_a_sound_figure_of_real_communiques_is_held() -> None:
    figures = [figure for page in pages().values() for figure in page]
    verdict = judged(figures, share=0.5)
    assert len(figures) > 500
    assert verdict.quarantine.height <= 0.005 * len(figures), held(verdict)
    assert verdict.held == {}


@needs_shared
def test_a_sector_whose_point_is_lost_is_told_on_every_real_page_that_prints_all_three() -> None:
    figures, true = [], {}
    names = ("gdp", "gdp_primary", "gdp_secondary", "gdp_tertiary")
    for page, printed in pages().items():
        if not set(names) <= {each.name for each in printed}:
            continue
        for each in printed:
            text = each.text
            if each.name == "gdp_secondary" and "." in text:
                true[page] = float(text)
                text = text.replace(".", "")
            figures.append(Fig(each.name, text, each.period, each.area, each.release))
    verdict = judged(figures)
    rows = verdict.quarantine.filter(pl.col("indicator") == "gdp_secondary")
    suggested = dict(rows.select("release_id", "suggestion").iter_rows())
    assert len(true) > 5
    assert suggested == pytest.approx(true)


def test_the_articles_damaged_figures_are_held_with_what_was_meant() -> None:
    known = [Fig("gdp", text, year, release=year) for year, text in PINGYANG_GDP.items()]
    known += [
        Fig("gdp", "638.2", "2022", area="330802", release="q22"),
        Fig("gdp", "711.3", "2024", area="330802", release="q24"),
    ]
    article = [
        Fig("gdp", "6005", "2021", release="article"),
        Fig("gdp", "6707", "2023", area="330802", release="article"),
        Fig("gdp_secondary_share", "472", "2023", release="article"),
        Fig("income_all", "54321", "2023", release="article"),
    ]
    verdict = judged(article, known, share=1.0)
    rows = verdict.quarantine.select("ref_area", "indicator", "suggestion").rows()
    assert rows == [
        (PINGYANG, "gdp", 600.5),
        ("330802", "gdp", 670.7),
        (PINGYANG, "gdp_secondary_share", 47.2),
    ]
