"""Do the claims of a document satisfy the identities, and what would mend those that fail?"""

from __future__ import annotations

from flows.read.prose.identities import IDENTITIES, Identity, Values
from flows.read.prose.state import Claim

_FACTORS = (0.1, 0.01, 0.001, 10.0, 100.0)
_UNITS = {
    "亿元": 1.0,
    "亿": 1.0,
    "万元": 1e-4,
    "万亿元": 1e4,
    "千元": 1e-5,
    "元": 1.0,
    "元/人": 1.0,
    "万人": 1.0,
    "人": 1e-4,
    "亿人": 1e4,
}


def key_of(claim: Claim) -> str:
    return f"{claim.indicator}.{claim.measure}"


def _value(claim: Claim) -> float:
    if claim.measure == "level" and claim.indicator not in ("cpi",):
        per_head = claim.indicator.startswith(("income", "consumption", "gdp_per"))
        if per_head and claim.number.unit == "万元":
            return claim.value * 1e4
        return claim.value * _UNITS.get(claim.number.unit, 1.0)
    return claim.value


def _step(claim: Claim) -> float:
    """Half a unit of the last printed digit, in the common unit."""
    if claim.number.value == 0:
        return float(0.5 * 10.0**-claim.number.decimals)
    scale = abs(_value(claim) / claim.value) if claim.value else 1.0
    return float(0.5 * 10.0**-claim.number.decimals * scale)


def _holds(identity: Identity, values: Values, steps: Values) -> bool:
    try:
        return abs(identity.gap(values)) <= identity.slack(values, steps)
    except ZeroDivisionError:
        return True  # a figure of 0 or a fall by 100 % says nothing


def broken(claims: list[Claim]) -> list[tuple[Identity, list[Claim], dict[str, float]]]:
    """Failing identities with their members, and what mends them: ``{key: value in own unit}``."""
    by_key = {key_of(claim): claim for claim in claims if claim.period is None}
    found = []
    for identity in IDENTITIES:
        members = [by_key.get(key) for key in identity.members]
        if any(member is None for member in members):
            continue
        held = [member for member in members if member is not None]
        values = {key_of(claim): _value(claim) for claim in held}
        steps = {key_of(claim): _step(claim) for claim in held}
        if _holds(identity, values, steps):
            continue
        found.append((identity, held, _mended(identity, held, values, steps)))
    return found


def satisfied(
    claims: list[Claim], key: str, value: float | None = None, *, rough: bool = False
) -> list[str]:
    """Close identities that a claim takes part in and that hold, with ``value`` in place of its own.

    ``rough`` takes in the identities that only tell magnitudes apart.
    """
    by_key = {key_of(claim): claim for claim in claims if claim.period is None}
    holds = []
    for identity in IDENTITIES:
        if key not in identity.members or any(member not in by_key for member in identity.members):
            continue
        held = [by_key[member] for member in identity.members]
        values = {key_of(claim): _value(claim) for claim in held}
        steps = {key_of(claim): _step(claim) for claim in held}
        if value is not None:
            own = by_key[key]
            values[key] = value * (values[key] / own.value if own.value else 1.0)
        asked = identity.close or (rough and identity.rough)
        if asked and _holds(identity, values, steps):
            holds.append(identity.rule)
    return holds


def _mended(
    identity: Identity, held: list[Claim], values: Values, steps: Values
) -> dict[str, float]:
    mends: dict[str, float] = {}
    for claim in held:
        key = key_of(claim)
        tries = [values[key] * factor for factor in _FACTORS]
        if identity.signs:
            tries += [-value for value in (values[key], *tries)]
        for value in tries:
            trial = {**values, key: value}
            small = {
                **steps,
                key: steps[key] * abs(value / values[key]) if values[key] else steps[key],
            }
            if _holds(identity, trial, small):
                ratio = value / values[key] if values[key] else 1.0
                mends[key] = round(claim.value * ratio, 6)
                break
    return mends
