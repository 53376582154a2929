"""Do the claims of a document satisfy the identities, and what would mend those that fail?"""

from __future__ import annotations

from flows.catalog.units import scale
from flows.evidence.bounds import may_be_negative
from flows.evidence.identities import Identity, Printed, identities_asked_by, member_name
from flows.evidence.misprint import POINT_MOVES
from flows.model.measure import Measure
from flows.read.prose.state import FigureClaim

#: Who is held where an identity fails; of the others every member may be. The words for taxes are
#: used of wider sums too, so that a part larger than the whole is not the whole's fault.
BLAMED = {"tax-part": ("tax_revenue", "tax_revenue:growth")}
#: Into the unit in which amounts, amounts per head and people are compared.
_UNITS = {
    **{unit: scale(unit, "亿元") for unit in ("亿元", "亿", "万元", "万亿元", "千元")},
    **{unit: scale(unit, "万人") for unit in ("万人", "人", "亿人")},
    **dict.fromkeys(("元", "元/人"), 1.0),
}


def name_member(claim: FigureClaim) -> str:
    return member_name(claim.indicator, claim.measure)


def _value(claim: FigureClaim) -> float:
    if claim.measure is Measure.LEVEL and claim.indicator not in ("cpi",):
        per_head = claim.indicator.startswith(("income", "consumption", "gdp_per"))
        if per_head and claim.number.unit == "万元":
            return claim.value * scale("万元", "元")
        return claim.value * _UNITS.get(claim.number.unit, 1.0)
    return claim.value


def _step(claim: FigureClaim) -> float:
    """Half a unit of the last printed digit, in the common unit."""
    if claim.number.value == 0:
        return float(0.5 * 10.0**-claim.number.decimals)
    scale = abs(_value(claim) / claim.value) if claim.value else 1.0
    return float(0.5 * 10.0**-claim.number.decimals * scale)


def _printed(claim: FigureClaim) -> Printed:
    return _value(claim), _step(claim)


def _find_complete(claims: list[FigureClaim]) -> list[tuple[Identity, list[FigureClaim]]]:
    """The identities of which the document prints every member."""
    by_key = {name_member(claim): claim for claim in claims if claim.period is None}
    found = []
    for identity in identities_asked_by("reader"):
        members = [by_key[name] for name in identity.members if name in by_key]
        if len(members) == len(identity.members):
            found.append((identity, members))
    return found


def find_broken(
    claims: list[FigureClaim],
) -> list[tuple[Identity, list[FigureClaim], dict[str, float]]]:
    """Failing identities with their members, and what mends them: ``{name: value in own unit}``."""
    found = []
    for identity, members in _find_complete(claims):
        values = {name_member(claim): _printed(claim) for claim in members}
        if not identity.holds(values):
            found.append((identity, members, _find_mends(identity, members, values)))
    return found


def find_satisfied(
    claims: list[FigureClaim], key: str, value: float | None = None, *, rough: bool = False
) -> list[str]:
    """Exact identities that a claim takes part in and that hold, with ``value`` in place of its own.

    ``rough`` takes in the equations that only tell magnitudes apart.
    """
    names = []
    for identity, members in _find_complete(claims):
        if key not in identity.members:
            continue
        values = {name_member(claim): _printed(claim) for claim in members}
        if value is not None:
            own = next(claim for claim in members if name_member(claim) == key)
            scale = values[key][0] / own.value if own.value else 1.0
            values[key] = (value * scale, values[key][1])
        asked = identity.is_exact or (rough and identity.is_equation)
        if asked and identity.holds(values):
            names.append(identity.name)
    return names


def _find_mends(
    identity: Identity, members: list[FigureClaim], values: dict[str, Printed]
) -> dict[str, float]:
    """For each member alone: its value with the point or the sign put right, if that mends all."""
    mends: dict[str, float] = {}
    for claim in members:
        key = name_member(claim)
        value, half = values[key]
        factors = list(POINT_MOVES)
        if may_be_negative(claim.indicator, claim.measure):
            factors += [-factor for factor in (1.0, *POINT_MOVES)]
        for factor in factors:
            if identity.holds({**values, key: (value * factor, half * abs(factor))}):
                mends[key] = round(claim.value * factor, 6)
                break
    return mends
