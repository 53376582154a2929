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
from dataclasses import replace

from flows.ask.check.chains import Chains
from flows.ask.check.comparisons import Comparison, comparisons
from flows.ask.check.context import COUNTRY, YEAR, Article, Context, carry, wholes_of
from flows.ask.check.figures import FACTOR, NUMBER, POWER, figure
from flows.ask.check.listed import chained, paired, unseen
from flows.ask.check.nouns import Claim, Comparator, Kind
from flows.ask.check.places import Mention, mentions
from flows.ask.check.ranks import COUNT, COUNT_BACK, RANK, TOP, ranking
from flows.ask.check.topics import AMONG, Topic
from flows.ask.check.words import Words, words
from flows.catalog.model import Catalog
from flows.evidence.misprint import number
from flows.model.measure import Measure
from flows.read.document.normal import spell

#: An article longer than this is no article.
LONGEST = 2_000_000
_SENTENCE = re.compile(r"[^。！!？?；\n]+")
_DAY = re.compile(r"(20\d\d)[-年./](\d{1,2})[-月./](\d{1,2})")
_JOINED = re.compile(r"[、和与及,，\s]{1,2}|以及")
_CONTROL = {c: " " for c in [*range(0x20), *range(0x7F, 0xA0)] if c != 0x0A}


def find(text: str, catalog: Catalog, *, published_on: dt.date | None = None) -> list[Claim]:
    """The claims of an article, in its order. ``text`` as ``article.read`` gives it."""
    text = text[:LONGEST].translate(_CONTROL)
    plain = spell(text)
    terms = words()
    groups = [(m.start(), terms.group_id[m.group(0)]) for m in terms.group.finditer(plain)]
    gazetteer = catalog.gazetteer
    named = mentions(plain, gazetteer, groups)
    units = {code: one.unit_measure for code, one in catalog.indicators.items()}
    counties = Counter(m.ref_area for m in named if gazetteer.level(m.ref_area) == "county")
    context = Context(
        published=published_on.year if published_on else _year_of(plain),
        main=next((code for code, _ in counties.most_common(1)), None),
    )
    if context.main is None:
        others = Counter(m.ref_area for m in named if m.ref_area != COUNTRY)
        context.main = next((code for code, _ in others.most_common(1)), None)
    chains = Chains(text, catalog, context.published - 1 if context.published else 0)
    article = Article(text, plain, terms, gazetteer, named, units, chains)
    claims: list[Claim] = []
    before = 0
    for sentence in _SENTENCE.finditer(plain):
        if "\n" in plain[before : sentence.start()]:  # a paragraph begins anew: the subject's
            context.year, context.area, context.part = None, None, ""
            context.topics.forget()
        claims += _sentence(article, context, sentence.start(), sentence.end())
        before = sentence.end()
    return claims


def _year_of(plain: str) -> int:
    day = _DAY.search(plain[:600])
    if day:
        return int(day.group(1))
    years = [int(year) for year in YEAR.findall(plain) if int(year) <= dt.date.max.year]
    return max(years, default=0) + 1 if years else 0


def _sentence(article: Article, context: Context, start: int, end: int) -> list[Claim]:
    plain, terms, topics = article.plain, article.words, context.topics
    if plain[start - 1 : start] not in ("；", ";"):
        topics.begin(start)
    claims: list[Claim] = []
    printed = article.text[start:end].strip()
    names = [(m.start(), m.end(), m.group(0)) for m in terms.name.finditer(plain, start, end)]
    wholes = wholes_of(article, context.main)
    compared = comparisons(plain, article.between(start, end), wholes, start, end)
    aside = frozenset(each.other.start for each in compared)
    matches = [
        each
        for each in _matches(plain, terms, start, end)
        if not any(c.start <= each[0] < c.end for c in compared)
    ]
    place, among = start, _among(article, names, start, end)
    found: list[tuple[int, re.Match[str] | Comparison, Kind | None]] = [*matches]
    found += [(each.start, each, Kind.COMPARISON) for each in compared]
    for at, match, kind in sorted(found, key=lambda each: each[0]):
        if among is not None and among < at:
            _pass(article, context, names, among)
            among = None
        if isinstance(match, Comparison):
            claims += _compared(article, context, match, names, start, printed, aside)
            continue
        carry(article, context, place, at, start, ranked=kind is Kind.RANK, aside=aside)
        place = at
        made = (
            figure(article, context, match, names, start, end)
            if kind is None
            else ranking(article, context, match, kind, names, start)
        )
        if kind is None:
            made = chained(article, context, match, made, start)
        if made is not None:
            claim = replace(made, text=printed)
            claims += _each_area(article, claim, start, at)
            if claim.indicator and claim.kind is not Kind.RANK:
                topics.last = Topic(
                    claim.indicator, claim.phrase, claim.sure, topics.sentence, not claim.inherited
                )
                if article.units[claim.indicator] == "亿元" and claim.measure is Measure.LEVEL:
                    topics.amount = topics.last
    carry(article, context, place, end, start, aside=aside)
    claims += [replace(one, text=printed) for one in paired(article, context, names, start, end)]
    if among is not None:
        _pass(article, context, names, among)
    _amount_named(article, context, names, end)
    topics.leave(start)
    seen = [match.span() for _, match, _ in matches] + [(each.start, each.end) for each in compared]
    claims += [replace(each, text=printed) for each in unseen(article, context, seen, start, end)]
    return claims


def _among(article: Article, names: list[tuple[int, int, str]], start: int, end: int) -> int | None:
    """Where the parts of what was named begin; 其中平阳县… picks a place and no part."""
    for found in AMONG.finditer(article.plain, start, end):
        first = min((opens for opens, _, _ in names if opens > found.start()), default=end)
        if not article.between(found.start(), first):
            return found.start()
    return None


def _pass(
    article: Article, context: Context, names: list[tuple[int, int, str]], among: int
) -> None:
    if context.topics.among is None:
        _amount_named(article, context, names, among)
        context.topics.enter(among)


def _amount_named(
    article: Article, context: Context, names: list[tuple[int, int, str]], until: int
) -> None:
    """The last name before ``until`` is what amounts are of, with or without a figure of its own."""
    known = [name for _, last, name in names if last <= until]
    code = article.words.code.get(known[-1]) if known else None
    if code is not None and article.units.get(code) == "亿元":
        topics = context.topics
        topics.amount = Topic(code, known[-1], sentence=topics.sentence, said=True)


def _compared(
    article: Article,
    context: Context,
    each: Comparison,
    names: list[tuple[int, int, str]],
    start: int,
    printed: str,
    aside: frozenset[int],
) -> list[Claim]:
    """The subject against another place."""
    carry(article, context, start, each.start, start, aside=aside)
    inside = article.between(each.other.end, each.end)  # 与永嘉县相比，平阳县多…
    subject = inside[-1] if inside else context.area
    area = subject.ref_area if subject else context.main
    topics = context.topics
    known = [name for _, last, name in names if last <= each.end]
    indicator = article.words.code.get(known[-1]) if known else topics.here.indicator
    said, inherited = names, not known and topics.inherited(topics.here)
    if area is None or area == each.other.ref_area:
        return []
    if known:
        topics.last = Topic(indicator, known[-1], topics.here.sure, topics.sentence, said=True)
    value, decimals, unit = None, 0, None
    if each.number is not None:
        sound = number(each.number["value"])
        if sound is None:
            return []
        unit = each.number["unit"]
        factor, power = FACTOR.get(unit, 1.0), POWER.get(unit, 0)
        value, decimals = each.sign * round(sound[0] * factor, 9), sound[1] - power
    if unit in FACTOR and article.units.get(indicator or "") != "亿元":
        indicator = topics.amount.indicator  # an amount is compared, whatever was named last
        said, inherited = [], topics.inherited(topics.amount)
    year = context.year or (context.published - 1 if context.published else None)
    if indicator is None and each.number is None:
        return []  # 领先 and 超过 are said of much that no figure settles
    return [
        Claim(
            kind=Kind.COMPARISON,
            text=printed,
            locator=f"char:{each.start}-{each.end}",
            printed=article.text[each.start : each.end],
            value=value,
            decimals=decimals,
            unit_measure="百分点" if each.rate else article.units.get(indicator or "", unit),
            indicator=indicator,
            measure=Measure.GROWTH if each.rate else Measure.LEVEL,
            ref_area=area,
            area_text=subject.text if subject else None,
            time_period=f"{year}{context.part}" if year else None,
            comparator=Comparator.AT_LEAST if each.sign > 0 else Comparator.AT_MOST,
            other_area=each.other.ref_area,
            phrase=known[-1] if known else topics.here.phrase,
            inherited=inherited or topics.unclear(article.plain, said, start, each.start, each.end),
        )
    ]


def _matches(
    plain: str, terms: Words, start: int, end: int
) -> Iterator[tuple[int, re.Match[str], Kind | None]]:
    taken: list[tuple[int, int]] = []
    for match in NUMBER.finditer(plain, start, end):
        taken.append(match.span())
        yield match.start(), match, None
    for pattern in (RANK, TOP):
        for match in pattern.finditer(plain, start, end):
            yield match.start("place"), match, Kind.RANK
    for match in terms.strong_list.finditer(plain, start, end):
        if not any(a <= match.start() < b for a, b in taken) and re.search(
            r"入选|入围|跻身|上榜|进入", plain[start : match.start()]
        ):
            yield match.start(), match, Kind.RANK
    for match in COUNT.finditer(plain, start, end):
        noun = terms.count_noun.search(plain, match.end(), min(end, match.end() + 14))
        before = terms.count_noun.search(plain, max(start, match.start() - 6), match.start())
        inside = any(a <= match.start() < b for a, b in taken)
        if not inside and (noun or (before and COUNT_BACK.match(plain, match.start()))):
            yield match.start(), match, Kind.COUNT


def _each_area(article: Article, claim: Claim, start: int, at: int) -> list[Claim]:
    """One claim for each of several areas that are named in a row: A、B和C也有500多亿元."""
    named = article.between(start, at)
    row: list[Mention] = []
    for mention in reversed(named):
        if row and not _JOINED.fullmatch(article.plain[mention.end : row[-1].start]):
            break
        row.append(mention)
    last = article.plain[row[0].end : at] if row else ""
    if (
        len(row) < 2
        or claim.kind is Kind.RANK
        or not re.search(r"^(?:[^，,]{0,4})(也|都|均)", last)
    ):
        return [claim]
    return [replace(claim, ref_area=m.ref_area, area_text=m.text) for m in reversed(row)]
