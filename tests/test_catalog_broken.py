"""A catalogue that does not hold together is refused by file, line and field."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.catalog import load_catalog
from flows.model import paths
from flows.model.errors import CatalogError

SOURCE = """\
- source_id: here
  publisher: 某县统计局
  reader: communique
  ref_area: "330326"
  releases:
    - release_id: here-2023
      title: 公报
      url: https://example.org/2023
      time_period: "2023"
"""
LAYOUT = """\
name: small
media: [csv]
columns:
  - {heads: [地区], role: area}
  - {heads: [生产总值], indicator: gdp, unit: 亿元}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped catalogue, with one source and one layout of its own."""
    for path in [*paths.CATALOG.glob("*.csv"), *paths.CATALOG.glob("*.yaml")]:
        shutil.copy(path, tmp_path)
    (tmp_path / "sources").mkdir()
    (tmp_path / "layouts").mkdir()
    (tmp_path / "sources/here.yaml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "layouts/small.yaml").write_text(LAYOUT, encoding="utf-8")
    return tmp_path


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _refused(folder: Path) -> CatalogError:
    with pytest.raises(CatalogError) as caught:
        load_catalog(folder)
    return caught.value


def test_the_catalogue_that_is_broken_below_is_whole(folder: Path) -> None:
    assert [release.release_id for release in load_catalog(folder).releases] == ["here-2023"]


def test_a_folder_without_a_catalogue_is_named(tmp_path: Path) -> None:
    assert _refused(tmp_path).where == str(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ('"330326"', '"330399"', "4: 0.ref_area", "unknown area '330399' (did you mean '3303"),
        ('"330326"', '"999999"', "4: 0.ref_area", "unknown area '999999'"),
        ('"330326"', '"330383"', "4: 0.ref_area", None),
        (
            '"2023"',
            '"2023"\n      ref_area: "330399"',
            "10: 0.releases.0.ref_area",
            "unknown area '330399'",
        ),
        ('"330326"', "330326", "4: 0.ref_area", "put it in quotes"),
        ("https://", "ftp://", "8: 0.releases.0.url", "no http or https address"),
        ("https://example.org/", "https:///", "8: 0.releases.0.url", "no http or https"),
        ('"2023"', '"2023"\n      body: x', "10: 0.releases.0.body", "is it a POST?"),
        ('"2023"', '"2023"\n      method: PUT', "10: 0.releases.0.method", "GET, POST"),
        (
            '"2023"',
            '"2023"\n      headers: {Host: a.cn}',
            "10: 0.releases.0.headers",
            "sets 'host' itself",
        ),
        ("communique", "communiqe", "3: 0.reader", "did you mean 'communique'?"),
        ("communique", "table", "6: 0.releases.0.layouts", "the reader table needs a layout"),
        ("  reader: communique\n", "", "5: 0.releases.0", "no reader"),
        ("publisher", "publsher", "2: 0.publsher", "did you mean 'publisher'?"),
        ("      title: 公报\n", "", "6: 0.releases.0.title", "is missing"),
        ('"2023"', '"2023-13"', "9: 0.releases.0.time_period", "2023-13"),
        ('"2023"', "2023", "9: 0.releases.0.time_period", "put it in quotes"),
        ('"2023"', '"2023"\n      published_on: 2024-02-30', "10: 0.releases.0.published_on", ""),
        ('"2023"', '"2023"\n      authority: pres', "10: 0.releases.0.authority", "'press'?"),
        ('"2023"', '"2023"\n      obs_status: Z', "10: 0.releases.0.obs_status", "'Z'"),
        ("here-2023", "Here 2023", "6: 0.releases.0.release_id", "Here 2023"),
        ("- source_id", "  source_id", "1", "a list of entries is wanted"),
    ],
)
def test_a_faulty_source(folder: Path, old: str, new: str, where: str, says: str | None) -> None:
    path = folder / "sources/here.yaml"
    _edit(path, old, new)
    if says is None:  # an area that is known, but was not there in that year
        _edit(path, '"2023"', '"2018"')
        says = "there was no area 330383 in 2018"
    error = _refused(folder)
    assert error.where == f"{path}:{where}"
    assert says in str(error)


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        (SOURCE, "1: 0.source_id", "source here is there twice (first at here.yaml:1)"),
        (
            SOURCE.replace("id: here\n", "id: there\n"),
            "6: 0.releases.0.release_id",
            "release here-2023 is there twice (first at here.yaml:6)",
        ),
        (
            SOURCE.replace("id: here", "id: there"),
            "8: 0.releases.0.url",
            "https://example.org/2023 is there twice (first at here.yaml:8)",
        ),
    ],
)
def test_nothing_is_there_twice(folder: Path, text: str, where: str, says: str) -> None:
    path = folder / "sources/there.yaml"
    path.write_text(text, encoding="utf-8")
    error = _refused(folder)
    assert error.where == f"{path}:{where}"
    assert says in str(error)


def test_a_release_with_an_unknown_layout(folder: Path) -> None:
    path = folder / "sources/here.yaml"
    _edit(path, "reader: communique", "reader: table\n  layouts: [smal]")
    error = _refused(folder)
    assert error.where == f"{path}:4: 0.layouts"
    assert "unknown layout 'smal' (did you mean 'small'?)" in str(error)


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ("gdp", "gpd", "5: columns.1.indicator", "'gpd' (did you mean 'gdp'?)"),
        ("亿元", "亿圆", "5: columns.1.unit", "unknown unit '亿圆'"),
        ("亿元", "亿美元", "5: columns.1.unit", "亿美元 is no such unit"),
        ("[csv]", "[cvs]", "2: media.0", "'csv'?"),
        ("role: area", "rol: area", "4: columns.0.rol", "did you mean 'role'?"),
    ],
)
def test_a_faulty_layout(folder: Path, old: str, new: str, where: str, says: str) -> None:
    path = folder / "layouts/small.yaml"
    _edit(path, old, new)
    error = _refused(folder)
    assert error.where == f"{path}:{where}"
    assert says in str(error)


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ('{ref_area: "330127"', '{ref_area: "330128"', "ref_area", "unknown area '330128'"),
        ("name: 淳安县}", "name: 临安县}", "name", "330127 is 淳安县, not '临安县'"),
        ("name: 淳安县}", "name: 淳安县, valid_to: 2020-01-01}", "valid_to", "is not after"),
    ],
)
def test_a_faulty_group_member(folder: Path, old: str, new: str, where: str, says: str) -> None:
    path = folder / "groups.yaml"
    line = 1 + path.read_text(encoding="utf-8").split('"330127"')[0].count("\n")
    _edit(path, old, new)
    error = _refused(folder)
    assert error.where == f"{path}:{line}: 0.members.0.{where}"
    assert says in str(error)


def test_a_member_that_belongs_twice_at_one_time(folder: Path) -> None:
    path = folder / "groups.yaml"
    member = '    - {ref_area: "330127", name: 淳安县}\n'
    _edit(path, member, member * 2)
    error = _refused(folder)
    assert error.where is not None
    assert error.where.endswith("0.members.1.ref_area")
    assert "belongs twice at the same time" in str(error)


def test_an_indicator_in_an_unknown_unit(folder: Path) -> None:
    path = folder / "indicators.yaml"
    _edit(path, "unit_measure: 亿元", "unit_measure: 亿圆")
    line = 1 + path.read_text(encoding="utf-8").split("亿圆")[0].count("\n")
    error = _refused(folder)
    assert error.where == f"{path}:{line}: 0.unit_measure"
    assert "did you mean '亿" in str(error)


@pytest.mark.parametrize(
    ("file", "row", "column", "says"),
    [
        ("areas.csv", "339999,某县,county,339900,2000,,", "parent", "unknown parent '339900'"),
        ("areas.csv", "339999,某县,county,330326,2000,,", "parent", "does not stand above it"),
        ("areas.csv", "339999,某县,county,,2000,,", "parent", "must not be empty"),
        (
            "areas.csv",
            "330326,平阳市,county,330300,2020,,",
            "valid_from",
            "330326 hold at the same",
        ),
        ("areas.csv", "339999,某县,conty,330300,2000,,", "level", "did you mean 'county'?"),
        ("areas.csv", "33999,某县,county,330300,2000,,", "ref_area", "no 6-digit code"),
        ("areas.csv", "339999,某县,county,330300,两千,,", "valid_from", "is not a whole number"),
        ("areas.csv", "339999,某县,county,330300,2000,1999,", "valid_to", "is not after"),
        ("areas.csv", "339999,某县,county,330300,1970,,", "parent", "not exist all that time"),
        ("areas.csv", "339999,某县,county,330300,2000,2001,339998", "successors", "'339998'"),
        ("areas.csv", "339999,,county,330300,2000,,", "name_zh", "must not be empty"),
        ("area_aliases.csv", "某地,339999,,,alias,", "ref_area", "unknown area '339999'"),
        ("area_aliases.csv", "某地,330326,,,aliass,", "kind", "did you mean 'alias'?"),
        ("area_aliases.csv", "科城,330802,2000,,alias,", "valid_from", "hold at the same time"),
        ("units.csv", "万贯,贯钱,10000", "base", "unknown base unit '贯钱'"),
        ("units.csv", "万元,元,10000", "unit_text", "is there twice"),
        ("units.csv", "万贯,元,0", "factor", "is not above 0"),
        ("authorities.csv", "hearsay,5,", "label", "must not be empty"),
        ("authorities.csv", "pres,5,gossip", "authority", "did you mean 'press'?"),
        ("authorities.csv", "press,5,again", "authority", "is there twice"),
    ],
)
def test_a_faulty_row(folder: Path, file: str, row: str, column: str, says: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text + row + "\n", encoding="utf-8")
    error = _refused(folder)
    assert error.where is not None
    where, field = error.where.rsplit(": ", 1)
    assert field == column
    assert where.startswith(f"{path}:")
    line = int(where.rsplit(":", 1)[1])
    lines = text.splitlines()
    # Of two rows that cannot both be, either may be named; of one, it is that one.
    assert line == len(lines) + 1 or lines[line - 1].split(",")[0] == row.split(",")[0]
    assert says in str(error)


def test_two_authorities_of_one_rank_and_one_without_a_rank(folder: Path) -> None:
    path = folder / "authorities.csv"
    _edit(path, "press,4", "press,3")
    assert "3 is there twice" in str(_refused(folder))
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("press")], encoding="utf-8")
    assert "no rank for press" in str(_refused(folder))


def test_a_misspelt_and_a_missing_column(folder: Path) -> None:
    path = folder / "units.csv"
    _edit(path, "factor", "facter")
    assert "unknown column 'facter' (did you mean 'factor'?)" in str(_refused(folder))
    _edit(path, ",facter", "")
    assert str(path) in str(_refused(folder))


def test_a_line_break_inside_a_cell_is_refused_because_lines_would_be_wrong(
    folder: Path,
) -> None:
    path = folder / "area_aliases.csv"
    with path.open("a", encoding="utf-8") as file:
        file.write('"某\n地",330326,,,alias,\n')
    assert _refused(folder).where == str(path)
