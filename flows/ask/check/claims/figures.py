"""A number with its unit and the words around it, as a claim."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.ask.check.claims.context import YEAR, Context, Segment
from flows.ask.check.claims.guards import is_difference, names_the_whole, spans_years, sums_years
from flows.ask.check.claims.numbers import AMOUNT, NUMBER, Number
from flows.ask.check.claims.topics import Topic
from flows.ask.check.claims.vocabulary import SHARE_OF
from flows.ask.check.nouns import ArticleClaim, ClaimKind, Comparator
from flows.model.measure import Measure

_GROWTH = re.compile(r"(?:同比|比上年|年均)?(增长|增幅|增速|上升|下降|减少|负增长)[^\d，,。]{0,6}$")
_FELL = re.compile(r"下降|减少|负增长")
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
_LONGEST_SPAN = 30  # years; more is no span but the end of a year's number
#: Characters that are looked at: before a number, after it, before it for a plan's words, and
#: between a name and its number.
_BEFORE, _AFTER, _PLANNED, _FROM_NAME = 40, 12, 60, 24


@dataclass(frozen=True, slots=True)
class _Setting:
    """A number and the words around it."""

    segment: Segment
    number: Number
    before: str
    clause: str  # what stands before it in its own clause
    after: str

    @classmethod
    def of(cls, segment: Segment, number: Number) -> _Setting:
        plain = segment.article.plain
        before = plain[max(segment.start, number.start - _BEFORE) : number.start]
        clause = re.split(r"[，,]", before)[-1].rstrip()
        after = plain[number.end : min(segment.end, number.end + _AFTER)]
        return cls(segment, number, before, clause, after)

    @property
    def passes_mark(self) -> bool:
        return self.number.is_money and _PASSED.search(self.clause) is not None


@dataclass(frozen=True, slots=True)
class _Subject:
    """The name that a number belongs to, the indicator it means, and whether it is carried on."""

    phrase: str
    code: str | None
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class _Gain:
    """What was added in so many years, up to the last one where the first is named."""

    years: int
    last: int | None = None


def read_figure(segment: Segment, match: re.Match[str]) -> ArticleClaim | None:
    """The claim that a number makes; None where no indicator is meant by it."""
    number = Number.from_match(match, segment.article.units)
    setting = _Setting.of(segment, number)
    gain = _find_gain(setting) if number.is_money else None
    subject = _find_subject(setting, gained=gain is not None)
    if subject is None or _is_no_single_year(setting, gain):
        return None
    kind, measure, indicator = _read_measure(number.unit, setting.clause, subject.code)
    units = segment.article.units.indicator
    if measure is Measure.LEVEL and indicator and not number.fits(units[indicator]):
        return None
    kind, measure = _read_intent(setting, kind, measure, gain)
    known, year = _find_year(setting, kind, gain)
    if not known:
        return None
    context = segment.context
    sign = -1 if measure is Measure.GROWTH and _FELL.search(setting.clause) else 1
    printed = segment.article.text[number.start : number.end]
    part = "" if kind is ClaimKind.TARGET else context.part
    return ArticleClaim(
        kind=kind,
        text="",
        locator=number.locator,
        printed=printed,
        value=None if number.value is None else sign * number.value,
        decimals=number.decimals,
        unit_measure=AMOUNT if number.is_money else number.unit,
        indicator=indicator,
        measure=measure,
        ref_area=context.ref_area,
        area_text=context.area_text,
        time_period=f"{year}{part}" if year else None,
        comparator=_compare(setting, gain),
        first_time=kind is ClaimKind.THRESHOLD and bool(_FIRST.search(setting.before)),
        span_years=gain.years if gain else None,
        phrase=subject.phrase,
        sure=_is_sure(setting, subject.phrase),
        inherited=subject.inherited,
        doubt=f"word-for-point: {printed} has a word for the point" if number.broken else None,
        candidates=number.candidates(sign),
    )


def _find_subject(setting: _Setting, *, gained: bool) -> _Subject | None:
    """The name of its own, or the topic of the words before it."""
    segment, number = setting.segment, setting.number
    phrase = _find_name(setting)
    if phrase is not None:
        return _Subject(phrase, segment.article.vocabulary.code.get(phrase))
    unclear = segment.is_unclear(number.start, number.end)
    topics = segment.context.topics
    if number.is_money and _stands_beside_area(setting):  # 甲县711.81亿元、乙县564.45亿元
        name, code = segment.name_before(number.start), topics.amount.indicator
        inherited = unclear or (name is None and topics.is_inherited(topics.amount))
        if name is not None:
            code = segment.code_before(number.start)
        if code is not None:
            return _Subject(name or code, code, inherited)
    topic = topics.here
    if not (topic.indicator and topic.phrase and _takes_topic(setting, topic, gained)):
        return None
    # A growth right after a part's level is the part's.
    unclear = topics.is_resumed(segment.start) if number.unit == "%" else unclear
    return _Subject(topic.phrase, topic.indicator, topics.is_inherited(topic) or unclear)


def _stands_beside_area(setting: _Setting) -> bool:
    segment, at = setting.segment, setting.number.start
    return any(area.end == at for area in segment.article.between(segment.start, at))


def _takes_topic(setting: _Setting, topic: Topic, gained: bool) -> bool:
    """Is a number without a name of its own one of the topic?"""
    passed = setting.passes_mark and setting.segment.article.units.is_amount(topic.indicator)
    return setting.number.unit == "%" or gained or passed


def _find_name(setting: _Setting) -> str | None:
    """The name inside the number, right after it, or before it."""
    segment, number = setting.segment, setting.number
    plain, names = segment.article.plain, segment.names
    for first, last, name in names:
        if number.start <= first and last <= number.end:
            return name
    if setting.after.startswith("的"):
        following = segment.article.vocabulary.name.match(setting.after[1:])
        if following:
            return following.group(0)
    back = [each for each in names if each[1] <= number.start]
    if not back:
        return None
    first, last, name = back[-1]
    if len(back) > 1:  # 第二产业增加值占地区生产总值的47.2%: the part is meant, not the whole
        _, part_end, part = back[-2]
        if re.fullmatch(r"占(?:了|到|全[县市区省])?", plain[part_end:first]):
            return part
    between = plain[last : number.start]
    return None if len(between) > _FROM_NAME or NUMBER.search(between) else name


def _is_no_single_year(setting: _Setting, gain: _Gain | None) -> bool:
    """Is the number of several years, or only a difference?"""
    if setting.number.unit == "%":
        return spans_years(setting.clause)
    differs = is_difference(setting.clause) or sums_years(setting.before, setting.clause)
    return differs and gain is None


def _read_intent(
    setting: _Setting, kind: ClaimKind, measure: Measure, gain: _Gain | None
) -> tuple[ClaimKind, Measure]:
    """Is the value a gain, a mark that was passed, or an aim?"""
    context, number = setting.segment.context, setting.number
    if gain:
        kind, measure = ClaimKind.GAIN, Measure.LEVEL
    elif kind is ClaimKind.VALUE and setting.passes_mark:
        kind = ClaimKind.THRESHOLD
    planned = setting.segment.article.vocabulary.target.search(
        setting.segment.article.plain,
        max(setting.segment.start, number.start - _PLANNED),
        number.start,
    )
    if planned and (context.year is None or context.year >= context.published):
        aimed = Measure.GROWTH if kind is ClaimKind.GROWTH else Measure.LEVEL
        kind, measure = ClaimKind.TARGET, aimed.aimed()
    return kind, measure


def _read_measure(
    unit: str, clause: str, code: str | None
) -> tuple[ClaimKind, Measure, str | None]:
    """What the number says of which indicator."""
    if unit != "%":
        return ClaimKind.VALUE, Measure.LEVEL, code
    if _GROWTH.search(clause):
        return ClaimKind.GROWTH, Measure.GROWTH, code
    shares = _SHARE.search(clause) is not None
    if shares and code in SHARE_OF:
        return ClaimKind.SHARE, Measure.LEVEL, SHARE_OF[code]
    if code in SHARE_OF.values():
        return ClaimKind.SHARE, Measure.LEVEL, code
    if shares:
        return ClaimKind.SHARE, Measure.SHARE, code
    return ClaimKind.VALUE, Measure.LEVEL, code


def _compare(setting: _Setting, gain: _Gain | None) -> Comparator:
    number, clause = setting.number, setting.clause
    if gain and number.value is not None and len(number.digits.strip("0.,")) == 1:
        return Comparator.AT_LEAST  # a round hundred gained is a hundred and more
    if number.over in ("以内", "以下") or _LESS.search(clause):
        return Comparator.AT_MOST
    if number.over == "左右" or _ABOUT.search(clause):
        return Comparator.ABOUT
    if number.over == "以上" or number.loose or _PASSED.search(clause):
        return Comparator.AT_LEAST
    return Comparator.EXACT


def _is_sure(setting: _Setting, phrase: str) -> bool:
    """Does nothing qualify the name that the number has?"""
    segment, at = setting.segment, setting.number.start
    own = [first for first, last, name in segment.names if name == phrase and last <= at]
    if not own:
        return segment.context.topics.here.sure
    areas = [(area.start, area.end) for area in segment.article.between(segment.start, at)]
    return names_the_whole(segment.article.plain, segment.start, own[-1], areas)


def _find_year(setting: _Setting, kind: ClaimKind, gain: _Gain | None) -> tuple[bool, int | None]:
    """The number's own year, else the one carried on; False where it is of a year not named."""
    segment, number, context = setting.segment, setting.number, setting.segment.context
    plain = segment.article.plain
    if _FROM.search(setting.clause):  # 2021年至2024年，从600.51亿元增长到…: the first is meant
        years = YEAR.findall(plain, segment.start, number.start)
        if len(years) < 2 or kind is ClaimKind.TARGET:
            return False, None
        return True, int(years[-2])
    since = _SINCE.search(setting.clause) or _YEAR_BEHIND.match(plain, number.end, segment.end)
    own = int(since.group(1)) if since else gain.last if gain else None
    return True, own or context.year or _default_year(context, kind)


def _default_year(context: Context, kind: ClaimKind) -> int | None:
    """What is running is of the article's own year, what is done of the year before."""
    if not context.published:
        return None
    running = kind is ClaimKind.TARGET or context.part != ""
    return context.published - (0 if running else 1)


def _find_gain(setting: _Setting) -> _Gain | None:
    segment, at = setting.segment, setting.number.start
    added = _GAIN_AFTER.match(setting.after) or "比" in setting.before
    if not (_GAINED.search(setting.before) and added):
        return None
    plain = segment.article.plain
    spans = [
        m.group(1)
        for m in _SPAN.finditer(plain, segment.start, at)
        if not (m.group(1).isdigit() and int(m.group(1)) > _LONGEST_SPAN)
    ]
    if not spans:
        return _Gain(1) if re.search(r"比(上年|去年)", setting.before) else None
    years = int(spans[-1]) if spans[-1].isdigit() else parse_chinese(spans[-1])
    named = [m for m in YEAR.finditer(plain, segment.start, at) if m.group(0).endswith("年")]
    return _Gain(years, int(named[-1].group(1)) + years if named else None)


def parse_chinese(text: str) -> int:
    """一 to 九十九."""
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_DIGIT.get(tens, 1) if tens else 1) * 10 + (_DIGIT.get(ones, 0) if ones else 0)
    return _DIGIT.get(text[-1], 0)
