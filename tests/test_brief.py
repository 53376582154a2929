"""Three sentences: only what is known, each figure with its origin, no robot's grammar."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ask.brief import en, zh
from flows.ask.brief.choose import OTHERS, SECTORS
from flows.ask.brief.facts import BriefFact, BriefFacts, Name, Print, load_facts
from flows.ask.brief.report import build_brief
from flows.ask.brief.sentence import BriefSentence
from flows.catalog import load_catalog
from flows.model.settings import Settings
from flows.publish import publish
from flows.store import Store
from tests.store_support import Fig, doc, put, small_catalog
from tests.test_sql_models import CANGNAN, LONGGANG, PINGYANG, gdp

ZH = {code: one.name_zh for code, one in load_catalog().indicators.items()}
EN = {code: one.name_en for code, one in load_catalog().indicators.items()}
NAMES = {"1": Name("甲县", "Jia"), "2": Name("乙县", "Yi")}


def fact(kind: str, value: float, indicator: str = "gdp", **more: object) -> BriefFact:
    fields = {"upper": None, "unit_measure": "亿元", "qualifier": None, "other_area": None,
              "release_id": None, "locator": None} | more  # fmt: skip
    return BriefFact(kind, indicator, value, **fields)  # type: ignore[arg-type]


def rate(kind: str, value: float, indicator: str = "gdp", **more: object) -> BriefFact:
    return fact(kind, value, indicator, unit_measure="%", **more)


def facts(*known: BriefFact) -> BriefFacts:
    return BriefFacts("1", "2023", "g", known, NAMES, {}, {})


def in_zh(*known: BriefFact) -> str:
    return "".join(s.text for s in zh.write_sentences(facts(*known), ZH, "山区26县"))


def in_en(*known: BriefFact) -> str:
    return " ".join(s.text for s in en.write_sentences(facts(*known), EN, "the 26"))


LEVEL, GROWTH = fact("level", 711.81), rate("growth", 7.9)


@pytest.mark.parametrize(
    ("known", "chinese", "english"),
    [
        ((), "", ""),
        ((LEVEL,), "2023年，甲县地区生产总值711.81亿元。",
         "Jia's economy produced 71.18 billion yuan in 2023."),
        ((GROWTH,), "2023年，甲县地区生产总值增长7.9%。", "Jia's economy grew by 7.9% in 2023."),
        ((rate("growth", -2.0),), "2023年，甲县地区生产总值下降2.0%。",
         "Jia's economy shrank by 2.0% in 2023."),
        ((LEVEL, GROWTH, fact("passed", 700.0)),
         "2023年，甲县地区生产总值711.81亿元，比上年增长7.9%，首次突破700亿元。",
         "Jia's economy produced 71.18 billion yuan in 2023, up 7.9% on the year before, "
         "passing 70 billion yuan for the first time."),
        ((LEVEL, fact("gain", -8.5)),
         "2023年，甲县地区生产总值711.81亿元，按现价计算比上年减少8.5亿元。",
         "Jia's economy produced 71.18 billion yuan in 2023, 850 million yuan less than a year "
         "earlier at current prices."),
        ((LEVEL, fact("rank", 1, upper=3), fact("members", 24, upper=26),
          fact("ahead", 147.36, other_area="2")),
         "2023年，甲县地区生产总值711.81亿元；在山区26县有数据的24个中居首位，领先第二位的乙县147.36亿元。",
         "Jia's economy produced 71.18 billion yuan in 2023; it ranks first among the 24 of the 26 "
         "that have figures, 14.74 billion yuan ahead of Yi."),
        ((LEVEL, fact("rank", 12, upper=12), fact("members", 26, upper=26),
          fact("behind", 0.8, other_area="2")),
         "2023年，甲县地区生产总值711.81亿元；在山区26县中列第12位，与前一位的乙县相差0.8亿元。",
         "Jia's economy produced 71.18 billion yuan in 2023; it ranks 12th among the 26, "
         "80 million yuan behind Yi."),
        ((fact("level", 30.0, "budget_revenue"), rate("growth", 4.0, "budget_revenue")),
         "一般公共预算收入30亿元，增长4.0%。",
         "General public budget revenue came to 3 billion yuan, up 4.0%."),
        ((fact("mark", 800.0, upper=1.2), rate("pace", 9.96)),
         "下一个整数关口是800亿元，按近三年现价年均10.0%的增速，2025年可以越过。",
         "The next mark is 80 billion yuan, which it would pass in 2025 at the 10.0% a year of the "
         "last three years (at current prices)."),
        ((rate("catch_up", 22.0, upper=1.0, other_area="2", qualifier="last year"),
          rate("catch_up", 14.2, upper=2.0, other_area="2", qualifier="last year")),
         "要在两年内追上乙县，若对方保持上年增速，现价年均须增长14.2%。",
         "To draw level with Yi in two years it would have to grow by 14.2% a year at current "
         "prices, if Yi keeps last year's pace."),
        ((rate("target_growth", 7.5, qualifier="about"),
          fact("target_lead", 0.0, "income_all", qualifier="in_step"),
          rate("target_level", 3.0, "unemployment_registered", qualifier="at_most")),
         "2024年的目标是地区生产总值增长7.5%左右，全体居民人均可支配收入增长与经济增长同步，"
         "城镇登记失业率控制在3%以内。",
         "For 2024 it aims at growth of about 7.5% in gross regional product and growth of "
         "disposable income per head in step with the economy and registered urban unemployment "
         "rate of no more than 3%."),
    ],
)  # fmt: skip
def test_what_is_known_is_said_and_nothing_else(
    known: tuple[BriefFact, ...], chinese: str, english: str
) -> None:
    assert in_zh(*known) == chinese
    assert in_en(*known) == english


@pytest.mark.parametrize(
    ("group", "known", "whole", "says"),
    [
        ("Counties, county-level cities and districts of Zhejiang", 63, 90,
         "third among the 63 counties, county-level cities and districts of Zhejiang that have "
         "figures."),
        ("Prefecture-level cities of Zhejiang", 11, 11,
         "third among the prefecture-level cities of Zhejiang."),
        ("Prefecture-level cities of Zhejiang", 8, 11,
         "third among the eight prefecture-level cities of Zhejiang that have figures."),
        ("Provinces of China", 31, 34, "third among the 31 provinces of China that have figures."),
        ("Zhejiang's 26 mountain counties", 26, 26, "third among Zhejiang's 26 mountain counties."),
        ("Zhejiang's 26 mountain counties", 24, 26,
         "third among the 24 of Zhejiang's 26 mountain counties that have figures."),
        ("Longgang, Pingyang and Cangnan", 3, 3, "third among Longgang, Pingyang and Cangnan."),
        ("Longgang, Pingyang and Cangnan", 2, 3,
         "third among the two of Longgang, Pingyang and Cangnan that have figures."),
    ],
)  # fmt: skip
def test_a_rank_is_said_in_good_english_whatever_the_group_is_called(
    group: str, known: int, whole: int, says: str
) -> None:
    ranked = facts(LEVEL, fact("rank", 3, upper=3), fact("members", known, upper=whole))
    said = en.write_sentences(ranked, EN, group)[0].text
    assert said == f"Jia's economy produced 71.18 billion yuan in 2023; it ranks {says}"


def test_every_group_of_the_catalogue_has_a_name_that_a_rank_can_be_said_among() -> None:
    ranked = facts(LEVEL, fact("rank", 3, upper=3), fact("members", 60, upper=90))
    for group in load_catalog().groups["name_en"].unique():
        said = en.write_sentences(ranked, EN, group)[0].text
        assert " of Counties" not in said
        assert re.search(r"among the 60 (of [A-Z]|[a-z-]+,? .*of [A-Z])", said), said


@pytest.mark.parametrize(("known", "said"), [(12, False), (13, True)])
def test_a_rank_among_fewer_than_half_of_the_group_is_not_said(known: int, said: bool) -> None:
    """Nor who stands next to it there, nor the growth to draw level with that one."""
    ranked = (
        LEVEL,
        fact("rank", 2, upper=16),
        fact("members", known, upper=26),
        fact("behind", 0.8, other_area="2"),
        rate("catch_up", 1.2, upper=1.0, other_area="2", qualifier="last year"),
    )
    assert ("第2位" in in_zh(*ranked), "ranks second" in in_en(*ranked)) == (said, said)
    assert ("乙县" in in_zh(*ranked), "Yi" in in_en(*ranked)) == (said, said)
    if not said:
        assert in_zh(*ranked) == in_zh(LEVEL)
        assert in_en(*ranked) == in_en(LEVEL)


@pytest.mark.parametrize(
    ("known", "chinese", "english"),
    [
        (fact("level", 201.35), "201.35亿元", "20.14 billion yuan"),
        (fact("level", 416.25), "416.25亿元", "41.63 billion yuan"),
        (fact("level", 201.34999999999997), "201.35亿元", "20.14 billion yuan"),
        (fact("level", 201.3449), "201.34亿元", "20.13 billion yuan"),
        (fact("level", 711.835), "711.84亿元", "71.18 billion yuan"),
        (fact("level", 82553.25), "8.26万亿元", "8.26 trillion yuan"),
        (fact("level", 10050.0), "1.01万亿元", "1.01 trillion yuan"),
        (fact("level", 8.125), "8.13亿元", "813 million yuan"),
        (fact("level", 2.675), "2.68亿元", "268 million yuan"),
        (rate("growth", 7.285), "7.29%", "7.29%"),
        (rate("growth", -7.285), "下降7.29%", "shrank by 7.29%"),
        (rate("growth", 7.95), "7.95%", "7.95%"),
    ],
)
def test_a_half_is_rounded_up_as_it_is_on_paper(
    known: BriefFact, chinese: str, english: str
) -> None:
    assert chinese in in_zh(known)
    assert english in in_en(known)


def test_a_half_is_rounded_up_in_computed_percentages() -> None:
    carried = [
        rate("share", value, code) for code, value in zip(SECTORS, (0.5, 42.25, 57.25), strict=True)
    ]
    assert "占57.3%" in in_zh(*carried)
    assert "占42.3%" in in_zh(*carried)
    assert "57.3% of GDP; industry and construction 42.3% of GDP" in in_en(*carried)
    chase = rate("catch_up", 14.25, upper=2.0, other_area="2", qualifier="last year")
    assert "须增长14.3%" in in_zh(chase)
    assert "grow by 14.3% a year" in in_en(chase)
    pace = fact("mark", 800.0, upper=1.2), rate("pace", 9.25)
    assert "年均9.3%" in in_zh(*pace)
    assert "the 9.3% a year" in in_en(*pace)


def test_a_computed_share_is_rounded_once() -> None:
    """94.2311 of 213.93 is 44.046%: the model has 44.05, which would become 44.1."""
    whole, part = fact("level", 213.9370), fact("level", 94.2311, "gdp_secondary")
    others = (rate("share", 51.58, "gdp_tertiary"), rate("share", 4.37, "gdp_primary"))
    computed = rate("share", 44.05, "gdp_secondary", qualifier="computed")
    printed = rate("share", 44.05, "gdp_secondary", qualifier="printed")
    assert "占44.0%" in in_zh(whole, part, computed, *others)
    assert "industry and construction 44.0% of GDP" in in_en(whole, part, computed, *others)
    assert "占44.1%" in in_zh(whole, part, printed, *others)


@given(st.integers(1000, 999_999))
def test_an_amount_of_two_decimals_is_rounded_by_its_digits(hundredths: int) -> None:
    up = (hundredths + 5) // 10  # in hundredths of a billion
    text = f"{up // 100:,}.{up % 100:02}".rstrip("0").rstrip(".")
    assert f"produced {text} billion yuan" in in_en(fact("level", hundredths / 100))


def test_nothing_is_rounded_to_minus_zero() -> None:
    assert in_zh(LEVEL, fact("passed", -0.001)).endswith("首次突破0亿元。")


def test_two_of_three_sectors_do_not_tell_the_largest() -> None:
    assert in_zh(fact("level", 30.0, "gdp_primary"), fact("level", 40.0, "gdp_secondary")) == ""


KINDS = ("level", "growth", "share", "gain", "passed", "rank", "members", "behind", "ahead",
         "mark", "pace", "catch_up", "target_growth", "target_level", "target_lead")  # fmt: skip
some_fact = st.builds(
    BriefFact,
    st.sampled_from(KINDS),
    st.sampled_from(("gdp", *SECTORS, *OTHERS, "unemployment_registered")),
    st.floats(-1e6, 1e6),
    st.one_of(st.none(), st.floats(0, 50)),
    st.sampled_from((None, "亿元", "%", "元", "万人", "‰")),
    st.sampled_from((None, "at_least", "at_most", "about", "in_step", "standing still")),
    st.sampled_from((None, "2")),
    st.none(),
    st.none(),
)


@given(st.lists(some_fact, max_size=12))
def test_whatever_is_known_each_number_said_is_a_figure_with_its_fact(
    known: list[BriefFact],
) -> None:
    said = [
        *zh.write_sentences(facts(*known), ZH, "山区县"),
        *en.write_sentences(facts(*known), EN, "the counties"),
    ]
    for sentence in said:
        assert sentence.text.count("。") + sentence.text.endswith(".") == 1
        assert "None" not in sentence.text
        words = "".join(part for part in sentence.parts if isinstance(part, str))
        assert set(re.findall(r"\d+", words)) <= {"2023", "2024"}
        assert all(figure.fact in known for figure in sentence.figures)


def published(settings: Settings, *figures: Fig) -> duckdb.DuckDBPyConnection:
    put(settings, doc("a", *figures))
    with Store.open(settings, run_id="publish") as store:
        publish(store, small_catalog(), settings, run_id="publish")
    return duckdb.connect(str(settings.current.resolve() / "warehouse.duckdb"), read_only=True)


def test_facts_come_from_the_publication_with_their_prints(settings: Settings) -> None:
    figures = (gdp(PINGYANG, 650.0, "2022"), gdp(PINGYANG, 711.8), gdp(CANGNAN, 450.0))
    with published(settings, *figures) as connection:
        known = load_facts(connection, PINGYANG, "2023", ["three"])
    assert known.names[CANGNAN].zh == "苍南县"
    said = zh.write_sentences(known, ZH, "三县")
    assert said[0].text == (
        "2023年，平阳县地区生产总值711.8亿元，按现价计算比上年增加61.8亿元，首次突破700亿元；"
        "在三县有数据的2个中居首位，领先第二位的苍南县261.8亿元。"
    )
    made = build_brief(known, {"zh": said}, None)
    origins = {one.figure: one for one in made.sentences["zh"][0].origins}
    assert origins["711.8亿元"].computed_by is None
    assert [p["value_text"] for p in origins["711.8亿元"].printed] == ["711.8"]
    assert origins["261.8亿元"].computed_by == "league_table"
    assert [p["value_text"] for p in origins["261.8亿元"].printed] == ["711.8", "450.0"]
    assert [p["value_text"] for p in origins["61.8亿元"].printed] == ["650.0", "711.8"]


def test_an_area_without_figures_has_no_sentences(settings: Settings) -> None:
    with published(settings, gdp(PINGYANG, 711.8)) as connection:
        known = load_facts(connection, LONGGANG, "2023", ["three"])
    assert known.all == ()
    assert zh.write_sentences(known, ZH, "三县") == en.write_sentences(known, EN, "three") == []


def test_a_sentence_is_its_parts() -> None:
    sentence = BriefSentence("stands")
    assert not sentence
    sentence.say("约", "两")
    assert sentence.text == "约两"
    assert Print("a", "char:0-1", "t", "p", "u", "1").value_text == "1"
