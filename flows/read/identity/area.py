"""The area that a document is about, by what its places say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flows.catalog.gazetteer import Gazetteer
from flows.language.places import Place, Role, find_places, load_levels, settle_places
from flows.language.spelling import fold_title
from flows.language.titles import TitleReading, read_title
from flows.model.nouns import Witness
from flows.read.identity.heads import Heads

_OPENING = 600  # characters of the body in which a document names its area
_OFFICES = ("局", "政府", "调查队", "委员会")  # who publishes for its own area; a newspaper doesn't
_CLEAR = 3  # words for another level from so many on contradict a name


@dataclass(slots=True)
class FoundArea:
    """The area, or why it is unknown; ``witnesses`` of all that was named."""

    code: str | None = None
    why_not: str | None = None
    witnesses: list[Witness] = field(default_factory=list)


def find_own_area(
    heads: Heads,
    title: TitleReading | None,
    text: str,
    year: int | None,
    gazetteer: Gazetteer,
) -> FoundArea:
    """The area on which the places of a document agree; ``text`` is its spelled body."""
    found = FoundArea()
    levels = count_levels(text)
    codes: tuple[str, ...] = ()
    if title is not None and title.areas and heads.title is not None:
        codes = tuple(dict.fromkeys(each.value for each in title.areas))
        _note(found, codes, "title", title.areas[0].text, heads.title.locator)
    for source, printed_by, locator, places in _other_heads(heads, year, gazetteer):
        more = settle_places(places, gazetteer)
        if source in ("publisher", "site") and not codes:
            opening = _find_opening(text, year, levels, gazetteer)
            if not _publishes(printed_by, more, levels, gazetteer) or opening not in ((), more):
                continue
        if more:
            _note(found, more, source, places[0].text, locator)
        if codes and more and source == "subtitle" and not _agree(codes, more, gazetteer):
            found.why_not = f"title and subtitle name {_list(codes)} and {_list(more)}"
            return found
        codes = _narrow(codes, more, gazetteer)
    if len(codes) != 1:
        opening = _find_opening(text, year, levels, gazetteer)
        if opening:
            _note(found, opening, "body", gazetteer.name(opening[0]) or opening[0], None)
        codes = _narrow(codes, opening, gazetteer)
    if len(codes) != 1:
        found.why_not = f"it may be {_list(codes)}" if codes else "nothing in it names its area"
        return found
    if contrary := _find_contrary_level(codes[0], levels, gazetteer):
        found.why_not = (
            f"{gazetteer.name(codes[0], year) or codes[0]} is named, and it says {contrary}"
        )
        return found
    found.code = codes[0]
    return found


def _other_heads(
    heads: Heads, year: int | None, gazetteer: Gazetteer
) -> Iterable[tuple[str, str, str | None, list[Place]]]:
    """Each place beside the title that may name the area: source, text, locator, names."""
    for line in heads.subtitles:
        met = [
            each for each in find_places(line.text, gazetteer, year) if each.role is not Role.ZONE
        ]
        yield "subtitle", line.text, line.locator, met
    if heads.page_title:
        whole = fold_title(heads.page_title)
        named = read_title(whole, gazetteer).areas
        places = [Place(0, 0, each.text, (each.value,), Role.NAMED) for each in named]
        yield "page title", whole, None, places
        site = [each for each in find_places(whole, gazetteer, year) if each.role is Role.ISSUER]
        yield "site", whole, None, site
    if heads.publisher:
        line = heads.publisher
        places = find_places(fold_title(line.text), gazetteer, year)
        yield "publisher", line.text, line.locator, places


def _places(text: str, year: int | None, gazetteer: Gazetteer) -> list[Place]:
    return [
        place
        for place in find_places(text, gazetteer, year)
        if place.role is Role.NAMED or (place.official and place.role is Role.LOOSE)
    ]


def _publishes(
    text: str, codes: tuple[str, ...], levels: dict[str, int], gazetteer: Gazetteer
) -> bool:
    """Whether who publishes tells the area: an office of the level that the body speaks of."""
    office = any(word in text for word in _OFFICES)
    return office and any(is_of_level(code, levels, gazetteer) for code in codes)


def count_levels(text: str) -> dict[str, int]:
    """How often a text says 全市, 全县, …"""
    words, pattern = load_levels()
    counts: dict[str, int] = {}
    for match in pattern.finditer(text):
        if match.group() in words:
            counts[match.group()] = counts.get(match.group(), 0) + 1
    return counts


def is_of_level(code: str, levels: dict[str, int], gazetteer: Gazetteer) -> bool:
    """Whether a text that speaks of 全县 may be about the area: its name ends so."""
    life = gazetteer.last_life(code)
    return life is not None and any(life.name.endswith(word[1:]) for word in levels)


def _find_contrary_level(code: str, levels: dict[str, int], gazetteer: Gazetteer) -> str | None:
    """The word for a lower level that a text uses throughout, and never the area's own."""
    if not levels or is_of_level(code, levels, gazetteer):
        return None
    word = max(levels, key=lambda each: levels[each])
    life = gazetteer.last_life(code)
    lower = word == "全县" and life is not None and life.level in ("province", "prefecture")
    return word if lower and levels[word] >= _CLEAR else None


def _find_opening(
    text: str, year: int | None, levels: dict[str, int], gazetteer: Gazetteer
) -> tuple[str, ...]:
    """The one area that the opening of a body names and that its words for the whole fit."""
    places = _places(text[:_OPENING], year, gazetteer)
    fitting = [
        place
        for place in places
        if any(is_of_level(code, levels, gazetteer) for code in place.codes)
    ]
    codes = {place.codes for place in fitting}
    outer = {
        each
        for one in codes
        for other in codes
        if one != other
        for each in one
        if any(gazetteer.lies_in(code, each, None) for code in other)
    }
    left = [one for one in codes if not set(one) <= outer]
    return left[0] if len(left) == 1 else ()


def _agree(codes: tuple[str, ...], more: tuple[str, ...], gazetteer: Gazetteer) -> bool:
    return any(
        gazetteer.lies_in(one, other, None) or gazetteer.lies_in(other, one, None)
        for one in codes
        for other in more
    )


def _narrow(
    before: tuple[str, ...], found: tuple[str, ...], gazetteer: Gazetteer
) -> tuple[str, ...]:
    """Areas of one name (城关区), and what another place names: what both allow."""
    if not before or not found:
        return before or found
    both = tuple(code for code in before if code in found)
    inside = tuple(
        code for code in before if any(gazetteer.lies_in(code, each, None) for each in found)
    )
    return both or inside or before


def _note(
    found: FoundArea, codes: tuple[str, ...], source: str, text: str, locator: str | None
) -> None:
    found.witnesses += [Witness("area", code, source, text, locator) for code in codes]


def _list(codes: tuple[str, ...]) -> str:
    return " or ".join(codes)
