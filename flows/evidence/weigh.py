"""Evidence weighs candidates: one that all evidence bears out, or silence.

Each piece of evidence says yes or no to a value. Pieces of one name vote together, and half of
them must say yes (the years around a figure); a single piece must. ``usual`` evidence and the
usual number of decimals only choose between candidates that everything else allows.

A suggestion is made only if evidence refuses the printed value, and one candidate of the least
damage is left:

- Without exact evidence it must lie closely beside its neighbours: what is wide enough to condemn
  is too wide to mend.
- Bounds alone only put a point back, where one place alone makes the value usual and leaves the
  digits after it that are usual.
- A digit lost, altered or too many needs exact evidence, for ten digits fit in every gap; where one would
  do, no other place of the point is suggested either.
- Nothing is mended into more digits than are ever printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from flows.evidence.misprint import Candidate

#: So many digits more than usual are the most that is printed.
FINEST = 2


class Strength(StrEnum):
    EXACT = "exact"  # an identity whose other members are printed to the last digit
    NEAR = "near"  # the years around it, other releases, last year's level and the growth
    POSSIBLE = "possible"  # what can be at all
    USUAL = "usual"  # what nearly always is


@dataclass(frozen=True, slots=True)
class Evidence:
    name: str  # pieces of one name vote together
    strength: Strength
    text: str  # for a person: "653.05 in 2022"
    allows: Callable[[float, float], bool]  # value, half a unit of its last digit
    closely: Callable[[float, float], bool] | None = None  # the same, with less room


@dataclass(frozen=True, slots=True)
class Likely:
    """What was probably printed, and what says so."""

    value: float
    decimals: int
    kind: str
    tier: int
    reason: str
    evidence: str


def half_unit(decimals: int) -> float:
    """Half a unit of the last printed digit: what rounding hides."""
    return float(0.5 * 10.0**-decimals)


def refused(evidence: Iterable[Evidence], value: float, half: float) -> list[Evidence]:
    """The evidence that speaks against a value, votes counted; usual evidence has no vote."""
    return _against(_votes(evidence), value, half)


def _against(votes: Iterable[Sequence[Evidence]], value: float, half: float) -> list[Evidence]:
    against: list[Evidence] = []
    for pieces in votes:
        nays = [piece for piece in pieces if not piece.allows(value, half)]
        if 2 * len(nays) > len(pieces):
            against += nays
    return against


def weigh(
    proposed: Sequence[Candidate],
    evidence: Sequence[Evidence],
    *,
    printed: tuple[float, int] | None,
    usual_decimals: int | None = None,
) -> Likely | None:
    """The candidate that the evidence decides for, or None.

    ``printed``: value and decimals as printed; None where the text is no sound number.
    """
    votes = _votes(evidence)
    against = []
    if printed is not None:
        against = _against(votes, printed[0], half_unit(printed[1]))
        if not against:
            return None
    if not votes:
        return None
    close = [[_closer(piece) for piece in pieces] for pieces in votes]
    strengths = {piece.strength for pieces in votes for piece in pieces}
    exact, bounds_only = Strength.EXACT in strengths, strengths == {Strength.POSSIBLE}

    def fits(each: Candidate) -> bool:
        half = half_unit(each.decimals)
        return (
            (usual_decimals is None or each.decimals <= usual_decimals + FINEST)
            and not _against(votes, each.value, half)
            and (exact or not _against(close, each.value, half))
        )

    left = [each for each in proposed if fits(each)]
    if bounds_only:
        left = [each for each in left if each.tier == 1]
    if not left:
        return None
    least = min(each.tier for each in left)
    if least == 2 and any(each.tier == 3 for each in left):
        return None  # a digit more or less and a point elsewhere look the same
    left = [each for each in left if each.tier == least]
    usual = [piece for piece in evidence if piece.strength is Strength.USUAL]
    left = _prefer(
        left, lambda c: all(piece.allows(c.value, half_unit(c.decimals)) for piece in usual)
    )
    if bounds_only:
        left = [each for each in left if len(left) == 1 and each.decimals == usual_decimals]
    left = _prefer(left, lambda c: usual_decimals is not None and c.decimals == usual_decimals)
    if len(left) != 1 or (least == 3 and not exact):
        return None
    likely = left[0]
    half = half_unit(likely.decimals)
    grounds = against or [piece for piece in evidence if piece.strength is not Strength.USUAL]
    says = [piece.text for piece in grounds if piece.allows(likely.value, half)]
    return Likely(
        likely.value,
        likely.decimals,
        likely.kind,
        likely.tier,
        likely.reason,
        "; ".join(dict.fromkeys(says)),
    )


def _closer(piece: Evidence) -> Evidence:
    return replace(piece, allows=piece.closely) if piece.closely else piece


def _votes(evidence: Iterable[Evidence]) -> list[list[Evidence]]:
    votes: dict[str, list[Evidence]] = {}
    for piece in evidence:
        if piece.strength is not Strength.USUAL:
            votes.setdefault(piece.name, []).append(piece)
    return list(votes.values())


def _prefer(left: list[Candidate], better: Callable[[Candidate], bool]) -> list[Candidate]:
    """Those that are better, if any; all otherwise."""
    if len(left) < 2:
        return left
    return [each for each in left if better(each)] or left
