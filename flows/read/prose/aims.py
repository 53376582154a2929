"""How a figure is meant, and what the plan of a government work report aims at.

``find_comparator`` says of any number whether it is printed as a bound or an approximation.
In the parts of a report that speak of what is to be (``sections``) a figure is a target. A target without a number (居民收入与经济增长同步, 增速高于全省) is found by ``find_references``:
its number is a lead of 0 percentage points over what it is measured by.
"""

from __future__ import annotations

import re
from typing import Any

from flows.language.words import build_word_pattern, load_yaml
from flows.read.prose.lexicon import FOLDER
from flows.read.prose.numbers import Num

_DATA: dict[str, Any] = load_yaml(FOLDER / "aims.yaml")
_MEANT: dict[str, dict[str, str]] = {
    place: {word: meant for meant, words in _DATA[place].items() for word in words}
    for place in ("before", "after")
}
_LONGEST = max(map(len, _MEANT["before"]))
_BEFORE_ENDS = frozenset(word[-1] for word in _MEANT["before"])
_AFTER = re.compile(build_word_pattern(_MEANT["after"]))
_BETWEEN = re.compile(f"(?:{build_word_pattern(_DATA['between'])})$")
_BETWEEN_ENDS = frozenset(word[-1] for word in _DATA["between"])
_AIMS = re.compile(f"(?:{build_word_pattern(_DATA['aims'])})")
_STEP = re.compile(
    f"(?:与|和|同|跟)(?:{build_word_pattern(_DATA['step_with'])})(?:保持)?(?:基本)?"
    f"(?P<step>{build_word_pattern(_DATA['step'])})"
)
_ABOVE = re.compile(
    f"(?P<above>{build_word_pattern(_DATA['above'])})(?P<whom>{build_word_pattern(_DATA['above_whom'])})"
)
_GROWS = re.compile(r"(?:的?(?:增长|增速|增幅|增长速度))?$")
_POINTS = "百分点"
LOOSELY: dict[str, str] = _DATA["loosely"]


def find_comparator(text: str, number: Num, words: str) -> str | None:
    """``at_least``, ``at_most`` or ``about``; null for a bare number. ``words`` stand before it."""
    found = _AFTER.match(text, number.unit_end)
    if found:
        return _MEANT["after"][found.group()]
    if words and words[-1] in _BEFORE_ENDS:
        for length in range(min(_LONGEST, len(words)), 0, -1):
            meant = _MEANT["before"].get(words[-length:])
            if meant:
                return meant
    if number.unit_end - number.end > len(number.unit):
        return "at_least"  # 600多亿元
    return None


def drop_comparator(words: str, planned: bool) -> str:
    """The words without those that say how the number is meant."""
    if words and words[-1] in _BETWEEN_ENDS:
        words = _BETWEEN.sub("", words)
    return _AIMS.sub("", words) if planned else words


def find_references(text: str, start: int, end: int) -> list[tuple[Num, str, int]]:
    """Targets without a number: the number that stands for each, its comparator, its words' end."""
    found: list[tuple[Num, str, int]] = []
    for match in _STEP.finditer(text, start, end):
        low, high = match.span("step")
        found.append((Num(low, high, 0.0, 0, _POINTS, high, "step"), "in_step", match.start()))
    for match in _ABOVE.finditer(text, start, end):
        low, high = match.start("above"), match.end("whom")
        if re.match(r"(?:平均)?(?:水平)?\d", text[high : high + 5]):
            continue  # a number follows: it says how much
        meant = _DATA["above_whom"][match.group("whom")]
        found.append((Num(low, high, 0.0, 0, _POINTS, high, "step"), meant, low))
    return sorted(found, key=lambda item: item[0].start)


def drop_growth(words: str) -> str:
    """居民收入增长, 居民收入增速: the name before them."""
    return _GROWS.sub("", words)
