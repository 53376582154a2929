"""Great Expectations, and nothing else here imports it or pandas; both only when first used.

One pandas batch a suite for all releases together; polars columns reach it without a copy where they can. Rows are
named by the frame's own index: asking for a named column costs 15 s for half a million failing
rows, the index 0.2 s. Nothing is sent anywhere and nothing is drawn on the console.
"""

from __future__ import annotations

import importlib
import logging
import os
import threading
import uuid
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.errors import GateError

if TYPE_CHECKING:
    from flows.gate.suites import Expectation, Suite

_importing = threading.Lock()

#: Suites that are run at once: pandas leaves the other core idle.
AT_ONCE = 2

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


def run(
    suites: Sequence[Suite], frame: pl.DataFrame, sparse: Collection[str] = ()
) -> dict[str, list[Result]]:
    """Each suite over one batch: name -> results in the suite's order. GateError if it cannot run.

    ``sparse`` columns speak of some rows only. A suite of nothing else gets the rows that have a
    value in one of them: Great Expectations copies the whole batch for each expectation. And an
    expectation of a sparse column without any value is not asked, as each costs 12 ms; its result
    says that it looked at nothing.
    """
    gx = _gx()
    for suite in suites:
        missing = [column for column in suite.columns if column not in frame.columns]
        if missing:
            raise GateError(
                f"there is no column {missing[0]!r} to check",
                where=str(suite.path),
                remedy=f"columns: {', '.join(frame.columns)}",
            )
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    silent = {name for name in sparse if frame[name].null_count() == frame.height}
    asked = {
        suite.name: [each for each in suite.expectations if not set(each.columns) & silent]
        for suite in suites
    }
    definitions = {name: _definition(context, name) for name in asked if asked[name]}

    def found(suite: Suite) -> dict[str, Result]:
        if not asked[suite.name]:
            return {}
        columns = list(dict.fromkeys(name for each in asked[suite.name] for name in each.columns))
        data = _pandas(frame, columns, _speaking(frame, columns, sparse))
        return _validated(suite, asked[suite.name], definitions[suite.name], data)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="suite") as pool:
        return {
            suite.name: [
                results.get(each.rule) or Result(each.rule, True, 0, (), of_table=False)
                for each in suite.expectations
            ]
            for suite, results in zip(suites, pool.map(found, suites), strict=True)
        }


def _definition(context: Any, name: str) -> Any:
    """A batch of a data source of its own: suites that share one share its active batch."""
    source = context.data_sources.add_pandas(uuid.uuid4().hex)
    return source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")


def _speaking(
    frame: pl.DataFrame, columns: Sequence[str], sparse: Collection[str]
) -> pl.Series | None:
    """Rows with a value in one of the columns, where all of them are sparse; None: every row."""
    if not columns or not set(columns) <= set(sparse):
        return None
    some = pl.any_horizontal(pl.col(columns).is_not_null())
    return frame.select(some.arg_true()).to_series()


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
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        module = importlib.import_module("great_expectations")
        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        return module


def _pandas(frame: pl.DataFrame, columns: Sequence[str], rows: pl.Series | None) -> Any:
    """The columns that are looked at, under the rows' places in the frame as index."""
    pandas = importlib.import_module("pandas")
    series = {}
    for name in columns:
        column = frame[name] if rows is None else frame[name].gather(rows)
        if column.dtype.is_numeric():
            series[name] = _number(column).to_numpy()
        elif column.dtype == pl.String:
            series[name] = column.cast(pl.Categorical).to_pandas().array
        else:
            series[name] = column.to_pandas().array
    index = pandas.RangeIndex(frame.height) if rows is None else pandas.Index(rows.to_numpy())
    return pandas.DataFrame(series, index=index, copy=False)


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
