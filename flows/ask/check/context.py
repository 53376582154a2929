"""Who and when: what the words of an article carry from figure to figure."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from flows.ask.check.chains import Chains
from flows.ask.check.guards import part_of_year
from flows.ask.check.places import Mention
from flows.ask.check.topics import Topics
from flows.ask.check.words import Words
from flows.catalog.gazetteer import Gazetteer

YEAR = re.compile(r"((?:19|20)\d\d)(?:年|(?!\d))")
COUNTRY = "100000"
#: 全省 as whose figure it is; 居全省第三, 占全市的 and 高于全省 say something else
_WHOLE = re.compile(r"(?<![居列占于比在和与为])[全我](?:国|省|市|县|区)(?![第前首平各领])")
_BESIDE = 16  # characters in which the indicator of a whole ends
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


@dataclass(frozen=True, slots=True)
class Article:
    """What is asked of an article while its sentences are read."""

    text: str  # as printed
    plain: str  # respelled, of the same length
    words: Words
    gazetteer: Gazetteer
    named: list[Mention]
    units: dict[str, str]
    chains: Chains

    def between(self, start: int, end: int) -> list[Mention]:
        """The areas named from ``start`` up to ``end``."""
        first = bisect_left(self.named, start, key=lambda each: each.start)
        return self.named[first : bisect_left(self.named, end, key=lambda each: each.start)]


def carry(
    article: Article,
    context: Context,
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
    stretch = article.plain[since:until]
    wholes = [] if ranked else _wholes_in(article, context, since, stretch, aside)
    for mention in sorted([*article.between(since, until), *wholes], key=lambda m: m.start):
        if mention in wholes:
            context.area = mention
            continue
        if mention.start in aside:
            continue  # a place that the subject is compared with is no subject
        if mention.ref_area == COUNTRY != context.main:
            continue
        if _above(article, mention.ref_area, context.main):
            opens = mention.start - start <= 8
            same_clause = not re.search("[，,]", article.plain[mention.end : until])
            if ranked or not (opens or same_clause):
                continue
        context.area = mention
    for that, ending in article.words.that.items():
        if that in stretch:
            back = [
                m
                for m in article.between(0, until)
                if (article.gazetteer.name(m.ref_area) or "").endswith(ending)
            ]
            context.area = back[-1] if back else context.area
    found: list[tuple[int, int]] = [
        (m.start(), int(m.group(1)))
        for m in YEAR.finditer(stretch)
        # "与2021年相比" and "自2013年起" say what it is measured against, or since when.
        if m.group(0).endswith("年") and stretch[m.start() - 1 : m.start()] not in _BASES
    ]
    if context.published:
        for pattern, ago in (
            (article.words.last_year, 1),
            (article.words.this_year, 0),
            (article.words.year_before_last, 2),
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


def _wholes_in(
    article: Article, context: Context, since: int, stretch: str, aside: frozenset[int]
) -> list[Mention]:
    """全省, 全市 and 全县 as areas, where the article's subject lies in them or is one itself."""
    codes = wholes_of(article, context.main)
    own = (article.gazetteer.name(context.main) or "")[-1:]
    found = []
    for match in _WHOLE.finditer(stretch):
        at, word = since + match.start(), "全" + match.group()[1]
        code = context.main if word[1] == own else codes.get(word)
        named = article.words.name.search(article.plain, at + 2, at + 2 + _BESIDE)
        if code is None or named is None or at in aside:
            continue
        if not re.search("[，,、；]", article.plain[at : named.start()]):
            found.append(Mention(at, at + len(match.group()), match.group(), code))
    return found


def _above(article: Article, area: str, main: str | None) -> bool:
    """Is ``area`` a city or province (or the country) in which ``main`` lies?"""
    return area in article.gazetteer.ancestors(main)


def wholes_of(article: Article, main: str | None) -> dict[str, str]:
    """What 全市, 全省 and 全国 are to the article's subject, where it lies in them."""
    found = {"全国": COUNTRY}
    for above in article.gazetteer.ancestors(main):
        if article.gazetteer.level(above) == "prefecture":
            found["全市"] = above
        elif article.gazetteer.level(above) == "province":
            found["全省"] = above
    return found
