"""What cannot be printed so: a rate above 100 %, a level out of the scale of its years and peers."""

from __future__ import annotations

from collections.abc import Callable

from flows.ask.check.claims.vocabulary import load_vocabulary
from flows.ask.check.nouns import ArticleClaim, ClaimKind, ClaimVerdict, JudgedClaim
from flows.ask.check.verdicts.known import KnownFigures
from flows.ask.check.verdicts.wording import describe_figure, format_figure
from flows.evidence.misprint import Candidate, candidates
from flows.evidence.weigh import Evidence, Strength, weigh
from flows.model.measure import Measure

#: A level further from its peers than this is out of their range, and a mended one this close.
FAR, CLOSE = 3.0, 1.3
#: So many peers at least say what is usual, and figures of so many years around one.
PEERS = 5
YEARS_AROUND = 3
#: Percent that a rate, one of those that are usually high, and a yearly growth can be.
RATE, HIGH_RATE, GROWTH = (0.0, 100.0), (50.0, 100.0), (-60.0, 100.0)
_YEAR = 4  # characters of a year


def list_mended(claim: ArticleClaim) -> list[Candidate]:
    """What a damaged print may mean, in the claim's unit."""
    return [
        Candidate(value, decimals, "point", 1, f"likely {format_figure(value)}: the point put back")
        for value, decimals in claim.candidates
    ]


def judge_likelihood(claim: ArticleClaim, known: KnownFigures) -> JudgedClaim | None:
    """Misprinted, where evidence refuses the print and one mended figure is left; else None."""
    evidence = list_evidence(claim, known)
    if not evidence:
        return None
    text = claim.printed.rstrip("以上内左右下")
    sound = None if claim.value is None else (claim.value, claim.decimals)
    proposed = (
        [each for each in candidates(text, unit=claim.unit_measure) if each.tier == 1]
        if claim.value is not None and claim.unit_measure in ("%", "‰")
        else list_mended(claim)
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
    return JudgedClaim(claim, (ClaimVerdict.MISPRINTED,), reason, likely.value)


def list_evidence(claim: ArticleClaim, known: KnownFigures) -> list[Evidence]:
    """What speaks for or against any value in the claim's place."""
    if claim.unit_measure == "%":
        rate = claim.measure in (Measure.SHARE, Measure.TARGET_LEVEL, Measure.LEVEL)
        low, high = RATE if rate else GROWTH
        text = f"a rate lies between {low:g} and {high:g} %"
        found = [Evidence("possible", Strength.POSSIBLE, text, _between(low, high))]
        if claim.phrase in load_vocabulary().rates:
            text = f"such rates lie above {HIGH_RATE[0]:g} %"
            found.append(Evidence("usual", Strength.USUAL, text, _between(*HIGH_RATE)))
        return found
    if claim.kind is not ClaimKind.VALUE or claim.measure is not Measure.LEVEL:
        return []
    if claim.ref_area is None or claim.indicator is None or claim.time_period is None:
        return []
    area, indicator, period = claim.ref_area, claim.indicator, claim.time_period
    return [
        *_list_neighbours(area, indicator, period, known),
        *_list_peers(area, indicator, period, known),
    ]


def _list_neighbours(area: str, indicator: str, period: str, known: KnownFigures) -> list[Evidence]:
    """The years around it."""
    if len(period) != _YEAR:
        return []
    return [
        _near("neighbours", describe_figure(each), each.value, each.value)
        for each in known.list_years(area, indicator)
        if 0 < abs(int(each.proof.time_period) - int(period)) <= YEARS_AROUND and each.value > 0
    ]


def _list_peers(area: str, indicator: str, period: str, known: KnownFigures) -> list[Evidence]:
    """The narrowest declared group of the area of which enough members have a figure."""
    groups: dict[str, list[str]] = {}
    for group, member in known.catalog.groups.select("group_id", "ref_area").iter_rows():
        groups.setdefault(group, []).append(member)
    for group, members in sorted(groups.items(), key=lambda each: len(each[1])):
        if area not in members:
            continue
        count, low, high = known.measure_peers(members, indicator, period)
        if count >= PEERS and low > 0:
            spread = f"{format_figure(low)} to {format_figure(high)}"
            return [_near("peers", f"{count} of {group} have {spread} in {period}", low, high)]
    return []


def _near(name: str, text: str, low: float, high: float) -> Evidence:
    """A level lies in the scale of others; a mended one close to them."""
    return Evidence(
        name,
        Strength.NEAR,
        text,
        _between(low / FAR, high * FAR),
        _between(low / CLOSE, high * CLOSE),
    )


def _between(low: float, high: float) -> Callable[[float, float], bool]:
    def allows(value: float, half: float) -> bool:
        return low - half <= value <= high + half

    return allows
