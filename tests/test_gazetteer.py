"""One gazetteer answers for everybody: by name, year, scope, misspelling and parents."""

from __future__ import annotations

import pytest

from flows.catalog import load_catalog
from flows.catalog.gazetteer import AreaFault, Gazetteer

PINGYANG, CANGNAN, LONGGANG, WENZHOU, ZHEJIANG = "330326", "330327", "330383", "330300", "330000"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_catalog().gazetteer


def test_a_catalogue_has_one_gazetteer(gazetteer: Gazetteer) -> None:
    assert load_catalog().gazetteer is gazetteer


@pytest.mark.parametrize(
    ("code", "first", "last", "name"),
    [
        (LONGGANG, 2019, None, "龙港市"),  # split off 苍南县
        ("330184", 1994, 2000, "余杭市"),  # a district of Hangzhou since 2001, by another code
        ("330110", 2001, None, "余杭区"),
        ("110103", 1981, 2009, "崇文区"),  # merged into 东城区 in 2010
    ],
)
def test_an_area_is_there_from_its_first_year_to_its_last(
    gazetteer: Gazetteer, code: str, first: int, last: int | None, name: str
) -> None:
    assert gazetteer.name(code, first - 1) is None
    assert gazetteer.name(code, first) == name
    assert gazetteer.resolve(code, first, None) == code
    before = gazetteer.resolve(code, first - 1, None)
    assert isinstance(before, AreaFault)
    assert before.rule == "area-not-valid"
    if last is None:
        assert gazetteer.name(code) == name
        return
    assert gazetteer.name(code) is None
    assert gazetteer.name(code, last) == name
    assert gazetteer.name(code, last + 1) is None
    assert isinstance(gazetteer.resolve(code, last + 1, None), AreaFault)
    assert gazetteer.lifetime(code).endswith(f"to {last}")


def test_a_name_turns_exactly_in_the_year_of_its_turn(gazetteer: Gazetteer) -> None:
    years = list(range(1985, 2025))
    found = gazetteer.resolve_years("余杭区", years, ZHEJIANG)
    assert [year for year, code in zip(years, found, strict=True) if code == "330110"] == list(
        range(2001, 2025)
    )
    assert found == [gazetteer.resolve("余杭区", year, ZHEJIANG) for year in years]


def test_a_scope_decides_between_areas_of_one_name(gazetteer: Gazetteer) -> None:
    nowhere = gazetteer.resolve("鼓楼区", 2023, None)
    assert isinstance(nowhere, AreaFault)
    assert nowhere.rule == "ambiguous-area"
    assert gazetteer.resolve("鼓楼区", 2023, "320100") == "320106"
    assert gazetteer.resolve("江苏省/徐州市/鼓楼区", 2023, None) == "320302"
    outside = gazetteer.resolve("平阳县", 2023, "320000")
    assert outside == AreaFault(
        "area-outside", "'平阳县' is 浙江省温州市平阳县 (330326), not in 江苏省 (320000)"
    )


def test_parents_children_and_levels_are_those_of_the_year(gazetteer: Gazetteer) -> None:
    assert list(gazetteer.ancestors(PINGYANG)) == [WENZHOU, ZHEJIANG, "100000"]
    assert gazetteer.level(WENZHOU) == "prefecture"
    assert LONGGANG in gazetteer.children(WENZHOU)
    assert LONGGANG not in gazetteer.children(WENZHOU, 2018)
    assert gazetteer.lies_in(LONGGANG, ZHEJIANG, 2019)
    assert not gazetteer.lies_in(LONGGANG, ZHEJIANG, 2018)
    assert gazetteer.lies_in(LONGGANG, ZHEJIANG, None)
    members = gazetteer.members("zhejiang-mountain-26")
    assert len(members) == 26
    assert {PINGYANG, CANGNAN} <= set(members)
    assert LONGGANG not in members


def test_the_longest_name_at_a_place_is_taken_and_none_overlap(gazetteer: Gazetteer) -> None:
    text = "浙江省温州市平阳县与景宁畲族自治县、平阳和余杭市"
    found = [text[start:end] for start, end, _ in gazetteer.occurrences(text)]
    assert found == ["浙江省", "温州市", "平阳县", "景宁畲族自治县", "平阳", "余杭市"]
    living = [text[start:end] for start, end, _ in gazetteer.occurrences(text, living=True)]
    assert living == ["浙江省", "温州市", "平阳县", "景宁畲族自治县", "平阳", "余杭"]


def test_a_name_at_the_end_of_a_text_is_not_cut_into_a_shorter_one(gazetteer: Gazetteer) -> None:
    for text in ("平阳县", "平阳", "在平阳县", "景宁畲族自治"):
        for start, end, entries in gazetteer.occurrences(text):
            assert end <= len(text)
            assert all(entry in gazetteer.named(text[start:end]) for entry in entries)


def test_known_misspellings_are_names_that_a_reader_of_titles_does_not_take(
    gazetteer: Gazetteer,
) -> None:
    assert gazetteer.resolve("科城区", 2023, ZHEJIANG) == "330802"
    assert "科城区" in gazetteer.names_of("330802", ("misspelling",))
    assert "科城区" not in gazetteer.names_of("330802", ("official", "short", "alias"))
    spelt = gazetteer.occurrences("科城区", kinds=("official", "short", "alias"))
    assert not any(entry.ref_area == "330802" for *_, entries in spelt for entry in entries)


def test_a_likely_misspelling_fits_one_area_alone(gazetteer: Gazetteer) -> None:
    assert gazetteer.similar("平杨县", [PINGYANG, CANGNAN]) == PINGYANG
    assert gazetteer.similar("平阳市", [PINGYANG]) is None  # its last character is another
    assert gazetteer.similar("平阳县", [PINGYANG]) is None  # it is no misspelling
    twins = [code for code in gazetteer.lives if (gazetteer.name(code) or "").endswith("江县")]
    assert gazetteer.similar("某江县", twins) is None


def test_typed_names_are_chinese_english_or_codes_of_the_year_or_of_any(
    gazetteer: Gazetteer,
) -> None:
    for typed in ("瑞安", "瑞安市", "瑞 安", "330381", "Rui'an", "ruian", "Ruian City"):
        assert gazetteer.find(typed) == ["330381"], typed
    assert gazetteer.find("崇文区") == ["110103"]  # none today: the one that was
    assert len(gazetteer.find("鼓楼区")) > 1
    assert gazetteer.find("不存在县") == []
    assert gazetteer.suggest("pingyan") == "did you mean 'Pingyang'?"
    assert gazetteer.describe("110103", 2020) == "110103 崇文区 in 北京市 from 1981 to 2009"
