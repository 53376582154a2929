"""Great Expectations, and nothing else here imports it or pandas; both only when first used.

All releases together in one or two pandas batches a suite: columns that say something of every row
stand side by side, and of the others only what they say is packed, each column by itself, for
Great Expectations copies the whole batch where a column has an empty cell. Rows are named by the
frame's own index: asking for a named column costs 15 s for half a million failing rows, the index
0.2 s. Nothing is sent anywhere and nothing is drawn on the console.
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.model.errors import GateError

if TYPE_CHECKING:
    from flows.gate.measure.table import Table
    from flows.gate.suites.files import Expectation, Suite

_importing = threading.Lock()

#: Batches that are run at once: pandas leaves the other core idle.
AT_ONCE = 2

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
class Result:
    """One expectation's result; ``rows`` are places in the frame."""

    rule: str
    success: bool
    evaluated: int  # rows looked at: those of the table less the empty ones
    rows: tuple[int, ...]
    of_table: bool  # it has no rows of its own
    observed: object = None  # what an expectation of the table saw


def warm() -> None:
    """Import Great Expectations now; for a thread, while something else waits."""
    _gx()


def run(suites: Sequence[Suite], table: Table) -> dict[str, list[Result]]:
    """Each suite over its batches: name -> results in the suite's order. GateError if it cannot run.

    An expectation of a sparse column without any value is not asked, as each costs 12 ms; its
    result says that it looked at nothing.
    """
    gx = _gx()
    for suite in suites:
        missing = [column for column in suite.columns if column not in table]
        if missing:
            raise GateError(
                f"there is no column {missing[0]!r} to check",
                where=str(suite.path),
                remedy=f"columns: {', '.join(table.columns)}",
            )
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    questions = [question for suite in suites for question in _questions(suite, table)]
    definitions = [_definition(context, each.suite.name) for each in questions]

    def found(question: _Question, definition: Any) -> dict[str, Result]:
        data = _pandas(question, table)
        answers = _validated(question.suite, question.asked, definition, data)
        return _unpacked(answers, question.asked, table) if question.packed else answers

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="suite") as pool:
        answered = list(pool.map(found, questions, definitions))
    results = {
        (question.suite.name, rule): result
        for question, results in zip(questions, answered, strict=True)
        for rule, result in results.items()
    }
    return {
        suite.name: [
            results.get((suite.name, each.rule)) or Result(each.rule, True, 0, (), of_table=False)
            for each in suite.expectations
        ]
        for suite in suites
    }


@dataclass(frozen=True, slots=True)
class _Question:
    """Expectations of one suite that are asked of one pandas batch."""

    suite: Suite
    asked: tuple[Expectation, ...]
    packed: bool  # each column holds its values only, one after another

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for each in self.asked for name in each.columns))


def _questions(suite: Suite, table: Table) -> list[_Question]:
    silent = {name for name, values in table.sparse.items() if values.is_empty()}
    asked = [each for each in suite.expectations if not set(each.columns) & silent]
    packed = {each.rule for each in asked if _by_value(each) and not table.whole(each.columns[0])}
    parts = [
        _Question(suite, tuple(each for each in asked if (each.rule in packed) == which), which)
        for which in (False, True)
    ]
    return [part for part in parts if part.asked]


def _by_value(each: Expectation) -> bool:
    """It judges each value of one column by itself, and no empty cell."""
    return each.type in _BY_VALUE and len(each.columns) == 1 and "row_condition" not in each.kwargs


def _unpacked(
    answers: Mapping[str, Result], asked: Sequence[Expectation], table: Table
) -> dict[str, Result]:
    """Places among a column's values as places in the frame."""
    rows = {
        each.rule: tuple(table.rows(each.columns[0]).gather(list(answers[each.rule].rows)))
        if answers[each.rule].rows
        else ()
        for each in asked
    }
    return {rule: replace(result, rows=rows[rule]) for rule, result in answers.items()}


def _definition(context: Any, name: str) -> Any:
    """A batch of a data source of its own: suites that share one share its active batch."""
    source = context.data_sources.add_pandas(uuid.uuid4().hex)
    return source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")


def _validated(
    suite: Suite, asked: Sequence[Expectation], definition: Any, data: Any
) -> dict[str, Result]:
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
    return {rule: _result(suite, rule, raw) for rule, raw in by_rule.items()}


def known_types() -> Sequence[str]:
    """Names of all expectation types."""
    _gx()
    registry = importlib.import_module("great_expectations.expectations.registry")
    return sorted(registry.list_registered_expectation_implementations())


def problem_with(kind: str, kwargs: Mapping[str, Any], severity: str) -> str | None:
    """Why this expectation cannot be built, in one line; None if it can."""
    _gx()
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


def _gx() -> Any:
    with _importing:
        first = "great_expectations" not in sys.modules
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        module = importlib.import_module("great_expectations")
        if first:
            # Hundreds of thousands of objects that stay to the end: no collection need see them.
            gc.freeze()
        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        return module


def _pandas(question: _Question, table: Table) -> Any:
    """The columns that are looked at; the index is the place in the frame, or among the values."""
    pandas = importlib.import_module("pandas")
    take = table.values if question.packed else table.spread
    columns = {name: take(name) for name in question.columns}
    height = max(map(len, columns.values()), default=table.height)
    series = {}
    for name, values in columns.items():
        column = (
            values if len(values) == height else values.extend_constant(None, height - len(values))
        )
        if column.dtype.is_numeric():
            series[name] = _number(column).to_numpy()
        elif column.dtype == pl.String:
            series[name] = column.cast(pl.Categorical).to_pandas().array
        else:
            series[name] = column.to_pandas().array
    return pandas.DataFrame(series, index=pandas.RangeIndex(height), copy=False)


def _number(column: pl.Series) -> pl.Series:
    """As one of the two types that Great Expectations compares at once; others go value by value."""
    whole = column.dtype.is_integer() and not column.null_count()
    return column.cast(pl.Int64 if whole else pl.Float64)


def _result(suite: Suite, rule: str, raw: Any) -> Result:
    raised = _raised(raw.exception_info)
    if raised is not None:
        raise GateError(
            f"rule {rule!r} raised an exception: {raised}",
            where=str(suite.path),
            remedy="the suite is at fault, not the data",
        )
    seen = raw.result
    of_table = "element_count" not in seen
    return Result(
        rule,
        bool(raw.success),
        int(seen.get("element_count") or 0) - int(seen.get("missing_count") or 0),
        tuple(int(row) for row in seen.get("unexpected_index_list") or ()),
        of_table,
        seen.get("observed_value"),
    )


def _raised(info: Any) -> str | None:
    """The message of an exception, which stands alone or under a metric's name."""
    if not info:
        return None
    for each in [info, *(value for value in info.values() if isinstance(value, Mapping))]:
        if each.get("raised_exception"):
            message = str(each.get("exception_message") or "no message")
            return message.splitlines()[0]
    return None
