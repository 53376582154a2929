"""Words are data: their YAML files, and patterns made of many words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from flows.model.errors import CatalogError

FOLDER = Path(__file__).parent


@cache
def load_yaml(path: Path) -> Any:
    """What the file holds, as plain dicts and lists; raises ``CatalogError``."""
    try:
        with path.open(encoding="utf-8") as handle:
            return YAML(typ="safe").load(handle)
    except (OSError, YAMLError) as error:
        raise CatalogError(str(error), where=path.name, remedy="mend the file") from error


def build_word_pattern(words: Iterable[str]) -> str:
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
