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


def mentions(text: str, gazetteer: Gazetteer, groups: list[tuple[int, str]]) -> list[Mention]:
    """Every area that ``text`` names, in its order. ``groups``: offsets of groups named."""
    raw = [
        (start, end, text[start:end], list(dict.fromkeys(entry.ref_area for entry in entries)))
        for start, end, entries in gazetteer.occurrences(text, living=True)
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
        least = min(_LEVEL.get(gazetteer.level(code) or "", 2) for code in left)
        left = [c for c in left if _LEVEL.get(gazetteer.level(c) or "", 2) == least]
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
