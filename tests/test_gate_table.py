"""Great Expectations sees the values that there are, and each failing one names its row."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from flows.gate.suites.engine import evaluate
from flows.gate.suites.files import load_suite


def asked(folder: Path, *columns: str, kind: str = "expect_column_values_to_be_between") -> Path:
    bounds = {} if kind.endswith("null") else {"min_value": -1, "max_value": 1}
    expectations = [
        {
            "type": kind,
            "kwargs": {"column": column, **bounds},
            "severity": "critical",
            "meta": {"rule": column, "reason": "it is"},
        }
        for column in columns
    ]
    path = folder / "own.json"
    path.write_text(json.dumps({"name": "own", "expectations": expectations}), encoding="utf-8")
    return path


def test_failing_values_name_their_rows_whether_a_column_has_holes_or_not(tmp_path: Path) -> None:
    none = float("nan")
    table = pl.DataFrame(
        {
            "whole": [0, 0, 2, 0, 0, 0],
            "holed": [None, 0.0, 2.0, None, none, 3.0],
            "few": [None, 0.0, None, None, 9.0, None],
            "many": [5.0, None, 0.0, -5.0, None, 0.0],
            "none": pl.Series([None] * 6, dtype=pl.Float64),
        }
    )
    suite = load_suite(asked(tmp_path, *table.columns))
    found = evaluate([suite], table)["own"]
    assert [(each.rule, each.success, each.evaluated, each.rows) for each in found] == [
        ("whole", False, 6, (2,)),
        ("holed", False, 3, (2, 5)),
        ("few", False, 2, (4,)),
        ("many", False, 4, (0, 3)),
        ("none", True, 0, ()),
    ]


def test_what_looks_at_empty_cells_sees_all_of_them(tmp_path: Path) -> None:
    table = pl.DataFrame({"dense": [1.0, 2.0, 3.0], "few": [None, 0.0, None]})
    suite = load_suite(asked(tmp_path, "few", kind="expect_column_values_to_not_be_null"))
    (found,) = evaluate([suite], table)["own"]
    assert (found.success, found.rows) == (False, (0, 2))
