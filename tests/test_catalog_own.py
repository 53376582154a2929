"""A user's own catalogue folder is laid over the shipped one; its mistakes are named as its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.catalog import Catalog, load_catalog
from flows.model import paths
from flows.model.errors import CatalogError
from flows.model.settings import Settings
from flows.run.plan import make_plan
from tests.test_catalog_broken import LAYOUT, SOURCE

SHIPPED = load_catalog()


def write(own: Path, name: str, text: str) -> Path:
    path = own / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def changed_parts(own: Path) -> set[str]:
    """Which fingerprints differ from those of the shipped catalogue."""
    both = dict(load_catalog(own=own).fingerprints), dict(SHIPPED.fingerprints)
    return {part for part in both[0] | both[1] if both[0].get(part) != both[1].get(part)}


def refused(own: Path) -> CatalogError:
    with pytest.raises(CatalogError) as caught:
        load_catalog(own=own)
    return caught.value


def ids(catalog: Catalog) -> set[str]:
    return {release.release_id for release in catalog.releases}


def test_an_empty_folder_changes_nothing(tmp_path: Path) -> None:
    assert load_catalog(own=tmp_path).fingerprint == SHIPPED.fingerprint
    assert changed_parts(tmp_path) == set()


def test_a_source_and_a_layout_are_added(tmp_path: Path) -> None:
    write(tmp_path, "sources/here.yaml", SOURCE)
    write(tmp_path, "layouts/small.yaml", LAYOUT)
    catalog = load_catalog(own=tmp_path)
    assert ids(catalog) == ids(SHIPPED) | {"here-2023"}
    assert set(catalog.layouts) == set(SHIPPED.layouts) | {"small"}
    assert changed_parts(tmp_path) == {"sources", "layout:small"}


def test_a_file_of_the_same_name_takes_the_shipped_ones_place(tmp_path: Path) -> None:
    write(tmp_path, "sources/lishui.yaml", SOURCE)
    gone = {
        release.release_id
        for source in SHIPPED.sources
        for release in source.releases
        if release.release_id in (paths.CATALOG / "sources/lishui.yaml").read_text("utf-8")
    }
    assert gone
    assert ids(load_catalog(own=tmp_path)) == ids(SHIPPED) - gone | {"here-2023"}


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("area_aliases.csv", "name,ref_area,kind\n鳌江地,330326,alias\n", "areas"),
        ("areas.csv", "ref_area,name_zh,level,parent,valid_from\n339901,某县,county,330300,2024\n", "areas"),
        ("area_name_parts.csv", "part,text\nword,平阳\n", "areas"),
        ("area_names_en.csv", "ref_area,name_en\n110105,Chaoyang\n", "areas"),
        ("units.csv", "unit_text,base,factor\n万贯,元,10000\n", "units"),
        (
            "indicators.yaml",
            "- {code: bridges, name_zh: 桥, name_en: Bridges, unit_measure: 座, has_growth: false}\n",
            "indicators",
        ),
        (
            "groups.yaml",
            '- group_id: two\n  name_zh: 两县\n  name_en: Two\n  members:\n'
            '    - {ref_area: "330326", name: 平阳县}\n    - {ref_area: "330327", name: 苍南县}\n',
            "groups",
        ),
    ],
)  # fmt: skip
def test_rows_are_added_to_each_table(tmp_path: Path, name: str, text: str, part: str) -> None:
    write(tmp_path, name, text)
    assert changed_parts(tmp_path) == {part}
    catalog = load_catalog(own=tmp_path)
    assert {
        "area_aliases.csv": lambda: catalog.gazetteer.find("鳌江地") == ["330326"],
        "areas.csv": lambda: catalog.gazetteer.name("339901") == "某县",
        "area_name_parts.csv": lambda: "330326" not in catalog.gazetteer.find("平阳"),
        "area_names_en.csv": lambda: "110105" in catalog.gazetteer.find("Chaoyang"),
        "units.csv": lambda: "万贯" in catalog.units["unit_text"],
        "indicators.yaml": lambda: catalog.indicators["bridges"].unit_measure == "座",
        "groups.yaml": lambda: catalog.gazetteer.members("two") == ["330326", "330327"],
    }[name]()


@pytest.mark.parametrize(
    ("name", "text", "where", "says"),
    [
        ("units.csv", "unit_text,base,factor\n万元,元,9999\n", "2: unit_text", "is there twice"),
        ("units.csv", "unit_text,base,factr\n万贯,元,1\n", "1: factr", "did you mean 'factor'?"),
        (
            "area_aliases.csv",
            "name,ref_area,valid_from,kind\n科城,330802,2000,alias\n",
            "2: valid_from",
            "hold at the same time (the other is",
        ),
        (
            "indicators.yaml",
            "- {code: gdp, name_zh: 桥, name_en: Bridges, unit_measure: 座, has_growth: false}\n",
            "1: 0.code",
            "'gdp' is there twice",
        ),
        ("sources/here.yaml", SOURCE.replace("330326", "330399"), "4: 0.ref_area", "unknown area"),
        ("layouts/mine.yaml", LAYOUT.replace("small", "county-panel"), "1: name", "another layout"),
    ],
)
def test_a_mistake_is_named_by_the_users_file_and_line(
    tmp_path: Path, name: str, text: str, where: str, says: str
) -> None:
    path = write(tmp_path, name, text)
    error = refused(tmp_path)
    assert error.where == f"{path}:{where}"
    assert says in str(error)


def test_a_release_that_is_shipped_is_refused_where_the_user_repeats_it(tmp_path: Path) -> None:
    taken = SHIPPED.releases[-1]
    path = write(tmp_path, "sources/aaa.yaml", SOURCE.replace("here-2023", taken.release_id))
    error = refused(tmp_path)
    assert error.where is not None
    assert error.where.startswith(f"{path}:")
    assert f"release {taken.release_id} is there twice" in str(error)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("unit.csv", "did you mean 'units.csv'?"),
        ("source/here.yaml", "did you mean 'sources/"),
        ("sources/here.yml", "did you mean 'sources/here.yaml'?"),
        ("sources/zhejiang/here.yaml", "is no file of a catalogue"),
        ("authorities.csv", "is no file of a catalogue"),
    ],
)
def test_a_file_that_nobody_would_read_is_refused(tmp_path: Path, name: str, says: str) -> None:
    path = write(tmp_path, name, SOURCE)
    error = refused(tmp_path)
    assert error.where == str(path)
    assert says in str(error)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    error = refused(tmp_path / "nowhere")
    assert error.where == str(tmp_path / "nowhere")
    assert "GONGBAO_CATALOG" in str(error)


def test_a_run_is_about_the_users_sources_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "own", "sources/here.yaml", SOURCE)
    monkeypatch.setenv("GONGBAO_CATALOG", str(tmp_path / "own"))
    plan = make_plan(Settings(home=tmp_path / "data"), source="here")
    assert [release.release_id for release in plan.releases] == ["here-2023"]
    assert plan.catalog() is load_catalog(own=tmp_path / "own")
