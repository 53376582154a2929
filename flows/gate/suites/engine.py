"""Great Expectations, and nothing else here imports it or pandas; both only when first used.

All releases together in one or two pandas batches a suite: columns with a value for every row stand
side by side, and of the others only the values, each column's packed at its top, for Great
Expectations copies the whole batch where a column has an empty cell (3 s at two million rows). Rows are named by the frame's own index: asking for a named column costs
15 s for half a million failing rows, the index 0.2 s. Nothing is sent anywhere and nothing is
drawn on the console.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import sys
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from flows.gate.suites.suite import Expectation, Suite
from flows.model.errors import GateError

_importing = threading.Lock()

#: Expectations that judge each value of a column by itself and look at no empty cell.
_BY_VALUE = frozenset(
    [
        "expect_column_values_to_be_between",
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_match_regex",
    ]
)

_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one expectation saw; ``rows`` are the failing places in the frame."""

    rule: str
    success: bool
    evaluated: int  # rows looked at: those of the table less the empty ones
    rows: tuple[int, ...]
    of_table: bool  # it has no rows of its own
    observed: object = None  # what an expectation of the table saw


def warm() -> None:
    """Import Great Expectations now; for a thread, while something else waits."""
    _import_gx()


def evaluate(suites: Sequence[Suite], table: pl.DataFrame) -> dict[str, list[Evaluation]]:
    """Each suite over the table: name -> evaluations in the suite's order.

    An expectation of a column without any value is not asked where it looks at no empty cell, as
    each costs 12 ms; its evaluation says that it looked at nothing. GateError if a suite cannot
    run.
    """
    gx = _import_gx()
    for suite in suites:
        missing = [column for column in suite.columns if column not in table.columns]
        if missing:
            raise GateError(
                f"there is no column {missing[0]!r} to check",
                where=str(suite.path),
                remedy=f"columns: {', '.join(table.columns)}",
            )
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return {suite.name: _evaluate_suite(context, suite, table) for suite in suites}


def _evaluate_suite(context: Any, suite: Suite, table: pl.DataFrame) -> list[Evaluation]:
    packed = [each for each in suite.expectations if _looks_at_values(each, table)]
    silent = [each for each in packed if table[each.columns[0]].count() == 0]
    found = {each.rule: Evaluation(each.rule, True, 0, (), of_table=False) for each in silent}
    whole = [each for each in suite.expectations if each not in packed]
    if whole:
        columns = [table[name] for name in _columns_of(whole)]
        found |= _validate(context, suite, whole, _to_pandas(columns, table.height))
    packed = [each for each in packed if each not in silent]
    if packed:
        columns = [table[name].drop_nulls() for name in _columns_of(packed)]
        height = max(map(len, columns))
        columns = [each.extend_constant(None, height - len(each)) for each in columns]
        answers = _validate(context, suite, packed, _to_pandas(columns, height))
        found |= {each.rule: _unpack(answers[each.rule], each, table) for each in packed}
    return [found[each.rule] for each in suite.expectations]


def _columns_of(asked: Sequence[Expectation]) -> list[str]:
    return list(dict.fromkeys(name for each in asked for name in each.columns))


def _looks_at_values(each: Expectation, table: pl.DataFrame) -> bool:
    """It judges each value of one column by itself, and the column has empty cells."""
    alone = each.type in _BY_VALUE and "row_condition" not in each.kwargs
    return alone and table[each.columns[0]].null_count() > 0


def _unpack(seen: Evaluation, each: Expectation, table: pl.DataFrame) -> Evaluation:
    """Places among a column's values as places in the table."""
    rows = table[each.columns[0]].is_not_null().arg_true()
    return replace(seen, rows=tuple(rows.gather(list(seen.rows)))) if seen.rows else seen


def _validate(
    context: Any, suite: Suite, asked: Sequence[Expectation], data: Any
) -> dict[str, Evaluation]:
    # A data source of its own for each batch: those that share one share its active batch.
    source = context.data_sources.add_pandas(uuid.uuid4().hex)
    asset = source.add_dataframe_asset(suite.name)
    definition = asset.add_batch_definition_whole_dataframe("all")
    # What ``batch.validate`` does, without making (and hashing) the batch twice.
    validator = importlib.import_module("great_expectations.validator.v1_validator")
    suites = importlib.import_module("great_expectations.core.expectation_suite")
    built = suites.ExpectationSuite(
        name=suite.name,
        expectations=[
            {
                "type": each.type,
                "kwargs": dict(each.kwargs),
                "severity": each.severity,
                "meta": {"rule": each.rule},
            }
            for each in asked
        ],
    )
    validated = validator.Validator(
        batch_definition=definition,
        batch_parameters={"dataframe": data},
        result_format=_RESULT_FORMAT,
    ).validate_expectation_suite(built)
    by_rule = {each.expectation_config.meta["rule"]: each for each in validated.results}
    for each in asked:
        if each.rule not in by_rule:
            raise GateError(f"rule {each.rule!r} was not evaluated", where=str(suite.path))
    return {rule: _read_result(suite, rule, raw) for rule, raw in by_rule.items()}


def list_types() -> Sequence[str]:
    """Names of all expectation types."""
    _import_gx()
    registry = importlib.import_module("great_expectations.expectations.registry")
    return sorted(registry.list_registered_expectation_implementations())


def find_problem(kind: str, kwargs: Mapping[str, Any], severity: str) -> str | None:
    """Why this expectation cannot be built, in one line; None if it can."""
    _import_gx()
    configuration = importlib.import_module(
        "great_expectations.expectations.expectation_configuration"
    )
    try:
        configuration.ExpectationConfiguration(
            type=kind, kwargs=dict(kwargs), severity=severity
        ).to_domain_obj()
    except Exception as error:  # noqa: BLE001 - pydantic's, its own and TypeError: all say the same
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        return "; ".join(lines[1:3]) or lines[0] if lines else type(error).__name__
    return None


def _import_gx() -> Any:
    with _importing:
        first = "great_expectations" not in sys.modules
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        # It logs where it puts its documents, whatever the level; what goes wrong it also raises.
        log = logging.getLogger("great_expectations")
        log.propagate = False
        log.handlers = [logging.NullHandler()]
        module = importlib.import_module("great_expectations")
        if first:
            # Hundreds of thousands of objects that stay to the end: no collection need see them.
            gc.freeze()
        return module


def _to_pandas(columns: Sequence[pl.Series], height: int) -> Any:
    """The columns that are looked at; the index is the place in them."""
    pandas = importlib.import_module("pandas")
    series = {}
    for column in columns:
        if column.dtype.is_numeric():
            series[column.name] = _to_number(column).to_numpy()
        elif column.dtype == pl.String:
            series[column.name] = column.cast(pl.Categorical).to_pandas().array
        else:
            series[column.name] = column.to_pandas().array
    return pandas.DataFrame(series, index=pandas.RangeIndex(height), copy=False)


def _to_number(column: pl.Series) -> pl.Series:
    """As one of the two types that Great Expectations compares at once; others go value by value."""
    whole = column.dtype.is_integer() and not column.null_count()
    return column.cast(pl.Int64 if whole else pl.Float64)


def _read_result(suite: Suite, rule: str, raw: Any) -> Evaluation:
    raised = _find_exception(raw.exception_info)
    if raised is not None:
        raise GateError(
            f"rule {rule!r} raised an exception: {raised}",
            where=str(suite.path),
            remedy="the suite is at fault, not the data",
        )
    seen = raw.result
    of_table = "element_count" not in seen
    return Evaluation(
        rule,
        bool(raw.success),
        int(seen.get("element_count") or 0) - int(seen.get("missing_count") or 0),
        tuple(int(row) for row in seen.get("unexpected_index_list") or ()),
        of_table,
        seen.get("observed_value"),
    )


def _find_exception(info: Any) -> str | None:
    """The message of an exception, which stands alone or under a metric's name."""
    if not info:
        return None
    for each in [info, *(value for value in info.values() if isinstance(value, Mapping))]:
        if each.get("raised_exception"):
            message = str(each.get("exception_message") or "no message")
            return message.splitlines()[0]
    return None
