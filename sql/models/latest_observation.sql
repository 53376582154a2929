-- The value that counts for each area, indicator, measure and period, with where it is printed.
SELECT
    o.ref_area,
    o.indicator,
    o.measure,
    o.time_period,
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
