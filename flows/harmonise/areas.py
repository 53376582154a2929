"""Printed areas into codes, by name and date, within the area that the release is about.

A text is a name, a code, or a path of names from the outside in (``浙江省/平阳县``): each is
looked up within the one before it, the first within the release's own area. Names are compared
without white space, in simplified script. A code or an official name goes before a short form,
that before an alias, that before a known misspelling; two areas of the same rank are ambiguous.

Python, not polars: it runs over distinct texts and years, not over rows.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import polars as pl
from opencc import OpenCC

from flows.catalog.model import Catalog

#: One row a distinct ``area_text, year``.
PLACED = pl.Schema(
    {
        "area_text": pl.String(),
        "year": pl.Int32(),
        "ref_area": pl.String(),
        "area_rule": pl.String(),  # unknown-, ambiguous-area, area-outside, -not-valid; null: found
        "area_reason": pl.String(),
    }
)

_EVER = 9999
_RANKS = {"official": 0, "short": 1, "alias": 2, "misspelling": 3}


@dataclass(frozen=True, slots=True)
class Fault:
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Life:
    """One period in which an area had one name and one parent; years ``start <= y < end``."""

    start: int
    end: int
    name: str
    parent: str | None

    def __contains__(self, year: int) -> bool:
        return self.start <= year < self.end


class _Name(NamedTuple):
    ref_area: str
    start: int
    end: int
    rank: int


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Who is called what and lies where, by year."""

    names: dict[str, list[_Name]]
    lives: dict[str, list[_Life]]

    def place(self, text: str, year: int, within: str | None) -> str | Fault:
        """The code that ``text`` means in ``year``."""
        scope = within
        for name in text.split("/"):
            found = self._one(name, year, scope)
            if isinstance(found, Fault):
                return found
            scope = found
        return scope or Fault("unknown-area", f"{text!r} names no area")

    def own(self, code: str | None, year: int) -> str | Fault:
        """The release's own area, where a figure prints none."""
        if code is None:
            return Fault("unknown-area", "neither the figure nor its release names an area")
        return self._one(code, year, None)

    def turns(self, text: str) -> list[int]:
        """Years in which what ``text`` means may change; between two of them it doesn't."""
        years: set[int] = set()
        for name in text.split("/"):
            for entry in self._named(name):
                years |= {entry.start, entry.end}
                codes: list[str | None] = [entry.ref_area]
                while codes:
                    for life in self.lives.get(codes.pop() or "", ()):
                        years |= {life.start, life.end}
                        codes.append(life.parent)
        return sorted(years)

    def _named(self, name: str) -> list[_Name]:
        return self.names.get(_folded(name)) or self.names.get(_simplified(name)) or []

    def _one(self, name: str, year: int, scope: str | None) -> str | Fault:
        named = self._named(name)
        if not named:
            return Fault("unknown-area", f"{name!r} is no area of the catalogue")
        inside = [n for n in named if scope is None or self._lies_in(n.ref_area, scope, None)]
        alive = [n for n in named if n.start <= year < n.end and self._lives(n.ref_area, year)]
        valid = [n for n in alive if scope is None or self._lies_in(n.ref_area, scope, year)]
        if not valid and scope is not None and (alive or not inside):
            where = " or ".join(sorted({self._path(n.ref_area, year) for n in alive or named}))
            return Fault("area-outside", f"{name!r} is {where}, not in {self._path(scope, year)}")
        if not valid:
            held = "; ".join(self._held(n.ref_area, inside) for n in _first_of_each(inside))
            return Fault("area-not-valid", f"{name!r} is no area's name in {year}: {held}")
        best = min(entry.rank for entry in valid)
        chosen = sorted({entry.ref_area for entry in valid if entry.rank == best})
        if len(chosen) > 1:
            which = " or ".join(self._path(code, year) for code in chosen)
            return Fault("ambiguous-area", f"{name!r} may be {which}")
        return chosen[0]

    def _lives(self, code: str, year: int) -> bool:
        return any(year in life for life in self.lives.get(code, ()))

    def _lies_in(self, code: str, scope: str, year: int | None) -> bool:
        """In ``scope`` or ``scope`` itself, in that year (None: ever)."""
        if code == scope:
            return True
        return any(
            life.parent is not None and self._lies_in(life.parent, scope, year)
            for life in self.lives.get(code, ())
            if year is None or year in life
        )

    def _path(self, code: str, year: int) -> str:
        """江苏省宿迁市沭阳县 (321322): the names of that year from the province down."""
        names: list[str] = []
        current: str | None = code
        while current and (lives := self.lives.get(current)):
            life = next((life for life in lives if year in life), lives[-1])
            if life.parent or not names:
                names.append(life.name)
            current = life.parent
        return f"{''.join(reversed(names)) or code} ({code})"

    def _held(self, code: str, entries: Iterable[_Name]) -> str:
        spans = []
        for entry in entries:
            for life in self.lives.get(code, ()) if entry.ref_area == code else ():
                start, end = max(life.start, entry.start), min(life.end, entry.end)
                if start < end:
                    spans.append((start, end))
        text = ", ".join(
            f"{start} to {end - 1}" if end < _EVER else f"from {start}"
            for start, end in _joined(sorted(set(spans)))
        )
        return f"{self._path(code, spans[-1][0] if spans else 0)} {text or 'never'}"


def placed(distinct: pl.DataFrame, within: str | None, catalog: Catalog) -> pl.DataFrame:
    """PLACED for the given ``area_text, year``; a null text is the release's own area."""
    gazetteer = gazetteer_of(catalog)
    grouped = distinct.group_by("area_text", maintain_order=True).agg("year")
    codes: list[str | None] = []
    faults: list[Fault | None] = []
    for text, years in grouped.iter_rows():
        turns = gazetteer.turns(text or within or "")
        known: dict[int, str] = {}  # number of turns that lie before -> code
        if bisect_right(turns, min(years)) == bisect_right(turns, max(years)):
            found = _place(gazetteer, text, years[0], within)
            if isinstance(found, str):
                codes += [found] * len(years)
                faults += [None] * len(years)
                continue
        for year in years:
            span = bisect_right(turns, year)
            at = known.get(span) or _place(gazetteer, text, year, within)
            if isinstance(at, str):
                known[span] = at
            codes.append(at if isinstance(at, str) else None)
            faults.append(at if isinstance(at, Fault) else None)
    return grouped.explode("year").select(
        "area_text",
        "year",
        pl.Series("ref_area", codes, pl.String()),
        pl.Series("area_rule", [each and each.rule for each in faults], pl.String()),
        pl.Series("area_reason", [each and each.reason for each in faults], pl.String()),
    )


def _place(gazetteer: Gazetteer, text: str | None, year: int, within: str | None) -> str | Fault:
    if text is None:
        return gazetteer.own(within, year)
    return gazetteer.place(text, year, within)


_last: list[tuple[Catalog, Gazetteer]] = []


def gazetteer_of(catalog: Catalog) -> Gazetteer:
    """Built once for a catalogue and kept while the same one is in use."""
    if not _last or _last[0][0] is not catalog:
        _last[:] = [(catalog, _build(catalog))]
    return _last[0][1]


def _build(catalog: Catalog) -> Gazetteer:
    lives: dict[str, list[_Life]] = {}
    names: dict[str, list[_Name]] = {}
    columns = ("ref_area", "valid_from", "valid_to", "name_zh", "parent")
    for code, start, end, name, parent in (
        catalog.areas.select(columns).sort("ref_area", "valid_from").iter_rows()
    ):
        lives.setdefault(code, []).append(_Life(start or 0, end or _EVER, name, parent))
        names.setdefault(code, [_Name(code, 0, _EVER, 0)])
    fields = ("name", "ref_area", "valid_from", "valid_to", "kind")
    for name, code, start, end, kind in catalog.area_names.select(fields).iter_rows():
        entry = _Name(code, start or 0, end or _EVER, _RANKS.get(kind, len(_RANKS)))
        names.setdefault(_folded(name), []).append(entry)
    return Gazetteer(names, lives)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _simplified(name: str) -> str:
    simplified: str = _converter().convert(_folded(name))
    return simplified


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _first_of_each(entries: Iterable[_Name]) -> Iterator[_Name]:
    seen: set[str] = set()
    for entry in entries:
        if entry.ref_area not in seen:
            seen.add(entry.ref_area)
            yield entry


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch or overlap run together."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
