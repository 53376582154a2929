"""A load's nouns as the rows that its tables will get; what the store has already is left out.

Nothing here touches the database: ``Known`` says what is in it, and ``rows_of`` gives one frame a
table, in the columns of ``sql/store/``.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from itertools import count

import polars as pl

from flows.model.errors import StoreError
from flows.model.nouns import Fate, Outcome, Reading, Release, Visit
from flows.store import tables
from flows.store.classes import classed, without_heads
from flows.store.fates import figures_with_fates, with_observations
from flows.store.nouns import Load
from flows.words import combinations

ReadingKey = tuple[str, str, str, str]  # release_id, snapshot_sha256, reader, reader_version
_OF = ["release_id", "snapshot_sha256"]  # what a row of a load is of
ReleaseRow = tuple[object, ...]  # a Release as the table has it, layouts joined


@dataclass(frozen=True, slots=True)
class Known:
    """What the store has, as far as a load must know it."""

    releases: Mapping[str, tuple[int, ReleaseRow]]  # release_id -> newest version and its row
    snapshots: Mapping[str, str]  # release_id -> sha256 of its newest snapshot
    readings: frozenset[ReadingKey]
    visits: frozenset[tuple[str, datetime]]
    classes: pl.DataFrame  # tables.FIGURE_CLASS
    next_snapshot: int
    next_reading: int


@dataclass(frozen=True, slots=True)
class Rows:
    releases: list[tuple[object, ...]]
    snapshots: list[tuple[object, ...]]
    visits: list[tuple[object, ...]]
    readings: list[tuple[object, ...]]
    classes: pl.DataFrame  # tables.FIGURE_CLASS
    figures: pl.DataFrame  # tables.READING_FIGURE
    observations: int  # of these
    quarantine: pl.DataFrame


def release_row(release: Release) -> ReleaseRow:
    values = list(astuple(release)[:12])  # what is asked beside the address has no column yet
    values[6] = str(release.authority)
    layouts = values.pop(7)
    values.insert(7, ";".join(layouts) or None)
    return tuple(values)


def rows_of(load: Load, known: Known, *, run_id: str, recorded_at: datetime) -> Rows:
    """The new rows of ``load``. Raises StoreError where its parts do not belong together."""
    stamp = (recorded_at, run_id)
    releases: list[tuple[object, ...]] = []
    for release in load.releases:
        version, before = known.releases.get(release.release_id, (0, ()))
        row = release_row(release)
        if row != before:
            releases.append((row[0], version + 1, *row[1:], *stamp))
    new_visits = [
        visit for visit in load.visits if (visit.release_id, visit.checked_at) not in known.visits
    ]
    owners = _owners(load, known)
    numbers = _numbers(owners, load.readings, known)
    new = [
        (number, owner, reading)
        for number, owner, reading in zip(numbers, owners, load.readings, strict=True)
        if number is not None
    ]
    ids = pl.DataFrame(
        [(number, owner, reading.snapshot_sha256) for number, owner, reading in new],
        schema=pl.Schema(
            {"reading_id": pl.Int32(), "release_id": pl.String(), "snapshot_sha256": pl.String()}
        ),
        orient="row",
    )
    observations = _with_id(load.observations, ids, owners, load.readings, "observations")
    held = _with_id(load.quarantine, ids, owners, load.readings, "quarantine rows")
    quarantine = held.select(list(tables.QUARANTINE))
    whole = with_observations(_in_order(figures_with_fates(load, owners, numbers)), observations)
    classes, figures = classed(without_heads(whole), known.classes)
    return Rows(
        releases=releases,
        snapshots=_snapshots(load.visits, known, stamp),
        visits=[_visit(visit, run_id) for visit in new_visits],
        readings=_reading_rows(load, new, whole, observations, quarantine, stamp),
        classes=classes,
        figures=figures,
        observations=observations.height,
        quarantine=quarantine,
    )


def _numbers(owners: list[str], readings: tuple[Reading, ...], known: Known) -> list[int | None]:
    """The reading_id that each reading gets; None for one that the store has."""
    fresh = count(known.next_reading)
    return [
        next(fresh) if _reading_key(owner, reading) not in known.readings else None
        for owner, reading in zip(owners, readings, strict=True)
    ]


def _reading_key(owner: str, reading: Reading) -> ReadingKey:
    return owner, reading.snapshot_sha256, reading.reader, reading.reader_version


def _owners(load: Load, known: Known) -> list[str]:
    """Each reading's release. The same bytes may have come from two addresses: in visit order."""
    by_hash: defaultdict[str, deque[str]] = defaultdict(deque)
    for visit in sorted(load.visits, key=lambda visit: visit.outcome is not Outcome.CHANGED):
        if visit.snapshot is not None:
            by_hash[visit.snapshot.sha256].append(visit.release_id)
    for release_id, sha256 in known.snapshots.items():
        if release_id not in by_hash[sha256]:
            by_hash[sha256].append(release_id)
    owners = []
    for reading in load.readings:
        waiting = by_hash[reading.snapshot_sha256]
        if not waiting:
            raise StoreError(
                f"a reading of snapshot {reading.snapshot_sha256[:12]} belongs to no visit",
                remedy="this is a bug: load a reading together with the visit that brought it",
            )
        owners.append(waiting.popleft())
    return owners


def _snapshots(
    visits: tuple[Visit, ...], known: Known, stamp: tuple[datetime, str]
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    newest = dict(known.snapshots)
    for visit in visits:
        snap = visit.snapshot
        if snap is None or newest.get(visit.release_id) == snap.sha256:
            continue
        newest[visit.release_id] = snap.sha256
        number = known.next_snapshot + len(rows)
        values = astuple(snap)[:10]
        rows.append((number, *values[:3], str(snap.media_kind), *values[4:], *stamp))
    return rows


def _visit(visit: Visit, run_id: str) -> tuple[object, ...]:
    snap = visit.snapshot
    return (
        visit.release_id,
        visit.url,
        visit.checked_at,
        str(visit.outcome),
        visit.status_code,
        visit.reason,
        visit.attempts,
        visit.seconds,
        visit.size,
        snap.sha256 if snap else None,
        snap.etag if snap else None,
        snap.last_modified if snap else None,
        run_id,
    )


def _with_id(
    frame: pl.DataFrame,
    ids: pl.DataFrame,
    owners: list[str],
    readings: tuple[Reading, ...],
    what: str,
) -> pl.DataFrame:
    """The frame's rows of new readings, in their order, with ``reading_id``.

    StoreError where it has rows of something that was not read.
    """
    distinct, _ = combinations(frame, _OF)
    read = pl.DataFrame(
        [(owner, reading.snapshot_sha256) for owner, reading in zip(owners, readings, strict=True)],
        schema=pl.Schema({"release_id": pl.String(), "snapshot_sha256": pl.String()}),
        orient="row",
    )
    strange = distinct.join(read, on=_OF, how="anti")
    if strange.height:
        raise StoreError(
            f"{what} of a snapshot that was not read: {strange['snapshot_sha256'][0][:12]}",
            where=str(strange["release_id"][0]),
            remedy="this is a bug; nothing was recorded",
        )
    if ids.height == 1 and distinct.equals(ids.select(_OF)):
        return frame.with_columns(reading_id=pl.lit(ids["reading_id"][0], pl.Int32()))
    return frame.join(ids, on=_OF, maintain_order="left")


def _in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """By reading and figure: the order in which they are published."""
    key = pl.col("reading_id").cast(pl.Int64) * 2**32 + pl.col("figure_no")
    if frame.select(key).to_series().is_sorted():
        return frame
    return frame.sort("reading_id", "figure_no")


def _reading_rows(
    load: Load,
    new: list[tuple[int, str, Reading]],
    figures: pl.DataFrame,
    observations: pl.DataFrame,
    quarantine: pl.DataFrame,
    stamp: tuple[datetime, str],
) -> list[tuple[object, ...]]:
    accepted = {
        number: (count, day)
        for number, count, day in observations.group_by("reading_id")
        .agg(pl.len(), pl.col("published_on").first())
        .iter_rows()
    }
    held = dict(quarantine.group_by("reading_id").agg(pl.col("figure_no").n_unique()).iter_rows())
    fates = {
        (number, fate): count
        for number, fate, count in figures.filter(pl.col("fate") != Fate.OBSERVATION.value)
        .group_by("reading_id", "fate")
        .len()
        .iter_rows()
    }
    published = {release.release_id: release.published_on for release in load.releases}
    rows: list[tuple[object, ...]] = []
    for number, owner, reading in new:
        meta = reading.metadata
        reason = load.failed.get(owner) or load.held.get(owner)
        outcome = "failed" if owner in load.failed else "held" if owner in load.held else "accepted"
        count, day = accepted.get(number, (0, published.get(owner) or meta.published_on))
        rows.append(
            (
                number,
                *_reading_key(owner, reading),
                outcome,
                reason,
                "; ".join(reading.notes) or None,
                meta.title,
                meta.ref_area,
                meta.time_period,
                meta.publisher,
                meta.obs_status,
                json.dumps(meta.locators, ensure_ascii=False) if meta.locators else None,
                day,
                reading.figures.height,
                count,
                fates.get((number, Fate.UNMAPPED.value), 0),
                held.get(number, 0),
                fates.get((number, Fate.NOT_A_FIGURE.value), 0),
                *stamp,
            )
        )
    return rows
