"""A check as JSON and as a table. The JSON's schema is these classes': ``docs/check.schema.json``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.ask.check.nouns import Judged, Proof, Verdict
from flows.ask.check.told import SO_FAR
from flows.model.measure import Measure

#: With one of these an article does not go out as it is.
WRONG = frozenset({Verdict.CONTRADICTED, Verdict.MISPRINTED, Verdict.MISLABELLED})
_COLOUR = {
    Verdict.SUPPORTED: "green",
    Verdict.CONTRADICTED: "red",
    Verdict.MISPRINTED: "magenta",
    Verdict.MISLABELLED: "magenta",
    Verdict.OUTDATED: "yellow",
    Verdict.UNVERIFIABLE: "dim",
}


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """One claim; ``value`` and ``likely_value`` are in ``unit_measure``."""

    text: str
    locator: str
    kind: str
    ref_area: str | None
    indicator: str | None
    measure: str | None
    time_period: str | None
    comparator: str
    printed: str
    value: float | None
    unit_measure: str | None
    verdicts: list[Verdict]
    likely_value: float | None
    evidence: list[Proof]
    reason: str


@dataclass(frozen=True, slots=True)
class Check:
    """What ``gongbao check --format json`` prints."""

    article: str
    published_on: str | None
    publication: str
    claims: list[CheckedClaim]


def report(article: str, published_on: str | None, publication: str, judged: list[Judged]) -> Check:
    """The judged claims under the names of the JSON."""
    return Check(
        article,
        published_on,
        publication,
        [
            CheckedClaim(
                text=one.claim.text,
                locator=one.claim.locator,
                kind=str(one.claim.kind),
                ref_area=one.claim.ref_area,
                indicator=one.claim.indicator,
                measure=one.claim.measure,
                time_period=one.claim.time_period,
                comparator=str(one.claim.comparator),
                printed=one.claim.printed,
                value=one.claim.value,
                unit_measure=one.claim.unit_measure,
                verdicts=list(one.verdicts),
                likely_value=one.likely_value,
                evidence=list(one.evidence),
                reason=one.reason,
            )
            for one in judged
        ],
    )


def schema() -> dict[str, Any]:
    """The JSON schema of a check."""
    return TypeAdapter(Check).json_schema()


def as_json(check: Check) -> str:
    """Text outside ASCII as it is; control characters escaped, as JSON does."""
    return json.dumps(asdict(check), ensure_ascii=False, indent=2, default=str) + "\n"


def _words(claim: CheckedClaim) -> list[str]:
    """The verdicts for a person, who may read no further than this column."""
    if claim.reason.startswith(SO_FAR):
        return [f"{verdict} so far" for verdict in claim.verdicts]
    return [str(verdict) for verdict in claim.verdicts]


def _other(claim: CheckedClaim) -> tuple[str, ...]:
    return (str(claim.kind),) if claim.kind == "rank" and claim.indicator else ()


def exit_code(check: Check) -> int:
    """0 nothing wrong, 1 something is; 2 where no claim was found."""
    if not check.claims:
        return 2
    return int(any(WRONG.intersection(claim.verdicts) for claim in check.claims))


def print_check(console: Console, check: Check, names: Mapping[str, str]) -> None:
    """Each claim with its verdict; nothing of the article is taken for markup.

    ``names``: what the codes of areas and indicators are called.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in ("claim", "what", "verdict", "likely", "why"):
        table.add_column(head, overflow="fold")
    for claim in check.claims:
        codes = (claim.ref_area, claim.indicator or claim.kind, *_other(claim))
        measure = None if claim.measure in (Measure.LEVEL, claim.kind) else claim.measure
        what = (*(names.get(code or "", code) for code in codes), measure, claim.time_period)
        verdict = Text(", ".join(_words(claim)), style=_COLOUR[claim.verdicts[0]])
        likely = "" if claim.likely_value is None else f"{claim.likely_value:.10g}"
        named = Text(" ".join(part for part in what if part))
        table.add_row(Text(claim.printed), named, verdict, Text(likely), Text(claim.reason))
    console.print(table)
    counts = Counter(word for claim in check.claims for word in _words(claim))
    order = [word for verdict in Verdict for word in (str(verdict), f"{verdict} so far")]
    said = " · ".join(f"{counts[word]} {word}" for word in order if counts[word])
    console.print(Text(f"{len(check.claims)} claims: {said or 'nothing to check was found'}"))
