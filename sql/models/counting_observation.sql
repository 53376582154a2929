-- Observations that count as far as their own release goes: all of its current reading, and the
-- last sound value of each figure that this one holds, marked by the day since when.
WITH standing_in AS (
    SELECT o.reading_id, o.figure_no, c.stale_since
    FROM current_reading AS c
    JOIN figure AS o ON o.reading_id = c.reading_id AND o.fate = 'observation'
    JOIN reading AS newer ON newer.reading_id = c.newer_reading_id
    WHERE newer.observations = 0 -- held as a whole, unreadable or emptied
        OR (
            EXISTS (
                FROM quarantine AS q
                WHERE q.reading_id = c.newer_reading_id
                    AND q.ref_area = o.ref_area
                    AND q.indicator = o.indicator
                    AND q.measure = o.measure
                    AND q.time_period = o.time_period
            )
            AND NOT EXISTS (
                FROM figure AS n
                WHERE n.reading_id = c.newer_reading_id
                    AND n.fate = 'observation'
                    AND n.ref_area = o.ref_area
                    AND n.indicator = o.indicator
                    AND n.measure = o.measure
                    AND n.time_period = o.time_period
                    AND n.freq = o.freq
            )
        )
)
SELECT o.reading_id, o.figure_no, NULL::TIMESTAMP AS stale_since
FROM figure AS o
SEMI JOIN current_reading AS c
    ON c.reading_id = o.reading_id AND c.newer_reading_id IS NULL
WHERE o.fate = 'observation'
UNION ALL
SELECT reading_id, figure_no, stale_since
FROM standing_in
