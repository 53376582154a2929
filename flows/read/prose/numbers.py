"""The grammar of numbers and units, apart from what they mean.

``find_numbers(text, start, end)`` gives every number of a stretch of compact text as a ``Num``:
where it stands (its sign with it), its value in the printed unit, its unit, and its kind:

    figure      a quantity
    date        2025年, 6月, 5日, 2021-2025年, 2026-04-30
    ordinal     第3, 1., (2), the number of a table or chart
    identifier  PM2.5, 4A, 5G, 345工程, document numbers, addresses
    phone       telephone numbers
    base        the 100 of 以上年为100
    flat        持平: no digits, and yet a change of 0
Nothing is left out: each run of digits is one ``Num``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.language.words import load_yaml
from flows.read.prose.lexicon import FOLDER

_DATA: dict[str, dict[str, list[str]]] = load_yaml(FOLDER / "units.yaml")
FAMILY: dict[str, str] = {
    unit: family for family, units in _DATA["families"].items() for unit in units
}
_LENGTHS: dict[str, list[int]] = {
    first: sorted({len(unit) for unit in FAMILY if unit[0] == first}, reverse=True)
    for first in {unit[0] for unit in FAMILY}
}  # lengths of the units that begin with a character, longest first
#: a number whose point, digits or separators were damaged on the way (see ``doubt.signs``)
_BROKEN = (
    ("machine-one", r"\d{0,4}65438\+\d{1,6}(?:\.\d{1,4})?"),
    # … also a blank or a semicolon, but not after a year
    (
        "mark-for-point",
        r"\d{1,6}(?:[·。’‘'`*]\d{1,2}|(?<!(?:19|20)\d\d)[ ；]\d{2})(?=[%‰亿万元]|个百分点)",
    ),
    ("word-for-point", r"\d{1,6}(?:[个点]|小数点|的[A-Z]{2,4})\d{1,2}(?=[%‰亿万元])"),
    # 13 6.81亿元: nobody can tell whether the blank cut a number or parted two
    (
        "blank-in-number",
        r"(?<=[^\W\d_])(?<![年月日号第表图注一二三四五六七八九十])(?!(?:19|20)\d\d )"
        r"\d{1,4}(?: \d{1,6})+(?:\.\d{1,4})?(?=[%‰亿万元]|个百分点)",
    ),
    ("separator-lost", r"\d{1,14}\.\d{1,6}(?:\.\d{1,6}){1,20}"),
)
_BREAK = re.compile("|".join(f"(?P<{rule.replace('-', '_')}>{shape})" for rule, shape in _BROKEN))
_BREAKS = frozenset("·。’‘'`* ；个点小的.+")
#: one set of first characters, so that the text between numbers is passed over fast
_NUMBER = re.compile(
    r"[\d持](?:(?<=持)平|(?<=\d)(?:\d{0,2}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d*(?:\.\d+)?))"
)
_MORE = frozenset("多余来")
_PHONE = re.compile(r"(?:\d{3,4}-)?\d{7,8}(?:-\d{1,5})?|1[3-9]\d{9}")
_DATE_TAIL = re.compile(r"年(?!均|产|末?存|度?净)|月(?:份|末|底)?|日|号|时(?!间)|:\d\d")
_TABLE_MARK = re.compile(r"[图表注]\d{0,2}[-.]?$")
_RANGE = frozenset("-—~至到")
_TURNED = frozenset("长升降幅加高涨跌速率减少")
_LATIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_BASE = re.compile(r"(?:上年|上月|去年|同期|同月|价格)[^，。]{0,4}[=为:]$")
_WORD = re.compile(r"[A-Z]{3,5}\)?$")
_LIST_MARK = re.compile(r"[.、)](?!\d)")


@dataclass(slots=True)
class Num:
    """One number of the compact text."""

    start: int
    end: int
    value: float
    decimals: int
    unit: str  # "" where none is printed
    unit_end: int
    kind: str
    negative: bool = False  # a minus sign is printed
    broken: str = ""  # rule of the damage that its shape shows; ``value`` is then the mended one

    @property
    def family(self) -> str:
        return FAMILY.get(self.unit, "")


def _kind(text: str, start: int, end: int, begin: int) -> str | None:
    """Kind of a run of digits where it is not a quantity."""
    before = text[start - 1] if start > begin else ""
    after = text[end : end + 1]
    digits = text[start:end]
    if before == "第" or text[start - 2 : start] in ("第-", "名第"):
        return "ordinal"
    if (after and after in "年月日号时:-—~至到") or before in (
        "年",
        "月",
        "-",
        "—",
        "~",
        "至",
        ":",
    ):
        kind = _date(text, start, end, before, after, digits)
        if kind:
            return kind
    if (
        ("A" <= before <= "Z" or before == ")")
        and _WORD.search(text, max(begin, start - 6), start)
        and _unit(text, end, len(text))[0]
    ):
        return None  # GDP711.8亿元
    if before in _LATIN or (after in _LATIN and "." not in digits):
        return "identifier"
    if digits == "100" and _BASE.search(text, max(begin, start - 12), start):
        return "base"
    if before == "[" or (after == "]" and len(digits) <= 4):
        return "identifier"
    if start == begin and _LIST_MARK.match(text, end) and len(digits) <= 2:
        return "ordinal"
    if before == "(" and after == ")" and len(digits) <= 2:
        return "ordinal"
    if before in ("图", "表", "注") and len(digits) <= 2:
        return "ordinal"
    return None


def _date(text: str, start: int, end: int, before: str, after: str, digits: str) -> str | None:
    year = len(digits) == 4 and digits[:2] in ("19", "20") and digits.isdigit()
    if after == "年":
        if year or (len(digits) == 2 and before in ("", "(", "、", "-", "—", "~", "至", "，")):
            return "date"
        return None
    if after == "月" and len(digits) <= 2 and digits.isdigit() and 1 <= int(digits) <= 12:
        return "date"
    if after in ("日", "号") and len(digits) <= 2 and (before in "月-—~至"):
        return "date"
    if (
        year
        and after
        and after in "-—~至到、"
        and re.match(r".(?:19|20)?\d{2,4}年", text[end : end + 7])
    ):
        return "date"
    if year and (re.match(r"-\d{1,2}-\d{1,2}", text[end : end + 6])):
        return "date"
    if before == "-" and re.search(
        r"(?:19|20)\d\d-(?:\d{1,2}-)?$", text[max(0, start - 8) : start]
    ):
        return "date"
    if (
        after
        and after in "-—~至"
        and len(digits) <= 2
        and re.match(r".\d{1,2}月", text[end : end + 4])
    ):
        return "date"
    if (
        after == ":"
        and len(digits) <= 2
        and re.match(r":[0-5]\d(?:[-—~\s，。)]|:|$)", text[end : end + 4])
    ):
        clock = re.search(r"(?:时间|日|上午|下午)[^\d]{0,3}$", text[max(0, start - 6) : start])
        return "date" if clock else None
    if before == ":" and re.search(
        r"(?:时间|日|上午|下午)[^\d]{0,3}\d{1,2}:(?:\d\d:)?$", text[max(0, start - 12) : start]
    ):
        return "date"
    return None


def find_numbers(text: str, start: int, end: int) -> list[Num]:
    """Every number of ``text[start:end]``, in order."""
    found: list[Num] = []
    position = start
    while True:
        match = _NUMBER.search(text, position, end)
        if match is None:
            return found
        first, last = match.span()
        if text[first] == "持":
            found.append(Num(first, last, 0.0, 0, "%", last, "flat"))
            position = last
            continue
        broken = None
        if text[last : last + 1] in _BREAKS or text.find("65438", first, last) >= 0:
            broken = _BREAK.match(text, first, end)
        if broken:
            found.append(_broken(text, broken, start, end))
            position = broken.end()
            continue
        if last - first >= 7 or text[last : last + 1] == "-":
            phone = _PHONE.match(text, first, end)
            if (
                phone
                and phone.end() - first >= 10
                and not text[phone.end() : phone.end() + 1].isdigit()
            ):
                found.append(Num(first, phone.end(), 0.0, 0, "", phone.end(), "phone"))
                position = phone.end()
                continue
        found.append(_number(text, first, last, start, end))
        position = last


def _number(text: str, first: int, last: int, begin: int, end: int) -> Num:
    digits = text[first:last]
    if "," in digits:
        digits = digits.replace(",", "")
    point = digits.find(".")
    decimals = len(digits) - point - 1 if point >= 0 else 0
    value = float(digits) if len(digits) < 300 else 0.0
    kind = _kind(text, first, last, begin)
    if kind:
        return Num(first, last, value, decimals, "", last, kind)
    negative = False
    sign = first
    if first > begin and text[first - 1] == "-":
        before = text[first - 2] if first - 1 > begin else ""
        if not (before.isdigit() or before in ("%", "‰", "-") or before in _LATIN):
            negative, sign = True, first - 1
    elif first > begin + 1 and text[first - 1] == "—" and text[first - 2] in _TURNED:
        negative, sign = True, first - 1  # 增长—8.7%
    name, unit_end = _unit(text, last, end)
    value = -value if negative else value
    return Num(sign, last, value, decimals, name, unit_end, "figure", negative)


def _unit(text: str, last: int, end: int) -> tuple[str, int]:
    """``(unit, offset after it)`` of a number that ends at ``last``."""
    after = last + 1 if text[last : last + 1] in _MORE else last
    for length in _LENGTHS.get(text[after : after + 1], ()):
        name = text[after : after + length]
        if name in FAMILY and after + length <= end:
            return name, after + length
    return "", last


def _broken(text: str, match: re.Match[str], begin: int, end: int) -> Num:
    """A damaged number as one: nobody may take a part of it for a figure."""
    rule = (match.lastgroup or "").replace("_", "-")
    first, last = match.span()
    printed = match.group(0)
    if rule == "machine-one":
        mended = re.sub(r"65438\+0?", "1", printed)
    elif rule == "separator-lost":
        mended = ""
    elif rule == "blank-in-number":
        mended = printed.replace(" ", "")
    else:
        mended = ".".join(re.findall(r"\d+", printed))
    value = float(mended) if mended else 0.0
    decimals = len(mended.partition(".")[2])
    name, unit_end = _unit(text, last, end)
    return Num(first, last, value, decimals, name, unit_end, "figure", broken=rule)
