"""Suites are linted when loaded, cannot pass without looking, and their faults are ours."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.evidence.bounds import bounds_of, load_bounds
from flows.gate import Verdict
from flows.gate.measure.columns import Measured, measure_batch
from flows.gate.suites.files import load_suites
from flows.model import paths, schemas
from flows.model.errors import GateError
from tests.gate_support import INCOMES, PINGYANG, SECTORS, SOUND, Fig, judged, world


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the project's expectations, to be spoilt."""
    return Path(shutil.copytree(paths.EXPECTATIONS, tmp_path / "expectations"))


def change(folder: Path, name: str, edit: Callable[[dict[str, Any]], None]) -> Path:
    path = folder / f"{name}.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return folder


def first(edit: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    return lambda content: edit(content["expectations"][0])


def test_the_projects_suites_are_sound() -> None:
    suites = load_suites(paths.EXPECTATIONS)
    assert {"observation", "accounts", "agreement"} <= set(suites)
    assert all(suite.expectations for suite in suites.values())


def test_importing_the_gate_imports_neither_great_expectations_nor_pandas() -> None:
    code = (
        "import sys, flows.gate\n"
        "print([m for m in ('great_expectations', 'pandas', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_gate_says_nothing_on_the_console_or_in_the_log() -> None:
    code = (
        "import logging\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "logging.getLogger('asyncio').setLevel(logging.ERROR)\n"
        "from tests.gate_support import SECTORS, judged\n"
        "judged(SECTORS)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    said = [line for line in done.stderr.splitlines() if "great_expectations" in line]
    assert (done.stdout, said) == ("", [])


def test_an_empty_batch_is_judged_without_great_expectations() -> None:
    code = (
        "import sys\n"
        "from datetime import datetime, UTC\n"
        "from flows.model import schemas\n"
        "from flows.gate import gate\n"
        "from flows.model.settings import Settings\n"
        "from flows.catalog import load_catalog\n"
        "nothing = schemas.empty(schemas.OBSERVATION)\n"
        "verdict = gate(nothing, known=nothing, catalog=load_catalog(), settings=Settings(), run_id='r',\n"
        "               recorded_at=datetime.now(UTC))\n"
        "print(verdict.accepted.height, verdict.checks, 'great_expectations' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0 [] False"


def test_an_empty_batch_gives_frames_of_the_right_shape() -> None:
    verdict = judged([])
    assert verdict.accepted.schema == schemas.OBSERVATION
    assert verdict.quarantine.schema == schemas.QUARANTINE


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (first(lambda e: e.update(type="expect_column_values_to_be_betwen")), "did you mean"),
        (first(lambda e: e["kwargs"].update(colum="value")), "colum"),
        (first(lambda e: e.update(severity="crit")), "severity 'crit'"),
        (first(lambda e: e["meta"].pop("rule")), "'rule' is missing"),
        (first(lambda e: e["meta"].update(rule="No Value")), "kebab case"),
        (first(lambda e: e["meta"].update(resaon="x")), "did you mean reason"),
        (first(lambda e: e["meta"].update(reason="{printed")), "no template"),
        (first(lambda e: e["meta"].update(hold="table")), "must be row or none"),
        (first(lambda e: e["meta"].update(optional="yes")), "must be bool"),
        (first(lambda e: e.update(serverity="critical")), "did you mean severity"),
        (lambda c: c["expectations"].append(c["expectations"][0]), "is there twice"),
        (lambda c: c.update(expectations=[]), "checks nothing"),
        (lambda c: c.update(name="observations"), "must be 'observation'"),
        (lambda c: c.update(expectation=[]), "did you mean expectations"),
    ],
)
def test_a_misspelt_suite_is_refused_with_file_and_expectation(
    folder: Path, edit: Callable[[dict[str, Any]], None], says: str
) -> None:
    with pytest.raises(GateError, match=r"observation\.json") as raised:
        load_suites(change(folder, "observation", edit))
    assert says in str(raised.value)


def test_the_place_of_a_misspelt_expectation_is_named(folder: Path) -> None:
    def misspell(content: dict[str, Any]) -> None:
        content["expectations"][2]["type"] = "expect_column_value_to_be_between"

    with pytest.raises(GateError, match="expectation 3"):
        load_suites(change(folder, "observation", misspell))


def test_a_suite_that_is_no_json_is_refused(folder: Path) -> None:
    (folder / "observation.json").write_text("{'name': 1}", encoding="utf-8")
    with pytest.raises(GateError, match=r"observation\.json: cannot be read"):
        load_suites(folder)


def test_a_folder_without_suites_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="no suite here"):
        load_suites(tmp_path)


def test_a_suite_of_a_column_that_is_not_there_is_refused(folder: Path) -> None:
    edit = first(lambda e: e["kwargs"].update(column="vale"))
    with pytest.raises(GateError, match="no column 'vale'"):
        judged(INCOMES, suites=change(folder, "observation", edit))


def test_one_rule_in_two_suites_is_refused(folder: Path) -> None:
    edit = first(lambda e: e["meta"].update(rule="repeat"))
    with pytest.raises(GateError, match="rule 'repeat'"):
        judged(INCOMES, suites=change(folder, "observation", edit))


def test_an_identity_that_no_suite_asserts_is_refused(folder: Path) -> None:
    suites = change(folder, "accounts", lambda content: content["expectations"].pop(0))
    with pytest.raises(GateError, match="no suite asserts 'sectors_sum_gap'"):
        judged(SECTORS, suites=suites)


def test_an_exception_inside_a_suite_is_our_error_and_not_bad_data(folder: Path) -> None:
    def unsound(expectation: dict[str, Any]) -> None:
        expectation["type"] = "expect_column_values_to_match_regex"
        expectation["kwargs"] = {"column": "value_text", "regex": "["}

    with pytest.raises(GateError, match="raised an exception") as raised:
        judged(INCOMES, suites=change(folder, "observation", first(unsound)))
    assert "no-value" in str(raised.value)
    assert "observation.json" in str(raised.value)


def test_a_field_that_no_row_has_is_our_error(folder: Path) -> None:
    edit = first(lambda e: e["meta"].update(reason="{prinetd}"))
    with pytest.raises(GateError, match="prinetd"):
        judged(
            [Fig("gdp", "…", valued=False), *INCOMES],
            suites=change(folder, "observation", edit),
        )


def test_an_operators_own_suite_is_run_over_the_observations(folder: Path) -> None:
    own = {
        "name": "own",
        "expectations": [
            {
                "type": "expect_column_values_to_be_in_set",
                "kwargs": {"column": "ref_area", "value_set": [PINGYANG]},
                "severity": "critical",
                "meta": {"rule": "our-county", "reason": "{ref_area} is not ours"},
            }
        ],
    }
    (folder / "own.json").write_text(json.dumps(own), encoding="utf-8")
    verdict = judged([*INCOMES, Fig("gdp", "500.12", area="330327")], suites=folder)
    assert verdict.quarantine["rule"].to_list() == ["our-county"]
    assert verdict.quarantine["reason"].to_list() == ["330327 is not ours"]
    assert verdict.accepted.height == 3


def test_the_severity_of_a_rule_decides_whether_its_rows_pass(folder: Path) -> None:
    def soften(content: dict[str, Any]) -> None:
        for expectation in content["expectations"]:
            if expectation["meta"]["rule"] == "unit":
                expectation["severity"] = "warning"

    figures = [Fig("gdp", "711.81", unit="万元"), *INCOMES]
    assert judged(figures).quarantine.height == 1
    softened = judged(figures, suites=change(folder, "observation", soften))
    assert softened.quarantine.is_empty()
    (check,) = [c for c in softened.checks if c.rule == "unit" and c.release_id is None]
    assert (check.success, check.severity, check.failed) == (False, "warning", 1)


def spoilt(monkeypatch: pytest.MonkeyPatch, column: str) -> Verdict:
    """The verdict where a fault of ours leaves a column empty."""

    def faulty(*args: Any, **kwargs: Any) -> Measured:
        found = measure_batch(*args, **kwargs)
        empty = pl.lit(None, found.table.schema[column]).alias(column)
        return replace(found, table=found.table.with_columns(empty))

    monkeypatch.setattr("flows.gate.observations.measure_batch", faulty)
    return judged([*SECTORS, *SOUND])


@pytest.mark.parametrize("column", ["sectors_sum_gap", "bound_place", "natural_growth_gap"])
def test_a_check_that_looked_at_nothing_has_not_passed(
    monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    verdict = spoilt(monkeypatch, column)
    empty = [check for check in verdict.checks if check.rule == "empty-pass"]
    assert empty
    assert all((c.success, c.severity) == (False, "critical") for c in empty)
    assert column in empty[0].note
    assert verdict.accepted.is_empty()
    assert "empty-pass" in verdict.held["communique"]
    assert verdict.quarantine["rule"].unique().to_list() == ["release-held"]


def test_an_expectation_of_the_whole_batch_holds_every_release(folder: Path) -> None:
    whole = {
        "name": "whole",
        "expectations": [
            {
                "type": "expect_table_row_count_to_be_between",
                "kwargs": {"min_value": 1000},
                "severity": "critical",
                "meta": {"rule": "enough-rows", "reason": "there are enough rows"},
            }
        ],
    }
    (folder / "whole.json").write_text(json.dumps(whole), encoding="utf-8")
    figures = [*INCOMES, Fig("gdp", "500.12", area="330327", release="other")]
    verdict = judged(figures, suites=folder)
    assert set(verdict.held) == {"communique", "other"}
    assert verdict.accepted.is_empty()
    assert verdict.quarantine.height == len(figures)


# -- bounds ---------------------------------------------------------------------------------------


def kinds(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["indicator", "measure", "area_level"], orient="row")


def test_every_indicator_of_the_catalogue_has_bounds() -> None:
    bounds = load_bounds(paths.EXPECTATIONS)
    named = set(bounds.select("indicator", "measure").iter_rows())
    for indicator in world().indicators.values():
        assert (indicator.code, "level") in named
        assert not indicator.has_growth or (indicator.code, "growth") in named
    codes = {indicator for indicator, _ in named}
    assert codes <= {*world().indicators, "*"}


def test_a_level_of_areas_differs_only_where_its_line_says_so() -> None:
    bounds = load_bounds(paths.EXPECTATIONS)
    county, city, other = bounds_of(
        kinds(("gdp", "level", "county"), ("gdp", "level", "prefecture"), ("gdp", "level", "*")),
        bounds,
    ).iter_rows(named=True)
    assert county["high"] < city["high"] < other["high"]
    assert county["yearly_factor"] == city["yearly_factor"] == other["yearly_factor"]


def test_an_indicator_without_a_line_has_the_general_bounds() -> None:
    bounds = load_bounds(paths.EXPECTATIONS)
    growth, rank = bounds_of(
        kinds(("happiness", "growth", "county"), ("gdp", "rank", "county")), bounds
    ).iter_rows(named=True)
    assert growth["low"] == -99.99
    assert rank["low"] == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("gdp,level,*,9,1,,,,,", "low is above high"),
        ("gdp,level,*,1,9,0,9,,,", "what is usual must be possible"),
        ("gdp,level,*,1,many,,,,,", "high is not a number"),
        ("gdp,level,*,1,,,,,,", "low and high must not be empty"),
        ("gdp,level,county,1,9,,,,,", "no line * to differ from"),
        ("gdp,level,*,1,9,,,,1,", "must be above 1"),
        ("gdp,level,*,1,9,,,,,\ngdp,level,*,1,9,,,,,", "is there twice"),
    ],
)
def test_bounds_that_do_not_hold_together_are_named_with_file_and_line(
    tmp_path: Path, line: str, says: str
) -> None:
    head = (paths.EXPECTATIONS / "bounds.csv").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "bounds.csv").write_text(f"{head}\n{line}\n", encoding="utf-8")
    with pytest.raises(GateError, match=re.escape("bounds.csv:2")) as raised:
        load_bounds(tmp_path)
    assert says in str(raised.value)
