"""A claim and what is known: the verdicts, with evidence and a reason.

Nothing is contradicted but by an accepted observation of the very thing. A print is called
damaged only where the text is no sound number or the evidence refuses it, and one candidate is
left. What is not known stays unverifiable, with the release that would settle it; so does a figure
that does not fit and whose sentence does not say of what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from flows.ask.check.likelihood import Likelihood, mended_candidates
from flows.ask.check.nouns import Claim, Comparator, Judged, Kind, Verdict
from flows.ask.check.rounding import rounded_to
from flows.ask.check.settle import settling
from flows.ask.check.told import SO_FAR, figure, told
from flows.ask.check.warehouse import Fact, Warehouse
from flows.ask.check.words import SHARE_OF
from flows.catalog.model import Catalog
from flows.evidence.misprint import Candidate
from flows.evidence.weigh import half_unit
from flows.model.measure import Measure

_HAIR = 1e-9
_YEAR = 4  # characters of a year
_MANY = re.compile(r"\d[多余几]")
#: Verdicts for which it must be certain what a figure is of.
_OF_ONE_THING = frozenset({Verdict.CONTRADICTED, Verdict.MISLABELLED})
_SHARE_SLACK = 0.05  # percentage points: values and share are rounded apart


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges claims against one publication."""

    warehouse: Warehouse
    catalog: Catalog

    @property
    def _likelihood(self) -> Likelihood:
        return Likelihood(self.warehouse, self.catalog)

    def judge(self, claims: Iterable[Claim]) -> list[Judged]:
        """One ``Judged`` a claim, in their order."""
        return [self._one(claim) for claim in claims]

    def _one(self, claim: Claim) -> Judged:
        judged = self._weighed(claim)
        if claim.inherited and not _OF_ONE_THING.isdisjoint(judged.verdicts):
            reason = f"the sentence does not say of what; {judged.reason}"
            return Judged(claim, (Verdict.UNVERIFIABLE,), reason, None, judged.evidence)
        return judged

    def _weighed(self, claim: Claim) -> Judged:
        if claim.kind is Kind.RANK:
            return self._rank(claim)
        if claim.kind is Kind.GAIN:
            return self._gain(claim)
        if claim.kind is Kind.COMPARISON:
            return self._comparison(claim)
        if claim.kind is Kind.TARGET:
            return self._target(claim)
        if claim.indicator is None or claim.measure not in (
            Measure.LEVEL,
            Measure.GROWTH,
            Measure.SHARE,
        ):
            return self._likelihood.unlikely(claim) or self._unknown(claim)
        return self._figure(claim)

    # --- a level, growth or share -------------------------------------------------------------

    def _figure(self, claim: Claim) -> Judged:
        key = (claim.ref_area, claim.indicator, claim.measure or Measure.LEVEL, claim.time_period)
        truth = self.warehouse.latest(*key)
        if truth is None:
            return self._computed_share(claim) or self._without_truth(claim)
        if claim.value is not None:
            if holds(claim, truth.value, truth.half):
                return self._supported(claim, truth)
            for other in self.warehouse.earlier(*key):
                if holds(claim, other.value, other.half):
                    said = f"{figure(other.value)} was said by {other.proof.title}"
                    return Judged(
                        claim,
                        (Verdict.OUTDATED,),
                        f"{said}; today {told(truth)} counts",
                        truth.value,
                        (truth.proof, other.proof),
                    )
            if claim.kind is Kind.THRESHOLD and claim.value <= truth.value:
                return self._supported(claim, truth)
        certain = claim.sure and not claim.inherited
        place = rounded_to(claim, truth.value) if certain else None
        if place is not None:
            reason = f"rounded to {figure(place)} {claim.unit_measure}: {told(truth)}"
            return Judged(claim, (Verdict.SUPPORTED,), reason, None, (truth.proof,))
        mended = self._mended(claim, truth)
        if mended is not None:
            reason = f"{told(truth)}; {mended.reason}"
            return Judged(claim, (Verdict.MISPRINTED,), reason, mended.value, (truth.proof,))
        if not claim.sure and not claim.inherited:
            reason = f"{told(truth)}; the words before the name may mean a part or another thing"
            return Judged(claim, (Verdict.UNVERIFIABLE,), reason, None, (truth.proof,))
        other_name = self._mislabelled(claim)
        if other_name is not None:
            return other_name
        if claim.value is None:
            return self._unknown(claim)
        return Judged(
            claim,
            (Verdict.CONTRADICTED,),
            f"{told(truth)}, not {claim.printed}{self._another_year(claim)}",
            truth.value,
            (truth.proof,),
        )

    def _supported(self, claim: Claim, truth: Fact) -> Judged:
        part = len(truth.proof.time_period) != _YEAR
        if not claim.first_time or claim.value is None or part:
            return Judged(claim, (Verdict.SUPPORTED,), told(truth), None, (truth.proof,))
        years = self.warehouse.years(truth.proof.ref_area, truth.proof.indicator)
        before = [f for f in years if f.proof.time_period < truth.proof.time_period]
        passed = [fact for fact in before if fact.value >= claim.value]
        if passed:
            reason = f"passed before: {told(passed[0])}"
            return Judged(
                claim, (Verdict.CONTRADICTED,), reason, None, (passed[0].proof, truth.proof)
            )
        last = str(int(truth.proof.time_period) - 1)
        if not before or before[-1].proof.time_period != last:
            reason = f"{told(truth)}; whether {last} was below is not known"
            return Judged(claim, (Verdict.UNVERIFIABLE,), reason, None, (truth.proof,))
        reason = f"{told(truth)}, after {told(before[-1])}"
        evidence = (truth.proof, before[-1].proof)
        return Judged(claim, (Verdict.SUPPORTED,), reason, None, evidence)

    def _mended(self, claim: Claim, truth: Fact) -> Candidate | None:
        """The one candidate that is what is known; a wrong digit is no misprint but wrong."""
        fits = [
            each
            for each in mended_candidates(claim)
            if holds(
                replace(
                    claim,
                    value=each.value,
                    decimals=each.decimals,
                    comparator=Comparator.EXACT,
                ),
                truth.value,
                truth.half,
            )
        ]
        return fits[0] if len(fits) == 1 else None

    def _mislabelled(self, claim: Claim) -> Judged | None:
        """Another indicator of the same area and year that is just what is printed."""
        if claim.ref_area is None or claim.time_period is None or claim.measure is Measure.GROWTH:
            return None
        tried = [(claim.value, claim.decimals)] if claim.value is not None else []
        tried += list(claim.candidates)
        for value, decimals in tried:
            if value is None or len(figure(abs(value)).replace(".", "").strip("0")) < 3:
                continue  # two digits fit by chance
            shown = replace(claim, value=value, decimals=decimals, comparator=Comparator.EXACT)
            fits = [
                fact
                for fact in self.warehouse.of(claim.ref_area, Measure.LEVEL, claim.time_period)
                if fact.proof.indicator != claim.indicator
                and fact.proof.unit_measure == claim.unit_measure
                and holds(shown, fact.value, fact.half)
            ]
            if len(fits) == 1:
                fact = fits[0]
                verdicts: tuple[Verdict, ...] = (Verdict.MISLABELLED,)
                likely = None
                if value != claim.value:
                    verdicts, likely = (Verdict.MISPRINTED, Verdict.MISLABELLED), value
                return Judged(
                    claim,
                    verdicts,
                    f"{figure(value)} is {self._name(fact)}: {told(fact)}",
                    likely,
                    (fact.proof,),
                )
        return None

    def _name(self, fact: Fact) -> str:
        return self.catalog.indicators[fact.proof.indicator].name_zh

    def _another_year(self, claim: Claim) -> str:
        if claim.ref_area is None or claim.indicator is None or claim.measure is not Measure.LEVEL:
            return ""
        same = [
            fact
            for fact in self.warehouse.years(claim.ref_area, claim.indicator)
            if claim.comparator is Comparator.EXACT and holds(claim, fact.value, fact.half)
        ]
        return f"; it is the figure of {same[0].proof.time_period}" if same else ""

    def _without_truth(self, claim: Claim) -> Judged:
        other = self._mislabelled(claim) if claim.sure and not claim.inherited else None
        return other or self._likelihood.unlikely(claim) or self._unknown(claim)

    def _target(self, claim: Claim) -> Judged:
        """What is said to be aimed at, against the plan that prints it."""
        truth = self.warehouse.latest(
            claim.ref_area, claim.indicator, claim.measure or "", claim.time_period
        )
        if truth is None:
            return self._likelihood.unlikely(claim) or self._unknown(claim)
        exact = replace(claim, comparator=Comparator.EXACT)
        if claim.value is not None and holds(exact, truth.value, truth.half):
            return Judged(claim, (Verdict.SUPPORTED,), told(truth), None, (truth.proof,))
        mended = self._mended(claim, truth)
        if mended is not None:
            reason = f"{told(truth)}; {mended.reason}"
            return Judged(claim, (Verdict.MISPRINTED,), reason, mended.value, (truth.proof,))
        if claim.value is None:
            return self._unknown(claim)
        reason = f"{told(truth)}, not {claim.printed}"
        return Judged(claim, (Verdict.CONTRADICTED,), reason, truth.value, (truth.proof,))

    def _computed_share(self, claim: Claim) -> Judged | None:
        """A sector's share from its value and the whole's, where neither print has the share."""
        part = next((code for code, share in SHARE_OF.items() if share == claim.indicator), None)
        period = claim.time_period
        own = self.warehouse.latest(claim.ref_area, part, Measure.LEVEL, period) if part else None
        whole = (
            self.warehouse.latest(claim.ref_area, "gdp", Measure.LEVEL, period) if part else None
        )
        if own is None or whole is None or not whole.value or claim.value is None:
            return None
        share = 100 * own.value / whole.value
        note = f"{figure(own.value)} / {figure(whole.value)} = {share:.2f}%"
        proofs = (replace(own.proof, note=note), whole.proof)
        if holds(claim, share, _SHARE_SLACK):
            return Judged(claim, (Verdict.SUPPORTED,), note, None, proofs)
        mended = [v for v, d in claim.candidates if abs(v - share) <= half_unit(d) + _SHARE_SLACK]
        if len(mended) == 1:
            reason = f"{note}; likely {figure(mended[0])}: the point put back"
            return Judged(claim, (Verdict.MISPRINTED,), reason, mended[0], proofs)
        if abs(claim.value - share) <= 1.0 or not claim.sure:
            return Judged(claim, (Verdict.UNVERIFIABLE,), f"{note}: near it", None, proofs)
        return Judged(claim, (Verdict.CONTRADICTED,), note, round(share, 1), proofs)

    # --- ranks, gains, the rest ---------------------------------------------------------------

    def _rank(self, claim: Claim) -> Judged:
        key = (claim.group_id, claim.indicator, claim.ref_area, claim.time_period)
        place = None
        if claim.group_id and claim.indicator and claim.ref_area and claim.time_period:
            place = self.warehouse.places.get(
                (claim.group_id, claim.indicator, claim.ref_area, claim.time_period)
            )
        if place is None or claim.value is None or None in key:
            return self._unknown(claim)
        fact = self.warehouse.latest(
            claim.ref_area, claim.indicator, Measure.LEVEL, claim.time_period
        )
        proof = (fact.proof,) if fact else ()
        known = f"{place.with_figure} of {place.members} have a figure"
        span = f"{place.best}" if place.best == place.worst else f"{place.best} to {place.worst}"
        says = f"rank {span} ({known})"
        asked = claim.value
        within = claim.comparator is Comparator.AT_MOST
        sure = place.worst <= asked if within else place.best == place.worst == asked
        if sure:
            return Judged(claim, (Verdict.SUPPORTED,), says, None, proof)
        possible = place.best <= asked if within else place.best <= asked <= place.worst
        if not possible:
            return Judged(claim, (Verdict.CONTRADICTED,), says, float(place.rank), proof)
        if place.rank == asked or (within and place.rank <= asked):
            reason = f"{SO_FAR}: {says}"
            return Judged(claim, (Verdict.SUPPORTED,), reason, None, proof)
        return Judged(claim, (Verdict.UNVERIFIABLE,), says, None, proof)

    def _gain(self, claim: Claim) -> Judged:
        if None in (claim.ref_area, claim.indicator, claim.time_period, claim.span_years):
            return self._unknown(claim)
        if len(claim.time_period or "") != _YEAR:
            return self._unknown(claim)  # a part of a year: nothing is said of the one before it
        first = str(int(claim.time_period or 0) - (claim.span_years or 0))
        new = self.warehouse.latest(
            claim.ref_area, claim.indicator, Measure.LEVEL, claim.time_period
        )
        old = self.warehouse.latest(claim.ref_area, claim.indicator, Measure.LEVEL, first)
        if new is None or old is None or claim.value is None:
            return self._unknown(claim)
        gained = round(new.value - old.value, 6)
        note = f"{figure(new.value)} - {figure(old.value)} = {figure(gained)}"
        proofs = (replace(new.proof, note=note), old.proof)
        if holds(claim, gained, new.half + old.half + half_unit(claim.decimals)):
            return Judged(claim, (Verdict.SUPPORTED,), note, None, proofs)
        return Judged(claim, (Verdict.CONTRADICTED,), note, gained, proofs)

    def _comparison(self, claim: Claim) -> Judged:
        """Above or below another place, and by how much."""
        measure = claim.measure or Measure.LEVEL
        own = self.warehouse.latest(claim.ref_area, claim.indicator, measure, claim.time_period)
        other = self.warehouse.latest(claim.other_area, claim.indicator, measure, claim.time_period)
        if claim.indicator is None:
            return Judged(claim, (Verdict.UNVERIFIABLE,), "by what they are compared is not said")
        if own is None or other is None:
            missing = claim.ref_area if own is None else claim.other_area
            return self._unknown(replace(claim, ref_area=missing), claim)
        gap = round(own.value - other.value, 6)
        half = own.half + other.half
        unit = "百分点" if measure is Measure.GROWTH else own.proof.unit_measure
        note = f"{figure(own.value)} - {figure(other.value)} = {figure(gap)} {unit}"
        proofs = (replace(own.proof, note=note), other.proof)
        if claim.value is not None:
            # 165多亿 is a bound, 多165亿 is none; who rounds both first is off by one in the end.
            sign = 1 if claim.value >= 0 else -1
            loose = _MANY.search(claim.printed) is not None
            asked = replace(
                claim,
                value=abs(claim.value),
                comparator=Comparator.AT_LEAST if loose else Comparator.EXACT,
            )
            borne = holds(asked, sign * gap, half + half_unit(claim.decimals))
        else:
            up = claim.comparator is Comparator.AT_LEAST
            if abs(gap) <= half:
                return Judged(claim, (Verdict.UNVERIFIABLE,), f"{note}: too close", None, proofs)
            borne = (gap > 0) is up
        if borne:
            return Judged(claim, (Verdict.SUPPORTED,), note, None, proofs)
        return Judged(claim, (Verdict.CONTRADICTED,), note, gap, proofs)

    def _unknown(self, claim: Claim, said: Claim | None = None) -> Judged:
        reason = settling(claim, self.catalog)
        return Judged(said or claim, (Verdict.UNVERIFIABLE,), reason)


def holds(claim: Claim, value: float, half: float) -> bool:
    """Does a value, known to ``half``, bear the claim out, as far as it is printed?"""
    if claim.value is None:
        return False
    asked, printed = claim.value, half_unit(claim.decimals)
    if claim.comparator is Comparator.AT_LEAST:
        many = "多" in claim.printed or "余" in claim.printed or "几" in claim.printed
        step = 10 ** (len(str(int(abs(asked)))) - 1) if many and asked else float("inf")
        return asked - half - _HAIR <= value < asked + step + half
    if claim.comparator is Comparator.AT_MOST:
        return value <= asked + half + _HAIR
    if claim.comparator is Comparator.ABOUT:
        rate = claim.unit_measure in ("%", "‰")
        near = max(0.01 * abs(asked), 0.5) if rate else 0.05 * abs(asked)
        return abs(value - asked) <= max(near, printed) + half + _HAIR
    # What is known more finely was rounded by the article; more coarsely, by the release.
    return abs(value - asked) <= max(printed, half) + _HAIR
