"""The gate itself: a batch of observations in, a Verdict out.

1. every column that the suites assert is computed (columns)
2. Great Expectations runs every suite that is not a model's, one batch each (engine)
3. what the suites saw is counted again (checks): an empty pass fails
4. failing rows are judged: one guilty member of a failing identity, or all in doubt (suspects)
5. a release of which too much fails is held as a whole (releases)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from flows.evidence.bounds import load_bounds
from flows.evidence.identities import Identity, load_identities
from flows.gate.judge.held import Findings
from flows.gate.judge.releases import hold_releases, quarantine
from flows.gate.judge.verdict import Verdict
from flows.gate.measure.columns import Judged, judge
from flows.gate.measure.table import Table
from flows.gate.suites import engine
from flows.gate.suites.checks import outcomes, release_checks
from flows.gate.suites.files import Suite, load_suites
from flows.model import paths
from flows.model.errors import GateError

if TYPE_CHECKING:
    from flows.catalog.model import Catalog
    from flows.model.settings import Settings


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
) -> Verdict:
    """Judge a run's observations, all releases in one batch (both frames: OBSERVATION).

    ``known``: the latest accepted value of each key. ``context``: ``snapshot_sha256, figure_no,
    context_text``, the printed sentences for the quarantine. Each observation ends in
    ``accepted`` or ``quarantine``, once. Raises GateError where a suite, the bounds or the
    identities are at fault; bad data raises nothing. An empty batch costs nothing.
    """
    if observations.is_empty():
        return Verdict()
    loaded = list(load_suites(suites).values())
    identities = tuple(each for each in load_identities(suites) if "gate" in each.asked)
    _fit_together(identities, loaded, suites)
    judged = judge(
        observations,
        known=known,
        catalog=catalog,
        bounds=load_bounds(suites),
        identities=identities,
    )
    table = _with_asked(judged, observations, loaded)
    found = outcomes(loaded, engine.run(loaded, table), table, judged.applicable)
    findings = Findings(observations, judged, identities, found)
    rows = findings.rows()
    held = hold_releases(observations, rows, found, settings.release_fault_share)
    checks = [*(each.check(findings) for each in found), *release_checks(found, findings)]
    checks += held.checks
    rows = pl.concat([rows, held.rows], how="vertical")
    bad = pl.Series([False]).new_from_index(0, observations.height).scatter(rows["row"], True)
    accepted = observations if rows.is_empty() else observations.filter(~bad)
    return Verdict(
        accepted,
        quarantine(observations, rows, context, run_id=run_id, recorded_at=recorded_at),
        checks,
        held.reasons,
    )


def _fit_together(identities: Sequence[Identity], suites: Sequence[Suite], folder: Path) -> None:
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


def _with_asked(judged: Judged, observations: pl.DataFrame, suites: Sequence[Suite]) -> Table:
    """The computed columns and those of the observations that a suite asks for."""
    asked = {column for suite in suites for column in suite.columns}
    extra = [name for name in observations.columns if name in asked and name not in judged.table]
    return judged.table.with_dense(observations.select(extra))
