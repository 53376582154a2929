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

from flows.ask.check.nouns import ClaimVerdict, JudgedClaim, Proof
from flows.ask.check.verdicts.wording import SO_FAR
from flows.model.measure import Measure

#: With one of these an article does not go out as it is.
WRONG = frozenset({ClaimVerdict.CONTRADICTED, ClaimVerdict.MISPRINTED, ClaimVerdict.MISLABELLED})
_COLOUR = {
    ClaimVerdict.SUPPORTED: "green",
    ClaimVerdict.CONTRADICTED: "red",
    ClaimVerdict.MISPRINTED: "magenta",
    ClaimVerdict.MISLABELLED: "magenta",
    ClaimVerdict.OUTDATED: "yellow",
    ClaimVerdict.UNVERIFIABLE: "dim",
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
    verdicts: list[ClaimVerdict]
    likely_value: float | None
    evidence: list[Proof]
    reason: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What ``gongbao check --format json`` prints."""

    article: str
    published_on: str | None
    publication: str
    claims: list[CheckedClaim]


def build_report(
    article: str, published_on: str | None, publication: str, judged: list[JudgedClaim]
) -> CheckReport:
    """The judged claims under the names of the JSON."""
    return CheckReport(
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


def build_schema() -> dict[str, Any]:
    """The JSON schema of a check."""
    return TypeAdapter(CheckReport).json_schema()


def format_json(check: CheckReport) -> str:
    """Text outside ASCII as it is; control characters escaped, as JSON does."""
    return json.dumps(asdict(check), ensure_ascii=False, indent=2, default=str) + "\n"


def _word_verdicts(claim: CheckedClaim) -> list[str]:
    """The verdicts for a person, who may read no further than this column."""
    if claim.reason.startswith(SO_FAR):
        return [f"{verdict} so far" for verdict in claim.verdicts]
    return [str(verdict) for verdict in claim.verdicts]


def _name_rank(claim: CheckedClaim) -> tuple[str, ...]:
    return (str(claim.kind),) if claim.kind == "rank" and claim.indicator else ()


def choose_exit_code(check: CheckReport) -> int:
    """0 nothing wrong, 1 something is; 2 where no claim was found."""
    if not check.claims:
        return 2
    return int(any(WRONG.intersection(claim.verdicts) for claim in check.claims))


def _count_claims(check: CheckReport) -> str:
    return "1 claim" if len(check.claims) == 1 else f"{len(check.claims)} claims"


def print_check(console: Console, check: CheckReport, names: Mapping[str, str]) -> None:
    """Each claim with its verdict; nothing of the article is taken for markup.

    ``names``: what the codes of areas and indicators are called.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in ("claim", "what", "verdict", "likely", "why"):
        table.add_column(head, overflow="fold")
    for claim in check.claims:
        codes = (claim.ref_area, claim.indicator or claim.kind, *_name_rank(claim))
        measure = None if claim.measure in (Measure.LEVEL, claim.kind) else claim.measure
        what = (*(names.get(code or "", code) for code in codes), measure, claim.time_period)
        verdict = Text(", ".join(_word_verdicts(claim)), style=_COLOUR[claim.verdicts[0]])
        likely = "" if claim.likely_value is None else f"{claim.likely_value:.10g}"
        named = Text(" ".join(part for part in what if part))
        table.add_row(Text(claim.printed), named, verdict, Text(likely), Text(claim.reason))
    console.print(table)
    counts = Counter(word for claim in check.claims for word in _word_verdicts(claim))
    order = [word for verdict in ClaimVerdict for word in (str(verdict), f"{verdict} so far")]
    said = " · ".join(f"{counts[word]} {word}" for word in order if counts[word])
    console.print(Text(f"{_count_claims(check)}: {said or 'nothing to check was found'}"))
