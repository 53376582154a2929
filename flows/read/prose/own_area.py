"""Areas in a text: the one that a title names, and the words a document uses for it."""

from __future__ import annotations

import re
from functools import lru_cache

from flows.catalog.gazetteer import Gazetteer
from flows.catalog.model import Catalog
from flows.language.words import load_yaml
from flows.read.prose.lexicon import FOLDER

_SUFFIXES = "省县"  # not 市 and 区, which name a part of an area as well: 平阳市区
_SHORTEST_STEM = 2
#: every kind of name but a misspelling
_SPELT = ("official", "short", "alias")


def narrow_areas(
    before: tuple[str, ...], found: tuple[str, ...], gazetteer: Gazetteer
) -> tuple[str, ...]:
    """Areas of one name (城关区), and what another text names: what both allow."""
    if not before:
        return found
    both = tuple(code for code in before if code in found)
    inside = tuple(code for code in before if _above(code, gazetteer) & set(found))
    return both or inside or before


def find_area(text: str, gazetteer: Gazetteer, year: int | None) -> tuple[str, ...]:
    """The area that ``text`` names; the last of a chain 浙江省温州市平阳县, else the first.

    Several where the name alone is that of several (城关区); none where no area is named.
    """
    found: list[str] = []
    end_before = -1
    text = re.sub(r"\s+", "", text[:400])
    for start, end, entries in gazetteer.occurrences(text, kinds=_SPELT):
        valid = [entry.ref_area for entry in entries if entry.holds(year)]
        valid = valid or [entry.ref_area for entry in entries]
        if found and start == end_before:
            inside = [code for code in valid if found[-1] in _above(code, gazetteer)]
            if inside:
                found.append(inside[0])
        elif not found:
            whole = [code for code in valid if _official(code, gazetteer) == text[start:end]]
            ranked = sorted(set(whole or valid), key=_rank)
            first = tuple(code for code in ranked if _rank(code)[0] == _rank(ranked[0])[0])
            if len(first) > 1:
                return first
            found.append(first[0])
        end_before = end
    return tuple(found[-1:])


def _official(code: str, gazetteer: Gazetteer) -> str | None:
    life = gazetteer.last_life(code)
    return life.name if life else None


def _parent(code: str | None, gazetteer: Gazetteer) -> str | None:
    life = gazetteer.last_life(code)
    return life.parent if life else None


def _above(code: str, gazetteer: Gazetteer) -> set[str | None]:
    parent = _parent(code, gazetteer)
    return {parent, _parent(parent, gazetteer)}


def _rank(code: str) -> tuple[int, str]:
    return (0 if code.endswith("0000") else 1 if code.endswith("00") else 2, code)


@lru_cache(maxsize=1)
def _levels() -> tuple[list[str], re.Pattern[str]]:
    words = [str(word) for word in load_yaml(FOLDER / "words.yaml")["levels"]]
    ordered = sorted([*words, "全国"], key=len, reverse=True)
    return words, re.compile("(?:" + "|".join(ordered) + ")(?![场域])")


def _misspelt(official: str, ref_area: str, gazetteer: Gazetteer) -> list[str]:
    """What a machine makes of the area's own name: 平阳省 for 平阳县; never another area's name."""
    found = gazetteer.names_of(ref_area, ("misspelling",))
    stem, suffix = official[:-1], official[-1]
    if len(stem) >= _SHORTEST_STEM and suffix in _SUFFIXES:
        found += [stem + other for other in _SUFFIXES if other != suffix]
    return [
        name
        for name in found
        if all(entry.kind == "misspelling" for entry in gazetteer.named(name))
    ]


def find_level_words(
    text: str, ref_area: str | None, catalog: Catalog
) -> tuple[list[str], str, re.Pattern[str]]:
    """``(names of the area, its word 全市 or 全县, pattern of all such words)``."""
    words, pattern = _levels()
    counts: dict[str, int] = {}
    for match in pattern.finditer(text):
        if match.group(0) in words:
            counts[match.group(0)] = counts.get(match.group(0), 0) + 1
    gazetteer = catalog.gazetteer
    own = gazetteer.names_of(ref_area, _SPELT) if ref_area else []
    level = max(counts, key=lambda word: counts[word]) if counts else ""
    if ref_area and (official := _official(ref_area, gazetteer)):
        own += _misspelt(official, ref_area, gazetteer)
        fitting = [word for word in words if official.endswith(word[1:])]
        best = [word for word in fitting if word in counts]
        if best or fitting:
            level = max(best or fitting, key=lambda word: counts.get(word, 0))
        prefix, parent = "", _parent(ref_area, gazetteer)
        plain = list(own)
        while parent and (above := gazetteer.last_life(parent)) and above.parent:
            prefix = above.name + prefix
            own += [prefix + name for name in plain]
            own += [above.name + name for name in plain]
            parent = above.parent
    return [name for name in own if len(name) > 1], level, pattern
