"""The words before a number, cut into what they say.

``cut_phrase(text)`` is pure and cached: the same few hundred phrases make up most communiqués.
Dates, the document's own names and brackets have been replaced before (see ``clauses``) by the
marks ``NOW``, ``OTHER``, ``OTHER_BASE`` and ``OWN``.
"""

from __future__ import annotations

from dataclasses import dataclass
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


def _assemble_phrase(parts: list[tuple[str, str]]) -> Phrase:
    heads: list[str] = []
    before: list[str] = []
    of = rest = ""
    direction = 0
    turned = share = False
    turns: set[str] = set()
    marked: list[tuple[str, str]] = []
    for group, word in parts:
        if group:
            marked.append((group, word))
            continue
        piece = ""
        for char in word:
            if char in _MARKS:
                if piece:
                    marked.append(("", piece))
                    piece = ""
                marked.append((_MARKS[char], char))
            else:
                piece += char
        if piece:
            marked.append(("", piece))
    glue = False  # the chunk before was only interrupted by a mark
    for index, (group, word) in enumerate(marked):
        if group == "":
            if index == len(marked) - 1 or all(
                g in ("own", "year") for g, _ in marked[index + 1 :]
            ):
                word, single = _tail_direction(word)
                if single:
                    direction = single
                    turns.add("up" if single > 0 else "down")
                if not word:
                    continue
            if not turned:
                if glue and heads:
                    heads[-1] += word
                else:
                    heads.append(word)
            elif share and not of:
                of = word
            else:
                rest += word
            glue = True
        elif group in ("own", "year"):
            turns.add(group)
        elif group == "separators":
            glue = False
            turns.add(group)
        elif group == "among":
            before, heads, glue = before + heads, [], False
            turned = share = False
            of = rest = ""
            turns.discard("aside")
            turns.add(group)
        elif group == "aside":
            turns.add(group)
            turned = True
            if word in ("占", "占比", "比重", "所占", "所占比重"):
                share = True
        elif group in ("up", "down", "flat"):
            direction = {"up": 1, "down": -1, "flat": 0}[group]
            turns.add(group)
            turned = True
        elif group in (
            "year_on_year",
            "real",
            "same_scope",
            "respectively",
            "current",
            "other_base",
            "revised",
        ):
            turns.add(group)
            glue = False
            if group == "year_on_year" and heads:
                turned = True
        elif group == "other_time" and (heads or turned):
            turns.add("other_base")  # said of this number only: …是2011年的1.1倍
            glue = False
        else:  # narrow, other_time
            turns.add(group)
            glue = False
    if heads and heads[-1].endswith("中") and len(heads[-1]) > 1 and not turned:
        before, heads = [*before, heads[-1][:-1]], heads[:-1]
        turns.add("among")
    return Phrase(
        tuple(heads),
        tuple(before),
        of,
        rest,
        direction,
        frozenset(turns),
        marked[0][0] if marked else "",
        not heads and not rest and not of,
        share,
        "year_on_year" in turns and not direction,
        bool(marked) and marked[-1][0] == "year_on_year",
    )
