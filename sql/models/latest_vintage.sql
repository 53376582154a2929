-- Of each key, the observation that counts; latest_observation adds where it comes from.
SELECT o.*
FROM observation AS o
WHERE o.reading_id IN (SELECT reading_id FROM current_reading)
    AND NOT EXISTS (
        SELECT 1
        FROM superseded AS s
        WHERE s.reading_id = o.reading_id AND s.figure_no = o.figure_no
    )
