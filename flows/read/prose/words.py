"""Word lists as one regular expression that takes the longest word in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterable


def word_pattern(words: Iterable[str]) -> str:
    """A pattern that matches the longest of ``words`` at a place.

    The words are folded into a prefix tree, so that a place is tried once, not once a word, and
    no part repeats, so that nothing can be tried over and over.
    """
    tree: dict[str, dict[str, object]] = {}
    for word in words:
        node = tree
        for char in word:
            node = node.setdefault(char, {})  # type: ignore[assignment]
        node[""] = {}
    return _fold(tree)


def _fold(tree: dict[str, dict[str, object]]) -> str:
    branches = []
    single = []
    for char, below in sorted(tree.items()):
        if not char:
            continue
        if set(below) == {""}:
            single.append(char)
        else:
            branches.append(re.escape(char) + _fold(below))  # type: ignore[arg-type]
    if single:
        branches.append("[" + "".join(re.escape(char) for char in single) + "]")
    body = branches[0] if len(branches) == 1 else "(?:" + "|".join(branches) + ")"
    if "" in tree:
        return f"(?:{body})?" if len(tree) > 1 else ""
    return body
