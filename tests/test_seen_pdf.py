"""What a viewer shows of a PDF is what is read, in the order in which a person reads it."""

from __future__ import annotations

import pytest

from flows.model.errors import ReadError
from flows.model.nouns import MediaKind
from flows.read.prose.reading import DocumentReading
from tests.pdf_support import Ink, in_a_row, make_pdf
from tests.prose_support import assert_the_way_home, said

TITLE = Ink(60, 790, "泰顺县2022年国民经济和社会发展统计公报")
END = Ink(60, 700, "年末全县常住人口26.6万人。")


def read(*pages: list[Ink | str]) -> DocumentReading:
    return assert_the_way_home(make_pdf(pages), MediaKind.PDF, None)


def with_part(text: str, **how: object) -> DocumentReading:
    """A sentence in which one part is shown otherwise."""
    line = in_a_row(
        60, 740, ("全年全县实现地区生产总值142.0", {}), (text, how), ("7亿元，比上年增长4.3%。", {})
    )
    return read([TITLE, *line, END])


@pytest.mark.parametrize(
    "how",
    [
        {"before": "3 Tr"},
        {"before": "1 g"},
        {"before": "1 1 1 rg"},
        {"size": 1},
    ],
    ids=str,
)
def test_an_unseen_digit_is_none_of_the_figure(how: dict[str, object]) -> None:
    result = with_part("5", **how)
    assert said(result)["gdp"] == 142.07
    assert any(
        note.startswith("left out, for nobody sees it: 1 character") for note in result.notes
    )


def test_white_text_on_a_dark_ground_is_seen() -> None:
    ground = "q 0 0 0.5 rg 50 730 500 24 re f Q"
    line = Ink(60, 740, "全年全县实现地区生产总值142.07亿元，比上年增长4.3%。", before="1 g")
    assert said(read([TITLE, ground, line, END]))["gdp"] == 142.07


def test_text_beside_the_page_is_not_seen() -> None:
    line = Ink(60, 740, "全年全县实现地区生产总值142.07亿元，比上年增长4.3%。")
    result = read([TITLE, line, END, Ink(900, 740, "固定资产投资99.9亿元。")])
    assert "99.9" not in {row.value_text for row in result.rows}


@pytest.mark.parametrize(("size", "lift"), [(6, 5), (7, 4), (5, 6)])
def test_a_raised_mark_is_none_of_the_figure(size: int, lift: int) -> None:
    line = in_a_row(
        60,
        740,
        ("全年全县实现地区生产总值142.07", {}),
        ("2", {"size": size, "lift": lift}),
        ("亿元，比上年增长4.3%。", {}),
    )
    assert said(read([TITLE, *line, END])) == {
        "gdp": 142.07,
        "gdp+": 4.3,
        "resident_population": 26.6,
    }


def test_smaller_digits_on_the_line_are_digits() -> None:
    assert said(with_part("0", size=9))["gdp"] == 142.007


LEFT = (
    "全年全县实现地区生产总值",
    "142.07亿元，按可比价格计",
    "算，比上年增长4.3%。全年",
    "粮食产量10.5万吨。",
)
RIGHT = (
    "全年社会消费品零售总额为",
    "88.37亿元，比上年增长",
    "5.3%。一般公共预算收入为",
    "12.46亿元，增长3.2%。",
)
COLUMNS = {
    "gdp": 142.07, "gdp+": 4.3, "retail_sales": 88.37, "retail_sales+": 5.3,
    "budget_revenue": 12.46, "budget_revenue+": 3.2, "resident_population": 26.6,
}  # fmt: skip


@pytest.mark.parametrize("drop", [0, 5], ids=["on one line", "beside each other"])
@pytest.mark.parametrize("by", ["rows", "columns"])
def test_columns_are_read_one_after_the_other(drop: int, by: str) -> None:
    left = [Ink(60, 740 - 16 * row, line) for row, line in enumerate(LEFT)]
    right = [Ink(320, 740 - drop - 16 * row, line) for row, line in enumerate(RIGHT)]
    rows = [ink for pair in zip(left, right, strict=True) for ink in pair]
    foot = Ink(60, 600, "年末全县常住人口26.6万人，这一行字从左到右横跨了上面的两栏文字。")
    result = read([TITLE, *(rows if by == "rows" else left + right), foot])
    assert said(result) | {"grain_output": 10.5} == COLUMNS | {"grain_output": 10.5}


def test_a_number_that_wraps_in_its_column_leads_home() -> None:
    left = ("全年全县实现地区生产总值", "按可比价格计算，总量达142", ".07亿元，比上年增长4.3%。")
    columns = zip(left, RIGHT, strict=False)
    lines = [
        ink
        for row, (a, b) in enumerate(columns)
        for ink in (Ink(60, 740 - 16 * row, a), Ink(320, 740 - 16 * row, b))
    ]
    rows = read([TITLE, *lines]).rows
    assert [row.value for row in rows if row.value_text.replace("+", "") == "142.07"] == [142.07]


def test_a_table_of_two_columns_stays_in_rows() -> None:
    cells = [
        ("地区生产总值（亿元）", "142.07"),
        ("粮食产量（万吨）", "10.5"),
        ("财政收入（亿元）", "12.46"),
    ]
    inks = [
        ink
        for row, (name, value) in enumerate(cells)
        for ink in (Ink(60, 740 - 16 * row, name), Ink(320, 740 - 16 * row, value))
    ]
    text = read([TITLE, *inks]).document.clean
    assert text.index("142.07") < text.index("粮食产量") < text.index("10.5")


def test_digits_that_are_drawn_in_another_order_are_read_as_seen_or_not_at_all() -> None:
    line = [
        Ink(60, 740, "全年全县实现地区生产总值"),
        Ink(203, 740, "2.07"),
        Ink(192, 740, "14"),
        Ink(225, 740, "亿元，比上年增长4.3%。"),
    ]
    result = read([TITLE, *line, END])
    assert result.rows
    assert said(result).get("gdp") in (None, 142.07)


def test_fonts_that_do_not_name_their_characters_are_refused() -> None:
    with pytest.raises(ReadError, match="do not say which characters"):
        read([Ink(60, 740, "\ue001\ue002\ue003\ue004\ue005 12.5")])
