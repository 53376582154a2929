"""The gate of observations: a batch in, a Verdict out.

1. every column that the suites assert is computed (measure)
2. Great Expectations evaluates every suite (suites)
3. what the suites saw is counted again: an empty pass fails (suites)
4. failing rows are judged: one guilty member of a failing identity, or all in doubt (judge)
5. a release of which too much fails is held as a whole (judge)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from flows.evidence.bounds import load_bounds
from flows.evidence.identities import Identity, load_identities
from flows.gate.judge.mass import find_mass_changes
from flows.gate.judge.releases import build_quarantine, hold_releases
from flows.gate.judge.rows import RowJudge
from flows.gate.measure.columns import Measured, measure_batch
from flows.gate.suites.engine import Evaluation, evaluate
from flows.gate.suites.files import load_suites
from flows.gate.suites.findings import check_releases, find
from flows.gate.suites.suite import Suite
from flows.model import paths, schemas
from flows.model.errors import GateError
from flows.model.nouns import Check

if TYPE_CHECKING:
    from flows.catalog.model import Catalog
    from flows.model.settings import Settings

#: Evaluates suites over a table: results by the suite's name, in the order of its expectations.
Evaluator = Callable[[Sequence[Suite], pl.DataFrame], Mapping[str, Sequence[Evaluation]]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every observation of the batch is in ``accepted`` or in ``quarantine``, and only in one."""

    accepted: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.OBSERVATION))
    quarantine: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.QUARANTINE))
    checks: list[Check] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)  # release_id -> why all of it is held


def gate(
    observations: pl.DataFrame,
    *,
    known: pl.DataFrame,
    catalog: Catalog,
    settings: Settings,
    run_id: str,
    recorded_at: datetime,
    context: pl.DataFrame | None = None,
    suites: Path = paths.EXPECTATIONS,
    evaluator: Evaluator | None = None,
    readings: Collection[tuple[str, str]] = (),
) -> Verdict:
    """Judge a run's observations, all releases in one batch (both frames: OBSERVATION).

    ``known``: the latest accepted value of each key. ``context``: ``snapshot_sha256, figure_no,
    context_text``, the printed sentences for the quarantine. Each observation ends in
    ``accepted`` or ``quarantine``, once. Raises GateError where a suite, the bounds or the
    identities are at fault; bad data raises nothing. An empty batch costs nothing. ``evaluator``:
    Great Expectations, or ``evaluate_plainly`` where nothing is kept. ``readings``: the release_id
    and sha256 of all that was read, also where it gave no observation: of a release that loses or
    changes most of what it said, all is held.
    """
    mass = find_mass_changes(observations, known, readings, catalog.accepted)
    if observations.is_empty():
        return Verdict(held=mass)
    loaded = list(load_suites(suites, lint=evaluator is None).values())
    identities = tuple(each for each in load_identities(suites) if "gate" in each.asked)
    _require_fit(identities, loaded, suites)
    measured = measure_batch(
        observations,
        known=known,
        catalog=catalog,
        bounds=load_bounds(suites),
        identities=identities,
    )
    table = _add_asked_columns(measured, observations, loaded)
    findings = find(loaded, (evaluator or evaluate)(loaded, table), table, measured.applicable)
    judge = RowJudge(observations, measured, table, identities, findings)
    rows = judge.hold_rows()
    held = hold_releases(observations, rows, findings, settings.release_fault_share, mass)
    checks = [*(each.to_check(judge) for each in findings), *check_releases(findings, judge)]
    rows = pl.concat([rows, held.rows], how="vertical")
    passes = ~observations.with_row_index("row")["row"].is_in(rows["row"].implode())
    return Verdict(
        observations.filter(passes),
        build_quarantine(observations, rows, context, run_id=run_id, recorded_at=recorded_at),
        checks + held.checks,
        held.reasons,
    )


def _require_fit(identities: Sequence[Identity], suites: Sequence[Suite], folder: Path) -> None:
    """A rule names one expectation; an identity that none asserts would never fail."""
    seen: dict[str, Suite] = {}
    for suite in suites:
        for each in suite.expectations:
            if each.rule in seen:
                raise GateError(
                    f"rule {each.rule!r} is in {seen[each.rule].path.name} too",
                    where=str(suite.path),
                )
            seen[each.rule] = suite
    asserted = {column for suite in suites for column in suite.columns}
    for identity in identities:
        if identity.column not in asserted:
            raise GateError(
                f"no suite asserts {identity.column!r}",
                where=str(folder),
                remedy="expect it between -1 and 1 in expectations/accounts.json",
            )


def _add_asked_columns(
    measured: Measured, observations: pl.DataFrame, suites: Sequence[Suite]
) -> pl.DataFrame:
    """The computed columns and those of the observations that a suite asks for."""
    asked = {column for suite in suites for column in suite.columns}
    extra = [
        name
        for name in observations.columns
        if name in asked and name not in measured.table.columns
    ]
    return measured.table.hstack(observations.select(extra)) if extra else measured.table
