"""Numbers of a list whose separators were lost, cut by the sum that the document prints."""

from __future__ import annotations

from flows.evidence.misprint import split_by_sum
from flows.model.measure import Measure
from flows.read.prose.state import Claim, Listed

#: the whole that a list of parts adds up to
_WHOLE = {
    ("gdp_primary", "gdp_secondary", "gdp_tertiary"): "gdp",
    ("exports", "imports"): "trade_total",
}


def cuts(lists: list[Listed], claims: list[Claim]) -> dict[int, str]:
    """How each run of digits would have to be cut, by ``id`` of its number.

    Only where one way alone gives parts that add up to the printed whole, within the rounding
    of the whole. It is evidence for a person: nothing is loaded from it.
    """
    found: dict[int, str] = {}
    wholes = {
        (claim.indicator, claim.number.unit): claim.number
        for claim in claims
        if claim.measure is Measure.LEVEL and claim.period is None and claim.doubt is None
    }
    for listed in lists:
        whole = wholes.get((_WHOLE.get(listed.codes, ""), listed.number.unit))
        if whole is None or listed.number.decimals:
            continue
        run = f"{listed.number.value:.0f}"
        step = 10.0**-whole.decimals
        parts = split_by_sum(run, len(listed.codes), whole.value, step * (1 + 1e-9))
        if parts is not None:
            terms = " + ".join(f"{part:g}" for part in parts)
            found[id(listed.number)] = f"{terms} = {whole.value:g}, the total that is printed"
    return found
