-- When an area's yearly amount first passed each round mark: 50 and 100 to 900 亿元, then in
-- thousands and ten thousands. It is certain only where the year before is known too; else the
-- area may have been past the mark earlier.
WITH amount AS (
    SELECT ref_area, indicator, time_period::INTEGER AS year, obs_value, reading_id
    FROM latest_vintage
    WHERE measure = 'level' AND freq = 'A' AND unit_measure = '亿元'
), reached AS ( -- the highest mark that an amount is past, and the first year of such an amount
    SELECT
        ref_area,
        indicator,
        CASE
            WHEN obs_value < 100 THEN 50
            WHEN obs_value < 1000 THEN floor(obs_value / 100) * 100
            WHEN obs_value < 10000 THEN floor(obs_value / 1000) * 1000
            WHEN obs_value < 100000 THEN floor(obs_value / 10000) * 10000
            WHEN obs_value < 1000000 THEN floor(obs_value / 100000) * 100000
            ELSE 900000
        END AS highest,
        min(year) AS year,
        arg_min(obs_value, year) AS obs_value,
        arg_min(reading_id, year) AS reading_id
    FROM amount
    WHERE obs_value >= 50
    GROUP BY ref_area, indicator, highest
), record AS (
    SELECT
        *,
        coalesce(max(highest) OVER (
            PARTITION BY ref_area, indicator ORDER BY year
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS highest_before
    FROM reached
    QUALIFY highest > highest_before
), mark AS (
    SELECT 50::DOUBLE AS mark
    UNION ALL
    SELECT step * digit
    FROM (VALUES (100::DOUBLE), (1000), (10000), (100000)) AS magnitude (step)
    CROSS JOIN (SELECT unnest(range(1, 10)) AS digit)
), passed AS ( -- by every rise from one mark (or none) to another: the marks on the way
    SELECT low.mark AS highest_before, high.mark AS highest, mark.mark
    FROM (SELECT 0 AS mark UNION ALL FROM mark) AS low
    JOIN mark AS high ON high.mark > low.mark
    JOIN mark ON mark.mark > low.mark AND mark.mark <= high.mark
)
SELECT
    record.ref_area,
    record.indicator,
    passed.mark,
    record.year::VARCHAR AS time_period,
    record.obs_value,
    '亿元' AS unit_measure,
    before.obs_value AS value_before,
    before.year IS NOT NULL AS certain,
    reading.release_id
FROM record
JOIN passed
    ON passed.highest = record.highest
    AND passed.highest_before = record.highest_before
JOIN reading ON reading.reading_id = record.reading_id
LEFT JOIN amount AS before
    ON before.ref_area = record.ref_area
    AND before.indicator = record.indicator
    AND before.year = record.year - 1
