-- The next round mark (50 and 100 亿元, then in hundreds, thousands, …) before each area's newest
-- yearly amount, and the years to it at the pace of the last three years.
WITH amount AS (
    SELECT ref_area, indicator, time_period::INTEGER AS year, obs_value, unit_measure, release_id
    FROM latest_vintage
    WHERE measure = 'level' AND freq = 'A' AND unit_measure = '亿元' AND obs_value > 0
), newest AS (
    FROM amount
    QUALIFY row_number() OVER (PARTITION BY ref_area, indicator ORDER BY year DESC) = 1
), paced AS (
    SELECT
        newest.*,
        before.obs_value AS value_before,
        100 * ((newest.obs_value / before.obs_value) ** (1.0 / 3) - 1) AS pace,
        mark_above(newest.obs_value) AS mark
    FROM newest
    LEFT JOIN amount AS before
        ON before.ref_area = newest.ref_area
        AND before.indicator = newest.indicator
        AND before.year = newest.year - 3
)
SELECT
    ref_area,
    indicator,
    year::VARCHAR AS time_period,
    obs_value,
    unit_measure,
    mark::DOUBLE AS mark,
    round(mark - obs_value, 6) AS gap_to_mark,
    value_before AS value_three_years_before,
    round(pace, 4) AS pace,
    CASE WHEN pace > 0 THEN round(ln(mark / obs_value) / ln(1 + pace / 100), 2) END AS years_to_mark,
    release_id
FROM paced
