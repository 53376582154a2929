"""A damaged figure is never accepted, and what it was is suggested where something settles it."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest

from flows.model.nouns import MediaKind
from flows.model.paths import SAMPLES
from flows.read.prose.reading import read_document
from tests.bench import damage
from tests.prose_support import catalog, held, read_text, said

STYLE = "全县农业总产值45.12亿元，增长4.1%；林业产值3.5亿元，增长2.2%；牧业产值9.9亿元，增长0.5%；渔业产值8.1亿元，增长6.1%。"


@pytest.mark.parametrize(
    ("text", "rule", "likely"),
    [
        ("全县地区生产总值6005亿元。", "lost-point", None),
        ("全县城镇化率为985%。", "lost-point", 98.5),
        ("全县城镇化率为47个2%。", "word-for-point", 47.2),
        ("全县地区生产总值增长1·8%。", "mark-for-point", 1.8),
        ("年末全县常住人口10。55万人。", "mark-for-point", 10.55),
        ("全县地区生产总值增长65438+0.5%。", "machine-one", 1.5),
        ("全县人口出生率为5.01，死亡率为6.83‰。", "unit-lost", 5.01),
        ("全县地区生产总值增长7.5，好于预期。", "unit-lost", 7.5),
        ("全县地区生产总值711.81.2亿元。", "separator-lost", None),
    ],
)
def test_a_sign_of_damage_holds_the_figure(text: str, rule: str, likely: float | None) -> None:
    result = read_text(text + STYLE)
    assert rule in held(result).values()
    assert all(name.startswith("death") for name in said(result))
    if likely is not None:
        assert likely in {row.suggestion for row in result.rows}


def test_lost_separators_hold_every_figure_of_the_list() -> None:
    text = "第一、二、三产业增加值分别增长4.2%5.0%6.7%。"
    assert said(read_text(text)) == {}
    assert said(read_text("三次产业增加值分别为23323395346268亿元。")) == {}


def test_a_blank_that_cuts_a_number_leaves_no_part_of_it_as_the_figure() -> None:
    assert said(read_text(f"全县地区生产总值7 11.81亿元。{STYLE}")) == {}
    assert said(read_text("<p>全县地区生产总值711. 81亿元。</p>", MediaKind.HTML)) == {
        "gdp": 711.81
    }


def test_lost_ratio_colons_and_lost_digits_give_no_value() -> None:
    assert said(read_text("三次产业结构为17.4327.1955.38。")) == {}
    assert said(read_text("全县地区生产总值首次突破亿元，由至，增长%。")) == {}


def test_the_sectors_name_the_member_whose_point_was_lost() -> None:
    text = (
        "全县生产总值711.81亿元。其中，第一产业增加值23.50亿元；第二产业增加值3357.4亿元；"
        "第三产业增加值352.57亿元。"
    )
    result = read_text(text)
    assert held(result) == {"gdp_secondary.level": "sectors-sum"}
    [row] = [row for row in result.rows if row.doubt]
    assert row.suggestion == 335.74
    assert row.evidence == "with it sectors-sum holds"


def test_births_less_deaths_find_the_lost_minus_sign() -> None:
    text = "人口出生率5.70‰，死亡率6.83‰，人口自然增长率1.13‰。"
    [row] = [row for row in read_text(text).rows if row.suggestion is not None]
    assert (row.indicator, row.suggestion) == ("natural_growth_rate", -1.13)


def test_a_level_its_increase_and_its_growth_must_agree() -> None:
    text = "城镇居民人均可支配收入60123元，比上年增加2970元，增长{}%。"
    assert said(read_text(text.format("5.2"))) == {"income_urban": 60123, "income_urban+": 5.2}
    assert said(read_text(text.format("9.2"))) == {}


def test_a_table_that_disagrees_with_the_prose_holds_the_figure_and_names_both() -> None:
    page = (
        "<p>年末全县户籍总人口88.12万人。</p><table><tr><td>指标</td><td>年末数（万人）</td></tr>"
        "<tr><td>户籍总人口</td><td>{}</td></tr></table>"
    )
    sound = read_text(page.format("88.1"), MediaKind.HTML)
    assert said(sound) == {"registered_population": 88.12}
    assert "the table prints 88.1万人 too" in {row.evidence for row in sound.rows}
    [row] = [row for row in read_text(page.format("81.2"), MediaKind.HTML).rows if row.doubt]
    assert "88.12万人" in str(row.doubt)
    assert "81.2万人" in str(row.doubt)


def test_a_doubtful_print_is_mended_by_a_sound_one() -> None:
    text = f"全县地区生产总值71181亿元。{STYLE}全年实现地区生产总值711.81亿元。"
    result = read_text(text)
    assert said(result) == {"gdp": 711.81}
    [row] = [row for row in result.rows if row.doubt]
    assert row.suggestion == 711.81


def test_pinyin_footnotes_and_added_years_leave_the_meaning() -> None:
    page = (
        "<h1>2023年平阳县统(tǒng)计公报(2024年更新)</h1>"
        "<p>2023年(nian)全县地区生产总值②达到[2]711.81亿元，增长(zhǎng)7.2%[3]。</p>"
    )
    result = read_text(page, MediaKind.HTML, area=None, year=None)
    assert said(result) == {"gdp": 711.81, "gdp+": 7.2}
    assert result.metadata.time_period == "2023"


@pytest.mark.parametrize(
    ("text", "printed", "rule", "likely"),
    [
        ("景区游客人数为47个2亿人次，占47个2%。", "47个2", "word-for-point", 47.2),
        ("某公司利润为711的GDP8亿元。", "711的GDP8", "word-for-point", 711.8),
        ("全县养老保险参保率，今年的目标在985%以上。", "985", "lost-point", 98.5),
        ("甲、乙、丙乡的产值分别为23323395346268亿元。", "23323395346268", "separator-lost", None),
        ("甲、乙产品产量分别增长4.2%5.0%。", "4.2", "separator-lost", None),
    ],
)
def test_a_broken_number_is_in_doubt_though_no_indicator_claims_it(
    text: str, printed: str, rule: str, likely: float | None
) -> None:
    rows = [row for row in read_text(text + STYLE).rows if row.value_text == printed]
    assert rows
    for row in rows:
        assert (row.indicator, str(row.doubt).partition(":")[0]) == (None, rule)
        assert row.suggestion == likely


@pytest.mark.parametrize(
    "text",
    [
        "全县参保率98.5%，参保人数增长120%。",
        "小学毛入学率103.5%，贷款拨备覆盖率250%。",
        "全县参保率提高，收入增长120.5%。",
        "贡献率分别为1.7% 27.7%和70.6%。",
        "全年移动支付业务1234567.8亿元，手机号13800138000，版本1.2.3。",
    ],
)
def test_a_sound_number_that_no_indicator_claims_is_in_no_doubt(text: str) -> None:
    assert [row.value_text for row in read_text(text + STYLE).rows if row.doubt] == []


def test_run_together_sectors_are_cut_by_the_printed_total() -> None:
    text = "全县生产总值82553亿元。第一、二、三产业增加值分别为23323395346268亿元。"
    [row] = [row for row in read_text(text).rows if row.doubt and row.indicator is None]
    assert row.evidence == "2332 + 33953 + 46268 = 82553, the total that is printed"
    assert row.suggestion is None


def test_a_machine_s_name_for_the_own_area_is_the_own_area() -> None:
    assert said(read_text("2021年平阳省的GDP为600.5亿元。")) == {"gdp@2021": 600.5}
    assert said(read_text("2023年平阳省地区生产总值711.8亿元。")) == {"gdp": 711.8}
    assert said(read_text("2023年科城区地区生产总值670.7亿元。")) == {}


def test_a_reason_quotes_the_damaged_stretch_and_nothing_after_it() -> None:
    page = "<p>城镇、农村居民人均可支配收入分别增长3.9%7.1%。</p><p>本页由编辑整理。</p>"
    doubts = {row.doubt for row in read_text(page, MediaKind.HTML).rows if row.doubt}
    assert doubts == {"separator-lost: 3.9%7.1%: two numbers run together"}


def test_no_text_for_a_person_has_characters_that_nobody_sees() -> None:
    texts = [read_text("表1\t\n全县参保率\ue000为985%。\n全县 GDP711的GDP8亿元。\x07").rows]
    for path in sorted(SAMPLES.glob("*.html")):
        texts.append(read_document(path.read_bytes(), MediaKind.HTML, None, catalog=catalog()).rows)
    for rows in texts:
        for row in rows:
            for text in (row.doubt, row.evidence, row.label_text, row.context_text):
                seen = {unicodedata.category(char) for char in text or ""}
                assert not seen & {"Cc", "Cn", "Co", "Cs"}, (row.locator, text)


def test_no_damaged_figure_of_the_bundled_pages_is_accepted_as_sound() -> None:
    counts, clean = damage.run(catalog(), each=3, seed=7, real=False)
    total: Counter[str] = Counter()
    for count in counts.values():
        total.update(count)
    assert total["damaged"] > 200
    assert total["accepted"] == 0
    assert clean["held"] < 8  # those that are printed damaged


def test_a_comma_for_a_point_is_no_list_and_no_thousands() -> None:
    damaged = read_text("全年社会消费品零售总额88,15亿元，增长5.1%。")
    assert said(damaged) == {"retail_sales+": 5.1}
    assert held(damaged) == {"retail_sales.level": "mark-for-point"}
    sound = read_text("出口、进口分别为88，15.2亿元。全体居民人均可支配收入52,345元。")
    assert said(sound) == {"exports": 88.0, "imports": 15.2, "income_all": 52345.0}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("地区生产总值198 37亿元。", "mark-for-point"),
        ("地区生产总值711'81亿元。", "mark-for-point"),
        ("地区生产总值711;81亿元。", "mark-for-point"),
        ("地区生产总值711.81元。", "unit-lost"),
    ],
)
def test_an_odd_mark_or_a_cut_unit_is_held_with_the_likely_figure(text: str, rule: str) -> None:
    result = read_text(text)
    assert said(result) == {}
    [row] = [row for row in result.rows if row.indicator]
    assert (row.doubt or "").startswith(rule)
    assert row.suggestion in (198.37, 711.81)
