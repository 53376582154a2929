"""What the store keeps of listings: visits, pages and sightings.

A sighting is recorded when it is first seen, and again when its title or day is printed otherwise.
A visit is recorded where it ended otherwise than the one before or found something; every request
for a page is. Nothing is ever removed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime

import duckdb

from flows.model.listing import (
    ListingOutcome,
    ListingState,
    PageFacts,
    PageVisit,
    Sighting,
    SourceVisit,
)
from flows.model.request import Request, sort_headers
from flows.store.addresses import load_withdrawn
from flows.store.recording import naive_utc

_COMPLETE = tuple(str(each) for each in ListingOutcome if each.is_complete)

_SIGHTINGS = """
SELECT source_id, digest, url, request, title, date_text, seen_on,
    min(recorded_at) OVER (PARTITION BY source_id, digest) AS first_seen
FROM sighting
ORDER BY source_id, first_seen, url, digest, recorded_at
"""

_PAGES = """
SELECT source_id, number, asked, request, url, visited_at, status_code, attempts, sha256, size,
    charset, etag, last_modified, headers, made_by, facts
FROM listing_page
WHERE sha256 IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY source_id, digest ORDER BY visited_at DESC) = 1
ORDER BY source_id, visited_at, number
"""


def load_sightings(connection: duckdb.DuckDBPyConnection) -> list[Sighting]:
    """Every link as it was last printed, by source and in the order in which they were first seen.

    Each has what was printed before it at the same address.
    """
    newest: dict[tuple[str, str], Sighting] = {}
    for row in connection.execute(_SIGHTINGS).fetchall():
        source_id, digest, url, request, title, date_text, seen_on, first_seen = row
        key = (source_id, digest)
        newest[key] = Sighting(
            source_id,
            _request(url, request),
            title,
            date_text,
            seen_on,
            first_seen.replace(tzinfo=UTC),
            newest.get(key),
        )
    return list(newest.values())


def load_listings(connection: duckdb.DuckDBPyConnection) -> dict[str, ListingState]:
    """What is known of each source whose listing was ever visited."""
    sightings: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in load_sightings(connection):
        sightings[sighting.source_id].append(sighting)
    pages: dict[str, list[PageVisit]] = defaultdict(list)
    for row in connection.execute(_PAGES).fetchall():
        pages[row[0]].append(_page(row))
    complete = {
        source_id: moment.replace(tzinfo=UTC)
        for source_id, moment in connection.execute(
            "SELECT source_id, max(recorded_at) FROM source_visit "
            f"WHERE outcome IN {_COMPLETE} GROUP BY source_id"
        ).fetchall()
    }
    withdrawn = load_withdrawn(connection)
    last = _last_visits(connection)
    return {
        source_id: ListingState(
            sightings=tuple(sightings[source_id]),
            pages=tuple(pages[source_id]),
            complete_at=complete.get(source_id),
            last=last.get(source_id),
            withdrawn=frozenset(
                each.request.url for each in sightings[source_id] if each.request.url in withdrawn
            ),
        )
        for source_id in sorted(sightings.keys() | pages.keys() | last.keys())
    }


def _last_visits(
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, tuple[ListingOutcome, str]]:
    """Of each source the outcome and cause of its last recorded visit."""
    rows = connection.execute(
        "SELECT source_id, outcome, cause FROM source_visit QUALIFY row_number() OVER "
        "(PARTITION BY source_id ORDER BY recorded_at DESC, visited_at DESC) = 1"
    ).fetchall()
    return {source_id: (ListingOutcome(outcome), cause) for source_id, outcome, cause in rows}


def record_listings(
    connection: duckdb.DuckDBPyConnection,
    visits: Sequence[SourceVisit],
    *,
    run_id: str,
    recorded_at: datetime,
) -> None:
    """Add what the visits of a run's listings gave; the same visits again add nothing."""
    stamp = (naive_utc(recorded_at), run_id)
    last = _last_visits(connection)
    printed = {
        (source_id, digest): (title, date_text)
        for source_id, digest, title, date_text in connection.execute(
            "SELECT source_id, digest, title, date_text FROM sighting QUALIFY row_number() OVER "
            "(PARTITION BY source_id, digest ORDER BY recorded_at DESC) = 1"
        ).fetchall()
    }
    seen = {
        tuple(row)
        for row in connection.execute(
            "SELECT source_id, visited_at, digest FROM listing_page WHERE run_id = ?", [run_id]
        ).fetchall()
    }
    rows: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for visit in visits:
        told, found = (visit.outcome, visit.cause), 0
        for each in visit.sightings:
            key = (each.source_id, each.request.digest)
            if printed.get(key) != (each.title, each.date_text):
                printed[key] = (each.title, each.date_text)
                rows["sighting"].append(_sighting_row(each, stamp))
                found += 1
        if found or _is_turn(last.get(visit.source_id), visit.outcome, visit.cause):
            last[visit.source_id] = told
            rows["source_visit"].append(_visit_row(visit, stamp))
        for page in visit.pages:
            if (page.source_id, naive_utc(page.visited_at), page.request.digest) not in seen:
                rows["listing_page"].append(_page_row(page, run_id))
    connection.execute("BEGIN")
    try:
        for table, values in rows.items():
            if values:
                marks = ", ".join("?" for _ in values[0])
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _is_turn(last: tuple[ListingOutcome, str] | None, outcome: ListingOutcome, cause: str) -> bool:
    """Whether a visit ended otherwise than the one before; nothing new after news is no turn."""
    if last is None:
        return True
    return last != (outcome, cause) and not (last[0].is_green and outcome.is_green)


def _request(url: str, text: str | None) -> Request:
    asked = json.loads(text) if text else {}
    return Request(
        url, asked.get("method", "GET"), sort_headers(asked.get("headers", {})), asked.get("body")
    )


def _page(row: tuple[object, ...]) -> PageVisit:
    (source_id, number, asked, request, url, visited_at, status, attempts, sha256, size) = row[:10]
    charset, etag, modified, headers, made_by, facts = row[10:]
    assert isinstance(visited_at, datetime)  # noqa: S101 - the column's type
    return PageVisit(
        source_id=str(source_id),
        number=int(str(number)),
        request=_request(str(asked), None if request is None else str(request)),
        url=str(url),
        visited_at=visited_at.replace(tzinfo=UTC),
        status_code=None if status is None else int(str(status)),
        attempts=int(str(attempts)),
        sha256=str(sha256),
        size=int(str(size)),
        charset=None if charset is None else str(charset),
        etag=None if etag is None else str(etag),
        last_modified=None if modified is None else str(modified),
        headers=tuple(json.loads(str(headers)).items()) if headers else (),
        made_by=None if made_by is None else str(made_by),
        facts=None if facts is None else _read_facts(str(facts)),
    )


def _read_facts(text: str) -> PageFacts:
    parts = json.loads(text)
    newest = parts.pop("newest")
    return PageFacts(newest=date.fromisoformat(newest) if newest else None, **parts)


def _page_row(page: PageVisit, run_id: str) -> tuple[object, ...]:
    facts = None if page.facts is None else json.dumps(asdict(page.facts), default=str)
    return (
        page.source_id,
        page.number,
        page.request.digest,
        page.request.url,
        page.request.to_json(),
        page.url,
        naive_utc(page.visited_at),
        page.status_code,
        page.reason,
        page.attempts,
        page.sha256,
        page.size,
        page.charset,
        page.etag,
        page.last_modified,
        json.dumps(dict(page.headers)) if page.headers else None,
        page.made_by,
        facts,
        run_id,
    )


def _visit_row(visit: SourceVisit, stamp: tuple[datetime, str]) -> tuple[object, ...]:
    return (
        visit.source_id,
        visit.url,
        naive_utc(visit.visited_at),
        str(visit.outcome),
        visit.cause,
        visit.reason,
        len(visit.pages),
        visit.rows,
        visit.new,
        visit.changed,
        visit.newest,
        *stamp,
    )


def _sighting_row(each: Sighting, stamp: tuple[datetime, str]) -> tuple[object, ...]:
    return (
        each.source_id,
        each.request.digest,
        each.request.url,
        each.request.to_json(),
        each.title,
        each.date_text,
        each.seen_on,
        *stamp,
    )
