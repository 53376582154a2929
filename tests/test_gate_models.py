"""What a model must be before it is published."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from ruamel.yaml import YAML

from flows.gate import check_model, checked_models
from flows.gate.models import MODELS, check_frame
from flows.model.errors import GateError
from flows.model.nouns import Check

TABLE = pl.DataFrame(
    {
        "group_id": ["zhejiang-mountain-26"] * 3,
        "indicator": ["gdp"] * 3,
        "measure": ["level"] * 3,
        "freq": ["A"] * 3,
        "time_period": ["2023"] * 3,
        "ref_area": ["330326", "330802", "330324"],
        "rank": [1, 2, 3],
        "obs_value": [711.81, 670.61, 566.3],
        "gap_to_leader": [0.0, 41.2, 145.51],
        "gap_to_next": [None, 41.2, 104.31],
        "rank_best": [1, 2, 3],
        "rank_worst": [1, 2, 3],
        "members_with_figure": [3, 3, 3],
        "members": [26, 26, 26],
        "share_of_sum": [36.5, 34.4, 29.1],
    }
)


def failing(checks: list[Check]) -> dict[str, int]:
    return {check.rule: check.failed for check in checks if not check.success}


def test_a_sound_league_table_passes() -> None:
    checks = check_model("league_table", TABLE)
    assert failing(checks) == {}
    assert {"rank-from-one", "key-unique"} <= {check.rule for check in checks}
    assert all(check.evaluated for check in checks)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (pl.lit(0).alias("rank"), "rank-from-one"),
        (pl.lit(None, pl.Int64).alias("rank"), "rank-known"),
        (pl.lit(-1.0).alias("gap_to_leader"), "gap-to-leader"),
        (pl.lit(27).alias("members_with_figure"), "members-counted"),
        (pl.lit("330326").alias("ref_area"), "key-unique"),
        (pl.lit(None, pl.Float64).alias("obs_value"), "value-known"),
        (pl.lit(140.0).alias("share_of_sum"), "share-of-sum"),
    ],
)
def test_a_league_table_that_cannot_be_fails_critically(change: pl.Expr, rule: str) -> None:
    checks = check_model("league_table", TABLE.with_columns(change))
    assert failing(checks)[rule] == 3
    (check,) = [check for check in checks if check.rule == rule]
    assert check.severity == "critical"
    assert check.note


def test_what_fails_is_shown_with_its_key() -> None:
    wrong = TABLE.with_columns(pl.when(pl.col("rank") > 2).then(0).otherwise("rank").alias("rank"))
    (check,) = [c for c in check_model("league_table", wrong) if not c.success]
    assert "330324" in check.note


def test_a_column_that_may_be_empty_may_be_empty() -> None:
    growth = TABLE.with_columns(share_of_sum=pl.lit(None, pl.Float64))
    assert failing(check_model("league_table", growth)) == {}


def test_a_column_that_must_speak_may_not_be_empty() -> None:
    silent = TABLE.with_columns(members_with_figure=pl.lit(None, pl.Int64))
    assert "empty-pass" in failing(check_model("league_table", silent))


def test_a_model_without_a_row_has_not_passed_unless_it_may_be_empty() -> None:
    releases = pl.DataFrame(schema={"release_id": pl.String, "url": pl.String, "figures": pl.Int32})
    assert {"empty-pass", "row-count"} <= set(failing(check_model("release_list", releases)))
    assert failing(check_model("league_table", TABLE.clear())) == {}


def test_keys_that_are_expected_must_be_there() -> None:
    expected = TABLE.select("group_id", "ref_area").vstack(
        pl.DataFrame({"group_id": ["zhejiang-mountain-26"], "ref_area": ["330329"]})
    )
    checks = check_frame(
        "league_table", TABLE, key=["group_id", "ref_area"], expected_keys=expected
    )
    assert failing(checks) == {"missing-keys": 1}
    assert "330329" in next(check.note for check in checks if not check.success)
    empty = check_frame("league_table", TABLE.clear(), key=["ref_area"], expected_keys=expected)
    assert failing(empty) == {"missing-keys": 4}


def test_a_missing_part_of_the_key_is_a_fault_of_the_key() -> None:
    blank = TABLE.with_columns(ref_area=pl.lit(None, pl.String))
    assert failing(check_model("league_table", blank)) == {"key-unique": 3}


def test_the_models_that_have_a_suite_are_told_with_the_columns_they_need() -> None:
    found = checked_models()
    assert {"league_table", "milestone", "coverage", "release_list"} <= set(found)
    assert set(found["league_table"]) == set(TABLE.columns)


def test_every_suite_of_a_model_stands_beside_it_and_names_columns_that_it_has() -> None:
    for model, columns in checked_models().items():
        assert (MODELS / f"{model}.sql").is_file()
        described = YAML(typ="safe").load(MODELS / f"{model}.yml")["models"][0]
        assert {column["name"] for column in described["columns"]} >= set(columns)


def test_a_model_without_a_suite_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(GateError, match="did you mean league_table"):
        check_model("league_tabel", TABLE)


def test_a_suite_of_a_model_names_its_key(tmp_path: Path) -> None:
    content = json.loads((MODELS / "coverage.json").read_text(encoding="utf-8"))
    del content["meta"]["key"]
    (tmp_path / "coverage.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(GateError, match="names its key"):
        check_model("coverage", TABLE, suites=tmp_path)
