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
    f.obs_decimals AS decimals,
    f.obs_status,
    f.release_id,
    f.snapshot_sha256,
    f.figure_no,
    f.locator,
    f.value_text,
    f.unit_text,
    f.comparator,
    f.context_text,
    r.published_on,
    r.recorded_at,
    r.run_id,
    f.reading_id,
    c.stale_since
FROM counting_observation AS c
JOIN figure AS f ON f.reading_id = c.reading_id AND f.figure_no = c.figure_no
JOIN reading AS r ON r.reading_id = f.reading_id
ANTI JOIN superseded AS s ON s.reading_id = f.reading_id AND s.figure_no = f.figure_no
