"""What a unit is worth in another one: ``units.csv``, the one list of units and their factors.

Factors are exact fractions. Units of different bases do not convert: 亿美元 is not 亿元.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import polars as pl

from flows.catalog.folders import Folders
from flows.catalog.indicators import load_units
from flows.model import paths

#: How money is shortened where its name says already that it is money.
SHORT = {"亿": "亿元", "万亿": "万亿元"}
_LARGEST_POWER = 20


class Units:
    """``units``: model.UNIT."""

    def __init__(self, units: pl.DataFrame) -> None:
        self._known = {
            text: (base, Fraction(str(factor))) for text, base, factor in units.iter_rows()
        }

    def base(self, unit: str) -> str | None:
        """The unit that it is a multiple of; None for one that nobody knows."""
        known = self._known.get(unit)
        return known[0] if known else None

    def factor(self, unit: str, into: str) -> Fraction | None:
        """value in ``unit`` * factor = value in ``into``; None where they do not convert."""
        known, target = self._known.get(unit), self._known.get(into)
        if known is None or target is None or known[0] != target[0]:
            return None
        return known[1] / target[1]


def power_of_ten(factor: Fraction) -> int | None:
    """n where the factor is 10**n; None where it is no power of ten."""
    for power in range(-_LARGEST_POWER, _LARGEST_POWER + 1):
        if factor == Fraction(10) ** power:
            return power
    return None


@cache
def shipped_units() -> Units:
    """The units that the project ships, for what reads a text without a catalogue at hand."""
    return Units(load_units(Folders(paths.CATALOG)))


def scale(unit: str, into: str) -> float:
    """``Units.factor`` of the shipped units, short forms of money among them; KeyError for none."""
    factor = shipped_units().factor(SHORT.get(unit, unit), into)
    if factor is None:
        raise KeyError(f"{unit} is not worth a number of {into}")
    return float(factor)
