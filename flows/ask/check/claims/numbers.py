"""Printed numbers with their unit, and what an amount is worth in 亿元."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import log10

from flows.catalog.model import Catalog
from flows.evidence.misprint import candidates, number

_UNIT = r"万亿元|万亿|亿元|亿美元|万美元|美元|亿|万元|万人|万吨|元|人|%|‰"
NUMBER = re.compile(
    r"(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,6})?)"
    # A word where the point should be: at most one or two digits stand after a point.
    r"(?P<broken>(?:个|点|的[A-Za-z]{0,4}|[·'‘’`])\d{1,2})?"
    r"(?P<loose>[多余几])?[ \u3000]{0,2}(?P<unit>" + _UNIT + r")(?P<over>以上|以内|左右|以下)?"
)
#: Amounts are compared in this unit; a catalogue unit for each way in which articles print one.
AMOUNT = "亿元"
_AMOUNTS = {"亿": "亿元", "亿元": "亿元", "万亿": "万亿元", "万亿元": "万亿元", "万元": "万元"}


def is_money(unit: str | None) -> bool:
    """Is the printed unit one of 亿元, whatever its power of ten?"""
    return unit in _AMOUNTS


@dataclass(frozen=True, slots=True)
class Units:
    """The unit of each indicator, and how many powers of ten lie between two units of money."""

    indicator: dict[str, str]
    _power: dict[str, int]  # of a unit of money, over 元

    @classmethod
    def from_catalog(cls, catalog: Catalog) -> Units:
        indicator = {code: one.unit_measure for code, one in catalog.indicators.items()}
        power = {
            unit: round(log10(factor))
            for unit, base, factor in catalog.units.select(
                "unit_text", "base", "factor"
            ).iter_rows()
            if base == "元"
        }
        return cls(indicator, power)

    def power(self, unit: str | None, kept: str = AMOUNT) -> int:
        """The power of ten of a printed amount in the unit ``kept``; 0 for any other unit."""
        printed = _AMOUNTS.get(unit or "")
        if printed is None or kept not in self._power:
            return 0
        return self._power[printed] - self._power[kept]

    def is_amount(self, code: str | None) -> bool:
        """Is the indicator kept in 亿元?"""
        return self.indicator.get(code or "") == AMOUNT


@dataclass(frozen=True, slots=True)
class Number:
    """A number of an article; its value and candidates are in 亿元 where it is an amount."""

    start: int
    end: int
    digits: str
    broken: str | None  # a word in place of the point, and the digits after it
    loose: bool  # 多, 余 or 几 follows
    unit: str
    over: str | None  # 以上, 以内, 左右, 以下
    value: float | None  # None where the print is no sound number
    decimals: int
    power: int

    @classmethod
    def from_match(cls, match: re.Match[str], units: Units) -> Number:
        unit, broken = match["unit"], match["broken"]
        sound = None if broken else number(match["value"])
        power = units.power(unit)
        return cls(
            match.start(),
            match.end(),
            match["value"],
            broken,
            match["loose"] is not None,
            unit,
            match["over"],
            None if sound is None else round(sound[0] * 10.0**power, 9),
            0 if sound is None else sound[1] - power,
            power,
        )

    @property
    def is_money(self) -> bool:
        return is_money(self.unit)

    @property
    def locator(self) -> str:
        return f"char:{self.start}-{self.end}"

    def fits(self, unit_measure: str) -> bool:
        """Can an indicator that is kept in ``unit_measure`` be printed in this unit?"""
        return unit_measure == (AMOUNT if self.is_money else self.unit)

    def candidates(self, sign: int = 1) -> tuple[tuple[float, int], ...]:
        """Value and decimals of what the print may have been."""
        return list_candidates(self.digits + (self.broken or ""), self.unit, self.power, sign)


def list_candidates(
    text: str, unit: str, power: int, sign: int = 1
) -> tuple[tuple[float, int], ...]:
    """What a printed number may have been, as value and decimals, times a power of ten.

    A slip of the unit is no candidate: an article that prints another unit says another amount.
    """
    return tuple(
        (sign * each.value * 10.0**power, each.decimals - power)
        for each in candidates(text, unit=unit)
        if each.tier <= 2 and each.kind != "unit"
    )
