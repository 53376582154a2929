"""The lexicon: words of communiqués and the names of indicators, from the YAML files beside it.

``Lexicon.pattern`` finds the words that a phrase is cut at; ``Lexicon.name(phrase)``
says which indicators a bare phrase names. Names in the files are written as people write them;
they are made canonical by taking the same words out of them as are taken out of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from flows.language.words import build_word_pattern, load_yaml
from flows.model.errors import CatalogError

FOLDER = Path(__file__).parent / "lexicon"
_REMEMBERED = 100_000
_CHOICE = re.compile(r"(\{[^{}]*\})")
_SEPARATORS = str.maketrans("", "", "、和与及,，/以")


@dataclass(frozen=True, slots=True)
class Entry:
    """How one indicator is named and in which units it is believed."""

    code: str
    unit: str
    under: frozenset[str]
    nominal: bool  # its growth is at the prices of each year, as its level is
    change: bool
    bracketed: bool  # its name in brackets says what the words before them mean
    part: bool  # after 其中 it is believed only under a topic of ``under``

    @property
    def known(self) -> bool:
        """Claimed by an indicator, not only a known phrase."""
        return not self.code.startswith("_")


@dataclass(frozen=True, slots=True)
class Naming:
    """What a phrase names: codes in printed order, how good the name is, and its conditions."""

    codes: tuple[str, ...]
    rank: int = 1  # 1 plain, 2 and 3 other scopes
    short: bool = False  # believed only under a topic of ``Entry.under``
    index: bool = False  # a price index with base 100
    shares: tuple[str, ...] = ()
    other: str = ""  # what the phrase names in another unit


@dataclass(slots=True)
class Lexicon:
    entries: dict[str, Entry] = field(default_factory=dict)
    names: dict[str, list[Naming]] = field(default_factory=dict)
    lists: dict[str, Naming] = field(default_factory=dict)
    group: dict[str, str] = field(default_factory=dict)  # word -> group
    pattern: re.Pattern[str] = re.compile("(?!)")
    comment: tuple[str, ...] = ()
    anchor: re.Pattern[str] = re.compile("(?!)")  # a sentence without one claims nothing
    seen: dict[str, Naming | None] = field(default_factory=dict)

    def canonical(self, phrase: str) -> str:
        """``phrase`` without the words that say nothing, as ``cut_phrase`` leaves it."""
        kept, position = [], 0
        for match in self.pattern.finditer(phrase):
            kept.append(phrase[position : match.start()])
            if self.group[match.group(0)] not in ("skip", "now", "whole", "among", "current"):
                kept.append(match.group(0))
            position = match.end()
        kept.append(phrase[position:])
        return "".join(kept)

    def name(self, phrase: str) -> list[Naming]:
        """What a canonical phrase may name; empty for a phrase that is not known."""
        return self.names.get(phrase, [])

    def listed(self, phrase: str) -> Naming | None:
        """What a phrase that names several indicators at once names."""
        if phrase not in self.seen:
            if len(self.seen) > _REMEMBERED:
                self.seen.clear()
            self.seen[phrase] = self.lists.get(phrase.translate(_SEPARATORS))
        return self.seen[phrase]


def _entry(code: str, data: dict[str, Any]) -> Entry:
    return Entry(
        code,
        data["unit"],
        frozenset(data.get("under", ())),
        data.get("growth") == "nominal",
        bool(data.get("change")),
        bool(data.get("bracketed")),
        bool(data.get("part")),
    )


@cache
def lexicon() -> Lexicon:
    """The lexicon; raises ``CatalogError`` for a file that does not hold together."""
    words: dict[str, list[str]] = dict(load_yaml(FOLDER / "words.yaml"))
    lex = Lexicon()
    lex.comment = tuple(words.pop("comment"))
    del words["run_in"]  # claims.py
    lex.anchor = re.compile(build_word_pattern(words.pop("anchors")))
    for group, members in words.items():
        for word in members:
            lex.group.setdefault(str(word), group)
    lex.pattern = re.compile(build_word_pattern(lex.group))
    indicators: dict[str, dict[str, Any]] = load_yaml(FOLDER / "indicators.yaml")
    for code, data in indicators.items():
        try:
            lex.entries[code] = _entry(code, data)
            _names(lex, code, data)
        except (KeyError, TypeError, AttributeError) as error:
            raise CatalogError(
                f"{code}: {error!r}", where="lexicon/indicators.yaml", remedy="see its head"
            ) from error
    for number, row in enumerate(load_yaml(FOLDER / "lists.yaml"), 1):
        unknown = [code for code in row["codes"] if code not in lex.entries]
        if unknown:
            raise CatalogError(f"unknown {unknown}", where=f"lexicon/lists.yaml: entry {number}")
        naming = Naming(tuple(row["codes"]), row.get("rank", 1), shares=tuple(row.get("share", ())))
        for head in row["heads"]:
            for tail in row["tails"]:
                phrase = lex.canonical(head + tail).translate(_SEPARATORS)
                lex.lists.setdefault(phrase, naming)
    return lex


def expand(phrases: Iterable[str]) -> list[str]:
    """Every phrase that the templates stand for: ``{金融机构|}存款`` is two phrases."""
    found: dict[str, None] = {}
    for template in phrases:
        choices = [
            part[1:-1].split("|") if part.startswith("{") else [part]
            for part in _CHOICE.split(template)
        ]
        for combination in product(*choices):
            found["".join(combination)] = None
    return list(found)


def _names(lex: Lexicon, code: str, data: dict[str, Any]) -> None:
    kinds = (("names", 1), ("second", 2), ("third", 3), ("index", 1), ("within", 1))
    for kind, rank in kinds:
        for phrase in expand(data.get(kind, ())):
            canonical = lex.canonical(phrase)
            if not lex.anchor.search(phrase):
                raise CatalogError(
                    f"{phrase} contains no anchor",
                    where="lexicon/indicators.yaml",
                    remedy="add one to anchors in words.yaml",
                )
            if kind == "within" and data.get("third"):
                rank = 2  # a short name is no better than what it is short for
            naming = Naming((code,), rank, short=kind == "within", index=kind == "index")
            known = lex.names.setdefault(canonical, [])
            if all(other.codes != naming.codes for other in known):
                units = {lex.entries[other.codes[0]].unit for other in known if not other.short}
                if data["unit"] in units and not naming.short:
                    raise CatalogError(
                        f"{phrase} names {code} and {known[0].codes[0]}",
                        where="lexicon/indicators.yaml",
                    )
                known.append(naming)
