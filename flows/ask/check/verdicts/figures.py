"""A level, growth, share or target, against the observation of the very thing."""

from __future__ import annotations

from dataclasses import replace

from flows.ask.check.claims.vocabulary import SHARE_OF
from flows.ask.check.nouns import ArticleClaim, ClaimKind, ClaimVerdict, Comparator, JudgedClaim
from flows.ask.check.verdicts.agreement import agrees, find_rounding
from flows.ask.check.verdicts.known import KnownFigure, KnownFigures
from flows.ask.check.verdicts.likelihood import judge_likelihood, list_mended
from flows.ask.check.verdicts.wording import describe_figure, format_figure, leave_open
from flows.evidence.misprint import Candidate
from flows.evidence.weigh import half_unit
from flows.model.measure import Measure

#: Percentage points: the values and the share are rounded apart.
SHARE_SLACK = 0.05
#: Percentage points from a computed share within which one that is printed is not called wrong.
SHARE_NEAR = 1.0
#: Digits that another indicator's figure must have; fewer fit by chance.
FEWEST_DIGITS = 3
_YEAR = 4  # characters of a year


def judge_figure(claim: ArticleClaim, known: KnownFigures) -> JudgedClaim:
    """A level, growth or share."""
    key = (claim.ref_area, claim.indicator, claim.measure or Measure.LEVEL, claim.time_period)
    truth = known.find_latest(*key)
    if truth is None:
        return _judge_computed_share(claim, known) or _judge_without_truth(claim, known)
    if claim.value is not None:
        if agrees(claim, truth.value, truth.half):
            return _support(claim, truth, known)
        for other in known.list_earlier(*key):
            if agrees(claim, other.value, other.half):
                return _outdate(claim, truth, other)
        if claim.kind is ClaimKind.THRESHOLD and claim.value <= truth.value:
            return _support(claim, truth, known)
    return (
        _judge_rounding(claim, truth)
        or _judge_misprint(claim, truth)
        or _judge_another_thing(claim, truth, known)
        or _contradict(claim, truth, known)
    )


def judge_target(claim: ArticleClaim, known: KnownFigures) -> JudgedClaim:
    """What is said to be aimed at, against the plan that prints it."""
    truth = known.find_latest(
        claim.ref_area, claim.indicator, claim.measure or "", claim.time_period
    )
    if truth is None:
        return judge_likelihood(claim, known) or leave_open(claim, known.catalog)
    exact = replace(claim, comparator=Comparator.EXACT)
    if agrees(exact, truth.value, truth.half):
        return _verdict(claim, ClaimVerdict.SUPPORTED, describe_figure(truth), truth)
    misprint = _judge_misprint(claim, truth)
    if misprint is not None:
        return misprint
    if claim.value is None:
        return leave_open(claim, known.catalog)
    reason = f"{describe_figure(truth)}, not {claim.printed}"
    return _verdict(claim, ClaimVerdict.CONTRADICTED, reason, truth, likely=truth.value)


def _verdict(
    claim: ArticleClaim,
    verdict: ClaimVerdict,
    reason: str,
    *figures: KnownFigure,
    likely: float | None = None,
) -> JudgedClaim:
    return JudgedClaim(claim, (verdict,), reason, likely, tuple(each.proof for each in figures))


def _support(claim: ArticleClaim, truth: KnownFigure, known: KnownFigures) -> JudgedClaim:
    """Supported; a mark that is said to be passed for the first time only if no year before did."""
    period = truth.proof.time_period
    if not claim.first_time or claim.value is None or len(period) != _YEAR:
        return _verdict(claim, ClaimVerdict.SUPPORTED, describe_figure(truth), truth)
    years = known.list_years(truth.proof.ref_area, truth.proof.indicator)
    before = [each for each in years if each.proof.time_period < period]
    passed = next((each for each in before if each.value >= claim.value), None)
    if passed is not None:
        reason = f"passed before: {describe_figure(passed)}"
        return _verdict(claim, ClaimVerdict.CONTRADICTED, reason, passed, truth)
    last = str(int(period) - 1)
    if not before or before[-1].proof.time_period != last:
        reason = f"{describe_figure(truth)}; whether {last} was below is not known"
        return _verdict(claim, ClaimVerdict.UNVERIFIABLE, reason, truth)
    reason = f"{describe_figure(truth)}, after {describe_figure(before[-1])}"
    return _verdict(claim, ClaimVerdict.SUPPORTED, reason, truth, before[-1])


def _outdate(claim: ArticleClaim, truth: KnownFigure, other: KnownFigure) -> JudgedClaim:
    said = f"{format_figure(other.value)} was said by {other.proof.title}"
    reason = f"{said}; today {describe_figure(truth)} counts"
    return _verdict(claim, ClaimVerdict.OUTDATED, reason, truth, other, likely=truth.value)


def _judge_rounding(claim: ArticleClaim, truth: KnownFigure) -> JudgedClaim | None:
    certain = claim.sure and not claim.inherited
    place = find_rounding(claim, truth.value) if certain else None
    if place is None:
        return None
    reason = f"rounded to {format_figure(place)} {claim.unit_measure}: {describe_figure(truth)}"
    return _verdict(claim, ClaimVerdict.SUPPORTED, reason, truth)


def _judge_misprint(claim: ArticleClaim, truth: KnownFigure) -> JudgedClaim | None:
    """Misprinted, where one candidate is what is known; a wrong digit is no misprint but wrong."""
    fits = [each for each in list_mended(claim) if _restores(claim, each, truth)]
    if len(fits) != 1:
        return None
    reason = f"{describe_figure(truth)}; {fits[0].reason}"
    return _verdict(claim, ClaimVerdict.MISPRINTED, reason, truth, likely=fits[0].value)


def _restores(claim: ArticleClaim, candidate: Candidate, truth: KnownFigure) -> bool:
    mended = _as_printed(claim, candidate.value, candidate.decimals)
    return agrees(mended, truth.value, truth.half)


def _as_printed(claim: ArticleClaim, value: float, decimals: int) -> ArticleClaim:
    """The claim as if it printed just this value."""
    return replace(claim, value=value, decimals=decimals, comparator=Comparator.EXACT)


def _judge_another_thing(
    claim: ArticleClaim, truth: KnownFigure, known: KnownFigures
) -> JudgedClaim | None:
    if not claim.sure and not claim.inherited:
        doubt = "the words before the name may mean a part or another thing"
        reason = f"{describe_figure(truth)}; {doubt}"
        return _verdict(claim, ClaimVerdict.UNVERIFIABLE, reason, truth)
    return _judge_label(claim, known)


def _contradict(claim: ArticleClaim, truth: KnownFigure, known: KnownFigures) -> JudgedClaim:
    if claim.value is None:
        return leave_open(claim, known.catalog)
    reason = f"{describe_figure(truth)}, not {claim.printed}{_mention_year(claim, known)}"
    return _verdict(claim, ClaimVerdict.CONTRADICTED, reason, truth, likely=truth.value)


def _mention_year(claim: ArticleClaim, known: KnownFigures) -> str:
    """That it is the figure of another year, where it is."""
    if claim.ref_area is None or claim.indicator is None or claim.measure is not Measure.LEVEL:
        return ""
    if claim.comparator is not Comparator.EXACT:
        return ""
    for each in known.list_years(claim.ref_area, claim.indicator):
        if agrees(claim, each.value, each.half):
            return f"; it is the figure of {each.proof.time_period}"
    return ""


def _judge_label(claim: ArticleClaim, known: KnownFigures) -> JudgedClaim | None:
    """Mislabelled, where one other indicator of the area and year is just what is printed."""
    if claim.ref_area is None or claim.time_period is None or claim.measure is Measure.GROWTH:
        return None
    tried = [(claim.value, claim.decimals)] if claim.value is not None else []
    tried += list(claim.candidates)
    current = known.list_current(claim.ref_area, Measure.LEVEL, claim.time_period)
    others = [
        each
        for each in current
        if each.proof.indicator != claim.indicator and each.proof.unit_measure == claim.unit_measure
    ]
    for value, decimals in tried:
        if _count_digits(value) < FEWEST_DIGITS:
            continue
        shown = _as_printed(claim, value, decimals)
        fits = [each for each in others if agrees(shown, each.value, each.half)]
        if len(fits) == 1:
            name = known.catalog.indicators[fits[0].proof.indicator].name_zh
            reason = f"{format_figure(value)} is {name}: {describe_figure(fits[0])}"
            verdicts: tuple[ClaimVerdict, ...] = (ClaimVerdict.MISLABELLED,)
            likely = None
            if value != claim.value:
                verdicts, likely = (ClaimVerdict.MISPRINTED, ClaimVerdict.MISLABELLED), value
            return JudgedClaim(claim, verdicts, reason, likely, (fits[0].proof,))
    return None


def _count_digits(value: float) -> int:
    """Digits but the zeros at both ends: 2 of 0.47, 1 of 700."""
    return len(format_figure(abs(value)).replace(".", "").strip("0"))


def _judge_without_truth(claim: ArticleClaim, known: KnownFigures) -> JudgedClaim:
    other = _judge_label(claim, known) if claim.sure and not claim.inherited else None
    return other or judge_likelihood(claim, known) or leave_open(claim, known.catalog)


def _judge_computed_share(claim: ArticleClaim, known: KnownFigures) -> JudgedClaim | None:
    """A sector's share from its value and the whole's, where neither print has the share."""
    part = next((code for code, share in SHARE_OF.items() if share == claim.indicator), None)
    if part is None or claim.value is None:
        return None
    own = known.find_latest(claim.ref_area, part, Measure.LEVEL, claim.time_period)
    whole = known.find_latest(claim.ref_area, "gdp", Measure.LEVEL, claim.time_period)
    if own is None or whole is None or not whole.value:
        return None
    share = 100 * own.value / whole.value
    note = f"{format_figure(own.value)} / {format_figure(whole.value)} = {share:.2f}%"
    proofs = (replace(own.proof, note=note), whole.proof)
    if agrees(claim, share, SHARE_SLACK):
        return JudgedClaim(claim, (ClaimVerdict.SUPPORTED,), note, None, proofs)
    mended = [
        value
        for value, decimals in claim.candidates
        if abs(value - share) <= half_unit(decimals) + SHARE_SLACK
    ]
    if len(mended) == 1:
        reason = f"{note}; likely {format_figure(mended[0])}: the point put back"
        return JudgedClaim(claim, (ClaimVerdict.MISPRINTED,), reason, mended[0], proofs)
    if abs(claim.value - share) <= SHARE_NEAR or not claim.sure:
        return JudgedClaim(claim, (ClaimVerdict.UNVERIFIABLE,), f"{note}: near it", None, proofs)
    return JudgedClaim(claim, (ClaimVerdict.CONTRADICTED,), note, round(share, 1), proofs)
