-- Of all that current readings say of a key, what counts: said last (unknown day: first), by the
-- higher authority, with more digits, learned last. What is left to decide is decided the same way
-- each time.
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
)
SELECT observation.*
FROM observation
JOIN rated ON rated.reading_id = observation.reading_id
QUALIFY row_number() OVER (
    PARTITION BY
        observation.ref_area,
        observation.indicator,
        observation.measure,
        observation.time_period,
        observation.freq
    ORDER BY
        observation.published_on DESC NULLS LAST,
        rated.authority_rank,
        observation.decimals DESC NULLS LAST,
        observation.recorded_at DESC,
        observation.release_id,
        observation.figure_no
) = 1
