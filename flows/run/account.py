"""The account of a run: what each stage gave, as a line for whoever watches and in the summary.

It belongs to whoever follows the path of the data; no stage sees it. The run's file is written when
the run begins, after each stage and when it ends, whatever becomes of it.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import polars as pl
from filelock import FileLock, Timeout

from flows.discover.match import SightingFate
from flows.model import clock
from flows.model.errors import StoreError
from flows.model.nouns import Derivation, Outcome, Visit
from flows.model.publication import current_folder
from flows.model.text import counted
from flows.run.alerts import collect_alerts, load_previous
from flows.run.batch import HarmonisedBatch, ReadBatch
from flows.run.changes import describe_changes
from flows.run.issues import count_issues, note_issue
from flows.run.listings import Adopted
from flows.run.overdue import list_overdue
from flows.run.plan import Plan
from flows.run.progress import current_reporter
from flows.run.stages import Gated, Loaded, Published, Seen
from flows.run.summary import (
    CHANGES_KEPT,
    CheckLine,
    ListingLine,
    ReadingLine,
    RunSummary,
    VisitLine,
    prune_records,
)

#: Locked in a work folder while its run lives.
_ALIVE = ".alive"
#: How often the gate looks again where other runs load in between.
GATE_TRIES = 5


@contextmanager
def open_account(plan: Plan) -> Iterator[Account]:
    """The account of a run that follows ``plan``; its work folder goes when the run ends."""
    summary = RunSummary(
        run_id=plan.run_id,
        started_at=plan.started_at,
        mirror=plan.mirror,
        skipped=list(plan.skipped),
    )
    account = Account(plan, summary)
    account.write()
    own = _claim_work_folder(plan)
    for text in plan.skipped:
        note_issue(plan, "start", "skipped", text)
    try:
        yield account
    except BaseException as error:
        if summary.outcome != "held":
            summary.outcome = "failed"
        summary.reason = str(error) or type(error).__name__
        raise
    finally:
        summary.finished_at = clock.read_time()
        account.write()
        prune_records(plan.settings.runs, plan.settings.keep_runs)
        shutil.rmtree(plan.work, ignore_errors=True)
        own.release()


def _claim_work_folder(plan: Plan) -> FileLock:
    """The run's work folder, locked while it lives; those of runs that died are removed."""
    root = plan.work.parent
    root.mkdir(parents=True, exist_ok=True)
    for folder in root.iterdir():
        with suppress(Timeout), FileLock(folder / _ALIVE, timeout=0):
            shutil.rmtree(folder, ignore_errors=True)
    plan.work.mkdir()
    lock = FileLock(plan.work / _ALIVE, timeout=0)
    lock.acquire()
    return lock


class Account:
    def __init__(self, plan: Plan, summary: RunSummary) -> None:
        self.plan = plan
        self.summary = summary
        self._gated = 0
        self._changes: pl.DataFrame | None = None

    def write(self) -> None:
        runs = self.plan.settings.runs
        self.summary.issues = count_issues(runs, self.plan.run_id)
        self.summary.write(runs)

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[None]:
        """Time a stage and tell that it is under way."""
        current_reporter().stage(name, total)
        since = time.perf_counter()
        try:
            yield
        finally:
            seconds = self.summary.seconds.get(name, 0.0) + time.perf_counter() - since
            self.summary.seconds[name] = round(seconds, 3)
        self.write()

    def add_adopted(self, adopted: Adopted) -> Plan:
        """The plan with the releases that were found."""
        self.summary.listings = [ListingLine.of(visit) for visit in adopted.visits]
        self.summary.found = list(adopted.new)
        held = sum(match.fate is SightingFate.HELD for match in adopted.matches)
        self.summary.held_links = held
        text = "no listing to look at"
        if adopted.visits:
            text = self.summary.describe_listings()
        sound = all(visit.outcome.is_green for visit in adopted.visits)
        current_reporter().done(text, sound=sound)
        return adopted.plan

    def add_visits(self, visits: tuple[Visit, ...]) -> tuple[Visit, ...]:
        self.summary.visits = [VisitLine.of(visit) for visit in visits]
        by = self.summary.visits_by_outcome()
        current_reporter().done(
            f"{counted(len(visits), 'release')} visited: {by[Outcome.CHANGED]} new, "
            f"{by[Outcome.UNCHANGED]} unchanged, {by[Outcome.FAILED]} failed",
            sound=not self.summary.all_failed,
        )
        return visits

    def add_seen(self, seen: Seen) -> None:
        self.summary.retired = list(seen.retired)
        self._changes = seen.changes

    def add_read(self, stale: Sequence[Derivation], batches: list[ReadBatch]) -> list[ReadBatch]:
        numbers = sum(batch.numbers for batch in batches)
        unreadable = sum(record.error is not None for b in batches for record in b.records)
        again = sum("new bytes" not in one.causes for one in stale)
        text = f"{numbers:,} numbers in {counted(len(stale), 'release')}"
        text += f", {again} of them read again" if again else ""
        text += f", {unreadable} unreadable" if unreadable else ""
        current_reporter().done(text if stale else "nothing new")
        return batches

    def add_harmonised(self, batches: list[HarmonisedBatch]) -> list[HarmonisedBatch]:
        self.summary.readings = [
            ReadingLine(
                release_id=record.derivation.release.release_id,
                reader=record.reader,
                snapshot_sha256=record.derivation.snapshot.sha256,
                causes=list(record.derivation.causes),
                read=record.figures,
                unmapped=record.unmapped,
                not_a_figure=record.not_a_figure,
                error=record.error,
                notes=list(record.notes),
            )
            for batch in batches
            for record in batch.records
        ]
        observations = sum(batch.observations for batch in batches)
        held = sum(batch.held for batch in batches)
        current_reporter().done(
            f"{counted(observations, 'observation')}, {held:,} held by reader and harmoniser"
            if batches
            else "nothing new"
        )
        return batches

    def add_gated(self, gated: Gated) -> Gated:
        """StoreError where other runs load faster than this one can gate."""
        self._gated += 1
        if self._gated > GATE_TRIES:
            raise StoreError(
                f"other runs have loaded {GATE_TRIES} times while this one was gating",
                where=str(self.plan.settings.store),
                remedy="run gongbao refresh again when they have ended",
            )
        self.summary.checks = [CheckLine.of(check) for check in gated.checks]
        self.summary.held_releases = dict(gated.held_releases)
        self._count_fates(gated)
        current_reporter().done(
            f"{gated.accepted:,} of {gated.observations:,} observations accepted by "
            f"{len(gated.checks)} checks, {gated.held:,} held by the gate"
            if gated.observations
            else "nothing to check"
        )
        return gated

    def _count_fates(self, gated: Gated) -> None:
        """Each reading's observations, and what is neither those nor without an indicator."""
        counts = {
            (release, sha256): number
            for release, sha256, number in gated.read_accepted()
            .group_by("release_id", "snapshot_sha256")
            .len()
            .iter_rows()
        }
        for line in self.summary.readings:
            line.observation = counts.get((line.release_id, line.snapshot_sha256), 0)
            others = line.observation + line.unmapped + line.not_a_figure
            line.quarantined = line.read - others

    def add_loaded(self, loaded: Loaded | None) -> Loaded | None:
        if loaded is None:
            current_reporter().done("another run has loaded meanwhile: gating again", sound=False)
            return None
        result = loaded.result
        self.summary.new_observations = result.observations
        self.summary.new_quarantined = result.quarantine
        self.summary.confirmed = result.confirmed
        changes = loaded.changes
        if self._changes is not None:
            changes = pl.concat([self._changes, changes])
        self.summary.changes = changes.head(CHANGES_KEPT).to_dicts()
        parts = ["no row added"]
        if result.changed:
            parts = [
                f"{counted(result.observations, 'observation')} and "
                f"{result.quarantine:,} quarantined added"
            ]
        if result.confirmed:
            parts.append(f"{counted(result.confirmed, 'reading')} as before")
        parts.append(describe_changes(changes))
        current_reporter().done("; ".join(filter(None, parts)))
        return loaded

    def add_published(self, published: Published) -> None:
        self.summary.checks += [CheckLine.of(check) for check in published.checks]
        if published.name is None:
            self.summary.outcome, self.summary.reason = "nothing-new", published.reason
            current_reporter().done(published.reason)
            return
        self.summary.outcome, self.summary.publication = "published", published.name
        current_reporter().done(
            f"{published.rows:,} rows in {published.tables} tables, all checks passed"
        )

    def add_alerts(self) -> None:
        """What a person should look at, and what of it began with this run."""
        settings = self.plan.settings
        current = current_folder(settings)
        today = clock.read_day()
        overdue = list_overdue(current, today) if current else []
        previous = load_previous(settings.runs, self.plan.run_id)
        alerts = collect_alerts(self.summary, overdue, previous, today)
        self.summary.alerts, self.summary.begun, self.summary.ended = alerts
