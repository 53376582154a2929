"""Claims as the communiqué reader understands them: lists, ratios, indices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from flows.ask.check.context import Article, Context
from flows.ask.check.figures import FACTOR, NUMBER, POWER, fits
from flows.ask.check.guards import is_summed
from flows.ask.check.nouns import Claim, Comparator, Kind
from flows.ask.check.places import Mention
from flows.evidence.misprint import candidates, number
from flows.model.measure import Measure
from flows.read.prose.frame import Row
from flows.read.prose.lexicon import lexicon

_LISTED = re.compile(r"分别|依次")
_VERB = re.compile(r"[为达到是完成实现有约增长]{0,4}")
_JOINED = re.compile(r"[、，,和与及]|以及")
_ROW = 2


def chained(
    article: Article, context: Context, match: re.Match[str], made: Claim | None, start: int
) -> Claim | None:
    """A claim as the communiqué reader understands its number; it sees lists and ratios whole."""
    area = context.area.ref_area if context.area else context.main
    row = article.chains.of(area).get(match.start())
    if row is None or row.indicator is None or row.measure is None:
        listed = _LISTED.search(article.plain, start, match.start())
        return None if listed and made is not None and made.kind is not Kind.RANK else made
    measure = row.measure.exact
    if made is not None and (made.kind in (Kind.TARGET, Kind.GAIN) or made.ref_area != area):
        return made
    if made is not None and (made.indicator, made.measure) == (row.indicator, measure):
        own = _as_claim(article, context, row, match.start(), match.end(), match.group("unit"))
        if made.value is None or made.unit_measure != own.unit_measure:
            return replace(made, sure=True)
        return replace(made, sure=True, value=own.value)  # 价格指数99.7% is a change of -0.3 %
    if row.value is None or match.group("broken"):
        return made
    before = article.plain[start : match.start()]
    if made is None and is_summed(before, before.rpartition("，")[2]):
        return None
    expected = measure.unit(article.units[row.indicator])
    unit = match.group("unit")
    if not fits(expected, unit) and (expected, unit) != ("元", "万元"):
        return made
    claim = _as_claim(article, context, row, match.start(), match.end(), unit)
    first = context.topics.sentence if made is None else start
    if made is not None and not made.inherited:
        return replace(claim, phrase=made.phrase)
    if lexicon().anchor.search(article.plain, first, match.start()):
        return claim  # a name that only the reader knows
    return made or _carried_on(context, claim)


def _carried_on(context: Context, claim: Claim) -> Claim:
    """同比增长8.7%。 as a sentence: the reader takes it for the growth of the level before it.

    Where that was a part after 其中, the whole is meant.
    """
    topics = context.topics
    if topics.parted:
        claim = replace(claim, indicator=topics.last.indicator, phrase=topics.last.phrase)
    return replace(claim, inherited=True)


def unseen(
    article: Article, context: Context, seen: list[tuple[int, int]], start: int, end: int
) -> Iterator[Claim]:
    """Numbers without a unit that the communiqué reader understands: the parts of a:b:c."""
    area = context.area.ref_area if context.area else context.main
    for first, row in sorted(article.chains.of(area).items()):
        if start <= first < end and not any(a <= first < b for a, b in seen):
            unit = row.unit_text or ""
            if unit in ("", "%") and row.indicator and article.units[row.indicator] == "%":
                yield _as_claim(article, context, row, first, first + len(row.value_text), "%")


def paired(
    article: Article,
    context: Context,
    names: list[tuple[int, int, str]],
    start: int,
    end: int,
) -> Iterator[Claim]:
    """甲县、乙县、丙县GDP分别为a、b和c: a figure for each of several areas."""
    for listed in _LISTED.finditer(article.plain, start, end):
        numbers = _row_of_numbers(article.plain, listed.end(), end)
        areas = _row_of_areas(article, start, listed.start())
        known = [name for _, last, name in names if last <= listed.start()]
        code = article.words.code.get(known[-1]) if known else None
        if code is None or len(areas) < _ROW or len(areas) != len(numbers):
            continue
        for area, match in zip(areas, numbers, strict=True):
            claim = _plain_claim(article, context, match, code)
            if claim is not None:
                yield replace(claim, ref_area=area.ref_area, area_text=area.text, phrase=known[-1])


def _plain_claim(
    article: Article, context: Context, match: re.Match[str], code: str
) -> Claim | None:
    """The number as the indicator's level, or as its growth where it is a percentage."""
    unit, measured = match.group("unit"), article.units[code]
    growth = unit == "%" and measured != "%"
    sound = None if match.group("broken") else number(match.group("value"))
    year = context.year or (context.published - 1 if context.published else None)
    if sound is None or not (growth or fits(measured, unit)):
        return None
    factor, power = FACTOR.get(unit, 1.0), POWER.get(unit, 0)
    return Claim(
        kind=Kind.GROWTH if growth else Kind.VALUE,
        text="",
        locator=f"char:{match.start()}-{match.end()}",
        printed=article.text[match.start() : match.end()],
        value=round(sound[0] * factor, 9),
        decimals=sound[1] - power,
        unit_measure="%" if growth else measured,
        indicator=code,
        measure=Measure.GROWTH if growth else Measure.LEVEL,
        ref_area=None,
        area_text=None,
        time_period=f"{year}{context.part}" if year else None,
        candidates=tuple(
            (each.value * factor, each.decimals - power)
            for each in candidates(match.group("value"), unit=unit)
            if each.tier <= 2 and each.kind != "unit"
        ),
    )


def _row_of_numbers(plain: str, start: int, end: int) -> list[re.Match[str]]:
    row: list[re.Match[str]] = []
    for match in NUMBER.finditer(plain, start, end):
        between = plain[row[-1].end() if row else start : match.start()]
        if not (_JOINED if row else _VERB).fullmatch(between):
            break
        row.append(match)
    return row


def _row_of_areas(article: Article, start: int, end: int) -> list[Mention]:
    row: list[Mention] = []
    for mention in reversed(article.between(start, end)):
        if row and not _JOINED.fullmatch(article.plain[mention.end : row[0].start]):
            break
        row.insert(0, mention)
    return row


def _as_claim(
    article: Article, context: Context, row: Row, first: int, last: int, unit: str
) -> Claim:
    """A sound row of the communiqué reader as a claim; the article says whose and when."""
    measure = (row.measure or Measure.LEVEL).exact
    expected = measure.unit(article.units[row.indicator or ""])
    scale = {("元", "万元"): 4, ("亿元", "万元"): -4, ("亿元", "万亿元"): 4, ("亿元", "万亿"): 4}
    power = scale.get((expected, unit), 0)
    value, sign = row.value or 0.0, -1 if (row.value or 0.0) < 0 else 1
    year = row.period_text or context.year or (context.published - 1 or None)
    return Claim(
        kind=Kind.GROWTH if measure is Measure.GROWTH else Kind.VALUE,
        text="",
        locator=f"char:{first}-{last}",
        printed=article.text[first:last],
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
