-- The next round mark (50 and 100 亿元, then in hundreds, thousands, …) before each area's newest
-- yearly amount, and the years to it at the pace of the last three years.
WITH amount AS (
    SELECT ref_area, indicator, time_period::INTEGER AS year, obs_value, reading_id
    FROM latest_vintage
    WHERE measure = 'level' AND freq = 'A' AND unit_measure = '亿元' AND obs_value > 0
), newest AS (
    SELECT
        ref_area,
        indicator,
        max(year) AS year,
        arg_max(obs_value, year) AS obs_value,
        arg_max(reading_id, year) AS reading_id,
        max(year, 4) AS years, -- the newest four, and their values in the same order
        arg_max(obs_value, year, 4) AS obs_values
    FROM amount
    GROUP BY ref_area, indicator
), paced AS (
    SELECT
        *,
        obs_values[list_position(years, year - 3)] AS value_before,
        100 * ((obs_value / value_before) ** (1.0 / 3) - 1) AS pace,
        mark_above(obs_value) AS mark
    FROM newest
)
SELECT
    paced.ref_area,
    paced.indicator,
    paced.year::VARCHAR AS time_period,
    paced.obs_value,
    '亿元' AS unit_measure,
    paced.mark::DOUBLE AS mark,
    round(paced.mark - paced.obs_value, 6) AS gap_to_mark,
    paced.value_before AS value_three_years_before,
    round(paced.pace, 4) AS pace,
    CASE
        WHEN paced.pace > 0
            THEN round(ln(paced.mark / paced.obs_value) / ln(1 + paced.pace / 100), 2)
    END AS years_to_mark,
    reading.release_id
FROM paced
JOIN reading ON reading.reading_id = paced.reading_id
