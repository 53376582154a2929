"""Reading a run's new snapshots into one batch of frames, and the last word on every fate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from flows.catalog import Catalog
from flows.fetch import Archive
from flows.harmonise import Harmonised, harmonise
from flows.model import schemas
from flows.model.errors import ReadError
from flows.model.nouns import Fate, Reading, Release, Snapshot
from flows.read import load_reader, read
from flows.run.summary import ReadingLine

_KEY = ["snapshot_sha256", "figure_no"]


@dataclass(frozen=True)
class Batch:
    """All releases of a run together. ``fates`` has a row for every number that was read."""

    readings: tuple[Reading, ...] = ()
    observations: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.OBSERVATION))
    quarantine: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.QUARANTINE))
    fates: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.FATE))
    failed: dict[str, str] = field(default_factory=dict)  # release_id -> why it can't be read


def read_batch(
    new: Sequence[tuple[Release, Snapshot]],
    *,
    catalog: Catalog,
    archive: Archive,
    run_id: str,
    recorded_at: datetime,
    on_release: Callable[[str], None],
) -> tuple[Batch, list[ReadingLine]]:
    """Read and harmonise each snapshot; one that can't be read is recorded with the reason.

    Two addresses that give the same bytes are a fault of the site (or one document twice): the
    first is read, the second is recorded as failed, so that no figure counts twice.
    """
    readings: list[Reading] = []
    meant: list[Harmonised] = []
    lines: list[ReadingLine] = []
    failed: dict[str, str] = {}
    first: dict[str, str] = {}  # sha256 -> the release that was read
    for release, snapshot in new:
        line = ReadingLine(
            release_id=release.release_id, reader=release.reader, snapshot_sha256=snapshot.sha256
        )
        lines.append(line)
        on_release(release.release_id)
        try:
            if twin := first.get(snapshot.sha256):
                raise ReadError(f"the same bytes as {twin}", where=release.release_id)
            data = archive.read(snapshot.sha256)
            reading = read(data, snapshot=snapshot, release=release, catalog=catalog)
        except ReadError as error:
            line.error = failed[release.release_id] = str(error)
            readings.append(_unreadable(release, snapshot, str(error)))
            continue
        first[snapshot.sha256] = release.release_id
        line.notes = list(reading.notes)
        readings.append(reading)
        meant.append(
            harmonise(
                reading,
                release=release,
                snapshot=snapshot,
                catalog=catalog,
                run_id=run_id,
                recorded_at=recorded_at,
            )
        )
    if not meant:
        return Batch(tuple(readings), failed=failed), lines
    batch = Batch(
        tuple(readings),
        pl.concat([each.observations for each in meant]),
        pl.concat([each.quarantine for each in meant]),
        pl.concat([each.fates for each in meant]),
        failed,
    )
    return batch, lines


def _unreadable(release: Release, snapshot: Snapshot, reason: str) -> Reading:
    """A reading without a figure, so that the store remembers that it was tried, and by whom."""
    return Reading(
        snapshot_sha256=snapshot.sha256,
        reader=release.reader,
        reader_version=load_reader(release.reader).version,
        figures=schemas.empty(schemas.FIGURE),
        notes=(reason,),
    )


def sentences(batch: Batch) -> pl.DataFrame:
    """The printed sentence of each figure: ``snapshot_sha256, figure_no, context_text``."""
    columns = [*_KEY, "context_text"]
    frames = [reading.figures.select(columns) for reading in batch.readings]
    return pl.concat(frames) if frames else schemas.empty(schemas.FIGURE).select(columns)


def final_fates(fates: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """The harmoniser's fates, with those that the gate held back changed to quarantined."""
    if held.is_empty():
        return fates
    by_gate = held.select(*_KEY, pl.col("rule").alias("held_by"))
    return fates.join(by_gate, on=_KEY, how="left", maintain_order="left").select(
        *_KEY,
        fate=pl.when(pl.col("held_by").is_not_null())
        .then(pl.lit(Fate.QUARANTINED.value))
        .otherwise(pl.col("fate")),
        fate_reason=pl.coalesce("held_by", "fate_reason"),
    )
