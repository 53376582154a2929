-- Of each key, the observation that counts; latest_observation adds where it comes from.
SELECT o.*
FROM observation AS o
SEMI JOIN current_reading AS r ON r.reading_id = o.reading_id
ANTI JOIN superseded AS s ON s.reading_id = o.reading_id AND s.figure_no = o.figure_no
