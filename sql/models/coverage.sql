-- For every group, and all that is known of any of its members: which member has a figure
-- (present), of which one was held back (held), and of which there is none (missing).
WITH present AS (
    SELECT DISTINCT ref_area, indicator, measure, time_period
    FROM latest_vintage
    WHERE ref_area IN (SELECT ref_area FROM area_group)
), held AS (
    SELECT ref_area, indicator, measure, time_period, min(rule) AS rule
    FROM quarantine_list
    WHERE ref_area IS NOT NULL
        AND indicator IS NOT NULL
        AND measure IS NOT NULL
        AND time_period IS NOT NULL
    GROUP BY ref_area, indicator, measure, time_period
), asked AS (
    SELECT DISTINCT m.group_id, k.indicator, k.measure, k.time_period
    FROM (
        SELECT ref_area, indicator, measure, time_period FROM present
        UNION ALL
        SELECT ref_area, indicator, measure, time_period FROM held
    ) AS k
    JOIN group_member AS m ON m.ref_area = k.ref_area AND m.time_period = k.time_period
)
SELECT
    asked.group_id,
    asked.indicator,
    asked.measure,
    asked.time_period,
    m.ref_area,
    CASE
        WHEN present.ref_area IS NOT NULL THEN 'present'
        WHEN held.ref_area IS NOT NULL THEN 'held'
        ELSE 'missing'
    END AS status,
    CASE WHEN present.ref_area IS NULL THEN held.rule END AS rule
FROM asked
JOIN group_member AS m ON m.group_id = asked.group_id AND m.time_period = asked.time_period
LEFT JOIN present
    ON present.ref_area = m.ref_area
    AND present.indicator = asked.indicator
    AND present.measure = asked.measure
    AND present.time_period = asked.time_period
LEFT JOIN held
    ON held.ref_area = m.ref_area
    AND held.indicator = asked.indicator
    AND held.measure = asked.measure
    AND held.time_period = asked.time_period
