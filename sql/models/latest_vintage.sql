-- Of each key, the observation that counts, with its printed sentence; latest_observation adds the
-- release that it comes from.
SELECT
    f.ref_area,
    f.indicator,
    f.measure,
    f.time_period,
    f.freq,
    f.obs_value,
    f.unit_measure,
    f.decimals,
    f.obs_status,
    r.release_id,
    r.snapshot_sha256,
    f.figure_no,
    f.locator,
    f.value_text,
    f.unit_text,
    f.comparator,
    f.context_text,
    r.published_on,
    r.recorded_at,
    r.run_id,
    f.reading_id
FROM reading_figure AS f
JOIN reading AS r ON r.reading_id = f.reading_id
SEMI JOIN current_reading AS c ON c.reading_id = f.reading_id
ANTI JOIN superseded AS s ON s.reading_id = f.reading_id AND s.figure_no = f.figure_no
WHERE f.fate = 'observation'
