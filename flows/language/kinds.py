"""Which kind of release a title names, by the patterns of ``kinds.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from flows.language.periods import Printed
from flows.language.words import FOLDER, load_yaml
from flows.model.kinds import Kind

KINDS = FOLDER / "kinds.yaml"


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind and the words of a title that name it."""

    kind: Kind
    text: str
    start: int


@cache
def _patterns() -> list[tuple[Kind, re.Pattern[str]]]:
    return [
        (Kind(entry["kind"]), re.compile("|".join(entry["patterns"]))) for entry in load_yaml(KINDS)
    ]


def find_kinds(title: str) -> list[KindWords]:
    """The kinds that a folded title names, the one that goes before the others first."""
    return [
        KindWords(kind, match.group(), match.start())
        for kind, pattern in _patterns()
        if (match := pattern.search(title))
    ]


def divide_statistics(kind: Kind, printed: Printed | None) -> Kind:
    """The kind of a title about the economy, or a 公报, of a printed period."""
    if kind not in (Kind.STATISTICS, Kind.COMMUNIQUE) or printed is None:
        return kind
    if printed.part == "-Q2":
        return Kind.HALF_YEAR
    if printed.part.startswith("-Q"):
        return Kind.QUARTER
    if printed.part:
        return Kind.MONTHS if printed.cumulated else Kind.MONTH
    return Kind.YEAR if kind is Kind.STATISTICS and printed.year else kind


__all__ = ["KINDS", "Kind", "KindWords", "divide_statistics", "find_kinds"]
