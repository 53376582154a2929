"""What Great Expectations would find, without the 2.6 s of its import: for what is not kept.

``gongbao read`` shows how a document would be judged; nothing that it accepts is stored. Only the
two kinds of expectation that the gate's suites are made of are known here, by column and bounds
alone. Suites with any other are given to Great Expectations, which judges whatever is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from flows.gate.suites import engine
from flows.gate.suites.engine import Evaluation
from flows.gate.suites.suite import Expectation, Suite
from flows.model.errors import GateError

_KNOWN = {
    "expect_column_values_to_be_between": {"column", "min_value", "max_value"},
    "expect_column_values_to_not_be_null": {"column"},
}


def evaluate_plainly(
    suites: Sequence[Suite], table: pl.DataFrame
) -> Mapping[str, Sequence[Evaluation]]:
    """The evaluations that ``engine.evaluate`` gives."""
    if not all(_is_known(each) for suite in suites for each in suite.expectations):
        return engine.evaluate(suites, table)
    return {
        suite.name: [_evaluate(suite, each, table) for each in suite.expectations]
        for suite in suites
    }


def _is_known(each: Expectation) -> bool:
    return set(each.kwargs) <= _KNOWN.get(each.type, set())


def _evaluate(suite: Suite, each: Expectation, table: pl.DataFrame) -> Evaluation:
    [name] = each.columns
    if name not in table.columns:
        raise GateError(f"there is no column {name!r} to check", where=str(suite.path))
    column = table[name]
    is_there = column.is_not_null()
    if column.dtype.is_float():  # pandas takes NaN for an empty cell
        is_there &= ~column.is_nan().fill_null(False)
    if each.type == "expect_column_values_to_not_be_null":
        bad, evaluated = ~is_there, table.height
    else:
        bad, evaluated = is_there & _is_outside(column, each), int(is_there.sum())
    rows = tuple(bad.arg_true())
    return Evaluation(each.rule, not rows, evaluated, rows, of_table=False)


def _is_outside(column: pl.Series, each: Expectation) -> pl.Series:
    least, most = each.kwargs.get("min_value"), each.kwargs.get("max_value")
    outside = pl.Series([False]).new_from_index(0, len(column))
    if least is not None:
        outside |= (column < least).fill_null(False)
    if most is not None:
        outside |= (column > most).fill_null(False)
    return outside
