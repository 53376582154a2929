"""The period of a title: what is printed, and what it means for that kind of document."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from flows.language.kinds import Kind
from flows.language.periods import Printed, compute_end, find_periods
from flows.language.words import FOLDER, load_yaml

#: A part of a year without the year is of the year in which it was printed within so many days.
SOON = 120
#: A congress that meets until then hears about the year before; from ``_EARLY`` on, about its own.
_LATE_MEETING, _EARLY = 6, 11
_CENSUS = re.compile(r"第([一二三四五六七八])次(?:全国)?(人口|经济|农业)普查")
_NUMBERS = "〇一二三四五六七八"
_DONE = re.compile(r"(?:执行|完成|实施|决算|收支)(?:和|与|及)?(?:情况)?")
_WHOLE_YEAR = re.compile(r"全年|年度")
#: when a page was put up or changed says nothing of its period
_EDITED = re.compile(r"\([^()]{0,12}(?:更新|修订|转载|发布|版)\)")
_YEARS = re.compile(r"^(?:年?[-—–~～至到]+|、|和|及|与)$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What words may mean, and the words."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a title does not settle its kind, area or period."""

    about: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class SettledPeriod:
    """A period, or what it may be and why it is not known."""

    period: str | None = None
    part: str | None = None
    freq: str | None = None
    candidates: tuple[Candidate, ...] = ()
    why_not: tuple[WhyNot, ...] = ()
    printed: Printed | None = None


def settle_period(
    title: str, kind: Kind | None, day: date | None, seen_on: date | None
) -> SettledPeriod:
    """The period of a folded title; ``day`` is printed in it, ``seen_on`` beside it."""
    if kind is Kind.CENSUS and (match := _CENSUS.search(title)):
        return _settle_census(title, match)
    printed = _combine(title, find_periods(_EDITED.sub(_blank, title)))
    if kind in (Kind.PLAN_REPORT, Kind.BUDGET_REPORT):
        printed = _choose_done(title, printed) or printed
    if not printed and kind is Kind.WORK_REPORT and day and (year := find_reviewed_year(day)):
        return _accept(str(year), Printed(0, 0, str(day), year))
    if not printed:
        return _refuse("it prints no period")
    values = {each.period or each.part for each in printed}
    if len(values) > 1:
        return _refuse("it prints several periods", [_candidate(each) for each in printed])
    return _settle_one(title, kind, printed[0], day, seen_on)


def _settle_one(
    title: str, kind: Kind | None, only: Printed, day: date | None, seen_on: date | None
) -> SettledPeriod:
    if only.part == "-H2":
        return _refuse(f"{only.text} is not counted from January", printed=only)
    if only.year is None:
        return _give_year(only, seen_on)
    if only.part == "-Q4":
        both = [Candidate(f"{only.year}{part}", only.text) for part in ("", "-Q4")]
        return _refuse(f"{only.text} may mean the whole year", both, only)
    unsettled = kind is Kind.PLAN_REPORT and not _DONE.search(title)
    if not only.part and (unsettled or _is_named_later(kind, title)):
        return _settle_review(only, day, None if kind is Kind.YEARBOOK else seen_on)
    if seen_on is not None and compute_end(only.year, only.part) > seen_on:
        over = f"{only.text} was not over on {seen_on}"
        return _refuse(over, [_candidate(only)], only)
    return _accept(only.period or "", only)


def _is_named_later(kind: Kind | None, title: str) -> bool:
    """Whether the year in the title may be the one after that of the figures."""
    return kind is Kind.WORK_REPORT or (kind is Kind.YEARBOOK and "年鉴" in title)


def _blank(match: re.Match[str]) -> str:
    return "-" * len(match.group())


def _settle_census(title: str, match: re.Match[str]) -> SettledPeriod:
    number, subject = _NUMBERS.index(match[1]), match[2]
    year = load_yaml(FOLDER / "censuses.yaml")[subject].get(number)
    if year is None:
        return _refuse(f"{match.group()} is not in the list of censuses")
    found = Printed(match.start(), match.end(), match.group(), year)
    other = [each for each in find_periods(title) if each.year and each.year != year]
    if other:
        both = [_candidate(found), *map(_candidate, other)]
        return _refuse(f"{match.group()} was of {year}, and it prints {other[0].text}", both)
    return _accept(str(year), found)


def _combine(title: str, printed: list[Printed]) -> list[Printed]:
    """Those that count: 2025年 and a part further on are one, a bare 2025 only if nothing else is."""
    spans = [
        (first, second)
        for first, second in pairwise(printed)
        if first.year and second.year and _YEARS.match(title[first.end : second.start])
    ]
    marked = [each for each in printed if each.marked or any(each in span for span in spans)]
    chosen = marked or printed
    dated = [each for each in chosen if each.year is not None]
    alone = [each for each in chosen if each.year is None]
    if len(dated) == 1 and len(alone) == 1 and not dated[0].part:
        chosen = [replace(alone[0], year=dated[0].year)]
    if len(chosen) > 1 and _WHOLE_YEAR.search(title):
        ends = ("", "-Q4", "-12")
        years = {each.year for each in chosen if each.part in ends}
        if len(years) == 1 and all(each.part in ends for each in chosen):
            chosen = [replace(chosen[0], part="")]
    elif len(chosen) == 1 and chosen[0].part in ("-Q4", "-12") and "全年" in title:
        chosen = [replace(chosen[0], part="")]
    return chosen


def _choose_done(title: str, printed: list[Printed]) -> list[Printed]:
    """Of a plan's or a budget's report the period that is over: 2024年…执行情况与2025年…草案."""
    match = _DONE.search(title)
    before = [each for each in printed if match and each.end <= match.start()]
    return before[-1:]


def _give_year(only: Printed, seen_on: date | None) -> SettledPeriod:
    """A part of a year that was over shortly before the day has that day's year, or the one before."""
    needs = f"{only.text} needs a year from elsewhere"
    if seen_on is None or only.part == "-Q4":
        return replace(_refuse(needs, printed=only), part=only.part)
    for year in (seen_on.year, seen_on.year - 1):
        if 0 <= (seen_on - compute_end(year, only.part)).days <= SOON:
            found = _accept(f"{year}{only.part}", only)
            return replace(found, part=only.part)
    return replace(
        _refuse(f"{needs}; {seen_on} is not soon after it", printed=only), part=only.part
    )


def find_reviewed_year(day: date) -> int | None:
    """The year that a congress reviews which met on ``day``; None where that is not plain."""
    if day.month < _LATE_MEETING:
        return day.year - 1
    return day.year if day.month >= _EARLY else None


def _settle_review(only: Printed, day: date | None, seen_on: date | None) -> SettledPeriod:
    """A report named 2025 reviews 2024, or was named after the year that it reviews."""
    year = only.year or 0
    both = [Candidate(str(each), only.text) for each in (year - 1, year)]
    reviewed = find_reviewed_year(day) if day else None
    if day is not None and reviewed in (year - 1, year):
        return _accept(str(reviewed), replace(only, text=f"{only.text}, {day}"))
    # Published within the first months of the year in its title: that year can't be over.
    published = seen_on is not None and (
        (seen_on.year == year and seen_on.month < _LATE_MEETING)
        or (seen_on.year == year - 1 and seen_on.month >= _EARLY)
    )
    if day is None and published:
        return _accept(str(year - 1), only)
    return _refuse(f"{only.text} may be the year reviewed or the year after", both, only)


def _accept(period: str, printed: Printed) -> SettledPeriod:
    return SettledPeriod(
        period, None, _freq(printed), (Candidate(period, printed.text),), (), printed
    )


def _refuse(
    reason: str, candidates: list[Candidate] | None = None, printed: Printed | None = None
) -> SettledPeriod:
    why = WhyNot("period", "unknown-period", reason)
    found = tuple(dict.fromkeys(candidates or ()))
    return SettledPeriod(None, None, None, found, (why,), printed)


def _candidate(printed: Printed) -> Candidate:
    return Candidate(printed.period or printed.part, printed.text)


def _freq(printed: Printed) -> str | None:
    if not printed.part:
        return "A"
    if printed.part.startswith("-Q"):
        return "Q-C" if printed.cumulated or printed.part == "-Q1" else None
    return "M-C" if printed.cumulated else "M"
