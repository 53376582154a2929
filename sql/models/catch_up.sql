-- For neighbours in a league table: the yearly growth that the one behind would need to reach the
-- one ahead within 1 to 5 years, everything else equal. The one ahead goes on growing as it did in
-- the last year, where the year before is known; else it stands still, and `basis` says so.
WITH placed AS (
    SELECT
        group_id,
        indicator,
        time_period,
        ref_area,
        obs_value,
        unit_measure,
        first_value(obs_value) OVER (
            PARTITION BY group_id, indicator, time_period
            ORDER BY obs_value
            GROUPS BETWEEN 1 FOLLOWING AND 1 FOLLOWING
        ) AS value_above
    FROM league_table
    WHERE measure = 'level' AND freq = 'A' AND obs_value > 0
        AND unit_measure IN ('亿元', '元', '万人')
), pair AS (
    SELECT
        behind.group_id,
        behind.indicator,
        behind.time_period,
        behind.ref_area AS follower,
        ahead.ref_area AS ahead,
        behind.obs_value AS follower_value,
        ahead.obs_value AS ahead_value,
        behind.unit_measure
    FROM placed AS behind
    JOIN placed AS ahead
        ON ahead.group_id = behind.group_id
        AND ahead.indicator = behind.indicator
        AND ahead.time_period = behind.time_period
        AND ahead.obs_value = behind.value_above
), paced AS (
    SELECT pair.*, pair.ahead_value / before.obs_value - 1 AS pace
    FROM pair
    LEFT JOIN latest_vintage AS before
        ON before.ref_area = pair.ahead
        AND before.indicator = pair.indicator
        AND before.measure = 'level'
        AND before.freq = 'A'
        AND before.obs_value > 0
        AND before.time_period = (pair.time_period::INTEGER - 1)::VARCHAR
)
SELECT
    group_id,
    indicator,
    time_period,
    follower,
    ahead,
    unnest(range(1, 6)) AS years,
    follower_value,
    ahead_value,
    unit_measure,
    round(100 * pace, 4) AS ahead_growth,
    CASE WHEN pace IS NULL THEN 'standing still' ELSE 'last year' END AS basis,
    round(
        100 * ((ahead_value / follower_value) ** (1.0 / years) * (1 + coalesce(pace, 0)) - 1), 4
    ) AS growth_needed
FROM ( -- put in order here, while there are few: then the rows of the table stand in it already
    FROM paced
    ORDER BY group_id, indicator, time_period, follower, ahead
)
