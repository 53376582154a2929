"""The snapshots that a run asks about: the newest of each release, and those that may count."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from flows.model.nouns import Authority, MediaKind, Release, Snapshot
from flows.model.request import sort_headers

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
    CASE WHEN v.sha256 IS NULL THEN n.last_modified ELSE v.last_modified END, n.request
FROM newest AS n LEFT JOIN served AS v ON v.release_id = n.release_id AND v.sha256 = n.sha256
ORDER BY n.release_id
"""

#: Of each release the snapshots whose readings may count: the newest, and the last one before it
#: that gave a value, which stands in where the newest is held. With what each was last made of.
_MAY_COUNT = """
WITH seen AS (
    SELECT release_id, sha256, max(snapshot_id) AS snapshot_id FROM snapshot GROUP BY ALL
), entry AS (
    FROM release QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY version DESC) = 1
), made AS (
    SELECT release_id, snapshot_sha256, made_of, made_by FROM derivation
    QUALIFY row_number() OVER (
        PARTITION BY release_id, snapshot_sha256 ORDER BY recorded_at DESC, reading_id DESC) = 1
), valued AS (
    SELECT DISTINCT release_id, snapshot_sha256 FROM reading WHERE observations > 0
), ranked AS (
    SELECT seen.*, row_number() OVER (PARTITION BY seen.release_id ORDER BY snapshot_id DESC) AS place,
        valued.release_id IS NOT NULL AS gave_values
    FROM seen LEFT JOIN valued
        ON valued.release_id = seen.release_id AND valued.snapshot_sha256 = seen.sha256
), counting AS (
    FROM ranked WHERE place = 1
    UNION ALL
    (FROM ranked WHERE place > 1 AND gave_values
    QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY place) = 1)
)
SELECT c.release_id, c.sha256, s.url, s.media_kind, s.size, s.fetched_at, s.media_type, s.charset,
    s.etag, s.last_modified, s.request, c.place = 1, m.made_by, m.made_of, c.snapshot_id,
    entry.source_id, entry.url, entry.title, entry.publisher, entry.reader, entry.authority,
    entry.layouts, entry.ref_area, entry.time_period, entry.published_on, entry.obs_status,
    entry.request
FROM counting AS c
JOIN snapshot AS s ON s.snapshot_id = c.snapshot_id
JOIN entry ON entry.release_id = c.release_id AND NOT entry.retired
LEFT JOIN made AS m ON m.release_id = c.release_id AND m.snapshot_sha256 = c.sha256
ORDER BY c.release_id, c.place
"""


@dataclass(frozen=True, slots=True)
class CountingSnapshot:
    """A snapshot whose reading may count, and what it was last made of (None: never read)."""

    snapshot: Snapshot
    release: Release  # as last recorded
    newest: bool  # of its release
    made_by: str | None
    made_of: str | None  # as JSON
    number: int  # order of arrival


def load_releases(connection: duckdb.DuckDBPyConnection) -> list[Release]:
    """Every release as last recorded, by id; retired ones are left out."""
    rows = connection.execute(
        """SELECT release_id, source_id, url, title, publisher, reader, authority, layouts, ref_area,
            time_period, published_on, obs_status, request
        FROM release
        QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY version DESC) = 1 AND NOT retired
        ORDER BY release_id"""
    ).fetchall()
    return [_release(*row) for row in rows]


def load_latest_snapshots(connection: duckdb.DuckDBPyConnection) -> dict[str, Snapshot]:
    """What each release's address last gave, with the validators to ask it with again."""
    rows = connection.execute(_SNAPSHOTS).fetchall()
    return {row[0]: _snapshot(row) for row in rows}


def load_counting_snapshots(connection: duckdb.DuckDBPyConnection) -> list[CountingSnapshot]:
    """The snapshots whose readings may count, retired releases left out."""
    return [
        CountingSnapshot(_snapshot(row), _release(row[0], *row[15:]), *row[11:15])
        for row in connection.execute(_MAY_COUNT).fetchall()
    ]


def _snapshot(row: tuple[object, ...]) -> Snapshot:
    (
        release_id,
        sha256,
        url,
        kind,
        size,
        fetched_at,
        media_type,
        charset,
        etag,
        modified,
        request,
    ) = row[:11]
    assert isinstance(fetched_at, datetime)  # noqa: S101 - the column's type
    return Snapshot(
        release_id=str(release_id),
        sha256=str(sha256),
        url=str(url),
        media_kind=MediaKind(str(kind)),
        size=int(str(size)),
        fetched_at=fetched_at.replace(tzinfo=UTC),
        media_type=None if media_type is None else str(media_type),
        charset=None if charset is None else str(charset),
        etag=None if etag is None else str(etag),
        last_modified=None if modified is None else str(modified),
        request_json=None if request is None else str(request),
    )


def _release(
    release_id: str,
    source_id: str,
    url: str,
    title: str,
    publisher: str,
    reader: str,
    authority: str,
    layouts: str | None,
    ref_area: str | None,
    time_period: str | None,
    published_on: date | None,
    obs_status: str,
    request: str | None,
) -> Release:
    asked = json.loads(request) if request else {}
    return Release(
        release_id,
        source_id,
        url,
        title,
        publisher,
        reader,
        Authority(authority),
        tuple(layouts.split(";")) if layouts else (),
        ref_area,
        time_period,
        published_on,
        obs_status,
        method=asked.get("method", "GET"),
        headers=sort_headers(asked.get("headers", {})),
        body=asked.get("body"),
    )


@dataclass(frozen=True, slots=True)
class AddressVisit:
    """The last visit of a release, and when it was first fetched."""

    url: str
    failed: bool
    status_code: int | None
    sha256: str | None  # of the newest snapshot
    first_on: date | None


_ADDRESS_VISITS = """
WITH last AS (
    SELECT release_id, url, outcome, status_code FROM visit
    QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY checked_at DESC) = 1
), bytes AS (
    SELECT release_id, arg_max(sha256, snapshot_id) AS sha256, min(recorded_at) AS first_at
    FROM snapshot GROUP BY release_id
)
SELECT last.release_id, last.url, last.outcome = 'failed', last.status_code, bytes.sha256,
    (bytes.first_at + INTERVAL 8 HOUR)::DATE
FROM last LEFT JOIN bytes ON bytes.release_id = last.release_id
"""


def load_address_visits(connection: duckdb.DuckDBPyConnection) -> dict[str, AddressVisit]:
    """By release_id; days are those of China."""
    return {
        row[0]: AddressVisit(*row[1:]) for row in connection.execute(_ADDRESS_VISITS).fetchall()
    }
