"""The proof that a load must pass before it commits, on the rows as they stand in the store.

Conservation, per reading: figures = observations + unmapped + quarantined + not a figure; every
figure whose fate is observation has all that makes one; every quarantine row has its figure with
that fate, and every figure with that fate has its row.
"""

from __future__ import annotations

import duckdb

from flows.model.errors import StoreError
from flows.store.opening import first_row

#: The remedy of every error that only a fault of ours can raise.
BUG = "this is a bug; nothing was recorded, and the snapshots are in the archive"

_WRONG = """
WITH stored AS (
    SELECT reading_id,
        count(*) AS figures,
        count(*) FILTER (fate = 'observation') AS observations,
        count(*) FILTER (fate = 'unmapped') AS unmapped,
        count(*) FILTER (fate = 'quarantined') AS quarantined,
        count(*) FILTER (fate = 'not_a_figure') AS not_a_figure,
        count(*) FILTER (
            fate = 'observation' AND ref_area IS NOT NULL AND indicator IS NOT NULL
            AND measure IS NOT NULL AND time_period IS NOT NULL AND freq IS NOT NULL
            AND obs_value IS NOT NULL AND unit_measure IS NOT NULL AND obs_status IS NOT NULL
        ) AS whole,
        count(DISTINCT figure_no) AS numbers
    FROM figure WHERE reading_id >= $first GROUP BY reading_id
)
SELECT r.release_id, r.figures, r.observations, r.unmapped, r.quarantined, r.not_a_figure,
    coalesce(s.figures, 0), coalesce(s.observations, 0), coalesce(s.unmapped, 0),
    coalesce(s.quarantined, 0), coalesce(s.not_a_figure, 0), coalesce(s.whole, 0),
    coalesce(s.numbers, 0)
FROM reading AS r LEFT JOIN stored AS s USING (reading_id)
WHERE reading_id >= $first AND (
    (r.figures, r.observations, r.unmapped, r.quarantined, r.not_a_figure, r.observations, r.figures)
        IS DISTINCT FROM (coalesce(s.figures, 0), coalesce(s.observations, 0),
            coalesce(s.unmapped, 0), coalesce(s.quarantined, 0), coalesce(s.not_a_figure, 0),
            coalesce(s.whole, 0), coalesce(s.numbers, 0))
    OR r.figures <> r.observations + r.unmapped + r.quarantined + r.not_a_figure)
ORDER BY reading_id LIMIT 1
"""

#: The first figure or quarantine row that is on one side only, or elsewhere on the other.
_ODD = """
SELECT coalesce(f.release_id, q.release_id), coalesce(f.locator, q.locator), f.reading_id IS NULL
FROM (FROM figure WHERE reading_id >= $first AND fate = 'quarantined') AS f
FULL JOIN (SELECT DISTINCT reading_id, figure_no, release_id, locator FROM quarantine
    WHERE reading_id >= $first) AS q
USING (reading_id, figure_no)
WHERE f.locator IS DISTINCT FROM q.locator
ORDER BY reading_id, figure_no LIMIT 1
"""


def prove_conservation(connection: duckdb.DuckDBPyConnection, first: int) -> None:
    """Raise StoreError where a reading from number ``first`` on does not add up."""
    wrong = first_row(connection, _WRONG, {"first": first})
    if wrong is not None:
        release, read, obs, unmapped, held, other, *stored = wrong
        raise StoreError(
            f"{read} numbers were read, but {obs} observations + {unmapped} unmapped + {held} "
            f"quarantined + {other} not a figure = {obs + unmapped + held + other}; the "
            f"figures' fates say {stored[0]} = {stored[1]} + {stored[2]} + {stored[3]} + "
            f"{stored[4]}, {stored[5]} of them are whole observations, and they have "
            f"{stored[6]} different numbers",
            where=release,
            remedy=BUG,
        )
    odd = first_row(connection, _ODD, {"first": first})
    if odd is not None:
        release, locator, no_figure = odd
        what = "its quarantine row has no such figure" if no_figure else "no quarantine row for it"
        raise StoreError(
            f"the figure at {locator} and the quarantine table do not agree: {what}",
            where=release,
            remedy=BUG,
        )
