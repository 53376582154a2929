"""Claims as the communiqué reader understands them: lists, ratios, indices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from flows.check.context import Article, Context
from flows.check.figures import fits
from flows.check.nouns import Claim, Comparator, Kind
from flows.misprint import candidates
from flows.read.prose.frame import Row

_LISTED = re.compile(r"分别|依次")


def chained(
    article: Article, context: Context, match: re.Match[str], made: Claim | None, start: int
) -> Claim | None:
    """A claim as the communiqué reader understands its number; it sees lists and ratios whole."""
    area = context.area.ref_area if context.area else context.main
    row = article.chains.of(area).get(match.start())
    if row is None or row.indicator is None or row.measure is None:
        listed = _LISTED.search(article.plain, start, match.start())
        return None if listed and made is not None and made.kind is not Kind.RANK else made
    measure = row.measure.partition("_at_")[0]
    if made is not None and (made.kind in (Kind.TARGET, Kind.GAIN) or made.ref_area != area):
        return made
    if made is not None and (made.indicator, made.measure) == (row.indicator, measure):
        own = _as_claim(article, context, row, match.start(), match.end(), match.group("unit"))
        if made.value is None or made.unit_measure != own.unit_measure:
            return replace(made, sure=True)
        return replace(made, sure=True, value=own.value)  # 价格指数99.7% is a change of -0.3 %
    if row.value is None or match.group("broken"):
        return made
    expected = article.units[row.indicator] if measure == "level" else "%"
    unit = match.group("unit")
    if not fits(expected, unit) and (expected, unit) != ("元", "万元"):
        return made
    claim = _as_claim(article, context, row, match.start(), match.end(), unit)
    return replace(claim, phrase=None if made is None else made.phrase)


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


def _as_claim(
    article: Article, context: Context, row: Row, first: int, last: int, unit: str
) -> Claim:
    """A sound row of the communiqué reader as a claim; the article says whose and when."""
    measure = (row.measure or "level").partition("_at_")[0]
    expected = article.units[row.indicator or ""] if measure == "level" else "%"
    scale = {("元", "万元"): 4, ("亿元", "万元"): -4, ("亿元", "万亿元"): 4, ("亿元", "万亿"): 4}
    power = scale.get((expected, unit), 0)
    value, sign = row.value or 0.0, -1 if (row.value or 0.0) < 0 else 1
    year = row.period_text or context.year or (context.published - 1 or None)
    return Claim(
        kind=Kind.GROWTH if measure == "growth" else Kind.VALUE,
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
