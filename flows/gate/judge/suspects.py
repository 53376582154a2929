"""Which figure is guilty where an identity fails: one, if evidence decides; all, if it does not.

Within a cell, failing identities that share members, and members that fail by themselves
(impossible, out of scale), make one case. A suspect is a member of every failing identity of the
case, and the only one that fails by itself if any does. It must be able to explain the whole
case: some value of it makes all its identities hold, within what is possible and what the years
around it allow.

- One suspect: it alone is held, with the likely figure if a misprint of it fits.
- Several: the one whose printed text, mended with the least damage, makes all of it hold.
- Otherwise every member of the failing identities is held, in doubt.

The others are acquitted: they pass.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.evidence.identities import Identity
from flows.evidence.misprint import Candidate, candidates
from flows.evidence.weigh import Evidence, Likely, Strength, refused, weigh
from flows.gate.judge.members import Member

#: An identity that a change of this share does not break is too blunt to find a lost digit.
BLUNT = 0.001


@dataclass(frozen=True, slots=True)
class Ruling:
    """Why one row is held."""

    row: int
    rule: str
    because: int  # row on which the rule failed: the head of an identity
    in_doubt: bool  # with others, as nothing decides between them
    likely: Likely | None  # in the observation's unit


@dataclass(frozen=True, slots=True)
class Failure:
    """One failing expectation: an identity of a cell, or a row by itself."""

    rule: str
    row: int
    identity: Identity | None


def rule_on(
    failures: Sequence[Failure],
    members: Mapping[int, Member],
    identities: Sequence[Identity],
    binding: frozenset[str],
    left_out: frozenset[int],
) -> list[Ruling]:
    """Of all failures; at most one a row.

    ``binding``: columns of the identities that hold rows; the others only count as evidence.
    ``left_out``: rows that take no part: repeats, keys printed twice.
    """
    by_cell: dict[int, list[Failure]] = {}
    alone: list[Failure] = []
    for failure in failures:
        cell = members[failure.row].cell
        (by_cell.setdefault(cell, []) if cell >= 0 else alone).append(failure)
    cells = members_by_cell(members, left_out)
    rulings = [Ruling(each.row, each.rule, each.row, False, None) for each in alone]
    for cell, found in by_cell.items():
        court = _Court(cells.get(cell, {}), members, identities, binding, found)
        for case in court.cases():
            rulings += court.judge(case)
    first: dict[int, Ruling] = {}
    for each in rulings:
        first.setdefault(each.row, each)
    return list(first.values())


def members_by_cell(
    members: Mapping[int, Member], left_out: frozenset[int]
) -> dict[int, dict[str, Member]]:
    """Cell -> name -> the one member that takes part in its identities."""
    found: dict[int, dict[str, Member]] = {}
    for member in members.values():
        if member.row not in left_out and not math.isnan(member.value):
            found.setdefault(member.cell, {})[member.name] = member
    return found


def mend_candidates(member: Member) -> list[Candidate]:
    """What the printed text may have been, in the observation's unit."""
    scale = member.scale()
    if scale is None:
        return []
    factor, shift = scale
    unit = str(member.facts.get("unit_measure") or "")
    return [
        Candidate(each.value * factor, each.decimals + shift, each.kind, each.tier, each.reason)
        for each in candidates(member.text, unit=unit)
    ]


class _Court:
    """One cell: its members, its identities, and what failed in it."""

    def __init__(
        self,
        cell: Mapping[str, Member],
        members: Mapping[int, Member],
        identities: Sequence[Identity],
        binding: frozenset[str],
        failures: Sequence[Failure],
    ) -> None:
        self.cell = cell
        self.members = members
        self.binding = binding
        self.failures = failures
        self.present = [each for each in identities if all(name in cell for name in each.members)]
        self.values = {name: member.printed for name, member in cell.items()}
        self.by_themselves = {members[each.row].name for each in failures if each.identity is None}

    def cases(self) -> list[list[Failure]]:
        """Failures that share a member, together."""
        cases: list[tuple[set[str], list[Failure]]] = []
        for failure in self.failures:
            names = self._names(failure)
            joined = [failure]
            for case in [case for case in cases if case[0] & names]:
                names |= case[0]
                joined = case[1] + joined
                cases.remove(case)
            cases.append((names, joined))
        return [case[1] for case in cases]

    def judge(self, case: Sequence[Failure]) -> list[Ruling]:
        rulings = self._find_guilty(case)
        rows = {each.row for each in rulings}
        # A repeat has the name of the row that counts; what fails by itself is held by itself.
        return rulings + [
            self._rule_alone(each)
            for each in case
            if each.identity is None and each.row not in rows
        ]

    def _find_guilty(self, case: Sequence[Failure]) -> list[Ruling]:
        broken = [each.identity for each in case if each.identity is not None]
        if not broken:
            return [self._rule_alone(each) for each in case]
        names = set.intersection(*(self._names(each) for each in case))
        suspects = [name for name in sorted(names) if self._explains(name, broken)]
        likely = {name: self._likely(name) for name in suspects}
        if len(suspects) == 1:
            return [self._rule_guilty(suspects[0], case, likely[suspects[0]])]
        mendable = {name: found for name, found in likely.items() if found is not None}
        if mendable:
            least = min(found.tier for found in mendable.values())
            best = [name for name, found in mendable.items() if found.tier == least]
            if len(best) == 1:
                return [self._rule_guilty(best[0], case, mendable[best[0]])]
        return self._rule_all(case)

    def _names(self, failure: Failure) -> set[str]:
        if failure.identity is not None:
            return set(failure.identity.members)
        return {self.members[failure.row].name}

    def _rule_alone(self, failure: Failure) -> Ruling:
        name = self.members[failure.row].name
        likely = self._likely(name) if name in self.cell else None
        return Ruling(failure.row, failure.rule, failure.row, False, likely)

    def _rule_guilty(self, name: str, case: Sequence[Failure], likely: Likely | None) -> Ruling:
        own = [each for each in case if each.identity is None]
        failure = (own or list(case))[0]
        return Ruling(self.cell[name].row, failure.rule, failure.row, False, likely)

    def _rule_all(self, case: Sequence[Failure]) -> list[Ruling]:
        own = [each for each in case if each.identity is None]
        alone = {self.members[each.row].name for each in own}
        rulings = [self._rule_alone(each) for each in own]
        for failure in case:
            if failure.identity is not None:
                rulings += [
                    Ruling(self.cell[name].row, failure.rule, failure.row, True, None)
                    for name in failure.identity.members
                    if name not in alone
                ]
        return rulings

    def _explains(self, name: str, broken: Sequence[Identity]) -> bool:
        """Some value of this member makes all its binding identities hold."""
        mine = [each for each in self._mine(name) if each.column in self.binding]
        if not all(name in each.members for each in broken):
            return False
        member = self.cell[name]
        evidence = [each for each in member.evidence() if each.name in ("possible", "years")]
        for each in mine:
            value = each.solve(name, self.values)
            if value is None or refused(evidence, value, member.half):
                continue
            tried = self.values | {name: (value, member.half)}
            if all(other.holds(tried) for other in mine):
                return True
        return False

    def _mine(self, name: str) -> list[Identity]:
        """Its identities whose other members do not fail by themselves."""
        others = self.by_themselves - {name}
        return [
            each for each in self.present if name in each.members and not others & set(each.members)
        ]

    def _likely(self, name: str) -> Likely | None:
        member = self.cell[name]
        decimals = member.facts.get("usual_decimals")
        return weigh(
            mend_candidates(member),
            [*self._identity_evidence(name), *member.evidence()],
            printed=(member.value, member.decimals),
            usual_decimals=decimals if isinstance(decimals, int) else None,
        )

    def _identity_evidence(self, name: str) -> list[Evidence]:
        found = []
        for each in self._mine(name):

            def allows(value: float, half: float, each: Identity = each) -> bool:
                return each.holds(self.values | {name: (value, half)})

            asked = each.solve(name, self.values)
            sharp = asked is not None and not allows(asked * (1 + BLUNT), self.cell[name].half)
            strength = Strength.EXACT if each.is_exact and sharp else Strength.NEAR
            if not each.is_equation:
                strength = Strength.POSSIBLE
            others = ", ".join(
                f"{other} {self.values[other][0]:.10g}" for other in each.members if other != name
            )
            text = f"{each.says}: {others}" + (f" ask for {asked:.6g}" if asked is not None else "")
            found.append(Evidence(each.column, strength, text, allows))
        return found
