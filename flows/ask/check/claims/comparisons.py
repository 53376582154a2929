"""One place against another: 比缙云县低165.74亿元, 高于全省0.5个百分点, 超过磐安县."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.ask.check.claims.places import Mention

_NUMBER = (
    r"(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,6})?)(?P<loose>[多余几])?"
    r"(?P<unit>万亿元|万亿|亿元|亿|万元|万人|元|个?百分点)"
)
_THAN = re.compile(r"(?:比|较)$")
_AFTER_THAN = re.compile(
    r"(?:平均水平|平均)?[^\d，,。；]{0,8}?"
    r"(?P<sign>高出|高|多出|多|超出|领先|快|低|少|落后|慢)了?(?:约|近)?(?:" + _NUMBER + ")?"
)
#: 与天台县相比，三门县的经济总量少18.23亿元
_WITH = re.compile(r"(?:与|和|同|跟)$")
_COMPARED = re.compile(
    r"(?:相比|比较|相较)[^。；]{0,30}?(?P<sign>高出|高|多出|多|领先|低|少|落后)了?(?:约|近)?"
    + _NUMBER
)
_UP = re.compile(r"(?:高于|快于|超过|超越|赶超|反超|多于|大于|领先于?|领先[^，,。；\d]{0,6}的)$")
_DOWN = re.compile(r"(?:仅?次于|紧随|紧跟|低于|慢于|少于|小于|不及|落后于?)$")
_AFTER = re.compile(r"(?:平均水平|平均)?[^\d，,。；]{0,4}?" + _NUMBER)
_DOWN_SIGNS = ("低", "少", "落后", "慢")
_WHOLES = re.compile(r"全国|全省|全市")
_RATE = re.compile(r"增速|增幅|增长(?!极)")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Another area, whether the subject is above it, and by how much where that is printed."""

    start: int  # of what states it
    end: int
    other: Mention
    sign: int
    number: re.Match[str] | None
    rate: bool  # of the growth, not the level


def find_comparisons(
    plain: str, named: list[Mention], wholes: dict[str, str], start: int, end: int
) -> list[Comparison]:
    """Those of ``plain[start:end]``. ``wholes``: the codes of 全省, 全市, 全国 here."""
    others = [m for m in named if start <= m.start < end]
    others += [
        Mention(m.start(), m.end(), m.group(0), wholes[m.group(0)])
        for m in _WHOLES.finditer(plain, start, end)
        if m.group(0) in wholes
    ]
    found = []
    for other in sorted(others, key=lambda each: each.start):
        made = _read_comparison(plain, other, start, end)
        if made is not None:
            found.append(made)
    return found


def _read_comparison(plain: str, other: Mention, start: int, end: int) -> Comparison | None:
    before = plain[max(start, other.start - 12) : other.start]
    than = _THAN.search(before)
    if than:
        after = _AFTER_THAN.match(plain, other.end, min(end, other.end + 40))
        if after is None:
            return None
        sign = -1 if after["sign"] in _DOWN_SIGNS else 1
        first = other.start - len(than.group(0))
        number = after if after["value"] else None
        return _build_comparison(plain, other, sign, number, first, after.end(), start)
    if _WITH.search(before):
        after = _COMPARED.match(plain, other.end, min(end, other.end + 60))
        if after is None:
            return None
        sign = -1 if after["sign"] in _DOWN_SIGNS else 1
        return _build_comparison(plain, other, sign, after, other.start - 1, after.end(), start)
    for pattern, sign in ((_UP, 1), (_DOWN, -1)):
        word = pattern.search(before)
        if word:
            number = _AFTER.match(plain, other.end, min(end, other.end + 30))
            last = number.end() if number else other.end
            first = other.start - len(word.group(0))
            return _build_comparison(plain, other, sign, number, first, last, start)
    return None


def _build_comparison(
    plain: str,
    other: Mention,
    sign: int,
    number: re.Match[str] | None,
    first: int,
    last: int,
    start: int,
) -> Comparison:
    points = number is not None and "百分点" in number["unit"]
    clause = re.split("[，,；]", plain[start:last])[-1]
    rate = points or (number is None and _RATE.search(clause) is not None)
    return Comparison(first, last, other, sign, number, rate)
