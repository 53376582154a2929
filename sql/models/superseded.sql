-- Observations of current readings that do not count, because the same thing was said better: later
-- (an unknown day is the earliest), by a higher authority, with more digits, or recorded later.
-- What is still alike is decided the same way each time. Few are, so only these are kept; and only
-- what may be said twice is looked at closely, which of millions of figures is seldom much.
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
), suspect AS (
    -- Each period sets one of 63 bits: a series of as many bits as figures has none twice. One
    -- that has fewer may have none either, and two series may share a hash: it does no harm.
    SELECT hash(ref_area, indicator, measure, freq) AS series_hash
    FROM observation
    WHERE reading_id IN (SELECT reading_id FROM current_reading)
    GROUP BY series_hash
    HAVING count(*) > bit_count(
        bit_or(1::BIGINT << coalesce(try_cast(translate(time_period, '-Q', '') AS INTEGER) % 63, 0))
    )
), contested AS ( -- hashes again
    SELECT hash(ref_area, indicator, measure, time_period, freq) AS key_hash
    FROM observation
    WHERE reading_id IN (SELECT reading_id FROM current_reading)
        AND hash(ref_area, indicator, measure, freq) IN (SELECT series_hash FROM suspect)
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
