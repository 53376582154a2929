"""What cannot be printed so: a rate above 100 %, a level out of the scale of its years and peers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.ask.check.nouns import Claim, Judged, Kind, Verdict
from flows.ask.check.told import figure, told
from flows.ask.check.warehouse import Warehouse
from flows.ask.check.words import words
from flows.catalog.model import Catalog
from flows.evidence.misprint import Candidate, candidates
from flows.evidence.weigh import Evidence, Strength, weigh
from flows.model.measure import Measure

#: A level further from its peers than this is out of their range, and a mended one this close.
_FAR, _CLOSE = 3.0, 1.3
#: So many peers at least say what is usual.
_PEERS = 5
_YEAR = 4  # characters of a year
#: Percent that a yearly growth can be at all.
_GROWTH = (-60.0, 100.0)


def mended_candidates(claim: Claim) -> list[Candidate]:
    """What a damaged print may mean, in the claim's unit."""
    return [
        Candidate(value, decimals, "point", 1, f"likely {figure(value)}: the point put back")
        for value, decimals in claim.candidates
    ]


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Weighs a print against what is possible at all."""

    warehouse: Warehouse
    catalog: Catalog

    def unlikely(self, claim: Claim) -> Judged | None:
        """A print that evidence refuses, where one mended figure is left."""
        evidence = self._evidence(claim)
        if not evidence:
            return None
        text = claim.printed.rstrip("以上内左右下")
        sound = None if claim.value is None else (claim.value, claim.decimals)
        proposed = (
            [each for each in candidates(text, unit=claim.unit_measure) if each.tier == 1]
            if claim.value is not None and claim.unit_measure in ("%", "‰")
            else mended_candidates(claim)
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
            rate = claim.measure in (Measure.SHARE, Measure.TARGET_LEVEL, Measure.LEVEL)
            low, high = (0.0, 100.0) if rate else _GROWTH
            text = f"a rate lies between {low:g} and {high:g} %"
            found = [Evidence("possible", Strength.POSSIBLE, text, _between(low, high))]
            if claim.phrase in words().rates:
                text = "such rates lie above 50 %"
                found.append(Evidence("usual", Strength.USUAL, text, _between(50.0, 100.0)))
            return found
        if claim.kind is not Kind.VALUE or claim.measure is not Measure.LEVEL:
            return []
        return [*self._neighbours(claim), *self._peers(claim)]

    def _neighbours(self, claim: Claim) -> list[Evidence]:
        if claim.ref_area is None or claim.indicator is None or claim.time_period is None:
            return []
        if len(claim.time_period) != _YEAR:
            return []
        year = int(claim.time_period)
        return [
            Evidence(
                "neighbours",
                Strength.NEAR,
                told(fact),
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
                    f"{count} of {group} have {figure(low)} to {figure(high)} "
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


def _between(low: float, high: float) -> Callable[[float, float], bool]:
    def allows(value: float, half: float) -> bool:
        return low - half <= value <= high + half

    return allows
