"""A number whose decimal point may be gone: the one rule of reader and gate.

A number that is printed without a digit after its point (``395`` for 39.5, ``05`` for 0.5) is
suspect by one of these:

- ``ZERO_IN_FRONT``: it begins with a zero
- ``is_usual_with_point``: it is unusual, and would be usual with the digits it usually has
- ``Style.suspect_from``: the numbers printed around it have points, and it is large
- ``describe_rate``: a rate, a part or a change that is too large for what it is

Whoever asks lets off what other evidence bears out as it is printed: an identity, the levels, a
second print. Where a point is put back, ``misprint.candidates`` says how.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

#: Printed digits that begin with a zero which no point follows. For ``re`` and for polars.
ZERO_IN_FRONT = r"^-?0\d"
#: So many numbers show a style, and this share of them with points is a strict one.
FEW, STRICT = 5, 0.8
#: More than this share of points is a style, too: a large number without one is suspect.
MOSTLY = 0.5
#: Smaller than this, a number with its point put back would be less than 1.
SUSPECT = 10.0
#: The same where the style is not strict: for percentages, and for amounts.
SUSPECT_RATE, SUSPECT_AMOUNT = 25.0, 100.0
#: A part in percent is no more than the whole; a change as large as this has lost its point.
WHOLE, WILD = 100.0, 50.0


@dataclass(frozen=True, slots=True)
class Style:
    """How numbers of one unit are printed in one document: how many, and with how many digits."""

    count: int
    whole: int  # how many without a digit after the point
    digits: int | None  # the most usual number of digits after the point of the others

    @property
    def pointed(self) -> float:
        return 1 - self.whole / self.count if self.count else 0.0

    def suspect_from(self, *, percent: bool, complete: bool = True) -> float | None:
        """The size from which a number without a point is suspect; None: whole ones are usual.

        ``complete``: all numbers of the document are counted. Then the only one without a point
        is suspect even where there are too few to show a style; the gate sees a part of them.
        """
        if self.count >= FEW and self.pointed >= STRICT:
            return SUSPECT
        if complete and (self.whole <= 1 or self.pointed >= MOSTLY):
            return SUSPECT_RATE if percent else SUSPECT_AMOUNT
        return None

    def put_back(self, value: float) -> float | None:
        """The value, had only its point been lost; None where none is usual."""
        return value / 10**self.digits if self.digits else None


#: Of a unit that is not printed elsewhere in the document.
NO_STYLE = Style(0, 0, None)


def measure_style(decimals: Iterable[int]) -> Style:
    """The style of numbers with so many digits after the point."""
    counts = Counter(decimals)
    whole = counts.pop(0, 0)
    usual = max((count, digits) for digits, count in counts.items())[1] if counts else None
    return Style(whole + counts.total(), whole, usual)


def is_usual_with_point(value: Any, usual_decimals: Any, low: Any, high: Any) -> Any:
    """Whether the usual digits after the point make it usual; for numbers and for polars columns."""
    pointed = value / 10.0**usual_decimals
    return (usual_decimals > 0) & (low <= pointed) & (pointed <= high)


def describe_rate(size: float, decimals: int, unit: str, *, part: bool) -> str | None:
    """Why a rate of this size cannot be as it is printed; None where it can.

    ``unit``: % or ‰; ``part``: it is a share of a whole, and no change.
    """
    if part and unit == "%" and size > WHOLE:
        return "a part is not more than the whole"
    if decimals:
        return None
    if unit == "‰":
        return "a rate without a decimal"
    if unit == "%" and size >= WILD:
        return "a change so large"
    return None
