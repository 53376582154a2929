-- Of each key, the observation that counts; latest_observation adds the release that it comes from.
SELECT o.*
FROM counting_observation AS o
ANTI JOIN superseded AS s ON s.reading_id = o.reading_id AND s.figure_no = o.figure_no
