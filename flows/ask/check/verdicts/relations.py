"""A rank, a gain over years, and a comparison with another place: more than one figure each."""

from __future__ import annotations

import re
from dataclasses import replace

from flows.ask.check.nouns import ArticleClaim, ClaimVerdict, Comparator, JudgedClaim
from flows.ask.check.verdicts.agreement import agrees
from flows.ask.check.verdicts.known import KnownFigures
from flows.ask.check.verdicts.wording import SO_FAR, format_figure, leave_open
from flows.evidence.weigh import half_unit
from flows.model.measure import POINTS, Measure

_YEAR = 4  # characters of a year
_MANY = re.compile(r"\d[多余几]")


def judge_rank(claim: ArticleClaim, known: KnownFigures) -> JudgedClaim:
    """A place, against the places that members without a figure leave possible."""
    place = known.find_place(claim.group_id, claim.indicator, claim.ref_area, claim.time_period)
    if place is None or claim.value is None:
        return leave_open(claim, known.catalog)
    figure = known.find_latest(claim.ref_area, claim.indicator, Measure.LEVEL, claim.time_period)
    proof = (figure.proof,) if figure else ()
    span = f"{place.best}" if place.best == place.worst else f"{place.best} to {place.worst}"
    reason = f"rank {span} ({place.with_figure} of {place.members} have a figure)"
    # Among the first three is borne out by each place from 1 to 3, the third only by 3.
    asked = claim.value
    within = claim.comparator is Comparator.AT_MOST
    low = min(place.best, asked) if within else asked
    if low <= place.best and place.worst <= asked:
        return JudgedClaim(claim, (ClaimVerdict.SUPPORTED,), reason, None, proof)
    if place.best > asked or place.worst < low:
        likely = float(place.rank)
        return JudgedClaim(claim, (ClaimVerdict.CONTRADICTED,), reason, likely, proof)
    if low <= place.rank <= asked:
        reason = f"{SO_FAR}: {reason}"
        return JudgedClaim(claim, (ClaimVerdict.SUPPORTED,), reason, None, proof)
    return JudgedClaim(claim, (ClaimVerdict.UNVERIFIABLE,), reason, None, proof)


def judge_gain(claim: ArticleClaim, known: KnownFigures) -> JudgedClaim:
    """What was added in so many years, against the levels of the first and the last."""
    period = claim.time_period
    if period is None or len(period) != _YEAR or claim.span_years is None:
        return leave_open(claim, known.catalog)  # nothing is known of the part of a year before
    first = str(int(period) - claim.span_years)
    new = known.find_latest(claim.ref_area, claim.indicator, Measure.LEVEL, period)
    old = known.find_latest(claim.ref_area, claim.indicator, Measure.LEVEL, first)
    if new is None or old is None or claim.value is None:
        return leave_open(claim, known.catalog)
    gained = round(new.value - old.value, 6)
    note = f"{format_figure(new.value)} - {format_figure(old.value)} = {format_figure(gained)}"
    proofs = (replace(new.proof, note=note), old.proof)
    if agrees(claim, gained, new.half + old.half + half_unit(claim.decimals)):
        return JudgedClaim(claim, (ClaimVerdict.SUPPORTED,), note, None, proofs)
    return JudgedClaim(claim, (ClaimVerdict.CONTRADICTED,), note, gained, proofs)


def judge_comparison(claim: ArticleClaim, known: KnownFigures) -> JudgedClaim:
    """Above or below another place, and by how much."""
    measure = claim.measure or Measure.LEVEL
    if claim.indicator is None:
        reason = "by what they are compared is not said"
        return JudgedClaim(claim, (ClaimVerdict.UNVERIFIABLE,), reason)
    own = known.find_latest(claim.ref_area, claim.indicator, measure, claim.time_period)
    other = known.find_latest(claim.other_area, claim.indicator, measure, claim.time_period)
    if own is None or other is None:
        missing = claim.ref_area if own is None else claim.other_area
        return leave_open(claim, known.catalog, of=missing)
    gap, half = round(own.value - other.value, 6), own.half + other.half
    unit = POINTS if measure is Measure.GROWTH else own.proof.unit_measure
    difference = f"{format_figure(own.value)} - {format_figure(other.value)}"
    note = f"{difference} = {format_figure(gap)} {unit}"
    proofs = (replace(own.proof, note=note), other.proof)
    if claim.value is not None:
        borne_out = _has_gap(claim, claim.value, gap, half)
    elif abs(gap) <= half:
        return JudgedClaim(claim, (ClaimVerdict.UNVERIFIABLE,), f"{note}: too close", None, proofs)
    else:
        borne_out = (gap > 0) is (claim.comparator is Comparator.AT_LEAST)
    if borne_out:
        return JudgedClaim(claim, (ClaimVerdict.SUPPORTED,), note, None, proofs)
    return JudgedClaim(claim, (ClaimVerdict.CONTRADICTED,), note, gap, proofs)


def _has_gap(claim: ArticleClaim, value: float, gap: float, half: float) -> bool:
    """Is the gap as large as printed? 165多亿 is a bound, 多165亿 is none.

    Who rounds both figures first is off by one in the end.
    """
    loose = _MANY.search(claim.printed) is not None
    asked = replace(
        claim,
        value=abs(value),
        comparator=Comparator.AT_LEAST if loose else Comparator.EXACT,
    )
    sign = 1 if value >= 0 else -1
    return agrees(asked, sign * gap, half + half_unit(claim.decimals))
