"""Every threshold of a brief, just inside and just outside its edge; numbers written a second time."""

from __future__ import annotations

import pytest

from flows.ask.brief import choose
from tests.test_brief import EN, ZH, fact, facts, in_en, in_zh, rate


@pytest.mark.parametrize(
    ("growth", "said"), [(0.0, False), (0.1, True), (15.0, True), (15.01, False), (-1.0, False)]
)
def test_a_county_catches_up_by_a_growth_that_happens(growth: float, said: bool) -> None:
    chase = rate("catch_up", growth, upper=3, other_area="2")
    assert (choose.choose_catch_up(facts(chase)) is not None) is said


def test_the_shortest_time_to_catch_up_is_said() -> None:
    slow, quick = (rate("catch_up", 5.0, upper=years, other_area="2") for years in (5, 3))
    assert choose.choose_catch_up(facts(slow, quick)) == quick


@pytest.mark.parametrize(
    ("level", "years", "said", "with_pace"),
    [
        (100.0, 10.0, True, True), (100.0, 10.1, False, False), (800.0, 10.1, True, False),
        (799.9, 10.1, False, False), (799.9, 10.0, True, True), (800.0, None, True, False),
    ],
)  # fmt: skip
def test_a_mark_is_next_within_ten_years_or_a_quarter(
    level: float, years: float | None, said: bool, with_pace: bool
) -> None:
    known = facts(fact("level", level), fact("mark", 1000.0, upper=years), rate("pace", 5.0))
    found = choose.choose_mark(known)
    assert (found is not None) is said
    assert (found is not None and found[1] is not None) is with_pace


@pytest.mark.parametrize(
    ("years", "passed"), [(0.0, 2024), (0.4, 2024), (1.0, 2024), (1.1, 2025), (10.0, 2033)]
)
def test_a_mark_is_passed_at_the_end_of_a_year(years: float, passed: int) -> None:
    assert choose.find_year_of_mark(fact("mark", 1000.0, upper=years), facts()) == passed


@pytest.mark.parametrize(
    ("with_figure", "members", "said"),
    [(13, 26, True), (12, 26, False), (1, 1, False), (2, 2, True), (2, 4, True), (2, 5, False)],
)
def test_a_rank_needs_half_of_its_group_and_another_member(
    with_figure: int, members: int, said: bool
) -> None:
    rank = fact("rank", 1, upper=2)
    known = facts(rank, fact("members", with_figure, upper=members))
    assert (choose.choose_rank(known) is not None) is said
    near = rate("catch_up", 5.0, upper=3, other_area="2")
    chase = facts(near, fact("members", with_figure, upper=members))
    assert (choose.choose_catch_up(chase) is not None) is (2 * with_figure >= members)


@pytest.mark.parametrize(("share", "said"), [(50.0, False), (50.1, True)])
def test_a_sector_is_the_largest_for_certain_above_half(share: float, said: bool) -> None:
    known = facts(rate("share", share, "gdp_tertiary"))
    assert bool(choose.choose_sectors(known)) is said


def test_two_sectors_and_two_others_are_said() -> None:
    sectors = [rate("share", value, code) for code, value in
               (("gdp_primary", 3.3), ("gdp_secondary", 47.2), ("gdp_tertiary", 49.5))]  # fmt: skip
    assert [each[0] for each in choose.choose_sectors(facts(*sectors))] == [
        "gdp_tertiary", "gdp_secondary",
    ]  # fmt: skip
    codes = ("industrial_va", "budget_revenue", "retail_sales")
    known = facts(*(fact("level", 10.0, code) for code in codes))
    assert [each[0] for each in choose.choose_others(known)] == list(codes[:2])


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        (9999.99, "亿元", "9999.99亿元", "1,000 billion yuan"),
        (10000.0, "亿元", "1万亿元", "1 trillion yuan"),
        (82553.2, "亿元", "8.26万亿元", "8.26 trillion yuan"),
        (10.0, "亿元", "10亿元", "1 billion yuan"),
        (9.99, "亿元", "9.99亿元", "999 million yuan"),
        (0.01, "亿元", "0.01亿元", "1 million yuan"),
        (1.0, "万人", "1万人", "10,000 people"),
        (0.9999, "万人", "9999人", "9,999 people"),
        (87.2, "万人", "87.2万人", "872,000 people"),
        (2.5, "万吨", None, "25,000 tonnes"),
        (88954.0, "元", "88954元", "88,954 yuan"),
    ],
)
def test_an_amount_is_said_in_the_unit_of_its_size(
    value: float, unit: str, chinese: str | None, english: str
) -> None:
    code = "industrial_va"
    known = fact("level", value, code, unit_measure=unit)
    if chinese is not None:
        assert in_zh(known) == f"{ZH[code]}{chinese}。"
    name = EN[code][:1].upper() + EN[code][1:]
    assert in_en(known) == f"{name} came to {english}."


@pytest.mark.parametrize(
    ("rank", "word"),
    [
        (1, "first"), (9, "ninth"), (10, "10th"), (11, "11th"), (12, "12th"), (13, "13th"),
        (20, "20th"), (21, "21st"), (22, "22nd"), (23, "23rd"), (24, "24th"), (111, "111th"),
        (121, "121st"),
    ],
)  # fmt: skip
def test_a_place_has_its_ending(rank: int, word: str) -> None:
    known = fact("level", 1.0), fact("rank", rank, upper=rank), fact("members", 200, upper=200)
    assert f"it ranks {word} among" in in_en(*known)


@pytest.mark.parametrize(
    ("years", "chinese", "english"),
    [(1, "要在一年内", "one year"), (2, "要在两年内", "two years"), (10, "要在十年内", "ten years"),
     (11, "要在11年内", "11 years")],
)  # fmt: skip
def test_small_numbers_are_words(years: int, chinese: str, english: str) -> None:
    chase = rate("catch_up", 5.0, upper=years, other_area="2")
    assert chinese in in_zh(chase)
    assert f"in {english} it would" in in_en(chase)
