"""The suites of the SQL models: what must be true of a table before it is published."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from flows import paths
from flows.gate import engine
from flows.gate.checks import outcomes
from flows.gate.suites import load_suite
from flows.nouns import Check


def check_frame(
    suite: str,
    frame: pl.DataFrame,
    *,
    key: Sequence[str],
    expected_keys: pl.DataFrame | None = None,
    suites: Path = paths.EXPECTATIONS,
) -> list[Check]:
    """Assert one suite (a file's stem: ``model_league_table``) of one frame.

    Beside the suite's own rules: ``key-unique`` (``key`` columns never null, together unique),
    ``missing-keys`` (each row of ``expected_keys``, which has the key's columns or some of them,
    is there) and ``empty-pass``. The caller holds its publication back if a critical Check has
    not succeeded. Raises GateError for a suite at fault or a key that the frame does not have.
    """
    loaded = load_suite(suites / f"{suite}.json")
    found = outcomes([loaded], engine.run([loaded], frame), frame, {})
    checks = [each.check() for each in found]
    checks.append(_unique(suite, frame, key))
    if expected_keys is not None:
        checks.append(_expected(suite, frame, expected_keys))
    return checks


def _unique(suite: str, frame: pl.DataFrame, key: Sequence[str]) -> Check:
    faults = frame.select(
        pl.any_horizontal(pl.col(list(key)).is_null()) | pl.struct(list(key)).is_duplicated()
    ).to_series()
    failed = int(faults.sum())
    note = ""
    if failed:
        note = f"for example {frame.filter(faults).select(key).row(0, named=True)}"
    return Check(suite, "key-unique", "critical", failed == 0, frame.height, failed, None, note)


def _expected(suite: str, frame: pl.DataFrame, expected: pl.DataFrame) -> Check:
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
