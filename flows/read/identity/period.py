"""The period that a document is about, by what its places say of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from flows.language.kinds import Kind
from flows.language.periods import YEAR, compute_end, find_days, find_periods, read_year
from flows.language.title_period import find_reviewed_year
from flows.language.titles import TitleReading
from flows.model.nouns import Witness
from flows.read.document.document import BREAK, SOFT
from flows.read.identity.heads import Heads

_OPENING = 1_000  # characters of a body that say when
#: 2025年，全市…: a year or a part of one that opens a sentence is its subject
_OPENS = re.compile(
    rf"(?:^|(?<=[。；，:{BREAK}{SOFT}]))(?:据[^，]{{0,10}}，|今年|[初步核算经据]{{2,6}}，?|[一二三四五六七八九十]、)?"
    rf"(?=\d|[一二三前上首])"
)
_WHOLE = re.compile(r"全年|(?<!\d)年[末底]|这一年|一年来|过去一年")
_REVIEW = re.compile(
    rf"^[(\d一二三四五、.)第部分:]{{0,6}}(?:关于)?(?P<year>{YEAR})年(?:度)?(?:(?:和|及|与|、)[^，。]{{2,20}})?(?:的?(?:政府|主要|全年)?工作(?:的)?(?:回顾|总结|情况|开展|完成))"
)
_YEAR_IS = re.compile(rf"(?P<year>{YEAR})年(?:，|,|是|以来|全|我|度)")
_LINE = re.compile(f"[^{BREAK}{SOFT}]*")
_CLAUSE = re.compile("[，。；]")
_ENOUGH = 2  # sentences that a year opens


@dataclass(slots=True)
class FoundPeriod:
    """The period, or why it is unknown and what it may be."""

    period: str | None = None
    freq: str | None = None
    why_not: str | None = None
    witnesses: list[Witness] = field(default_factory=list)
    titled: set[str] = field(default_factory=set)  # what the title may mean

    def refuse(self, reason: str) -> FoundPeriod:
        """Leave it open, with the reason and the candidates."""
        values = sorted({each.value for each in self.witnesses})
        self.period, self.freq = None, None
        self.why_not = f"{reason}; it may be {' or '.join(values)}" if values else reason
        return self


@dataclass(frozen=True, slots=True)
class _Body:
    """What opens the sentences of a body: years, parts of a year, words for a whole one."""

    years: Counter[int]
    parts: Counter[str]
    order: list[tuple[str, bool]]  # the parts as they come, and whether from January
    whole: bool
    only: bool  # it prints no other year


def find_own_period(
    heads: Heads, title: TitleReading | None, text: str, lines: list[str]
) -> FoundPeriod:
    """The period on which the places of a document agree.

    ``text`` is the spelled body; ``lines`` are its short lines, where heads of sections stand.
    """
    found = FoundPeriod()
    where = heads.title.locator if heads.title else None
    if title:
        found.titled = {each.value for each in title.periods}
        found.witnesses += [
            Witness("period", each.value, "title", each.text, where) for each in title.periods
        ]
    if title and title.kind is Kind.WORK_REPORT:
        return _find_reviewed(found, heads, title, text, lines)
    body = _read_body(text[:_OPENING])
    published = heads.find_publication(None)
    if title and title.period:
        found = _confirm_title(found, title, body)
    else:
        found = _find_in_body(found, title, body, published.day if published else None)
    if found.period and published and _ends_after(found.period, published.day):
        return found.refuse(f"{found.period} was not over on {published.day}")
    return found


def _ends_after(period: str, day: date) -> bool:
    return compute_end(int(period[:4]), period[4:]) > day


def _find_reviewed(
    found: FoundPeriod,
    heads: Heads,
    title: TitleReading,
    text: str,
    lines: list[str],
) -> FoundPeriod:
    """The year that a work report reviews: title, day of the meeting, head of the review."""
    votes: set[str] = {title.period} if title.period else set()
    for line in heads.subtitles:
        for each in find_days(line.text):
            reviewed = find_reviewed_year(each.day)
            if reviewed:
                votes.add(str(reviewed))
                found.witnesses.append(
                    Witness("period", str(reviewed), "meeting", each.text, line.locator)
                )
    reviews = [match for line in lines if (match := _REVIEW.match(line))]
    for match in reviews[:1]:
        year = str(read_year(match["year"]))
        votes.add(year)
        found.witnesses.append(Witness("period", year, "section", match.group(), None))
    if not votes and title.periods:  # which of both the title means: the year that opens the text
        opening = {read_year(match["year"]) for match in _YEAR_IS.finditer(text[:_OPENING])}
        votes = {value for value in found.titled if int(value) in opening}
        found.witnesses += [Witness("period", value, "body", value, None) for value in votes]
    if len(votes) != 1:
        return found.refuse("the year reviewed is not plain" if not votes else "its years differ")
    (vote,) = votes
    if (
        found.titled
        and vote not in found.titled
        and int(vote) + 1 not in {int(value[:4]) for value in found.titled}
    ):
        return found.refuse("title and text speak of different years")
    found.period, found.freq = vote, "A"
    return found


def _read_body(text: str) -> _Body:
    years: Counter[int] = Counter()
    parts: Counter[str] = Counter()
    order: list[tuple[str, bool]] = []
    opens = {match.end() for match in _OPENS.finditer(text)}
    found = find_periods(text)
    for each in found:
        if each.start not in opens or _is_caption(text, each.end):
            continue
        if each.year and each.marked:
            years[each.year] += 1
        if each.part:
            parts[each.part] += 1
            order.append((each.part, each.cumulated or each.part.startswith("-Q")))
    printed = {each.year for each in found if each.year and each.marked}
    whole = _WHOLE.search(text) is not None
    return _Body(years, parts, order, whole, len(printed) == 1)


def _is_caption(text: str, end: int) -> bool:
    """A line without a clause: 2026年5月 is when it was printed, 2021年生产总值及其增速 a caption."""
    line = _LINE.match(text, end)
    return line is None or not _CLAUSE.search(line.group())


def _confirm_title(found: FoundPeriod, title: TitleReading, body: _Body) -> FoundPeriod:
    """What the title prints, if what opens the sentences of the body does not contradict it."""
    period = title.period or ""
    year, part = period[:4], period[4:]
    other = [each for each in body.parts if each != part]
    if not part:
        named = max(body.years, key=lambda each: body.years[each], default=int(year))
        said = int(year) in body.years or body.whole
        if not said and body.years[named] >= _ENOUGH:
            found.witnesses.append(Witness("period", str(named), "body", f"{named}年", None))
            return found.refuse("title and text speak of different years")
        if other and not body.whole and int(year) not in body.years:
            found.witnesses += [
                Witness("period", year + each, "body", each, None) for each in sorted(other)
            ]
            return found.refuse("the title names a year, the text a part of one")
    elif title.kind is Kind.MONTH:
        return _confirm_month(found, year, part, body)
    elif other and not body.parts[part]:
        found.witnesses += [
            Witness("period", year + each, "body", each, None) for each in sorted(other)
        ]
        return found.refuse("title and text speak of different parts of the year")
    found.period, found.freq = period, title.freq
    return found


def _confirm_month(found: FoundPeriod, year: str, part: str, body: _Body) -> FoundPeriod:
    """A title of one month: its text may be about the months up to it. What it says first counts."""
    month = int(part[1:])
    whole = f"-Q{month // 3}" if month % 3 == 0 else part
    first = next((each for each in body.order if each in ((part, False), (whole, True))), None)
    if first is None:
        found.witnesses.append(Witness("period", year + whole, "title", f"{month}月", None))
        return found.refuse(f"the text does not say whether it is about month {month} alone")
    named, cumulated = first
    found.witnesses.append(Witness("period", year + named, "body", named[1:], None))
    found.period = year + named
    found.freq = "M" if not cumulated else "M-C" if named == part else "Q-C"
    return found


def _find_in_body(
    found: FoundPeriod, title: TitleReading | None, body: _Body, published: date | None
) -> FoundPeriod:
    """Of a document whose title prints no period: what opens its sentences."""
    if title and title.periods:
        printed = title.periods[0].value[:4]
        fourth = found.titled == {printed, f"{printed}-Q4"}
        if fourth and body.whole and not body.parts["-Q4"]:
            found.witnesses.append(Witness("period", printed, "body", "全年", None))
            found.period, found.freq = printed, "A"
            return found
        return found.refuse(_reason(title))
    part = title.part if title else None
    found.witnesses += [
        Witness("period", str(year), "body", f"{year}年", None) for year in sorted(body.years)
    ]
    parts = set(body.parts) | ({part} if part else set())
    if len(body.years) != 1:
        return found.refuse("nothing in it says one year")
    ((year, times),) = body.years.items()
    if parts:
        if len(parts) > 1 or "-H2" in parts or "-Q4" in parts:
            return found.refuse("it speaks of several parts of the year")
        (only,) = parts
        found.period, found.freq = f"{year}{only}", "Q-C" if only.startswith("-Q") else "M-C"
        return found
    over = published is not None and not _ends_after(str(year), published)
    if times < _ENOUGH and not body.whole and not over and not body.only:
        return found.refuse(f"only one sentence says {year}")
    found.period, found.freq = str(year), "A"
    return found


def _reason(title: TitleReading) -> str:
    return next(
        (why.reason for why in title.why_not if why.about == "period"), "the title leaves it open"
    )
