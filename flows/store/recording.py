"""What a run saw of the releases: catalogue entries, visits and new bytes, in one transaction.

A snapshot is recorded before it is read, so that a run that ends in between leaves it for the next
one. A release that has left the catalogue is retired: a new version that says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from flows.model.nouns import MIRROR_SOURCE, Release, Visit
from flows.store.addresses import make_address_rows

ReleaseRow = tuple[object, ...]  # the columns of the table release from source_id to retired


@dataclass(frozen=True, slots=True)
class Recorded:
    """Rows added to each table, and the releases that were retired."""

    releases: int = 0
    snapshots: int = 0
    visits: int = 0
    retired: tuple[str, ...] = ()


def record_rows(
    connection: duckdb.DuckDBPyConnection,
    releases: Sequence[Release],
    visits: Sequence[Visit],
    *,
    catalogued: Collection[str] | None,
    run_id: str,
    recorded_at: datetime,
) -> Recorded:
    """Add what is new. ``catalogued``: all ids of the catalogue, where others are to be retired."""
    stamp = (naive_utc(recorded_at), run_id)
    known = _known_releases(connection)
    changed = _changed_releases(releases, known)
    gone = [] if catalogued is None else _gone_releases(known, catalogued, releases)
    rows = [(*row, *stamp) for row in (*changed, *gone)]
    snapshots = _new_snapshots(connection, visits, stamp)
    seen = _new_visits(connection, visits, run_id)
    addresses = make_address_rows(connection, visits, stamp)
    connection.execute("BEGIN")
    try:
        added = {
            "release": rows,
            "snapshot": snapshots,
            "visit": seen,
            "release_address": addresses,
        }
        for table, values in added.items():
            if values:
                marks = ", ".join("?" for _ in values[0])
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    retired = tuple(str(row[0]) for row in gone)
    return Recorded(len(rows), len(snapshots), len(seen), retired)


def naive_utc(moment: datetime) -> datetime:
    """As the store keeps it: UTC without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _known_releases(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, ReleaseRow]]:
    """Newest version of each release and its row."""
    rows = connection.execute(
        """SELECT release_id, version, source_id, url, request, title, publisher, reader, authority, layouts,
            ref_area, time_period, published_on, obs_status, retired
        FROM release
        QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY version DESC) = 1"""
    ).fetchall()
    return {row[0]: (row[1], row[2:]) for row in rows}


def _changed_releases(
    releases: Sequence[Release], known: dict[str, tuple[int, ReleaseRow]]
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for release in releases:
        version, before = known.get(release.release_id, (0, ()))
        row = _release_row(release)
        if row != before:
            rows.append((release.release_id, version + 1, *row))
    return rows


def _release_row(release: Release) -> ReleaseRow:
    return (
        release.source_id,
        release.url,
        release.request.to_json(),
        release.title,
        release.publisher,
        release.reader,
        str(release.authority),
        ";".join(release.layouts) or None,
        release.ref_area,
        release.time_period,
        release.published_on,
        release.obs_status,
        False,
    )


def _gone_releases(
    known: dict[str, tuple[int, ReleaseRow]],
    catalogued: Collection[str],
    releases: Sequence[Release],
) -> list[tuple[object, ...]]:
    """Releases of the catalogue's sources that it no longer names; a mirror's own stay."""
    here = {*catalogued, *(release.release_id for release in releases)}
    return [
        (release_id, version + 1, *row[:-1], True)
        for release_id, (version, row) in sorted(known.items())
        if release_id not in here and row[0] != MIRROR_SOURCE and not row[-1]
    ]


def _new_snapshots(
    connection: duckdb.DuckDBPyConnection, visits: Sequence[Visit], stamp: tuple[datetime, str]
) -> list[tuple[object, ...]]:
    newest = dict(
        connection.execute(
            "SELECT release_id, arg_max(sha256, snapshot_id) FROM snapshot GROUP BY release_id"
        ).fetchall()
    )
    first = connection.execute("SELECT coalesce(max(snapshot_id) + 1, 0) FROM snapshot").fetchall()[
        0
    ][0]
    rows: list[tuple[object, ...]] = []
    for visit in visits:
        snap = visit.snapshot
        if snap is None or newest.get(visit.release_id) == snap.sha256:
            continue
        newest[visit.release_id] = snap.sha256
        rows.append(
            (
                first + len(rows),
                visit.release_id,
                snap.sha256,
                snap.url,
                snap.request_json,
                str(snap.media_kind),
                snap.size,
                naive_utc(snap.fetched_at),
                snap.media_type,
                snap.charset,
                snap.etag,
                snap.last_modified,
                *stamp,
            )
        )
    return rows


def _new_visits(
    connection: duckdb.DuckDBPyConnection, visits: Sequence[Visit], run_id: str
) -> list[tuple[object, ...]]:
    if not visits:
        return []
    since = min(naive_utc(visit.checked_at) for visit in visits)
    known = set(
        connection.execute(
            "SELECT release_id, checked_at FROM visit WHERE checked_at >= ?", [since]
        ).fetchall()
    )
    return [
        _visit_row(visit, run_id)
        for visit in visits
        if (visit.release_id, naive_utc(visit.checked_at)) not in known
    ]


def _visit_row(visit: Visit, run_id: str) -> tuple[object, ...]:
    snap = visit.snapshot
    return (
        visit.release_id,
        visit.url,
        naive_utc(visit.checked_at),
        str(visit.outcome),
        visit.status_code,
        visit.reason,
        None if visit.cause is None else str(visit.cause),
        visit.attempts,
        visit.seconds,
        visit.size,
        snap.sha256 if snap else None,
        snap.etag if snap else None,
        snap.last_modified if snap else None,
        run_id,
    )
