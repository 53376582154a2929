"""Read the snapshots of some derivations: what was read, what cannot be, what the archive has lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from flows.catalog import Catalog
from flows.fetch import Archive
from flows.model import schemas
from flows.model.errors import ReadCause, ReadError, StoreError
from flows.model.nouns import Derivation
from flows.read import load_reader, read
from flows.run.plan import Plan
from flows.store import ReadingRecord

#: Figures of several releases.
FIGURE = pl.Schema({"release_id": pl.String(), **schemas.FIGURE})


@dataclass(frozen=True, slots=True)
class Part:
    """Some derivations of a batch, read; ``figures`` stand in the order of the records."""

    records: tuple[ReadingRecord, ...]  # one a derivation that was read or cannot be
    figures: pl.DataFrame  # FIGURE
    lost: tuple[tuple[str, str], ...] = ()  # release_id and why its bytes are not at hand


def read_part(plan: Plan, derivations: Sequence[Derivation]) -> Part:
    """Read each snapshot; whatever is wrong with one never ends the run."""
    catalog, archive = plan.catalog(), Archive(plan.settings.archive)
    records: list[ReadingRecord] = []
    frames = [FIGURE.to_frame()]
    lost = []
    for derivation in derivations:
        release_id = derivation.release.release_id
        try:
            record, figures = _read_one(derivation, catalog, archive)
        except StoreError as error:
            lost.append((release_id, str(error)))
            continue
        records.append(record)
        if figures is not None:
            frames.append(figures.select(pl.lit(release_id).alias("release_id"), *schemas.FIGURE))
    return Part(tuple(records), pl.concat(frames), tuple(lost))


def record_failure(
    derivation: Derivation, why: str, cause: ReadCause | None = None
) -> ReadingRecord:
    """The record of a derivation that cannot be read."""
    reader = derivation.release.reader
    return ReadingRecord(derivation, reader, load_reader(reader).version, error=why, cause=cause)


def _read_one(
    derivation: Derivation, catalog: Catalog, archive: Archive
) -> tuple[ReadingRecord, pl.DataFrame | None]:
    release, snapshot = derivation.release, derivation.snapshot
    if derivation.twin_of is not None:
        return record_failure(derivation, f"the same bytes as {derivation.twin_of}"), None
    data = archive.read(snapshot.sha256)
    try:
        reading = read(data, snapshot=snapshot, release=release, catalog=catalog)
    except ReadError as error:
        return record_failure(derivation, str(error), error.cause), None
    except Exception as error:  # noqa: BLE001 - one document never ends a run
        what = f"the reader failed: {type(error).__name__}: {error}"
        return record_failure(derivation, f"{release.release_id}: {what}"), None
    record = ReadingRecord(
        derivation,
        release.reader,
        load_reader(release.reader).version,
        metadata=reading.metadata,
        notes=reading.notes,
        figures=reading.figures.height,
    )
    return record, reading.figures
