"""What was looked at and what was held are counted again: no empty pass, no figure twice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from flows.gate.judge import rows as row_judging
from flows.gate.suites.engine import Evaluation
from flows.gate.suites.findings import find
from flows.gate.suites.suite import Expectation, Suite
from tests.gate_support import INCOMES, PEOPLE, SECTORS, SHARES, SOUND, Fig, but, judged

NOT_NULL = "expect_column_values_to_not_be_null"
BETWEEN = "expect_column_values_to_be_between"


def lacking(
    values: list[float | None],
    evaluated: int,
    *,
    kind: str = BETWEEN,
    applicable: Mapping[str, int] | None = None,
    optional: bool = False,
    may_be_empty: bool = False,
) -> str | None:
    """Why an expectation of one column, which looked at ``evaluated`` rows, has not passed."""
    expectation = Expectation("own", "critical", kind, {"column": "x"}, "", True, optional)
    suite = Suite("own", Path("own.json"), (expectation,), may_be_empty)
    table = pl.DataFrame({"x": pl.Series(values, dtype=pl.Float64)})
    seen = Evaluation("own", True, evaluated, (), of_table=False)
    (found,) = find([suite], {"own": [seen]}, table, applicable or {})
    assert found.holds_all is (found.lacking is not None)
    assert found.to_check().success is (found.lacking is None)
    assert (found.to_check().rule == "empty-pass") is (found.lacking is not None)
    return found.lacking


def test_a_suite_that_looked_at_every_value_has_passed() -> None:
    assert lacking([1.0, 2.0, 3.0], 3) is None
    assert lacking([1.0, None, 3.0], 2) is None
    assert lacking([1.0, 2.0], 2, kind=NOT_NULL) is None
    assert lacking([1.0, None], 1, applicable={"x": 1}) is None


@pytest.mark.parametrize("kind", [BETWEEN, NOT_NULL])
def test_a_suite_without_a_row_has_not_passed_unless_it_may_be_empty(kind: str) -> None:
    assert lacking([], 0, kind=kind) == "there is no row to look at"
    assert lacking([], 0, kind=kind, may_be_empty=True) is None


def test_a_value_that_was_not_looked_at_is_an_empty_pass() -> None:
    assert lacking([1.0, 2.0, 3.0], 2) == "3 rows have a x, 2 were looked at"
    assert lacking([1.0, 2.0], 1, kind=NOT_NULL) == "there are 2 rows, 1 were looked at"


def test_a_column_that_is_empty_throughout_is_an_empty_pass_unless_it_may_be() -> None:
    assert lacking([None, None], 0) == "x is empty in all 2 rows"
    assert lacking([float("nan"), None], 1) == "x is empty in all 2 rows"
    assert lacking([None, None], 0, optional=True) is None
    assert lacking([None, None], 0, applicable={"x": 0}) is None


def test_fewer_values_than_there_are_rows_to_speak_of_is_an_empty_pass() -> None:
    assert lacking([1.0, None], 1, applicable={"x": 2}) == (
        "2 rows have a x to look at, 1 are computed"
    )


@pytest.mark.parametrize(
    ("wrong", "held"),
    [
        # Impossible, and it breaks the sum of its sectors.
        ([Fig("gdp", "71181")], 1),
        # Two parts above their whole, and the sum: nothing decides, all four are held.
        ([Fig("gdp_secondary", "33574"), Fig("gdp_tertiary", "35277")], 4),
    ],
)
def test_a_figure_that_two_rules_hold_is_counted_once(wrong: list[Fig], held: int) -> None:
    verdict = judged([*but(SECTORS, *wrong), *INCOMES])
    assert verdict.quarantine.height == held
    notes = {c.rule: c.note for c in verdict.checks if c.release_id is None and not c.success}
    assert len(notes) > 1
    assert sum(int(n.split()[0]) for n in notes.values() if n.endswith(" held")) == held


@pytest.mark.parametrize("looked_at", [1, 5000])
def test_a_figure_that_two_rules_hold_counts_once_against_its_release(
    monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr(row_judging, "LOOKED_AT", looked_at)
    figures = [Fig("gdp", "-1"), Fig("gdp_primary", "400000"), Fig("cpi", "102.0"), *INCOMES]
    verdict = judged(figures, share=0.5)
    (check,) = [check for check in verdict.checks if check.rule == "release-held"]
    assert (check.evaluated, check.failed) == (6, 3)
    key = ["snapshot_sha256", "figure_no"]
    assert verdict.quarantine.select(key).is_unique().all()
    assert verdict.quarantine.height == 6


@pytest.mark.parametrize("lacking_name", [each.name for each in (*SECTORS, *SHARES, *PEOPLE)])
def test_a_batch_that_lacks_a_member_of_an_identity_passes(lacking_name: str) -> None:
    figures = [each for each in (*SECTORS, *SHARES, *SOUND) if each.name != lacking_name]
    verdict = judged(figures)
    assert verdict.accepted.height == len(figures)
    assert all(each.success for each in verdict.checks)


def test_sectors_without_any_gdp_pass() -> None:
    verdict = judged(SECTORS[1:])
    assert verdict.accepted.height == 3
    assert [each.rule for each in verdict.checks if not each.success] == []
