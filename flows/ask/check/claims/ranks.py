"""Places in a list, and numbers of things."""

from __future__ import annotations

import re

from flows.ask.check.claims.context import Segment
from flows.ask.check.claims.figures import parse_chinese
from flows.ask.check.nouns import ArticleClaim, ClaimKind, Comparator
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
_BEFORE_RANK = 20  # characters before it in which the group is named
_HUNDRED = 100  # places of the lists of the strongest


def read_rank(segment: Segment, match: re.Match[str]) -> ArticleClaim:
    """A place in a list: the third, among the first ten, one of the hundred strongest."""
    article, context = segment.article, segment.context
    groups = match.groupdict()
    first, last = match.span("place" if "place" in groups else 0)
    value: float | None = _parse_place(groups.get("n"))
    comparator, group_text, group_id = Comparator.EXACT, None, None
    if "place" not in groups:
        value, comparator, group_text = _HUNDRED, Comparator.AT_MOST, match.group(0)
    elif groups["place"].startswith("前"):
        comparator = Comparator.AT_MOST
    elif value is None:
        value = 1  # 首位, 榜首
    since = max(segment.start, match.start() - _BEFORE_RANK)
    near = [m.group(0) for m in article.vocabulary.group.finditer(article.plain, since, last)]
    if near:
        group_text, group_id = near[-1], article.vocabulary.group_id[near[-1]]
    elif re.search("[县市区省国强]", groups.get("within") or ""):
        group_text = groups["within"]
    indicator, phrase = context.topics.here.indicator, context.topics.here.phrase
    if name := _find_near_name(segment, first):
        indicator, phrase = segment.code_before(first), name
    year = context.year_reported
    return ArticleClaim(
        kind=ClaimKind.RANK,
        text="",
        locator=f"char:{first}-{last}",
        printed=article.text[first:last],
        value=None if value is None else float(value),
        decimals=0,
        unit_measure=None,
        indicator=indicator,
        measure=Measure.RANK,
        ref_area=context.ref_area,
        area_text=context.area_text,
        time_period=str(year) if year else None,
        comparator=comparator,
        group_id=group_id,
        group_text=group_text,
        phrase=phrase,
        inherited=_is_inherited(segment, first, last),
    )


def read_count(segment: Segment, match: re.Match[str]) -> ArticleClaim:
    """A number of things, which no indicator of the catalogue counts."""
    context = segment.context
    first, last = match.span()
    year = context.year_reported
    return ArticleClaim(
        kind=ClaimKind.COUNT,
        text="",
        locator=f"char:{first}-{last}",
        printed=segment.article.text[first:last],
        value=float(match["n"]),
        decimals=0,
        unit_measure=match["unit"],
        indicator=None,
        measure=None,
        ref_area=context.ref_area,
        area_text=context.area_text,
        time_period=str(year) if year else None,
        inherited=_is_inherited(segment, first, last),
    )


def _parse_place(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else parse_chinese(text)


def _find_near_name(segment: Segment, at: int) -> str | None:
    """The last indicator named shortly before a place."""
    near = [name for _, end, name in segment.names if end <= at and at - end <= _NEAR]
    return near[-1] if near else None


def _is_inherited(segment: Segment, first: int, last: int) -> bool:
    topics = segment.context.topics
    carried = _find_near_name(segment, first) is None and topics.is_inherited(topics.here)
    return carried or segment.is_unclear(first, last)
