"""Which areas an article names, and where: exact names, and misspelt ones that only fit one.

A name that several areas have is the one in a province that the article names otherwise; where
that does not decide it, it is none. A name that no area has, ending as an area's does, is the
one area of its context (the group or the city of the sentence, else of the article) whose name
differs in one character.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from flows.catalog.gazetteer import Gazetteer

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


def find_mentions(text: str, gazetteer: Gazetteer, groups: list[tuple[int, str]]) -> list[Mention]:
    """Every area that ``text`` names, in its order. ``groups``: offsets of groups named."""
    found = _find_exact(text, gazetteer)
    found += _find_misspelt(text, found, gazetteer, groups)
    return sorted(found, key=lambda each: each.start)


def _find_exact(text: str, gazetteer: Gazetteer) -> list[Mention]:
    """Areas by a name of theirs; one that several have is of the province named most."""
    raw = [
        (start, end, text[start:end], list(dict.fromkeys(entry.ref_area for entry in entries)))
        for start, end, entries in gazetteer.occurrences(text, living=True)
    ]
    single = [(name, codes[0][:2]) for *_, name, codes in raw if len(codes) == 1]
    provinces = Counter(province for _, province in single)
    # Two characters are soon a part of other words (示范县 is no 范县): such a name counts only in
    # the province that is named most.
    longer = Counter(province for name, province in single if len(name) > 2)
    home = {province for province, _ in (longer or provinces).most_common(1)}
    return [
        Mention(start, end, name, code)
        for start, end, name, codes in raw
        if (code := _choose(codes, provinces, gazetteer)) is not None
        and (len(name) > 2 or code[:2] in home or code.endswith("0000"))
    ]


def _find_misspelt(
    text: str, exact: list[Mention], gazetteer: Gazetteer, groups: list[tuple[int, str]]
) -> list[Mention]:
    """Areas by a name that nothing has; each counts as named for the misspelt ones after it."""
    found = list(exact)
    known: dict[str, str] = {}
    for odd in _ODD.finditer(text):
        if any(each.start < odd.end() and odd.start() < each.end for each in exact):
            continue
        for cut in range(len(odd.group(0)) - 1):
            name = odd.group(0)[cut:]
            if _BESIDE.search(name):
                continue
            code = known.get(name) or _resolve_misspelt(name, odd.start(), found, gazetteer, groups)
            if code is not None:
                known[name] = code
                found.append(Mention(odd.start() + cut, odd.end(), name, code))
                break
    return found[len(exact) :]


def _choose(codes: list[str], provinces: Counter[str], gazetteer: Gazetteer) -> str | None:
    if len(codes) == 1:
        return codes[0]
    most = max((provinces[code[:2]] for code in codes), default=0)
    left = [code for code in codes if most and provinces[code[:2]] == most]
    if len(left) > 1:  # 阿克苏 is a prefecture and a city in it: the wider one is meant
        least = min(_LEVEL.get(gazetteer.level(code) or "", 2) for code in left)
        left = [c for c in left if _LEVEL.get(gazetteer.level(c) or "", 2) == least]
    return left[0] if len(left) == 1 else None


def _resolve_misspelt(
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
        if abs(m.start - at) < 30 and gazetteer.level(m.ref_area) == "prefecture"
    ]
    for among in (
        [code for group in near for code in gazetteer.members(group)],
        [code for city in cities for code in gazetteer.children(city)],
        [code for _, group in groups for code in gazetteer.members(group)],
    ):
        code = gazetteer.similar(name, among)
        if code is not None:
            return code
    return None
