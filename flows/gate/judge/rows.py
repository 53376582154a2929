"""From failing expectations to quarantine rows, each with rule, reason, suggestion, evidence.

A row that fails several rules is held under the one that comes first in its suite, with all
reasons. Where a release has more failing rows than ``LOOKED_AT``, its rows are not weighed one by
one: that is no slip but another table than the one expected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import polars as pl

from flows.evidence.identities import Identity, names_of
from flows.gate.judge.members import Member, gather_members
from flows.gate.judge.reasons import figure_fields, fill_template, identity_fields
from flows.gate.judge.suspects import Failure, Ruling, members_by_cell, rule_on
from flows.gate.measure.columns import Measured
from flows.gate.suites.findings import NAMED, Finding

#: Failing rows of one release that are weighed one by one.
LOOKED_AT = 5000

#: What is known of a held row.
HELD = pl.Schema(
    {
        "row": pl.UInt32(),
        "rule": pl.String(),
        "severity": pl.String(),
        "reason": pl.String(),
        "suggestion": pl.Float64(),
        "evidence": pl.String(),
    }
)


class RowJudge:
    """Judges the failing rows of a batch, and says of each why it is held."""

    def __init__(
        self,
        observations: pl.DataFrame,
        measured: Measured,
        table: pl.DataFrame,
        identities: Sequence[Identity],
        findings: Sequence[Finding],
    ) -> None:
        self.observations = observations
        self.measured = measured
        self.table = table
        self.identities = identities
        self._all = findings
        self.findings = [each for each in findings if each.fails_rows]
        self._by_column = {identity.column: identity for identity in identities}
        self._rulings: list[Ruling] = []

    def hold_rows(self) -> pl.DataFrame:
        """HELD: every row that a rule holds, once."""
        critical = [each for each in self.findings if each.expectation.condemns]
        failures = [
            Failure(each.expectation.rule, row, self._identity(each))
            for each in critical
            for row in each.rows
            if row not in self._crowd
        ]
        self._rulings = rule_on(
            failures, self._members, self.identities, self._binding, self._left_out
        )
        weighed = pl.DataFrame(self._explain(failures), schema=HELD)
        held = pl.concat([weighed, self._hold_crowds(critical)])
        held = held.unique("row", keep="first", maintain_order=True)
        return pl.concat([held, self._hold_repeats(held)]).sort("row")

    def _explain(self, failures: Sequence[Failure]) -> list[dict[str, object]]:
        """A HELD row for each ruling, with the reasons of all rules that the figure fails."""
        reasons: dict[int, list[tuple[str, str]]] = {}
        heads = {(each.rule, each.row): each for each in failures}
        for each in self._rulings:
            reasons[each.row] = [(each.rule, self._reason(each, heads[each.rule, each.because]))]
        for failure in failures:
            if failure.identity is None and failure.rule not in dict(reasons[failure.row]):
                reasons[failure.row].append((failure.rule, self._text(failure.rule, failure.row)))
        return [
            {
                "row": each.row,
                "rule": each.rule,
                "severity": "critical",
                "reason": "; ".join(text for _, text in reasons[each.row]),
                "suggestion": each.likely.value if each.likely else None,
                "evidence": f"{each.likely.reason}; {each.likely.evidence}"
                if each.likely
                else None,
            }
            for each in self._rulings
        ]

    def note(self, finding: Finding) -> str:
        """How many of the failing rows are held, and for a warning the first of them."""
        if finding.expectation.condemns:
            rule = finding.expectation.rule
            held = sum(1 for each in self._rulings if each.rule == rule)
            return f"{held} held" if held else ""
        return self._first(finding, finding.rows)

    def notes_by_release(self, finding: Finding) -> list[tuple[str, int, int, str]]:
        """Release, rows looked at, rows failing, the first of them; for a failing expectation."""
        columns = finding.expectation.columns
        releases = self.observations["release_id"]
        values = self.table[columns[0]]
        computed = columns[0] in self.measured.table.columns and values.null_count() > 0
        looked = releases.filter(values.is_not_null()) if computed else releases
        failing = pl.DataFrame(
            {"row": pl.Series(finding.rows, dtype=pl.UInt32), "release": releases[finding.rows]}
        )
        sizes = dict(looked.value_counts().iter_rows())
        found = failing.group_by("release", maintain_order=True).agg("row").sort("release")
        return [
            (str(release), sizes.get(release, 0), len(rows), self._first(finding, rows))
            for release, rows in found.iter_rows()
        ]

    def _first(self, finding: Finding, rows: Sequence[int]) -> str:
        first = next((row for row in sorted(rows) if row in self._members), None)
        if first is None:
            return ""
        failure = Failure(finding.expectation.rule, first, self._identity(finding))
        return self._text(failure.rule, first, failure.identity)

    # -- which rows are looked at -------------------------------------------------------------

    def _identity(self, finding: Finding) -> Identity | None:
        columns = finding.expectation.columns
        return self._by_column.get(columns[0]) if columns else None

    @cached_property
    def _binding(self) -> frozenset[str]:
        """Columns of identities whose failure holds rows."""
        holding = (each for each in self._all if each.expectation.condemns)
        return frozenset(column for each in holding for column in each.expectation.columns)

    @cached_property
    def _left_out(self) -> frozenset[int]:
        out = (self.table["repeat"] > 0) | (self.table["twice_gap"] > 1)
        return frozenset(out.fill_null(value=False).arg_true())

    @cached_property
    def _failing(self) -> pl.DataFrame:
        """``row, release`` of every row that a critical rule names, once."""
        return self._released([each for each in self.findings if each.expectation.condemns])

    def _released(self, findings: Sequence[Finding]) -> pl.DataFrame:
        named = [pl.Series("row", each.rows, dtype=pl.UInt32) for each in findings]
        rows = pl.concat(named).unique().sort() if named else pl.Series("row", [], dtype=pl.UInt32)
        return pl.DataFrame({"row": rows, "release": self.observations["release_id"].gather(rows)})

    @cached_property
    def _crowd(self) -> frozenset[int]:
        """Failing rows of releases that have too many of them."""
        counted = self._failing.with_columns(pl.len().over("release").alias("of"))
        return frozenset(counted.filter(pl.col("of") > LOOKED_AT)["row"])

    @cached_property
    def _members(self) -> Mapping[int, Member]:
        """Everything of the rows that are looked at; of other rules, the first of each release."""
        rows = [self._failing["row"].filter(~self._failing["row"].is_in(list(self._crowd)))]
        for finding in self.findings:
            released = self._released([finding])
            first = released.group_by("release").agg(pl.col("row").min()).sort("row")["row"]
            rows.append(first.head(NAMED))
            if finding.expectation.holds and not finding.expectation.condemns:
                rows.append(released["row"].head(LOOKED_AT))
        few = pl.concat(rows).unique().sort() if rows else pl.Series("row", [], dtype=pl.UInt32)
        names = names_of(self.identities)
        return gather_members(self.observations, self.measured, few, names) if len(few) else {}

    # -- what is said of them -----------------------------------------------------------------

    def _template(self, rule: str) -> str:
        return next(e.expectation.reason for e in self.findings if e.expectation.rule == rule)

    @cached_property
    def _cells(self) -> dict[int, dict[str, Member]]:
        return members_by_cell(self._members, self._left_out)

    def _text(self, rule: str, row: int, identity: Identity | None = None) -> str:
        known = figure_fields(self._members[row])
        if identity is not None:
            cell = self._cells[self._members[row].cell]
            known |= identity_fields(identity, {name: m.printed for name, m in cell.items()})
        return fill_template(self._template(rule), known, rule=rule)

    def _reason(self, found: Ruling, failure: Failure) -> str:
        text = self._text(found.rule, found.because, failure.identity)
        if failure.identity is None:
            return text
        member = self._members[found.row]
        if found.in_doubt:
            return f"{text}; in doubt, as nothing decides which of them is wrong"
        return f"{text}; only {member.name} {member.value:.10g} explains it"

    def _hold_crowds(self, critical: Sequence[Finding]) -> pl.DataFrame:
        """HELD rows of the releases that are not weighed one by one, members included."""
        parts = [HELD.to_frame()]
        for finding in critical:
            rows = [row for row in finding.rows if row in self._crowd]
            if not rows:
                continue
            named = pl.Series("row", rows, dtype=pl.UInt32)
            identity = self._identity(finding)
            if identity is not None:
                named = self._all_members(identity, named)
            rule = finding.expectation.rule
            reason = f"{rule}: one of {len(rows)} such rows of the batch, too many to weigh singly"
            parts.append(_held(named, rule, "critical", reason))
        return pl.concat(parts)

    def _all_members(self, identity: Identity, heads: pl.Series) -> pl.Series:
        working = self.measured.working
        cells = working.rows.join(pl.DataFrame({"row": heads}), on="row", how="semi").select("cell")
        members = working.rows_of(identity.members).join(cells, on="cell", how="semi")
        return members["row"].unique().sort()

    def _hold_repeats(self, held: pl.DataFrame) -> pl.DataFrame:
        """HELD rows of rules that hold a row without being critical: repeats."""
        parts = [HELD.to_frame()]
        for finding in self.findings:
            if not finding.expectation.holds or finding.expectation.condemns:
                continue
            rule, severity = finding.expectation.rule, finding.expectation.severity
            rows = pl.Series("row", finding.rows, dtype=pl.UInt32)
            few = [row for row in finding.rows if row in self._members]
            words = pl.DataFrame(
                {"row": few, "text": [self._text(rule, row) for row in few]},
                schema={"row": pl.UInt32, "text": pl.String},
            )
            found = _held(rows, rule, severity, f"{rule}: one of {len(rows)} such rows")
            parts.append(
                found.join(words, on="row", how="left")
                .with_columns(reason=pl.coalesce("text", "reason"))
                .drop("text")
            )
        others = pl.concat(parts).unique("row", keep="first", maintain_order=True)
        return others.join(held, on="row", how="anti")


def _held(rows: pl.Series, rule: str, severity: str, reason: str) -> pl.DataFrame:
    return pl.DataFrame({"row": rows}).select(
        pl.col("row").cast(pl.UInt32),
        rule=pl.lit(rule),
        severity=pl.lit(severity),
        reason=pl.lit(reason),
        suggestion=pl.lit(None, pl.Float64),
        evidence=pl.lit(None, pl.String),
    )
