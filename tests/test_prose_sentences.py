"""What sentences of communiqués say, and what they do not say."""

from __future__ import annotations

import pytest

from tests.prose_support import DATA, read_text, said

CASES = [
    line.partition("=>")
    for line in (DATA / "prose_sentences.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


@pytest.mark.parametrize(("sentence", "expected"), [(a.strip(), c) for a, _, c in CASES])
def test_a_sentence_says_what_a_statistician_reads_in_it(sentence: str, expected: str) -> None:
    wanted = {
        name: float(value) for name, _, value in (p.rpartition("=") for p in expected.split())
    }
    assert said(read_text(sentence)) == wanted


def test_a_fall_is_negative_and_its_text_stays_as_printed() -> None:
    row = next(r for r in read_text("全县社会消费品零售总额下降1.5%。").rows if r.indicator)
    assert (row.value, row.value_text, row.unit_text, row.measure) == (-1.5, "1.5", "%", "growth")


def test_every_number_is_a_row_whether_claimed_or_not() -> None:
    rows = read_text("2023年末全县有医院7家，床位1523张，电话0577-63712345，第5位。").rows
    assert [(row.value_text, row.kind, row.unit_text) for row in rows] == [
        ("2023", "date", None),
        ("7", "figure", "家"),
        ("1523", "figure", "张"),
        ("0577-63712345", "phone", None),
        ("5", "ordinal", None),
    ]


def test_footnote_marks_are_not_part_of_the_figure() -> None:
    page = "<p>全县地区生产总值<sup>2</sup>711.81亿元[3]，比上年增长7.2%①。</p>"
    from flows.model.nouns import MediaKind

    result = read_text(page, MediaKind.HTML)
    assert said(result) == {"gdp": 711.81, "gdp+": 7.2}
    assert [r.kind for r in result.rows if r.indicator is None] == ["ordinal"] * 3


def test_a_number_cut_by_tags_and_entities_is_one_number() -> None:
    from flows.model.nouns import MediaKind

    page = "<p>全县地区生产总值7<span>11</span>.<b>8&#49;</b>亿元。</p>"
    row = next(r for r in read_text(page, MediaKind.HTML).rows if r.indicator)
    assert (row.value_text, row.value) == ("711.81", 711.81)


def test_traditional_script_and_full_width_digits_are_read() -> None:
    text = "２０２３年，全縣實現地區生產總值７１１．８１億元，比上年增長７．２％。"
    assert said(read_text(text)) == {"gdp": 711.81, "gdp+": 7.2}


def test_the_better_scope_wins_and_the_other_is_left_out() -> None:
    text = (
        "年末全县金融机构人民币各项存款余额900.5亿元，增长9.8%。"
        "年末金融机构本外币各项存款余额910.5亿元。"
    )
    assert said(read_text(text)) == {"deposits": 910.5}


def test_a_quarter_of_a_quarterly_document_is_its_own_period() -> None:
    text = "一季度，全县实现地区生产总值150.2亿元，同比增长6.1%。"
    assert said(read_text(text, year="2023-Q1")) == {"gdp": 150.2, "gdp+": 6.1}
    assert said(read_text(text, year="2023")) == {}


def test_two_different_prints_of_one_figure_are_both_held() -> None:
    text = "全县地区生产总值711.81亿元。全年实现地区生产总值721.81亿元。"
    result = read_text(text)
    assert said(result) == {}
    assert [row.doubt is not None for row in result.rows if row.indicator] == [True, True]


REPORT = (
    "平阳县2024年政府工作报告\n——2024年1月16日在平阳县人民代表大会上\n去年，全县实现地区生产总值711.81亿元，比上年增长7.2%。\n"
    "今年经济社会发展主要预期目标是：地区生产总值增长7.5%，一般公共预算收入增长6.1%。\n"
)


def test_a_work_report_reports_the_year_before_and_aims_at_its_own() -> None:
    result = read_text(REPORT, year=None)
    assert result.metadata.time_period == "2023"
    claims = [(r.indicator, r.measure, r.period_text, r.value) for r in result.rows if r.indicator]
    assert claims == [
        ("gdp", "level", None, 711.81),
        ("gdp", "growth", None, 7.2),
        ("gdp", "target_growth", "2024", 7.5),
        ("budget_revenue", "target_growth", "2024", 6.1),
    ]


def test_a_restated_figure_keeps_its_year_and_is_noted() -> None:
    result = read_text("经最终核实，2022年全县生产总值为653.05亿元。")
    [row] = [row for row in result.rows if row.indicator]
    assert row.period_text == "2022"
    assert "states 2022 anew: gdp level 653.05亿元 at char:18-24" in result.notes
