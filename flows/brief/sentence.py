"""A sentence that remembers where each of its figures comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.brief.facts import Fact


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as the sentence prints it, and the fact behind it."""

    text: str
    fact: Fact


@dataclass(slots=True)
class Sentence:
    """``parts`` are words and figures; nothing said is an empty sentence."""

    part: str  # stands, carries or next
    parts: list[str | Figure] = field(default_factory=list)

    def say(self, *parts: str | Figure) -> None:
        self.parts += parts

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def text(self) -> str:
        return "".join(p if isinstance(p, str) else p.text for p in self.parts)

    @property
    def figures(self) -> list[Figure]:
        return [p for p in self.parts if isinstance(p, Figure)]


def joined(clauses: list[list[str | Figure]], between: str) -> list[str | Figure]:
    """The clauses with ``between`` them."""
    parts: list[str | Figure] = []
    for number, clause in enumerate(clauses):
        parts += ([between] if number else []) + clause
    return parts


def rate(value: float) -> str:
    """8.0%, 7.25%: one digit behind the point, two where the second says something."""
    return f"{value:.1f}%" if abs(round(value, 1) - value) < 0.005 else f"{value:.2f}%"


def plain(value: float, decimals: int) -> str:
    """711.81, 40.9, 800: no zero behind the point that says nothing."""
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
