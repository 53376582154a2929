"""The catalogue that the project ships: what it knows, and that it is the register's."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.catalog import Catalog, load_catalog
from flows.catalog.model import AREA, AREA_NAME, AUTHORITY, GROUP, UNIT
from flows.model import paths

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def _named(catalog: Catalog, name: str, year: int) -> list[tuple[str, str]]:
    """Codes and kinds of the names that hold in a year."""
    hits = catalog.area_names.filter(
        pl.col("name") == name,
        pl.col("valid_from") <= year,
        pl.col("valid_to").is_null() | (pl.col("valid_to") > year),
    )
    return sorted(hits.select("ref_area", "kind").rows())


def _existing(catalog: Catalog, code: str, year: int) -> list[str]:
    return catalog.areas.filter(
        pl.col("ref_area") == code,
        pl.col("valid_from") <= year,
        pl.col("valid_to").is_null() | (pl.col("valid_to") > year),
    )["name_zh"].to_list()


def _members(catalog: Catalog, group: str, day: date) -> set[str]:
    return set(
        catalog.groups.filter(
            pl.col("group_id") == group,
            pl.col("valid_from").is_null() | (pl.col("valid_from") <= day),
            pl.col("valid_to").is_null() | (pl.col("valid_to") > day),
        )["ref_area"]
    )


def test_the_frames_have_the_declared_columns(catalog: Catalog) -> None:
    assert catalog.areas.schema == AREA
    assert catalog.area_names.schema == AREA_NAME
    assert catalog.groups.schema == GROUP
    assert catalog.units.schema == UNIT


def _copy(folder: Path) -> Path:
    """The shipped catalogue again, to be changed."""
    for path in [*paths.CATALOG.rglob("*.csv"), *paths.CATALOG.rglob("*.yaml")]:
        copy = folder / path.relative_to(paths.CATALOG)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    return folder


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("areas.csv", "areas"),
        ("area_aliases.csv", "areas"),
        ("area_name_parts.csv", "areas"),
        ("area_names_en.csv", "areas"),
        ("units.csv", "units"),
        ("indicators.yaml", "indicators"),
        ("groups.yaml", "groups"),
        ("authorities.csv", "authorities"),
        ("sources/pingyang.yaml", "sources"),
        ("layouts/county-panel.yaml", "layout:county-panel"),
    ],
)
def test_a_change_of_a_file_shows_in_the_fingerprint_of_its_part_alone(
    tmp_path: Path, file: str, part: str
) -> None:
    before = load_catalog(_copy(tmp_path))
    changed = tmp_path / file
    changed.write_bytes(changed.read_bytes().replace(b"\n", b"\r\n"))
    after = load_catalog(tmp_path)
    assert after.fingerprint != before.fingerprint
    assert {
        name
        for name in before.fingerprints
        if after.fingerprints[name] != before.fingerprints[name]
    } == {part}


def test_the_fingerprints_cover_every_file_of_the_catalogue(catalog: Catalog) -> None:
    layouts = {f"layout:{name}" for name in catalog.layouts}
    assert set(catalog.fingerprints) == layouts | {
        "areas", "units", "indicators", "groups", "authorities", "sources", "calendar", "accepted",
    }  # fmt: skip


def test_the_bureau_is_believed_before_a_copy_a_compilation_and_the_press(
    catalog: Catalog,
) -> None:
    assert catalog.authorities.schema == AUTHORITY
    ranked = catalog.authorities.sort("rank")["authority"].to_list()
    assert ranked == ["official", "repost", "compilation", "press"]


def test_an_unchanged_catalogue_is_loaded_once_and_a_changed_one_again(tmp_path: Path) -> None:
    assert load_catalog() is load_catalog()
    before = load_catalog(_copy(tmp_path))
    assert before.fingerprint == load_catalog().fingerprint
    with (tmp_path / "units.csv").open("a", encoding="utf-8") as units:
        units.write("贯,贯,1\n")
    after = load_catalog(tmp_path)
    assert after.fingerprint != before.fingerprint
    assert after.units.height == before.units.height + 1


def test_at_no_time_do_two_areas_have_one_code(catalog: Catalog) -> None:
    for year in (1981, 1996, 2019, 2021, 2024):
        alive = catalog.areas.filter(
            pl.col("valid_from") <= year,
            pl.col("valid_to").is_null() | (pl.col("valid_to") > year),
        )
        assert alive["ref_area"].is_unique().all()
        assert alive.filter(pl.col("level") == "province").height >= 29


def test_longgang_was_split_off_from_cangnan_in_2019(catalog: Catalog) -> None:
    assert _existing(catalog, "330383", 2018) == []
    assert _existing(catalog, "330383", 2019) == ["龙港市"]
    cangnan = catalog.areas.filter(pl.col("ref_area") == "330327").sort("valid_from")
    assert cangnan.select("valid_from", "valid_to", "successors").rows() == [
        (1981, 2019, "330327;330383"),
        (2019, None, None),
    ]


def test_hangzhou_was_redrawn_in_2021(catalog: Catalog) -> None:
    for code, name in {"330103": "下城区", "330104": "江干区"}.items():
        assert _existing(catalog, code, 2020) == [name]
        assert _existing(catalog, code, 2021) == []
    for code, name in {"330113": "临平区", "330114": "钱塘区"}.items():
        assert _existing(catalog, code, 2020) == []
        assert _existing(catalog, code, 2021) == [name]
    yuhang = catalog.areas.filter(pl.col("ref_area") == "330110").sort("valid_from")
    assert yuhang["valid_to"].to_list() == [2021, None]
    assert yuhang["successors"][0] == "330110;330113"


@pytest.mark.parametrize(
    ("name", "year", "expected"),
    [
        ("平阳县", 2023, [("330326", "official")]),
        ("平阳", 2023, [("330326", "short")]),
        ("平阳省", 2023, [("330326", "misspelling")]),
        ("科城区", 2023, [("330802", "misspelling")]),
        ("景宁", 2023, [("331127", "short")]),
        ("景宁县", 2023, [("331127", "short")]),
        ("景宁", 1999, [("332529", "short")]),
        ("新疆", 2023, [("650000", "short")]),
        ("内蒙古", 2023, [("150000", "short")]),
        ("黔东南州", 2023, [("522600", "short")]),
        ("阿克苏", 2023, [("652900", "short"), ("652901", "short")]),
        ("阿克苏地区", 2023, [("652900", "official")]),
        ("龙港", 2018, [("211403", "short")]),
        ("龙港", 2020, [("211403", "short"), ("330383", "short")]),
        ("全国", 2023, [("100000", "alias")]),
        ("玉环县", 2016, [("331021", "official")]),
        ("玉环县", 2018, []),
        ("市中", 2023, []),
        ("龙平苍", 2023, []),
    ],
)
def test_a_name_means_what_it_meant_in_its_year(
    catalog: Catalog, name: str, year: int, expected: list[tuple[str, str]]
) -> None:
    assert _named(catalog, name, year) == expected


def test_no_name_holds_twice_for_one_area_at_one_time(catalog: Catalog) -> None:
    names = catalog.area_names.sort("name", "ref_area", "valid_from")
    ended = pl.col("valid_to").shift(1).over("name", "ref_area")
    again = pl.int_range(pl.len()).over("name", "ref_area") > 0
    overlap = names.filter(again & (ended.is_null() | (ended > pl.col("valid_from"))))
    assert overlap.rows() == []


def test_the_26_mountain_counties_are_26_until_august_2024(catalog: Catalog) -> None:
    group = "zhejiang-mountain-26"
    assert len(_members(catalog, group, date(2023, 12, 31))) == 26
    assert {"330326", "331102", "330802"} <= _members(catalog, group, date(2024, 7, 31))
    assert _members(catalog, group, date(2024, 8, 1)) == set()
    assert _members(catalog, group, date(2020, 12, 31)) == set()


def test_a_group_by_level_follows_the_map(catalog: Catalog) -> None:
    before = _members(catalog, "zhejiang-counties", date(2020, 6, 1))
    after = _members(catalog, "zhejiang-counties", date(2022, 6, 1))
    assert len(before) == len(after) == 90
    assert before - after == {"330103", "330104"}
    assert after - before == {"330113", "330114"}
    assert len(_members(catalog, "zhejiang-cities", date(2023, 1, 1))) == 11
    assert len(_members(catalog, "china-provinces", date(2023, 1, 1))) == 34


@pytest.mark.parametrize(
    ("unit", "other", "factor"),
    [("万元", "亿元", 1e-4), ("人", "万人", 1e-4), ("公斤", "吨", 1e-3), ("‰", "%", 0.1)],
)
def test_units_of_one_base_convert(catalog: Catalog, unit: str, other: str, factor: float) -> None:
    rows = {name: (base, each) for name, base, each in catalog.units.rows()}
    assert rows[unit][0] == rows[other][0]
    assert rows[unit][1] / rows[other][1] == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "other"), [("亿美元", "亿元"), ("百分点", "%"), ("倍", "%"), ("人次", "人")]
)
def test_units_that_differ_in_meaning_do_not_convert(
    catalog: Catalog, unit: str, other: str
) -> None:
    bases = dict(catalog.units.select("unit_text", "base").rows())
    assert bases[unit] != bases[other]


def test_every_release_knows_its_place(catalog: Catalog) -> None:
    assert len(catalog.releases) == len({release.url for release in catalog.releases})
    for release in catalog.releases:
        assert release.reader in ("communique", "table", "service")
        assert bool(release.layouts) == (release.reader == "table")
        assert release.ref_area is not None
        # An answer of a service has the periods of its values.
        assert (release.time_period is None) == (release.reader == "service")
        assert release.publisher


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data")
def test_the_indicators_are_those_of_the_annotated_figures(catalog: Catalog) -> None:
    with (SHARED / "data/gold/indicators.csv").open(encoding="utf-8-sig") as file:
        wanted = {
            row["indicator"]: (row["name_zh"], row["name_en"], row["unit"], row["also_growth"])
            for row in csv.DictReader(file)
        }
    known = {
        code: (each.name_zh, each.name_en, each.unit_measure, "yes" if each.has_growth else "no")
        for code, each in catalog.indicators.items()
    }
    assert {code: known[code] for code in wanted} == wanted


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data")
def test_every_code_of_the_register_is_known_with_its_name_and_years(catalog: Catalog) -> None:
    spans = catalog.areas.group_by("ref_area", "name_zh").agg(
        pl.col("valid_from").min(),
        pl.when(pl.col("valid_to").is_null().any()).then(None).otherwise(pl.col("valid_to").max()),
    )
    known = {(code, name): (start, end) for code, name, start, end in spans.rows()}
    wanted: dict[tuple[str, str], list[tuple[int, int | None]]] = {}
    with (SHARED / "data/areas/areacodes_1981_2024.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            end = int(row["变更/弃用时间"]) if row["变更/弃用时间"] else None
            periods = wanted.setdefault((row["代码"], row["名称"]), [])
            periods.append((int(row["启用时间"]), end))
    assert set(known) - set(wanted) == {("100000", "中国")}
    for key, periods in wanted.items():
        ends = [end for _, end in periods]
        latest = None if None in ends else max(end for end in ends if end is not None)
        assert known[key] == (min(start for start, _ in periods), latest), key


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data")
def test_the_26_are_those_of_the_register(catalog: Catalog) -> None:
    with (SHARED / "data/areas/mountain26_codes.csv").open(encoding="utf-8-sig") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    assert _members(catalog, "zhejiang-mountain-26", date(2023, 6, 30)) == codes
