"""A sentence that remembers where each of its figures comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from flows.ask.brief.facts import BriefFact


@dataclass(frozen=True, slots=True)
class SaidFigure:
    """A figure as the sentence prints it, and the fact behind it."""

    text: str
    fact: BriefFact


@dataclass(slots=True)
class BriefSentence:
    """``parts`` are words and figures; nothing said is an empty sentence."""

    part: str  # stands, carries or next
    parts: list[str | SaidFigure] = field(default_factory=list)

    def say(self, *parts: str | SaidFigure) -> None:
        self.parts += parts

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def text(self) -> str:
        return "".join(p if isinstance(p, str) else p.text for p in self.parts)

    @property
    def figures(self) -> list[SaidFigure]:
        return [p for p in self.parts if isinstance(p, SaidFigure)]


def join_clauses(clauses: list[list[str | SaidFigure]], between: str) -> list[str | SaidFigure]:
    """The clauses with ``between`` them."""
    parts: list[str | SaidFigure] = []
    for number, clause in enumerate(clauses):
        parts += ([between] if number else []) + clause
    return parts


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """By the rule of the printed page: a half goes away from zero, 20.135 to 20.14."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0  # + 0: no minus zero


def format_rate(value: Decimal, most: int = 2) -> str:
    """8.0%, 7.25%: one digit behind the point, two where the second says something."""
    text = f"{round_half_up(value, most):f}"
    return f"{text.removesuffix('0') if most > 1 else text}%"


def format_plain(value: Decimal, decimals: int) -> str:
    """711.81, 40.9, 800: no zero behind the point that says nothing."""
    text = f"{round_half_up(value, decimals):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
