"""The store: the system of record, one file, one writer, all or nothing, append-only.

``home/store.duckdb`` is opened by nobody but the run that holds ``home/store.lock``; readers open
a publication. Each load is one transaction in which conservation is proven. The same snapshot,
read by the same version of a reader, adds no row the second time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl

from flows.model import schemas
from flows.model.nouns import MediaKind, Snapshot
from flows.model.paths import SQL
from flows.model.settings import Settings
from flows.store import tables
from flows.store.frames import Known, rows_of
from flows.store.loading import add_rows
from flows.store.lock import lock_holder, raise_if_locked, writer_lock
from flows.store.nouns import Load, LoadResult
from flows.store.opening import duckdb_errors, open_database
from flows.store.rows import first_row

__all__ = ["Load", "LoadResult", "Store", "lock_holder", "raise_if_locked"]

_SNAPSHOTS = """
WITH newest AS (
    FROM snapshot
    QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY snapshot_id DESC) = 1
), served AS ( -- a site may send the same bytes with a new ETag: the last one is the one to ask for
    FROM visit
    WHERE outcome <> 'failed'
    QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY checked_at DESC) = 1
)
SELECT n.release_id, n.sha256, n.url, n.media_kind, n.size, n.fetched_at, n.media_type, n.charset,
    CASE WHEN v.sha256 IS NULL THEN n.etag ELSE v.etag END,
    CASE WHEN v.sha256 IS NULL THEN n.last_modified ELSE v.last_modified END
FROM newest AS n LEFT JOIN served AS v ON v.release_id = n.release_id AND v.sha256 = n.sha256
ORDER BY n.release_id
"""


@dataclass(frozen=True)
class Store:
    """An open store. Make one with ``Store.open``."""

    path: Path
    connection: duckdb.DuckDBPyConnection  # for publish, which copies from it
    run_id: str
    started_at: datetime  # the recorded_at of releases, snapshots and readings

    @classmethod
    @contextmanager
    def open(
        cls, settings: Settings, *, run_id: str, started_at: datetime | None = None
    ) -> Iterator[Store]:
        """Lock, open and migrate; LockHeld or StoreError where that cannot be."""
        path = settings.store
        with duckdb_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with writer_lock(path, run_id):
            connection = open_database(path)
            try:
                yield cls(path, connection, run_id, started_at or datetime.now(UTC))
            finally:
                with duckdb_errors(path):
                    connection.close()

    def latest_snapshots(self) -> dict[str, Snapshot]:
        """What each release's address last gave, with the validators to ask it with again."""
        with duckdb_errors(self.path):
            rows = self.connection.execute(_SNAPSHOTS).fetchall()
        return {
            row[0]: Snapshot(
                release_id=row[0],
                sha256=row[1],
                url=row[2],
                media_kind=MediaKind(row[3]),
                size=row[4],
                fetched_at=row[5],
                media_type=row[6],
                charset=row[7],
                etag=row[8],
                last_modified=row[9],
            )
            for row in rows
        }

    def reader_versions(self) -> dict[tuple[str, str], str]:
        """``(release_id, sha256)`` of each snapshot that was read: the newest reader's version."""
        with duckdb_errors(self.path):
            rows = self.connection.sql(
                "SELECT release_id, snapshot_sha256, arg_max(reader_version, reading_id)"
                " FROM reading GROUP BY ALL"
            ).fetchall()
        return {(release, sha256): version for release, sha256, version in rows}

    def known_observations(self) -> pl.DataFrame:
        """schemas.OBSERVATION: what counts today, one row a key (see latest_vintage.sql)."""
        columns = ", ".join(schemas.OBSERVATION)
        return self._frame(f"SELECT {columns} FROM latest_vintage")

    def as_of(self, published: date, recorded: datetime | None = None) -> pl.DataFrame:
        """schemas.OBSERVATION as it stood at the end of ``published``.

        With ``recorded``, also only what this store had learned by then.
        """
        columns = ", ".join(schemas.OBSERVATION)
        query = f"SELECT {columns} FROM observation_as_of($published, recorded := $recorded)"
        return self._frame(query, {"published": published, "recorded": recorded})

    def content_fingerprint(self) -> str:
        """Changes when, and only when, a table that is published has other rows."""
        counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in tables.PUBLISHED)
        with duckdb_errors(self.path):
            row = first_row(
                self.connection,
                f"SELECT (SELECT arg_max(fingerprint, version) FROM content), {counts}",
            )
        return hashlib.sha256(repr(row).encode()).hexdigest()

    def load(self, load: Load) -> LoadResult:
        """Add what is new, in one transaction; StoreError and no row where it doesn't add up."""
        with duckdb_errors(self.path):
            known = self._known(load)
        rows = rows_of(load, known, run_id=self.run_id, recorded_at=self.started_at)
        with duckdb_errors(self.path):
            return add_rows(
                self.connection,
                load,
                rows,
                known,
                run_id=self.run_id,
                started_at=self.started_at,
            )

    def _known(self, load: Load) -> Known:
        ask = self.connection.execute
        releases = ask(
            """SELECT release_id, version, source_id, url, title, publisher, reader, authority,
                layouts, ref_area, time_period, published_on, obs_status
            FROM release
            QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY version DESC) = 1"""
        ).fetchall()
        next_ids = first_row(
            self.connection,
            """SELECT (SELECT coalesce(max(snapshot_id) + 1, 0) FROM snapshot),
                (SELECT coalesce(max(reading_id) + 1, 0) FROM reading)""",
        )
        since = min((visit.checked_at for visit in load.visits), default=self.started_at)
        return Known(
            releases={row[0]: (row[1], (row[0], *row[2:])) for row in releases},
            snapshots=dict(
                ask(
                    "SELECT release_id, arg_max(sha256, snapshot_id) FROM snapshot GROUP BY 1"
                ).fetchall()
            ),
            readings=frozenset(
                ask(
                    "SELECT release_id, snapshot_sha256, reader, reader_version FROM reading"
                ).fetchall()
            ),
            visits=frozenset(
                self.connection.execute(
                    "SELECT release_id, checked_at FROM visit WHERE checked_at >= ?", [since]
                ).fetchall()
            ),
            classes=self.connection.sql("FROM figure_class").pl().cast(tables.FIGURE_CLASS),
            next_snapshot=next_ids[0] if next_ids else 0,
            next_reading=next_ids[1] if next_ids else 0,
        )

    def _frame(self, query: str, parameters: dict[str, object] | None = None) -> pl.DataFrame:
        # A cursor of its own: the views are temporary and stay out of a publication's way.
        with duckdb_errors(self.path), self.connection.cursor() as cursor:
            _define(cursor)
            frame = cursor.sql(query, params=parameters).pl()
        return frame.cast(dict(schemas.OBSERVATION))  # type: ignore[arg-type]


def _define(cursor: duckdb.DuckDBPyConnection) -> None:
    """The publication's own definitions of what counts, as temporary views and macros."""
    for name in ("current_reading", "superseded", "latest_vintage"):
        select = (SQL / "models" / f"{name}.sql").read_text()
        cursor.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {select}")
    macro = (SQL / "macros" / "observation_as_of.sql").read_text()
    cursor.execute(macro.replace("REPLACE MACRO", "REPLACE TEMP MACRO"))
