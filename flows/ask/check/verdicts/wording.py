"""Reasons for a person: figures as text, and which release would settle what is not known."""

from __future__ import annotations

from flows.ask.check.nouns import ArticleClaim, ClaimKind, ClaimVerdict, JudgedClaim
from flows.ask.check.verdicts.known import KnownFigure
from flows.catalog.model import Catalog
from flows.model.measure import Measure

#: How the reason begins where what is known bears a claim out, and what is not known may not.
SO_FAR = "as far as figures are held"


def format_figure(value: float) -> str:
    return f"{value:.10g}"


def describe_figure(known: KnownFigure) -> str:
    """gdp 2023: 711.81 亿元 (pingyang-communique-2023)."""
    proof = known.proof
    unit = "" if proof.unit_measure == "%" else " "
    level = proof.measure == Measure.LEVEL
    name = proof.indicator if level else f"{proof.indicator} {proof.measure}"
    return (
        f"{name} {proof.time_period}: "
        f"{format_figure(proof.obs_value)}{unit}{proof.unit_measure} ({proof.release_id})"
    )


def leave_open(claim: ArticleClaim, catalog: Catalog, *, of: str | None = None) -> JudgedClaim:
    """Unverifiable, with what would settle it. ``of``: the area of which nothing is known."""
    reason = suggest_release(claim, catalog, of or claim.ref_area)
    return JudgedClaim(claim, (ClaimVerdict.UNVERIFIABLE,), reason)


def suggest_release(claim: ArticleClaim, catalog: Catalog, ref_area: str | None) -> str:
    """What is missing of an area, and who publishes it."""
    name = "the area" if ref_area is None else catalog.gazetteer.name(ref_area) or ref_area
    year = claim.time_period or "the year"
    if claim.kind is ClaimKind.COUNT:
        return f"no indicator counts this; the work report of {name} of {year} would say"
    if claim.kind is ClaimKind.RANK and claim.group_id is None:
        whose = claim.group_text or "this list"
        return f"{whose!r} is no group of the catalogue; who publishes the list would settle it"
    if claim.kind is ClaimKind.RANK and claim.indicator is None:
        return "by what they are ranked is not said"
    if claim.kind is ClaimKind.TARGET:
        return f"the government work report of {name} of {year} would settle it"
    if claim.indicator is None:
        return f"{claim.phrase} is no indicator of the catalogue"
    known = [
        release.title
        for source in catalog.sources
        for release in source.releases
        if release.ref_area == ref_area and release.time_period == claim.time_period
    ]
    if known:
        return f"nothing accepted of it; {known[0]} is in the catalogue but does not say"
    return f"the statistical communiqué of {name} of {year} would settle it; it is not held"
