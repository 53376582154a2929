"""What each expectation saw, counted again by us, as Checks for the run's report.

An expectation has not passed if it looked at fewer rows than there were to look at: the columns'
``applicable`` counts and our own count of values are held against its own. Such a failure is
critical and has the rule ``empty-pass``; in the gate it holds the whole batch back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flows.gate.measure.table import Table
from flows.gate.suites.engine import Result
from flows.gate.suites.files import Expectation, Suite
from flows.model.errors import GateError
from flows.model.nouns import Check

EMPTY_PASS = "empty-pass"  # noqa: S105 - a rule's name
#: Failing releases named by a check of their own, at most, a rule.
NAMED = 200


class Notes(Protocol):
    """What can say something of the rows that fail."""

    def note(self, outcome: Outcome) -> str: ...


class ReleaseNotes(Protocol):
    """What can say it of each release."""

    def by_release(self, outcome: Outcome) -> list[tuple[str, int, int, str]]: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    suite: Suite
    expectation: Expectation
    result: Result
    lacking: str | None  # why it is an empty pass

    @property
    def rows(self) -> tuple[int, ...]:
        return self.result.rows

    @property
    def holds_all(self) -> bool:
        """It fails for the table as a whole."""
        failed = self.result.of_table and not self.result.success
        return self.lacking is not None or (failed and self.expectation.severity == "critical")

    def check(self, notes: Notes | None = None) -> Check:
        if self.lacking is not None:
            note = f"{self.expectation.rule}: {self.lacking}"
            return Check(
                self.suite.name, EMPTY_PASS, "critical", False, self.result.evaluated, 0, None, note
            )
        note = ""
        if not self.result.success:
            if self.result.of_table:
                note = (
                    f"observed {self.result.observed!r}, expected {dict(self.expectation.kwargs)}"
                )
            elif notes is not None:
                note = notes.note(self)
        return Check(
            self.suite.name,
            self.expectation.rule,
            self.expectation.severity,
            self.result.success,
            self.result.evaluated,
            len(self.rows),
            None,
            note,
        )


def outcomes(
    suites: Sequence[Suite],
    results: Mapping[str, Sequence[Result]],
    table: Table,
    applicable: Mapping[str, int],
) -> list[Outcome]:
    """Each expectation with its result and whether it looked at what it had to."""
    return [
        Outcome(
            suite, expectation, counted, _lacking(suite, expectation, counted, table, applicable)
        )
        for suite in suites
        for expectation, result in zip(suite.expectations, results[suite.name], strict=True)
        for counted in [_counted(suite, result, table)]
    ]


def _counted(suite: Suite, result: Result, table: Table) -> Result:
    """For an expectation of the table, the rows of the table."""
    if any(row >= table.height for row in result.rows):
        raise GateError(
            f"rule {result.rule!r} names a row that is not there", where=str(suite.path)
        )
    if not result.success and not result.of_table and not result.rows:
        raise GateError(f"rule {result.rule!r} fails but names no row", where=str(suite.path))
    if not result.of_table:
        return result
    return Result(result.rule, result.success, table.height, (), True, result.observed)


def _lacking(
    suite: Suite,
    expectation: Expectation,
    result: Result,
    table: Table,
    applicable: Mapping[str, int],
) -> str | None:
    if table.height == 0:
        if suite.may_be_empty or result.of_table:
            return None
        return "there is no row to look at"
    if expectation.type == "expect_column_values_to_not_be_null":
        if result.evaluated < table.height:
            return f"there are {table.height} rows, {result.evaluated} were looked at"
        return None  # empty columns fail by themselves, row by row
    for column in expectation.columns:
        values = table.values(column)
        there = len(values) - (int(values.is_nan().sum()) if values.dtype.is_float() else 0)
        must = applicable.get(column, 0)
        if there < must:
            return f"{must} rows have a {column} to look at, {there} are computed"
        if there == 0 and column not in applicable and not expectation.optional:
            return f"{column} is empty in all {table.height} rows"
        if not result.of_table and len(expectation.columns) == 1 and result.evaluated < there:
            return f"{there} rows have a {column}, {result.evaluated} were looked at"
    return None


def release_checks(found: Sequence[Outcome], notes: ReleaseNotes) -> list[Check]:
    """One Check a release for every expectation that fails in it."""
    return [
        Check(
            outcome.suite.name,
            outcome.expectation.rule,
            outcome.expectation.severity,
            False,
            evaluated,
            failed,
            release,
            note,
        )
        for outcome in found
        if outcome.rows and outcome.lacking is None
        for release, evaluated, failed, note in notes.by_release(outcome)[:NAMED]
    ]
