-- What is held back today, and why: the quarantine of each release's newest reading.
SELECT
    q.release_id,
    q.figure_no,
    q.rule,
    q.stage,
    q.severity,
    q.reason,
    q.ref_area,
    q.indicator,
    q.measure,
    q.time_period,
    q.obs_value,
    q.unit_measure,
    q.suggestion,
    q.evidence,
    q.value_text,
    f.unit_text,
    q.context_text,
    q.locator,
    r.title,
    r.publisher,
    r.url,
    q.snapshot_sha256,
    q.recorded_at
FROM quarantine AS q
JOIN newest_reading AS n ON n.reading_id = q.reading_id
LEFT JOIN figure AS f ON f.reading_id = q.reading_id AND f.figure_no = q.figure_no
JOIN (
    FROM release
    QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY version DESC) = 1
) AS r ON r.release_id = q.release_id
