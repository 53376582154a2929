"""Which areas an article names, and where: exact names, and misspelt ones that only fit one.

A name that several areas have is the one in a province that the article names otherwise; where
that does not decide it, it is none. A name that no area has, ending as an area's does, is the
one area of its context (the group or the city of the sentence, else of the article) whose name
differs in one character.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from flows.catalog.model import Catalog
from flows.read.prose.words import word_pattern

_LEVEL = {"province": 0, "prefecture": 1, "county": 2}
_ODD = re.compile(r"[一-龥]{1,3}[县区市](?![一-龥]?长)")
#: Words that stand beside names and in none of those that are taken for misspelt.
_BESIDE = re.compile("[和与及的等在为是全本该各有个由对从到其]")


@dataclass(frozen=True, slots=True)
class Mention:
    start: int
    end: int
    text: str
    ref_area: str


_made: dict[str, Gazetteer] = {}


def gazetteer_of(catalog: Catalog) -> Gazetteer:
    """The catalogue's gazetteer, made once for each state of it."""
    if catalog.fingerprint not in _made:
        _made.clear()
        _made[catalog.fingerprint] = Gazetteer(catalog)
    return _made[catalog.fingerprint]


class Gazetteer:
    """The catalogue's names that hold today, and what lies where."""

    def __init__(self, catalog: Catalog) -> None:
        rows = catalog.area_names.filter(
            pl.col("valid_to").is_null(), pl.col("name").str.len_chars() >= 2
        )
        self.codes: dict[str, list[str]] = {}
        for name, code in rows.select("name", "ref_area").unique(maintain_order=True).iter_rows():
            self.codes.setdefault(name, []).append(code)
        living = catalog.areas.filter(pl.col("valid_to").is_null())
        self.name = dict(living.select("ref_area", "name_zh").iter_rows())
        self.level = dict(living.select("ref_area", "level").iter_rows())
        self.parent = dict(living.select("ref_area", "parent").iter_rows())
        self.pattern = re.compile(word_pattern(list(self.codes)))
        self.groups: dict[str, list[str]] = {}
        for group, code in catalog.groups.select("group_id", "ref_area").iter_rows():
            self.groups.setdefault(group, []).append(code)

    def inside(self, code: str) -> list[str]:
        """The areas right below ``code``."""
        return [child for child, parent in self.parent.items() if parent == code]

    def similar(self, text: str, among: Iterable[str]) -> str | None:
        """The one area of ``among`` whose name has one other character."""
        near = {
            code
            for code in among
            if len(self.name.get(code, "")) == len(text)
            and sum(a != b for a, b in zip(self.name[code], text, strict=True)) == 1
            and self.name[code][-1] == text[-1]
        }
        return near.pop() if len(near) == 1 else None


def mentions(text: str, gazetteer: Gazetteer, groups: list[tuple[int, str]]) -> list[Mention]:
    """Every area that ``text`` names, in its order. ``groups``: offsets of groups named."""
    raw = [
        (m.start(), m.end(), m.group(0), gazetteer.codes[m.group(0)])
        for m in gazetteer.pattern.finditer(text)
    ]
    provinces = Counter(code[:2] for *_, codes in raw if len(codes) == 1 for code in codes)
    # Two characters are soon a part of other words (示范县 is no 范县): such a name counts only in
    # the province that is named most.
    longer = Counter(
        c[:2] for _, _, name, codes in raw if len(name) > 2 and len(codes) == 1 for c in codes
    )
    home = {province for province, _ in (longer or provinces).most_common(1)}
    found = [
        Mention(start, end, name, code)
        for start, end, name, codes in raw
        if (code := _choose(codes, provinces, gazetteer)) is not None
        and (len(name) > 2 or code[:2] in home or code.endswith("0000"))
    ]
    taken = [(m.start, m.end) for m in found]
    known: dict[str, str] = {}
    for odd in _ODD.finditer(text):
        if any(start < odd.end() and odd.start() < end for start, end in taken):
            continue
        for cut in range(len(odd.group(0)) - 1):
            name = odd.group(0)[cut:]
            if _BESIDE.search(name):
                continue
            code = known.get(name) or _misspelt(name, odd.start(), found, gazetteer, groups)
            if code is not None:
                known[name] = code
                found.append(Mention(odd.start() + cut, odd.end(), name, code))
                break
    return sorted(found, key=lambda each: each.start)


def _choose(codes: list[str], provinces: Counter[str], gazetteer: Gazetteer) -> str | None:
    if len(codes) == 1:
        return codes[0]
    most = max((provinces[code[:2]] for code in codes), default=0)
    left = [code for code in codes if most and provinces[code[:2]] == most]
    if len(left) > 1:  # 阿克苏 is a prefecture and a city in it: the wider one is meant
        least = min(_LEVEL.get(gazetteer.level.get(code, "county"), 2) for code in left)
        left = [c for c in left if _LEVEL.get(gazetteer.level.get(c, "county"), 2) == least]
    return left[0] if len(left) == 1 else None


def _misspelt(
    name: str,
    at: int,
    found: list[Mention],
    gazetteer: Gazetteer,
    groups: list[tuple[int, str]],
) -> str | None:
    if len(name) < 3:
        return None
    near = [group for place, group in groups if abs(place - at) < 60]
    cities = [
        m.ref_area
        for m in found
        if abs(m.start - at) < 30 and gazetteer.level.get(m.ref_area) == "prefecture"
    ]
    for among in (
        [code for group in near for code in gazetteer.groups.get(group, ())],
        [code for city in cities for code in gazetteer.inside(city)],
        [code for _, group in groups for code in gazetteer.groups.get(group, ())],
    ):
        code = gazetteer.similar(name, among)
        if code is not None:
            return code
    return None
