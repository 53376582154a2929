"""Areas in a text: the one that a title names, and the words a document uses for it."""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

from flows.catalog.model import Catalog
from flows.read.prose.lexicon import FOLDER
from flows.read.prose.yamldata import load_yaml

_SUFFIXES = "省县"  # not 市 and 区, which name a part of an area as well: 平阳市区
_SHORTEST_STEM = 2
_cache: dict[str, Names] = {}


class Names:
    """Area names of the catalogue, indexed once a catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self.codes: dict[str, list[tuple[str, int, int]]] = {}
        self.of: dict[str, list[str]] = {}
        self.longest = 0
        misspelt = catalog.area_names.filter(pl.col("kind") == "misspelling")
        self.misspelt: dict[str, list[str]] = {}
        for name, code in misspelt.select("name", "ref_area").iter_rows():
            self.misspelt.setdefault(code, []).append(name)
        frame = catalog.area_names.filter(pl.col("kind") != "misspelling")
        for name, code, start, end in frame.select(
            "name", "ref_area", "valid_from", "valid_to"
        ).iter_rows():
            self.codes.setdefault(name, []).append((code, start or 0, end or 9999))
            self.of.setdefault(code, []).append(name)
            self.longest = max(self.longest, len(name))
        self.official: dict[str, str] = {}
        self.parent: dict[str, str | None] = {}
        for code, name, parent in (
            catalog.areas.sort("valid_from").select("ref_area", "name_zh", "parent").iter_rows()
        ):
            self.official[code] = name
            self.parent[code] = parent


def area_names(catalog: Catalog) -> Names:
    """The index of ``catalog``, made once."""
    if catalog.fingerprint not in _cache:
        _cache.clear()
        _cache[catalog.fingerprint] = Names(catalog)
    return _cache[catalog.fingerprint]


def settled(before: tuple[str, ...], found: tuple[str, ...], names: Names) -> tuple[str, ...]:
    """Areas of one name (城关区), and what another text names: what both allow."""
    if not before:
        return found
    both = tuple(code for code in before if code in found)
    inside = tuple(c for c in before if {names.parent.get(c), _above(c, names)} & set(found))
    return both or inside or before


def _above(code: str, names: Names) -> str | None:
    return names.parent.get(names.parent.get(code) or "")


def find_area(text: str, names: Names, year: int | None) -> tuple[str, ...]:
    """The area that ``text`` names; the last of a chain 浙江省温州市平阳县, else the first.

    Several where the name alone is that of several (城关区); none where no area is named.
    """
    found: list[str] = []
    position = 0
    end_before = -1
    text = re.sub(r"\s+", "", text[:400])
    while position < len(text):
        for length in range(min(names.longest, len(text) - position), 1, -1):
            codes = names.codes.get(text[position : position + length])
            if not codes:
                continue
            when = year if year is not None else 9998
            valid = [c for c, a, b in codes if a <= when < b] or [c for c, _, _ in codes]
            if found and position == end_before:
                inside = [
                    c
                    for c in valid
                    if names.parent.get(c) == found[-1]
                    or names.parent.get(names.parent.get(c) or "") == found[-1]
                ]
                if inside:
                    found.append(inside[0])
            elif not found:
                whole = [
                    c for c in valid if names.official[c] == text[position : position + length]
                ]
                ranked = sorted(set(whole or valid), key=_rank)
                first = tuple(c for c in ranked if _rank(c)[0] == _rank(ranked[0])[0])
                if len(first) > 1:
                    return first
                found.append(first[0])
            position += length - 1
            end_before = position + 1
            break
        position += 1
    return tuple(found[-1:])


def _rank(code: str) -> tuple[int, str]:
    return (0 if code.endswith("0000") else 1 if code.endswith("00") else 2, code)


@lru_cache(maxsize=1)
def _levels() -> tuple[list[str], re.Pattern[str]]:
    words = [str(word) for word in load_yaml(FOLDER / "words.yaml")["levels"]]
    ordered = sorted([*words, "全国"], key=len, reverse=True)
    return words, re.compile("(?:" + "|".join(ordered) + ")(?![场域])")


def _misspelt(official: str, ref_area: str, names: Names) -> list[str]:
    """What a machine makes of the area's own name: 平阳省 for 平阳县; never another area's name."""
    found = list(names.misspelt.get(ref_area, []))
    stem, suffix = official[:-1], official[-1]
    if len(stem) >= _SHORTEST_STEM and suffix in _SUFFIXES:
        found += [stem + other for other in _SUFFIXES if other != suffix]
    return [name for name in found if name not in names.codes]


def level_words(
    text: str, ref_area: str | None, catalog: Catalog
) -> tuple[list[str], str, re.Pattern[str]]:
    """``(names of the area, its word 全市 or 全县, pattern of all such words)``."""
    words, pattern = _levels()
    counts: dict[str, int] = {}
    for match in pattern.finditer(text):
        if match.group(0) in words:
            counts[match.group(0)] = counts.get(match.group(0), 0) + 1
    names = area_names(catalog)
    own = list(dict.fromkeys(names.of.get(ref_area, []))) if ref_area else []
    level = max(counts, key=lambda word: counts[word]) if counts else ""
    if ref_area and ref_area in names.official:
        official = names.official[ref_area]
        own += _misspelt(official, ref_area, names)
        fitting = [word for word in words if official.endswith(word[1:])]
        best = [word for word in fitting if word in counts]
        if best or fitting:
            level = max(best or fitting, key=lambda word: counts.get(word, 0))
        prefix, parent = "", names.parent.get(ref_area)
        plain = list(own)
        while parent and parent in names.official and names.parent.get(parent):
            prefix = names.official[parent] + prefix
            own += [prefix + name for name in plain]
            own += [names.official[parent] + name for name in plain]
            parent = names.parent.get(parent)
    return [name for name in own if len(name) > 1], level, pattern
