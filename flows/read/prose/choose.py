"""One claim for each indicator and measure of a document.

The same figure is often printed twice. The best name wins (本外币 before 人民币, the plain growth
before the same-scope one), then an exact figure before an approximate one, then the one with
more digits, then the first. Two figures that are equally good and differ beyond rounding are
both kept and held in doubt by ``checks``.
"""

from __future__ import annotations

from flows.read.prose.state import Claim


def same_figure(a: Claim, b: Claim) -> bool:
    """Do two claims print the same value, one of them rounded perhaps?"""
    digits = min(a.number.decimals, b.number.decimals)
    if a.number.unit == b.number.unit:
        return bool(abs(a.value - b.value) <= 0.5 * 10.0**-digits + 1e-9)
    return False


def choose(claims: list[Claim]) -> list[Claim]:
    """The claims that stand, in document order."""
    groups: dict[tuple[str, str, str | None], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.indicator, claim.measure, claim.period), []).append(claim)
    kept: list[Claim] = []
    levels: dict[tuple[str, str | None], int] = {}
    for (code, measure, period), group in groups.items():
        best = min(claim.rank for claim in group)
        if measure == "level":
            levels[code, period] = best
    for (code, measure, period), group in groups.items():
        best = min(claim.rank for claim in group)
        if measure == "growth" and best // 10 > levels.get((code, period), best) // 10:
            continue  # the growth of 人民币存款 is no growth of the level 本外币存款
        group = [claim for claim in group if claim.rank == best]
        group.sort(
            key=lambda claim: (claim.approximate, -claim.number.decimals, claim.number.start)
        )
        kept.append(group[0])
    kept.sort(key=lambda claim: claim.number.start)
    return kept
