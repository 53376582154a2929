"""A YAML file of the catalogue that does not hold together names its line and field."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict

from flows.catalog.yamlfile import load_yaml_models, nearest, read_yaml
from flows.model.errors import CatalogError


class _Cell(BaseModel):
    model_config = ConfigDict(extra="forbid")
    code: str
    seen_on: date | None = None
    kind: Literal["level", "growth"] = "level"


class _Sheet(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    cells: list[_Cell] = []


def _write(folder: Path, text: str) -> Path:
    path = folder / "sheet.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_is_one_model_and_a_list_is_one_an_entry(tmp_path: Path) -> None:
    one = load_yaml_models(_write(tmp_path, "name: 表1\ncells: [{code: '1'}]\n"), _Sheet)
    assert one == [_Sheet(name="表1", cells=[_Cell(code="1")])]
    two = load_yaml_models(_write(tmp_path, "- name: a\n- name: b\n"), _Sheet)
    assert [sheet.name for sheet in two] == ["a", "b"]


def test_a_date_is_read_by_its_model_and_a_leading_zero_is_kept_in_quotes(tmp_path: Path) -> None:
    [sheet] = load_yaml_models(
        _write(tmp_path, "name: a\ncells:\n- {code: '010', seen_on: 2024-03-01}\n"), _Sheet
    )
    assert sheet.cells[0].code == "010"
    assert sheet.cells[0].seen_on == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("name: a\ncells:\n- code: '1'\n- cod: '2'\n", ":4: cells.1.cod", "did you mean 'code'?"),
        ("name: a\ncells:\n- seen_on: 2024-01-01\n", ":3: cells.0.code", "is missing"),
        ("name: a\ncells:\n\n- code: 330326\n", ":4: cells.0.code", "put it in quotes"),
        ("name: a\ncells: [{code: '1', kind: growht}]\n", ":2: cells.0.kind", "mean 'growth'?"),
        ("name: a\ncells:\n- code: '1'\n  seen_on: 2024-02-31\n", ":4: cells.0.seen_on", "2024"),
        ("name: a\nname: b\n", ":2: name", "given twice"),
        ("name: [a\ncells: b\n", ":2", "not valid YAML"),
        ("name: a\n---\nname: b\n", ":2", "not valid YAML"),
        ("", ":1", "empty"),
        ("- name: a\n- nam: b\n", ":2: 1.nam", "did you mean 'name'?"),
        ("name: a\ncells:\n- <<: {code: '1'}\n", ":3: cells.0.<<", "plain text key"),
    ],
)
def test_an_error_names_file_line_and_field(
    tmp_path: Path, text: str, where: str, says: str
) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(CatalogError) as caught:
        load_yaml_models(path, _Sheet)
    assert caught.value.where == f"{path}{where}"
    assert says in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"none\.yaml: cannot be read"):
        read_yaml(tmp_path / "none.yaml")


def test_a_check_made_later_still_finds_the_line(tmp_path: Path) -> None:
    document = read_yaml(_write(tmp_path, "name: a\ncells:\n- code: '1'\n- code: '1'\n"))
    error = document.error(("cells", 1, "code"), "given twice")
    assert str(error).endswith("sheet.yaml:4: cells.1.code: given twice")


def test_the_nearest_name_is_offered_only_when_near() -> None:
    assert nearest("gdp_primry", ["gdp_primary", "exports"]) == "gdp_primary"
    assert nearest("zzz", ["gdp_primary", "exports"]) is None
