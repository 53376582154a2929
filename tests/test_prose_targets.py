"""What the plan of a government work report aims at, and how its figures are meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.model.nouns import MediaKind
from flows.read.document.home import read_span
from flows.read.prose.reading import DocumentReading
from tests.prose_support import read_text

REPORT = """平阳县2024年政府工作报告
一、2023年工作回顾
一年来，地区生产总值突破700亿元，低收入农户人均可支配收入增长15.8%，城镇登记失业率控制在3%以内。
二、今后五年发展目标
到2028年，全县地区生产总值达到1000亿元，年均增长7%以上；常住人口城镇化率达到72%。
三、2024年主要工作任务
今年主要预期目标是：地区生产总值增长7.5%左右，一般公共预算收入增长6%以上，固定资产投资增长9%，居民收入与经济增长同步，规上工业增加值增速高于全省，城镇调查失业率控制在5%以内。
（一）改善民生。去年新建学校3所，城镇新增就业1.1万人。确保全县基本养老保险参保率达到98.5%以上，低收入农户人均可支配收入增长15%以上。
力争城镇新增就业不少于1.2万人。
"""

Target = tuple[str, str, str | None, str, float]


def targets(result: DocumentReading) -> set[Target]:
    return {
        (row.indicator, row.measure, row.comparator, row.period_text, row.value)
        for row in result.rows
        if row.indicator and row.measure and row.measure.startswith("target_")
        if row.period_text is not None and row.value is not None and row.doubt is None
    }


def test_a_plan_aims_with_bounds_and_by_other_growths() -> None:
    assert targets(read_text(REPORT, year=None)) == {
        ("gdp", "target_level", None, "2028", 1000.0),
        ("urbanisation_rate", "target_level", None, "2028", 72.0),
        ("gdp", "target_growth", "about", "2024", 7.5),
        ("budget_revenue", "target_growth", "at_least", "2024", 6.0),
        ("fixed_investment", "target_growth", None, "2024", 9.0),
        ("income_all", "target_lead", "in_step", "2024", 0.0),
        ("industrial_va_above_scale", "target_lead", "above_province", "2024", 0.0),
        ("unemployment_surveyed", "target_level", "at_most", "2024", 5.0),
        ("pension_coverage", "target_level", "at_least", "2024", 98.5),
        ("income_rural_low", "target_growth", "at_least", "2024", 15.0),
        ("urban_jobs_new", "target_level", "at_least", "2024", 1.2),
    }


def test_what_was_reached_is_no_target_and_a_bound_is_no_value() -> None:
    result = read_text(REPORT, year=None)
    reached = {
        (row.indicator, row.measure, row.value)
        for row in result.rows
        if row.indicator and row.measure and not row.measure.startswith("target_")
    }
    assert reached == {
        ("gdp", "level_at_least", 700.0),
        ("income_rural_low", "growth", 15.8),
        ("unemployment_registered", "level_at_most", 3.0),
        ("urban_jobs_new", "level", 1.1),
    }


def test_each_target_leads_back_to_its_print() -> None:
    data = REPORT.encode()
    for row in read_text(REPORT, year=None).rows:
        printed = read_span(row.locator, data, MediaKind.TEXT, "utf-8")
        assert printed == row.value_text
        if row.measure == "target_lead":
            assert printed in ("同步", "高于全省")


@pytest.mark.parametrize(
    ("words", "comparator"),
    [
        ("突破700亿元", "at_least"),
        ("超过700亿元", "at_least"),
        ("700多亿元", "at_least"),
        ("700亿元以上", "at_least"),
        ("不足700亿元", "at_most"),
        ("近700亿元", "about"),
        ("700亿元左右", "about"),
        ("700亿元", None),
    ],
)
def test_how_a_figure_is_meant(words: str, comparator: str | None) -> None:
    [row] = [row for row in read_text(f"全县地区生产总值{words}。").rows if row.indicator]
    bound = comparator in ("at_least", "at_most")
    assert row.comparator == comparator
    assert row.measure == (f"level_{comparator}" if bound else "level")


def test_a_communique_has_no_plan() -> None:
    text = "二、主要工作任务\n地区生产总值增长7.5%。"
    assert targets(read_text(text)) == set()


REPORTS = Path(__file__).resolve().parents[2] / "shared/data/work_reports"
REAL: dict[int, set[Target]] = {
    2015: {
        ("gdp", "target_growth", None, "2015", 7.5),
        ("industrial_va_above_scale", "target_growth", None, "2015", 9.0),
        ("fixed_investment", "target_growth", None, "2015", 16.5),
        ("retail_sales", "target_growth", None, "2015", 13.5),
        ("budget_revenue", "target_growth", None, "2015", 8.0),
        ("income_urban", "target_growth", None, "2015", 9.0),
        ("income_rural", "target_growth", None, "2015", 9.5),
        ("unemployment_registered", "target_level", "at_most", "2015", 3.0),
        ("natural_growth_rate", "target_level", "at_most", "2015", 7.6),
    },
    2017: {
        ("gdp", "target_level", None, "2021", 170.0),
        ("unemployment_registered", "target_level", "at_most", "2017", 3.0),
    },
    2018: {
        ("gdp", "target_growth", None, "2018", 9.0),
        ("budget_revenue", "target_growth", None, "2018", 7.0),
        ("industrial_va_above_scale", "target_growth", None, "2018", 10.0),
        ("fixed_investment", "target_growth", None, "2018", 6.0),
        ("retail_sales", "target_growth", None, "2018", 12.0),
        ("exports", "target_growth", None, "2018", 6.8),
        ("income_urban", "target_growth", None, "2018", 9.5),
        ("income_rural", "target_growth", None, "2018", 11.0),
        ("urban_jobs_new", "target_level", None, "2018", 2300.0),
    },
}


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the real reports are not there")
@pytest.mark.parametrize("year", REAL)
def test_the_targets_of_real_reports(year: int) -> None:
    text = (REPORTS / f"gaoyang_county_{year}.txt").read_text(encoding="utf-8")
    assert targets(read_text(text, area=None, year=None)) == REAL[year]
