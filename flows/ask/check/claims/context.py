"""Who and when: what the words of an article carry from figure to figure."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from flows.ask.check.claims.guards import find_part_of_year
from flows.ask.check.claims.numbers import Units
from flows.ask.check.claims.places import Mention
from flows.ask.check.claims.reader_rows import ReaderRows
from flows.ask.check.claims.topics import Topics
from flows.ask.check.claims.vocabulary import Vocabulary
from flows.catalog.gazetteer import Gazetteer

YEAR = re.compile(r"((?:19|20)\d\d)(?:年|(?!\d))")
#: 全省 as whose figure it is; 居全省第三, 占全市的 and 高于全省 say something else
_WHOLE = re.compile(r"(?<![居列占于比在和与为])[全我](?:国|省|市|县|区)(?![第前首平各领])")
_BESIDE = 16  # characters in which the indicator of a whole ends
_OPENING = 8  # characters of a sentence in which its subject is named
_BASES = frozenset("与比较自从同")


@dataclass(slots=True)
class Context:
    """What the words before a number say of who, when and what."""

    published: int  # year of the article
    main: str | None
    area: Mention | None = None
    year: int | None = None
    part: str = ""  # of the year: -Q1, -Q2, -Q3, -part
    topics: Topics = field(default_factory=Topics)

    @property
    def ref_area(self) -> str | None:
        return self.area.ref_area if self.area else self.main

    @property
    def area_text(self) -> str | None:
        return self.area.text if self.area else None

    @property
    def year_reported(self) -> int | None:
        """The year that is named, or the one before the article's own."""
        return self.year or (self.published - 1 if self.published else None)

    @property
    def period(self) -> str | None:
        year = self.year_reported
        return f"{year}{self.part}" if year else None

    def begin_paragraph(self) -> None:
        """Forget what was named: a paragraph begins with the article's subject."""
        self.year, self.area, self.part = None, None, ""
        self.topics.forget()


@dataclass(frozen=True, slots=True)
class Article:
    """What is asked of an article while its sentences are read."""

    text: str  # as printed
    plain: str  # respelled, of the same length
    vocabulary: Vocabulary
    gazetteer: Gazetteer
    named: list[Mention]
    units: Units
    reader: ReaderRows

    def between(self, start: int, end: int) -> list[Mention]:
        """The areas named from ``start`` up to ``end``."""
        first = bisect_left(self.named, start, key=lambda each: each.start)
        return self.named[first : bisect_left(self.named, end, key=lambda each: each.start)]


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, or a part of one that ends in a semicolon, with the indicators it names."""

    article: Article
    context: Context
    start: int
    end: int
    names: list[tuple[int, int, str]]  # start, end and text

    @classmethod
    def open(cls, article: Article, context: Context, start: int, end: int) -> Segment:
        found = article.vocabulary.name.finditer(article.plain, start, end)
        return cls(article, context, start, end, [(*m.span(), m.group()) for m in found])

    def name_before(self, offset: int) -> str | None:
        """The last name that ends before ``offset``."""
        return next((name for _, last, name in reversed(self.names) if last <= offset), None)

    def code_before(self, offset: int) -> str | None:
        """The indicator of the last name before ``offset``."""
        return self.article.vocabulary.code.get(self.name_before(offset) or "")

    def is_unclear(self, at: int, until: int) -> bool:
        """May a figure after 其中 be of the part or of the whole?"""
        return self.context.topics.is_unclear(self.article.plain, self.names, self.start, at, until)


def carry(
    segment: Segment,
    since: int,
    until: int,
    *,
    ranked: bool = False,
    aside: frozenset[int] = frozenset(),
) -> None:
    """Take up who and when from ``plain[since:until]``.

    ``aside``: where places stand that the subject is only compared with.
    """
    _carry_area(segment, since, until, ranked, aside)
    stretch = segment.article.plain[since:until]
    segment.context.year = _find_year(segment, stretch) or segment.context.year
    part = find_part_of_year(stretch)
    if part is not None:
        segment.context.part = part


def _carry_area(
    segment: Segment, since: int, until: int, ranked: bool, aside: frozenset[int]
) -> None:
    """The last area named is the subject.

    The city or province of the article's subject is often named beside it: it is the subject only
    where it opens the sentence or stands in the figure's own clause, and never of a rank in it.
    """
    article, context = segment.article, segment.context
    stretch = article.plain[since:until]
    wholes = [] if ranked else _find_wholes(article, context, since, stretch, aside)
    for mention in sorted([*article.between(since, until), *wholes], key=lambda m: m.start):
        if mention in wholes:
            context.area = mention
            continue
        if mention.start in aside or mention.ref_area == article.gazetteer.country != context.main:
            continue
        if _lies_above(article, mention.ref_area, context.main):
            opens = mention.start - segment.start <= _OPENING
            same_clause = not re.search("[，,]", article.plain[mention.end : until])
            if ranked or not (opens or same_clause):
                continue
        context.area = mention
    for that, ending in article.vocabulary.that.items():
        if that in stretch:
            back = [
                m
                for m in article.between(0, until)
                if (article.gazetteer.name(m.ref_area) or "").endswith(ending)
            ]
            context.area = back[-1] if back else context.area


def _find_year(segment: Segment, stretch: str) -> int | None:
    """The last year named that is no base: 与2021年相比, 自2013年起 and 比上年 name none."""
    vocabulary, published = segment.article.vocabulary, segment.context.published
    found = [
        (m.start(), int(m.group(1)))
        for m in YEAR.finditer(stretch)
        if m.group(0).endswith("年") and stretch[m.start() - 1 : m.start()] not in _BASES
    ]
    relative = (
        (vocabulary.last_year, 1), (vocabulary.this_year, 0), (vocabulary.year_before_last, 2),
    )  # fmt: skip
    found += [
        (m.start(), published - ago)
        for pattern, ago in relative
        for m in pattern.finditer(stretch)
        if published and stretch[m.start() - 1 : m.start()] not in _BASES
    ]
    return max(found)[1] if found else None


def _find_wholes(
    article: Article, context: Context, since: int, stretch: str, aside: frozenset[int]
) -> list[Mention]:
    """全省, 全市 and 全县 as areas, where the article's subject lies in them or is one itself."""
    codes = map_wholes(article, context.main)
    own = (article.gazetteer.name(context.main) or "")[-1:]
    found = []
    for match in _WHOLE.finditer(stretch):
        at, word = since + match.start(), "全" + match.group()[1]
        code = context.main if word[1] == own else codes.get(word)
        named = article.vocabulary.name.search(article.plain, at + 2, at + 2 + _BESIDE)
        if code is None or named is None or at in aside:
            continue
        if not re.search("[，,、；]", article.plain[at : named.start()]):
            found.append(Mention(at, at + len(match.group()), match.group(), code))
    return found


def _lies_above(article: Article, area: str, main: str | None) -> bool:
    """Is ``area`` a city or province (or the country) in which ``main`` lies?"""
    return area in article.gazetteer.ancestors(main)


def map_wholes(article: Article, main: str | None) -> dict[str, str]:
    """What 全市, 全省 and 全国 are to the article's subject, where it lies in them."""
    country = article.gazetteer.country
    found = {"全国": country} if country else {}
    for above in article.gazetteer.ancestors(main):
        if article.gazetteer.level(above) == "prefecture":
            found["全市"] = above
        elif article.gazetteer.level(above) == "province":
            found["全省"] = above
    return found
