"""The lines of a document that say what it is: title, subtitle, press head, heads of sections."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from flows.language.kinds import Kind, find_kinds
from flows.language.periods import find_days, find_periods
from flows.language.spelling import fold_title
from flows.read.document.document import BREAK, SOFT, Block, Document

_STATISTICS = re.compile(
    r"经济运行|经济社会发展|主要(?:经济)?指标|统计快报|经济形势|经济发展情况|经济和社会发展"
)
_TITLED = frozenset(
    {
        Kind.COMMUNIQUE,
        Kind.WORK_REPORT,
        Kind.PLAN_REPORT,
        Kind.BUDGET_REPORT,
        Kind.CENSUS,
        Kind.TOPIC_BULLETIN,
    }
)
_TITLE_HEAD = re.compile(r"(?:19|20)\d\d年|国民经济|[市县区州盟旗省]$")
_LONGEST_TITLE = 60
_CITED = re.compile(r"《([^《》]{8,60})》")
_PUBLISHER = re.compile(
    r"(?:来源|发布机构|发布单位|出处|信息来源|文章来源|稿源|作者|供稿)\s*[:：]\s*([^\s，,|:：<>]{2,40})"
)
_BUREAU = re.compile(
    r"^[\s(（]*([一-鿿]{2,20}(?:统计局|调查队|人民政府)(?:[\s、]*[一-鿿]{2,24}(?:统计局|调查队|人民政府))*)[\s)）]*$"
)
_DATE = re.compile(
    r"((?:19|20)\d\d)\s*(?:年\s*(\d{1,2})\s*月\s*(\d{1,2})|([-/.])\s*(\d{1,2})\s*\4\s*(\d{1,2}))"
)
_DATE_MARK = re.compile(r"(?:发布|公布|成文|印发|更新|录入)?(?:时间|日期)")
_MEETING = re.compile(r"会议上|大会上|代表大会|全会上|^[—-]+")
_BRACKETED = re.compile(r"\([^()]{8,20}日\)$")
_BLANK = " \t\r\n\u3000\u00a0" + BREAK + SOFT
_HEAD_BLOCKS = 40
_LONG = 100  # characters of a paragraph; after so many of them no head line comes
_PARAGRAPHS = 3


@dataclass(frozen=True, slots=True)
class HeadLine:
    """A line of the head, folded, and where it stands."""

    text: str
    locator: str


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A day of the head; ``marked`` as that of publication, or alone on its line."""

    day: date
    locator: str
    marked: bool


@dataclass(slots=True)
class Heads:
    """What the head of a document prints."""

    title: HeadLine | None = None
    shown_title: str | None = None  # as a person reads it
    subtitles: list[HeadLine] = field(default_factory=list)
    page_title: str | None = None
    publisher: HeadLine | None = None
    dates: list[PrintedDate] = field(default_factory=list)

    def find_publication(self, year: int | None) -> PrintedDate | None:
        """The day of publication: not before the year that the document is about."""
        after = [each for each in self.dates if year is None or each.day.year >= year]
        return min(after, key=lambda each: not each.marked, default=None)


def find_heads(document: Document, blocks: list[Block]) -> Heads:
    """The head of a document: the lines before its body and the first ones of it."""
    first = blocks[0].start if blocks else len(document.clean)
    before = [block for block in document.blocks if block.start < first]
    lines = before[-_HEAD_BLOCKS:] + _find_opening(blocks)
    heads = Heads(page_title=document.title)
    _find_title(heads, document, lines)
    _find_subtitles(heads, document, lines)
    _find_publication(heads, document, lines)
    return heads


def _find_opening(blocks: list[Block]) -> list[Block]:
    """The first blocks of a body, down to its third paragraph."""
    long = [number for number, block in enumerate(blocks) if block.end - block.start > _LONG]
    last = long[_PARAGRAPHS - 1] if len(long) >= _PARAGRAPHS else len(blocks)
    return blocks[: min(last + 1, _HEAD_BLOCKS)]


def _find_title(heads: Heads, document: Document, lines: list[Block]) -> None:
    best: tuple[int, int, int] = (0, 0, 0)  # merit and clean span
    before: tuple[int, str] = (0, "")
    seen = False  # a line
    for block in lines:
        start, end = _trim(document, block)
        line = fold_title(document.clean[start:end])
        if not line:
            continue
        leads, seen = block.heading or not seen, True
        if len(line) <= _LONGEST_TITLE and line[-1] not in "。，；,;" and _is_title(line, leads):
            if not _has_year(line) and _TITLE_HEAD.search(before[1]):
                start, line = before[0], before[1] + line  # a title in two lines
            merit = 1 + (4 if block.heading else 0) + (4 if _has_year(line) else 0)
            merit += 2 if "公报" in line else 0
            merit -= 4 if block.links * 2 > len(line) else 0
            if merit > best[0]:
                best = (merit, start, end)
        before = (start, line if len(line) <= _LONGEST_TITLE else "")
    if best[0] > 0:
        heads.title = _make_line(document, best[1], best[2])
        clean = document.clean[best[1] : best[2]]
        heads.shown_title = re.sub(f"[\\s{BREAK}{SOFT}]+", "", clean)
    elif document.title and document.title_span and _is_title(fold_title(document.title), True):
        heads.title = HeadLine(
            fold_title(document.title), "char:{}-{}".format(*document.title_span)
        )
        heads.shown_title = re.split(r"[_|\-—]", document.title.strip())[0].strip()
    else:
        _find_cited_title(heads, document, lines)


def _find_cited_title(heads: Heads, document: Document, lines: list[Block]) -> None:
    """《2012年泉州市…统计公报》 in the first paragraphs of news about it."""
    for block in lines:
        for match in _CITED.finditer(document.clean, block.start, block.end):
            line = fold_title(match.group(1))
            if _is_title(line, True) and _has_year(line):
                heads.title = _make_line(document, match.start(1), match.end(1))
                heads.shown_title = line
                return


def _is_title(line: str, leads: bool) -> bool:
    """Whether a line is a document's title; of one subject only where it leads: no caption."""
    if leads and any(each.part for each in find_periods(line)):
        return True  # 一季度开门红
    kinds = find_kinds(line)
    if not kinds:
        return False
    if kinds[0].kind in _TITLED:
        return True
    if not any(each.kind is Kind.STATISTICS for each in kinds):
        return False
    return bool(_STATISTICS.search(line)) or (leads and _has_year(line))


def _has_year(line: str) -> bool:
    return any(each.year and each.marked for each in find_periods(line))


def _find_subtitles(heads: Heads, document: Document, lines: list[Block]) -> None:
    """Lines that say when and where a congress met: (2024年1月16日)."""
    for block in lines:
        start, end = _trim(document, block)
        line = fold_title(document.clean[start:end])
        met = len(line) <= _LONGEST_TITLE and (_MEETING.search(line) or _BRACKETED.match(line))
        if met and next(find_days(line), None) is not None:
            heads.subtitles.append(HeadLine(line, document.locator(start, end)))


def _find_publication(heads: Heads, document: Document, lines: list[Block]) -> None:
    for block in lines:
        line = document.clean[block.start : min(block.end, block.start + 300)]
        if heads.publisher is None:
            match = _PUBLISHER.search(line) or (_BUREAU.search(line) if len(line) < 60 else None)
            if match:
                start, end = block.start + match.start(1), block.start + match.end(1)
                name = re.sub(r"\s+", "、", match.group(1).strip())
                heads.publisher = HeadLine(name, document.locator(start, end))
        for match in _DATE.finditer(line):
            try:
                numbers = (match[1], match[2] or match[5], match[3] or match[6])
                day = date(*map(int, numbers))
            except ValueError:
                continue
            marked = _DATE_MARK.search(line[max(0, match.start() - 12) : match.start()])
            alone = len(line.strip()) <= match.end() - match.start() + 12
            if marked or alone:
                span = (block.start + match.start(), block.start + match.end())
                heads.dates.append(PrintedDate(day, document.locator(*span), marked is not None))


def _make_line(document: Document, start: int, end: int) -> HeadLine:
    return HeadLine(fold_title(document.clean[start:end]), document.locator(start, end))


def _trim(document: Document, block: Block) -> tuple[int, int]:
    """Clean span of a block without the blanks around it."""
    raw = document.clean[block.start : block.end]
    return (
        block.start + len(raw) - len(raw.lstrip(_BLANK)),
        block.start + len(raw.rstrip(_BLANK)),
    )
