-- Of each release, the reading that counts: of its newest snapshot, by the newest reader; one that
-- gave no observation (unreadable, held back, emptied) does not take a former one's place.
SELECT reading.release_id, reading.reading_id
FROM reading
JOIN snapshot
    ON snapshot.release_id = reading.release_id AND snapshot.sha256 = reading.snapshot_sha256
WHERE reading.observations > 0
QUALIFY row_number() OVER (
    PARTITION BY reading.release_id
    ORDER BY snapshot.snapshot_id DESC, reading.reading_id DESC
) = 1
