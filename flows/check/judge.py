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
from flows.check.words import SHARE_OF, words
from flows.gate.weigh import Evidence, Strength, half_unit, weigh
from flows.misprint import Candidate, candidates

_HAIR = 1e-9
_SHARE_SLACK = 0.05  # percentage points: values and share are rounded apart
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
        if claim.kind is Kind.COMPARISON:
            return self._comparison(claim)
        if claim.kind is Kind.TARGET:
            return self._target(claim)
        if claim.indicator is None or claim.measure not in ("level", "growth", "share"):
            return self._unlikely(claim) or self._unknown(claim)
        return self._figure(claim)

    # --- a level, growth or share -------------------------------------------------------------

    def _figure(self, claim: Claim) -> Judged:
        key = (claim.ref_area, claim.indicator, claim.measure or "level", claim.time_period)
        truth = self.warehouse.latest(*key)
        if truth is None:
            return self._computed_share(claim) or self._without_truth(claim)
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
        if not claim.sure:
            reason = f"{_told(truth)}; the words before the name may mean a part or another thing"
            return Judged(claim, (Verdict.UNVERIFIABLE,), reason, None, (truth.proof,))
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
        other = self._mislabelled(claim) if claim.sure else None
        return other or self._unlikely(claim) or self._unknown(claim)

    def _target(self, claim: Claim) -> Judged:
        """What is said to be aimed at, against the plan that prints it."""
        truth = self.warehouse.latest(
            claim.ref_area, claim.indicator, claim.measure or "", claim.time_period
        )
        if truth is None:
            return self._unlikely(claim) or self._unknown(claim)
        exact = replace(claim, comparator=Comparator.EXACT)
        if claim.value is not None and holds(exact, truth.value, truth.half):
            return Judged(claim, (Verdict.SUPPORTED,), _told(truth), None, (truth.proof,))
        mended = self._mended(claim, truth)
        if mended is not None:
            reason = f"{_told(truth)}; {mended.reason}"
            return Judged(claim, (Verdict.MISPRINTED,), reason, mended.value, (truth.proof,))
        if claim.value is None:
            return self._unknown(claim)
        reason = f"{_told(truth)}, not {claim.printed}"
        return Judged(claim, (Verdict.CONTRADICTED,), reason, truth.value, (truth.proof,))

    def _computed_share(self, claim: Claim) -> Judged | None:
        """A sector's share from its value and the whole's, where neither print has the share."""
        part = next((code for code, share in SHARE_OF.items() if share == claim.indicator), None)
        period = claim.time_period
        own = self.warehouse.latest(claim.ref_area, part, "level", period) if part else None
        whole = self.warehouse.latest(claim.ref_area, "gdp", "level", period) if part else None
        if own is None or whole is None or not whole.value or claim.value is None:
            return None
        share = 100 * own.value / whole.value
        note = f"{_number(own.value)} / {_number(whole.value)} = {share:.2f}%"
        proofs = (replace(own.proof, note=note), whole.proof)
        if holds(claim, share, _SHARE_SLACK):
            return Judged(claim, (Verdict.SUPPORTED,), note, None, proofs)
        mended = [v for v, d in claim.candidates if abs(v - share) <= half_unit(d) + _SHARE_SLACK]
        if len(mended) == 1:
            reason = f"{note}; likely {_number(mended[0])}: the point put back"
            return Judged(claim, (Verdict.MISPRINTED,), reason, mended[0], proofs)
        if abs(claim.value - share) <= 1.0 or not claim.sure:
            return Judged(claim, (Verdict.UNVERIFIABLE,), f"{note}: near it", None, proofs)
        return Judged(claim, (Verdict.CONTRADICTED,), note, round(share, 1), proofs)

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
            rate = claim.measure in ("share", "target_level", "level")
            low, high = (0.0, 100.0) if rate else _GROWTH
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
        if holds(claim, gained, new.half + old.half + half_unit(claim.decimals)):
            return Judged(claim, (Verdict.SUPPORTED,), note, None, proofs)
        return Judged(claim, (Verdict.CONTRADICTED,), note, gained, proofs)

    def _comparison(self, claim: Claim) -> Judged:
        """Above or below another place, and by how much."""
        measure = claim.measure or "level"
        own = self.warehouse.latest(claim.ref_area, claim.indicator, measure, claim.time_period)
        other = self.warehouse.latest(claim.other_area, claim.indicator, measure, claim.time_period)
        if claim.indicator is None:
            return Judged(claim, (Verdict.UNVERIFIABLE,), "by what they are compared is not said")
        if own is None or other is None:
            missing = claim.ref_area if own is None else claim.other_area
            return self._unknown(replace(claim, ref_area=missing), claim)
        gap = round(own.value - other.value, 6)
        half = own.half + other.half
        unit = "百分点" if measure == "growth" else own.proof.unit_measure
        note = f"{_number(own.value)} - {_number(other.value)} = {_number(gap)} {unit}"
        proofs = (replace(own.proof, note=note), other.proof)
        if claim.value is not None:
            # 165多亿 is a bound; and who rounds both first is off by one in the last digit.
            sign = 1 if claim.value >= 0 else -1
            loose = any(word in claim.printed for word in "多余几")
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
        return abs(value - asked) <= max(0.05 * abs(asked), printed) + half + _HAIR
    # What is known more finely was rounded by the article; more coarsely, by the release.
    return abs(value - asked) <= max(printed, half) + _HAIR


def _between(low: float, high: float) -> Callable[[float, float], bool]:
    def allows(value: float, half: float) -> bool:
        return low - half <= value <= high + half

    return allows


def _number(value: float) -> str:
    return f"{value:.10g}"


def _told(fact: Fact) -> str:
    proof = fact.proof
    unit = "" if proof.unit_measure == "%" else " "
    name = proof.indicator if proof.measure == "level" else f"{proof.indicator} {proof.measure}"
    return (
        f"{name} {proof.time_period}: "
        f"{_number(proof.obs_value)}{unit}{proof.unit_measure} ({proof.release_id})"
    )
