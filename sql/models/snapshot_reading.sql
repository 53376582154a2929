-- Of each snapshot of a release its newest reading: what today's rules make of those bytes. A
-- release that left the catalogue has none.
WITH seen AS ( -- bytes that came back count from their last return
    SELECT release_id, sha256, max(snapshot_id) AS snapshot_id
    FROM snapshot
    GROUP BY release_id, sha256
), entry AS (
    SELECT release_id, arg_max(retired, version) AS retired
    FROM release
    GROUP BY release_id
)
SELECT
    reading.release_id,
    seen.snapshot_id,
    reading.reading_id,
    reading.release_facts,
    reading.outcome,
    reading.figures,
    reading.observations,
    reading.quarantined,
    reading.recorded_at
FROM reading
JOIN seen ON seen.release_id = reading.release_id AND seen.sha256 = reading.snapshot_sha256
JOIN entry ON entry.release_id = reading.release_id AND NOT entry.retired
QUALIFY row_number() OVER (
    PARTITION BY reading.release_id, seen.snapshot_id ORDER BY reading.reading_id DESC
) = 1
