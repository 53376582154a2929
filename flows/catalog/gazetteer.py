"""The gazetteer: which area a name means, by year and scope, and what an area was called when.

``Catalog.gazetteer`` is built once for a catalogue. Everyone who asks for an area asks here:

    resolve      a printed name, code or path of names, in a year and within an area
    find         the codes that a typed name may mean, Chinese or English, and ``suggest`` for none
    occurrences  all names that stand in a text
    similar      the one area whose name differs by a character
    life         name, level and parent of a code in a year; ``name``, ``parent``, ``children``

A year of None means today. Names are compared without white space, in simplified script. A code
or an official name goes before a short form, that before an alias, that before a known
misspelling; two areas of the same kind of name are ambiguous.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import polars as pl
from opencc import OpenCC

from flows.catalog.yamlfile import meant

FOREVER = 9999
KINDS = ("official", "short", "alias", "misspelling")
_SHORTEST = 2  # characters of a name that can be told from a word of a text

#: English words for the kind of an area, by the ending of its Chinese name; the first that fits
_ENGLISH_KINDS = (
    ("自治区", ("Autonomous Region",)),
    ("自治州", ("Autonomous Prefecture", "Prefecture")),
    ("自治县", ("Autonomous County", "County")),
    ("自治旗", ("Autonomous Banner", "Banner")),
    ("地区", ("Prefecture",)),
    ("省", ("Province",)),
    ("市", ("City", "Municipality")),
    ("县", ("County",)),
    ("区", ("District",)),
    ("旗", ("Banner",)),
    ("盟", ("League",)),
)


@dataclass(frozen=True, slots=True)
class Life:
    """A period in which an area had one name, level and parent; years ``start <= y < end``."""

    start: int
    end: int
    name: str
    level: str
    parent: str | None

    def __contains__(self, year: int | None) -> bool:
        """Whether it was so in that year; today for None."""
        return self.end == FOREVER if year is None else self.start <= year < self.end


class Named(NamedTuple):
    """An area that has a name from ``start`` until before ``end``."""

    ref_area: str
    start: int
    end: int
    kind: str

    def holds(self, year: int | None) -> bool:
        return self.end == FOREVER if year is None else self.start <= year < self.end


@dataclass(frozen=True, slots=True)
class AreaFault:
    """Why a printed area means none: rule and reason of its quarantine row."""

    rule: str
    reason: str


#: Names to look for in a text, and how long those are that begin with a character.
_Scan = tuple[dict[str, list[Named]], dict[str, list[int]]]


class Gazetteer:
    """See the module. ``lives``: of each code, in the order of time."""

    def __init__(
        self,
        areas: pl.DataFrame,
        names: pl.DataFrame,
        groups: pl.DataFrame,
        english: Mapping[str, str],
    ) -> None:
        self.lives: dict[str, list[Life]] = {}
        self._children: dict[str | None, dict[str, None]] = {}  # at any time
        columns = ("ref_area", "valid_from", "valid_to", "name_zh", "level", "parent")
        for code, start, end, name, level, parent in (
            areas.select(columns).sort("ref_area", "valid_from").iter_rows()
        ):
            life = Life(start or 0, end or FOREVER, name, level, parent)
            self.lives.setdefault(code, []).append(life)
            self._children.setdefault(parent, {})[code] = None
        self._names: dict[str, list[Named]] = {}
        self._of: dict[str, list[tuple[str, str]]] = {}
        fields = ("name", "ref_area", "valid_from", "valid_to", "kind")
        for name, code, start, end, kind in names.select(fields).iter_rows():
            folded = _fold(name)
            entry = Named(code, start or 0, end or FOREVER, kind)
            self._names.setdefault(folded, []).append(entry)
            self._of.setdefault(code, []).append((folded, kind))
        self._members: dict[str, list[str]] = {}
        for group, code in groups.select("group_id", "ref_area").unique().sort("ref_area").rows():
            self._members.setdefault(group, []).append(code)
        self._english = english
        self._scans: dict[tuple[frozenset[str], bool], _Scan] = {}

    # Codes

    @property
    def country(self) -> str | None:
        """The area of which all others are parts."""
        return next(
            (code for code in self._children.get(None, ()) if self.level(code) == "country"), None
        )

    def life(self, code: str | None, year: int | None = None) -> Life | None:
        """What a code was in a year; None where it was not there."""
        return next((life for life in self.lives.get(code or "", ()) if year in life), None)

    def last_life(self, code: str | None) -> Life | None:
        """What a code is today, or was last."""
        lives = self.lives.get(code or "")
        return lives[-1] if lives else None

    def name(self, code: str | None, year: int | None = None) -> str | None:
        life = self.life(code, year)
        return life.name if life else None

    def level(self, code: str | None, year: int | None = None) -> str | None:
        life = self.life(code, year)
        return life.level if life else None

    def parent(self, code: str | None, year: int | None = None) -> str | None:
        life = self.life(code, year)
        return life.parent if life else None

    def ancestors(self, code: str | None, year: int | None = None) -> Iterator[str]:
        """The areas that it lay in, from the nearest to the country."""
        while (code := self.parent(code, year)) is not None:
            yield code

    def children(self, code: str, year: int | None = None) -> list[str]:
        """The areas right below it."""
        below = self._children.get(code, ())
        return [child for child in below if self.parent(child, year) == code]

    def members(self, group_id: str) -> list[str]:
        """The areas that ever belonged to a group."""
        return self._members.get(group_id, [])

    def names_of(self, code: str, kinds: Collection[str] = KINDS) -> list[str]:
        """All names that a code ever had, once each."""
        return list(dict.fromkeys(name for name, kind in self._of.get(code, ()) if kind in kinds))

    def lies_in(self, code: str, scope: str, year: int | None) -> bool:
        """Whether it lay in ``scope``, or is ``scope``, in that year; for None: ever."""
        if code == scope:
            return True
        return any(
            life.parent is not None and self.lies_in(life.parent, scope, year)
            for life in self.lives.get(code, ())
            if year is None or year in life
        )

    def path(self, code: str, year: int | None = None) -> str:
        """江苏省宿迁市沭阳县 (321322): the names of that year from the province down."""
        names: list[str] = []
        current: str | None = code
        while current and (life := self.life(current, year) or self.last_life(current)):
            if life.parent or not names:
                names.append(life.name)
            current = life.parent
        return f"{''.join(reversed(names)) or code} ({code})"

    def spans(self, code: str, names: Iterable[Named] | None = None) -> list[tuple[int, int]]:
        """When it is there, of those years when ``names`` hold: from, until before."""
        lives = self.lives.get(code, ())
        found = [(life.start, life.end) for life in lives]
        if names is not None:
            found = [
                (max(start, name.start), min(end, name.end))
                for name in names
                for start, end in found
            ]
        return _joined(sorted({(start, end) for start, end in found if start < end}))

    # Names

    def named(self, name: str) -> list[Named]:
        """Who has a name, a code among them, at any time and of any kind."""
        if name in self.lives:
            return [Named(name, 0, FOREVER, "official")]
        return self._names.get(_fold(name)) or self._names.get(_simplify(name)) or []

    def find(self, name: str, year: int | None = None) -> list[str]:
        """The codes that a typed name may mean: of that year's, else of those of any year.

        English is read without regard to case, apostrophes and spaces, with or without the word
        for the kind of area: Rui'an, ruian and Rui'an City.
        """
        entries = self.named(name) or self._by_english.get(plain_english(name), [])
        held = [entry for entry in entries if entry.holds(year)]
        return sorted({entry.ref_area for entry in held or entries})

    def suggest(self, name: str) -> str | None:
        """A remedy for a typed name that nothing has: the nearest known one, or None."""
        if name.isascii():
            return meant(name.title(), [*self._names, *self._english_forms])
        return meant(name, self._names)

    def describe(self, code: str, year: int | None = None) -> str:
        """320106 鼓楼区 in 南京市: tells areas of one name apart; with its time, if not that year's."""
        life = self.life(code, year)
        shown = life or self.last_life(code)
        if shown is None:
            return code
        above = self.last_life(shown.parent)
        within = f" in {above.name}" if above else ""
        return f"{code} {shown.name}{within}" + ("" if life else f" {self.lifetime(code)}")

    def lifetime(self, code: str) -> str:
        """When the register has a code: from 1983 to 1988 and from 1992."""
        return " and ".join(
            f"from {start}" + ("" if end == FOREVER else f" to {end - 1}")
            for start, end in self.spans(code)
        )

    def occurrences(
        self, text: str, *, kinds: Collection[str] = KINDS, living: bool = False
    ) -> Iterator[tuple[int, int, list[Named]]]:
        """Start and end of each name in a text, the longest at each place, and who has it.

        ``living``: only names that hold today.
        """
        names, lengths = self._scan(frozenset(kinds), living)
        position = 0
        while position < len(text):
            for length in lengths.get(text[position], ()):
                entries = names.get(text[position : position + length])
                if entries and position + length <= len(text):
                    yield position, position + length, entries
                    position += length - 1
                    break
            position += 1

    def similar(self, text: str, among: Iterable[str]) -> str | None:
        """The one area of ``among`` whose name of today has one other character, not its last."""
        near = {
            code
            for code in among
            if (name := self.name(code)) is not None
            and len(name) == len(text)
            and name[-1] == text[-1]
            and sum(a != b for a, b in zip(name, text, strict=True)) == 1
        }
        return near.pop() if len(near) == 1 else None

    # Printed areas

    def resolve(self, text: str, year: int, within: str | None) -> str | AreaFault:
        """The code that a printed name, code or path (``浙江省/平阳县``) means in ``year``.

        Each name of a path is looked up within the one before it, the first within ``within``.
        """
        scope = within
        for name in text.split("/"):
            found = self._resolve_name(name, year, scope)
            if isinstance(found, AreaFault):
                return found
            scope = found
        return scope or AreaFault("unknown-area", f"{text!r} names no area")

    def turns(self, text: str) -> list[int]:
        """Years in which what ``text`` means may change; between two of them it doesn't."""
        years: set[int] = set()
        for name in text.split("/"):
            for entry in self.named(name):
                years |= {entry.start, entry.end}
                codes: list[str | None] = [entry.ref_area]
                while codes:
                    for life in self.lives.get(codes.pop() or "", ()):
                        years |= {life.start, life.end}
                        codes.append(life.parent)
        return sorted(years)

    def resolve_years(
        self, text: str, years: Sequence[int], within: str | None
    ) -> list[str | AreaFault]:
        """``resolve`` for each of the years; asked once for years between which nothing turns."""
        turns = self.turns(text)
        known: dict[int, str] = {}  # number of turns that lie before -> code
        found: list[str | AreaFault] = []
        for year in years:
            span = bisect_right(turns, year)
            code = known.get(span) or self.resolve(text, year, within)
            if isinstance(code, str):
                known[span] = code
            found.append(code)
        return found

    def _resolve_name(self, name: str, year: int, scope: str | None) -> str | AreaFault:
        named = self.named(name)
        if not named:
            return AreaFault("unknown-area", f"{name!r} is no area of the catalogue")
        inside = [n for n in named if scope is None or self.lies_in(n.ref_area, scope, None)]
        alive = [n for n in named if n.holds(year) and self.life(n.ref_area, year)]
        valid = [n for n in alive if scope is None or self.lies_in(n.ref_area, scope, year)]
        if not valid and scope is not None and (alive or not inside):
            where = " or ".join(sorted({self.path(n.ref_area, year) for n in alive or named}))
            return AreaFault(
                "area-outside", f"{name!r} is {where}, not in {self.path(scope, year)}"
            )
        if not valid:
            codes = dict.fromkeys(entry.ref_area for entry in inside)
            held = "; ".join(self._describe_spans(code, inside) for code in codes)
            return AreaFault("area-not-valid", f"{name!r} is no area's name in {year}: {held}")
        best = min(_rank(entry.kind) for entry in valid)
        chosen = sorted({entry.ref_area for entry in valid if _rank(entry.kind) == best})
        if len(chosen) > 1:
            which = " or ".join(self.path(code, year) for code in chosen)
            return AreaFault("ambiguous-area", f"{name!r} may be {which}")
        return chosen[0]

    def _describe_spans(self, code: str, names: Iterable[Named]) -> str:
        spans = self.spans(code, [name for name in names if name.ref_area == code])
        text = ", ".join(
            f"{start} to {end - 1}" if end < FOREVER else f"from {start}" for start, end in spans
        )
        return f"{self.path(code, spans[-1][1] - 1 if spans else 0)} {text or 'never'}"

    def _scan(self, kinds: frozenset[str], living: bool) -> _Scan:
        if (kinds, living) not in self._scans:
            names: dict[str, list[Named]] = {}
            lengths: dict[str, set[int]] = {}
            for name, entries in self._names.items():
                asked = [e for e in entries if e.kind in kinds and (not living or e.holds(None))]
                if asked and len(name) >= _SHORTEST:
                    names[name] = asked
                    lengths.setdefault(name[0], set()).add(len(name))
            ordered = {first: sorted(found, reverse=True) for first, found in lengths.items()}
            self._scans[kinds, living] = names, ordered
        return self._scans[kinds, living]

    @cached_property
    def _english_forms(self) -> dict[str, list[Named]]:
        """Each English name bare and with the words for the kind of its area."""
        found: dict[str, list[Named]] = {}
        for code, name in self._english.items():
            for life in self.lives.get(code, ()):
                kinds = next((w for ending, w in _ENGLISH_KINDS if life.name.endswith(ending)), ())
                bare = next((name.removesuffix(f" {k}") for k in kinds if name.endswith(k)), name)
                for form in dict.fromkeys((name, bare, *(f"{bare} {kind}" for kind in kinds))):
                    entry = Named(code, life.start, life.end, "english")
                    found.setdefault(form, []).append(entry)
        return found

    @cached_property
    def _by_english(self) -> dict[str, list[Named]]:
        found: dict[str, list[Named]] = {}
        for form, entries in self._english_forms.items():
            found.setdefault(plain_english(form), []).extend(entries)
        return found


def plain_english(name: str) -> str:
    """A name without case, apostrophes and spaces."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _rank(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def _fold(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _simplify(name: str) -> str:
    simplified: str = _converter().convert(_fold(name))
    return simplified


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch or overlap run together."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
