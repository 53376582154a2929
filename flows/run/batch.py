"""Batches of derivations: read, then harmonised, each step from files to files.

    home/work/<run>/<batch>/figures.parquet       as printed: release_id and schemas.FIGURE
                            read.parquet          the same with fate, fate_reason
                            observations.parquet  schemas.OBSERVATION
                            quarantine.parquet    schemas.QUARANTINE

A file appears by one rename, so each step can be tried again from its inputs, and a frame of a
batch is in memory only while it is worked on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from flows.harmonise import Origin, harmonise_readings
from flows.model import schemas
from flows.model.nouns import Derivation
from flows.run.issues import Kind, note_issue
from flows.run.plan import Plan
from flows.run.progress import current_reporter
from flows.run.reading import FIGURE
from flows.run.side_by_side import read_parts
from flows.store import ReadingRecord

#: Releases of a batch, and bytes of their snapshots, at most.
BATCH_RELEASES = 100
BATCH_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of a run's derivations; ``name`` says which, for people and for the folder."""

    number: int
    derivations: tuple[Derivation, ...]

    @property
    def name(self) -> str:
        first = self.derivations[0].release.release_id
        more = len(self.derivations) - 1
        return f"{first} and {more} more" if more else first


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """A batch whose figures lie in ``folder``."""

    batch: Batch
    folder: Path
    records: tuple[ReadingRecord, ...] = ()  # one a derivation that was read or failed
    numbers: int = 0  # numbers that were read

    @property
    def name(self) -> str:
        return self.batch.name


@dataclass(frozen=True, slots=True)
class HarmonisedBatch:
    """A batch whose observations and quarantine lie in ``folder`` beside its figures."""

    name: str
    folder: Path
    records: tuple[ReadingRecord, ...]
    observations: int
    held: int

    @property
    def figures(self) -> Path:
        return self.folder / "read.parquet"

    def read_observations(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "observations.parquet")

    def read_quarantine(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "quarantine.parquet")


def cut_batches(derivations: Sequence[Derivation]) -> list[Batch]:
    """The derivations in their order, so many a batch that each is worked on in some seconds."""
    batches: list[list[Derivation]] = []
    size = 0
    for one in derivations:
        full = batches and (
            len(batches[-1]) >= BATCH_RELEASES or size + one.snapshot.size > BATCH_BYTES
        )
        if full or not batches:
            batches.append([])
            size = 0
        batches[-1].append(one)
        size += one.snapshot.size
    return [Batch(number, tuple(part)) for number, part in enumerate(batches)]


def read_batch(plan: Plan, batch: Batch) -> ReadBatch:
    """Read each snapshot of the batch; what can't be read is recorded with the reason.

    Bytes that the archive has lost are an issue and no record: the next run asks for them again.
    """
    folder = plan.work / f"{batch.number:05d}"
    records: list[ReadingRecord] = []
    frames: list[pl.DataFrame] = [FIGURE.to_frame()]
    for part in read_parts(plan, batch.derivations):
        for release_id, why in part.lost:
            current_reporter().step(release_id)
            note_issue(plan, "read", "archive", why, release_id=release_id)
        for record in part.records:
            release_id, _ = record.key
            current_reporter().step(release_id)
            if record.error is not None:
                kind: Kind = record.cause.value if record.cause else "unreadable"
                note_issue(plan, "read", kind, record.error, release_id=release_id)
        records += part.records
        frames.append(part.figures)
    figures = pl.concat(frames)
    _write(figures, folder / "figures.parquet")
    return ReadBatch(batch, folder, tuple(records), figures.height)


def harmonise_batch(plan: Plan, read: ReadBatch) -> HarmonisedBatch:
    """Observations, quarantine and the fate of each figure of a batch."""
    figures = pl.read_parquet(read.folder / "figures.parquet")
    # The figures stand in the order of their readings.
    counts = pl.DataFrame(
        {"count": [record.figures for record in read.records]}, schema={"count": pl.UInt32}
    )
    origin = counts.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).repeat_by("count").explode().drop_nulls()
    ).to_series()
    parts = harmonise_readings(
        figures.select(*schemas.FIGURE, origin.alias("origin")),
        [Origin.of(record.derivation.release, record.metadata) for record in read.records],
        catalog=plan.catalog(),
        run_id=plan.run_id,
        recorded_at=plan.started_at,
    )
    fates = parts.fates.select("fate", "fate_reason")
    for name, frame in (
        ("read", figures.hstack(fates)),
        ("observations", parts.observations),
        ("quarantine", parts.quarantine),
    ):
        _write(frame, read.folder / f"{name}.parquet")
    counted = fates.group_by(origin.alias("origin"), "fate").len()
    of_fate = {(at, fate): number for at, fate, number in counted.iter_rows()}
    return HarmonisedBatch(
        read.name,
        read.folder,
        tuple(
            replace(
                record,
                unmapped=of_fate.get((at, "unmapped"), 0),
                not_a_figure=of_fate.get((at, "not_a_figure"), 0),
            )
            for at, record in enumerate(read.records)
        ),
        parts.observations.height,
        parts.quarantine.height,
    )


def _write(frame: pl.DataFrame, path: Path) -> None:
    """By one rename; lz4, which costs next to nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    frame.write_parquet(partial, compression="lz4", statistics=False)
    partial.replace(path)
