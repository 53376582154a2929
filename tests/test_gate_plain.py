"""``gongbao read`` judges as a run does, without waiting for Great Expectations."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.gate import evaluate_plainly
from flows.gate.suites import engine
from flows.gate.suites.files import load_suites
from flows.gate.suites.suite import Expectation, Suite
from flows.model import paths

BETWEEN = "expect_column_values_to_be_between"
NOT_NULL = "expect_column_values_to_not_be_null"
NUMBERS = st.one_of(
    st.none(), st.just(float("nan")), st.sampled_from([-1.0, 0.0, 1.0]), st.floats(-3, 3)
)
BOUNDS = st.one_of(st.none(), st.sampled_from([-1, 0, 1]), st.floats(-2, 2))


def expectation(rule: str, kind: str, **kwargs: object) -> Expectation:
    return Expectation(rule, "critical", kind, kwargs, "it is", True, False)


@st.composite
def asked(draw: st.DrawFn) -> tuple[Suite, pl.DataFrame]:
    height = draw(st.integers(1, 6))
    cells = st.lists(NUMBERS, min_size=height, max_size=height)
    table = pl.DataFrame(
        {"one": draw(cells), "other": draw(cells)}, schema={"one": pl.Float64, "other": pl.Float64}
    )
    least, most = draw(BOUNDS), draw(BOUNDS)
    if least is None and most is None:
        least = 0
    if least is not None and most is not None and least > most:
        least, most = most, least
    bounds = {"min_value": least, "max_value": most}
    expectations = (
        expectation("one", BETWEEN, column="one", **bounds),
        expectation("other", BETWEEN, column="other", **bounds),
        expectation("there", NOT_NULL, column="one"),
    )
    return Suite("own", Path("own.json"), expectations, may_be_empty=False), table


@given(asked())
@settings(deadline=None, max_examples=40)
def test_both_find_the_same(question: tuple[Suite, pl.DataFrame]) -> None:
    suite, table = question
    plain, theirs = evaluate_plainly([suite], table)["own"], engine.evaluate([suite], table)["own"]
    for mine, found in zip(plain, theirs, strict=True):
        assert (mine.rule, mine.success, mine.evaluated, sorted(mine.rows)) == (
            found.rule, found.success, found.evaluated, sorted(found.rows),
        )  # fmt: skip
        assert mine.of_table == found.of_table


def test_the_gates_suites_are_all_known_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a reader of a page would wait for Great Expectations after all."""
    suites = list(load_suites(paths.EXPECTATIONS, lint=False).values())
    columns = {column for suite in suites for column in suite.columns}
    table = pl.DataFrame({column: [0.0] for column in sorted(columns)})
    monkeypatch.setattr(engine, "evaluate", lambda *_: pytest.fail("asked Great Expectations"))
    assert {suite.name for suite in suites} == set(evaluate_plainly(suites, table))


def test_what_it_does_not_know_is_asked_of_great_expectations() -> None:
    known = expectation("set", "expect_column_values_to_be_in_set", column="a", value_set=[1])
    strict = expectation("strict", BETWEEN, column="a", min_value=1, strict_min=True)
    for each in (known, strict):
        suite = Suite("own", Path("own.json"), (each,), may_be_empty=False)
        table = pl.DataFrame({"a": [1, 2]})
        assert evaluate_plainly([suite], table) == engine.evaluate([suite], table)
    assert replace(known, rule="other") != known
