"""Claims as an article makes them: who, when, what; and that the words lead back to the print."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ask.check.claims import find_claims
from flows.ask.check.nouns import ClaimKind, Comparator
from flows.catalog import load_catalog

DAY = dt.date(2024, 2, 8)

#: text, then kind, value, indicator, measure, area, year of its one claim
CASES = [
    ("去年平阳县GDP达711.8亿元。", ClaimKind.VALUE, 711.8, "gdp", "level", "330326", "2023"),
    ("平阳县2021年实现生产总值600.5亿元。", ClaimKind.VALUE, 600.5, "gdp", "level", "330326", "2021"),
    ("平阳县前年有650亿元的GDP。", ClaimKind.VALUE, 650.0, "gdp", "level", "330326", "2022"),
    ("平陽縣去年GDP總計6005億。", ClaimKind.VALUE, 6005.0, "gdp", "level", "330326", "2023"),
    ("缙云县GDP首次突破300亿元。", ClaimKind.THRESHOLD, 300.0, "gdp", "level", "331122", "2023"),
    ("去年平阳县工业增加值占47.2%。", ClaimKind.SHARE, 47.2, "industrial_va", "share", "330326", "2023"),
    (
        "平阳县2023年第二产业增加值占比47.2%。",
        ClaimKind.SHARE, 47.2, "gdp_secondary_share", "level", "330326", "2023",
    ),
    ("平阳县GDP711.8亿元(2022年)。", ClaimKind.VALUE, 711.8, "gdp", "level", "330326", "2022"),
    ("平阳县的GDP从2021年的600亿元起步。", ClaimKind.VALUE, 600.0, "gdp", "level", "330326", "2021"),
    ("永嘉县去年GDP下降1.2%。", ClaimKind.GROWTH, -1.2, "gdp", "growth", "330324", "2023"),
    ("平阳县去年引进4个产业项目。", ClaimKind.COUNT, 4.0, None, None, "330326", "2023"),
    ("平阳县去年一般公共预算收入403004万元。", ClaimKind.VALUE, 40.3004, "budget_revenue", "level", "330326", "2023"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_claim_is_resolved(case: tuple[object, ...]) -> None:
    (claim,) = find_claims(str(case[0]), load_catalog(), published_on=DAY)
    assert (
        claim.kind, claim.value, claim.indicator, claim.measure, claim.ref_area, claim.time_period
    ) == case[1:]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年，松阳县第一产业、第二产业、第三产业增加值分别为14.44亿元、62.69亿元和76.86亿元。",
         [("gdp_primary", 14.44), ("gdp_secondary", 62.69), ("gdp_tertiary", 76.86)]),
        ("2023年，平阳县三次产业结构为3.3：47.2：49.5。",
         [("gdp_primary_share", 3.3), ("gdp_secondary_share", 47.2), ("gdp_tertiary_share", 49.5)]),
        ("去年平阳县城镇、农村居民人均可支配收入分别为6.9万元和3.5万元。",
         [("income_urban", 69000.0), ("income_rural", 35000.0)]),
        ("2023年平阳县居民消费价格指数99.7%。", [("cpi", -0.3)]),
        ("2023年平阳县GDP 711.81 亿元，增长 7.9%。", [("gdp", 711.81), ("gdp", 7.9)]),
        ("2023年，平阳县、永嘉县GDP分别为711.81亿元和564.45亿元。",
         [("gdp", 711.81), ("gdp", 564.45)]),
        ("2023年平阳县GDP711.81亿元、永嘉县564.45亿元。", [("gdp", 711.81), ("gdp", 564.45)]),
        ("2021年至2023年，平阳县GDP从600.51亿元增长到711.81亿元。", [("gdp", 600.51)]),
    ],
)  # fmt: skip
def test_lists_ratios_and_indices_are_read_whole(
    text: str, expected: list[tuple[str, float]]
) -> None:
    found = find_claims(text, load_catalog(), published_on=DAY)
    assert [(claim.indicator, claim.value) for claim in found] == expected


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("平阳县一季度GDP160亿元。", "2024-Q1"),
        ("2023年上半年，平阳县GDP320亿元。", "2023-Q2"),
        ("2023年1-9月，平阳县GDP500亿元。", "2023-Q3"),
        ("2023年5月，平阳县一般公共预算收入5亿元。", "2023-part"),
        ("2023年2月5日，平阳县说，全年GDP711亿元。", "2023"),
    ],
)
def test_a_part_of_the_year_is_no_year(text: str, period: str) -> None:
    (claim,) = find_claims(text, load_catalog(), published_on=DAY)
    assert claim.time_period == period


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("2023年平阳县全年完成固定资产投资100亿元。", True),
        ("2023年平阳县民间固定资产投资100亿元。", False),
        ("2023年平阳县高新技术产业工业增加值100亿元。", False),
    ],
)
def test_a_qualified_name_may_mean_a_part(text: str, sure: bool) -> None:
    (claim,) = find_claims(text, load_catalog(), published_on=DAY)
    assert claim.sure is sure


@pytest.mark.parametrize(
    ("text", "value", "other", "measure"),
    [
        ("2023年平阳县GDP比永嘉县高147.36亿元。", 147.36, "330324", "level"),
        ("2023年永嘉县GDP比平阳县低147.36亿元。", -147.36, "330326", "level"),
        ("与永嘉县相比，2023年平阳县GDP多147.36亿元。", 147.36, "330324", "level"),
        ("2023年平阳县GDP超过永嘉县。", None, "330324", "level"),
        ("2023年平阳县GDP增速高于全省1.9个百分点。", 1.9, "330000", "growth"),
    ],
)
def test_a_comparison_has_two_places(
    text: str, value: float | None, other: str, measure: str
) -> None:
    (claim,) = find_claims(text, load_catalog(), published_on=DAY)
    assert claim.kind is ClaimKind.COMPARISON
    assert (claim.value, claim.other_area, claim.measure) == (value, other, measure)


@pytest.mark.parametrize(
    "text",
    [
        "去年平阳县GDP增量为58亿元。",
        "平阳县GDP两年平均增长5%。",
        "平阳县GDP年均增长5%。",
        "过去三年，平阳县累计完成固定资产投资超500亿元。",
        "平阳县与永嘉县的GDP相差147亿元。",
        "亏损22亿，估值700亿，这家公司为什么能IPO？",
        "平阳县去年总投资50亿元的项目开工。",
        "10位医学专家驻守平阳县。",
        "2023年6月，平阳县人民医院落成。",
        "仙居县第一产业稳中有进，跻身全省第一方阵。",
        "平阳县位列全省第一梯队。",
    ],
)
def test_what_no_indicator_claims_is_no_claim(text: str) -> None:
    assert find_claims(text, load_catalog(), published_on=DAY) == []


def test_the_word_in_place_of_the_point_is_doubted() -> None:
    (claim,) = find_claims("去年平阳县实现了711的GDP8亿元。", load_catalog(), published_on=DAY)
    assert (claim.value, claim.indicator, claim.printed) == (None, "gdp", "711的GDP8亿元")
    assert claim.doubt is not None
    assert (711.8, 1) in claim.candidates


def test_a_misspelt_area_is_the_one_of_the_group_that_fits() -> None:
    text = "放眼山区26县，科城区、永嘉县和莲都区也有500多亿元的GDP。该区2022年GDP510亿元。"
    found = find_claims("浙江省衢州市。" + text, load_catalog(), published_on=DAY)
    assert [claim.ref_area for claim in found[:3]] == ["330802", "330324", "331102"]
    assert {claim.comparator for claim in found[:3]} == {Comparator.AT_LEAST}


def test_a_rank_knows_its_group() -> None:
    (_, rank) = find_claims(
        "平阳县GDP首次突破700亿元，位居山区26县之首。", load_catalog(), published_on=DAY
    )
    assert (rank.kind, rank.value, rank.group_id, rank.indicator) == (
        ClaimKind.RANK, 1.0, "zhejiang-mountain-26", "gdp",
    )  # fmt: skip


def test_a_gain_runs_between_two_years() -> None:
    text = "2021年，平阳县GDP600.5亿元，短短两年内完成了100亿的增长。"
    claim = find_claims(text, load_catalog(), published_on=DAY)[-1]
    assert (claim.kind, claim.span_years, claim.time_period, claim.comparator) == (
        ClaimKind.GAIN, 2, "2023", Comparator.AT_LEAST,
    )  # fmt: skip


_PIECES = st.sampled_from(
    ["平阳县", "去年", "GDP", "711.8亿元", "增长", "7.9%", "，", "。", "\n", "第一", "位居", "山区26县",
     "两年", "新增", "[red]", "\x1b[31m", "'; DROP TABLE x", "個2%", "47", "年"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=30).map("".join)))
def test_any_text_gives_claims_that_lead_back_to_the_print(text: str) -> None:
    for claim in find_claims(text, load_catalog(), published_on=DAY):
        start, end = map(int, claim.locator.removeprefix("char:").split("-"))
        shown = text[start:end]
        assert claim.printed == "".join(
            c if c >= " " and not "\x7f" <= c < "\xa0" else " " for c in shown
        )
        assert "\x1b" not in claim.text


def test_the_whole_province_is_another_subject() -> None:
    text = "2023年，平阳县GDP711.81亿元，居全省第40位。全省GDP82553亿元。全县常住人口87万人。"
    found = find_claims(text, load_catalog(), published_on=DAY)
    assert [(c.ref_area, c.printed) for c in found] == [
        ("330326", "711.81亿元"), ("330326", "第40位"), ("330000", "82553亿元"), ("330326", "87万人"),
    ]  # fmt: skip


_WHOLE = "2023年，平阳县地区生产总值711.81亿元"
_PART = "其中第三产业增加值352.24亿元"


@pytest.mark.parametrize(
    ("text", "indicator"),
    [
        # What is said later is of the whole, whatever stands between it and the part.
        (f"{_WHOLE}，{_PART}。平阳县比永嘉县高147.36亿元。", "gdp"),
        (f"{_WHOLE}。{_PART}。平阳县比永嘉县高147.36亿元。", "gdp"),
        (f"{_WHOLE}，{_PART}；比永嘉县高147.36亿元。", "gdp"),
        (f"{_WHOLE}，其中：第二产业增加值335.74亿元；第三产业增加值352.24亿元。比永嘉县高1亿元。", "gdp"),
        (f"2023年，平阳县经济总量跃升，{_PART}。比永嘉县高147.36亿元。", "gdp"),
        (f"{_WHOLE}，{_PART}。永嘉县564.45亿元。", "gdp"),
        (f"{_WHOLE}，{_PART}；首次突破700亿元。", "gdp"),
        (f"{_WHOLE}，{_PART}；两年新增111.3亿元的增量。", "gdp"),
        (f"{_WHOLE}，{_PART}；增长7.9%。", "gdp"),
        (f"{_WHOLE}，{_PART}。同比增长7.9%。", "gdp"),
        (f"{_WHOLE}，{_PART}；居山区26县首位。", "gdp"),
        # In the sentence of both nobody can tell which.
        (f"{_WHOLE}，{_PART}，比永嘉县高147.36亿元。", "gdp_tertiary"),
        (f"{_WHOLE}，{_PART}，永嘉县564.45亿元。", "gdp_tertiary"),
        (f"{_WHOLE}，其中常住人口87.1万人比永嘉县高147.36亿元。", "gdp"),
        (f"{_WHOLE}。同比增长7.9%。", "gdp"),
        (f"{_WHOLE}。永嘉县564.45亿元，增长3.1%。", "gdp"),
    ],
)  # fmt: skip
def test_a_figure_without_a_name_is_of_the_whole_and_only_inherits_it(
    text: str, indicator: str
) -> None:
    last = find_claims(text, load_catalog(), published_on=DAY)[-1]
    assert (last.indicator, last.inherited) == (indicator, True)


@pytest.mark.parametrize(
    ("text", "indicator"),
    [
        (f"{_WHOLE}，{_PART}。第三产业增加值比永嘉县高63.42亿元。", "gdp_tertiary"),
        (f"{_WHOLE}，{_PART}，增长8%。", "gdp_tertiary"),
        (f"{_WHOLE}，{_PART}，GDP比永嘉县高147.36亿元。", "gdp"),
        (f"{_WHOLE}，其中，第二产业增加值335.74亿元；第三产业增加值352.24亿元，增长8%。", "gdp_tertiary"),
        (f"{_WHOLE}，{_PART}；一般公共预算收入40.03亿元，增长8%。", "budget_revenue"),
        (f"{_WHOLE}，{_PART}；一般公共预算收入40.03亿元；比永嘉县低0.84亿元。", "budget_revenue"),
        (f"{_WHOLE}；比永嘉县高147.36亿元。", "gdp"),
        ("2023年山区26县GDP跃升，其中平阳县711.81亿元，比永嘉县高147.36亿元。", "gdp"),
        ("2023年平阳县是其中之一，GDP711.81亿元，比永嘉县高147.36亿元。", "gdp"),
        ("2023年平阳县主要指标跃升。其中，GDP711.81亿元，比永嘉县高147.36亿元。", "gdp"),
    ],
)  # fmt: skip
def test_a_figure_whose_sentence_names_it_inherits_nothing(text: str, indicator: str) -> None:
    last = find_claims(text, load_catalog(), published_on=DAY)[-1]
    assert (last.indicator, last.inherited) == (indicator, False)
