-- The value that counts for each area, indicator, measure and period, with where it is printed, and
-- all that is needed to understand it alone: names, the days of its period, its release.
SELECT
    o.ref_area,
    area.name_zh,
    area.name_en,
    o.indicator,
    indicator.name_zh AS indicator_zh,
    indicator.name_en AS indicator_en,
    o.measure,
    o.time_period,
    period_start(o.time_period) AS period_start,
    period_end(o.time_period) AS period_end,
    o.freq,
    o.obs_value,
    o.unit_measure,
    o.decimals,
    o.obs_status,
    o.published_on,
    o.release_id,
    r.title,
    r.publisher,
    r.authority,
    r.url,
    o.locator,
    o.value_text,
    o.unit_text,
    o.comparator,
    o.context_text,
    o.snapshot_sha256,
    o.figure_no,
    o.reading_id,
    o.recorded_at,
    o.stale_since
FROM latest_vintage AS o
JOIN (
    SELECT reading.reading_id, release.title, release.publisher, release.authority, release.url
    FROM reading
    JOIN release ON release.release_id = reading.release_id
    QUALIFY row_number() OVER (PARTITION BY reading.reading_id ORDER BY release.version DESC) = 1
) AS r ON r.reading_id = o.reading_id
LEFT JOIN indicator ON indicator.indicator = o.indicator
LEFT JOIN area
    ON area.ref_area = o.ref_area
    AND coalesce(area.valid_from, 1) <= left(o.time_period, 4)::INTEGER
    AND coalesce(area.valid_to, 9999) > left(o.time_period, 4)::INTEGER
