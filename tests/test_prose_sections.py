"""Sections have a time of their own: what is aimed at is no result, and five years are no year."""

from __future__ import annotations

import pytest

from tests.prose_support import read_text

HEAD = """2024年平阳县政府工作报告
——2024年1月16日在平阳县第十七届人民代表大会第三次会议上
"""
REVIEW = "一、2023年工作回顾\n"


def read(text: str) -> set[tuple[str, str, float, str | None]]:
    """Sound claims of a work report: indicator, measure, value, period where it is printed."""
    return {
        (row.indicator, str(row.measure), row.value, row.period_text)
        for row in read_text(HEAD + text, year=None).rows
        if row.indicator and row.doubt is None and row.value is not None
    }


@pytest.mark.parametrize(
    "heading",
    [
        "二、2024年重点工作",
        "二、切实抓好今年各项工作",
        "二、关于2024年工作",
        "二、新一年工作安排",
    ],
)
def test_what_is_told_under_the_heading_of_a_plan_is_aimed_at(heading: str) -> None:
    text = f"{REVIEW}进出口总额增长4.1%。\n{heading}\n狠抓项目，固定资产投资增长8%左右。"
    assert read(text) == {
        ("trade_total", "growth", 4.1, None),
        ("fixed_investment", "target_growth", 8.0, "2024"),
    }


def test_the_title_and_the_day_of_the_meeting_are_no_heading_of_a_plan() -> None:
    """A copy without headings: both name the year after the one reviewed."""
    assert read("全县实现地区生产总值530.28亿元，增长6.9%。") == {
        ("gdp", "level", 530.28, None),
        ("gdp", "growth", 6.9, None),
    }


def test_a_sentence_of_a_plan_that_begins_with_the_year_reviewed_tells_of_what_was() -> None:
    text = f"{REVIEW}\n二、2024年重点工作\n2023年，全县地区生产总值530.28亿元。"
    assert {each[:3] for each in read(text)} == {("gdp", "level", 530.28)}


def test_after_the_review_nothing_is_a_result_whatever_the_heading_says() -> None:
    text = f"{REVIEW}进出口总额增长4.1%。\n二、奋楫扬帆开新局\n固定资产投资增长8%。"
    assert read(text) == {("trade_total", "growth", 4.1, None)}
    far = f"{REVIEW}\n二、奋楫扬帆开新局\n力争到2030年，全县地区生产总值突破1000亿元。"
    assert read(far) == {("gdp", "target_level", 1000.0, "2030")}


def test_sentences_after_one_that_names_the_aims_go_on_aiming() -> None:
    text = (
        f"{REVIEW}\n今年的主要预期目标是：地区生产总值增长6%左右，并争取更好。"
        "一般公共预算收入增长5%，居民消费价格涨幅2%左右。去年进出口总额增长4.1%。"
    )
    assert read(text) == {
        ("gdp", "target_growth", 6.0, "2024"),
        ("budget_revenue", "target_growth", 5.0, "2024"),
        ("cpi", "target_level", 2.0, "2024"),
        ("trade_total", "growth", 4.1, None),
    }


@pytest.mark.parametrize(
    "met", ["全面实现年度主要目标", "圆满完成年初确定的各项预期目标", "超额完成全年工作目标"]
)
def test_aims_that_were_reached_are_results(met: str) -> None:
    assert read(f"{REVIEW}{met}，地区生产总值增长6.9%。") == {("gdp", "growth", 6.9, None)}


@pytest.mark.parametrize(
    "text",
    [
        "五年来，地区生产总值增长34.1%。城镇新增就业5.2万人。",
        "“十三五”这五年，居民人均可支配收入增长41.5%。",
        "回顾五年，一般公共预算收入5年增长18.7%。",
        "一般公共预算收入3年增长18.7%。",
        "过去五年，城镇新增就业5.2万人。\n进出口总额增长61%。",
    ],
)
def test_what_several_years_brought_is_no_year_s(text: str) -> None:
    assert read(REVIEW + text) == set()


def test_the_year_reviewed_ends_a_look_back_on_several() -> None:
    text = "五年来，地区生产总值增长34.1%。\n2023年，进出口总额增长4.1%。出口增长3.2%。"
    assert read(REVIEW + text) == {
        ("trade_total", "growth", 4.1, None),
        ("exports", "growth", 3.2, None),
    }


def test_a_section_about_several_years_has_no_year_s_figures() -> None:
    text = "一、过去五年工作回顾\n地区生产总值增长34.1%。\n二、2023年工作回顾\n进出口总额增长4.1%。"
    assert read(text) == {("trade_total", "growth", 4.1, None)}


def test_a_plan_of_five_years_is_no_aim_of_one() -> None:
    text = "二、今年工作安排\n“十五五”期间地区生产总值增长30%。今后五年，城镇新增就业6.1万人。"
    assert read(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "地区生产总值增长6%—6.5%。",
        "地区生产总值增长6%至7%。",
        "城镇新增就业1.2-1.5万人。",
    ],
)
def test_a_range_is_no_figure(text: str) -> None:
    assert read(f"二、2024年工作安排\n{text}") == set()


def test_a_size_of_parts_is_no_size_of_the_whole() -> None:
    assert read(f"{REVIEW}经济总量超百亿的镇增至3个，地区生产总值超50.5亿元的镇达6个。") == set()


def test_a_verb_of_falling_before_a_level_turns_no_sign() -> None:
    text = "居民消费价格涨幅回落至2.1%。固定资产投资增速收窄到3.3%。"
    assert read(REVIEW + text) == {
        ("cpi", "level", 2.1, None),
        ("fixed_investment", "growth", 3.3, None),
    }


def test_old_levels_of_two_groups_are_none_of_the_whole() -> None:
    text = "城乡居民人均可支配收入从2019年的41200元和15300元分别提高到58800元和23100元。"
    assert read(REVIEW + text) == set()


def test_a_share_of_registered_people_is_no_urbanisation_rate() -> None:
    text = "户籍总人口88.4万人，其中城镇人口21.2万人，占24.1%。"
    assert read(REVIEW + text) == {("registered_population", "level", 88.4, None)}
    text = "常住人口88.4万人，其中城镇人口61.2万人，占69.2%。"
    assert ("urbanisation_rate", "level", 69.2, None) in read(REVIEW + text)


def test_a_comparison_in_points_leaves_the_topic() -> None:
    text = "地区生产总值711.81亿元，增长7.2%，比全市快0.5个百分点。其中第一产业增加值23.51亿元。"
    assert ("gdp_primary", "level", 23.51, None) in read(REVIEW + text)


def test_a_heading_run_into_a_sentence_is_no_part_of_its_name() -> None:
    text = "人口年末常住人口88.4万人。\n国民经济全年实现地区生产总值711.81亿元。"
    assert read(REVIEW + text) == {
        ("resident_population", "level", 88.4, None),
        ("gdp", "level", 711.81, None),
    }
