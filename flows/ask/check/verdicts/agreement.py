"""Whether a value that is known bears out what an article prints.

A print says no more than its last digit. Whole numbers that end in zeros may be rounded further:
89000元 for 88954. That a figure ends in two zeros by chance happens once in a hundred times; so
two zeros and more may be what is left of a rounding, and one may not. A number that is rounded
keeps two digits other than these zeros. One that is a digit and zeros (90000, 1000) names a mark:
it keeps three. Nothing is taken for rounded that is off by more than 1 %.
"""

from __future__ import annotations

import re
import unicodedata

from flows.ask.check.nouns import ArticleClaim, ClaimKind, Comparator
from flows.evidence.weigh import half_unit

#: What binary fractions may add to a difference.
HAIR = 1e-9
#: How far 左右, 约 and 近 reach: a twentieth of an amount; of a rate, half a point or a hundredth.
ABOUT_AMOUNT, ABOUT_RATE, ABOUT_POINTS = 0.05, 0.01, 0.5
#: Zeros that a rounding leaves at least, digits that it keeps at least (of a mark more), and how
#: far it is off at most.
FEWEST_ZEROS = 2
KEPT_DIGITS, KEPT_OF_MARK = 2, 3
MOST_OFF = 0.01
_MANY = re.compile("[多余几]")
_WHOLE = re.compile(r"\d[\d,]*(?![\d,.])")


def agrees(claim: ArticleClaim, value: float, half: float) -> bool:
    """Does a value, known to ``half``, bear the claim out, as far as it is printed?"""
    if claim.value is None:
        return False
    asked, printed = claim.value, half_unit(claim.decimals)
    if claim.comparator is Comparator.AT_LEAST:
        many = _MANY.search(claim.printed) is not None
        step = 10 ** (len(str(int(abs(asked)))) - 1) if many and asked else float("inf")
        return asked - half - HAIR <= value < asked + step + half
    if claim.comparator is Comparator.AT_MOST:
        return value <= asked + half + HAIR
    if claim.comparator is Comparator.ABOUT:
        rate = claim.unit_measure in ("%", "‰")
        near = max(ABOUT_RATE * abs(asked), ABOUT_POINTS) if rate else ABOUT_AMOUNT * abs(asked)
        return abs(value - asked) <= max(near, printed) + half + HAIR
    # What is known more finely was rounded by the article; more coarsely, by the release.
    return abs(value - asked) <= max(printed, half) + HAIR


def find_rounding(claim: ArticleClaim, value: float) -> float | None:
    """The place, in the claim's unit, to which ``value`` is rounded in print; None if it is not."""
    plain = claim.kind is ClaimKind.VALUE and claim.comparator is Comparator.EXACT
    printed = _WHOLE.match(unicodedata.normalize("NFKC", claim.printed))
    if not plain or claim.value is None or printed is None or claim.unit_measure in ("%", "‰"):
        return None
    digits = printed.group(0).replace(",", "")
    zeros = len(digits) - len(digits.rstrip("0"))
    kept = KEPT_DIGITS if len(digits) - zeros >= KEPT_DIGITS else KEPT_OF_MARK
    dropped = min(zeros, len(digits) - kept)
    if dropped < FEWEST_ZEROS:
        return None
    place = float(10.0 ** (dropped - claim.decimals))
    most = min(place / 2, MOST_OFF * abs(claim.value))
    return place if abs(value - claim.value) <= most + HAIR else None
