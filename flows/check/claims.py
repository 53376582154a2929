"""An article's claims: each figure that can be checked, with who, when and what.

The text is respelled one character for one (half-width, simplified), so that an offset of the
respelled text is an offset of the article. Numbers are taken sentence by sentence: what stands
before and after one says what it is; who and when are carried on from the words before.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from flows.catalog.model import Catalog
from flows.check.chains import Chains
from flows.check.comparisons import Comparison, comparisons
from flows.check.guards import is_difference, is_of_years, names_the_whole, part_of_year
from flows.check.nouns import Claim, Comparator, Kind
from flows.check.places import Gazetteer, Mention, gazetteer_of, mentions
from flows.check.words import SHARE_OF, Words, words
from flows.misprint import candidates, number
from flows.read.prose.frame import Row
from flows.read.prose.normal import spell

#: An article longer than this is no article.
LONGEST = 2_000_000
_UNIT = r"万亿元|万亿|亿元|亿美元|万美元|美元|亿|万元|万人|元|人|%|‰"
_NUMBER = re.compile(
    r"(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,6})?)"
    # A word where the point should be: at most one or two digits stand after a point.
    r"(?P<broken>(?:个|点|的[A-Za-z]{0,4}|[·'‘’`])\d{1,2})?"
    r"(?P<loose>[多余几])?[ \u3000]{0,2}(?P<unit>" + _UNIT + r")(?P<over>以上|以内|左右|以下)?"
)
_SENTENCE = re.compile(r"[^。！!？?；\n]+")
_YEAR = re.compile(r"((?:19|20)\d\d)年?(?!\d)")
_DAY = re.compile(r"(20\d\d)[-年./](\d{1,2})[-月./](\d{1,2})")
_GROWTH = re.compile(r"(?:同比|比上年|年均)?(增长|增幅|增速|上升|下降|减少|负增长)[^\d，,。]{0,6}$")
_SHARE = re.compile(r"(?:占|比重|占比)[^\d，,。]{0,16}$")
_PASSED = re.compile(r"(突破|站上|迈上|跨过|跨越|迈入|首破|破|超过|超)了?$")
_LESS = re.compile(r"(不足|低于|少于|控制在)了?$")
_ABOUT = re.compile(r"(近|约|大约|接近|将近)了?$")
_FIRST = re.compile(r"首次|首破|第一次|历史性")
_GAINED = re.compile(r"(完成|实现|新增|增加|净增|增长|多|跨越)了?$")
_YEAR_BEHIND = re.compile(r"[^，,。\d]{0,3}是?在((?:19|20)\d\d)年")
_FROM = re.compile(r"(?:从|由)$")
_GAIN_AFTER = re.compile(r"的?(?:增长|增量|增加|跨越)")
_SPAN = re.compile(r"(?<!\d)([一两二三四五六七八九十]|\d{1,2})年(?:内|间|时间|来|里)?")
_RANK = re.compile(
    r"(?:位居|位列|名列|居|列|排名|排|跃居|升至|升到|稳居)"
    r"(?P<within>[^\d，,。第首榜]{0,12}?(?:\d{1,3}[个县市区]{1,3})?[^\d，,。第首榜]{0,8}?)"
    r"(?P<place>第(?P<n>\d{1,4}|[一二三四五六七八九十]{1,3})[位名]?|之首|首位|榜首)"
)
_TOP = re.compile(
    r"(?:进入|跻身|进)(?P<place>前(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})[名位强]?)"
)
_COUNT = re.compile(r"(?<![\d.])(?P<n>\d{1,5})(?P<unit>[个项家座条])")
_COUNT_BACK = re.compile(r"(?P<n>\d{1,5})(?P<unit>[个项家座条])(?=[，,。；\s]|$)")
_JOINED = re.compile(r"[、和与及,，\s]{1,2}|以及")
_DIGIT = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_FACTOR = {"亿": 1.0, "亿元": 1.0, "万亿": 1e4, "万亿元": 1e4, "万元": 1e-4}
_POWER = {"万亿": 4, "万亿元": 4, "万元": -4}
_NEAR = 40  # characters from an indicator's name to the place that it has
_COUNTRY = "100000"
_LISTED = re.compile(r"分别|依次")
_BASES = frozenset("与比较自从同")
_CONTROL = {c: " " for c in [*range(0x20), *range(0x7F, 0xA0)] if c != 0x0A}


@dataclass(slots=True)
class _Context:
    """What the words before a number say of who and when."""

    published: int  # year of the article
    main: str | None
    area: Mention | None = None
    year: int | None = None
    indicator: str | None = None
    phrase: str | None = None
    sure: bool = False  # nothing qualifies the name: it is the whole thing
    part: str = ""  # of the year: -Q1, -Q2, -Q3, -part


@dataclass(frozen=True, slots=True)
class _Reader:
    text: str  # as printed
    plain: str  # respelled, of the same length
    words: Words
    gazetteer: Gazetteer
    named: list[Mention]
    units: dict[str, str]
    chains: Chains


def find(text: str, catalog: Catalog, *, published_on: dt.date | None = None) -> list[Claim]:
    """The claims of an article, in its order. ``text`` as ``article.read`` gives it."""
    text = text[:LONGEST].translate(_CONTROL)
    plain = spell(text)
    terms = words()
    groups = [(m.start(), terms.group_id[m.group(0)]) for m in terms.group.finditer(plain)]
    gazetteer = gazetteer_of(catalog)
    named = mentions(plain, gazetteer, groups)
    units = {code: one.unit_measure for code, one in catalog.indicators.items()}
    counties = Counter(m.ref_area for m in named if gazetteer.level.get(m.ref_area) == "county")
    context = _Context(
        published=published_on.year if published_on else _year_of(plain),
        main=next((code for code, _ in counties.most_common(1)), None),
    )
    if context.main is None:
        others = Counter(m.ref_area for m in named if m.ref_area != _COUNTRY)
        context.main = next((code for code, _ in others.most_common(1)), None)
    chains = Chains(text, catalog, context.published - 1 if context.published else 0)
    reader = _Reader(text, plain, terms, gazetteer, named, units, chains)
    claims: list[Claim] = []
    before = 0
    for sentence in _SENTENCE.finditer(plain):
        if "\n" in plain[before : sentence.start()]:  # a paragraph begins anew: the subject's
            context.year, context.area, context.part = None, None, ""
        claims += _sentence(reader, context, sentence.start(), sentence.end())
        before = sentence.end()
    return claims


def _year_of(plain: str) -> int:
    day = _DAY.search(plain[:600])
    if day:
        return int(day.group(1))
    years = [int(year) for year in _YEAR.findall(plain) if int(year) <= dt.date.max.year]
    return max(years, default=0) + 1 if years else 0


def _sentence(reader: _Reader, context: _Context, start: int, end: int) -> list[Claim]:
    plain, terms = reader.plain, reader.words
    if plain[start - 1 : start] not in ("；", ";"):
        context.indicator, context.phrase, context.sure = None, None, False
    claims: list[Claim] = []
    printed = reader.text[start:end].strip()
    names = [(m.start(), m.end(), m.group(0)) for m in terms.name.finditer(plain, start, end)]
    wholes = _wholes(reader, context.main)
    compared = comparisons(plain, reader.named, wholes, start, end)
    aside = frozenset(each.other.start for each in compared)
    matches = [
        each
        for each in _matches(plain, terms, start, end)
        if not any(c.start <= each[0] < c.end for c in compared)
    ]
    place, waiting = start, list(compared)
    for at, match, kind in sorted(matches, key=lambda each: each[0]):
        while waiting and waiting[0].start < at:
            claims += _compared(reader, context, waiting.pop(0), names, start, printed, aside)
        _carry(reader, context, place, at, start, ranked=kind is Kind.RANK, aside=aside)
        place = at
        made = (
            _figure(reader, context, match, names, start, end)
            if kind is None
            else _place(reader, context, match, kind, names, start)
        )
        if kind is None:
            made = _chained(reader, context, match, made, start)
        if made is not None:
            claim = replace(made, text=printed)
            claims += _each_area(reader, claim, start, at)
            if claim.indicator and claim.kind is not Kind.RANK:
                context.indicator, context.phrase = claim.indicator, claim.phrase
                context.sure = claim.sure
    for each in waiting:
        claims += _compared(reader, context, each, names, start, printed, aside)
    _carry(reader, context, place, end, start, aside=aside)
    seen = [match.span() for _, match, _ in matches] + [(each.start, each.end) for each in compared]
    claims += [replace(each, text=printed) for each in _unseen(reader, context, seen, start, end)]
    return claims


def _unseen(
    reader: _Reader, context: _Context, seen: list[tuple[int, int]], start: int, end: int
) -> Iterator[Claim]:
    """Numbers without a unit that the communiqué reader understands: the parts of a:b:c."""
    area = context.area.ref_area if context.area else context.main
    for first, row in sorted(reader.chains.of(area).items()):
        if start <= first < end and not any(a <= first < b for a, b in seen):
            unit = row.unit_text or ""
            if unit in ("", "%") and row.indicator and reader.units[row.indicator] == "%":
                yield _as_claim(reader, context, row, first, first + len(row.value_text), "%")


def _wholes(reader: _Reader, main: str | None) -> dict[str, str]:
    """What 全市, 全省 and 全国 are to the article's subject, where it lies in them."""
    found = {"全国": _COUNTRY}
    parents, levels = reader.gazetteer.parent, reader.gazetteer.level
    while main is not None and (main := parents.get(main)) is not None:
        if levels.get(main) == "prefecture":
            found["全市"] = main
        elif levels.get(main) == "province":
            found["全省"] = main
    return found


def _chained(
    reader: _Reader, context: _Context, match: re.Match[str], made: Claim | None, start: int
) -> Claim | None:
    """A claim as the communiqué reader understands its number; it sees lists and ratios whole."""
    area = context.area.ref_area if context.area else context.main
    row = reader.chains.of(area).get(match.start())
    if row is None or row.indicator is None or row.measure is None:
        listed = _LISTED.search(reader.plain, start, match.start())
        return None if listed and made is not None and made.kind is not Kind.RANK else made
    measure = row.measure.partition("_at_")[0]
    if made is not None and (made.kind in (Kind.TARGET, Kind.GAIN) or made.ref_area != area):
        return made
    if made is not None and (made.indicator, made.measure) == (row.indicator, measure):
        own = _as_claim(reader, context, row, match.start(), match.end(), match.group("unit"))
        if made.value is None or made.unit_measure != own.unit_measure:
            return replace(made, sure=True)
        return replace(made, sure=True, value=own.value)  # 价格指数99.7% is a change of -0.3 %
    if row.value is None or match.group("broken"):
        return made
    expected = reader.units[row.indicator] if measure == "level" else "%"
    unit = match.group("unit")
    if not _fits(expected, unit) and (expected, unit) != ("元", "万元"):
        return made
    claim = _as_claim(reader, context, row, match.start(), match.end(), unit)
    return replace(claim, phrase=None if made is None else made.phrase)


def _as_claim(
    reader: _Reader, context: _Context, row: Row, first: int, last: int, unit: str
) -> Claim:
    """A sound row of the communiqué reader as a claim; the article says whose and when."""
    measure = (row.measure or "level").partition("_at_")[0]
    expected = reader.units[row.indicator or ""] if measure == "level" else "%"
    scale = {("元", "万元"): 4, ("亿元", "万元"): -4, ("亿元", "万亿元"): 4, ("亿元", "万亿"): 4}
    power = scale.get((expected, unit), 0)
    value, sign = row.value or 0.0, -1 if (row.value or 0.0) < 0 else 1
    year = row.period_text or context.year or (context.published - 1 or None)
    return Claim(
        kind=Kind.GROWTH if measure == "growth" else Kind.VALUE,
        text="",
        locator=f"char:{first}-{last}",
        printed=reader.text[first:last],
        value=round(value * 10.0**power, 9),
        decimals=(row.decimals or 0) - power,
        unit_measure=expected,
        indicator=row.indicator,
        measure=measure,
        ref_area=context.area.ref_area if context.area else context.main,
        area_text=context.area.text if context.area else None,
        time_period=str(year) if year else None,
        comparator=Comparator(row.comparator) if row.comparator else Comparator.EXACT,
        sure=True,
        candidates=tuple(
            (sign * each.value * 10.0**power, each.decimals - power)
            for each in candidates(row.value_text, unit=unit)
            if each.tier <= 2 and each.kind != "unit"
        ),
    )


def _compared(
    reader: _Reader,
    context: _Context,
    each: Comparison,
    names: list[tuple[int, int, str]],
    start: int,
    printed: str,
    aside: frozenset[int],
) -> list[Claim]:
    """The subject against another place."""
    _carry(reader, context, start, each.start, start, aside=aside)
    area = context.area.ref_area if context.area else context.main
    known = [name for _, last, name in names if last <= each.end]
    indicator = reader.words.code.get(known[-1]) if known else context.indicator
    if area is None or area == each.other.ref_area:
        return []
    if known:
        context.indicator, context.phrase = indicator, known[-1]
    value, decimals, unit = None, 0, None
    if each.number is not None:
        sound = number(each.number["value"])
        if sound is None:
            return []
        unit = each.number["unit"]
        factor, power = _FACTOR.get(unit, 1.0), _POWER.get(unit, 0)
        value, decimals = each.sign * round(sound[0] * factor, 9), sound[1] - power
    year = context.year or (context.published - 1 if context.published else None)
    if indicator is None and each.number is None:
        return []  # 领先 and 超过 are said of much that no figure settles
    return [
        Claim(
            kind=Kind.COMPARISON,
            text=printed,
            locator=f"char:{each.start}-{each.end}",
            printed=reader.text[each.start : each.end],
            value=value,
            decimals=decimals,
            unit_measure="百分点" if each.rate else reader.units.get(indicator or "", unit),
            indicator=indicator,
            measure="growth" if each.rate else "level",
            ref_area=area,
            area_text=context.area.text if context.area else None,
            time_period=str(year) if year else None,
            comparator=Comparator.AT_LEAST if each.sign > 0 else Comparator.AT_MOST,
            other_area=each.other.ref_area,
            phrase=known[-1] if known else context.phrase,
        )
    ]


def _matches(
    plain: str, terms: Words, start: int, end: int
) -> Iterator[tuple[int, re.Match[str], Kind | None]]:
    taken: list[tuple[int, int]] = []
    for match in _NUMBER.finditer(plain, start, end):
        taken.append(match.span())
        yield match.start(), match, None
    for pattern in (_RANK, _TOP):
        for match in pattern.finditer(plain, start, end):
            yield match.start("place"), match, Kind.RANK
    for match in terms.strong_list.finditer(plain, start, end):
        if not any(a <= match.start() < b for a, b in taken) and re.search(
            r"入选|入围|跻身|上榜|进入", plain[start : match.start()]
        ):
            yield match.start(), match, Kind.RANK
    for match in _COUNT.finditer(plain, start, end):
        noun = terms.count_noun.search(plain, match.end(), min(end, match.end() + 14))
        before = terms.count_noun.search(plain, max(start, match.start() - 6), match.start())
        inside = any(a <= match.start() < b for a, b in taken)
        if not inside and (noun or (before and _COUNT_BACK.match(plain, match.start()))):
            yield match.start(), match, Kind.COUNT


def _carry(
    reader: _Reader,
    context: _Context,
    since: int,
    until: int,
    start: int,
    *,
    ranked: bool = False,
    aside: frozenset[int] = frozenset(),
) -> None:
    """Take up who and when from ``plain[since:until]``.

    The city or province of the article's subject is often named beside it: it is the subject only
    where it opens the sentence or stands in the figure's own clause, and never of a rank in it.
    """
    stretch = reader.plain[since:until]
    for mention in reader.named:
        if mention.start in aside or not since <= mention.start < until:
            continue  # a place that the subject is compared with is no subject
        if mention.ref_area == _COUNTRY != context.main:
            continue
        if _above(reader, mention.ref_area, context.main):
            opens = mention.start - start <= 8
            same_clause = not re.search("[，,]", reader.plain[mention.end : until])
            if ranked or not (opens or same_clause):
                continue
        context.area = mention
    for that, ending in reader.words.that.items():
        if that in stretch:
            back = [
                m
                for m in reader.named
                if m.start < until and reader.gazetteer.name.get(m.ref_area, "").endswith(ending)
            ]
            context.area = back[-1] if back else context.area
    found: list[tuple[int, int]] = [
        (m.start(), int(m.group(1)))
        for m in _YEAR.finditer(stretch)
        # "与2021年相比" and "自2013年起" say what it is measured against, or since when.
        if m.group(0).endswith("年") and stretch[m.start() - 1 : m.start()] not in _BASES
    ]
    if context.published:
        for pattern, ago in (
            (reader.words.last_year, 1),
            (reader.words.this_year, 0),
            (reader.words.year_before_last, 2),
        ):
            # "比上年" is what a growth is measured against, not its year.
            found += [
                (m.start(), context.published - ago)
                for m in pattern.finditer(stretch)
                if stretch[m.start() - 1 : m.start()] not in _BASES
            ]
    if found:
        context.year = max(found)[1]
    part = part_of_year(stretch)
    if part is not None:
        context.part = part


def _above(reader: _Reader, area: str, main: str | None) -> bool:
    """Is ``area`` a city or province (or the country) in which ``main`` lies?"""
    parents = reader.gazetteer.parent
    while main is not None:
        main = parents.get(main)
        if main == area:
            return True
    return False


def _figure(
    reader: _Reader,
    context: _Context,
    match: re.Match[str],
    names: list[tuple[int, int, str]],
    start: int,
    end: int,
) -> Claim | None:
    plain, terms = reader.plain, reader.words
    before = plain[max(start, match.start() - 40) : match.start()]
    clause = re.split(r"[，,]", before)[-1].rstrip()
    after = plain[match.end() : min(end, match.end() + 12)]
    unit, broken = match.group("unit"), match.group("broken")
    phrase = _phrase(plain, match, names, terms, start, after)
    code = terms.code.get(phrase) if phrase else None
    money = unit in _FACTOR
    gain = _gain(plain, match, before, after, start, context) if money else None
    passed = (
        money and reader.units.get(context.indicator or "") == "亿元" and _PASSED.search(clause)
    )
    if phrase is None and context.indicator and (unit == "%" or gain or passed):
        phrase, code = context.phrase, context.indicator
    if phrase is None:
        return None
    if (unit != "%" and not gain and is_difference(clause)) or (
        unit == "%" and is_of_years(clause)
    ):
        return None
    kind, measure, indicator = _meaning(unit, clause, code, phrase, terms)
    if measure == "level" and indicator is not None and not _fits(reader.units[indicator], unit):
        return None
    if gain:
        kind, measure = Kind.GAIN, "level"
    text = match.group("value") + (broken or "")
    sound = None if broken else number(text)
    factor, power = _FACTOR.get(unit, 1.0), _POWER.get(unit, 0)
    target = bool(terms.target.search(plain, max(start, match.start() - 60), match.start()))
    comparator = _comparator(match, clause)
    if money and kind is Kind.VALUE and _PASSED.search(clause):
        kind = Kind.THRESHOLD
    if target and (context.year is None or context.year >= context.published):
        kind, measure = Kind.TARGET, f"target_{'growth' if kind is Kind.GROWTH else 'level'}"
    if gain and sound and len(match.group("value").strip("0.,")) == 1:
        comparator = Comparator.AT_LEAST  # a round hundred gained is a hundred and more
    sign = -1 if measure == "growth" and re.search(r"下降|减少|负增长", clause) else 1
    printed = reader.text[match.start() : match.end()]
    made = tuple(
        (sign * each.value * factor, each.decimals + power)
        for each in candidates(text, unit=unit)
        if each.tier <= 2 and each.kind != "unit"
    )
    spans = [(m.start, m.end) for m in reader.named]
    at = [first for first, last, name in names if name == phrase and last <= match.start()]
    sure = names_the_whole(plain, start, at[-1], spans) if at else context.sure
    said = gain[1] if gain else None
    if _FROM.search(clause):  # 2021年至2024年，从600.51亿元增长到…: the first of the years is meant
        years = _YEAR.findall(plain, start, match.start())
        if len(years) < 2 or kind is Kind.TARGET:
            return None
        said = int(years[-2])
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
    if len(between) > 24 or _NUMBER.search(between):
        return None
    return name


def _meaning(
    unit: str, clause: str, code: str | None, phrase: str, terms: Words
) -> tuple[Kind, str, str | None]:
    if unit == "%" and _GROWTH.search(clause):
        return Kind.GROWTH, "growth", code
    if unit == "%" and _SHARE.search(clause) and code in SHARE_OF:
        return Kind.SHARE, "level", SHARE_OF[code]
    if unit == "%" and code in SHARE_OF.values():
        return Kind.SHARE, "level", code
    if unit == "%" and _SHARE.search(clause):
        return Kind.SHARE, "share", code
    return Kind.VALUE, "level", code


def _fits(unit_measure: str, unit: str) -> bool:
    return unit_measure == ("亿元" if unit in _FACTOR else unit)


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
    plain: str, match: re.Match[str], before: str, after: str, start: int, context: _Context
) -> tuple[int, int | None] | None:
    """Years of a gain, and its last year where the first is named; None for no gain."""
    if not (_GAINED.search(before) and (_GAIN_AFTER.match(after) or "比" in before)):
        return None
    spans = list(_SPAN.finditer(plain, start, match.start()))
    spans = [m for m in spans if not (m.group(1).isdigit() and int(m.group(1)) > 30)]
    if not spans:
        return (1, None) if re.search(r"比(上年|去年)", before) else None
    text = spans[-1].group(1)
    years = int(text) if text.isdigit() else _chinese(text)
    since = [m for m in _YEAR.finditer(plain, start, match.start()) if m.group(0).endswith("年")]
    return years, int(since[-1].group(1)) + years if since else None


def _place(
    reader: _Reader,
    context: _Context,
    match: re.Match[str],
    kind: Kind,
    names: list[tuple[int, int, str]],
    start: int,
) -> Claim:
    plain, terms = reader.plain, reader.words
    groups = match.groupdict()
    mark = "place" if "place" in groups else 0
    first, last = match.span(mark) if kind is Kind.RANK else match.span()
    text = groups.get("n")
    value = float(int(text) if text and text.isdigit() else _chinese(text)) if text else None
    comparator = Comparator.EXACT
    group_text = None
    group = None
    if kind is Kind.RANK:
        if "place" not in groups:  # one of the hundred strongest
            value, comparator, group_text = 100.0, Comparator.AT_MOST, match.group(0)
        elif match.group("place").startswith("前"):
            comparator = Comparator.AT_MOST
        elif value is None:
            value = 1.0
        near = list(terms.group.finditer(plain, max(start, match.start() - 20), last))
        if near:
            group_text, group = near[-1].group(0), terms.group_id[near[-1].group(0)]
        elif re.search("[县市区省国强]", groups.get("within") or ""):
            group_text = groups["within"]
    year = context.year or (context.published - 1 if context.published else None)
    indicator, phrase = context.indicator, context.phrase
    before = [name for _, end, name in names if end <= first and first - end <= _NEAR]
    if before:
        indicator, phrase = terms.code.get(before[-1]), before[-1]
    return Claim(
        kind=kind,
        text="",
        locator=f"char:{first}-{last}",
        printed=reader.text[first:last],
        value=value,
        decimals=0,
        unit_measure=groups.get("unit"),
        indicator=indicator if kind is Kind.RANK else None,
        measure="rank" if kind is Kind.RANK else None,
        ref_area=context.area.ref_area if context.area else context.main,
        area_text=context.area.text if context.area else None,
        time_period=str(year) if year else None,
        comparator=comparator,
        group_id=group,
        group_text=group_text,
        phrase=phrase if kind is Kind.RANK else None,
    )


def _each_area(reader: _Reader, claim: Claim, start: int, at: int) -> list[Claim]:
    """One claim for each of several areas that are named in a row: A、B和C也有500多亿元."""
    named = [m for m in reader.named if start <= m.start < at]
    row: list[Mention] = []
    for mention in reversed(named):
        if row and not _JOINED.fullmatch(reader.plain[mention.end : row[-1].start]):
            break
        row.append(mention)
    last = reader.plain[row[0].end : at] if row else ""
    if (
        len(row) < 2
        or claim.kind is Kind.RANK
        or not re.search(r"^(?:[^，,]{0,4})(也|都|均)", last)
    ):
        return [claim]
    return [replace(claim, ref_area=m.ref_area, area_text=m.text) for m in reversed(row)]


def _chinese(text: str) -> int:
    """一 to 九十九."""
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_DIGIT.get(tens, 1) if tens else 1) * 10 + (_DIGIT.get(ones, 0) if ones else 0)
    return _DIGIT.get(text[-1], 0)
