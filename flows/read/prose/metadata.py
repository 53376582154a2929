"""What a document says of itself: title, area, period, publisher, date, status.

Each fact is kept with the clean span where it is printed, so that it has a locator. Hints from
the catalogue (the release's area and period) win over the document, which may be a repost under
a site's own heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from flows.catalog.model import Catalog
from flows.model.nouns import Metadata
from flows.read.document.document import BREAK, SOFT, Block, Document
from flows.read.document.normal import Compact, spell
from flows.read.prose.own_area import find_area, find_level_words, narrow_areas
from flows.read.prose.sentences import Own

_TITLE = re.compile(
    r"(?:统计公报|经济运行|经济社会发展|主要经济指标|统计快报|经济形势|经济发展情况|工作报告)"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年")
_YEAR_ALONE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年(?!\s*\d{1,2}\s*月\s*\d)")
_YEAR_ZH = re.compile(r"([一二][九〇○零O0][〇○零O0一二三四五六七八九]{2})年")
_ZH = {char: str(index) for index, char in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "O": "0",
    "0": "0",
}
_PART = re.compile(
    r"(?:(一|1)季度|(上半年|1[-—~至]6月)|(前三季度|1[-—~至]9月)|1[-—~至](\d{1,2})月)"
)
_DATE = re.compile(r"((?:19|20)\d\d)\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})")
_DATE_MARK = re.compile(r"(?:发布|公布|成文|印发|更新|录入)?(?:时间|日期)")
_PUBLISHER = re.compile(
    r"(?:来源|发布机构|发布单位|出处|信息来源|文章来源|稿源|作者|供稿)\s*[:：]\s*([^\s，,|:：<>]{2,40})"
)
_BUREAU = re.compile(
    r"^[\s(（]*([一-鿿]{2,20}(?:统计局|调查队|人民政府)(?:[\s、]*[一-鿿]{2,24}(?:统计局|调查队|人民政府))*)[\s)）]*$"
)
_PROVISIONAL = re.compile(
    r"(?:本公报|公报中|文中|所列)[^。]{0,24}(?:为|是|系|均为)[^。]{0,10}(?:初步统计数|初步核算|快报数|初步数|年快报)|经?初步核算"
)
_TITLE_HEAD = re.compile(r"(?:19|20)\d\d年|国民经济|[市县区州盟旗省]$")
_LONGEST_TITLE = 60
_BLANK = " \t\r\n\u3000\u00a0" + BREAK + SOFT
_PERIOD_WORDS = {
    "-Q1": (3, r"(?:第?一季度|首季度?|前三个月|开年以来)末?"),
    "-Q2": (6, r"(?:上半年|前两季度|前两个季度)"),
    "-Q3": (9, r"(?:前三季度|前三个季度|第?三季度末)"),
    "-Q4": (12, r"(?:全年|四季度末)"),
}
_HEAD_BLOCKS = 40


@dataclass(slots=True)
class DocumentFacts:
    """What was found; ``spans`` are clean spans by field name."""

    title: str | None = None
    ref_area: str | None = None
    time_period: str | None = None
    publisher: str | None = None
    published_on: date | None = None
    obs_status: str | None = None
    year: int | None = None
    report: bool = False  # a government work report
    spans: dict[str, str] = field(default_factory=dict)

    def metadata(self) -> Metadata:
        return Metadata(
            self.title,
            self.ref_area,
            self.time_period,
            self.publisher,
            self.published_on,
            self.obs_status,
            dict(self.spans),
        )


def find_facts(
    document: Document,
    text: Compact,
    blocks: list[Block],
    catalog: Catalog,
    ref_area: str | None,
    time_period: str | None,
) -> DocumentFacts:
    """The facts of a document, hints first."""
    facts = DocumentFacts()
    first = blocks[0].start if blocks else len(document.clean)
    head = [b for b in document.blocks if b.start <= first][-_HEAD_BLOCKS:] + blocks[:6]
    _find_title(facts, document, head)
    facts.report = "工作报告" in (facts.title or "")
    _find_period(facts, document, text, blocks, time_period)
    _find_publication(facts, document, head)
    facts.ref_area = ref_area
    if ref_area is None:
        areas = catalog.gazetteer
        opening = document.clean[first : first + 400]
        found: tuple[str, ...] = ()
        for source in (facts.title or "", document.title or "", facts.publisher or "", opening):
            found = narrow_areas(found, find_area(spell(source), areas, facts.year), areas)
            if len(found) == 1:
                facts.ref_area = found[0]  # of 城关区 alone nobody knows which one it is
                break
    status = _PROVISIONAL.search(text.text)
    if status:
        facts.obs_status = "P"
        facts.spans["obs_status"] = document.locator(*text.span(*status.span()))
    return facts


def _find_title(facts: DocumentFacts, document: Document, head: list[Block]) -> None:
    best: tuple[int, int, int] = (0, 0, 0)  # merit and clean span
    before: tuple[int, str] = (0, "")
    for block in head:
        start, end = _line(document, block)
        line = document.clean[start:end]
        if not line:
            continue
        if _TITLE.search(line) and len(line) <= _LONGEST_TITLE and line[-1] not in "。，；,;":
            whole = _YEAR.search(spell(line)) or _YEAR_ZH.search(line)
            if not whole and _TITLE_HEAD.search(spell(before[1])):
                start, line = before[0], before[1] + line  # a title in two lines
            merit = 1 + (4 if block.heading else 0) + (4 if _YEAR.search(spell(line)) else 0)
            merit += 2 if "公报" in line else 0
            merit -= 4 if block.links * 2 > len(line) else 0
            if merit > best[0]:
                best = (merit, start, end)
        before = (start, line if len(line) <= _LONGEST_TITLE else "")
    if best[0] > 0:
        title = re.sub(f"[\\s{BREAK}{SOFT}]+", "", document.clean[best[1] : best[2]])
        facts.title = title
        facts.spans["title"] = document.locator(best[1], best[2])
    elif document.title and _TITLE.search(document.title) and document.title_span:
        facts.title = re.split(r"[_|\-—]", document.title.strip())[0].strip()
        facts.spans["title"] = "char:{}-{}".format(*document.title_span)


def _line(document: Document, block: Block) -> tuple[int, int]:
    """Clean span of a block without the blanks around it."""
    raw = document.clean[block.start : block.end]
    return (
        block.start + len(raw) - len(raw.lstrip(_BLANK)),
        block.start + len(raw.rstrip(_BLANK)),
    )


def _zh_year(text: str) -> int | None:
    match = _YEAR_ZH.search(text)
    if not match:
        return None
    digits = "".join(_ZH[char] for char in match.group(1))
    return int(digits) if digits[:2] in ("19", "20") else None


def _find_period(
    facts: DocumentFacts, document: Document, text: Compact, blocks: list[Block], hint: str | None
) -> None:
    if hint:
        facts.time_period = hint
        facts.year = int(hint[:4]) if hint[:4].isdigit() else None
        return
    start = text.index(blocks[0].start) if blocks else 0
    for source in (facts.title or "", document.title or "", text.text[start : start + 600]):
        plain = spell(source)
        match = _YEAR_ALONE.search(plain)
        year = int(match.group(1)) if match else _zh_year(plain)
        if year is None:
            continue
        # The report of a year is given at its beginning, and its results are the year's before.
        facts.year = year = year - 1 if facts.report else year
        part = _PART.search(plain) if source == facts.title or source == document.title else None
        facts.time_period = str(year) + _quarter(part)
        return


def _quarter(part: re.Match[str] | None) -> str:
    if part is None:
        return ""
    if part.group(1):
        return "-Q1"
    if part.group(2):
        return "-Q2"
    if part.group(3):
        return "-Q3"
    return "" if part.group(4) == "12" else f"-{int(part.group(4)):02d}"


def _find_publication(facts: DocumentFacts, document: Document, head: list[Block]) -> None:
    dated: list[tuple[int, date, tuple[int, int]]] = []
    for block in head:
        line = document.clean[block.start : min(block.end, block.start + 300)]
        if facts.publisher is None:
            match = _PUBLISHER.search(line) or (_BUREAU.search(line) if len(line) < 60 else None)
            if match:
                facts.publisher = re.sub(r"\s+", "、", match.group(1).strip())
                span = (block.start + match.start(1), block.start + match.end(1))
                facts.spans["publisher"] = document.locator(*span)
        for match in _DATE.finditer(line):
            try:
                day = date(*(int(group) for group in match.groups()))
            except ValueError:
                continue
            marked = _DATE_MARK.search(line[max(0, match.start() - 12) : match.start()])
            alone = len(line.strip()) <= match.end() - match.start() + 12
            if marked or alone:
                span = (block.start + match.start(), block.start + match.end())
                dated.append((0 if marked else 1, day, span))
    after = [item for item in dated if facts.year is None or item[1].year >= facts.year]
    if after:
        _, facts.published_on, span = min(after, key=lambda item: item[0])
        facts.spans["published_on"] = document.locator(*span)


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
        period = re.compile(words)
    elif re.fullmatch(r"-\d\d", part):
        months = int(part[1:])
    return Own(pattern, level, facts.year, levels, months, period, facts.report)
