"""The stages of a run without Prefect: each takes values and gives a value, and can be tried again.

    plan → visits → derivations → (batches) read → harmonised → verdict → loaded → published

Frames pass as files in the run's work folder. A stage opens the store for as long as it reads or
writes there and never while the network is waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from flows.fetch import Archive, MirrorServer, fetch
from flows.gate import check_model, checked_models, gate
from flows.model import schemas
from flows.model.errors import PublishError
from flows.model.nouns import Check, Derivation, Outcome, Visit
from flows.model.text import counted
from flows.publish import publish
from flows.run.batch import HarmonisedBatch
from flows.run.changes import compare_values
from flows.run.ingredients import find_stale
from flows.run.issues import note_issue
from flows.run.plan import Plan, is_address
from flows.run.progress import current_reporter
from flows.run.sameness import keep_unchanged
from flows.store import Load, LoadResult, Store


@contextmanager
def open_store(plan: Plan) -> Iterator[Store]:
    with Store.open(plan.settings, run_id=plan.run_id, started_at=plan.started_at) as store:
        yield store


def fetch_releases(plan: Plan) -> tuple[Visit, ...]:
    """Visit each release that is due; new bytes lie in the archive afterwards."""
    if not plan.count_due():
        return ()
    catalog = plan.catalog()
    with open_store(plan) as store:
        known = store.latest_snapshots()

    def on_visit(visit: Visit) -> None:
        current_reporter().step(f"{visit.release_id}: {visit.outcome}")
        if visit.outcome is Outcome.FAILED:
            reason = visit.reason or "no reason is known"
            note_issue(plan, "fetch", "visit", reason, release_id=visit.release_id)

    served = plan.mirror is not None and not is_address(plan.mirror)
    with MirrorServer(Path(plan.mirror or "")) if served else nullcontext() as server:
        visits = asyncio.run(
            fetch(
                plan.releases if plan.due is None else plan.due,
                Archive(plan.settings.archive),
                settings=plan.settings,
                known=known,
                hosts=plan.hosts,
                walls=plan.walls,
                robots=plan.robots,
                mirror=plan.mirror if server is None else server.url,
                layouts=catalog.layouts,
                on_visit=on_visit,
            )
        )
    return tuple(keep_unchanged(visits, known, Archive(plan.settings.archive)))


@dataclass(frozen=True, slots=True)
class Seen:
    retired: tuple[str, ...]  # releases that left the catalogue
    changes: pl.DataFrame  # changes.COLUMNS: the values that count no more with them


def record_visits(plan: Plan, visits: Sequence[Visit]) -> Seen:
    """Record what was seen and what is said of it; retire releases that nothing names any more.

    A run over some sources only retires nothing.
    """
    catalog = plan.catalog()
    with open_store(plan) as store:
        known = {each.release.release_id for each in store.counting_snapshots()}
        here = {release.release_id for release in plan.releases}
        named = (*catalog.releases, *plan.found)
        elsewhere = [
            release
            for release in named
            if release.release_id in known and release.release_id not in here
        ]
        everything = plan.pattern is None
        catalogued = {each.release_id for each in named}
        staying = here | catalogued
        may_retire = everything and any(one not in staying for one in known)
        before = store.known_observations() if may_retire else schemas.empty(schemas.OBSERVATION)
        recorded = store.record(
            (*plan.releases, *(elsewhere if everything else ())),
            visits,
            catalogued=catalogued if everything else None,
        )
        after = store.known_observations() if recorded.retired else before
    for release_id in recorded.retired:
        note_issue(plan, "store", "retired", "it has left the catalogue", release_id=release_id)
    return Seen(recorded.retired, compare_values(before, after))


def list_stale(plan: Plan) -> tuple[Derivation, ...]:
    """The readings that today's catalogue, rules and readers would make otherwise, or first."""
    with open_store(plan) as store:
        counting = store.counting_snapshots()
    return find_stale(counting, plan, plan.catalog())


@dataclass(frozen=True, slots=True)
class Gated:
    """The gate's verdict; accepted and held rows lie in ``folder``."""

    folder: Path
    content: str  # fingerprint of the store that the verdict rests on
    observations: int = 0
    accepted: int = 0
    held: int = 0
    checks: tuple[Check, ...] = ()
    held_releases: dict[str, str] = field(default_factory=dict)  # release_id -> why

    def read_accepted(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "accepted.parquet")

    def read_held(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "held.parquet")


def gate_batches(plan: Plan, batches: Sequence[HarmonisedBatch]) -> Gated:
    """Every observation checked: accepted, or in quarantine with its reason."""
    keys = {record.key for batch in batches for record in batch.records}
    with open_store(plan) as store:
        content = store.content_fingerprint()
        known = store.known_observations(without=keys)
    observations = pl.concat(
        [schemas.empty(schemas.OBSERVATION), *(batch.read_observations() for batch in batches)]
    )
    verdict = gate(
        observations,
        known=known,
        catalog=plan.catalog(),
        settings=plan.settings,
        run_id=plan.run_id,
        recorded_at=plan.started_at,
        readings={
            record.key for batch in batches for record in batch.records if record.error is None
        },
    )
    plan.work.mkdir(parents=True, exist_ok=True)
    verdict.accepted.write_parquet(plan.work / "accepted.parquet", compression="lz4")
    verdict.quarantine.write_parquet(plan.work / "held.parquet", compression="lz4")
    for release_id, why in verdict.held.items():
        note_issue(plan, "gate", "release-held", why, release_id=release_id)
    return Gated(
        plan.work,
        content,
        observations.height,
        verdict.accepted.height,
        verdict.quarantine.height,
        tuple(verdict.checks),
        dict(verdict.held),
    )


@dataclass(frozen=True, slots=True)
class Loaded:
    result: LoadResult
    changes: pl.DataFrame  # changes.COLUMNS; empty for the first load, which changes nothing known


def load_batches(
    plan: Plan, visits: Sequence[Visit], batches: Sequence[HarmonisedBatch], gated: Gated
) -> Loaded | None:
    """One transaction: readings, figures, quarantine.

    None, and nothing added, where another run has loaded since the gate looked: gate again.
    """
    with open_store(plan) as store:
        if store.content_fingerprint() != gated.content:
            return None
        first = store.is_empty()
        nothing = schemas.empty(schemas.OBSERVATION)
        before = nothing if first else store.known_observations()
        harmonised = [batch.read_quarantine() for batch in batches]
        result = store.load(
            Load(
                readings=tuple(record for batch in batches for record in batch.records),
                figures=tuple(batch.figures for batch in batches),
                observations=gated.read_accepted(),
                quarantine=pl.concat([*harmonised, gated.read_held()]),
                held=gated.held_releases,
            )
        )
        store.note_run(visits, result)
        compared = result.changed and not first
        after = store.known_observations() if compared else before
        stale = store.stale_values() if compared else {}
    read = {record.key[0] for batch in batches for record in batch.records}
    for release_id in sorted(read & stale.keys()):
        note_issue(
            plan,
            "store",
            "stale",
            f"{counted(stale[release_id], 'value')} of its last sound print "
            f"{'stands' if stale[release_id] == 1 else 'stand'} in for what is held of the newest",
            release_id=release_id,
        )
    return Loaded(result, compare_values(before, after))


@dataclass(frozen=True, slots=True)
class Published:
    name: str | None  # of the publication; None: there is none
    reason: str = ""  # why there is none
    checks: tuple[Check, ...] = ()
    rows: int = 0
    tables: int = 0


def publish_run(plan: Plan) -> Published:
    """A new publication, or none where nothing that it shows has changed.

    Raises PublishError where a critical check of the models fails; the last one stands.
    """
    with open_store(plan) as store:
        if not store.latest_snapshots():
            return Published(None, "nothing has been fetched yet: there is nothing to publish")
        result = publish(
            store,
            plan.catalog(),
            plan.settings,
            run_id=plan.run_id,
            check=check_model,
            checked=checked_models(),
            on_step=current_reporter().step,
        )
    for check in result.checks:
        if not check.success:
            note_issue(plan, "publish", "check", f"{check.suite}: {check.rule}: {check.note}")
    if result.held:
        raise PublishError(
            f"publication held back: {'; '.join(result.held)}",
            remedy="the last one stands; see the checks in the run's file under runs/",
        )
    name = None if result.folder is None else result.folder.name
    return Published(
        name, result.reason, result.checks, sum(result.rows.values()), len(result.rows)
    )
