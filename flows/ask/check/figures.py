"""A number with its unit and the words around it, as a claim."""

from __future__ import annotations

import re

from flows.ask.check.context import YEAR, Article, Context
from flows.ask.check.guards import is_difference, is_of_years, is_summed, names_the_whole
from flows.ask.check.nouns import Claim, Comparator, Kind
from flows.ask.check.words import SHARE_OF, Words
from flows.evidence.misprint import candidates, number
from flows.model.measure import Measure

_UNIT = r"万亿元|万亿|亿元|亿美元|万美元|美元|亿|万元|万人|万吨|元|人|%|‰"
NUMBER = re.compile(
    r"(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,6})?)"
    # A word where the point should be: at most one or two digits stand after a point.
    r"(?P<broken>(?:个|点|的[A-Za-z]{0,4}|[·'‘’`])\d{1,2})?"
    r"(?P<loose>[多余几])?[ \u3000]{0,2}(?P<unit>" + _UNIT + r")(?P<over>以上|以内|左右|以下)?"
)
FACTOR = {"亿": 1.0, "亿元": 1.0, "万亿": 1e4, "万亿元": 1e4, "万元": 1e-4}
POWER = {"万亿": 4, "万亿元": 4, "万元": -4}
_GROWTH = re.compile(r"(?:同比|比上年|年均)?(增长|增幅|增速|上升|下降|减少|负增长)[^\d，,。]{0,6}$")
_SHARE = re.compile(r"(?:占|比重|占比)[^\d，,。]{0,16}$")
_PASSED = re.compile(r"(突破|站上|迈上|跨过|跨越|迈入|首破|破|超过|超)了?$")
_LESS = re.compile(r"(不足|低于|少于|控制在)了?$")
_ABOUT = re.compile(r"(近|约|大约|接近|将近)了?$")
_FIRST = re.compile(r"首次|首破|第一次|历史性")
_GAINED = re.compile(r"(完成|实现|新增|增加|净增|增长|多|跨越)了?$")
_YEAR_BEHIND = re.compile(r"(?:[^，,。\d]{0,3}是?在|\()((?:19|20)\d\d)年")
_SINCE = re.compile(r"(?:从|由)((?:19|20)\d\d)年的?$")
_FROM = re.compile(r"(?:从|由)$")
_GAIN_AFTER = re.compile(r"的?(?:增长|增量|增加|跨越)")
_SPAN = re.compile(r"(?<!\d)([一两二三四五六七八九十]|\d{1,2})年(?:内|间|时间|来|里)?")
_DIGIT = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}


def figure(
    article: Article,
    context: Context,
    match: re.Match[str],
    names: list[tuple[int, int, str]],
    start: int,
    end: int,
) -> Claim | None:
    plain, terms, topics = article.plain, article.words, context.topics
    before = plain[max(start, match.start() - 40) : match.start()]
    clause = re.split(r"[，,]", before)[-1].rstrip()
    after = plain[match.end() : min(end, match.end() + 12)]
    unit, broken = match.group("unit"), match.group("broken")
    phrase = _phrase(plain, match, names, terms, start, after)
    code = terms.code.get(phrase) if phrase else None
    money = unit in FACTOR
    gain = _gain(plain, match, before, after, start, context) if money else None
    topic = topics.here
    passed = money and article.units.get(topic.indicator or "") == "亿元" and _PASSED.search(clause)
    unclear = topics.unclear(plain, names, start, match.start(), match.end())
    inherited = False
    beside = money and any(m.end == match.start() for m in article.between(start, match.start()))
    if beside and phrase is None:  # 甲县711.81亿元、乙县564.45亿元
        here = [name for _, last, name in names if last <= match.start()]
        code = terms.code.get(here[-1]) if here else topics.amount.indicator
        phrase = here[-1] if here and code else code
        inherited = unclear or (not here and topics.inherited(topics.amount))
    if phrase is None and topic.indicator and (unit == "%" or gain or passed):
        phrase, code = topic.phrase, topic.indicator
        # A growth right after a part's level is the part's.
        inherited = topics.inherited(topic) or (topics.resumed(start) if unit == "%" else unclear)
    if phrase is None:
        return None
    if unit == "%" and is_of_years(clause):
        return None
    if unit != "%" and not gain and (is_difference(clause) or is_summed(before, clause)):
        return None
    kind, measure, indicator = _meaning(unit, clause, code, phrase, terms)
    if (
        measure is Measure.LEVEL
        and indicator is not None
        and not fits(article.units[indicator], unit)
    ):
        return None
    if gain:
        kind, measure = Kind.GAIN, Measure.LEVEL
    text = match.group("value") + (broken or "")
    sound = None if broken else number(text)
    factor, power = FACTOR.get(unit, 1.0), POWER.get(unit, 0)
    target = bool(terms.target.search(plain, max(start, match.start() - 60), match.start()))
    comparator = _comparator(match, clause)
    if money and kind is Kind.VALUE and _PASSED.search(clause):
        kind = Kind.THRESHOLD
    if target and (context.year is None or context.year >= context.published):
        measure = (Measure.GROWTH if kind is Kind.GROWTH else Measure.LEVEL).aimed()
        kind = Kind.TARGET
    if gain and sound and len(match.group("value").strip("0.,")) == 1:
        comparator = Comparator.AT_LEAST  # a round hundred gained is a hundred and more
    sign = -1 if measure is Measure.GROWTH and re.search(r"下降|减少|负增长", clause) else 1
    printed = article.text[match.start() : match.end()]
    made = tuple(
        (sign * each.value * factor, each.decimals - power)
        for each in candidates(text, unit=unit)
        if each.tier <= 2 and each.kind != "unit"
    )
    spans = [(m.start, m.end) for m in article.between(start, match.start())]
    at = [first for first, last, name in names if name == phrase and last <= match.start()]
    sure = names_the_whole(plain, start, at[-1], spans) if at else topic.sure
    said = gain[1] if gain else None
    if _FROM.search(clause):  # 2021年至2024年，从600.51亿元增长到…: the first of the years is meant
        years = YEAR.findall(plain, start, match.start())
        if len(years) < 2 or kind is Kind.TARGET:
            return None
        said = int(years[-2])
    elif since := _SINCE.search(clause):
        said = int(since.group(1))
    elif behind := _YEAR_BEHIND.match(plain, match.end(), end):
        said = int(behind.group(1))
    running = kind is Kind.TARGET or context.part != ""  # of this year
    default = context.published - (0 if running else 1) if context.published else None
    year = said or context.year or default
    return Claim(
        kind=kind,
        text="",
        locator=f"char:{match.start()}-{match.end()}",
        printed=printed,
        value=None if sound is None else sign * round(sound[0] * factor, 9),
        decimals=0 if sound is None else sound[1] - power,
        unit_measure="亿元" if money else unit,
        indicator=indicator,
        measure=measure,
        ref_area=context.area.ref_area if context.area else context.main,
        area_text=context.area.text if context.area else None,
        time_period=f"{year}{context.part if kind is not Kind.TARGET else ''}" if year else None,
        comparator=comparator,
        first_time=kind is Kind.THRESHOLD and bool(_FIRST.search(before)),
        span_years=gain[0] if gain else None,
        phrase=phrase,
        sure=sure,
        inherited=inherited,
        doubt=f"word-for-point: {printed} has a word for the point" if broken else None,
        candidates=made,
    )


def _phrase(
    plain: str,
    match: re.Match[str],
    names: list[tuple[int, int, str]],
    terms: Words,
    start: int,
    after: str,
) -> str | None:
    """The name that the number belongs to: inside it, right after it, or before it."""
    for first, last, name in names:
        if match.start() <= first and last <= match.end():
            return name
    following = terms.name.match(after[1:]) if after.startswith("的") else None
    if following:
        return following.group(0)
    back = [(last, name) for first, last, name in names if last <= match.start()]
    if not back:
        return None
    if len(back) > 1:  # 第二产业增加值占地区生产总值的47.2%: the part is meant, not the whole
        first = next(first for first, last, _ in names if last == back[-1][0])
        if re.fullmatch(r"占(?:了|到|全[县市区省])?", plain[back[-2][0] : first]):
            return back[-2][1]
    last, name = back[-1]
    between = plain[last : match.start()]
    if len(between) > 24 or NUMBER.search(between):
        return None
    return name


def _meaning(
    unit: str, clause: str, code: str | None, phrase: str, terms: Words
) -> tuple[Kind, Measure, str | None]:
    if unit == "%" and _GROWTH.search(clause):
        return Kind.GROWTH, Measure.GROWTH, code
    if unit == "%" and _SHARE.search(clause) and code in SHARE_OF:
        return Kind.SHARE, Measure.LEVEL, SHARE_OF[code]
    if unit == "%" and code in SHARE_OF.values():
        return Kind.SHARE, Measure.LEVEL, code
    if unit == "%" and _SHARE.search(clause):
        return Kind.SHARE, Measure.SHARE, code
    return Kind.VALUE, Measure.LEVEL, code


def fits(unit_measure: str, unit: str) -> bool:
    return unit_measure == ("亿元" if unit in FACTOR else unit)


def _comparator(match: re.Match[str], clause: str) -> Comparator:
    over = match.group("over")
    if over in ("以内", "以下") or _LESS.search(clause):
        return Comparator.AT_MOST
    if over == "左右" or _ABOUT.search(clause):
        return Comparator.ABOUT
    if over == "以上" or match.group("loose") or _PASSED.search(clause):
        return Comparator.AT_LEAST
    return Comparator.EXACT


def _gain(
    plain: str, match: re.Match[str], before: str, after: str, start: int, context: Context
) -> tuple[int, int | None] | None:
    """Years of a gain, and its last year where the first is named; None for no gain."""
    if not (_GAINED.search(before) and (_GAIN_AFTER.match(after) or "比" in before)):
        return None
    spans = list(_SPAN.finditer(plain, start, match.start()))
    spans = [m for m in spans if not (m.group(1).isdigit() and int(m.group(1)) > 30)]
    if not spans:
        return (1, None) if re.search(r"比(上年|去年)", before) else None
    text = spans[-1].group(1)
    years = int(text) if text.isdigit() else chinese(text)
    since = [m for m in YEAR.finditer(plain, start, match.start()) if m.group(0).endswith("年")]
    return years, int(since[-1].group(1)) + years if since else None


def chinese(text: str) -> int:
    """一 to 九十九."""
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_DIGIT.get(tens, 1) if tens else 1) * 10 + (_DIGIT.get(ones, 0) if ones else 0)
    return _DIGIT.get(text[-1], 0)
