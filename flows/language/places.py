"""Areas as printed, and what only looks like one.

A name counts where its neighbours say that it is one: 永年 in 陈永年) and 惠民 in 惠民实事 are none.
What follows may also say that it is a zone or a part of the area (温州经济技术开发区, 温州市区),
which has figures of its own, or an office that only says it (温州市统计局).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from flows.catalog.gazetteer import Gazetteer, Named
from flows.language.words import FOLDER, load_yaml

_SPELT = ("official", "short", "alias")  # every kind of name but a misspelling
_PLAIN = 3  # an official name of so many characters is a name wherever it stands
_HAN = re.compile(r"[\u4e00-\u9fff]")


class Role(StrEnum):
    """What a name does in a text."""

    NAMED = "named"
    ISSUER = "issuer"  # 温州市统计局
    ZONE = "zone"  # 温州高新区, 温州市区
    LOOSE = "loose"  # its neighbours do not part it from other words


@dataclass(frozen=True, slots=True)
class Place:
    """A name in a text and the areas that it may mean: one, or all of that name."""

    start: int
    end: int
    text: str
    codes: tuple[str, ...]
    role: Role
    official: bool = False  # a whole official name, which is one wherever it stands


@dataclass(frozen=True, slots=True)
class _Words:
    zone: re.Pattern[str]
    part: re.Pattern[str]
    issuer: re.Pattern[str]
    titled: re.Pattern[str]
    ends: re.Pattern[str]
    after: re.Pattern[str]
    before: tuple[str, ...]
    within: int


@cache
def _words() -> _Words:
    words = load_yaml(FOLDER / "places.yaml")

    def pattern(group: str) -> re.Pattern[str]:
        return re.compile("|".join(sorted(map(re.escape, words[group]), key=len, reverse=True)))

    return _Words(
        zone=pattern("zones"),
        part=pattern("parts"),
        issuer=pattern("issuers"),
        titled=pattern("titled"),
        ends=pattern("ends"),
        after=pattern("after"),
        before=tuple(words["before"]),
        within=words["zone_within"],
    )


@cache
def load_levels() -> tuple[list[str], re.Pattern[str]]:
    """全市, 全县 and the like, and a pattern of these and 全国."""
    words = load_yaml(FOLDER / "places.yaml")
    levels = [str(word) for word in words["levels"]]
    ordered = sorted([*levels, words["country"]], key=len, reverse=True)
    return levels, re.compile("(?:" + "|".join(ordered) + ")(?![场域])")


def find_places(
    text: str, gazetteer: Gazetteer, year: int | None, scope: str | None = None
) -> list[Place]:
    """Each area that a folded text names, in order; a chain 浙江省温州市平阳县 is its last link.

    Of areas of one name those that have it in ``year`` or the next; of these those in ``scope``.
    A name that only areas outside ``scope`` have is given with their codes.
    """
    found: list[Place] = []
    for start, end, entries in gazetteer.occurrences(text, kinds=_SPELT):
        codes = _choose_codes(entries, gazetteer, year, scope)
        if not codes:
            continue
        chained = bool(found) and found[-1].end == start
        if chained:
            above = set(found[-1].codes)
            inside = tuple(c for c in codes if above & set(gazetteer.ancestors(c, year)))
            inside = inside or tuple(c for c in codes if above & set(gazetteer.ancestors(c)))
            codes, chained = inside or codes, bool(inside)
        first = found.pop().start if chained else start
        official = end - start >= _PLAIN and any(entry.kind == "official" for entry in entries)
        role = _judge_role(text, first, end, official=official)
        found.append(Place(first, end, text[first:end], codes, role, official))
    return found


def settle_places(places: Sequence[Place], gazetteer: Gazetteer) -> tuple[str, ...]:
    """The codes that the places leave open: one is settled, none is silence.

    What is named goes before who says it, if that is the same or one lies in the other.
    """
    named = _narrow([place for place in places if place.role is Role.NAMED], gazetteer)
    issuers = _narrow([place for place in places if place.role is Role.ISSUER], gazetteer)
    if not named or not issuers:
        return named or issuers
    near = tuple(code for code in named if any(_related(code, i, gazetteer) for i in issuers))
    return near or tuple(dict.fromkeys((*named, *issuers)))


def _narrow(places: Sequence[Place], gazetteer: Gazetteer) -> tuple[str, ...]:
    """The codes that all places have; else all of them."""
    sets = [set(place.codes) for place in places]
    if not sets:
        return ()
    common = set.intersection(*sets)
    return tuple(sorted(common or set.union(*sets)))


def _related(code: str, other: str, gazetteer: Gazetteer) -> bool:
    return gazetteer.lies_in(code, other, None) or gazetteer.lies_in(other, code, None)


def _choose_codes(
    entries: Sequence[Named], gazetteer: Gazetteer, year: int | None, scope: str | None
) -> tuple[str, ...]:
    # A communiqué is printed the year after, when the area may have another name already.
    years = (year, None if year is None else year + 1)
    for each in years:
        held = [entry for entry in entries if entry.holds(each)]
        whole = [entry for entry in held if entry.kind == "official"]
        valid = sorted({entry.ref_area for entry in whole or held})
        if valid:
            inside = [c for c in valid if scope is None or gazetteer.lies_in(c, scope, None)]
            return tuple(inside or valid)
    return ()


def _judge_role(text: str, start: int, end: int, *, official: bool) -> Role:
    words = _words()
    titled = words.titled.match(text, end)
    if not titled and words.issuer.match(text, end):
        return Role.ISSUER
    if words.part.match(text, end) or _is_zone(text, end, words):
        return Role.ZONE
    if not _is_parted_before(text, start, words):
        return Role.LOOSE
    if official or titled or end == len(text) or not _HAN.match(text, end):
        return Role.NAMED
    return Role.NAMED if words.after.match(text, end) else Role.LOOSE


def _is_zone(text: str, end: int, words: _Words) -> bool:
    stretch = re.match(r"[\u4e00-\u9fff()]*", text[end : end + words.within])
    rest = stretch.group() if stretch else ""
    stop = words.ends.search(rest)
    # 温州(高新区): what is in brackets is another name of the whole
    return words.zone.search(rest[: stop.start()] if stop else rest) is not None


def _is_parted_before(text: str, start: int, words: _Words) -> bool:
    return start == 0 or not _HAN.match(text[start - 1]) or text[:start].endswith(words.before)
