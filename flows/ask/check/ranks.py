"""Places in a list, and numbers of things."""

from __future__ import annotations

import re

from flows.ask.check.context import Article, Context
from flows.ask.check.figures import chinese
from flows.ask.check.nouns import Claim, Comparator, Kind
from flows.model.measure import Measure

RANK = re.compile(
    r"(?:位居|位列|名列|居|列|排名|排|跃居|升至|升到|稳居)"
    r"(?P<within>[^\d，,。第首榜]{0,12}?(?:\d{1,3}[个县市区]{1,3})?[^\d，,。第首榜]{0,8}?)"
    r"(?P<place>第(?P<n>\d{1,4}|[一二三四五六七八九十]{1,3})"
    r"(?!产业|季度|[批届轮期]|方阵|梯队)[位名]?|之首|首位|榜首)"
)
TOP = re.compile(
    r"(?:进入|跻身|进)(?P<place>前(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})[名位强]?)"
)
COUNT = re.compile(r"(?<![\d.])(?P<n>\d{1,5})(?P<unit>[个项家座条])")
COUNT_BACK = re.compile(r"(?P<n>\d{1,5})(?P<unit>[个项家座条])(?=[，,。；\s]|$)")
_NEAR = 40  # characters from an indicator's name to the place that it has


def ranking(
    article: Article,
    context: Context,
    match: re.Match[str],
    kind: Kind,
    names: list[tuple[int, int, str]],
    start: int,
) -> Claim:
    plain, terms = article.plain, article.words
    groups = match.groupdict()
    mark = "place" if "place" in groups else 0
    first, last = match.span(mark) if kind is Kind.RANK else match.span()
    text = groups.get("n")
    value = float(int(text) if text and text.isdigit() else chinese(text)) if text else None
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
    topics = context.topics
    indicator, phrase = topics.here.indicator, topics.here.phrase
    before = [name for _, end, name in names if end <= first and first - end <= _NEAR]
    if before:
        indicator, phrase = terms.code.get(before[-1]), before[-1]
    return Claim(
        kind=kind,
        text="",
        locator=f"char:{first}-{last}",
        printed=article.text[first:last],
        value=value,
        decimals=0,
        unit_measure=groups.get("unit"),
        indicator=indicator if kind is Kind.RANK else None,
        measure=Measure.RANK if kind is Kind.RANK else None,
        ref_area=context.area.ref_area if context.area else context.main,
        area_text=context.area.text if context.area else None,
        time_period=str(year) if year else None,
        comparator=comparator,
        group_id=group,
        group_text=group_text,
        phrase=phrase if kind is Kind.RANK else None,
        inherited=(not before and topics.inherited(topics.here))
        or topics.unclear(plain, names, start, first, last),
    )
