"""Areas: by name and date, within the area that the release is about."""

from __future__ import annotations

import pytest

from flows.model.nouns import Metadata
from tests.harmonise_support import figure, harmonised, rule_of


def place(text: str | None, period: str = "2023", within: str | None = "330000") -> str:
    result = harmonised([figure(area_text=text, period_text=period)], ref_area=within)
    assert result.quarantine.is_empty(), result.quarantine["reason"].to_list()
    code: str = result.observations["ref_area"][0]
    return code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("平阳县", "330326"),
        ("平阳", "330326"),
        ("330326", "330326"),
        (" 平 阳\n县 ", "330326"),
        ("平陽縣", "330326"),
        ("景宁畲族自治县", "331127"),
        ("景宁", "331127"),
        ("浙江省/平阳县", "330326"),
        ("浙江省/温州市/平阳县", "330326"),
        ("330300", "330300"),
        ("浙江省", "330000"),
    ],
)
def test_a_printed_area_is_found_by_name_short_name_code_or_path(text: str, code: str) -> None:
    assert place(text) == code


def test_a_figure_without_area_is_the_releases_own() -> None:
    assert place(None, within="330326") == "330326"


def test_where_the_catalogue_does_not_know_the_releases_area_the_document_says_it() -> None:
    known = Metadata(ref_area="330326")
    result = harmonised([figure(area_text=None)], metadata=known, ref_area=None)
    assert result.observations["ref_area"].to_list() == ["330326"]


def test_a_figure_whose_area_nobody_names_is_held() -> None:
    result = harmonised([figure(area_text=None)], ref_area=None)
    assert result.quarantine.select("rule", "reason").rows() == [
        ("unknown-area", "neither the figure nor its release names an area")
    ]


def test_longgang_is_an_area_from_2019_when_it_was_split_off_cangnan() -> None:
    assert place("龙港市", "2019") == "330383"
    assert place("苍南县", "2018") == "330327"
    assert place("苍南县", "2019") == "330327"
    rule, reason = rule_of(area_text="龙港市", period_text="2018")
    assert rule == "area-not-valid"
    assert reason == ("'龙港市' is no area's name in 2018: 浙江省温州市龙港市 (330383) from 2019")


@pytest.mark.parametrize(
    ("name", "last", "first"), [("下城区", 2020, None), ("江干区", 2020, None), ("临平区", None, 2021),
                                ("钱塘区", None, 2021)],
)  # fmt: skip
def test_hangzhous_districts_changed_in_2021(
    name: str, last: int | None, first: int | None
) -> None:
    if last:
        assert place(name, str(last)).startswith("3301")
    if first:
        assert place(name, str(first)).startswith("3301")
    outside = str(last + 1) if last else str((first or 0) - 1)
    assert rule_of(area_text=name, period_text=outside)[0] == "area-not-valid"


@pytest.mark.parametrize(
    ("text", "own", "theirs"),
    [
        ("浙江省/沭阳县", "浙江省 (330000)", "江苏省宿迁市沭阳县 (321322)"),
        ("安徽省/龙泉市", "安徽省 (340000)", "浙江省丽水市龙泉市 (331181)"),
    ],
)
def test_a_county_under_the_wrong_province_is_held_and_both_places_are_named(
    text: str, own: str, theirs: str
) -> None:
    result = harmonised([figure(area_text=text)], ref_area="100000")
    row = result.quarantine.row(0, named=True)
    assert row["rule"] == "area-outside"
    assert own in row["reason"]
    assert theirs in row["reason"]
    assert row["ref_area"] is None


def test_an_area_outside_of_the_releases_own_is_held() -> None:
    rule, reason = rule_of(area_text="沭阳县")
    assert rule == "area-outside"
    assert "not in 浙江省 (330000)" in reason


def test_an_area_that_moved_away_is_outside_afterwards() -> None:
    """彭水 lay in Sichuan until Chongqing became a province of its own in 1997."""
    moved = figure(area_text="四川省/彭水苗族土家族自治县", period_text="2011")
    row = harmonised([moved], ref_area="100000").quarantine.row(0, named=True)
    assert row["rule"] == "area-outside"
    assert "重庆市" in row["reason"]


def test_a_name_of_two_areas_is_told_apart_by_where_it_is_printed() -> None:
    assert place("浙江省/西湖区", within="100000") == "330106"
    assert place("江西省/西湖区", within="100000") == "360103"
    row = harmonised([figure(area_text="西湖区")], ref_area="100000").quarantine.row(0, named=True)
    assert row["rule"] == "ambiguous-area"
    assert "330106" in row["reason"]
    assert "360103" in row["reason"]


def test_an_official_name_goes_before_a_short_form() -> None:
    """吉林市 is a city and 吉林 the short form of it and of the province around it."""
    assert place("吉林市", within="100000") == "220200"
    assert (
        harmonised([figure(area_text="吉林")], ref_area="100000").quarantine["rule"][0]
        == "ambiguous-area"
    )


@pytest.mark.parametrize("text", ["平阴省", "云和—景宁", "全县", "999999", "/"])
def test_an_unknown_name_is_never_guessed(text: str) -> None:
    assert rule_of(area_text=text)[0] == "unknown-area"


def test_an_unknown_parent_is_named() -> None:
    rule, reason = rule_of(area_text="浙东省/平阳县")
    assert (rule, reason) == ("unknown-area", "'浙东省' is no area of the catalogue")


def test_the_year_of_a_quarter_decides_too() -> None:
    assert place("龙港市", "2019年上半年") == "330383"
    assert rule_of(area_text="龙港市", period_text="2018年一季度")[0] == "area-not-valid"
