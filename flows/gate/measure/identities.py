"""Accounting identities: one line of ``expectations/identities.csv`` each, computed in polars.

    column,formula,slack,digits,says
    sectors_sum_gap,gdp = gdp_primary + gdp_secondary + gdp_tertiary,0,0,…

The left side is an indicator or a number; ``=`` or ``<=``; the right side a sum of ``c * x`` terms,
divided by one indicator where ``/`` says so. ``code:measure`` names another measure than level.
An identity holds within one cell: the same release, area and period.

``gap = (left - right) / allowance``, so that -1 … 1 is what rounding explains. The allowance is
half a unit of the last printed digit of each member, carried through the formula, plus ``slack``
(share of the right side) plus ``digits`` (units of the left side's last digit). For ``<=`` a gap
below zero is 0. The gap stands on the row of the head: the left side, or the first term where the
left side is a number.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows.model.errors import GateError

FILE = "identities.csv"
#: Keeps sums that binary fractions miss by a hair on the right side of their allowance.
HAIR = 1e-9

_COLUMNS = ["column", "formula", "slack", "digits", "says"]
_TERM = re.compile(r"([+-]?)\s*(?:(\d+(?:\.\d+)?)\s*\*\s*)?([a-z_]+(?::[a-z]+)?)")
_NAME = re.compile(r"[a-z_]+(?::[a-z]+)?")

#: Of a member: its value and half a unit of its last printed digit.
Printed = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Identity:
    column: str
    formula: str
    left: str | float
    equal: bool  # False: left <= right
    terms: tuple[tuple[float, str], ...]
    divisor: str | None
    slack: float
    digits: float
    says: str

    @property
    def members(self) -> tuple[str, ...]:
        """Names in the order of the formula; the first is the head."""
        names = [self.left] if isinstance(self.left, str) else []
        names += [name for _, name in self.terms]
        return (*names, self.divisor) if self.divisor else tuple(names)

    @property
    def head(self) -> str:
        return self.members[0]

    @property
    def exact(self) -> bool:
        """Nothing but rounding is allowed for."""
        return self.equal and self.slack == 0

    def right(self, values: Mapping[str, Printed]) -> float:
        total = sum(c * values[name][0] for c, name in self.terms)
        return total / values[self.divisor][0] if self.divisor else total

    def gap(self, values: Mapping[str, Printed]) -> float:
        """The same gap that ``add_gaps`` computes, for one cell."""
        left, half = values[self.left] if isinstance(self.left, str) else (self.left, 0.0)
        if self.divisor and values[self.divisor][0] == 0:
            return float("inf")
        right = self.right(values)
        hidden = sum(abs(c) * values[name][1] for c, name in self.terms)
        if self.divisor:
            by, by_half = values[self.divisor]
            hidden = hidden / abs(by) + abs(right) * by_half / abs(by)
        allowed = half * (1 + 2 * self.digits) + hidden + self.slack * abs(right)
        gap = (left - right) / (allowed + HAIR * (1 + abs(right)))
        return gap if self.equal else max(gap, 0.0)

    def holds(self, values: Mapping[str, Printed]) -> bool:
        return abs(self.gap(values)) <= 1

    def solve(self, name: str, values: Mapping[str, Printed]) -> float | None:
        """The value of one member that the others ask for; None where there is none."""
        by = values[self.divisor][0] if self.divisor else 1.0
        if name == self.left:
            return self.right(values) if by else None
        left = values[self.left][0] if isinstance(self.left, str) else self.left
        if name == self.divisor:
            return sum(c * values[each][0] for c, each in self.terms) / left if left else None
        own = sum(c for c, each in self.terms if each == name)
        others = sum(c * values[each][0] for c, each in self.terms if each != name)
        return (left * by - others) / own if own else None


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
    identities = tuple(_parse(row, f"{path}:{line}") for line, row in rows)
    names = [identity.column for identity in identities]
    for name in names:
        if names.count(name) > 1:
            raise GateError(f"column {name!r} is there twice", where=str(path))
    return identities


def _parse(row: Mapping[str, str], where: str) -> Identity:
    formula = row["formula"].strip()
    sides = re.fullmatch(r"(\S+)\s*(<=|=)\s*(.+)", formula)
    if sides is None:
        raise GateError(f"formula {formula!r} has no = or <=", where=where)
    left_text, sign, right = sides.groups()
    summed, slash, divisor = (part.strip() for part in right.partition("/"))
    terms: list[tuple[float, str]] = []
    rest = summed
    while rest:
        term = _TERM.match(rest)
        if term is None or (terms and not term.group(1)):
            raise GateError(f"formula {formula!r} cannot be read from {rest!r} on", where=where)
        coefficient = float(term.group(2) or 1) * (-1 if term.group(1) == "-" else 1)
        terms.append((coefficient, term.group(3)))
        rest = rest[term.end() :].strip()
    if not terms or (slash and not _NAME.fullmatch(divisor)):
        raise GateError(f"formula {formula!r} has no whole right side", where=where)
    try:
        left = left_text if _NAME.fullmatch(left_text) else float(left_text)
        slack, digits = float(row["slack"]), float(row["digits"])
    except ValueError as error:
        raise GateError(f"not a number: {error}", where=where) from error
    identity = Identity(
        row["column"],
        formula,
        left,
        sign == "=",
        tuple(terms),
        divisor if slash else None,
        slack,
        digits,
        row["says"],
    )
    if len(set(identity.members)) != len(identity.members):
        raise GateError(f"formula {formula!r} names a member twice", where=where)
    return identity


def gaps(identity: Identity, members: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """``row`` (of the head), ``gap``: one row a cell that has all members.

    ``members``: name -> ``cell, row, value, half``, one row a cell.
    """
    whole = pl.DataFrame(schema={"row": pl.UInt32, "gap": pl.Float64})
    if any(name not in members or members[name].is_empty() for name in identity.members):
        return whole
    names = {name: f"{at}" for at, name in enumerate(identity.members)}
    joined = members[identity.head].select("cell", "row", v0="value", h0="half")
    in_order = in_same_cells(identity, members)
    for name, at in list(names.items())[1:]:
        other = members[name].select(
            "cell", pl.col("value").alias(f"v{at}"), pl.col("half").alias(f"h{at}")
        )
        joined = joined.hstack(other.drop("cell")) if in_order else joined.join(other, on="cell")
    return joined.select("row", gap=_gap(identity, names))


def in_same_cells(identity: Identity, members: Mapping[str, pl.DataFrame]) -> bool:
    """All members stand in the same cells, each once and in order, as in most tables."""
    first, *others = (members[name]["cell"] for name in identity.members)
    once = bool((first > first.shift(1)).all())  # null, for the first, is left out
    return once and all(first.equals(other) for other in others)


def _gap(identity: Identity, at: Mapping[str, str]) -> pl.Expr:
    def value(name: str) -> pl.Expr:
        return pl.col(f"v{at[name]}")

    def half(name: str) -> pl.Expr:
        return pl.col(f"h{at[name]}")

    right = pl.sum_horizontal([c * value(name) for c, name in identity.terms], ignore_nulls=False)
    hidden = pl.sum_horizontal([abs(c) * half(name) for c, name in identity.terms])
    if identity.divisor:
        by = value(identity.divisor).abs()
        right = right / value(identity.divisor)
        hidden = hidden / by + right.abs() * half(identity.divisor) / by
    if isinstance(identity.left, str):
        left, own = value(identity.left), half(identity.left)
    else:
        left, own = pl.lit(identity.left), pl.lit(0.0)
    allowed = own * (1 + 2 * identity.digits) + hidden + identity.slack * right.abs()
    gap = (left - right) / (allowed + HAIR * (1 + right.abs()))
    if identity.divisor:
        gap = pl.when(value(identity.divisor) == 0).then(pl.lit(float("inf"))).otherwise(gap)
    return gap if identity.equal else gap.clip(lower_bound=0.0)
