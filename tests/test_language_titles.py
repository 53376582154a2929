"""A title says kind, area and period, or why not; it never guesses."""

from __future__ import annotations

from datetime import date

import pytest

from flows.catalog import load_catalog
from flows.language.kinds import Kind
from flows.language.periods import find_days, find_periods
from flows.language.titles import TitleReading, read_title

WENZHOU, PINGYANG, CANGNAN = "330300", "330326", "330327"


def read(title: str, scope: str | None = None, seen_on: date | None = None) -> TitleReading:
    return read_title(title, load_catalog().gazetteer, scope=scope, seen_on=seen_on)


@pytest.mark.parametrize(
    ("title", "kind", "area", "period"),
    [
        ("苍南县2023年国民经济和社会发展统计公报", "communique", CANGNAN, "2023"),
        ("2023 年度 苍南县 国民经济与社会发展的统计公报", "communique", CANGNAN, "2023"),
        ("二〇二三年苍南县国民经济和社会发展统计公报", "communique", CANGNAN, "2023"),
        ("二Ｏ二三年苍南县国民经济和社会发展统计公报", "communique", CANGNAN, "2023"),
        ("【图文】２０２３年浙江省温州市苍南县统计公报.pdf", "communique", CANGNAN, "2023"),
        ("蒼南縣2023年國民經濟和社會發展統計公報", "communique", CANGNAN, "2023"),
        ("2023年苍南县国民经济和社会发展统计公报_某某统计公报网", "communique", CANGNAN, "2023"),
        ("2023年苍南县国民经济和社会发展统计公报-温州市统计局", "communique", CANGNAN, "2023"),
        ("苍南县统计局关于2023年全县国民经济和社会发展的统计公报", "communique", CANGNAN, "2023"),
        ("温州市2024年一季度经济运行情况", "quarter", WENZHOU, "2024-Q1"),
        ("2024年上半年温州市国民经济运行情况", "half_year", WENZHOU, "2024-Q2"),
        ("2024年温州市上半年主要经济指标", "half_year", WENZHOU, "2024-Q2"),
        ("温州市2024年前三季度经济形势", "quarter", WENZHOU, "2024-Q3"),
        ("温州市2024年1至9月主要经济指标", "quarter", WENZHOU, "2024-Q3"),
        ("2024年1—11月温州市主要经济指标", "months", WENZHOU, "2024-11"),
        ("2024年前7个月温州市经济运行情况", "months", WENZHOU, "2024-07"),
        ("2024年8月份温州市居民消费价格情况", "month", WENZHOU, "2024-08"),
        ("2024年四季度暨全年温州市经济运行情况", "year", WENZHOU, "2024"),
        ("2024年温州市经济运行情况", "year", WENZHOU, "2024"),
        ("关于温州市2023年计划执行情况和2024年计划草案的报告", "plan_report", WENZHOU, "2023"),
        ("温州市2023年预算执行情况与2024年预算草案", "budget_report", WENZHOU, "2023"),
        ("苍南县2024年上半年国民经济和社会发展计划执行情况", "plan_report", CANGNAN, "2024-Q2"),
        ("温州市第五次全国经济普查公报(第二号)", "census", WENZHOU, "2023"),
        ("政府工作报告(2024年1月20日在苍南县第十一届人民代表大会上)", "work_report", CANGNAN, "2023"),
        ("2024年政府工作报告——2023年12月28日在苍南县人民代表大会上", "work_report", CANGNAN, "2023"),
    ],
)  # fmt: skip
def test_a_title_says_what_it_is(title: str, kind: str, area: str, period: str) -> None:
    found = read(title)
    assert (found.kind, found.area, found.period, found.why_not) == (kind, area, period, ())
    assert found.is_release


@pytest.mark.parametrize(
    ("title", "kind", "excluded"),
    [
        ("图解：温州市2024年国民经济和社会发展统计公报", "reading", True),
        ("《2024年温州市统计公报》解读", "reading", True),
        ("一图读懂2024年温州市政府工作报告", "reading", True),
        ("关于征订《温州统计年鉴2024》的启事", "notice", True),
        ("温州市统计局2024年部门预算", "notice", True),
        ("温州市统计局2024年政府信息公开工作年度报告", "notice", True),
        ("关于印发2024年政府工作报告重点工作分工方案的通知", "notice", True),
        ("温州市人大常委会工作报告", "notice", True),
        ("2024年温州市主要统计信息发布日程表", "calendar", True),
        ("2024年温州市科技经费投入统计公报", "topic_bulletin", False),
        ("温州市2024年前三季度经济运行新闻发布会", "press_release", False),
        ("温州上半年跑出加速度", "news", False),
    ],
)
def test_what_is_no_release_of_figures_is_told(title: str, kind: str, excluded: bool) -> None:
    found = read(title)
    assert found.kind == kind
    assert found.kind.is_excluded is excluded
    assert any(why.rule == "excluded-kind" for why in found.why_not) is excluded


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("温州高新技术产业开发区2024年经济运行情况", "unknown-area"),
        ("温州市区2024年主要经济指标", "unknown-area"),
        ("2024年国民经济和社会发展统计公报", "no-area"),
        ("2024年鼓楼区国民经济和社会发展统计公报", "ambiguous-area"),
        ("平阳县与苍南县2024年经济运行情况", "ambiguous-area"),
        ("稳增长惠民生2024年经济运行情况", "unknown-area"),
        ("记者陈永年：2024年经济运行情况", "unknown-area"),
    ],
)
def test_an_area_that_is_not_plain_is_not_guessed(title: str, rule: str) -> None:
    found = read(title)
    assert found.area is None
    assert [why.rule for why in found.why_not if why.about == "area"] == [rule]


def test_the_scope_tells_areas_of_one_name_apart() -> None:
    title = "鼓楼区2024年国民经济和社会发展统计公报"
    assert read(title, scope="320000").area is None  # 南京 and 徐州 have one each
    assert read(title, scope="320100").area == "320106"
    assert {each.value for each in read(title, scope="320000").areas} == {"320106", "320302"}


def test_an_area_outside_the_scope_is_refused() -> None:
    found = read("2024年平阳县统计公报", scope="320000")
    assert found.area is None
    assert [why.rule for why in found.why_not] == ["area-outside"]
    assert read("浙江省2024年：平阳县统计公报", scope=WENZHOU).area == PINGYANG


@pytest.mark.parametrize(
    ("title", "candidates"),
    [
        ("平阳县政府工作报告(2024年)", {"2023", "2024"}),
        ("2024年平阳县国民经济和社会发展计划草案", {"2023", "2024"}),
        ("平阳统计年鉴2024", {"2023", "2024"}),
        ("2019—2023年平阳县主要经济指标", {"2019", "2023"}),
        ("2024年四季度平阳县经济运行情况", {"2024", "2024-Q4"}),
    ],
)
def test_a_period_that_is_not_plain_names_what_it_may_be(title: str, candidates: set[str]) -> None:
    found = read(title)
    assert found.period is None
    assert {each.value for each in found.periods} == candidates


@pytest.mark.parametrize(
    ("seen_on", "period"),
    [
        (None, None),
        (date(2024, 7, 31), None),  # not over
        (date(2024, 8, 1), "2024-07"),
        (date(2024, 11, 29), "2024-07"),
        (date(2024, 11, 30), None),  # too late to be sure
    ],
)
def test_a_part_of_a_year_takes_the_year_of_a_day_soon_after(
    seen_on: date | None, period: str | None
) -> None:
    found = read("1—7月平阳县规上工业运行情况", seen_on=seen_on)
    assert (found.period, found.part) == (period, "-07")


@pytest.mark.parametrize(
    ("seen_on", "period"),
    [
        (date(2023, 10, 31), None),
        (date(2023, 11, 1), "2023"),
        (date(2024, 5, 31), "2023"),
        (date(2024, 6, 1), None),
        (date(2025, 2, 1), None),  # posted late, or named after the year that it reviews
    ],
)
def test_the_day_beside_a_work_report_says_which_year_it_reviews(
    seen_on: date, period: str | None
) -> None:
    assert read("2024年平阳县政府工作报告", seen_on=seen_on).period == period


def test_a_period_that_was_not_over_on_the_day_is_a_contradiction() -> None:
    assert read("2024年平阳县统计公报", seen_on=date(2024, 12, 31)).period is None
    assert read("2024年平阳县统计公报", seen_on=date(2025, 1, 1)).period == "2024"


def test_what_was_found_is_told_in_the_title_s_words() -> None:
    found = read("２０２４年 平阳县 上半年经济运行情况")
    assert [(each.value, each.text) for each in found.areas] == [(PINGYANG, "平阳县")]
    assert [(each.value, each.text) for each in found.periods] == [("2024-Q2", "上半年")]
    assert found.kinds[0].text == "经济运行"


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("2024年1-2月", ["2024-02"]),
        ("二零二四年度", ["2024"]),
        ("2024年十一月份", ["2024-11"]),
        ("2024年3月12日", []),
        ("2024-03-12", []),
        ("2024年1-12月", ["2024"]),
        ("2024年一至五月", ["2024-05"]),
        ("2024年首季", ["2024-Q1"]),
        ("120244年", []),
    ],
)
def test_periods_as_printed(text: str, periods: list[str]) -> None:
    assert [each.period for each in find_periods(text)] == periods


def test_a_day_that_is_in_no_calendar_is_none() -> None:
    assert [each.day for each in find_days("二〇二四年一月二十日，2026-02-30，2024/2/9")] == [
        date(2024, 1, 20),
        date(2024, 2, 9),
    ]


def test_every_kind_of_the_file_is_known() -> None:
    assert Kind("communique") is Kind.COMMUNIQUE
    assert {Kind.READING, Kind.NOTICE, Kind.CALENDAR} == {k for k in Kind if k.is_excluded}
