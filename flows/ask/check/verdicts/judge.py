"""A claim and what is known: the verdicts, with evidence and a reason.

Nothing is contradicted but by an accepted observation of the very thing. A print is called
damaged only where the text is no sound number or the evidence refuses it, and one candidate is
left. What is not known stays unverifiable, with the release that would settle it; so does a figure
that does not fit and whose sentence does not say of what it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from flows.ask.check.nouns import ArticleClaim, ClaimKind, ClaimVerdict, JudgedClaim
from flows.ask.check.verdicts.figures import judge_figure, judge_target
from flows.ask.check.verdicts.known import KnownFigures
from flows.ask.check.verdicts.likelihood import judge_likelihood
from flows.ask.check.verdicts.relations import judge_comparison, judge_gain, judge_rank
from flows.ask.check.verdicts.wording import leave_open
from flows.model.measure import Measure

#: Verdicts for which it must be certain what a figure is of.
_OF_ONE_THING = frozenset({ClaimVerdict.CONTRADICTED, ClaimVerdict.MISLABELLED})
_FIGURES = frozenset({Measure.LEVEL, Measure.GROWTH, Measure.SHARE})
_BY_KIND = {
    ClaimKind.RANK: judge_rank,
    ClaimKind.GAIN: judge_gain,
    ClaimKind.COMPARISON: judge_comparison,
    ClaimKind.TARGET: judge_target,
}


def judge_claims(claims: Iterable[ArticleClaim], known: KnownFigures) -> list[JudgedClaim]:
    """One ``JudgedClaim`` a claim, in their order."""
    return [_judge(claim, known) for claim in claims]


def _judge(claim: ArticleClaim, known: KnownFigures) -> JudgedClaim:
    judged = _judge_as_named(claim, known)
    if claim.inherited and not _OF_ONE_THING.isdisjoint(judged.verdicts):
        reason = f"the sentence does not say of what; {judged.reason}"
        return JudgedClaim(claim, (ClaimVerdict.UNVERIFIABLE,), reason, None, judged.evidence)
    return judged


def _judge_as_named(claim: ArticleClaim, known: KnownFigures) -> JudgedClaim:
    """The verdict as if the sentence itself named the indicator."""
    if claim.kind in _BY_KIND:
        return _BY_KIND[claim.kind](claim, known)
    if claim.indicator is None or claim.measure not in _FIGURES:
        return judge_likelihood(claim, known) or leave_open(claim, known.catalog)
    return judge_figure(claim, known)
