-- Observations that count as far as their own release goes, with their printed sentence: all of its
-- current reading, and what stands in for the figures that this one holds. Every list that figures
-- are joined with here is short: many models read this, and each time all figures are gone through.
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
FROM figure AS f
JOIN current_reading AS c ON c.reading_id = f.reading_id
JOIN reading AS r ON r.reading_id = f.reading_id
LEFT JOIN standing_in AS s ON s.reading_id = f.reading_id AND s.figure_no = f.figure_no
WHERE f.fate = 'observation'
    AND (c.newer_reading_id IS NULL OR s.reading_id IS NOT NULL)
