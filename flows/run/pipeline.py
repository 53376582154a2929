"""The path of the data, without Prefect: each method is one arrow, and none is a way back.

    with open_pipeline(reporter, mirror=…) as run:
        run.fetch(); run.read(); run.gate(); run.load(); run.publish()

A ``Pipeline`` belongs to one run and holds its store open (and locked) from start to end. Each
method may be called again after a failure: it starts from what the one before left. Each fills
the run's summary, so that whatever happens there is an account of it in ``runs/``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import polars as pl

from flows.catalog import Catalog
from flows.fetch import Archive, fetch
from flows.gate import Verdict, check_model, checked_models, gate
from flows.model import schemas
from flows.model.errors import PublishError
from flows.model.nouns import Outcome, Release, Snapshot, Visit
from flows.model.settings import Settings
from flows.model.text import counted
from flows.publish import publish
from flows.read import load_reader
from flows.run.batch import Batch, final_fates, read_batch, sentences
from flows.run.changes import changes, summary_of
from flows.run.progress import Reporter
from flows.run.summary import CHANGES_KEPT, CheckLine, RunSummary, VisitLine
from flows.store import Load, Store


@dataclass
class Pipeline:
    settings: Settings
    catalog: Catalog
    store: Store
    releases: tuple[Release, ...]
    mirror: str | None  # address of the mirror, where the run has one
    summary: RunSummary
    report: Reporter
    reread: bool = False  # also what an older reader has read
    visits: list[Visit] = field(default_factory=list)
    known: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.OBSERVATION))
    batch: Batch = field(default_factory=Batch)
    verdict: Verdict | None = None

    @property
    def run_id(self) -> str:
        return self.summary.run_id

    @contextmanager
    def _stage(self, name: str, total: int | None = None) -> Iterator[None]:
        self.report.stage(name, total)
        since = time.perf_counter()
        try:
            yield
        finally:
            self.summary.seconds[name] = round(time.perf_counter() - since, 3)

    def _done(self, result: str, *, sound: bool = True) -> str:
        self.report.done(result, sound=sound)
        return result

    def fetch(self) -> str:
        """Visit each release; new bytes lie in the archive afterwards."""
        with self._stage("fetch", len(self.releases)):
            self.visits = asyncio.run(
                fetch(
                    self.releases,
                    Archive(self.settings.archive),
                    settings=self.settings,
                    known=self.store.latest_snapshots(),
                    mirror=self.mirror,
                    layouts=self.catalog.layouts,
                    on_visit=lambda visit: self.report.step(f"{visit.release_id}: {visit.outcome}"),
                )
            )
            self.summary.visits = [VisitLine.of(visit) for visit in self.visits]
            by = self.summary.visits_by_outcome()
            return self._done(
                f"{counted(len(self.visits), 'release')} visited: {by[Outcome.CHANGED]} new, "
                f"{by[Outcome.UNCHANGED]} unchanged, {by[Outcome.FAILED]} failed",
                sound=not self.summary.all_failed,
            )

    def read(self) -> str:
        """Every figure of the new snapshots, as printed and as meant.

        With ``reread``, also of those that an older version of their reader has read.
        """
        new = [
            visit.snapshot
            for visit in self.visits
            if visit.outcome is Outcome.CHANGED and visit.snapshot is not None
        ]
        if self.reread:
            fetched = {snapshot.release_id for snapshot in new}
            new += [each for each in self._outdated() if each.release_id not in fetched]
        by_id = {release.release_id: release for release in self.releases}
        with self._stage("read", len(new)):
            self.batch, self.summary.readings = read_batch(
                [(by_id[snapshot.release_id], snapshot) for snapshot in new],
                catalog=self.catalog,
                archive=Archive(self.settings.archive),
                run_id=self.run_id,
                recorded_at=self.summary.started_at,
                on_release=self.report.step,
            )
            unreadable = len(self.batch.failed)
            return self._done(
                f"{self.batch.fates.height:,} numbers in {counted(len(new), 'release')}"
                + (f", {unreadable} unreadable" if unreadable else "")
                if new
                else "nothing new"
            )

    def _outdated(self) -> list[Snapshot]:
        """The newest snapshots that no reader of today's version has read."""
        by_id = {release.release_id: release for release in self.releases}
        read_by = self.store.reader_versions()
        return [
            snapshot
            for release_id, snapshot in self.store.latest_snapshots().items()
            if release_id in by_id
            and read_by.get((release_id, snapshot.sha256))
            != load_reader(by_id[release_id].reader).version
        ]

    def gate(self) -> str:
        """Every observation checked: accepted, or in quarantine with its reason."""
        with self._stage("gate", self.batch.observations.height):
            self.known = self.store.known_observations()
            verdict = gate(
                self.batch.observations,
                known=self.known,
                catalog=self.catalog,
                settings=self.settings,
                run_id=self.run_id,
                recorded_at=self.summary.started_at,
                context=sentences(self.batch),
            )
            self.verdict = verdict
            self.summary.checks = [CheckLine.of(check) for check in verdict.checks]
            self.summary.held_releases = dict(verdict.held)
            if self.batch.observations.is_empty():
                return self._done("nothing to check")
            return self._done(
                f"{verdict.accepted.height:,} of {self.batch.observations.height:,} observations "
                f"accepted by {len(verdict.checks)} checks, {verdict.quarantine.height:,} held"
            )

    def load(self) -> str:
        """One transaction: releases, visits, snapshots, figures, observations, quarantine."""
        if self.verdict is None:
            raise RuntimeError("load before gate")
        with self._stage("store"):
            fates = final_fates(self.batch.fates, self.verdict.quarantine)
            result = self.store.load(
                Load(
                    releases=self.releases,
                    visits=tuple(self.visits),
                    readings=self.batch.readings,
                    fates=fates,
                    observations=self.verdict.accepted,
                    quarantine=self.batch.quarantine.vstack(self.verdict.quarantine),
                    held=self.verdict.held,
                    failed=self.batch.failed,
                )
            )
            self.summary.count_fates(fates)
            self.summary.new_observations = result.observations
            self.summary.new_quarantined = result.quarantine
            if not result.changed:
                return self._done("no row added")
            added = f"{counted(result.observations, 'observation')} and {result.quarantine:,} quarantined added"
            if self.known.is_empty():  # the first load changes nothing that was known
                return self._done(added)
            changed = changes(self.known, self.store.known_observations())
            self.summary.changes = changed.head(CHANGES_KEPT).to_dicts()
            return self._done("; ".join(filter(None, (added, summary_of(changed)))))

    def publish(self) -> str:
        """A new publication, or none where nothing that it shows has changed.

        Raises PublishError where a critical check of the models fails; the last one stands.
        """
        with self._stage("publish"):
            result = publish(
                self.store,
                self.catalog,
                self.settings,
                run_id=self.run_id,
                check=check_model,
                checked=checked_models(),
                on_step=self.report.step,
            )
            self.summary.checks += [CheckLine.of(check) for check in result.checks]
            if result.held:
                self.summary.outcome = "held"
                raise PublishError(
                    f"publication held back: {'; '.join(result.held)}",
                    remedy="the last one stands; see the checks in the run's file under runs/",
                )
            if result.folder is None:
                self.summary.outcome = "nothing-new"
                return self._done(result.reason)
            self.summary.outcome = "published"
            self.summary.publication = result.folder.name
            return self._done(
                f"{sum(result.rows.values()):,} rows in {len(result.rows)} tables, all checks passed"
            )
