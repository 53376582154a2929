"""Verdicts on claims made by hand, against small publications made up for them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from flows.ask.check.claims import find_claims
from flows.ask.check.nouns import ArticleClaim, ClaimKind, Comparator, JudgedClaim
from flows.ask.check.verdicts import KnownFigures, judge_claims
from flows.ask.publication import open_publication
from flows.catalog import load_catalog
from flows.model.measure import Measure
from flows.model.settings import Settings
from flows.publish import publish
from flows.store import Store
from tests.store_support import Fig, doc, put, small_catalog

PINGYANG, CANGNAN = "330326", "330327"
CLAIM = ArticleClaim(
    kind=ClaimKind.VALUE,
    text="去年GDP711.8亿元",
    locator="char:5-12",
    printed="711.8亿元",
    value=711.8,
    decimals=1,
    unit_measure="亿元",
    indicator="gdp",
    measure=Measure.LEVEL,
    ref_area=PINGYANG,
    area_text="平阳",
    time_period="2023",
)


def gdp(value: float, year: str = "2023", area: str = PINGYANG) -> Fig:
    return Fig(ref_area=area, value=value, time_period=year)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnownFigures]:
    settings = Settings(home=tmp_path_factory.mktemp("known") / "data")
    put(
        settings,
        doc("first", gdp(711.8), gdp(640.2, "2022"), published_on=date(2024, 3, 1)),
        doc("second", gdp(712.5), gdp(300.0, area=CANGNAN), published_on=date(2024, 12, 1)),
    )
    with Store.open(settings, run_id="publish") as store:
        publish(store, small_catalog(), settings, run_id="publish")
    with open_publication(settings) as connection:
        yield KnownFigures(connection, [PINGYANG, CANGNAN], small_catalog())


PIECES = (
    "平阳县", "苍南县", "龙港市", "温州市", "全省", "全县", "山区26县", "2023年", "2022年", "去年", "今年", "一季度",
    "上半年", "1-9月", "三年", "两年", "地区生产总值", "GDP", "第二产业增加值", "工业增加值", "第三产业占比", "增速",
    "一般公共预算收入", "城镇、农村居民人均可支配收入", "常住人口", "分别为", "占", "比", "与", "相比", "高于", "低", "超过",
    "从", "增长", "下降", "增长到", "突破", "首次突破", "居", "第3位", "首位", "力争", "目标", "以上", "左右", "近", "多",
    "711.81亿元", "6005亿", "47.2%", "985%", "3.5万元", "87万人", "0.5个百分点", "12个项目", "3:47:50", "，", "、",
    "；", "。", "\n", "711的GDP8亿元", "其中", "该县", "是在", "第一",
)  # fmt: skip


@settings_of(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_whatever_is_said_has_a_verdict(known: KnownFigures, text: str) -> None:
    catalog = load_catalog()
    claims = find_claims(text, catalog, published_on=date(2024, 2, 8))
    whole = copy.copy(known)
    whole.catalog = catalog
    for one in judge_claims(claims, whole):
        assert one.verdicts
        assert one.reason
        assert not (one.claim.inherited and "contradicted" in one.verdicts)
        first, _, last = one.claim.locator.removeprefix("char:").partition("-")
        assert text[int(first) : int(last)] == one.claim.printed


def said(known: KnownFigures, **changes: object) -> JudgedClaim:
    (judged,) = judge_claims([replace(CLAIM, **changes)], known)  # type: ignore[arg-type]
    return judged


@pytest.mark.parametrize(
    ("changes", "verdict", "likely"),
    [
        ({}, "outdated", 712.5),
        ({"value": 712.5, "printed": "712.5亿元"}, "supported", None),
        ({"value": 713.0, "decimals": 0, "printed": "713亿元"}, "supported", None),
        ({"value": 730.0, "printed": "730.0亿元"}, "contradicted", 712.5),
        ({"value": 712.0, "decimals": 1, "printed": "712.0亿元"}, "contradicted", 712.5),
        ({"value": 700.0, "comparator": Comparator.AT_LEAST}, "supported", None),
        ({"value": 700.0, "comparator": Comparator.AT_MOST}, "contradicted", 712.5),
        (
            {"value": 600.0, "comparator": Comparator.AT_LEAST, "printed": "600多亿元"},
            "contradicted",
            712.5,
        ),
        ({"time_period": "2021"}, "unverifiable", None),
        ({"ref_area": None}, "unverifiable", None),
        (
            {"value": 7125.0, "printed": "7125亿元", "candidates": ((712.5, 1), (71.25, 2))},
            "misprinted",
            712.5,
        ),
    ],
)
def test_a_level(
    known: KnownFigures, changes: dict[str, object], verdict: str, likely: float
) -> None:
    found = said(known, **changes)
    assert ([str(each) for each in found.verdicts], found.likely_value) == ([verdict], likely)


def test_a_figure_of_another_year_is_told_as_that(known: KnownFigures) -> None:
    assert "it is the figure of 2022" in said(known, value=640.2, printed="640.2亿元").reason


def test_a_mark_passed_for_the_first_time(known: KnownFigures) -> None:
    mark = {
        "kind": ClaimKind.THRESHOLD,
        "comparator": Comparator.AT_LEAST,
        "first_time": True,
        "decimals": 0,
    }
    assert said(known, value=700.0, **mark).verdicts == ("supported",)
    assert said(known, value=600.0, **mark).verdicts == ("contradicted",)
    # Of 2021 nothing is known, so that nobody can tell whether 2022 was the first.
    assert said(known, value=600.0, time_period="2022", **mark).verdicts == ("unverifiable",)


@pytest.mark.parametrize(
    ("area", "place", "verdict"),
    [
        (PINGYANG, 1.0, "supported"),  # first of two; the third has no figure
        (PINGYANG, 2.0, "unverifiable"),  # possible
        (PINGYANG, 3.0, "contradicted"),  # Cangnan is behind
        (CANGNAN, 1.0, "contradicted"),
    ],
)
def test_a_rank_is_judged_as_far_as_coverage_allows(
    known: KnownFigures, area: str, place: float, verdict: str
) -> None:
    found = said(
        known,
        kind=ClaimKind.RANK,
        measure=Measure.RANK,
        ref_area=area,
        value=place,
        group_id="three",
    )
    assert found.verdicts == (verdict,)


def test_a_gain_is_the_difference_of_two_levels(known: KnownFigures) -> None:
    gain = {
        "kind": ClaimKind.GAIN,
        "span_years": 1,
        "comparator": Comparator.AT_LEAST,
        "decimals": 0,
    }
    assert said(known, value=70.0, **gain).verdicts == ("supported",)
    assert said(known, value=80.0, **gain).verdicts == ("contradicted",)


@pytest.mark.parametrize(
    ("value", "comparator", "verdict"),
    [
        (412.5, Comparator.AT_LEAST, "supported"),
        (412.0, Comparator.AT_LEAST, "contradicted"),
        (None, Comparator.AT_LEAST, "supported"),
        (None, Comparator.AT_MOST, "contradicted"),
    ],
)
def test_a_comparison_is_judged_by_both_figures(
    known: KnownFigures, value: float | None, comparator: Comparator, verdict: str
) -> None:
    compared = {"kind": ClaimKind.COMPARISON, "other_area": CANGNAN, "value": value}
    found = said(known, **compared, comparator=comparator, printed="高412.5亿元")
    assert found.verdicts == (verdict,)
    assert [proof.ref_area for proof in found.evidence] == [PINGYANG, CANGNAN]


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        ("多400亿元", "contradicted"),
        ("多412.5亿元", "supported"),
        ("多400多亿元", "supported"),
        ("高400余亿元", "supported"),
        ("高300多亿元", "contradicted"),
    ],
)
def test_more_by_an_amount_is_no_more_than_the_amount(
    known: KnownFigures, printed: str, verdict: str
) -> None:
    text = f"2023年，与苍南县相比，平阳县GDP{printed}。"
    (claim,) = find_claims(text, load_catalog(), published_on=date(2024, 2, 8))
    (found,) = judge_claims([claim], known)
    assert found.verdicts == (verdict,)


def test_a_qualified_name_is_never_contradicted(known: KnownFigures) -> None:
    assert said(known, value=500.0, sure=True).verdicts == ("contradicted",)
    assert said(known, value=500.0, sure=False).verdicts == ("unverifiable",)


def test_one_step_of_the_last_digit_is_another_figure(known: KnownFigures) -> None:
    assert said(known, value=712.6).verdicts == ("contradicted",)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 730.0, "printed": "730.0亿元"},
        {"value": 730.0, "printed": "730.0亿元", "sure": False},
        {"value": 300.0, "printed": "300.0亿元", "measure": Measure.LEVEL},
        {"kind": ClaimKind.GAIN, "span_years": 1, "value": 99.0},
        {"kind": ClaimKind.COMPARISON, "other_area": CANGNAN, "value": 400.0, "printed": "高400.0亿元"},
        {"kind": ClaimKind.COMPARISON, "other_area": CANGNAN, "value": None,
         "comparator": Comparator.AT_MOST},
        {"kind": ClaimKind.RANK, "measure": Measure.RANK, "value": 3.0, "group_id": "three"},
        {"kind": ClaimKind.THRESHOLD, "comparator": Comparator.AT_LEAST, "value": 800.0},
        {"kind": ClaimKind.THRESHOLD, "comparator": Comparator.AT_LEAST, "value": 600.0,
         "first_time": True},
    ],
)  # fmt: skip
def test_what_a_sentence_does_not_name_is_never_contradicted(
    known: KnownFigures, changes: dict[str, object]
) -> None:
    assert said(known, **{"sure": True} | changes).verdicts != ("supported",)
    found = said(known, **changes, inherited=True)
    assert found.verdicts == ("unverifiable",)
    assert found.reason.startswith("the sentence does not say of what; ")
    assert (found.likely_value, bool(found.evidence)) == (None, True)


def test_what_a_sentence_does_not_name_is_supported_and_mended_as_ever(known: KnownFigures) -> None:
    assert said(known, value=712.5, inherited=True).verdicts == ("supported",)
    lost = {"value": 7125.0, "printed": "7125亿元", "candidates": ((712.5, 1), (71.25, 2))}
    assert said(known, **lost, inherited=True).verdicts == ("misprinted",)


@pytest.fixture(scope="module")
def per_head(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnownFigures]:
    """Of one county: 88954 元 a head, and a GDP of 1187.3亿元."""
    settings = Settings(home=tmp_path_factory.mktemp("rounded") / "data")
    put(
        settings,
        doc(
            "first",
            Fig(PINGYANG, "gdp_per_capita", "2023", 88954.0, unit="元", decimals=0),
            Fig(PINGYANG, "gdp", "2023", 1187.3),
        ),
    )
    catalog = load_catalog()
    with Store.open(settings, run_id="publish") as store:
        publish(store, catalog, settings, run_id="publish")
    with open_publication(settings) as connection:
        yield KnownFigures(connection, [PINGYANG], catalog)


@pytest.mark.parametrize(
    ("printed", "verdict", "place"),
    [
        ("人均GDP89000元", "supported", "1000 元"),
        ("人均GDP８９０００元", "supported", "1000 元"),
        ("人均GDP8.9万元", "supported", None),  # the unit says how far
        ("人均GDP88954元", "supported", None),
        ("GDP11873000万元", "supported", None),
        ("GDP11870000万元", "supported", "1 亿元"),
        ("GDP11900000万元", "supported", "10 亿元"),
        ("GDP11800000万元", "contradicted", None),
        # One zero is no rounding, and a rounding goes to the nearest.
        ("人均GDP88950元", "contradicted", None),
        ("人均GDP88900元", "contradicted", None),
        ("人均GDP88000元", "contradicted", None),
        ("人均GDP98000元", "contradicted", None),
        # A digit and zeros is a mark, which is passed or not.
        ("人均GDP90000元", "contradicted", None),
        ("人均GDP100000元", "contradicted", None),
        ("GDP1000亿元", "contradicted", None),
        # 1 % at most: the next hundred is further than that.
        ("GDP1200亿元", "contradicted", None),
        ("GDP1190亿元", "contradicted", None),
        ("GDP1187亿元", "supported", None),
        # A point that is printed counts.
        ("人均GDP89000.0元", "contradicted", None),
        # What may mean another thing is not rounded besides.
        ("户籍人口人均GDP89000元", "unverifiable", None),
    ],
)
def test_zeros_at_the_end_may_be_a_rounding(
    per_head: KnownFigures, printed: str, verdict: str, place: str | None
) -> None:
    text = f"2023年，平阳县{printed}。"
    (found,) = judge_claims(
        find_claims(text, load_catalog(), published_on=date(2024, 2, 8)), per_head
    )
    assert found.verdicts == (verdict,)
    assert found.reason.startswith(f"rounded to {place}: ") is (place is not None)
