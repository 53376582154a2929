"""Accounting identities: what must hold between the figures of one area and period.

One line of ``expectations/identities.csv`` each, for the reader, the gate and the checker:

    name,formula,slack,digits,points,asked,says
    sectors-sum,gdp = gdp_primary + gdp_secondary + gdp_tertiary,0,0,0,gate reader,…

``formula`` has one of four forms. ``gdp`` is a level, ``gdp:growth`` names another measure; the
left side of the first two may be a number:

    gdp = gdp_primary + gdp_secondary + gdp_tertiary    a sum of ``c * x``, perhaps over one divisor
    tax_revenue <= budget_revenue                       the same, as an upper limit
    gdp:growth = growth of gdp_primary + gdp_secondary  growth that levels and their growth make
    a:growth between b:growth and c:growth              no less than the smaller, no more than the larger

``gap = (left - right) / allowance``, so that -1 … 1 is what is allowed. The allowance is half a
unit of the last printed digit of each member, carried through the formula, plus ``slack`` (share
of the right side), ``digits`` (units of the left side's last digit) and ``points`` (in the unit of
the left side). A limit that is kept has a gap of 0.

``asked`` names who asks: the gate asks what a suite asserts; the reader also asks what only a
whole document can answer. ``says`` is what an editor reads when it fails.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from flows.model import paths
from flows.model.errors import GateError

FILE = "identities.csv"
#: Keeps sums that binary fractions miss by a hair on the right side of their allowance.
HAIR = 1e-9

_COLUMNS = ["name", "formula", "slack", "digits", "points", "asked", "says"]
_ASKERS = frozenset({"gate", "reader"})
_MEMBER = r"[a-z_]+(?::[a-z]+)?"
_TERM = re.compile(rf"([+-]?)\s*(?:(\d+(?:\.\d+)?)\s*\*\s*)?({_MEMBER})")
_NAME = re.compile(_MEMBER)
_RULE = re.compile(r"[a-z]+(-[a-z]+)*")

#: Of a member: its value and half a unit of its last printed digit.
Printed = tuple[float, float]


class Form(StrEnum):
    EQUAL = "="
    AT_MOST = "<="
    GROWTH = "= growth of"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Identity:
    name: str
    formula: str
    left: str | float
    form: Form
    terms: tuple[tuple[float, str], ...]
    divisor: str | None
    slack: float
    digits: float
    points: float
    asked: frozenset[str]
    says: str

    @property
    def column(self) -> str:
        """The column of its gap, which a suite asserts."""
        return f"{self.name.replace('-', '_')}_gap"

    @property
    def members(self) -> tuple[str, ...]:
        """Names in the order of the formula; the first is the head."""
        names = [self.left] if isinstance(self.left, str) else []
        for _, name in self.terms:
            names += [name, f"{name}:growth"] if self.form is Form.GROWTH else [name]
        return (*names, self.divisor) if self.divisor else tuple(names)

    @property
    def head(self) -> str:
        return self.members[0]

    @property
    def is_equation(self) -> bool:
        """The other members ask for one value of each; a lost point breaks it."""
        return self.form is Form.EQUAL

    @property
    def is_exact(self) -> bool:
        """An equation that allows for printed digits alone: who satisfies it is not damaged."""
        return self.is_equation and self.slack == 0 and self.points == 0

    def right(self, values: Mapping[str, Printed]) -> Any:
        """The right side; of ``between`` the bound that is nearer to the left side."""
        if self.form is Form.GROWTH:
            now, before = self._totals(values)
            return 100 * (_quotient(now, before) - 1)
        if self.form is Form.BETWEEN:
            left, (a, b) = self._left(values)[0], (values[name][0] for _, name in self.terms)
            low, high = (a + b - abs(a - b)) / 2, (a + b + abs(a - b)) / 2
            return left + _positive(low - left) - _positive(left - high)
        total = sum(c * values[name][0] for c, name in self.terms)
        return _quotient(total, values[self.divisor][0]) if self.divisor else total

    def gap(self, values: Mapping[str, Printed]) -> float:
        """The gap of one cell, from the numbers of its members."""
        found = float(self.formula_gap(values))
        return self._undefined if math.isnan(found) else found

    def gap_expression(self, values: Mapping[str, tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
        """The same gap of many cells, from the columns of their members."""
        found: pl.Expr = self.formula_gap(values)
        return found.fill_nan(self._undefined)

    def formula_gap(self, values: Mapping[str, Any]) -> Any:
        """The gap of numbers or of polars expressions; NaN where it is divided by zero."""
        left, half = self._left(values)
        right = self.right(values)
        allowed = (
            half * (1 + 2 * self.digits)
            + self._rounding(values, right)
            + self.slack * abs(right)
            + self.points
        )
        gap = _quotient(left - right, allowed + HAIR * (1 + abs(right)))
        return _positive(gap) if self.form is Form.AT_MOST else gap

    @property
    def _undefined(self) -> float:
        """A share of nothing cannot be; growth from nothing says nothing of the sum's growth."""
        return 0.0 if self.form is Form.GROWTH else math.inf

    def holds(self, values: Mapping[str, Printed]) -> bool:
        return abs(self.gap(values)) <= 1

    def solve(self, name: str, values: Mapping[str, Printed]) -> float | None:
        """The value of one member that the others ask for; None where there is none."""
        if self.form is Form.BETWEEN:
            return None
        if name == self.left:
            right = float(self.right(values))
            return right if math.isfinite(right) else None
        if self.form is Form.GROWTH:
            return None
        by = values[self.divisor][0] if self.divisor else 1.0
        left = values[self.left][0] if isinstance(self.left, str) else self.left
        if name == self.divisor:
            return sum(c * values[each][0] for c, each in self.terms) / left if left else None
        own = sum(c for c, each in self.terms if each == name)
        others = sum(c * values[each][0] for c, each in self.terms if each != name)
        return (left * by - others) / own if own else None

    def _left(self, values: Mapping[str, Any]) -> tuple[Any, Any]:
        return values[self.left] if isinstance(self.left, str) else (self.left, 0.0)

    def _totals(self, values: Mapping[str, Any]) -> tuple[Any, Any]:
        """Of the terms of a growth: their sum, and their sum a year before."""
        levels = [values[name][0] for _, name in self.terms]
        rates = [values[f"{name}:growth"][0] for _, name in self.terms]
        before = [_quotient(v, 1 + rate / 100) for v, rate in zip(levels, rates, strict=True)]
        return sum(levels), sum(before)

    def _rounding(self, values: Mapping[str, Any], right: Any) -> Any:
        """What the printed digits of the right side hide of it."""
        if self.form is Form.GROWTH:
            # A level's last digit shifts its weight only, and far less than ``points``.
            now, _ = self._totals(values)
            parts = [(values[name][0], values[f"{name}:growth"][1]) for _, name in self.terms]
            return _quotient(sum(level * half for level, half in parts), now)
        if self.form is Form.BETWEEN:
            (_, a), (_, b) = (values[name] for _, name in self.terms)
            return (a + b + abs(a - b)) / 2
        hidden = sum(abs(c) * values[name][1] for c, name in self.terms)
        if not self.divisor:
            return hidden
        by, by_half = values[self.divisor]
        return _quotient(hidden, abs(by)) + _quotient(abs(right) * by_half, abs(by))


def _quotient(above: Any, below: Any) -> Any:
    """A quotient that is NaN where it is divided by zero, for numbers as polars has it for columns."""
    if isinstance(below, pl.Expr):
        return pl.when(below == 0).then(math.nan).otherwise(above / below)
    return above / below if below else math.nan


def _positive(x: Any) -> Any:
    return (x + abs(x)) / 2


def member_name(indicator: str, measure: str) -> str:
    """``gdp`` for a level, ``gdp:growth`` for another measure."""
    return indicator if measure == "level" else f"{indicator}:{measure}"


@cache
def identities_asked_by(asker: str) -> tuple[Identity, ...]:
    """The project's identities that the ``reader`` or the ``gate`` asks."""
    return tuple(each for each in load_identities(paths.EXPECTATIONS) if asker in each.asked)


def load_identities(folder: Path) -> tuple[Identity, ...]:
    """Raises GateError that names file, line and what is wrong with it."""
    path = folder / FILE
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = [(reader.line_num, row) for row in reader]
            columns = reader.fieldnames
    except OSError as error:
        raise GateError(f"cannot be read: {error}", where=str(path)) from error
    if columns != _COLUMNS:
        raise GateError(f"columns must be {', '.join(_COLUMNS)}", where=f"{path}:1")
    identities = tuple(_parse_line(row, f"{path}:{line}") for line, row in rows)
    names = [identity.name for identity in identities]
    for name in names:
        if names.count(name) > 1:
            raise GateError(f"identity {name!r} is there twice", where=str(path))
    return identities


def _parse_line(row: Mapping[str, str], where: str) -> Identity:
    if not _RULE.fullmatch(row["name"]):
        raise GateError(f"name {row['name']!r} must be in kebab case", where=where)
    formula = row["formula"].strip()
    try:
        slack, digits, points = (float(row[name]) for name in ("slack", "digits", "points"))
    except ValueError as error:
        raise GateError(f"not a number: {error}", where=where) from error
    if min(slack, digits, points) < 0:
        raise GateError("slack, digits and points must not be below zero", where=where)
    asked = frozenset(row["asked"].split())
    if not asked or not asked <= _ASKERS:
        raise GateError(f"asked {row['asked']!r} must name gate, reader or both", where=where)
    left, form, terms, divisor = _parse_formula(formula, where)
    identity = Identity(
        row["name"],
        formula,
        left,
        form,
        terms,
        divisor,
        slack,
        digits,
        points,
        asked,
        row["says"],
    )
    if len(set(identity.members)) != len(identity.members):
        raise GateError(f"formula {formula!r} names a member twice", where=where)
    return identity


def _parse_formula(
    formula: str, where: str
) -> tuple[str | float, Form, tuple[tuple[float, str], ...], str | None]:
    sides = re.fullmatch(r"(\S+)\s*(<=|= growth of|=|between)\s*(.+)", formula)
    if sides is None:
        raise GateError(f"formula {formula!r} has no =, <= or between", where=where)
    left_text, sign, right = sides.groups()
    form = Form(sign)
    try:
        left = left_text if _NAME.fullmatch(left_text) else float(left_text)
    except ValueError as error:
        raise GateError(f"not a number: {error}", where=where) from error
    if form is Form.BETWEEN:
        ends = right.split(" and ")
        if len(ends) != 2 or not all(_NAME.fullmatch(end.strip()) for end in ends):
            raise GateError(f"formula {formula!r} has no two ends", where=where)
        return left, form, tuple((1.0, end.strip()) for end in ends), None
    summed, slash, divisor = (part.strip() for part in right.partition("/"))
    terms = _parse_sum(summed, formula, where)
    if not terms or (slash and not _NAME.fullmatch(divisor)):
        raise GateError(f"formula {formula!r} has no whole right side", where=where)
    if form is Form.GROWTH and (slash or any(c != 1 or ":" in name for c, name in terms)):
        raise GateError(f"formula {formula!r}: growth is of a plain sum of levels", where=where)
    return left, form, terms, divisor if slash else None


def _parse_sum(text: str, formula: str, where: str) -> tuple[tuple[float, str], ...]:
    terms: list[tuple[float, str]] = []
    rest = text
    while rest:
        term = _TERM.match(rest)
        if term is None or (terms and not term.group(1)):
            raise GateError(f"formula {formula!r} cannot be read from {rest!r} on", where=where)
        coefficient = float(term.group(2) or 1) * (-1 if term.group(1) == "-" else 1)
        terms.append((coefficient, term.group(3)))
        rest = rest[term.end() :].strip()
    return tuple(terms)


def names_of(identities: Sequence[Identity]) -> tuple[str, ...]:
    """Every member of these identities, each once."""
    return tuple(dict.fromkeys(name for each in identities for name in each.members))
