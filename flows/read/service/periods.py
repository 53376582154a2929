"""Period codes of the services, and which of our periods each is.

    nbs-2026    2025YY   202404SS (the fourth quarter)   202504MM
    easyquery   2019     2019B    (the second quarter)   201909
    others      2024  2024-A1   2024-S1 2024-H1   2024-Q1 2024Q1   2024-03 2024-M03 2024M03

We keep years, months, and quarters and months that are counted from January (Q-C, M-C). A quarter or
half-year alone that does not begin in January has no place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.catalog.query import Dialect, Frequency

_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_MONTH = r"(?P<part>0[1-9]|1[0-2])"
_OTHERS: tuple[tuple[str, Frequency], ...] = (
    (rf"{_YEAR}(?:-A1)?", "A"),
    (rf"{_YEAR}-?[SH](?P<part>[12])", "S"),
    (rf"{_YEAR}-?Q(?P<part>[1-4])", "Q"),
    (rf"{_YEAR}(?:-|-?M){_MONTH}", "M"),
)
_CODES: dict[Dialect, tuple[tuple[str, Frequency], ...]] = {
    Dialect.NBS_2026: (
        (rf"{_YEAR}YY", "A"),
        (rf"{_YEAR}0(?P<part>[1-4])SS", "Q"),
        (rf"{_YEAR}{_MONTH}MM", "M"),
    ),
    Dialect.EASYQUERY: (
        (_YEAR, "A"),
        (rf"{_YEAR}(?P<part>[A-D])", "Q"),
        (rf"{_YEAR}{_MONTH}", "M"),
    ),
}
_NAMES = {"A": "a year", "S": "a half-year", "Q": "a quarter", "M": "a month"}


@dataclass(frozen=True, slots=True)
class Span:
    """A period as a service names it."""

    year: int
    frequency: Frequency
    part: int  # 1 to 12; 1 of a year


def parse_code(code: str | None, dialect: Dialect) -> Span | None:
    """What a period code stands for; None for one that is not of the dialect."""
    for pattern, frequency in _CODES.get(dialect, _OTHERS):
        match = re.fullmatch(pattern, code or "", re.ASCII)
        if match:
            part = match.groupdict().get("part") or "1"
            number = "ABCD".index(part) + 1 if part in "ABCD" else int(part)
            return Span(int(match["year"]), frequency, number)
    return None


def find_period(span: Span, *, cumulated: bool) -> str | None:
    """Our text for a period; None where the warehouse has no place for it."""
    match span.frequency:
        case "A":
            return str(span.year)
        case "S":
            return f"{span.year}-Q2" if span.part == 1 else None
        case "Q":
            return f"{span.year}-Q{span.part}" if cumulated or span.part == 1 else None
        case "M" if not cumulated or span.part == 1:
            return f"{span.year}-{span.part:02d}"
        case _ if span.part % 3 == 0:
            return f"{span.year}-Q{span.part // 3}"
        case _:
            return f"{span.year}年1-{span.part}月"


def name_frequency(frequency: Frequency) -> str:
    return _NAMES[frequency]
