"""One claim for each indicator, measure and period of a document.

The same figure is often printed twice. The best name wins (本外币 before 人民币, the plain growth
before the same-scope one), then an exact figure before an approximate one, then the one with
more digits, then the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.catalog.units import scale
from flows.model.measure import Measure
from flows.read.prose.numbers import FAMILY
from flows.read.prose.state import FigureClaim

_COMPARED = {
    "元": ("元", "千元", "万元", "亿元", "亿", "万亿元"),
    "人": ("人", "万人"),
    "吨": ("吨", "万吨"),
}
_SCALE = {unit: scale(unit, base) for base, units in _COMPARED.items() for unit in units}
_SCALE["元/人"] = 1.0
_UNITLESS = 5  # a tenth of the rank of a figure whose unit was lost


def prints_same(a: FigureClaim, b: FigureClaim) -> bool:
    """Do two claims print the same value, one of them rounded perhaps?"""
    if a.unit or b.unit:  # an index read as a change, a share of a ratio: both in percent
        digits = min(a.number.decimals, b.number.decimals)
        return bool(abs(a.value - b.value) <= 0.5 * 10.0**-digits + 1e-9)
    if FAMILY.get(a.number.unit) == FAMILY.get(b.number.unit) or _SCALE.keys() >= {
        a.number.unit,
        b.number.unit,
    }:
        gap = abs(a.value * _scale(a) - b.value * _scale(b))
        return bool(gap <= 0.5 * max(_step(a), _step(b)) * (1 + 1e-9))
    return False


def _scale(claim: FigureClaim) -> float:
    return _SCALE.get(claim.number.unit, 1.0)


def _step(claim: FigureClaim) -> float:
    """One unit of the last printed digit."""
    return float(_scale(claim) * 10.0**-claim.number.decimals)


def sort_claims(claims: list[FigureClaim]) -> list[FigureClaim]:
    """Claims of one key, the one to be believed first."""
    return sorted(claims, key=lambda c: (c.rank, c.approximate, _step(c), c.number.start))


def group_claims(claims: list[FigureClaim], named: dict[str, int]) -> Iterator[list[FigureClaim]]:
    """Claims by key, without those whose name is a worse one than the best that is printed.

    ``named`` has the best rank that any figure was named by: where the digits of 本外币存款 were
    lost, 人民币存款 must not take their place.
    """
    groups: dict[tuple[str, Measure, str | None], list[FigureClaim]] = {}
    for claim in claims:
        groups.setdefault((claim.indicator, claim.measure, claim.period), []).append(claim)
    levels = {
        (code, period): min(claim.rank for claim in group) // 10
        for (code, measure, period), group in groups.items()
        if measure is Measure.LEVEL and min(claim.rank for claim in group) // 10 < _UNITLESS
    }
    for (code, measure, period), group in groups.items():
        best = min(claim.rank for claim in group) // 10
        if best >= _UNITLESS:
            yield group
            continue
        if measure is Measure.GROWTH and best > levels.get((code, period), best):
            continue  # the growth of 人民币存款 is no growth of the level 本外币存款
        if best > named.get(code, best):
            continue
        yield [claim for claim in group if claim.rank // 10 in (best, _UNITLESS)]
