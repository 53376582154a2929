"""The suites of the SQL models: what must be true of a table before it is published.

The suite of ``sql/models/league_table.sql`` stands beside it, in ``league_table.json``; a model
without such a file is not checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from flows.gate.judge.reasons import fill_template
from flows.gate.suites.engine import evaluate
from flows.gate.suites.files import list_columns, load_suite
from flows.gate.suites.findings import Finding, find
from flows.model import paths
from flows.model.errors import GateError
from flows.model.nouns import Check

#: Where the models and their suites stand.
MODELS: Final = paths.SQL / "models"


def checked_models(suites: Path = MODELS) -> dict[str, tuple[str, ...]]:
    """Models that have a suite, and the columns that their check needs. Imports nothing heavy."""
    return {path.stem: list_columns(path) for path in sorted(suites.glob("*.json"))}


def check_model(model: str, frame: pl.DataFrame, *, suites: Path = MODELS) -> list[Check]:
    """``check_frame`` with the suite of ``model`` and the key that it names."""
    path = suites / f"{model}.json"
    loaded = load_suite(path)
    if not loaded.key:
        raise GateError("the suite of a model names its key", where=str(path), remedy="meta.key")
    return check_frame(model, frame, key=loaded.key, suites=suites)


def check_frame(
    suite: str,
    frame: pl.DataFrame,
    *,
    key: Sequence[str],
    expected_keys: pl.DataFrame | None = None,
    suites: Path = MODELS,
) -> list[Check]:
    """Assert one suite (a file's stem: ``league_table``) of one frame.

    Beside the suite's own rules: ``key-unique`` (``key`` columns never null, together unique),
    ``missing-keys`` (each row of ``expected_keys``, which has the key's columns or some of them,
    is there) and ``empty-pass``. The caller holds its publication back if a critical Check has
    not succeeded. Raises GateError for a suite at fault or a key that the frame does not have.
    """
    loaded = load_suite(suites / f"{suite}.json")
    findings = find([loaded], evaluate([loaded], frame), frame, {})
    checks = [each.to_check(_RowNotes(frame, key)) for each in findings]
    checks.append(_check_key(suite, frame, key))
    if expected_keys is not None:
        checks.append(_check_expected(suite, frame, expected_keys))
    return checks


def _check_key(suite: str, frame: pl.DataFrame, key: Sequence[str]) -> Check:
    faults = frame.select(
        pl.any_horizontal(pl.col(list(key)).is_null()) | pl.struct(list(key)).is_duplicated()
    ).to_series()
    failed = int(faults.sum())
    note = ""
    if failed:
        note = f"for example {frame.filter(faults).select(key).row(0, named=True)}"
    return Check(suite, "key-unique", "critical", failed == 0, frame.height, failed, None, note)


def _check_expected(suite: str, frame: pl.DataFrame, expected: pl.DataFrame) -> Check:
    missing = expected.join(frame, on=expected.columns, how="anti")
    note = f"for example {missing.row(0, named=True)}" if missing.height else ""
    return Check(
        suite,
        "missing-keys",
        "critical",
        missing.is_empty(),
        expected.height,
        missing.height,
        None,
        note,
    )


@dataclass(frozen=True, slots=True)
class _RowNotes:
    """What a model's check says of its first failing row."""

    frame: pl.DataFrame
    key: Sequence[str]

    def note(self, finding: Finding) -> str:
        row = self.frame.row(finding.rows[0], named=True)
        reason = fill_template(finding.expectation.reason, row, rule=finding.expectation.rule)
        return f"{reason}; not so in {', '.join(str(row[name]) for name in self.key)}"
