"""The gate: observations in, a Verdict out; nothing that fails gets through unmarked.

    gate(observations, known=, catalog=, settings=, run_id=, recorded_at=, context=) -> Verdict

and, before a publication, ``models.check_model(model, frame) -> list[Check]``; ``warm()`` imports
Great Expectations while something else waits, ``evaluate_plainly`` spares documents that are not
kept that wait.

    measure/   what is computed of each observation, in polars
    suites/    what Great Expectations says of it, and whether it looked at all of it
    judge/     what follows: which figure is held, why, and what was probably meant

The rules are data: suites (``*.json``), ``bounds.csv`` and ``identities.csv`` in
``expectations/``. Severity critical holds the row, warning and info let it pass with a Check.
Conservation: each observation of the batch ends in ``accepted`` or in ``quarantine``, once. A key
that a release prints twice with values equal within rounding keeps its most precise row; the
others go to quarantine as ``repeat`` (severity info), since a key is unique in the store; values
that differ hold all of them (``printed-twice``).

Importing this package imports neither Great Expectations nor pandas.
"""

from __future__ import annotations

from flows.gate.models import check_model, checked_models
from flows.gate.observations import Verdict, gate
from flows.gate.suites.engine import warm
from flows.gate.suites.plain import evaluate_plainly

#: Raised when the same observations would be judged otherwise by code; suites speak for themselves.
GATE_VERSION = "2"

__all__ = [
    "GATE_VERSION",
    "Verdict",
    "check_model",
    "checked_models",
    "evaluate_plainly",
    "gate",
    "warm",
]
