"""The gate: observations in, a Verdict out; nothing that fails gets through unmarked.

    gate(observations, known=, catalog=, settings=, run_id=, recorded_at=, context=) -> Verdict
    check_model(model, frame) -> list[Check]            a SQL model before it is published
    checked_models() -> {model: columns}                those that have a suite
    check_frame(suite, frame, key=, expected_keys=) -> list[Check]
    load_suites(folder)     every suite, linted
    warm()                  import Great Expectations while something else waits

The rules are data: suites (``*.json``), ``bounds.csv`` and ``identities.csv`` in
``expectations/``. What needs more than one row is computed in polars as a column (``columns``)
and asserted in a suite. Severity critical holds the row, warning and info let it pass with a
Check. Conservation: each observation of the batch ends in ``accepted`` or in ``quarantine``,
once. A key that a release prints twice with values equal within rounding keeps its most precise
row; the others go to quarantine as ``repeat`` (severity info), since a key is unique in the
store; values that differ hold all of them (``printed-twice``).

Importing this package imports neither Great Expectations nor pandas.
"""

from __future__ import annotations

from flows.gate.judge.verdict import Verdict
from flows.gate.passing import gate
from flows.gate.suites.engine import warm
from flows.gate.suites.files import load_suites
from flows.gate.suites.models import check_frame, check_model, checked_models

__all__ = [
    "Verdict",
    "check_frame",
    "check_model",
    "checked_models",
    "gate",
    "load_suites",
    "warm",
]
