-- Of each release, the last reading that found any number, whatever came of it.
SELECT reading.release_id, reading.reading_id
FROM reading
JOIN snapshot
    ON snapshot.release_id = reading.release_id AND snapshot.sha256 = reading.snapshot_sha256
WHERE reading.figures > 0
QUALIFY row_number() OVER (
    PARTITION BY reading.release_id
    ORDER BY snapshot.snapshot_id DESC, reading.reading_id DESC
) = 1
