"""A claim and what is known: the verdicts, with evidence and a reason.

Nothing is contradicted but by an accepted observation of the very thing. A print is called
damaged only where the text is no sound number or the evidence refuses it, and one candidate is
left. What is not known stays unverifiable, with the release that would settle it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from flows.catalog.model import Catalog
from flows.check.nouns import Claim, Comparator, Judged, Kind, Verdict
from flows.check.settle import settling
from flows.check.warehouse import Fact, Warehouse
from flows.check.words import words
from flows.gate.weigh import Evidence, Strength, half_unit, weigh
from flows.misprint import Candidate, candidates

_HAIR = 1e-9
#: A level further from its peers than this is out of their range, and a mended one this close.
_FAR, _CLOSE = 3.0, 1.3
#: So many peers at least say what is usual.
_PEERS = 5
#: Percent that a yearly growth can be at all.
_GROWTH = (-60.0, 100.0)


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges claims against one publication."""

    warehouse: Warehouse
    catalog: Catalog

    def judge(self, claims: Iterable[Claim]) -> list[Judged]:
        """One ``Judged`` a claim, in their order."""
        return [self._one(claim) for claim in claims]

    def _one(self, claim: Claim) -> Judged:
        if claim.kind is Kind.RANK:
            return self._rank(claim)
        if claim.kind is Kind.GAIN:
            return self._gain(claim)
        if claim.indicator is None or claim.measure not in ("level", "growth", "share"):
            return self._unlikely(claim) or self._unknown(claim)
        return self._figure(claim)

    # --- a level, growth or share -------------------------------------------------------------

    def _figure(self, claim: Claim) -> Judged:
        key = (claim.ref_area, claim.indicator, claim.measure or "level", claim.time_period)
        truth = self.warehouse.latest(*key)
        if truth is None:
            return self._without_truth(claim)
        if claim.value is not None:
            if holds(claim, truth.value, truth.half):
                return self._supported(claim, truth)
            for other in self.warehouse.earlier(*key):
                if holds(claim, other.value, other.half):
                    said = f"{_number(other.value)} was said by {other.proof.title}"
                    return Judged(
                        claim,
                        (Verdict.OUTDATED,),
                        f"{said}; today {_told(truth)} counts",
                        truth.value,
                        (truth.proof, other.proof),
                    )
            if claim.kind is Kind.THRESHOLD and claim.value <= truth.value:
                return self._supported(claim, truth)
        mended = self._mended(claim, truth)
        if mended is not None:
            reason = f"{_told(truth)}; {mended.reason}"
            return Judged(claim, (Verdict.MISPRINTED,), reason, mended.value, (truth.proof,))
        other_name = self._mislabelled(claim)
        if other_name is not None:
            return other_name
        if claim.value is None:
            return self._unknown(claim)
        return Judged(
            claim,
            (Verdict.CONTRADICTED,),
            f"{_told(truth)}, not {claim.printed}{self._another_year(claim)}",
            truth.value,
            (truth.proof,),
        )

    def _supported(self, claim: Claim, truth: Fact) -> Judged:
        if not claim.first_time or claim.value is None:
            return Judged(claim, (Verdict.SUPPORTED,), _told(truth), None, (truth.proof,))
        years = self.warehouse.years(truth.proof.ref_area, truth.proof.indicator)
        before = [f for f in years if f.proof.time_period < truth.proof.time_period]
        passed = [fact for fact in before if fact.value >= claim.value]
        if passed:
            reason = f"passed before: {_told(passed[0])}"
            return Judged(
                claim, (Verdict.CONTRADICTED,), reason, None, (passed[0].proof, truth.proof)
            )
        last = str(int(truth.proof.time_period) - 1)
        if not before or before[-1].proof.time_period != last:
            reason = f"{_told(truth)}; whether {last} was below is not known"
            return Judged(claim, (Verdict.UNVERIFIABLE,), reason, None, (truth.proof,))
        reason = f"{_told(truth)}, after {_told(before[-1])}"
        evidence = (truth.proof, before[-1].proof)
        return Judged(claim, (Verdict.SUPPORTED,), reason, None, evidence)

    def _mended(self, claim: Claim, truth: Fact) -> Candidate | None:
        """The one candidate that is what is known; a wrong digit is no misprint but wrong."""
        fits = [
            each
            for each in self._candidates(claim)
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

    def _candidates(self, claim: Claim) -> list[Candidate]:
        return [
            Candidate(value, decimals, "point", 1, f"likely {_number(value)}: the point put back")
            for value, decimals in claim.candidates
        ]

    def _mislabelled(self, claim: Claim) -> Judged | None:
        """Another indicator of the same area and year that is just what is printed."""
        if claim.ref_area is None or claim.time_period is None or claim.measure == "growth":
            return None
        tried = [(claim.value, claim.decimals)] if claim.value is not None else []
        tried += list(claim.candidates)
        for value, decimals in tried:
            if value is None or len(_number(abs(value)).replace(".", "").strip("0")) < 3:
                continue  # two digits fit by chance
            shown = replace(claim, value=value, decimals=decimals, comparator=Comparator.EXACT)
            fits = [
                fact
                for fact in self.warehouse.of(claim.ref_area, "level", claim.time_period)
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
                    f"{_number(value)} is {self._name(fact)}: {_told(fact)}",
                    likely,
                    (fact.proof,),
                )
        return None

    def _name(self, fact: Fact) -> str:
        return self.catalog.indicators[fact.proof.indicator].name_zh

    def _another_year(self, claim: Claim) -> str:
        if claim.ref_area is None or claim.indicator is None or claim.measure != "level":
            return ""
        same = [
            fact
            for fact in self.warehouse.years(claim.ref_area, claim.indicator)
            if claim.comparator is Comparator.EXACT and holds(claim, fact.value, fact.half)
        ]
        return f"; it is the figure of {same[0].proof.time_period}" if same else ""

    def _without_truth(self, claim: Claim) -> Judged:
        return self._mislabelled(claim) or self._unlikely(claim) or self._unknown(claim)

    # --- what cannot be -----------------------------------------------------------------------

    def _unlikely(self, claim: Claim) -> Judged | None:
        """A print that evidence refuses, where one mended figure is left."""
        evidence = self._evidence(claim)
        if not evidence:
            return None
        text = claim.printed.rstrip("以上内左右下")
        sound = None if claim.value is None else (claim.value, claim.decimals)
        proposed = (
            [each for each in candidates(text, unit=claim.unit_measure) if each.tier == 1]
            if claim.value is not None and claim.unit_measure in ("%", "‰")
            else self._candidates(claim)
        )
        likely = weigh(
            proposed,
            evidence,
            printed=sound,
            usual_decimals=1 if claim.unit_measure == "%" else None,
        )
        if likely is None:
            return None
        reason = f"{likely.reason}; {likely.evidence}"
        return Judged(claim, (Verdict.MISPRINTED,), reason, likely.value)

    def _evidence(self, claim: Claim) -> list[Evidence]:
        if claim.unit_measure == "%":
            rate = claim.measure in ("share", "target", "level") and (claim.kind is not Kind.GROWTH)
            low, high = (0.0, 100.0) if rate else _GROWTH
            grows = "增长" in claim.text and claim.kind is Kind.TARGET and claim.value is not None
            if grows and claim.value is not None and claim.value <= _GROWTH[1]:
                return []
            text = f"a rate lies between {low:g} and {high:g} %"
            found = [Evidence("possible", Strength.POSSIBLE, text, _between(low, high))]
            if claim.phrase in words().rates:
                text = "such rates lie above 50 %"
                found.append(Evidence("usual", Strength.USUAL, text, _between(50.0, 100.0)))
            return found
        if claim.kind is not Kind.VALUE or claim.measure != "level":
            return []
        return [*self._neighbours(claim), *self._peers(claim)]

    def _neighbours(self, claim: Claim) -> list[Evidence]:
        if claim.ref_area is None or claim.indicator is None or claim.time_period is None:
            return []
        year = int(claim.time_period)
        return [
            Evidence(
                "neighbours",
                Strength.NEAR,
                _told(fact),
                _between(fact.value / _FAR, fact.value * _FAR),
                _between(fact.value / _CLOSE, fact.value * _CLOSE),
            )
            for fact in self.warehouse.years(claim.ref_area, claim.indicator)
            if 0 < abs(int(fact.proof.time_period) - year) <= 3 and fact.value > 0
        ]

    def _peers(self, claim: Claim) -> list[Evidence]:
        """The narrowest declared group of the area of which enough members have a figure."""
        if claim.ref_area is None or claim.indicator is None or claim.time_period is None:
            return []
        groups: dict[str, list[str]] = {}
        for group, area in self.catalog.groups.select("group_id", "ref_area").iter_rows():
            groups.setdefault(group, []).append(area)
        for group, members in sorted(groups.items(), key=lambda each: len(each[1])):
            if claim.ref_area not in members:
                continue
            count, low, high = self.warehouse.peers(members, claim.indicator, claim.time_period)
            if count >= _PEERS and low > 0:
                text = (
                    f"{count} of {group} have {_number(low)} to {_number(high)} "
                    f"in {claim.time_period}"
                )
                return [
                    Evidence(
                        "peers",
                        Strength.NEAR,
                        text,
                        _between(low / _FAR, high * _FAR),
                        _between(low / _CLOSE, high * _CLOSE),
                    )
                ]
        return []

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
        fact = self.warehouse.latest(claim.ref_area, claim.indicator, "level", claim.time_period)
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
            reason = f"{says}: as far as they reach"
            return Judged(claim, (Verdict.SUPPORTED,), reason, None, proof)
        return Judged(claim, (Verdict.UNVERIFIABLE,), says, None, proof)

    def _gain(self, claim: Claim) -> Judged:
        if None in (claim.ref_area, claim.indicator, claim.time_period, claim.span_years):
            return self._unknown(claim)
        first = str(int(claim.time_period or 0) - (claim.span_years or 0))
        new = self.warehouse.latest(claim.ref_area, claim.indicator, "level", claim.time_period)
        old = self.warehouse.latest(claim.ref_area, claim.indicator, "level", first)
        if new is None or old is None or claim.value is None:
            return self._unknown(claim)
        gained = round(new.value - old.value, 6)
        note = f"{_number(new.value)} - {_number(old.value)} = {_number(gained)}"
        proofs = (replace(new.proof, note=note), old.proof)
        if holds(claim, gained, new.half + old.half):
            return Judged(claim, (Verdict.SUPPORTED,), note, None, proofs)
        return Judged(claim, (Verdict.CONTRADICTED,), note, gained, proofs)

    def _unknown(self, claim: Claim) -> Judged:
        return Judged(claim, (Verdict.UNVERIFIABLE,), settling(claim, self.catalog))


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
        return abs(value - asked) <= max(0.05 * abs(asked), printed) + half + _HAIR
    return abs(value - asked) <= printed + half + _HAIR


def _between(low: float, high: float) -> Callable[[float, float], bool]:
    def allows(value: float, half: float) -> bool:
        return low - half <= value <= high + half

    return allows


def _number(value: float) -> str:
    return f"{value:.10g}"


def _told(fact: Fact) -> str:
    proof = fact.proof
    unit = "" if proof.unit_measure == "%" else " "
    return (
        f"{proof.indicator} {proof.measure} {proof.time_period}: "
        f"{_number(proof.obs_value)}{unit}{proof.unit_measure} ({proof.release_id})"
    )
