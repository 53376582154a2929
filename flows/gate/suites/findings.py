"""What each expectation saw, counted again by us, as Checks for the run's report.

An expectation has not passed if it looked at fewer rows than there were to look at: the columns'
``applicable`` counts and our own count of values are held against its own. Such a failure is
critical and has the rule ``empty-pass``; in the gate it holds the whole batch back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import polars as pl

from flows.gate.suites.engine import Evaluation
from flows.gate.suites.suite import Expectation, Suite
from flows.model.errors import GateError
from flows.model.nouns import Check

EMPTY_PASS = "empty-pass"  # noqa: S105 - a rule's name
#: Failing releases named by a check of their own, at most, a rule.
NAMED = 200


class Notes(Protocol):
    """What can say something of the rows that fail."""

    def note(self, finding: Finding) -> str: ...


class ReleaseNotes(Protocol):
    """What can say it of each release."""

    def notes_by_release(self, finding: Finding) -> list[tuple[str, int, int, str]]: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """An expectation, what it saw, and whether it looked at what it had to."""

    suite: Suite
    expectation: Expectation
    evaluation: Evaluation
    lacking: str | None  # why it is an empty pass

    @property
    def rows(self) -> tuple[int, ...]:
        return self.evaluation.rows

    @property
    def fails_rows(self) -> bool:
        return bool(self.rows) and self.lacking is None

    @property
    def holds_all(self) -> bool:
        """It fails for the table as a whole."""
        failed = self.evaluation.of_table and not self.evaluation.success
        return self.lacking is not None or (failed and self.expectation.severity == "critical")

    def to_check(self, notes: Notes | None = None) -> Check:
        seen = self.evaluation
        if self.lacking is not None:
            note = f"{self.expectation.rule}: {self.lacking}"
            return Check(
                self.suite.name, EMPTY_PASS, "critical", False, seen.evaluated, 0, None, note
            )
        note = ""
        if not seen.success:
            if seen.of_table:
                note = f"observed {seen.observed!r}, expected {dict(self.expectation.kwargs)}"
            elif notes is not None:
                note = notes.note(self)
        return Check(
            self.suite.name,
            self.expectation.rule,
            self.expectation.severity,
            seen.success,
            seen.evaluated,
            len(self.rows),
            None,
            note,
        )


def find(
    suites: Sequence[Suite],
    evaluations: Mapping[str, Sequence[Evaluation]],
    table: pl.DataFrame,
    applicable: Mapping[str, int],
) -> list[Finding]:
    """A Finding for each expectation; ``applicable``: rows that a column must speak of."""
    found = []
    for suite in suites:
        for expectation, seen in zip(suite.expectations, evaluations[suite.name], strict=True):
            counted = _count_table(suite, seen, table)
            lacking = _find_lack(suite, expectation, counted, table, applicable)
            found.append(Finding(suite, expectation, counted, lacking))
    return found


def _count_table(suite: Suite, seen: Evaluation, table: pl.DataFrame) -> Evaluation:
    """For an expectation of the table, the rows of the table."""
    if any(row >= table.height for row in seen.rows):
        raise GateError(f"rule {seen.rule!r} names a row that is not there", where=str(suite.path))
    if not seen.success and not seen.of_table and not seen.rows:
        raise GateError(f"rule {seen.rule!r} fails but names no row", where=str(suite.path))
    return replace(seen, evaluated=table.height, rows=()) if seen.of_table else seen


def _find_lack(
    suite: Suite,
    expectation: Expectation,
    seen: Evaluation,
    table: pl.DataFrame,
    applicable: Mapping[str, int],
) -> str | None:
    if table.height == 0:
        if suite.may_be_empty or seen.of_table:
            return None
        return "there is no row to look at"
    if expectation.type == "expect_column_values_to_not_be_null":
        if seen.evaluated < table.height:
            return f"there are {table.height} rows, {seen.evaluated} were looked at"
        return None  # empty columns fail by themselves, row by row
    for column in expectation.columns:
        values = table[column].drop_nulls()
        there = len(values) - (int(values.is_nan().sum()) if values.dtype.is_float() else 0)
        must = applicable.get(column, 0)
        if there < must:
            return f"{must} rows have a {column} to look at, {there} are computed"
        if there == 0 and column not in applicable and not expectation.optional:
            return f"{column} is empty in all {table.height} rows"
        if not seen.of_table and len(expectation.columns) == 1 and seen.evaluated < there:
            return f"{there} rows have a {column}, {seen.evaluated} were looked at"
    return None


def check_releases(findings: Sequence[Finding], notes: ReleaseNotes) -> list[Check]:
    """One Check a release for every expectation that fails in it."""
    return [
        Check(
            finding.suite.name,
            finding.expectation.rule,
            finding.expectation.severity,
            False,
            evaluated,
            failed,
            release,
            note,
        )
        for finding in findings
        if finding.fails_rows
        for release, evaluated, failed, note in notes.notes_by_release(finding)[:NAMED]
    ]
