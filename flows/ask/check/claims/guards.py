"""What a number near an indicator's name is not: an increase, a mean of years, a part of a year."""

from __future__ import annotations

import re

from flows.read.prose.lexicon import lexicon

#: 增加58亿元, 相差147亿元: a difference, no level
_DIFFERENCE = re.compile(
    r"(?:增加|减少|增量|净增|新增|增长|下降|多|少|低|高|相差|差距|领先|落后|提升|提高|缩小|扩大|高出|多出)"
    r"额?[了出为达约近是]?$"
)
#: a growth over several years, or against another one than the year before
_YEARS = re.compile(
    r"年均|平均增长|平均增速|[两三四五]年平均|累计|期间|以来|翻|(?:比|较|与)(?:19|20)\d\d年|[十五]年"
)
_YEAR = re.compile(r"(?:19|20)\d\d年")
_SUMMED = re.compile(r"(?:过去|近)?[两三四五六七八九十\d]{1,2}年(?:来|间|内)?|期间|以来")
_PARTS = (
    (re.compile(r"一季度|首季|1[-—~至到]3月"), "-Q1"),
    (re.compile(r"上半年|1[-—~至到]6月"), "-Q2"),
    (re.compile(r"前三季度|前三个季度|1[-—~至到]9月"), "-Q3"),
    (
        re.compile(
            r"[二三四]季度|下半年|1[-—~至到](?:[24578]|10|11)月|前\d{1,2}个月"
            r"|(?<![\d\-—~至到])\d{1,2}月份?(?!\d|[-—~至到])"
        ),
        "-part",
    ),
)
_WHOLE = re.compile(r"全年|年末|年底|去年(?!同期)|上一年|(?:19|20)\d\d年(?!\d{1,2}月)")
_OPENS = re.compile(r"[，,；;：:、()（）“”\"\s]")
_DATES = re.compile(
    r"(?:19|20)\d\d年?|\d{1,2}[年月日]|全年|去年|今年|上年|前年|年|初步核算|统计|显示"
)
_LEVELS = re.compile(r"[全我本][省市县区州旗]|(?:其中|记者|获悉|据悉|数据|当地|该[省市县区]|的)")


def is_difference(clause: str) -> bool:
    """Do the words before an amount say that it is what something grew or differs by?"""
    return _DIFFERENCE.search(clause) is not None


def spans_years(clause: str) -> bool:
    """Do the words before a percentage say that it is of several years?"""
    return _YEARS.search(clause) is not None


def sums_years(before: str, clause: str) -> bool:
    """Do the words before an amount say that several years are added up?"""
    return "累计" in clause and _SUMMED.search(_YEAR.sub("", before)) is not None


def find_part_of_year(stretch: str) -> str | None:
    """``-Q1``, ``-Q2``, ``-Q3``, ``-part``, ``""`` for the whole year; None where nothing is said.

    The last word counts.
    """
    last: tuple[int, str] | None = None
    for pattern, part in (*_PARTS, (_WHOLE, "")):
        for found in pattern.finditer(stretch):
            if last is None or found.start() >= last[0]:
                last = found.start(), part
    return last[1] if last else None


def names_the_whole(plain: str, start: int, name: int, areas: list[tuple[int, int]]) -> bool:
    """Is nothing but area, time and filling words before an indicator's name in its clause?

    民间固定资产投资 and 高新技术产业增加值 are other things than what the name alone says.
    """
    first = start
    for opens in _OPENS.finditer(plain, start, name):
        first = opens.end()
    kept, position = [], first
    for low, high in areas:
        if first <= low and high <= name and low >= position:
            kept.append(plain[position:low])
            position = high
    kept.append(plain[position:name])
    words = "".join(kept)
    words = _LEVELS.sub("", _DATES.sub("", words))
    return not lexicon().canonical(words)
