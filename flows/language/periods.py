"""Years, quarters and months as they are printed.

A period is written as SDMX has it: ``2025``, ``2025-Q2``, ``2025-07``. A quarter is cumulated
from January (上半年 is ``-Q2``), as bureaux print it; so are months of which the first is named
(1—7月), and 1—9月 is the third quarter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_ZH_DIGITS = {char: str(index) for index, char in enumerate("〇一二三四五六七八九")} | {
    **dict.fromkeys("○零O0oＯ", "0"),
    **{str(digit): str(digit) for digit in range(10)},
}
_ZH_MONTHS = {
    name: month
    for month, name in enumerate(
        ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], start=1
    )
}
YEAR = r"(?:(?<!\d)(?:19|20)\d\d(?!\d)|[一二][九〇○零OoＯ0][〇○零OoＯ0一二三四五六七八九]{2})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_TO = r"(?:月份?)?(?:-|–|—|－|~|～|至|到)+"
PART = (
    rf"(?:(?:1|一){_TO}(?P<span>{_MONTH})月份?"
    rf"|前(?P<first>{_MONTH}|两)个月"
    r"|(?P<q1>第?[一1]季度|首季度?|Q1)"
    r"|(?P<q2>上半年|前[两二2]个?季度|第?[二2]季度|Q2)"
    r"|(?P<q3>前[三3]个?季度|第?[三3]季度|Q3)"
    r"|(?P<q4>第?[四4]季度|Q4)"
    r"|(?P<half>下半年)"
    rf"|(?P<month>{_MONTH})月份?(?!\d{{1,2}}日))"
)
_PERIOD = re.compile(rf"(?P<year>{YEAR})年?(?:度|全年)?(?:[,，的、]?{PART})?")
_PART_ALONE = re.compile(rf"(?<![\d-]){PART}")
_IN_MONTH = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DAY = re.compile(
    rf"(?P<year>{YEAR})(?:年(?P<month>{_MONTH})月(?P<day>{_IN_MONTH})[日号]?(?![\d年月])"
    r"|(?P<mark>[-/.])(?P<number>1[0-2]|0?[1-9])(?P=mark)(?P<digits>\d{1,2})(?![\d年月]))"
)
_SINGLE = ("第", "Q")


@dataclass(frozen=True, slots=True)
class Printed:
    """A period as it stands in a text: ``year`` and ``part`` ("" for a whole year, -Q2, -07)."""

    start: int
    end: int
    text: str
    year: int | None
    part: str = ""
    cumulated: bool = False  # from January, where months are printed
    marked: bool = True  # 年 follows, or a part of the year

    @property
    def period(self) -> str | None:
        """The period where the year is printed."""
        return f"{self.year}{self.part}" if self.year else None


@dataclass(frozen=True, slots=True)
class PrintedDay:
    """A day as it stands in a text."""

    start: int
    end: int
    text: str
    day: date


def read_year(text: str) -> int:
    """2025 and 二○二五 as a number."""
    return int("".join(_ZH_DIGITS[char] for char in text))


def find_days(text: str) -> Iterator[PrintedDay]:
    """Each day with its year in a text; 2026-02-30 is none."""
    for match in _DAY.finditer(text):
        try:
            day = date(
                read_year(match["year"]),
                _read_month(match["month"] or match["number"]),
                _read_day(match["day"] or match["digits"]),
            )
        except ValueError:
            continue
        yield PrintedDay(match.start(), match.end(), match.group(), day)


def find_periods(text: str) -> list[Printed]:
    """Each period in a text, in order, days left out; a part without a year has none."""
    days = [(day.start, day.end) for day in find_days(text)]
    found = [
        _printed(match, read_year(match["year"]))
        for match in _PERIOD.finditer(text)
        if not _within(match, days)
    ]
    taken = days + [(each.start, each.end) for each in found]
    found += [
        _printed(match, None) for match in _PART_ALONE.finditer(text) if not _within(match, taken)
    ]
    return sorted(found, key=lambda each: each.start)


def compute_end(year: int, part: str) -> date:
    """The first day after a period."""
    month = 12
    if part.startswith("-Q"):
        month = 3 * int(part[2])
    elif part:
        month = int(part[1:])
    return date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)


def _within(match: re.Match[str], spans: list[tuple[int, int]]) -> bool:
    return any(match.start() < end and start < match.end() for start, end in spans)


def _printed(match: re.Match[str], year: int | None) -> Printed:
    part, cumulated = _part(match)
    marked = "年" in match.group() or bool(part)
    return Printed(match.start(), match.end(), match.group(), year, part, cumulated, marked)


def _part(match: re.Match[str]) -> tuple[str, bool]:
    for number in (1, 2, 3, 4):
        if match[f"q{number}"]:
            return f"-Q{number}", not match[f"q{number}"].startswith(_SINGLE)
    if match["half"]:
        return "-H2", False
    cumulated = match["span"] or match["first"]
    if cumulated:
        return _to_month(2 if cumulated == "两" else _read_month(cumulated)), True
    return (f"-{_read_month(match['month']):02d}", False) if match["month"] else ("", False)


def _to_month(month: int) -> str:
    """What is cumulated to a month: a quarter's end has the quarter's name, December the year's."""
    if month == 12:
        return ""
    return f"-Q{month // 3}" if month % 3 == 0 else f"-{month:02d}"


def _read_month(text: str) -> int:
    return _ZH_MONTHS.get(text) or int(text)


def _read_day(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _ZH_MONTHS[text]
    return 10 * _ZH_MONTHS.get(tens, 1) + _ZH_MONTHS.get(ones, 0)
