"""Which kind of release a title names, by the patterns of ``kinds.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from flows.language.periods import Printed
from flows.language.words import FOLDER, load_yaml


class Kind(StrEnum):
    """What a document is."""

    COMMUNIQUE = "communique"  # 国民经济和社会发展统计公报
    YEAR = "year"  # the economy of a year, in brief
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    MONTH = "month"
    MONTHS = "months"  # cumulated from January: 1—7月
    STATISTICS = "statistics"  # of a period that the title doesn't print
    WORK_REPORT = "work_report"
    PLAN_REPORT = "plan_report"
    BUDGET_REPORT = "budget_report"
    CENSUS = "census"
    YEARBOOK = "yearbook"
    TOPIC_BULLETIN = "topic_bulletin"
    PRESS_RELEASE = "press_release"
    NEWS = "news"
    READING = "reading"  # explains a release
    NOTICE = "notice"
    CALENDAR = "calendar"

    @property
    def is_excluded(self) -> bool:
        """Whether such a document is no release."""
        return self in (Kind.READING, Kind.NOTICE, Kind.CALENDAR)

    @property
    def looks_back(self) -> bool:
        """Whether its title's year may be the one after the year that it reports."""
        return self in (Kind.WORK_REPORT, Kind.YEARBOOK)

    @property
    def covers_part(self) -> bool:
        """Whether it is about a part of a year."""
        return self in (Kind.QUARTER, Kind.HALF_YEAR, Kind.MONTH, Kind.MONTHS)


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind and the words of a title that name it."""

    kind: Kind
    text: str
    start: int


@cache
def _patterns() -> list[tuple[Kind, re.Pattern[str]]]:
    return [
        (Kind(entry["kind"]), re.compile("|".join(entry["patterns"])))
        for entry in load_yaml(FOLDER / "kinds.yaml")
    ]


def find_kinds(title: str) -> list[KindWords]:
    """The kinds that a folded title names, the one that goes before the others first."""
    return [
        KindWords(kind, match.group(), match.start())
        for kind, pattern in _patterns()
        if (match := pattern.search(title))
    ]


def divide_statistics(kind: Kind, printed: Printed | None) -> Kind:
    """The kind of a title about the economy, or a 公报, of a printed period."""
    if kind not in (Kind.STATISTICS, Kind.COMMUNIQUE) or printed is None:
        return kind
    if printed.part == "-Q2":
        return Kind.HALF_YEAR
    if printed.part.startswith("-Q"):
        return Kind.QUARTER
    if printed.part:
        return Kind.MONTHS if printed.cumulated else Kind.MONTH
    return Kind.YEAR if kind is Kind.STATISTICS and printed.year else kind
