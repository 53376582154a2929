"""Candidates for a damaged number, and what decides between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.evidence.misprint import Candidate, candidates, number, split_by_sum, splits
from flows.evidence.weigh import Evidence, Strength, half_unit, weigh


def values(text: str, kind: str, unit: str | None = None) -> list[float]:
    return [each.value for each in candidates(text, unit=unit) if each.kind == kind]


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("6005", 600.5),
        ("6707億", 670.7),
        ("985%", 98.5),
        ("９８５％", 98.5),
    ],
)
def test_a_lost_point_is_put_back_at_every_place(text: str, true: float) -> None:
    assert true in values(text, "lost-point")


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("711的GDP8億元", 711.8),
        ("47个2%", 47.2),
        ("1·8%", 1.8),
        ("10。55万", 10.55),
        ("284。3", 284.3),
        ("600 5", 600.5),
    ],
)
def test_what_stands_in_the_points_place_is_read_as_the_point(text: str, true: float) -> None:
    first = candidates(text)[0]
    assert (first.value, first.kind) == (true, "characters-inside")
    assert number(text) is None


def test_a_translation_machines_one_is_read() -> None:
    assert values("65438+0997", "machine-one") == [1997]


def test_a_slipped_unit_is_ten_thousand_for_amounts_and_ten_for_rates() -> None:
    assert {0.065, 6_500_000} <= set(values("650", "unit", "亿元"))
    assert values("65", "unit", "%") == [650]
    assert values("65", "unit", "‰") == [650]


def test_a_moved_point_and_a_lost_digit_are_further_from_the_print_than_a_lost_point() -> None:
    tiers = {each.kind: each.tier for text in ("6005", "60.05") for each in candidates(text)}
    assert tiers["lost-point"] < tiers["moved-point"] < tiers["lost-digit"]


def test_the_printed_value_is_no_candidate_and_a_lost_number_has_none() -> None:
    assert 600.5 not in [each.value for each in candidates("600.5")]
    assert candidates("突破亿元") == ()


def test_grouped_digits_are_one_sound_number() -> None:
    assert number("1,234.5") == (1234.5, 1)
    assert number("-4.1") == (-4.1, 1)
    assert number("12,34") is None


def test_a_fall_stays_a_fall() -> None:
    assert -9.5 in values("-95", "lost-point")


def test_lost_separators_are_put_back_where_the_total_decides() -> None:
    assert split_by_sum("23323395346268", 3, 82553, 0.5) == (2332, 33953, 46268)
    assert split_by_sum("17.4327.1955.38", 3, 100, 0.02) == (17.43, 27.19, 55.38)


def test_separators_are_not_guessed_where_several_places_would_do() -> None:
    assert split_by_sum("1111", 2, 22, 0.5) == (11, 11)
    assert split_by_sum("12321", 2, 444, 400) is None
    assert list(splits("12a3", 2)) == []


def within(name: str, low: float, high: float, strength: Strength = Strength.NEAR) -> Evidence:
    return Evidence(name, strength, f"{low} to {high}", lambda value, half: low <= value <= high)


def test_neighbouring_years_decide_for_the_point() -> None:
    likely = weigh(
        candidates("6005"), [within("years", 400, 900)], printed=(6005, 0), usual_decimals=2
    )
    assert likely is not None
    assert (likely.value, likely.kind) == (600.5, "lost-point")
    assert "400 to 900" in likely.evidence


def test_nothing_is_suggested_for_a_figure_that_evidence_allows() -> None:
    assert weigh(candidates("6005"), [within("years", 400, 9000)], printed=(6005, 0)) is None


def test_nothing_is_suggested_where_two_candidates_are_left() -> None:
    both = [within("years", 50, 900)]
    assert weigh(candidates("6005"), both, printed=(6005, 0)) is None


def test_nothing_is_suggested_without_evidence() -> None:
    assert weigh(candidates("711的GDP8"), [], printed=None) is None
    usual = [within("usual", 500, 800, Strength.USUAL)]
    assert weigh(candidates("711的GDP8"), usual, printed=None) is None


def test_half_of_the_neighbours_must_agree() -> None:
    split = [within("years", 400, 900), within("years", 500, 800), within("years", 5000, 7000)]
    likely = weigh(candidates("6005"), split, printed=(6005, 0), usual_decimals=2)
    assert likely is not None
    assert likely.value == 600.5
    assert weigh(candidates("6005"), split[1:], printed=(6005, 0)) is None


def test_bounds_alone_put_a_point_back_where_one_place_is_usual() -> None:
    possible = within("possible", 0, 100, Strength.POSSIBLE)
    usual = within("usual", 15, 100, Strength.USUAL)
    likely = weigh(candidates("985"), [possible, usual], printed=(985, 0), usual_decimals=1)
    assert likely is not None
    assert likely.value == 98.5
    wide = within("usual", 0, 100, Strength.USUAL)
    assert weigh(candidates("985"), [possible, wide], printed=(985, 0), usual_decimals=1) is None


def test_bounds_alone_do_not_move_a_point() -> None:
    possible = within("possible", 0, 1000, Strength.POSSIBLE)
    assert weigh(candidates("2153.5"), [possible], printed=(2153.5, 1), usual_decimals=2) is None


def test_a_lost_digit_needs_exact_evidence() -> None:
    near = within("years", 590, 610)
    assert weigh(candidates("60.5"), [near], printed=(60.5, 1), usual_decimals=1) is None
    exact = within("sum", 600.49, 600.51, Strength.EXACT)
    likely = weigh(candidates("60.5"), [exact], printed=(60.5, 1), usual_decimals=1)
    assert likely is not None
    assert (likely.value, likely.kind) == (600.5, "lost-digit")


def test_a_lost_digit_silences_a_moved_point() -> None:
    # 1304.77 without its 0, or 1347.7 with its point moved: the years cannot tell.
    near = within("years", 1000, 1500)
    moved = [each for each in candidates("134.77") if each.kind == "moved-point"]
    assert weigh(moved, [near], printed=(134.77, 2)) is not None
    assert weigh(candidates("134.77"), [near], printed=(134.77, 2)) is None


def test_what_only_just_condemns_is_too_wide_to_mend() -> None:
    def near(value: float, _: float) -> bool:
        return 300 <= value <= 1200

    def closely(value: float, _: float) -> bool:
        return 500 <= value <= 700

    years = [Evidence("years", Strength.NEAR, "600", near, closely)]
    assert weigh(candidates("6005"), years, printed=(6005, 0)) is not None
    assert weigh(candidates("4005"), years, printed=(4005, 0)) is None


def test_nothing_is_mended_into_more_digits_than_are_printed() -> None:
    # 1706.08 from whole 万元 would have six digits after the point in 亿元.
    proposed = [Candidate(1.70608, 6, "lost-point", 1, "")]
    near = [within("years", 1, 2)]
    assert weigh(proposed, near, printed=(17.0608, 4), usual_decimals=2) is None
    assert weigh(proposed, near, printed=(17.0608, 4), usual_decimals=4) is not None


def test_half_a_unit_of_the_last_digit_is_what_rounding_hides() -> None:
    assert [half_unit(decimals) for decimals in (2, 0, -3)] == pytest.approx([0.005, 0.5, 500])


@given(st.text(max_size=60))
def test_any_text_gives_candidates_or_none_and_never_an_error(text: str) -> None:
    found = candidates(text)
    sound = number(text)
    assert all(each.value == each.value for each in found)
    assert len({each.value for each in found}) == len(found)
    if sound is not None:
        assert sound[0] not in {each.value for each in found}


@given(st.text(alphabet="0123456789.", max_size=45), st.integers(2, 3))
def test_any_run_is_split_into_parts_that_make_it_up(text: str, parts: int) -> None:
    for pieces in list(splits(text, parts))[:50]:
        assert len(pieces) == parts
