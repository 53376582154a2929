-- Of each key, the observation that counts, with its printed sentence; latest_observation adds the
-- release that it comes from.
SELECT
    f.ref_area,
    c.indicator,
    c.measure,
    f.time_period,
    c.freq,
    f.obs_value,
    c.unit_measure,
    f.decimals,
    c.obs_status,
    r.release_id,
    r.snapshot_sha256,
    f.figure_no,
    f.locator,
    f.value_text,
    c.unit_text,
    c.comparator,
    coalesce(
        f.context_text, nullif(concat_ws(' ', f.area_text, f.period_text, f.label_text), '')
    ) AS context_text,
    r.published_on,
    r.recorded_at,
    r.run_id,
    f.reading_id
FROM reading_figure AS f
JOIN figure_class AS c ON c.class_id = f.class_id
JOIN reading AS r ON r.reading_id = f.reading_id
SEMI JOIN current_reading AS n ON n.reading_id = f.reading_id
ANTI JOIN superseded AS s ON s.reading_id = f.reading_id AND s.figure_no = f.figure_no
WHERE c.fate = 'observation'
