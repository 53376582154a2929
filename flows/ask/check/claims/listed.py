"""Claims as the communiqué reader understands them: lists, ratios, indices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from flows.ask.check.claims.context import Article, Context, Segment
from flows.ask.check.claims.guards import sums_years
from flows.ask.check.claims.numbers import NUMBER, Number, list_candidates
from flows.ask.check.claims.places import Mention
from flows.ask.check.nouns import ArticleClaim, ClaimKind, Comparator
from flows.model.measure import Measure
from flows.read.prose.lexicon import lexicon
from flows.read.prose.rows import FigureRow

_LISTED = re.compile(r"分别|依次")
_VERB = re.compile(r"[为达到是完成实现有约增长]{0,4}")
_JOINED = re.compile(r"[、，,和与及]|以及")
_ROW = 2  # areas at least


def complete_claim(
    segment: Segment, match: re.Match[str], claim: ArticleClaim | None
) -> ArticleClaim | None:
    """The claim as the communiqué reader understands its number; it sees lists and ratios whole."""
    article, area = segment.article, segment.context.ref_area
    row = article.reader.rows_of(area).get(match.start())
    if row is None or row.indicator is None or row.measure is None:
        return None if _belongs_to_list(segment, match, claim) else claim
    if claim is None:
        return _claim_row(segment, match, row)
    if claim.kind in (ClaimKind.TARGET, ClaimKind.GAIN) or claim.ref_area != area:
        return claim
    if (claim.indicator, claim.measure) == (row.indicator, row.measure.exact):
        own = _claim_from_row(segment, row, match.start(), match.end(), match.group("unit"))
        if claim.value is None or claim.unit_measure != own.unit_measure:
            return replace(claim, sure=True)
        return replace(claim, sure=True, value=own.value)  # 价格指数99.7% is a change of -0.3 %
    if not _fits_row(article, match, row):
        return claim
    own = _claim_from_row(segment, row, match.start(), match.end(), match.group("unit"))
    if not claim.inherited:
        return replace(own, phrase=claim.phrase)
    # Else a name that only the reader knows.
    return own if lexicon().anchor.search(article.plain, segment.start, match.start()) else claim


def _belongs_to_list(segment: Segment, match: re.Match[str], claim: ArticleClaim | None) -> bool:
    """Is the number one of a list that the reader does not understand?"""
    listed = _LISTED.search(segment.article.plain, segment.start, match.start())
    return listed is not None and claim is not None and claim.kind is not ClaimKind.RANK


def _claim_row(segment: Segment, match: re.Match[str], row: FigureRow) -> ArticleClaim | None:
    """The reader's claim of a number of which the article names no indicator."""
    plain, context = segment.article.plain, segment.context
    if not _fits_row(segment.article, match, row):
        return None
    before = plain[segment.start : match.start()]
    if sums_years(before, before.rpartition("，")[2]):
        return None
    claim = _claim_from_row(segment, row, match.start(), match.end(), match.group("unit"))
    if lexicon().anchor.search(plain, context.topics.sentence, match.start()):
        return claim
    return _inherit(context, claim)


def _fits_row(article: Article, match: re.Match[str], row: FigureRow) -> bool:
    """Is the reader's value one of this number, in a unit in which its indicator is printed?"""
    if row.value is None or match.group("broken") or row.measure is None:
        return False
    expected = row.measure.exact.unit(article.units.indicator[row.indicator or ""])
    number = Number.from_match(match, article.units)
    return number.fits(expected) or (expected, number.unit) == ("元", "万元")


def _inherit(context: Context, claim: ArticleClaim) -> ArticleClaim:
    """同比增长8.7%。 as a sentence: the reader takes it for the growth of the level before it.

    Where that was a part after 其中, the whole is meant.
    """
    topics = context.topics
    if topics.parted:
        claim = replace(claim, indicator=topics.last.indicator, phrase=topics.last.phrase)
    return replace(claim, inherited=True)


def read_unitless(segment: Segment, seen: list[tuple[int, int]]) -> Iterator[ArticleClaim]:
    """Numbers without a unit that the communiqué reader understands: the parts of a:b:c."""
    article = segment.article
    for first, row in sorted(article.reader.rows_of(segment.context.ref_area).items()):
        if segment.start <= first < segment.end and not any(a <= first < b for a, b in seen):
            unit = row.unit_text or ""
            if unit in ("", "%") and article.units.indicator.get(row.indicator or "") == "%":
                yield _claim_from_row(segment, row, first, first + len(row.value_text), "%")


def read_pairs(segment: Segment) -> Iterator[ArticleClaim]:
    """甲县、乙县、丙县GDP分别为a、b和c: a figure for each of several areas."""
    for listed in _LISTED.finditer(segment.article.plain, segment.start, segment.end):
        numbers = _find_numbers(segment, listed.end())
        areas = _find_areas(segment, listed.start())
        code = segment.code_before(listed.start())
        if code is None or len(areas) < _ROW or len(areas) != len(numbers):
            continue
        phrase = segment.name_before(listed.start())
        for area, number in zip(areas, numbers, strict=True):
            claim = _claim_number(segment, number, code)
            if claim is not None:
                yield replace(claim, ref_area=area.ref_area, area_text=area.text, phrase=phrase)


def _claim_number(segment: Segment, number: Number, code: str) -> ArticleClaim | None:
    """The number as the indicator's level, or as its growth where it is a percentage."""
    measured = segment.article.units.indicator[code]
    growth = number.unit == "%" and measured != "%"
    if number.value is None or not (growth or number.fits(measured)):
        return None
    return ArticleClaim(
        kind=ClaimKind.GROWTH if growth else ClaimKind.VALUE,
        text="",
        locator=number.locator,
        printed=segment.article.text[number.start : number.end],
        value=number.value,
        decimals=number.decimals,
        unit_measure="%" if growth else measured,
        indicator=code,
        measure=Measure.GROWTH if growth else Measure.LEVEL,
        ref_area=None,
        area_text=None,
        time_period=segment.context.period,
        candidates=number.candidates(),
    )


def _find_numbers(segment: Segment, start: int) -> list[Number]:
    """The numbers from ``start`` on that nothing but commas and conjunctions parts."""
    article = segment.article
    row: list[Number] = []
    for match in NUMBER.finditer(article.plain, start, segment.end):
        between = article.plain[row[-1].end if row else start : match.start()]
        if not (_JOINED if row else _VERB).fullmatch(between):
            break
        row.append(Number.from_match(match, article.units))
    return row


def _find_areas(segment: Segment, end: int) -> list[Mention]:
    """The last areas before ``end`` that nothing but commas and conjunctions parts."""
    row: list[Mention] = []
    for mention in reversed(segment.article.between(segment.start, end)):
        if row and not _JOINED.fullmatch(segment.article.plain[mention.end : row[0].start]):
            break
        row.insert(0, mention)
    return row


def _claim_from_row(
    segment: Segment, row: FigureRow, first: int, last: int, unit: str
) -> ArticleClaim:
    """A sound row of the communiqué reader as a claim; the article says whose and when."""
    article, context = segment.article, segment.context
    measure = (row.measure or Measure.LEVEL).exact
    expected = measure.unit(article.units.indicator[row.indicator or ""])
    power = article.units.power(unit, expected)
    value = row.value or 0.0
    year = row.period_text or context.year or (context.published - 1 or None)
    return ArticleClaim(
        kind=ClaimKind.GROWTH if measure is Measure.GROWTH else ClaimKind.VALUE,
        text="",
        locator=f"char:{first}-{last}",
        printed=article.text[first:last],
        value=round(value * 10.0**power, 9),
        decimals=(row.decimals or 0) - power,
        unit_measure=expected,
        indicator=row.indicator,
        measure=measure,
        ref_area=context.ref_area,
        area_text=context.area_text,
        time_period=str(year) if year else None,
        comparator=Comparator(row.comparator) if row.comparator else Comparator.EXACT,
        sure=True,
        candidates=list_candidates(row.value_text, unit, power, -1 if value < 0 else 1),
    )
