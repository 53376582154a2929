"""From failing expectations to quarantine rows, each with rule, reason, suggestion, evidence.

A row that fails several rules is held under the one that comes first in its suite, with all
reasons. Where a release has more failing rows than ``LOOKED_AT``, its rows are not weighed one by
one: that is no slip but another table than the one expected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import polars as pl

from flows.evidence.identities import Identity
from flows.gate.judge.detail import Member, look
from flows.gate.judge.reasons import fields, fill, identity_fields
from flows.gate.judge.suspects import Failure, Sentence, inhabitants, sentence
from flows.gate.measure.columns import Judged
from flows.gate.suites.checks import NAMED, Outcome

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


class Findings:
    """The failing rows of a batch, and what can be said of each."""

    def __init__(
        self,
        observations: pl.DataFrame,
        judged: Judged,
        identities: Sequence[Identity],
        outcomes: Sequence[Outcome],
    ) -> None:
        self.observations = observations
        self.judged = judged
        self.identities = identities
        self._all = outcomes
        self.outcomes = [each for each in outcomes if each.rows and each.lacking is None]
        self._by_column = {identity.column: identity for identity in identities}
        self._sentences: list[Sentence] = []

    def rows(self) -> pl.DataFrame:
        """HELD: every row that a rule holds, once."""
        critical = [each for each in self.outcomes if self._condemns(each)]
        failures = [
            Failure(each.expectation.rule, row, self._identity(each))
            for each in critical
            for row in each.rows
            if row not in self._crowd
        ]
        self._sentences = sentence(
            failures, self._members, self.identities, self._binding, self._left_out
        )
        reasons: dict[int, list[tuple[str, str]]] = {}
        heads = {(each.rule, each.row): each for each in failures}
        for each in self._sentences:
            failure = heads[each.rule, each.because]
            reasons[each.row] = [(each.rule, self._reason(each, failure))]
        for failure in failures:
            if failure.identity is None and failure.rule not in dict(reasons[failure.row]):
                reasons[failure.row].append((failure.rule, self._plain(failure.rule, failure.row)))
        held = [
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
            for each in self._sentences
        ]
        judged = pl.concat([pl.DataFrame(held, schema=HELD), self._crowds(critical)])
        judged = judged.unique("row", keep="first", maintain_order=True)
        return pl.concat([judged, self._others(judged)]).sort("row")

    def note(self, outcome: Outcome) -> str:
        """How many of the failing rows are held, and for a warning the first of them."""
        if self._condemns(outcome):
            rule = outcome.expectation.rule
            held = sum(1 for each in self._sentences if each.rule == rule)
            return f"{held} held" if held else ""
        return self._first(outcome, outcome.rows)

    def by_release(self, outcome: Outcome) -> list[tuple[str, int, int, str]]:
        """Release, rows looked at, rows failing, the first of them; for a failing expectation."""
        columns = outcome.expectation.columns
        releases, table = self.observations["release_id"], self.judged.table
        computed = columns[0] in table and not table.whole(columns[0])
        looked = releases.gather(table.rows(columns[0])) if computed else releases
        failing = pl.DataFrame(
            {"row": pl.Series(outcome.rows, dtype=pl.UInt32), "release": releases[outcome.rows]}
        )
        sizes = dict(looked.value_counts().iter_rows())
        found = failing.group_by("release", maintain_order=True).agg("row").sort("release")
        return [
            (str(release), sizes.get(release, 0), len(rows), self._first(outcome, rows))
            for release, rows in found.iter_rows()
        ]

    def _first(self, outcome: Outcome, rows: Sequence[int]) -> str:
        first = next((row for row in sorted(rows) if row in self._members), None)
        if first is None:
            return ""
        failure = Failure(outcome.expectation.rule, first, self._identity(outcome))
        return self._plain(failure.rule, first, failure.identity)

    # -- which rows are looked at -------------------------------------------------------------

    def _condemns(self, outcome: Outcome) -> bool:
        return outcome.expectation.holds and outcome.expectation.severity == "critical"

    def _identity(self, outcome: Outcome) -> Identity | None:
        columns = outcome.expectation.columns
        return self._by_column.get(columns[0]) if columns else None

    @cached_property
    def _binding(self) -> frozenset[str]:
        """Columns of identities whose failure holds rows."""
        holding = (each for each in self._all if self._condemns(each))
        return frozenset(column for each in holding for column in each.expectation.columns)

    @cached_property
    def _left_out(self) -> frozenset[int]:
        repeat, gap = (self.judged.table.sparse[name] for name in ("repeat", "twice_gap"))
        out = repeat.filter(pl.col("value") > 0), gap.filter(pl.col("value") > 1)
        return frozenset(pl.concat(out)["row"])

    @cached_property
    def _failing(self) -> pl.DataFrame:
        """``row, release`` of every row that a critical rule names, once."""
        return self._released([each for each in self.outcomes if self._condemns(each)])

    def _released(self, outcomes: Sequence[Outcome]) -> pl.DataFrame:
        named = [pl.Series("row", each.rows, dtype=pl.UInt32) for each in outcomes]
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
        for outcome in self.outcomes:
            released = self._released([outcome])
            first = released.group_by("release").agg(pl.col("row").min()).sort("row")["row"]
            rows.append(first.head(NAMED))
            if outcome.expectation.holds and not self._condemns(outcome):
                rows.append(released["row"].head(LOOKED_AT))
        few = pl.concat(rows).unique().sort() if rows else pl.Series("row", [], dtype=pl.UInt32)
        names = dict.fromkeys(name for each in self.identities for name in each.members)
        return look(self.observations, self.judged, few, names) if len(few) else {}

    # -- what is said of them -----------------------------------------------------------------

    def _template(self, rule: str) -> str:
        return next(e.expectation.reason for e in self.outcomes if e.expectation.rule == rule)

    @cached_property
    def _cells(self) -> dict[int, dict[str, Member]]:
        return inhabitants(self._members, self._left_out)

    def _plain(self, rule: str, row: int, identity: Identity | None = None) -> str:
        known = fields(self._members[row])
        if identity is not None:
            cell = self._cells[self._members[row].cell]
            known |= identity_fields(identity, {name: m.printed for name, m in cell.items()})
        return fill(self._template(rule), known, rule=rule)

    def _reason(self, found: Sentence, failure: Failure) -> str:
        text = self._plain(found.rule, found.because, failure.identity)
        if failure.identity is None:
            return text
        member = self._members[found.row]
        if found.in_doubt:
            return f"{text}; in doubt, as nothing decides which of them is wrong"
        return f"{text}; only {member.name} {member.value:.10g} explains it"

    def _crowds(self, critical: Sequence[Outcome]) -> pl.DataFrame:
        """HELD rows of the releases that are not weighed one by one, members included."""
        parts = [HELD.to_frame()]
        for outcome in critical:
            rows = [row for row in outcome.rows if row in self._crowd]
            if not rows:
                continue
            named = pl.Series("row", rows, dtype=pl.UInt32)
            identity = self._identity(outcome)
            if identity is not None:
                named = self._all_members(identity, named)
            rule = outcome.expectation.rule
            reason = f"{rule}: one of {len(rows)} such rows of the batch, too many to weigh singly"
            parts.append(_held(named, rule, "critical", reason))
        return pl.concat(parts)

    def _all_members(self, identity: Identity, heads: pl.Series) -> pl.Series:
        rows = self.judged.cells.rows
        cells = rows.join(pl.DataFrame({"row": heads}), on="row", how="semi").select("cell")
        codes = [self.judged.cells.code_of(name) for name in identity.members]
        return (
            rows.filter(pl.col("code").is_in([code for code in codes if code is not None]))
            .join(cells, on="cell", how="semi")["row"]
            .unique()
            .sort()
        )

    def _others(self, judged: pl.DataFrame) -> pl.DataFrame:
        """HELD rows of rules that hold a row without being critical: repeats."""
        parts = [HELD.to_frame()]
        for outcome in self.outcomes:
            if not outcome.expectation.holds or self._condemns(outcome):
                continue
            rule, severity = outcome.expectation.rule, outcome.expectation.severity
            rows = pl.Series("row", outcome.rows, dtype=pl.UInt32)
            few = [row for row in outcome.rows if row in self._members]
            words = pl.DataFrame(
                {"row": few, "text": [self._plain(rule, row) for row in few]},
                schema={"row": pl.UInt32, "text": pl.String},
            )
            found = _held(rows, rule, severity, f"{rule}: one of {len(rows)} such rows")
            parts.append(
                found.join(words, on="row", how="left")
                .with_columns(reason=pl.coalesce("text", "reason"))
                .drop("text")
            )
        others = pl.concat(parts).unique("row", keep="first", maintain_order=True)
        return others.join(judged, on="row", how="anti")


def _held(rows: pl.Series, rule: str, severity: str, reason: str) -> pl.DataFrame:
    return pl.DataFrame({"row": rows}).select(
        pl.col("row").cast(pl.UInt32),
        rule=pl.lit(rule),
        severity=pl.lit(severity),
        reason=pl.lit(reason),
        suggestion=pl.lit(None, pl.Float64),
        evidence=pl.lit(None, pl.String),
    )
