"""The words before a number, cut into what they say.

``cut_phrase(text)`` is pure and cached: the same few hundred phrases make up most communiqués.
Dates, the document's own names and brackets have been replaced before (see ``clauses``) by the
marks ``NOW``, ``OTHER``, ``OTHER_BASE`` and ``OWN``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from flows.read.prose.lexicon import lexicon

NOW = "\ufdd2"  # the reference year, printed
OTHER = "\ufdd3"  # another year or part of a year
OTHER_BASE = "\ufdd4"  # 比2020年: a comparison with another year than the one before
OWN = "\ufdd5"  # the area's own name, or 全市 at the document's own level
NARROW = "\ufdd6"  # 不含…, or 全省 in a city's text
_MARKS = {NOW: "year", OTHER: "other_time", OTHER_BASE: "other_base", OWN: "own", NARROW: "narrow"}

_SINGLE_UP = frozenset("增升涨")
_SINGLE_DOWN = frozenset("降减跌")
_DIRECTIONS = {"up": 1, "down": -1, "flat": 0}
_SHARES = frozenset(("占", "占比", "比重", "所占", "所占比重"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """``heads``: chunks before any direction or aside word, split at separators (outer: 其中)."""

    heads: tuple[str, ...]  # names that the phrase ends up with, before a turn word
    before_among: tuple[str, ...]  # chunks that stood before 其中 or 中
    of: str  # chunk after 占
    rest: str  # chunks after a turn word: nothing that is understood
    direction: int  # 1 up, -1 down, 0 none; of the last direction word
    turns: frozenset[str]  # groups of words seen
    first: str  # group of the first part, "" for a chunk
    bare: bool  # nothing but separators and words without meaning
    share: bool
    flat: bool  # what may stand before 持平
    signed: bool  # a comparison without a direction: 同比-5.3%


def _tail_direction(chunk: str) -> tuple[str, int]:
    if chunk and chunk[-1] in _SINGLE_UP:
        return chunk[:-1], 1
    if chunk and chunk[-1] in _SINGLE_DOWN:
        return chunk[:-1], -1
    return chunk, 0


@lru_cache(maxsize=65_536)
def cut_phrase(text: str) -> Phrase:
    """Cut one clause (no clause punctuation inside) into a ``Phrase``."""
    lex = lexicon()
    parts: list[tuple[str, str]] = []  # (group, word); group "" is a chunk
    chunk: list[str] = []
    position = 0
    for match in lex.pattern.finditer(text):
        word = match.group(0)
        group = lex.group[word]
        if match.start() > position:
            chunk.append(text[position : match.start()])
        position = match.end()
        if group == "keep":
            chunk.append(word)
        elif group not in ("skip", "now", "whole"):
            if chunk:
                parts.append(("", "".join(chunk)))
                chunk = []
            parts.append((group, word))
    if position < len(text):
        chunk.append(text[position:])
    if chunk:
        parts.append(("", "".join(chunk)))
    return _assemble_phrase(parts)


def _split_marks(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The parts with each mark inside a chunk as a part of its own."""
    split: list[tuple[str, str]] = []
    for group, word in parts:
        if group:
            split.append((group, word))
            continue
        piece = ""
        for char in word:
            if char in _MARKS:
                if piece:
                    split.append(("", piece))
                    piece = ""
                split.append((_MARKS[char], char))
            else:
                piece += char
        if piece:
            split.append(("", piece))
    return split


@dataclass(slots=True)
class _Assembly:
    """What the parts of a phrase have said so far."""

    heads: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    of: str = ""
    rest: str = ""
    direction: int = 0
    turned: bool = False
    share: bool = False
    glue: bool = False  # the chunk before was only interrupted by a mark
    turns: set[str] = field(default_factory=set)

    def add_chunk(self, chunk: str, last: bool) -> None:
        """A name, or what follows a turn word; the last one may end in a direction."""
        if last:
            chunk, single = _tail_direction(chunk)
            if single:
                self.direction = single
                self.turns.add("up" if single > 0 else "down")
            if not chunk:
                return
        if not self.turned:
            if self.glue and self.heads:
                self.heads[-1] += chunk
            else:
                self.heads.append(chunk)
        elif self.share and not self.of:
            self.of = chunk
        else:
            self.rest += chunk
        self.glue = True

    def add_word(self, group: str, word: str) -> None:
        """A word of one of the lexicon's groups, or a mark."""
        if group == "other_time" and (self.heads or self.turned):
            group = "other_base"  # said of this number only: …是2011年的1.1倍
        self.turns.add(group)
        if group in ("own", "year"):
            return
        if group == "among":
            self.before, self.heads = self.before + self.heads, []
            self.turned = self.share = self.glue = False
            self.of = self.rest = ""
            self.turns.discard("aside")
        elif group == "aside":
            self.turned = True
            self.share = self.share or word in _SHARES
        elif group in _DIRECTIONS:
            self.direction = _DIRECTIONS[group]
            self.turned = True
        else:
            self.glue = False
            if group == "year_on_year" and self.heads:
                self.turned = True


def _assemble_phrase(parts: list[tuple[str, str]]) -> Phrase:
    marked = _split_marks(parts)
    said = _Assembly()
    for index, (group, word) in enumerate(marked):
        if group:
            said.add_word(group, word)
        else:
            said.add_chunk(word, all(g in ("own", "year") for g, _ in marked[index + 1 :]))
    heads, before, turns = said.heads, said.before, said.turns
    if heads and heads[-1].endswith("中") and len(heads[-1]) > 1 and not said.turned:
        before, heads = [*before, heads[-1][:-1]], heads[:-1]
        turns.add("among")
    return Phrase(
        tuple(heads),
        tuple(before),
        said.of,
        said.rest,
        said.direction,
        frozenset(turns),
        marked[0][0] if marked else "",
        not heads and not said.rest and not said.of,
        said.share,
        "year_on_year" in turns and not said.direction,
        bool(marked) and marked[-1][0] == "year_on_year",
    )
