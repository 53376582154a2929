-- When an area's yearly amount first passed each round mark: 50 and 100 to 900 亿元, then in
-- thousands and ten thousands. It is certain only where the year before is known too; else the
-- area may have been past the mark earlier.
WITH series AS (
    SELECT
        ref_area,
        indicator,
        time_period,
        obs_value,
        unit_measure,
        release_id,
        max(obs_value) OVER earlier AS highest_before,
        lag(time_period) OVER by_year AS period_before,
        lag(obs_value) OVER by_year AS value_before
    FROM latest_vintage
    WHERE measure = 'level' AND freq = 'A' AND unit_measure = '亿元'
    WINDOW
        by_year AS (PARTITION BY ref_area, indicator ORDER BY time_period),
        earlier AS (
            PARTITION BY ref_area, indicator ORDER BY time_period
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
), record AS (
    FROM series
    WHERE obs_value >= 50 AND (highest_before IS NULL OR obs_value > highest_before)
), mark AS (
    SELECT 50.0 AS mark
    UNION ALL
    SELECT step * digit
    FROM (VALUES (100.0), (1000.0), (10000.0), (100000.0)) AS magnitude (step)
    CROSS JOIN (SELECT unnest(range(1, 10)) AS digit)
)
SELECT
    record.ref_area,
    record.indicator,
    mark.mark::DOUBLE AS mark,
    record.time_period,
    record.obs_value,
    record.unit_measure,
    CASE
        WHEN record.period_before::INTEGER = record.time_period::INTEGER - 1
            THEN record.value_before
    END AS value_before,
    coalesce(record.period_before::INTEGER = record.time_period::INTEGER - 1, false) AS certain,
    record.release_id
FROM record
JOIN mark
    ON mark.mark <= record.obs_value
    AND mark.mark > coalesce(record.highest_before, 0)
