"""Releases that are held as a whole, and the quarantine rows of all that is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from flows.gate.judge.rows import HELD
from flows.gate.suites.findings import Finding
from flows.model import schemas
from flows.model.nouns import Check

RELEASE_HELD = "release-held"
MASS_CHANGE = "mass-change"
#: A release is held as a whole only if at least so many of its figures fail.
AT_LEAST = 3


@dataclass(frozen=True, slots=True)
class HeldReleases:
    rows: pl.DataFrame  # HELD: the rows that are held only because their release is
    reasons: dict[str, str]
    checks: list[Check] = field(default_factory=list)


def hold_releases(
    observations: pl.DataFrame,
    rows: pl.DataFrame,
    findings: Sequence[Finding],
    share: float,
    mass: Mapping[str, str] | None = None,
) -> HeldReleases:
    """The releases that are held whole, and their rows that no rule of their own holds.

    A release is held if at least ``AT_LEAST`` of its figures and ``share`` of them are held as
    critical (repeats count neither way), or if a suite fails for the batch as a whole. ``mass``:
    releases of which too much has changed, and the reason.
    """
    mass = mass or {}
    whole = [each for each in findings if each.holds_all]
    if rows.is_empty() and not whole and not mass:
        return HeldReleases(HELD.to_frame(), {})
    place = observations.select("release_id").with_row_index("row")
    marked = place.join(rows.select("row", "rule", "severity"), on="row", how="left")
    critical = pl.col("severity") == "critical"
    counts = (
        marked.filter(pl.col("severity").is_null() | critical)
        .group_by("release_id")
        .agg(figures=pl.len(), failed=critical.sum(), rules=pl.col("rule").filter(critical))
        .sort("release_id")
    )
    reasons = dict(mass)
    checks = [
        Check("gate", MASS_CHANGE, "critical", False, 1, 1, release, reason)
        for release, reason in mass.items()
    ]
    for release, figures, failed, rules in counts.iter_rows():
        if release in mass:
            continue
        if whole:
            names = ", ".join(sorted({each.to_check().rule for each in whole}))
            reasons[release] = f"the batch fails as a whole: {names}"
        elif failed >= AT_LEAST and failed >= share * figures:
            by_rule = ", ".join(f"{rule} {rules.count(rule)}" for rule in dict.fromkeys(rules))
            reasons[release] = f"{failed} of {figures} figures fail ({by_rule})"
        else:
            continue
        checks.append(
            Check(
                "gate", RELEASE_HELD, "critical", False, figures, failed, release, reasons[release]
            )
        )
    held = marked.filter(
        pl.col("release_id").is_in(list(reasons)) & pl.col("rule").is_null()
    ).with_columns(why=pl.col("release_id").replace_strict(reasons, default=None))
    return HeldReleases(
        held.select(
            "row",
            rule=pl.lit(RELEASE_HELD),
            severity=pl.lit("critical"),
            reason=pl.format("its whole release is held: {}", "why"),
            suggestion=pl.lit(None, pl.Float64),
            evidence=pl.lit(None, pl.String),
        ),
        reasons,
        checks,
    )


def build_quarantine(
    observations: pl.DataFrame,
    rows: pl.DataFrame,
    context: pl.DataFrame | None,
    *,
    run_id: str,
    recorded_at: datetime,
) -> pl.DataFrame:
    """QUARANTINE rows of the HELD rows, in the order of the batch."""
    if rows.is_empty():
        return schemas.empty(schemas.QUARANTINE)
    key = ["snapshot_sha256", "figure_no"]
    rows = rows.sort("row")
    held = observations[rows["row"].to_list()].hstack(rows.drop("row"))
    if context is None:
        held = held.with_columns(context_text=pl.lit(None, pl.String))
    else:
        sentences = context.select(*key, "context_text").unique(key, keep="first")
        held = held.join(sentences, on=key, how="left", maintain_order="left")
    return held.with_columns(
        stage=pl.lit("gate"),
        recorded_at=pl.lit(recorded_at).cast(schemas.UTC),
        run_id=pl.lit(run_id),
    ).select(pl.col(name).cast(dtype) for name, dtype in schemas.QUARANTINE.items())
