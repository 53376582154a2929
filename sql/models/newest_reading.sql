-- Of each release, the reading of its newest snapshot that found any number, whatever came of it.
SELECT release_id, reading_id
FROM snapshot_reading
WHERE figures > 0
QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY snapshot_id DESC) = 1
