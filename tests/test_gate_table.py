"""Sparse columns are packed for Great Expectations, and each failing value is given its row back."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from flows.gate.measure.table import Table, sparse
from flows.gate.suites import engine
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


def test_failing_values_of_packed_columns_name_their_rows(tmp_path: Path) -> None:
    table = Table(
        pl.DataFrame(
            {"whole": [0, 0, 2, 0, 0, 0], "holed": [None, 0.0, 2.0, None, float("nan"), 3.0]}
        ),
        {
            "few": pl.DataFrame(
                {"row": [1, 4], "value": [0.0, 9.0]}, schema_overrides={"row": pl.UInt32}
            ),
            "many": pl.DataFrame(
                {"row": [0, 2, 3, 5], "value": [5.0, 0.0, -5.0, 0.0]},
                schema_overrides={"row": pl.UInt32},
            ),
            "none": pl.DataFrame(schema={"row": pl.UInt32, "value": pl.Float64}),
        },
    )
    suite = load_suite(asked(tmp_path, "whole", "holed", "few", "many", "none"))
    found = engine.run([suite], table)["own"]
    assert [(each.rule, each.success, each.evaluated, each.rows) for each in found] == [
        ("whole", False, 6, (2,)),
        ("holed", False, 3, (2, 5)),
        ("few", False, 2, (4,)),
        ("many", False, 4, (0, 3)),
        ("none", True, 0, ()),
    ]


def test_what_looks_at_empty_cells_sees_all_of_them(tmp_path: Path) -> None:
    table = Table(
        pl.DataFrame({"dense": [1.0, 2.0, 3.0]}),
        {"few": pl.DataFrame({"row": [1], "value": [0.0]}, schema_overrides={"row": pl.UInt32})},
    )
    suite = load_suite(asked(tmp_path, "few", kind="expect_column_values_to_not_be_null"))
    (found,) = engine.run([suite], table)["own"]
    assert (found.success, found.rows) == (False, (0, 2))


def test_a_sparse_column_names_each_row_once_and_in_order() -> None:
    found = pl.DataFrame({"row": [5, 1, 5, 3], "gap": [1.0, 2.0, 3.0, None]})
    assert sparse(found, "gap").rows() == [(1, 2.0), (5, 3.0)]
