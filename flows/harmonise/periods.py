"""Printed periods into SDMX time periods.

A year is ``2023`` (A). A quarter is ``2025-Q1`` (Q-C), cumulated from January, for that is what
the bureaux print: 上半年 is ``2025-Q2``. A month is ``2023-03`` (M); cumulated from January to a
month that ends no quarter (1—8月) it is the same with M-C. A text without a year takes it from the
release's own period; a text that means anything else is a reason, never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import polars as pl

_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_ANNUAL = re.compile(rf"{_YEAR}(?:年(?:度|底|末|年末|年底|全年)?|全年)?")
_QUARTER = re.compile(rf"{_YEAR}-?Q(?P<quarter>[1-4])")
_MONTH = re.compile(rf"{_YEAR}(?:-(?P<iso>[0-9]{{2}})|年(?P<month>[0-9]{{1,2}})月(?:份|末|底)?)")
_WITHIN = re.compile(rf"(?:{_YEAR}年?)?(?P<part>[^0-9].*|1[-—~至到](?:[0-9]{{1,2}})月份?|1季度)")
_SPAN = re.compile(r"1[-—~至到]([0-9]{1,2})月份?")
_QUARTERS = {
    **dict.fromkeys(("一季度", "第一季度", "首季", "首季度", "1季度"), 1),
    **dict.fromkeys(("上半年", "前二季度", "前两季度", "半年"), 2),
    **dict.fromkeys(("前三季度", "前3季度", "三季度累计"), 3),
}
_SINGLE = ("二季度", "第二季度", "三季度", "第三季度", "四季度", "第四季度", "下半年")
_SAME_YEAR = ("全年", "年末", "年底", "本年", "今年", "当年", "本年末")
_YEAR_BEFORE = ("上年", "去年", "上年末", "去年末", "上年同期", "去年同期")

_UNSAID = "neither the figure nor its release names a period"

#: One row a distinct ``period_text, own_period, own_freq``.
RESOLVED = pl.Schema(
    {
        "period_text": pl.String(),
        "own_period": pl.String(),  # the release's
        "own_freq": pl.String(),  # what the release says of it: M-C where its months are cumulated
        "time_period": pl.String(),
        "freq": pl.String(),
        "year": pl.Int32(),
        "period_reason": pl.String(),  # why it names no period; null: it does
    }
)


@dataclass(frozen=True, slots=True)
class Period:
    time_period: str
    freq: str  # A, Q-C, M or M-C

    @property
    def year(self) -> int:
        return int(self.time_period[:4])


def resolve_periods(distinct: pl.DataFrame) -> pl.DataFrame:
    """RESOLVED for the first three columns of it; a null text is the release's own period."""
    asked = RESOLVED.names()[:3]
    rows: list[tuple[str | int | None, ...]] = []
    for text, own, own_freq in distinct.select(asked).iter_rows():
        said = own if text is None else text
        found = parse_period(said, own) if said is not None else _UNSAID
        if isinstance(found, Period):
            freq = own_freq if text is None and own_freq else found.freq
            rows.append((text, own, own_freq, found.time_period, freq, found.year, None))
        else:
            rows.append((text, own, own_freq, None, None, None, found))
    return pl.DataFrame(rows, schema=RESOLVED, orient="row")


def parse_period(text: str, own: str | None) -> Period | str:
    """The period that a text names, or why it names none; ``own`` is the release's."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if match := _ANNUAL.fullmatch(folded):
        return Period(match["year"], "A")
    if match := _QUARTER.fullmatch(folded):
        return Period(f"{match['year']}-Q{match['quarter']}", "Q-C")
    if match := _MONTH.fullmatch(folded):
        month = int(match["iso"] or match["month"])
        if 1 <= month <= 12:
            return Period(f"{match['year']}-{month:02d}", "M")
        return f"{text!r} is no month"
    if match := _WITHIN.fullmatch(folded):
        return _within_year(text, match["part"], match["year"], own)
    return f"{text!r} is no period that is understood"


def _within_year(text: str, part: str, year: str | None, own: str | None) -> Period | str:
    relative = own is not None and re.match(r"[0-9]{4}", own) is not None
    base = year or (own[:4] if own and relative else None)
    if base is None:
        return f"{text!r} names no year, and the release's own is not known"
    if part in _YEAR_BEFORE and year is None:
        return _year_before(text, own or "", quarter="同期" in part)
    if part in _SAME_YEAR:
        return Period(base, "A")
    if part in _QUARTERS:
        return Period(f"{base}-Q{_QUARTERS[part]}", "Q-C")
    if span := _SPAN.fullmatch(part):
        return _to_month(text, base, int(span[1]))
    if part in _SINGLE:
        return f"{text!r} is a part of the year that is not counted from January"
    return f"{text!r} is no period that is understood"


def _year_before(text: str, own: str, *, quarter: bool) -> Period | str:
    before = f"{int(own[:4]) - 1}{own[4:]}" if quarter else str(int(own[:4]) - 1)
    found = parse_period(before, None)
    return found if isinstance(found, Period) else f"{text!r}: {found}"


def _to_month(text: str, year: str, month: int) -> Period | str:
    if month == 12:
        return Period(year, "A")
    if month in (3, 6, 9):
        return Period(f"{year}-Q{month // 3}", "Q-C")
    if month == 1:
        return f"{text!r} is no span of months"
    if month > 12:
        return f"{text!r} is no month"
    return Period(f"{year}-{month:02d}", "M-C")
