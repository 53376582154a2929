"""The words that a document uses for its own area."""

from __future__ import annotations

import re

from flows.catalog.gazetteer import Gazetteer
from flows.catalog.model import Catalog
from flows.language.places import load_levels

_SUFFIXES = "省县"  # not 市 and 区, which name a part of an area as well: 平阳市区
_SHORTEST_STEM = 2
#: every kind of name but a misspelling
_SPELT = ("official", "short", "alias")


def _official(code: str, gazetteer: Gazetteer) -> str | None:
    life = gazetteer.last_life(code)
    return life.name if life else None


def _parent(code: str | None, gazetteer: Gazetteer) -> str | None:
    life = gazetteer.last_life(code)
    return life.parent if life else None


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
    words, pattern = load_levels()
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
