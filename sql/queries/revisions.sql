-- What was revised: values that a later release gave differently, and by how much
WITH said AS (
    SELECT
        *,
        lag(obs_value) OVER vintages AS value_before,
        lag(decimals) OVER vintages AS decimals_before,
        lag(release_id) OVER vintages AS release_before
    FROM observation
    WINDOW vintages AS (
        PARTITION BY ref_area, indicator, measure, time_period, freq
        ORDER BY published_on NULLS FIRST, recorded_at, reading_id, figure_no
    )
)
SELECT
    said.ref_area,
    area_name(said.ref_area, said.time_period) AS area,
    indicator.name_zh AS indicator,
    said.measure,
    said.time_period AS period,
    said.value_before,
    said.obs_value AS value,
    round(said.obs_value - said.value_before, 6) AS change,
    said.unit_measure AS unit,
    said.published_on,
    said.release_before,
    said.release_id
FROM said
JOIN indicator ON indicator.indicator = said.indicator
-- The same number with fewer digits is no revision.
WHERE abs(said.obs_value - said.value_before)
    > 0.5000001 * pow(10, -least(coalesce(said.decimals, 0), coalesce(said.decimals_before, 0)))
ORDER BY said.published_on DESC, said.ref_area, said.indicator, said.time_period;
