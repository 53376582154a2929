-- Observations that would count and do not, because the same thing was said better: later (an unknown
-- day is the earliest), by a higher authority, with more digits, or recorded later. What is still
-- alike is decided the same way each time.
WITH rated AS (
    SELECT reading.reading_id, arg_max(authority.rank, release.version) AS authority_rank
    FROM reading
    SEMI JOIN current_reading ON current_reading.reading_id = reading.reading_id
    JOIN release ON release.release_id = reading.release_id
    LEFT JOIN authority ON authority.authority = release.authority
    GROUP BY reading.reading_id
), contested AS ( -- few are, so only these are put in order
    SELECT ref_area, indicator, measure, time_period, freq
    FROM counting_observation
    GROUP BY ref_area, indicator, measure, time_period, freq
    HAVING count(*) > 1
)
SELECT o.reading_id, o.figure_no
FROM counting_observation AS o
SEMI JOIN contested AS c
    ON c.ref_area = o.ref_area
    AND c.indicator = o.indicator
    AND c.measure = o.measure
    AND c.time_period = o.time_period
    AND c.freq = o.freq
JOIN rated ON rated.reading_id = o.reading_id
QUALIFY row_number() OVER (
    PARTITION BY o.ref_area, o.indicator, o.measure, o.time_period, o.freq
    ORDER BY
        o.published_on DESC NULLS LAST,
        rated.authority_rank NULLS LAST,
        o.decimals DESC NULLS LAST,
        o.recorded_at DESC,
        o.release_id,
        o.figure_no
) > 1
