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

from flows.ask.check.claims.comparisons import Comparison, find_comparisons
from flows.ask.check.claims.context import (
    YEAR,
    Article,
    Context,
    Segment,
    carry,
    map_wholes,
)
from flows.ask.check.claims.figures import read_figure
from flows.ask.check.claims.listed import complete_claim, read_pairs, read_unitless
from flows.ask.check.claims.numbers import NUMBER, Units, is_money
from flows.ask.check.claims.places import Mention, find_mentions
from flows.ask.check.claims.ranks import COUNT, COUNT_BACK, RANK, TOP, read_count, read_rank
from flows.ask.check.claims.reader_rows import ReaderRows
from flows.ask.check.claims.topics import AMONG, Topic
from flows.ask.check.claims.vocabulary import load_vocabulary
from flows.ask.check.nouns import ArticleClaim, ClaimKind, Comparator
from flows.catalog.gazetteer import Gazetteer
from flows.catalog.model import Catalog
from flows.evidence.misprint import number
from flows.model.measure import Measure
from flows.read.document.normal import spell

#: An article longer than this is no article.
LONGEST = 2_000_000
_SENTENCE = re.compile(r"[^。！!？?；\n]+")
_DAY = re.compile(r"(20\d\d)[-年./](\d{1,2})[-月./](\d{1,2})")
_JOINED = re.compile(r"[、和与及,，\s]{1,2}|以及")
_ENTERED = re.compile(r"入选|入围|跻身|上榜|进入")
_CONTROL = {c: " " for c in [*range(0x20), *range(0x7F, 0xA0)] if c != 0x0A}
#: Characters around a number of things in which what is counted is named.
_COUNTED_AFTER, _COUNTED_BEFORE = 14, 6

#: A number or a place with its claim's kind; None: the words around it decide.
_Found = tuple[int, re.Match[str], ClaimKind | None]


def find_claims(
    text: str, catalog: Catalog, *, published_on: dt.date | None = None
) -> list[ArticleClaim]:
    """The claims of an article, in its order. ``text`` as ``article.read_article`` gives it."""
    text = text[:LONGEST].translate(_CONTROL)
    plain = spell(text)
    vocabulary = load_vocabulary()
    groups = [(m.start(), vocabulary.group_id[m.group()]) for m in vocabulary.group.finditer(plain)]
    gazetteer = catalog.gazetteer
    named = find_mentions(plain, gazetteer, groups)
    published = published_on.year if published_on else _guess_year(plain)
    context = Context(published, _find_main_area(named, gazetteer))
    reader = ReaderRows(text, catalog, published - 1 if published else 0)
    units = Units.from_catalog(catalog)
    article = Article(text, plain, vocabulary, gazetteer, named, units, reader)
    claims: list[ArticleClaim] = []
    before = 0
    for sentence in _SENTENCE.finditer(plain):
        if "\n" in plain[before : sentence.start()]:
            context.begin_paragraph()
        claims += _read_segment(Segment.open(article, context, *sentence.span()))
        before = sentence.end()
    return claims


def _find_main_area(named: list[Mention], gazetteer: Gazetteer) -> str | None:
    """The county named most, else the area named most."""
    counties = [m.ref_area for m in named if gazetteer.level(m.ref_area) == "county"]
    others = [m.ref_area for m in named if m.ref_area != gazetteer.country]
    return next((code for code, _ in Counter(counties or others).most_common(1)), None)


def _guess_year(plain: str) -> int:
    """The year in which an undated article was published; 0 where it names no year."""
    day = _DAY.search(plain[:600])
    if day:
        return int(day.group(1))
    years = [int(year) for year in YEAR.findall(plain) if int(year) <= dt.date.max.year]
    return max(years, default=0) + 1 if years else 0


def _read_segment(segment: Segment) -> list[ArticleClaim]:
    article, context, start, end = segment.article, segment.context, segment.start, segment.end
    plain, topics = article.plain, context.topics
    if plain[start - 1 : start] not in ("；", ";"):
        topics.begin(start)
    wholes = map_wholes(article, context.main)
    compared = find_comparisons(plain, article.between(start, end), wholes, start, end)
    aside = frozenset(each.other.start for each in compared)
    matches = [
        each
        for each in _find_numbers(segment)
        if not any(other.start <= each[0] < other.end for other in compared)
    ]
    claims: list[ArticleClaim] = []
    place, among = start, _find_among(segment)
    found: list[tuple[int, _Found | Comparison]] = [(each[0], each) for each in matches]
    found += [(each.start, each) for each in compared]
    for at, each in sorted(found, key=lambda one: one[0]):
        if among is not None and among < at:
            _enter_parts(segment, among)
            among = None
        if isinstance(each, Comparison):
            claims += _claim_comparison(segment, each, aside)
            continue
        carry(segment, place, at, ranked=each[2] is ClaimKind.RANK, aside=aside)
        place = at
        claim = _read_claim(segment, each)
        if claim is not None:
            claims += _claim_each_area(segment, claim, at)
            _set_topic(segment, claim)
    carry(segment, place, end, aside=aside)
    claims += read_pairs(segment)
    if among is not None:
        _enter_parts(segment, among)
    _set_amount(segment, end)
    topics.leave(start)
    seen = [match.span() for _, match, _ in matches] + [(each.start, each.end) for each in compared]
    claims += read_unitless(segment, seen)
    printed = article.text[start:end].strip()
    return [replace(claim, text=printed) for claim in claims]


def _read_claim(segment: Segment, found: _Found) -> ArticleClaim | None:
    _, match, kind = found
    if kind is ClaimKind.RANK:
        return read_rank(segment, match)
    if kind is ClaimKind.COUNT:
        return read_count(segment, match)
    return complete_claim(segment, match, read_figure(segment, match))


def _set_topic(segment: Segment, claim: ArticleClaim) -> None:
    """What a claim is of is the topic of what follows."""
    topics = segment.context.topics
    if not claim.indicator or claim.kind is ClaimKind.RANK:
        return
    topics.last = Topic(
        claim.indicator, claim.phrase, claim.sure, topics.sentence, not claim.inherited
    )
    if segment.article.units.is_amount(claim.indicator) and claim.measure is Measure.LEVEL:
        topics.amount = topics.last


def _find_among(segment: Segment) -> int | None:
    """Where the parts of what was named begin; 其中平阳县… picks a place and no part."""
    for found in AMONG.finditer(segment.article.plain, segment.start, segment.end):
        opens = (opens for opens, _, _ in segment.names if opens > found.start())
        if not segment.article.between(found.start(), min(opens, default=segment.end)):
            return found.start()
    return None


def _enter_parts(segment: Segment, among: int) -> None:
    if segment.context.topics.among is None:
        _set_amount(segment, among)
        segment.context.topics.enter(among)


def _set_amount(segment: Segment, until: int) -> None:
    """The last name before ``until`` is what amounts are of, with or without its own figure."""
    code = segment.code_before(until)
    if code is not None and segment.article.units.is_amount(code):
        topics = segment.context.topics
        phrase = segment.name_before(until)
        topics.amount = Topic(code, phrase, sentence=topics.sentence, said=True)


def _claim_comparison(
    segment: Segment, each: Comparison, aside: frozenset[int]
) -> list[ArticleClaim]:
    """The subject against another place."""
    article, context = segment.article, segment.context
    topics, units = context.topics, article.units
    carry(segment, segment.start, each.start, aside=aside)
    inside = article.between(each.other.end, each.end)  # 与永嘉县相比，平阳县多…
    subject = inside[-1] if inside else context.area
    area = subject.ref_area if subject else context.main
    if area is None or area == each.other.ref_area:
        return []
    phrase = segment.name_before(each.end)
    if phrase is not None:
        code = article.vocabulary.code.get(phrase)
        topics.last = Topic(code, phrase, topics.here.sure, topics.sentence, said=True)
    indicator, inherited = topics.here.indicator, topics.is_inherited(topics.here)
    unclear = segment.is_unclear(each.start, each.end)
    value, decimals, unit = None, 0, None
    if each.number is not None:
        sound = number(each.number["value"])
        if sound is None:
            return []
        unit = each.number["unit"]
        power = units.power(unit)
        value, decimals = each.sign * round(sound[0] * 10.0**power, 9), sound[1] - power
    if is_money(unit) and not units.is_amount(indicator):
        indicator = topics.amount.indicator  # an amount is compared, whatever was named last
        inherited = topics.is_inherited(topics.amount)
        unclear = replace(segment, names=[]).is_unclear(each.start, each.end)
    if indicator is None and each.number is None:
        return []  # 领先 and 超过 are said of much that no figure settles
    return [
        ArticleClaim(
            kind=ClaimKind.COMPARISON,
            text="",
            locator=f"char:{each.start}-{each.end}",
            printed=article.text[each.start : each.end],
            value=value,
            decimals=decimals,
            unit_measure="百分点" if each.rate else units.indicator.get(indicator or "", unit),
            indicator=indicator,
            measure=Measure.GROWTH if each.rate else Measure.LEVEL,
            ref_area=area,
            area_text=subject.text if subject else None,
            time_period=context.period,
            comparator=Comparator.AT_LEAST if each.sign > 0 else Comparator.AT_MOST,
            other_area=each.other.ref_area,
            phrase=phrase if phrase is not None else topics.here.phrase,
            inherited=inherited or unclear,
        )
    ]


def _find_numbers(segment: Segment) -> Iterator[_Found]:
    """Every number and place of the segment."""
    plain, start, end = segment.article.plain, segment.start, segment.end
    vocabulary = segment.article.vocabulary
    taken: list[tuple[int, int]] = []
    for match in NUMBER.finditer(plain, start, end):
        taken.append(match.span())
        yield match.start(), match, None
    for pattern in (RANK, TOP):
        for match in pattern.finditer(plain, start, end):
            yield match.start("place"), match, ClaimKind.RANK
    for match in vocabulary.strong_list.finditer(plain, start, end):
        entered = _ENTERED.search(plain[start : match.start()])
        if entered and not any(a <= match.start() < b for a, b in taken):
            yield match.start(), match, ClaimKind.RANK
    for match in COUNT.finditer(plain, start, end):
        inside = any(a <= match.start() < b for a, b in taken)
        if not inside and _is_counted(segment, match):
            yield match.start(), match, ClaimKind.COUNT


def _is_counted(segment: Segment, match: re.Match[str]) -> bool:
    """Is what a number counts named after it, or before it where the clause ends with it?"""
    plain, noun = segment.article.plain, segment.article.vocabulary.count_noun
    after = min(segment.end, match.end() + _COUNTED_AFTER)
    if noun.search(plain, match.end(), after):
        return True
    since = max(segment.start, match.start() - _COUNTED_BEFORE)
    before = noun.search(plain, since, match.start())
    return before is not None and COUNT_BACK.match(plain, match.start()) is not None


def _claim_each_area(segment: Segment, claim: ArticleClaim, at: int) -> list[ArticleClaim]:
    """One claim for each of several areas that are named in a row: A、B和C也有500多亿元."""
    plain = segment.article.plain
    row: list[Mention] = []
    for mention in reversed(segment.article.between(segment.start, at)):
        if row and not _JOINED.fullmatch(plain[mention.end : row[-1].start]):
            break
        row.append(mention)
    last = plain[row[0].end : at] if row else ""
    shared = re.search(r"^(?:[^，,]{0,4})(也|都|均)", last)
    if len(row) < 2 or claim.kind is ClaimKind.RANK or not shared:
        return [claim]
    return [replace(claim, ref_area=m.ref_area, area_text=m.text) for m in reversed(row)]
