"""Sentences of the compact text, and the words before each of their numbers.

A sentence ends at 。！？ or where a block or a line ends. A 。 between two digits ends nothing:
mirrors print it for a decimal point.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flows.language.periods import find_periods
from flows.read.document.document import BREAK, SOFT
from flows.read.prose.lexicon import lexicon
from flows.read.prose.numbers import Num
from flows.read.prose.phrase import NARROW, NOW, OTHER, OTHER_BASE, OWN

_END = re.compile(f"[!?{BREAK}{SOFT}]|。(?!(?<=\\d。)\\d)|(?<=[^\\d\\sA-Za-z])\\.(?!\\d)")
_CUT = re.compile(r"[，,；:!?()。|]")
_BRACKET = re.compile(r"\(([^()]{0,80})\)")
_RURAL = re.compile(r"\(?不含农户(?:投资)?\)?|\(?不含(?:跨区|跨省|铁路)[^()，]{0,12}\)?")
_WITHOUT = re.compile(r"^(?:不含|不包括|未含|剔除|除|扣除|仅|限)(?!价格|物价|不可比)")
#: 根据省统计局统一核算结果: who made the figure says nothing about its scope
_MADE_BY = re.compile(
    r"^(?:根据|经|据|依据|按照|按)[^，]{0,30}?(?:核算|核定|审定|审核|反馈|评估|测算|统计|调查)"
    r"(?:初步)?(?:结果|数据|资料|制度|反馈|显示|推算|认定|审定|核定)*[,，]?"
)

_RURAL_INSIDE = re.compile(r"不含[^()]*(?:农户|跨[省市区县])")
_MADE_BY_STARTS = frozenset("根经据依按")
_HEADING = re.compile(r"^\[[^\[\]]{1,16}\]")
_NARROW_WORDS = re.compile(r"市区|城区|本级|主城|开发区|规模以上|限额以上|县城|中心城")
_POINT_IN_TIME = re.compile(r"(?:是|为|达到?|相当于|高于|超过|超|突破|自|按)$")
_LAST_YEAR = re.compile(r"(?<![比较与同和])(?:去年|过去的?一年|一年来)")
_THIS_YEAR = re.compile(r"(?:今年|本年|新的一年|来年|明年)")
_TODAY = re.compile(r"^(?:今年|据统计，)")
_OPENING = 16  # characters
_BASE = re.compile(r"[比较与和同]$")


@dataclass(slots=True)
class Sentence:
    start: int
    end: int
    numbers: list[Num] = field(default_factory=list)
    block: int = 0


def split_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences of ``text[start:end]``, blanks left out."""
    spans = []
    position = start
    for match in _END.finditer(text, start, end):
        if match.start() > position:
            spans.append((position, match.start()))
        position = match.end()
    if end > position:
        spans.append((position, end))
    return spans


@dataclass(slots=True)
class Own:
    """What the text calls its own area and year."""

    names: re.Pattern[str] | None = None  # the area's names
    level: str = ""  # 全市, 全县, … as this document says it
    year: int | None = None
    levels: re.Pattern[str] = re.compile("(?!)")  # all words such as 全市
    months: int = 12  # the reference period is January to this month
    period: re.Pattern[str] | None = None  # the words for it, where it is not the year
    part: str = ""  # -Q2, -08: the reference period is no whole year
    single: bool = False  # … and that month alone, not all from January
    report: bool = False  # a government work report: 去年 is the year it reports, 今年 its plan


@dataclass(slots=True)
class Lead:
    """Clauses before a number: ``(words, punctuation after them)``; the last belongs to it."""

    clauses: list[tuple[str, str]]
    year: int | None = None  # another year than the reference year, printed just before


def cut_lead(text: str, start: int, end: int, dates: list[Num], own: Own) -> Lead:
    """The words of ``text[start:end]`` with dates and own names replaced by marks."""
    pieces: list[str] = []
    position = start
    other: int | None = None
    for index, date in enumerate(dates):
        before = text[position : date.start]
        mark, year = _mark_date(text, dates, index, own)
        based = before and mark in (OTHER, NOW) and _BASE.search(before)
        if based or (before and mark == OTHER and _POINT_IN_TIME.search(before)):
            base = _mark_base(year, own.year)
            pieces.append(before[:-1] if based else before)
            mark = base
        else:
            pieces.append(before)
            if mark == OTHER:
                other = year
            elif mark == NOW:
                other = None
        pieces.append(mark)
        position = date.end
    pieces.append(text[position:end])
    words = "".join(pieces)
    if words[:1] == "[":
        words = _HEADING.sub("", words)
    if "(" in words:
        words = _RURAL.sub("", words)
        words = _BRACKET.sub(_mark_bracket, words)
    elif "不含农户" in words:
        words = _RURAL.sub("", words)
    if own.period is not None:
        words = own.period.sub("", words)
    if own.report:
        words = _THIS_YEAR.sub(OTHER, _LAST_YEAR.sub("", words))
    if own.names is not None:
        words = own.names.sub(OWN, words)
    if "全" in words:
        words = own.levels.sub(lambda match: _mark_level(match, own.level), words)
    clauses = []
    position = 0
    for match in _CUT.finditer(words):
        clauses.append((_drop_made_by(words[position : match.start()]), match.group(0)))
        position = match.end()
    clauses.append((_drop_made_by(words[position:]), ""))
    return Lead(clauses, other)


def is_other_part(text: str, start: int, end: int, own: Own) -> bool | None:
    """Whether a sentence opens with a part of the year that is not the document's; None: no part."""
    opening = _TODAY.sub("", text[start : min(end, start + _OPENING)])
    first = next(iter(find_periods(opening)), None)
    if first is None or first.start > 0 or not first.part:
        return None
    cumulated = first.cumulated or first.part.startswith("-Q")
    return first.part != own.part or cumulated is own.single


def _drop_made_by(clause: str) -> str:
    return _MADE_BY.sub("", clause) if clause[:1] in _MADE_BY_STARTS else clause


def _mark_level(match: re.Match[str], level: str) -> str:
    if match.group(0) == level:
        return OWN
    before = match.string[max(0, match.start() - 1) : match.start()]
    compared = before and before in "比较于居列在"  # 居全省第5位 is no scope
    return "高于" if compared or match.string.startswith("平均", match.end()) else NARROW


def _mark_bracket(match: re.Match[str]) -> str:
    inside = match.group(1)
    if _RURAL_INSIDE.search(inside):
        return ""
    if _WITHOUT.match(inside) or _NARROW_WORDS.search(inside):
        return NARROW
    named = lexicon().name(lexicon().canonical(inside))
    if any(lexicon().entries[naming.codes[0]].bracketed for naming in named):
        return f"其中{inside}"  # 地方级财政收入(一般公共预算收入): the name that counts
    money = inside in ("本外币", "人民币", "含外资")
    if money and re.search("[存贷]", match.string[: match.start()]):
        return inside
    return ""


def _mark_base(year: int | None, reference: int | None) -> str:
    if reference is not None and year == reference - 1:
        return "同比"
    return OTHER_BASE


def _mark_date(text: str, dates: list[Num], index: int, own: Own) -> tuple[str, int | None]:
    date = dates[index]
    reference = own.year
    digits = text[date.start : date.end]
    joined = index + 1 < len(dates) and text[date.end : dates[index + 1].start].strip("年月") in (
        "-",
        "—",
        "~",
        "至",
        "到",
        "—-",
        "——",
    )
    if joined:
        return OTHER if own.single or not _whole_period(
            text, date, dates[index + 1], own.months
        ) else "", None
    if index and text[dates[index - 1].end : date.start].strip("年月") in (
        "-",
        "—",
        "~",
        "至",
        "到",
        "——",
    ):
        return "", None
    after = text[date.end : date.end + 1]
    if after == "年":
        if len(digits) == 4 and digits.isdigit():
            year = int(digits)
            if reference is None or year == reference:
                return NOW, year
            return OTHER, year
        return OTHER, None
    if after == "月":
        if own.single:
            return ("" if digits == str(own.months) else OTHER), None
        return ("" if digits == str(own.months) and _period_end(text, date) else OTHER), None
    return "", None


def _period_end(text: str, date: Num) -> bool:
    """12月末, 12月31日, 截至12月: the end of the period; 12月份 is one month of it."""
    after = text[date.end + 1 : date.end + 2]
    return (
        after in ("末", "底")
        or after.isdigit()
        or "至" in text[max(0, date.start - 8) : date.start]
    )


def _whole_period(text: str, first: Num, last: Num, months: int) -> bool:
    return text[first.start : first.end] == "1" and text[last.start : last.end + 1] == f"{months}月"
