"""Characters that nobody sees, blanks inside numbers, marks and turned text."""

from __future__ import annotations

import pytest

from flows.model.nouns import MediaKind
from tests.prose_support import assert_the_way_home, held, read_text, said

HEAD = "2022年泰顺县国民经济和社会发展统计公报\n"


def about(printed: str) -> str:
    return f"{HEAD}全年全县实现地区生产总值{printed}亿元，比上年增长4.3%。\n"


@pytest.mark.parametrize(
    "printed",
    [
        *("14\u200b2.07", "142\u2060.\ufeff07", "1\u00ad42.0\u200d7", "142.0\U000e00367"),
        *("142\u034f.07", "\u202d142.07\u202c", "14\ufe0f2.07", "14\u31642.07"),
        *("１４２．０７", "𝟏𝟒𝟐.𝟎𝟕", "142.07①", "142.07²", "142.07❸", "142.07[2]"),
        *("142 .07", "142.\u00a007"),
    ],
)
def test_a_number_is_one_with_what_nobody_sees_in_it_and_marks_are_none_of_it(printed: str) -> None:
    result = assert_the_way_home(about(printed).encode(), MediaKind.TEXT, None)
    assert said(result) == {"gdp": 142.07, "gdp+": 4.3}


@pytest.mark.parametrize("thin", ["\u2009", "\u202f", "\u2007"])
def test_groups_of_three_that_thin_blanks_part_are_one_number(thin: str) -> None:
    assert said(read_text(about(f"1{thin}142.07")))["gdp"] == 1142.07


@pytest.mark.parametrize(
    "printed",
    ["14\u00a02.07", "14\u20092.07", "1 42.07", "1 142.07", "14\ufffd2.07", "14\u30002.07"],
)
def test_a_blank_that_may_cut_a_number_or_part_two_holds_it(printed: str) -> None:
    result = read_text(about(printed))
    assert said(result) == {"gdp+": 4.3}
    assert held(result) == {"gdp.level": "blank-in-number"}


@pytest.mark.parametrize("printed", ["\u202e70.241\u202c", "14\u200f2.07", "\u202b14\u202c2.07"])
def test_a_number_that_is_turned_or_cut_from_right_to_left_is_held(printed: str) -> None:
    result = read_text(about(printed))
    assert said(result) == {"gdp+": 4.3}
    assert held(result) == {"gdp.level": "seen-otherwise"}


@pytest.mark.parametrize("printed", ["1.42×10²", "1.42 x 10³"])
def test_a_power_of_ten_is_no_figure(printed: str) -> None:
    result = read_text(about(printed))
    assert "gdp" not in said(result)
    assert all(row.value is None for row in result.rows if row.value_text == "10")


def test_years_beside_a_figure_are_no_damage() -> None:
    result = read_text(f"{HEAD}地区生产总值 2022 142.07亿元\n")
    assert [row.doubt for row in result.rows if row.value_text == "142.07"] == [None]
