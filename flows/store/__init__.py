"""The store: the system of record, one file, one writer, all or nothing, append-only.

``home/store.duckdb`` is opened by nobody but the stage that holds ``home/store.lock``, and only for
as long as it reads or writes; readers open a publication. Each load is one transaction in which
conservation is proven. The same derivation adds no row the second time.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from flows import __version__
from flows.catalog import load_catalog
from flows.model import clock, schemas
from flows.model.errors import StoreError
from flows.model.listing import ListingState, Sighting, SourceVisit
from flows.model.nouns import Outcome, Release, Snapshot, Visit
from flows.model.paths import SQL
from flows.model.settings import Settings
from flows.store import tables
from flows.store.addresses import load_withdrawn
from flows.store.listings import load_listings, load_sightings, record_listings
from flows.store.loading import Load, LoadResult, ReadingRecord, add_readings
from flows.store.lock import lock_holder, raise_if_locked, writer_lock
from flows.store.opening import duckdb_errors, first_row, open_database
from flows.store.recording import Recorded, naive_utc, record_rows
from flows.store.snapshots import (
    AddressVisit,
    CountingSnapshot,
    load_address_visits,
    load_counting_snapshots,
    load_latest_snapshots,
    load_releases,
)

__all__ = [
    "AddressVisit",
    "CountingSnapshot",
    "Load",
    "LoadResult",
    "ReadingRecord",
    "Recorded",
    "Store",
    "copy_store",
    "lock_holder",
    "raise_if_locked",
]


@dataclass(frozen=True)
class Store:
    """An open store. Make one with ``Store.open``."""

    path: Path
    connection: duckdb.DuckDBPyConnection  # for publish, which copies from it
    run_id: str
    started_at: datetime  # the recorded_at of all that is added

    @classmethod
    @contextmanager
    def open(
        cls, settings: Settings, *, run_id: str, started_at: datetime | None = None
    ) -> Iterator[Store]:
        """Lock, open and migrate; LockHeld or StoreError where that cannot be."""
        path = settings.store
        with duckdb_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with writer_lock(path, run_id, wait=settings.lock_wait):
            _refuse_lost_store(settings)
            connection = open_database(path)
            try:
                yield cls(path, connection, run_id, started_at or clock.read_time())
            finally:
                with duckdb_errors(path):
                    connection.close()

    def latest_snapshots(self) -> dict[str, Snapshot]:
        """What each release's address last gave, with the validators to ask it with again."""
        with duckdb_errors(self.path):
            return load_latest_snapshots(self.connection)

    def counting_snapshots(self) -> list[CountingSnapshot]:
        """The snapshots whose readings may count, retired releases left out."""
        with duckdb_errors(self.path):
            return load_counting_snapshots(self.connection)

    def known_observations(self, *, without: Collection[tuple[str, str]] = ()) -> pl.DataFrame:
        """schemas.OBSERVATION: what counts today, one row a key (see latest_vintage.sql).

        ``without``: readings of these (release_id, sha256) are left out, as if never made.
        """
        columns = ", ".join(schemas.OBSERVATION)
        return self._frame(f"SELECT {columns} FROM latest_vintage", without=without)

    def is_empty(self) -> bool:
        """Whether nothing was ever read."""
        with duckdb_errors(self.path):
            return first_row(self.connection, "SELECT 1 FROM reading LIMIT 1") is None

    def stale_values(self) -> dict[str, int]:
        """Of each release, how many values of an earlier print stand in for held ones."""
        with duckdb_errors(self.path), self.connection.cursor() as cursor:
            _define(cursor, ())
            rows = cursor.execute(
                "SELECT release_id, count(*) FROM latest_vintage WHERE stale_since IS NOT NULL "
                "GROUP BY release_id ORDER BY release_id"
            ).fetchall()
        return dict(rows)

    def as_of(self, published: date, recorded: datetime | None = None) -> pl.DataFrame:
        """schemas.OBSERVATION as it stood at the end of ``published``.

        With ``recorded``, also only what this store had learned by then.
        """
        columns = ", ".join(schemas.OBSERVATION)
        query = f"SELECT {columns} FROM observation_as_of($published, recorded := $recorded)"
        learned = None if recorded is None else naive_utc(recorded)
        return self._frame(query, {"published": published, "recorded": learned})

    def content_fingerprint(self) -> str:
        """Changes when, and only when, a table that is published has other rows.

        Rows are only ever added, with the time of their run: counts and the newest times tell.
        """
        counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in tables.PUBLISHED)
        newest = ", ".join(
            f"(SELECT max(recorded_at) FROM {name})" for name in ("release", "snapshot", "reading")
        )
        with duckdb_errors(self.path):
            row = first_row(self.connection, f"SELECT {counts}, {newest}")
        return hashlib.sha256(repr(row).encode()).hexdigest()

    def record(
        self,
        releases: Sequence[Release],
        visits: Sequence[Visit] = (),
        *,
        catalogued: Collection[str] | None = None,
    ) -> Recorded:
        """Add what a run saw; with ``catalogued`` retire what the catalogue no longer names."""
        with duckdb_errors(self.path):
            return record_rows(
                self.connection,
                releases,
                visits,
                catalogued=catalogued,
                run_id=self.run_id,
                recorded_at=self.started_at,
            )

    def releases(self) -> list[Release]:
        """Every release as last recorded, retired ones left out."""
        with duckdb_errors(self.path):
            return load_releases(self.connection)

    def release_ids(self) -> set[str]:
        """Every release that was ever recorded."""
        with duckdb_errors(self.path):
            rows = self.connection.execute("SELECT DISTINCT release_id FROM release").fetchall()
        return {release_id for (release_id,) in rows}

    def address_visits(self) -> dict[str, AddressVisit]:
        """The last visit of each release."""
        with duckdb_errors(self.path):
            return load_address_visits(self.connection)

    def listings(self) -> dict[str, ListingState]:
        """What earlier visits left of each source's listing."""
        with duckdb_errors(self.path):
            return load_listings(self.connection)

    def sightings(self) -> list[Sighting]:
        """Every link of a listing as it was last printed."""
        with duckdb_errors(self.path):
            return load_sightings(self.connection)

    def withdrawn(self) -> set[str]:
        """Addresses of releases that gave 404 or 410 when they were last asked for."""
        with duckdb_errors(self.path):
            return load_withdrawn(self.connection)

    def record_listings(self, visits: Sequence[SourceVisit]) -> None:
        """Add what a run's visits of listings gave."""
        with duckdb_errors(self.path):
            record_listings(
                self.connection, visits, run_id=self.run_id, recorded_at=self.started_at
            )

    def load(self, load: Load) -> LoadResult:
        """Add what is new, in one transaction; StoreError and no row where it doesn't add up."""
        with duckdb_errors(self.path):
            return add_readings(
                self.connection, load, run_id=self.run_id, recorded_at=self.started_at
            )

    def note_run(self, visits: Sequence[Visit], result: LoadResult) -> None:
        """One row a run, however often it is noted."""
        outcomes = [visit.outcome for visit in visits]
        with duckdb_errors(self.path):
            self.connection.execute(
                """INSERT INTO run SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
                WHERE NOT EXISTS (FROM run WHERE run_id = ?)""",
                [
                    self.run_id,
                    naive_utc(self.started_at),
                    naive_utc(clock.read_time()),
                    __version__,
                    len(outcomes),
                    outcomes.count(Outcome.CHANGED),
                    outcomes.count(Outcome.FAILED),
                    result.readings,
                    result.figures,
                    result.observations,
                    result.quarantine,
                    self.run_id,
                ],
            )

    def _frame(
        self,
        query: str,
        parameters: dict[str, object] | None = None,
        *,
        without: Collection[tuple[str, str]] = (),
    ) -> pl.DataFrame:
        # A cursor of its own: the views are temporary and stay out of a publication's way.
        with duckdb_errors(self.path), self.connection.cursor() as cursor:
            _define(cursor, without)
            frame = cursor.sql(query, params=parameters).pl()
        return frame.with_columns(pl.col("recorded_at").dt.replace_time_zone("UTC")).cast(
            dict(schemas.OBSERVATION)  # type: ignore[arg-type]
        )


def copy_store(settings: Settings, target: Path) -> None:
    """Copy the store's file as it is between two loads; nothing where there is none."""
    if not settings.store.exists():
        return
    with writer_lock(settings.store, "copy", wait=settings.lock_wait), duckdb_errors(target):
        for path in (settings.store, settings.store.with_name(f"{settings.store.name}.wal")):
            if path.exists():
                shutil.copyfile(path, target.with_name(path.name))


def _define(cursor: duckdb.DuckDBPyConnection, without: Collection[tuple[str, str]]) -> None:
    """The publication's own definitions of what counts, as temporary views and macros."""
    if without:
        left_out = pl.DataFrame(
            list(without), schema=["release_id", "snapshot_sha256"], orient="row"
        )
        cursor.register("left_out", left_out.to_arrow())
        cursor.execute(
            "CREATE OR REPLACE TEMP TABLE reading AS FROM reading "
            "ANTI JOIN left_out USING (release_id, snapshot_sha256)"
        )
    cursor.register("authority", load_catalog().authorities.to_arrow())
    for name, kind in COUNTING_MODELS.items():
        select = (SQL / "models" / f"{name}.sql").read_text()
        cursor.execute(f"CREATE OR REPLACE TEMP {kind} {name} AS {select}")
    macro = (SQL / "macros" / "observation_as_of.sql").read_text()
    cursor.execute(macro.replace("REPLACE MACRO", "REPLACE TEMP MACRO"))


#: The models that say which observations count, in their order; the short ones are tables.
COUNTING_MODELS = {
    "snapshot_reading": "TABLE",
    "current_reading": "TABLE",
    "standing_in": "TABLE",
    "counting_observation": "VIEW",
    "superseded": "TABLE",
    "latest_vintage": "VIEW",
}


def _refuse_lost_store(settings: Settings) -> None:
    """A home with publications had a store: a fresh one would forget every vintage in silence."""
    if settings.store.exists() or not settings.publications.is_dir():
        return
    made = [each for each in settings.publications.iterdir() if not each.name.startswith(".")]
    if made:
        raise StoreError(
            f"the store is gone, but {len(made)} publications made from it are still here",
            where=str(settings.store),
            remedy=f"put the file back from a backup; to begin anew without what it remembered, "
            f"move {settings.publications} away",
        )
