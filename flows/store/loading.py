"""The one transaction that adds a load's rows, and the proof it must pass before it commits.

Conservation, per reading, on the rows as they stand in the store:
figures = observations + unmapped + quarantined + not a figure, every figure whose fate is observation
has all that makes one, and no other has; every quarantine row has its figure with that fate, and
every figure with that fate has its row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

import duckdb
import polars as pl
import pyarrow as pa

from flows import __version__
from flows.model.errors import StoreError
from flows.model.nouns import Outcome
from flows.store.frames import Known, Rows
from flows.store.nouns import Load, LoadResult
from flows.store.rows import first_row

_ROW_GROUP = 122_880

_COUNTS = """
WITH counted AS (
    SELECT reading_id, class_id, count(*) AS figures,
        count(CASE WHEN ref_area IS NOT NULL AND time_period IS NOT NULL THEN obs_value END)
            AS valued
    FROM reading_figure WHERE reading_id >= $first GROUP BY reading_id, class_id
), stored AS (
    SELECT n.reading_id,
        sum(n.figures) AS figures,
        sum(n.figures) FILTER (c.fate = 'observation') AS observations,
        sum(n.figures) FILTER (c.fate = 'unmapped') AS unmapped,
        sum(n.figures) FILTER (c.fate = 'quarantined') AS quarantined,
        sum(n.figures) FILTER (c.fate = 'not_a_figure') AS not_a_figure,
        sum(n.valued) FILTER (c.indicator IS NOT NULL AND c.measure IS NOT NULL
            AND c.freq IS NOT NULL AND c.unit_measure IS NOT NULL AND c.obs_status IS NOT NULL)
            AS meant
    FROM counted AS n JOIN figure_class AS c ON c.class_id = n.class_id
    GROUP BY n.reading_id
)
SELECT r.release_id, r.figures, r.observations, r.unmapped, r.quarantined, r.not_a_figure,
    coalesce(s.figures, 0), coalesce(s.observations, 0),
    coalesce(s.unmapped, 0), coalesce(s.quarantined, 0), coalesce(s.not_a_figure, 0),
    coalesce(s.meant, 0)
FROM reading AS r LEFT JOIN stored AS s USING (reading_id)
WHERE reading_id >= $first
    AND ((r.figures, r.observations, r.unmapped, r.quarantined, r.not_a_figure, r.observations)
        IS DISTINCT FROM (coalesce(s.figures, 0), coalesce(s.observations, 0),
            coalesce(s.unmapped, 0), coalesce(s.quarantined, 0), coalesce(s.not_a_figure, 0),
            coalesce(s.meant, 0))
    OR r.figures <> r.observations + r.unmapped + r.quarantined + r.not_a_figure)
ORDER BY reading_id
"""

#: The first that is on one side only, or elsewhere on the other. One figure may be held back by
#: several rules.
_ODD = """
SELECT coalesce(f.release_id, o.release_id), coalesce(f.locator, o.locator), f.reading_id IS NULL
FROM (FROM figure WHERE reading_id >= $first AND fate = 'quarantined') AS f
FULL JOIN (SELECT DISTINCT reading_id, figure_no, release_id, locator FROM quarantine
    WHERE reading_id >= $first) AS o
USING (reading_id, figure_no)
WHERE f.locator IS DISTINCT FROM o.locator
ORDER BY reading_id, figure_no
LIMIT 1
"""


def add_rows(
    connection: duckdb.DuckDBPyConnection,
    load: Load,
    rows: Rows,
    known: Known,
    *,
    run_id: str,
    started_at: datetime,
) -> LoadResult:
    """Add everything or nothing; raises StoreError where conservation does not hold."""
    connection.execute("BEGIN")
    try:
        for table, values in (
            ("release", rows.releases),
            ("snapshot", rows.snapshots),
            ("visit", rows.visits),
            ("reading", rows.readings),
        ):
            _insert_rows(connection, table, values)
        _insert_frame(connection, "figure_class", rows.classes)
        _insert_frame(connection, "reading_figure", rows.figures)
        _insert_frame(connection, "quarantine", rows.quarantine)
        _prove(connection, known.next_reading)
        result = LoadResult(
            releases=len(rows.releases),
            snapshots=len(rows.snapshots),
            visits=len(rows.visits),
            readings=len(rows.readings),
            figures=rows.figures.height,
            observations=rows.observations,
            quarantine=rows.quarantine.height,
        )
        if result.changed:
            _sign(connection, rows, run_id, started_at)
        _note_run(connection, load, result, run_id, started_at)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return result


def _insert_rows(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]
) -> None:
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _insert_frame(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    if frame.height:
        # In batches of a row group, so that all cores take part; as views, without a copy.
        arrow = frame.to_arrow(compat_level=pl.CompatLevel.newest())
        batches = arrow.to_batches(max_chunksize=_ROW_GROUP)
        connection.register("incoming", pa.Table.from_batches(batches))
        try:
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        finally:
            connection.unregister("incoming")


def _prove(connection: duckdb.DuckDBPyConnection, first: int) -> None:
    remedy = "this is a bug; nothing was recorded, and the snapshots are in the archive"
    wrong = first_row(connection, _COUNTS, {"first": first})
    if wrong is not None:
        release, read, obs, unmapped, held, other, *stored = wrong
        raise StoreError(
            f"{read} numbers were read, but {obs} observations + {unmapped} unmapped + {held} "
            f"quarantined + {other} not a figure = {obs + unmapped + held + other}; the figures' "
            f"fates say {stored[0]} = {stored[1]} + {stored[2]} + {stored[3]} + {stored[4]}, and "
            f"{stored[5]} have a value",
            where=release,
            remedy=remedy,
        )
    keys = connection.sql(
        f"SELECT reading_id, figure_no FROM reading_figure WHERE reading_id >= {first:d}"
    ).pl()
    number = pl.col("reading_id").cast(pl.UInt64) * 2**32 + pl.col("figure_no")
    if keys.select(number.n_unique()).item() != keys.height:  # told by polars, in half the time
        reading, figure = keys.filter(number.is_duplicated()).row(0)
        raise StoreError(
            f"figure number {figure} of reading {reading} is there twice", remedy=remedy
        )
    odd = first_row(connection, _ODD, {"first": first})
    if odd is not None:
        release, locator, no_figure = odd
        what = "its quarantine row has no such figure" if no_figure else "no quarantine row for it"
        raise StoreError(
            f"the figure at {locator} and the quarantine table do not agree: {what}",
            where=release,
            remedy=remedy,
        )


def _sign(
    connection: duckdb.DuckDBPyConnection, rows: Rows, run_id: str, recorded_at: datetime
) -> None:
    """A new row of ``content``: a chain of hashes, so that naming the state costs no scan."""
    before = first_row(
        connection,
        "SELECT version, fingerprint FROM content ORDER BY version DESC LIMIT 1",
    )
    version, last = before or (0, "")
    added = [last, rows.releases, rows.snapshots, rows.readings]
    text = json.dumps(added, default=str, ensure_ascii=False)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    connection.execute(
        "INSERT INTO content VALUES (?, ?, ?, ?)", [version + 1, fingerprint, recorded_at, run_id]
    )


def _note_run(
    connection: duckdb.DuckDBPyConnection,
    load: Load,
    result: LoadResult,
    run_id: str,
    started_at: datetime,
) -> None:
    outcomes = [visit.outcome for visit in load.visits]
    connection.execute(
        """INSERT INTO run SELECT ?, ?, now(), ?, ?, ?, ?, ?, ?, ?, ?
        WHERE NOT EXISTS (FROM run WHERE run_id = ?)""",
        [
            run_id,
            started_at,
            __version__,
            len(outcomes),
            outcomes.count(Outcome.CHANGED),
            outcomes.count(Outcome.FAILED),
            result.readings,
            result.figures,
            result.observations,
            result.quarantine,
            run_id,
        ],
    )
