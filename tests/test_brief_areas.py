"""Whom a brief is of: Chinese and English names, years in which an area was not there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.ask.brief import write_briefs
from flows.ask.brief.briefs import find_areas
from flows.catalog import load_catalog
from flows.model.errors import UsageError
from flows.model.settings import Settings
from tests.store_support import doc, put, small_catalog
from tests.test_brief import published
from tests.test_sql_models import CANGNAN, LONGGANG, PINGYANG, gdp

CATALOG = load_catalog()
RUIAN, JINGNING, DONGTOU = "330381", "331127", "330305"


def note_of(settings: Settings, name: str, year: int) -> str | None:
    made = write_briefs(name, settings, year=year, languages=("zh", "en"), group=None)
    assert len(made) == 1
    return made[0].note


def test_of_a_year_without_figures_it_is_said_which_years_have_some(settings: Settings) -> None:
    years = ("2012", "2018", "2020", "2021", "2022")
    figures = [gdp(PINGYANG, 400.0 + number, year) for number, year in enumerate(years)]
    published(settings, *figures, gdp(CANGNAN, 300.0, "2019")).close()
    assert note_of(settings, "平阳县", 2019) == (
        "no figure of this year is known; figures are known of 2012, 2018, 2020–2022"
    )
    before_the_register = (
        "no figure of this year is known (the register of areas has it from 1981); "
        "figures are known of 2012, 2018, 2020–2022"
    )
    assert note_of(settings, "平阳县", 1950) == before_the_register
    assert note_of(settings, "平阳", 1950) == before_the_register
    assert note_of(settings, PINGYANG, 1950) == before_the_register
    assert note_of(settings, "Pingyang", 1950) == before_the_register


def test_of_an_area_that_was_not_there_yet_it_is_said_since_when_it_is(settings: Settings) -> None:
    published(settings, gdp(PINGYANG, 700.0)).close()
    assert note_of(settings, "龙港市", 2015) == (
        "no figure of this year is known (the register of areas has it from 2019), nor of any other"
    )
    assert note_of(settings, "崇文区", 2015) == (
        "no figure of this year is known (the register of areas has it from 1981 to 2009), "
        "nor of any other"
    )
    assert note_of(settings, "井陉矿区", 1990) == (
        "no figure of this year is known "
        "(the register of areas has it from 1983 to 1988 and from 1992), nor of any other"
    )


def test_a_note_has_the_name_of_the_area_also_where_it_was_not_there(settings: Settings) -> None:
    published(settings, gdp(PINGYANG, 700.0)).close()
    made = write_briefs(LONGGANG, settings, year=2015, languages=("zh",), group=None)
    assert made[0].name == "龙港市"


def test_what_is_held_back_is_still_said(settings: Settings) -> None:
    published(settings, gdp(PINGYANG, 7.0, rule="lost-point"), gdp(PINGYANG, 650.0, "2022")).close()
    assert note_of(settings, "平阳县", 2023) == (
        "no figure of this year is known; held back: 7.0 (lost-point); figures are known of 2022"
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Pingyang", PINGYANG),
        ("pingyang", PINGYANG),
        ("PINGYANG COUNTY", PINGYANG),
        ("Rui'an", RUIAN),
        ("Rui’an", RUIAN),
        ("Ruian City", RUIAN),
        ("Jingning", JINGNING),
        ("Jingning County", JINGNING),
        ("Jingning Autonomous County", JINGNING),
        ("Dongtou District", DONGTOU),
        ("Zhejiang Province", "330000"),
        ("平阳", PINGYANG),
        ("平阳县", PINGYANG),
        (PINGYANG, PINGYANG),
    ],
)
def test_an_area_is_found_by_its_names(name: str, code: str) -> None:
    assert find_areas(name, CATALOG, 2023) == ([code], None)
    assert find_areas(name, CATALOG, None) == ([code], None)


def test_an_english_name_with_its_kind_is_the_name_without_it_too() -> None:
    catalog = replace(CATALOG, english={PINGYANG: "Pingyang County"})
    for name in ("Pingyang County", "pingyang county", "Pingyang"):
        assert find_areas(name, catalog, 2023) == ([PINGYANG], None)


@pytest.mark.parametrize(
    "name", ["zhejiang-mountain-26", "浙江山区26县", "Zhejiang's 26 mountain counties"]
)
def test_a_group_is_found_by_its_names(name: str) -> None:
    codes, group = find_areas(name, CATALOG, 2023)
    assert (len(codes), group) == (26, "zhejiang-mountain-26")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Pingyan", "Pingyang"),
        ("PINGYAN", "Pingyang"),
        ("Pingyang City", "Pingyang County"),  # it is none
        ("景宁畲族县", "景宁畲族自治县"),
    ],
)
def test_a_name_that_nothing_has_is_answered_with_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(UsageError) as raised:
        find_areas(name, CATALOG, 2023)
    assert str(raised.value) == f"{name!r} is no area and no group (did you mean {meant!r}?)"


def test_areas_of_one_name_are_listed_with_their_codes() -> None:
    with pytest.raises(UsageError) as raised:
        find_areas("鼓楼区", CATALOG, 2023)
    assert str(raised.value) == (
        "'鼓楼区' is the name of 320106 鼓楼区 in 南京市, 320302 鼓楼区 in 徐州市, "
        "350102 鼓楼区 in 福州市, 410204 鼓楼区 in 开封市 (name it by its code)"
    )


def test_areas_of_one_english_name_are_listed_unless_their_kind_tells_them_apart() -> None:
    named = {"110105": "Chaoyang", "211300": "Chaoyang", "220104": "Chaoyang"}
    catalog = replace(CATALOG, english=named)
    with pytest.raises(UsageError) as raised:
        find_areas("Chaoyang", catalog, 2023)
    assert str(raised.value) == (
        "'Chaoyang' is the name of 110105 朝阳区 in 北京市, 211300 朝阳市 in 辽宁省, "
        "220104 朝阳区 in 长春市 (name it by its code)"
    )
    assert find_areas("Chaoyang City", catalog, 2023) == (["211300"], None)


def test_the_area_that_has_the_name_in_the_year_is_meant() -> None:
    assert find_areas("鄞县", CATALOG, 1982) == (["332226"], None)
    assert find_areas("鄞县", CATALOG, 1990) == (["330227"], None)
    assert find_areas("洞头县", CATALOG, 2010) == (["330322"], None)
    assert find_areas("洞头县", CATALOG, None) == (["330322"], None)  # until 2014
    with pytest.raises(UsageError) as raised:
        find_areas("鄞县", CATALOG, 2023)
    assert str(raised.value) == (
        "'鄞县' is the name of 330227 鄞县 in 宁波市 from 1983 to 2001, "
        "332226 鄞县 in 宁波地区 from 1981 to 1982 (name it by its code)"
    )


def test_a_group_is_asked_with_a_catalogue_that_has_no_english_names() -> None:
    assert find_areas("three", small_catalog(), 2023) == ([PINGYANG, CANGNAN, LONGGANG], "three")


def test_an_english_name_makes_the_brief_that_the_code_makes(settings: Settings) -> None:
    put(settings, doc("b", gdp(PINGYANG, 690.0, "2022")))
    published(settings, gdp(PINGYANG, 711.8)).close()
    asked = [
        write_briefs(name, settings, year=2023, languages=("zh", "en"), group=None)
        for name in ("pingyang", PINGYANG)
    ]
    assert asked[0] == asked[1]
    assert asked[0][0].sentences["en"]
