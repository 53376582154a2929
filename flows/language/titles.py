"""A title's kind, area and period, each with the words that say so.

``read_title`` reads the title of a link or of a document. What the title leaves open stays None,
with all that it may mean and the reason in ``why_not``: a title is one witness and never guesses.

    2025年平阳县国民经济和社会发展统计公报    communique, 330326, 2025
    1—7月份规模以上工业运行情况             months; its year is known if the day beside it says so
    2025年政府工作报告                     work_report; 2024 or 2025, unless the day settles it
    温州经济技术开发区2025年经济运行情况      year, 2025; the zone is not 温州市
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from flows.catalog.gazetteer import Gazetteer
from flows.language.kinds import Kind, KindWords, divide_statistics, find_kinds
from flows.language.periods import find_days, find_periods
from flows.language.places import Place, Role, find_places, settle_places
from flows.language.spelling import fold_title
from flows.language.title_period import Candidate, WhyNot, settle_period

__all__ = ["Candidate", "Kind", "TitleReading", "WhyNot", "read_kind", "read_title"]

_SEPARATOR = re.compile(r"[_|丨>»]|-+|[—–―]+")
_ENDING = re.compile(r"\.(?:s?html?|pdf|docx?|xlsx?|wps|et|zip|aspx?)$", re.IGNORECASE)
_MASK = "\x00"


@dataclass(frozen=True, slots=True)
class TitleReading:
    """What a title says. ``areas`` and ``periods`` are all that it may mean."""

    title: str  # folded, without a site's name after it
    kind: Kind | None
    area: str | None
    period: str | None  # 2025, 2025-Q2, 2025-07
    part: str | None = None  # -Q1 or -07 of a year that is not printed
    freq: str | None = None  # A, Q-C, M or M-C, where the words tell
    day: date | None = None  # a day that the title prints: of the meeting
    kinds: tuple[KindWords, ...] = ()
    areas: tuple[Candidate, ...] = ()
    periods: tuple[Candidate, ...] = ()
    why_not: tuple[WhyNot, ...] = ()

    @property
    def is_release(self) -> bool:
        """Whether kind, area and period are settled, and the kind has figures of its own."""
        known = self.kind is not None and not self.kind.is_excluded
        return known and self.area is not None and self.period is not None


def read_title(
    title: str, gazetteer: Gazetteer, *, scope: str | None = None, seen_on: date | None = None
) -> TitleReading:
    """Read a title; areas are looked for within ``scope``.

    ``seen_on`` is the day that is printed beside the link or on the document, never that of a
    visit: it gives 1—7月 a year and tells which year a work report reviews.
    """
    text = _cut_site(_ENDING.sub("", fold_title(title)))
    kinds = find_kinds(text)
    days = [each.day for each in find_days(text)]
    first = kinds[0].kind if kinds else None
    settled = settle_period(text, first, days[0] if days else None, seen_on)
    kind = divide_statistics(first, settled.printed) if first else None
    year = int(settled.period[:4]) if settled.period else seen_on.year if seen_on else None
    area, areas, doubts = _settle_area(text, gazetteer, year, scope)
    why_not = [*_doubt_kind(kinds), *doubts, *settled.why_not]
    return TitleReading(
        text,
        kind,
        area,
        settled.period,
        settled.part,
        settled.freq,
        days[0] if days else None,
        tuple(kinds),
        areas,
        settled.candidates,
        tuple(why_not),
    )


def read_kind(title: str) -> Kind | None:
    """The kind of document that a title names, its area left aside."""
    text = _cut_site(_ENDING.sub("", fold_title(title)))
    kinds = find_kinds(text)
    if not kinds:
        return None
    return divide_statistics(kinds[0].kind, settle_period(text, kinds[0].kind, None, None).printed)


def _cut_site(text: str) -> str:
    """The title without what stands after its separator: ``…公报-某某统计局``, ``…_统计公报库``."""
    periods = find_periods(text)
    days = list(find_days(text))
    dated = [(each.start, each.end) for each in periods]
    dated += [(each.start, each.end) for each in days]
    pieces, begin = [], 0
    for match in _SEPARATOR.finditer(text):
        inside = any(start < match.end() and match.start() < end for start, end in dated)
        if not inside and not text[match.end() : match.end() + 1].isdigit():
            pieces.append((begin, match.start()))
            begin = match.end()
    pieces.append((begin, len(text)))
    told = next((n for n, (a, b) in enumerate(pieces) if find_kinds(text[a:b])), 0)
    kept = [
        (a, b)
        for n, (a, b) in enumerate(pieces)
        if b > a and (n <= told or any(a <= start < b for start, _ in dated))
    ]
    return "—".join(text[a:b] for a, b in kept)


def _doubt_kind(kinds: list[KindWords]) -> list[WhyNot]:
    if not kinds:
        return [WhyNot("kind", "unknown-kind", "no words of a kind of release")]
    if kinds[0].kind.is_excluded:
        return [WhyNot("kind", "excluded-kind", f"{kinds[0].text} is no release of figures")]
    return []


def _settle_area(
    text: str, gazetteer: Gazetteer, year: int | None, scope: str | None
) -> tuple[str | None, tuple[Candidate, ...], list[WhyNot]]:
    masked = list(text)
    spans = [(each.start, each.end) for each in find_periods(text)]
    for start, end in spans + [(each.start, each.end) for each in find_days(text)]:
        masked[start:end] = _MASK * (end - start)
    places = find_places("".join(masked), gazetteer, year, scope)
    believed = [place for place in places if place.role in (Role.NAMED, Role.ISSUER)]
    inside = [place for place in believed if _lies_inside(place, gazetteer, scope)]
    codes = settle_places(_drop_outer(believed, inside, gazetteer, scope), gazetteer)
    areas = tuple(
        Candidate(code, place.text) for code in codes for place in believed if code in place.codes
    )
    areas = tuple(dict.fromkeys(areas))
    if len(codes) != 1:
        return None, areas, [_explain_area(codes, places)]
    if scope is not None and not gazetteer.lies_in(codes[0], scope, None):
        outside = f"{areas[0].text} does not lie in {gazetteer.path(scope)}"
        return None, areas, [WhyNot("area", "area-outside", outside)]
    return codes[0], areas, []


def _lies_inside(place: Place, gazetteer: Gazetteer, scope: str | None) -> bool:
    return scope is None or any(gazetteer.lies_in(code, scope, None) for code in place.codes)


def _drop_outer(
    believed: list[Place], inside: list[Place], gazetteer: Gazetteer, scope: str | None
) -> list[Place]:
    """Without what only says where the scope itself lies: 浙江省 in a listing of 温州市."""
    if scope is None or not inside:
        return believed
    return [
        place
        for place in believed
        if place in inside or not any(gazetteer.lies_in(scope, code, None) for code in place.codes)
    ]


def _explain_area(codes: tuple[str, ...], places: list[Place]) -> WhyNot:
    if codes:
        return WhyNot("area", "ambiguous-area", f"it may be {' or '.join(codes)}")
    zone = next((place for place in places if place.role is Role.ZONE), None)
    if zone is not None:
        return WhyNot("area", "unknown-area", f"it names a zone or a part of {zone.text}")
    loose = next((place for place in places if place.role is Role.LOOSE), None)
    if loose is not None:
        return WhyNot("area", "unknown-area", f"{loose.text} may be part of another word")
    return WhyNot("area", "no-area", "it names no area of the catalogue")
