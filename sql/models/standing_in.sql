-- Observations of an earlier reading that count because the newest one of their release holds what
-- they say: the last sound value of each figure, until a sound one is printed again.
SELECT o.reading_id, o.figure_no
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
