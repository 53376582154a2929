-- Of each release the readings that count: that of its newest snapshot and, where figures of that one
-- are held, the last one before it that gave a value: it stands in for them. One that the catalogue
-- has since corrected (other facts of the release) stands in for nothing.
WITH head AS (
    FROM snapshot_reading
    QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY snapshot_id DESC) = 1
), earlier AS (
    SELECT one.*, head.reading_id AS newer_reading_id, head.recorded_at AS stale_since
    FROM snapshot_reading AS one
    JOIN head ON head.release_id = one.release_id
    WHERE one.snapshot_id < head.snapshot_id
        AND one.observations > 0
        AND (head.observations = 0 OR head.quarantined > 0)
        AND one.release_facts IS NOT DISTINCT FROM head.release_facts
    QUALIFY row_number() OVER (PARTITION BY one.release_id ORDER BY one.snapshot_id DESC) = 1
)
SELECT
    release_id,
    reading_id,
    NULL::INTEGER AS newer_reading_id, -- the one that it stands in for
    NULL::TIMESTAMP AS stale_since
FROM head
WHERE observations > 0
UNION ALL
SELECT release_id, reading_id, newer_reading_id, stale_since
FROM earlier
