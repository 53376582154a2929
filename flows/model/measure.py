"""What of an indicator a figure states: its level, its growth, a bound of one, an aim for one.

A frame keeps the text (``level_at_least``); code asks the member. A ``Measure`` is a string and
equals its text, so that members can be compared with a column and written to one as they are.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self, get_args

Bound = Literal["at_least", "at_most"]

PERCENT = "%"
POINTS = "百分点"  # the distance of two percentages
PLACE = "位"


class Measure(StrEnum):
    LEVEL = "level"
    GROWTH = "growth"  # percent over a year before
    SHARE = "share"  # percent of a whole
    RANK = "rank"
    # A printed bound: "more than 7亿元" is no value of 7亿元.
    LEVEL_AT_LEAST = "level_at_least"
    LEVEL_AT_MOST = "level_at_most"
    GROWTH_AT_LEAST = "growth_at_least"
    GROWTH_AT_MOST = "growth_at_most"
    # What a plan aims at.
    TARGET_LEVEL = "target_level"
    TARGET_GROWTH = "target_growth"
    TARGET_LEAD = "target_lead"  # points above another growth: the province's, that of incomes

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """The measure that a column's text names; None for no text and for an unknown one."""
        try:
            return cls(text or "")
        except ValueError:
            return None

    @property
    def is_target(self) -> bool:
        return self.startswith(_TARGET)

    @property
    def bound(self) -> Bound | None:
        return next((bound for bound in _BOUNDS if self.endswith(f"_{bound}")), None)

    @property
    def exact(self) -> Measure:
        """The measure itself, or the one that it bounds: level of level_at_least."""
        return Measure(self.removesuffix(f"_{self.bound}")) if self.bound else self

    @property
    def base(self) -> Measure:
        """What it bounds or aims at: level of level_at_least and of target_level.

        A lead aims at no measure that is printed outside a plan: it is its own base.
        """
        return Measure.parse(self.exact.removeprefix(_TARGET)) or self

    def bounded(self, bound: str) -> Measure:
        """The bound of a level or a growth; ValueError for anything else."""
        return Measure(f"{self}_{bound}")

    def aimed(self) -> Measure:
        """The target for a level or a growth; ValueError for anything else."""
        return Measure(_TARGET + self)

    def unit(self, indicator_unit: str) -> str:
        """The unit it is kept in, of an indicator that is kept in ``indicator_unit``."""
        match self.base:
            case Measure.LEVEL:
                return indicator_unit
            case Measure.RANK:
                return PLACE
            case Measure.TARGET_LEAD:
                return POINTS
            case _:
                return PERCENT


_TARGET = "target_"
_BOUNDS: tuple[Bound, ...] = get_args(Bound)
