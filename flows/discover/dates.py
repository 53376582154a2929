"""The day that a listing prints beside a link, in Asia/Shanghai.

A day is read or it is unknown: one without its year (``09-15``), one that no calendar has
(``2026-02-30``), one of which day and month can't be told apart (``03/04/2026``) and a relative
one ("3天前") are kept as they are printed, and ``day`` is None. A title's own date is never asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from itertools import pairwise

from flows.model.clock import SHANGHAI

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
_SPACE = re.compile(r"\s+")
#: A whole day: one separator throughout, or 年月日. No digit and no separator may touch it.
_DAY = re.compile(
    r"(?<![\d./-])((?:19|20)\d\d)\s*"
    r"(?:(?P<mark>[-/.])\s*(\d{1,2})\s*(?P=mark)\s*(\d{1,2})(?![\d/-]|\.\d)"
    r"|年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日)"
)
_CLOCK = re.compile(r"[T ]?\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z\b|[+-]\d\d:?\d\d)?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:Z|[+-]\d\d:?\d\d)")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_LABEL = re.compile(
    r"(发布|发文|成文|印发|更新|公开|生成|发稿|录入|添加|创建)?(日期|时间|于)\s*[::]?|date\s*:",
    re.I,
)
_PUBLISHED = re.compile(r"(发布|公开)(日期|时间)\s*:?\s*\W{0,2}$")
#: What may stand around a date in its own piece of text: little, and no sentence.
_AROUND = 24
_SENTENCE = re.compile(r"[,。;!?，；！？]")
#: Printed like a date, and yet no day: no year, no day, a relative one.
_PARTIAL = re.compile(
    r"(?:(?:19|20)?\d\d[-/.])?\d{1,2}[-/.]\d{1,2}(?:[-/.](?:19|20)?\d\d)?"
    r"|(?:(?:19|20)\d\d年)?\d{1,2}月(?:\d{1,2}日?)?|(?:19|20)\d\d年?\d{0,2}|\d{1,2}日?"
    r"|(?:刚刚|今天|昨天|前天|今日|昨日|\d+\s*(?:秒|分钟|小时|天|周|个?月|年)前)(?:\s*\d{1,2}:\d\d)?"
)
_YEAR = re.compile(r"((?:19|20)\d\d)年?")
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})月?")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
_MONTH_ALONE = re.compile(r"(\d{1,2})月")
_DAY_ALONE = re.compile(r"(\d{1,2})日?")
_BOX = 9  # characters of a box that holds a part of a date
_ADDRESS_DAYS = (
    re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})/"),
    re.compile(r"/((?:19|20)\d\d)-(\d{1,2})-?/?(\d{1,2})/"),
    re.compile(r"/t((?:19|20)\d\d)(\d\d)(\d\d)_\d"),
    re.compile(r"/((?:19|20)\d\d)(\d\d)/?(\d\d)/"),
    re.compile(r"/P0((?:19|20)\d\d)(\d\d)(\d\d)\d{6,}\.\w+$"),
)


@dataclass(frozen=True, slots=True)
class PrintedDay:
    """A date as a listing prints it; ``day`` is None where it can't be read."""

    text: str
    day: date | None


def parse_day(text: str, formats: Sequence[str] = ()) -> date | None:
    """The day of a text that is a date and nothing else (brackets, a time and a label apart)."""
    found = find_day([text], formats)
    return found.day if found else None


def find_day(pieces: Sequence[str], formats: Sequence[str] = ()) -> PrintedDay | None:
    """The date among the pieces of text of one row, its title left out; None: there is none.

    An empty piece stands where the title is, or another cell begins: no date goes across it.
    ``formats``: strptime formats that the source declares; they come before the usual ones. Of
    several different days the one that is labelled as the day of publication counts; else none.
    """
    printed = [_SPACE.sub(" ", piece).strip() for piece in pieces]
    folded = [_fold(piece) for piece in printed]
    for text, plain in zip(printed, folded, strict=True):
        day = _parse_declared(plain, formats) or _parse_zoned(plain)
        if day:
            return PrintedDay(text, day)
    whole = [
        found
        for text, plain in zip(printed, folded, strict=True)
        for found in _find_whole(text, plain)
    ]
    published = [found for found, label in whole if label] or [found for found, _ in whole]
    if published:
        different = {found.day for found in published}
        if len(different) == 1:
            return published[0]
        return PrintedDay(" ".join(dict.fromkeys(found.text for found in published)), None)
    return _join_boxes(folded) or _find_partial(printed, folded)


def parse_feed_day(text: str) -> date | None:
    """The day of RFC 822 or ISO 8601 in Shanghai; a time without its zone is Shanghai's."""
    plain = _fold(text)
    day = _parse_zoned(plain)
    if day:
        return day
    try:
        moment = parsedate_to_datetime(plain)
    except (ValueError, IndexError, OverflowError):
        return parse_day(plain)
    return _place_in_shanghai(moment)


def find_address_day(url: str) -> date | None:
    """The day that an address holds in its path, as bureaus' systems write it; None: none."""
    path = url.partition("?")[0]
    for pattern in _ADDRESS_DAYS:
        found = pattern.search(path)
        if found:
            return _make_day(*found.groups())
    return None


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return _SPACE.sub(" ", plain).strip()


def _parse_declared(plain: str, formats: Sequence[str]) -> date | None:
    for form in formats:
        if not re.search(r"%(Y|c|x|D|F)", form):
            continue  # without a year strptime would say 1900
        try:
            moment = datetime.strptime(plain.strip("[]() "), form)
        except ValueError:
            continue
        return _place_in_shanghai(moment)
    return None


def _parse_zoned(plain: str) -> date | None:
    """A moment with its zone may be another day in Shanghai."""
    found = _ISO.fullmatch(plain.strip("[]() "))
    if not found:
        return None
    try:
        return _place_in_shanghai(datetime.fromisoformat(found.group().replace(" ", "")))
    except ValueError:
        try:
            return _place_in_shanghai(datetime.fromisoformat(found.group()))
        except ValueError:
            return None


def _place_in_shanghai(moment: datetime) -> date | None:
    try:
        return (moment.astimezone(SHANGHAI) if moment.tzinfo else moment).date()
    except (OverflowError, ValueError):
        return None


def _find_whole(printed: str, plain: str) -> list[tuple[PrintedDay, bool]]:
    """Whole days in one piece, each with whether it is labelled as the day of publication."""
    compact = _COMPACT.fullmatch(plain.strip("[]() "))
    if compact:
        return [(PrintedDay(printed, _make_day(compact[1], compact[2], compact[3])), False)]
    matches = list(_DAY.finditer(plain))
    rest = _LABEL.sub("", _CLOCK.sub("", _DAY.sub("", plain)))
    if not matches or len(rest) > _AROUND or _SENTENCE.search(rest):
        return []
    found = []
    for match in matches:
        year, _, month, day, month_zh, day_zh = match.groups()
        text = printed if len(matches) == 1 and not rest.strip("[]()<>|· ") else match.group()
        labelled = bool(_PUBLISHED.search(plain[: match.start()]))
        found.append(
            (PrintedDay(text, _make_day(year, month or month_zh, day or day_zh)), labelled)
        )
    return found


def _join_boxes(folded: Sequence[str]) -> PrintedDay | None:
    """A date of which year, month and day stand in boxes of their own."""
    boxes = [piece.strip("[]()|· /") if len(piece) <= _BOX else "" for piece in folded]
    for first, second in pairwise(boxes):
        made = _join_two(first, second) or _join_two(second, first)
        if made:
            return PrintedDay(f"{first} {second}", made.day)
    for first, second, third in zip(boxes, boxes[1:], boxes[2:], strict=False):
        made = _join_three(first, second, third) or _join_three(third, second, first, named=True)
        if made:
            return PrintedDay(f"{first} {second} {third}", made.day)
    return None


def _join_three(year: str, month: str, day: str, *, named: bool = False) -> PrintedDay | None:
    """``named``: the month must say that it is one (15, 07月, 2026)."""
    first, last = _YEAR.fullmatch(year), _DAY_ALONE.fullmatch(day)
    middle = _MONTH_ALONE.fullmatch(month) or (None if named else _DAY_ALONE.fullmatch(month))
    if not (first and middle and last):
        return None
    return PrintedDay("", _make_day(first.group(1), middle.group(1), last.group(1)))


def _join_two(first: str, second: str) -> PrintedDay | None:
    months, day = _YEAR_MONTH.fullmatch(first), _DAY_ALONE.fullmatch(second)
    if months and day:
        return PrintedDay(f"{first} {second}", _make_day(months[1], months[2], day[1]))
    year, days = _YEAR.fullmatch(first), _MONTH_DAY.fullmatch(second)
    if year and days:
        return PrintedDay(f"{first} {second}", _make_day(year[1], days[1], days[2]))
    return None


def _find_partial(printed: Sequence[str], folded: Sequence[str]) -> PrintedDay | None:
    """What is printed like a date and says no day."""
    for text, plain in zip(printed, folded, strict=True):
        bare = _LABEL.sub("", _CLOCK.sub("", plain)).strip("[]()<>|· ")
        if bare and _PARTIAL.fullmatch(bare) and not re.fullmatch(r"\d{1,2}", bare):
            return PrintedDay(text, None)
    return None


def _make_day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
