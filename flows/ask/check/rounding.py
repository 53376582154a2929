"""Whole numbers that end in zeros: 89000元 for 88954.

That a figure ends in two zeros by chance happens once in a hundred times; so two zeros and more
may be what is left of a rounding, and one may not. A number that is rounded keeps two digits other
than these zeros. One that is a digit and zeros (90000, 1000) names a mark: it keeps three. Nothing
is taken for rounded that is off by more than 1 %.
"""

from __future__ import annotations

import re
import unicodedata

from flows.ask.check.nouns import Claim, Comparator, Kind

_WHOLE = re.compile(r"\d[\d,]*(?![\d,.])")
_FEWEST = 2  # zeros
_KEPT, _KEPT_OF_MARK = 2, 3
_MOST_OFF = 0.01
_HAIR = 1e-9


def rounded_to(claim: Claim, value: float) -> float | None:
    """The place, in the claim's unit, to which ``value`` is rounded in print; None if it is not."""
    plain = claim.kind is Kind.VALUE and claim.comparator is Comparator.EXACT
    printed = _WHOLE.match(unicodedata.normalize("NFKC", claim.printed))
    if not plain or claim.value is None or printed is None or claim.unit_measure in ("%", "‰"):
        return None
    digits = printed.group(0).replace(",", "")
    zeros = len(digits) - len(digits.rstrip("0"))
    kept = _KEPT if len(digits) - zeros >= _KEPT else _KEPT_OF_MARK
    dropped = min(zeros, len(digits) - kept)
    if dropped < _FEWEST:
        return None
    place = float(10.0 ** (dropped - claim.decimals))
    most = min(place / 2, _MOST_OFF * abs(claim.value))
    return place if abs(value - claim.value) <= most + _HAIR else None
