"""What a run did, as one model: written to ``runs/<run_id>.json``, shown to people from there.

The file appears by one rename, so a reader never sees half of it, and it is written whatever
became of the run. ``gongbao status`` reads these files and the publication, never the store.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from flows.model import clock
from flows.model.causes import Cause, summarize_failures
from flows.model.errors import FetchError
from flows.model.listing import ListingOutcome, SourceVisit
from flows.model.nouns import Check, Outcome, Visit
from flows.model.text import counted

#: A run's file holds the first of its changed values; all of them are in the warehouse.
CHANGES_KEPT = 200
#: Alerts that a flow run's state message spells out.
_TOLD = 3


class VisitLine(BaseModel):
    release_id: str
    url: str
    checked_at: datetime
    outcome: Outcome
    status_code: int | None = None
    reason: str | None = None
    cause: Cause | None = None
    attempts: int = 1
    seconds: float = 0.0
    changed_at: datetime | None = None  # when the bytes that hold now were first seen

    @classmethod
    def of(cls, visit: Visit) -> VisitLine:
        return cls(
            release_id=visit.release_id,
            url=visit.url,
            checked_at=visit.checked_at,
            outcome=visit.outcome,
            status_code=visit.status_code,
            reason=visit.reason,
            cause=visit.cause,
            attempts=visit.attempts,
            seconds=round(visit.seconds, 3),
            changed_at=visit.snapshot.fetched_at if visit.snapshot else None,
        )


class ListingLine(BaseModel):
    """One visit of a source's listing."""

    source_id: str
    url: str
    visited_at: datetime
    outcome: ListingOutcome
    cause: str
    reason: str
    requests: int
    rows: int
    new: int
    changed: int

    @classmethod
    def of(cls, visit: SourceVisit) -> ListingLine:
        return cls(
            source_id=visit.source_id,
            url=visit.url,
            visited_at=visit.visited_at,
            outcome=visit.outcome,
            cause=visit.cause,
            reason=visit.reason,
            requests=len(visit.pages),
            rows=visit.rows,
            new=visit.new,
            changed=visit.changed,
        )


class ReadingLine(BaseModel):
    """One release's figures by fate; the four add up to ``read`` (conservation)."""

    release_id: str
    reader: str
    snapshot_sha256: str
    causes: list[str] = Field(default_factory=list)  # why it was read: new bytes, areas, …
    read: int = 0
    observation: int = 0
    unmapped: int = 0
    quarantined: int = 0
    not_a_figure: int = 0
    error: str | None = None  # why nothing could be read
    notes: list[str] = Field(default_factory=list)


class CheckLine(BaseModel):
    suite: str
    rule: str
    severity: str
    success: bool
    evaluated: int
    failed: int
    release_id: str | None = None
    note: str = ""

    @classmethod
    def of(cls, check: Check) -> CheckLine:
        return cls(
            suite=check.suite,
            rule=check.rule,
            severity=check.severity,
            success=check.success,
            evaluated=check.evaluated,
            failed=check.failed,
            release_id=check.release_id,
            note=check.note,
        )


class Alert(BaseModel):
    """What a person should look at; see ``flows.run.alerts``."""

    key: str  # the same as long as the cause lasts
    kind: str
    subject: str  # the source or release, or whose calendar
    text: str


class RunSummary(BaseModel):
    """``outcome``: published, nothing-new, held (a check held the publication), failed, stopped."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    outcome: str = "running"
    mirror: str | None = None
    reason: str | None = None  # of held and failed, or why nothing was published
    publication: str | None = None  # name of the publication made, if one was
    listings: list[ListingLine] = Field(default_factory=list)
    found: list[str] = Field(
        default_factory=list
    )  # releases that a listing named first in this run
    held_links: int = 0  # links that may be releases, and whose title does not settle it
    visits: list[VisitLine] = Field(default_factory=list)
    skipped: list[str] = Field(default_factory=list)  # addresses of a mirror left out, and why
    retired: list[str] = Field(default_factory=list)  # releases that left the catalogue
    readings: list[ReadingLine] = Field(default_factory=list)
    confirmed: int = 0  # readings that came out as they were
    held_releases: dict[str, str] = Field(default_factory=dict)
    checks: list[CheckLine] = Field(default_factory=list)
    changes: list[dict[str, Any]] = Field(default_factory=list)  # the first CHANGES_KEPT
    new_observations: int = 0
    new_quarantined: int = 0
    issues: dict[str, int] = Field(default_factory=dict)  # of each kind; see flows.run.issues
    alerts: list[Alert] | None = None  # open after the run; None: it did not get so far
    begun: list[Alert] = Field(default_factory=list)  # those of them that began with it
    ended: list[Alert] = Field(default_factory=list)  # and those of earlier runs that are gone
    seconds: dict[str, float] = Field(default_factory=dict)  # by stage

    def visits_by_outcome(self) -> Counter[Outcome]:
        return Counter(visit.outcome for visit in self.visits)

    def describe(self) -> str:
        """``published 2026…: 3 releases new; issues: 2 visit, 1 unreadable``."""
        by = self.visits_by_outcome()
        parts = [
            f"{self.outcome}{f' {self.publication}' if self.publication else ''}: "
            f"{by[Outcome.CHANGED]} of {len(self.visits)} releases new, "
            f"{self.new_observations} observations and {self.new_quarantined} quarantined added"
        ]
        if self.listings:
            parts.append(self.describe_listings())
        parts += summarize_failures(self.visits)
        if self.issues:
            counts = ", ".join(f"{number} {kind}" for kind, number in sorted(self.issues.items()))
            parts.append(f"issues: {counts}")
        if self.begun:
            parts.append(f"new: {'; '.join(alert.text for alert in self.begun[:_TOLD])}")
            if len(self.begun) > _TOLD:
                parts.append(f"and {len(self.begun) - _TOLD} more (gongbao status)")
        return "; ".join(parts)

    def describe_listings(self) -> str:
        """``5 listings (2 new, 3 nothing-new): 4 releases found, 1 link held``."""
        counts = Counter(line.outcome for line in self.listings)
        outcomes = ", ".join(f"{counts[each]} {each}" for each in ListingOutcome if counts[each])
        text = f"{counted(len(self.listings), 'listing')} ({outcomes}): "
        text += f"{counted(len(self.found), 'release')} found"
        return f"{text}, {counted(self.held_links, 'link')} held" if self.held_links else text

    @property
    def all_failed(self) -> bool:
        """Whether nothing could be fetched, of one release or more."""
        return bool(self.visits) and self.visits_by_outcome()[Outcome.FAILED] == len(self.visits)

    def raise_if_all_failed(self) -> None:
        """FetchError: for a schedule, that is no success."""
        if self.all_failed:
            raise FetchError(
                f"nothing could be fetched: {'; '.join(summarize_failures(self.visits))}",
                remedy="the reasons stand above and in gongbao status; nothing is lost",
            )

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.run_id}.json"
        partial = path.with_suffix(f".{threading.get_ident()}.partial")
        with partial.open("w", encoding="utf-8") as out:
            out.write(self.model_dump_json(indent=1))
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
        return path


def mark_stopped(folder: Path, run_id: str, *, reason: str, mirror: str | None = None) -> None:
    """Record that a run was stopped from outside, also before it wrote its first record."""
    if (folder / f"{run_id}.json").exists():
        summary = read_summary(folder, run_id)
    else:
        started_at = datetime.strptime(run_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        summary = RunSummary(run_id=run_id, started_at=started_at, mirror=mirror)
    if summary.outcome == "running":
        summary.outcome, summary.reason = "stopped", reason
        summary.finished_at = clock.read_time()
        summary.write(folder)


def prune_records(folder: Path, keep: int) -> None:
    """Delete what is kept of all but the newest ``keep`` runs."""
    for record in sorted(folder.glob("*.json"), reverse=True)[keep:]:
        for path in folder.glob(f"{record.stem}.*"):
            path.unlink(missing_ok=True)


def read_summary(folder: Path, run_id: str) -> RunSummary:
    return RunSummary.model_validate_json((folder / f"{run_id}.json").read_bytes())


def summaries(folder: Path, last: int = 10) -> list[RunSummary]:
    """The newest runs first."""
    paths = sorted(folder.glob("*.json"), reverse=True)[:last]
    return [RunSummary.model_validate_json(path.read_bytes()) for path in paths]
