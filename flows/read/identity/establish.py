"""Kind, area and period of a document, and whether its title fits what the catalogue says of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.catalog.gazetteer import Gazetteer
from flows.language.kinds import Kind
from flows.language.spelling import fold_title
from flows.language.titles import TitleReading, read_title
from flows.model.nouns import Witness
from flows.read.document.document import Block, Document
from flows.read.identity.area import find_own_area
from flows.read.identity.heads import Heads, find_heads
from flows.read.identity.period import find_own_period

_LONGEST_LINE = 40
_BODY = 20_000  # characters in which words for the whole area are counted


@dataclass(slots=True)
class Identity:
    """What a document is, and the witnesses for it."""

    heads: Heads
    kind: Kind | None
    area: str | None
    period: str | None
    freq: str | None
    witnesses: list[Witness] = field(default_factory=list)
    why_not: dict[str, str] = field(default_factory=dict)
    contrary: str | None = None  # how the title contradicts what the catalogue says


def establish_identity(
    document: Document,
    blocks: list[Block],
    text: str,
    gazetteer: Gazetteer,
    ref_area: str | None,
    time_period: str | None,
) -> Identity:
    """Area and period as given, else as the document's places agree on them.

    ``text`` is the spelled text of the body.
    """
    heads = find_heads(document, blocks)
    title = _read_title(heads, gazetteer)
    lines = _short_lines(document, blocks)
    when = find_own_period(heads, title, text, lines)
    period = time_period or when.period
    year = int(period[:4]) if period and period[:4].isdigit() else None
    who = find_own_area(heads, title, text[:_BODY], year, gazetteer)
    identity = Identity(heads, title.kind if title else None, ref_area or who.code, period, None)
    identity.freq = when.freq if when.period == period else None
    if title and title.kind:
        identity.witnesses.append(_kind_witness(heads, title))
    identity.witnesses += who.witnesses + when.witnesses
    if identity.area is None and who.why_not:
        identity.why_not["area"] = who.why_not
    if period is None and when.why_not:
        identity.why_not["period"] = when.why_not
    identity.contrary = _find_contrary(title, ref_area, time_period, gazetteer)
    return identity


def _read_title(heads: Heads, gazetteer: Gazetteer) -> TitleReading | None:
    if heads.title is None:
        return None
    published = heads.find_publication(None)
    return read_title(heads.title.text, gazetteer, seen_on=published.day if published else None)


def _short_lines(document: Document, blocks: list[Block]) -> list[str]:
    return [
        fold_title(document.clean[block.start : block.end])
        for block in blocks
        if block.end - block.start <= _LONGEST_LINE
    ]


def _kind_witness(heads: Heads, title: TitleReading) -> Witness:
    where = heads.title.locator if heads.title else None
    return Witness("kind", str(title.kind), "title", title.kinds[0].text, where)


def _find_contrary(
    title: TitleReading | None,
    ref_area: str | None,
    time_period: str | None,
    gazetteer: Gazetteer,
) -> str | None:
    """How a plain title names another area or period than the catalogue; None where it fits."""
    if title is None:
        return None
    if ref_area and title.area and not _is_same_area(title.area, ref_area, gazetteer):
        named = gazetteer.path(title.area)
        return f"its title names {named}, the catalogue {gazetteer.path(ref_area)}"
    if time_period and title.period and not _may_mean(title, time_period):
        return f"its title names {title.period}, the catalogue {time_period}"
    return None


def _is_same_area(code: str, other: str, gazetteer: Gazetteer) -> bool:
    """One code, or one name: a county that became a district keeps its release."""
    if code == other:
        return True
    ours, theirs = (set(gazetteer.names_of(each)) for each in (code, other))
    return bool(ours & theirs)


def _may_mean(title: TitleReading, time_period: str) -> bool:
    period = title.period or ""
    if period == time_period:
        return True
    if period[:4] != time_period[:4]:
        return (
            title.kind is not None
            and title.kind.looks_back
            and (int(period[:4]) == int(time_period[:4]) + 1)
        )
    return title.kind is Kind.MONTH and _ends_quarter(period, time_period)


def _ends_quarter(period: str, time_period: str) -> bool:
    month = int(period[5:])
    return time_period[4:] in (f"-Q{month // 3}" if month % 3 == 0 else "", period[4:])
