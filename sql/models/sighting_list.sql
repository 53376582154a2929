-- Each link of a listing as it was last printed, and what today's catalogue makes of it.
WITH printed AS (
    SELECT *, min(recorded_at) OVER (PARTITION BY source_id, digest) AS first_seen
    FROM sighting
    QUALIFY row_number() OVER (PARTITION BY source_id, digest ORDER BY recorded_at DESC) = 1
)
SELECT
    printed.source_id,
    printed.url,
    printed.request,
    printed.title,
    printed.date_text,
    printed.seen_on,
    printed.first_seen,
    sighting_match.fate,
    sighting_match.rule,
    sighting_match.reason,
    sighting_match.release_id
FROM printed
JOIN sighting_match
    ON sighting_match.source_id = printed.source_id AND sighting_match.digest = printed.digest
