"""What a document says of itself, and the words it uses for its own area and period.

Hints from the catalogue (the release's area and period) win over the document, which may be a
repost under a site's own heading; a title that contradicts them is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.catalog.model import Catalog
from flows.language.kinds import Kind
from flows.model.nouns import Metadata
from flows.read.document.document import Block, Document
from flows.read.document.normal import Compact
from flows.read.identity.establish import establish_identity
from flows.read.prose.own_area import find_level_words
from flows.read.prose.sentences import Own

_PROVISIONAL = re.compile(
    r"(?:本公报|公报中|文中|所列)[^。]{0,24}(?:为|是|系|均为)[^。]{0,10}(?:初步统计数|初步核算|快报数|初步数|年快报)|经?初步核算"
)
_PERIOD_WORDS = {
    "-Q1": (3, r"(?:第?一季度|首季度?|前三个月|开年以来)末?"),
    "-Q2": (6, r"(?:上半年|前两季度|前两个季度)"),
    "-Q3": (9, r"(?:前三季度|前三个季度|第?三季度末)"),
    "-Q4": (12, r"(?:全年|四季度末)"),
}
#: a sheet headed 三季度, as its text says too, has what came since January
_THIRD = re.compile(r"(?<![前第])三季度(?!末)")
#: reports whose 去年 is their year and whose 今年 is what they plan
_PLANNING = (Kind.WORK_REPORT, Kind.PLAN_REPORT, Kind.BUDGET_REPORT)


@dataclass(slots=True)
class DocumentFacts:
    """What a document says of itself, as the reader of its sentences needs it."""

    metadata: Metadata
    year: int | None = None
    report: bool = False  # 去年 is its year, 今年 its plan
    contrary: str | None = None  # how the title contradicts the catalogue

    @property
    def ref_area(self) -> str | None:
        return self.metadata.ref_area

    @property
    def time_period(self) -> str | None:
        return self.metadata.time_period


def find_facts(
    document: Document,
    text: Compact,
    blocks: list[Block],
    catalog: Catalog,
    ref_area: str | None,
    time_period: str | None,
) -> DocumentFacts:
    """The facts of a document, hints first."""
    start = text.index(blocks[0].start) if blocks else 0
    found = establish_identity(
        document, blocks, text.text[start:], catalog.gazetteer, ref_area, time_period
    )
    period, heads = found.period, found.heads
    year = int(period[:4]) if period and period[:4].isdigit() else None
    locators = {}
    if heads.title:
        locators["title"] = heads.title.locator
    if heads.publisher:
        locators["publisher"] = heads.publisher.locator
    published = heads.find_publication(year)
    if published:
        locators["published_on"] = published.locator
    status = _PROVISIONAL.search(text.text)
    if status:
        locators["obs_status"] = document.locator(*text.span(*status.span()))
    metadata = Metadata(
        title=heads.shown_title,
        ref_area=found.area,
        time_period=period,
        publisher=heads.publisher.text if heads.publisher else None,
        published_on=published.day if published else None,
        obs_status="P" if status else None,
        locators=locators,
        kind=found.kind,
        freq=found.freq,
        witnesses=tuple(found.witnesses),
        why_not=found.why_not,
    )
    report = found.kind in _PLANNING and not (period or "")[4:]
    return DocumentFacts(metadata, year, report, found.contrary)


def find_own_words(text: str, facts: DocumentFacts, catalog: Catalog) -> Own:
    """How the document names its own area, level and year."""
    names, level, levels = find_level_words(text, facts.ref_area, catalog)
    pattern = None
    if names:
        ordered = sorted(names, key=len, reverse=True)
        pattern = re.compile("(?:" + "|".join(map(re.escape, ordered)) + ")(?![辖直])")
    months, period = 12, None
    part = (facts.time_period or "")[4:]
    if part in _PERIOD_WORDS:
        months, words = _PERIOD_WORDS[part]
        if part == "-Q3" and _THIRD.search(facts.metadata.title or ""):
            words = f"(?:{words}|{_THIRD.pattern})"
        period = re.compile(words)
    elif re.fullmatch(r"-\d\d", part):
        months = int(part[1:])
    single = facts.metadata.freq == "M"
    return Own(pattern, level, facts.year, levels, months, period, part, single, facts.report)
