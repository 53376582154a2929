"""A sentence that remembers where each of its figures comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from flows.ask.brief.facts import Fact


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


def rounded(value: Decimal, decimals: int) -> Decimal:
    """By the rule of the printed page: a half goes away from zero, 20.135 to 20.14."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0  # + 0: no minus zero


def rate(value: Decimal, most: int = 2) -> str:
    """8.0%, 7.25%: one digit behind the point, two where the second says something."""
    text = f"{rounded(value, most):f}"
    return f"{text.removesuffix('0') if most > 1 else text}%"


def plain(value: Decimal, decimals: int) -> str:
    """711.81, 40.9, 800: no zero behind the point that says nothing."""
    text = f"{rounded(value, decimals):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
