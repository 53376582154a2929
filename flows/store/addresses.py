"""What became of the addresses of releases: moved, withdrawn, or served again.

A release that is withdrawn keeps its figures; the fact and its day stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import duckdb

from flows.model.nouns import Outcome, Visit

_WITHDRAWN = """
SELECT url FROM (
    FROM release_address
    QUALIFY row_number() OVER (PARTITION BY release_id, url ORDER BY recorded_at DESC) = 1
) WHERE state = 'withdrawn'
"""


def load_withdrawn(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The addresses of releases that gave 404 or 410 when they were last asked for."""
    return {url for (url,) in connection.execute(_WITHDRAWN).fetchall()}


def make_address_rows(
    connection: duckdb.DuckDBPyConnection, visits: Iterable[Visit], stamp: tuple[datetime, str]
) -> list[tuple[object, ...]]:
    """Rows of release_address for addresses that are not what they were when last asked for."""
    known = {
        (release_id, url): (state, target)
        for release_id, url, state, target in connection.execute(
            "SELECT release_id, url, state, target FROM release_address QUALIFY row_number() OVER "
            "(PARTITION BY release_id, url ORDER BY recorded_at DESC) = 1"
        ).fetchall()
    }
    rows: list[tuple[object, ...]] = []
    for visit in visits:
        state = _address_state(visit)
        key = (visit.release_id, visit.url)
        if state is None or state == known.get(key, ("served", None)):
            continue
        known[key] = state
        rows.append((*key, *state, visit.status_code, *stamp))
    return rows


def _address_state(visit: Visit) -> tuple[str, str | None] | None:
    """What a visit says of the address; None where it says nothing (no connection, a wall)."""
    if visit.outcome is Outcome.FAILED:
        return ("withdrawn", None) if visit.status_code in (404, 410) else None
    if visit.moved_to is not None:
        return "moved", visit.moved_to
    return "served", None
