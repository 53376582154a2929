-- Observations of current readings that do not count, because the same thing was said better: later
-- (an unknown day is the earliest), by a higher authority, with more digits, or recorded later.
-- What is still alike is decided the same way each time. Few are, so only these are kept.
WITH rated AS (
    SELECT
        current_reading.reading_id,
        CASE arg_max(release.authority, release.version)
            WHEN 'official' THEN 1
            WHEN 'repost' THEN 2
            WHEN 'compilation' THEN 3
            WHEN 'press' THEN 4
            ELSE 5
        END AS authority_rank
    FROM current_reading
    JOIN release ON release.release_id = current_reading.release_id
    GROUP BY current_reading.reading_id
), contested AS ( -- hashes: two keys that share one do no harm
    SELECT hash(ref_area, indicator, measure, time_period, freq) AS key_hash
    FROM observation
    WHERE reading_id IN (SELECT reading_id FROM current_reading)
    GROUP BY key_hash
    HAVING count(*) > 1
)
SELECT o.reading_id, o.figure_no
FROM observation AS o
JOIN rated ON rated.reading_id = o.reading_id
WHERE hash(o.ref_area, o.indicator, o.measure, o.time_period, o.freq) IN (
    SELECT key_hash FROM contested
)
QUALIFY row_number() OVER (
    PARTITION BY o.ref_area, o.indicator, o.measure, o.time_period, o.freq
    ORDER BY
        o.published_on DESC NULLS LAST,
        rated.authority_rank,
        o.decimals DESC NULLS LAST,
        o.recorded_at DESC,
        o.release_id,
        o.figure_no
) > 1
