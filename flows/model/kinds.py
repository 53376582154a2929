"""The kinds of documents that publishers of statistics release, and those about them."""

from __future__ import annotations

from enum import StrEnum


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
