-- Each target beside what was then published: met, missed, open or unknown. A bare number is to be
-- reached (not passed, where less is wanted, as of unemployment). "About" is met within half a
-- percentage point of a rate or 2 % of an amount, and by more than was wanted; so is "in step".
-- Open until the year is over; unknown where the year is over and no figure is there.
WITH today AS (
    SELECT year(max(recorded_at)) AS this_year FROM reading
), wanted AS (
    SELECT
        t.*,
        i.desired = 'less' AS less_is_wanted,
        CASE WHEN t.measure = 'target_level' THEN 'level' ELSE 'growth' END AS measured_by,
        -- Whose growth the target is measured by.
        CASE t.comparator
            WHEN 'in_step' THEN t.ref_area
            WHEN 'above_city' THEN above.parent
            WHEN 'above_province' THEN left(t.ref_area, 2) || '0000'
            WHEN 'above_country' THEN '100000'
        END AS reference_area,
        CASE WHEN t.comparator = 'in_step' THEN 'gdp' ELSE t.indicator END AS reference_indicator
    FROM target AS t
    JOIN indicator AS i ON i.indicator = t.indicator
    LEFT JOIN (
        SELECT ref_area, max_by(parent, coalesce(valid_from, 1)) AS parent
        FROM area
        GROUP BY ref_area
    ) AS above ON above.ref_area = t.ref_area
), measured AS (
    SELECT
        w.*,
        o.obs_value AS outcome_value,
        o.release_id AS outcome_release_id,
        reference.obs_value AS reference_value,
        CASE
            WHEN w.measure = 'target_lead'
                THEN round(o.obs_value - reference.obs_value - w.obs_value, 6)
            ELSE round(o.obs_value - w.obs_value, 6)
        END AS gap,
        CASE
            WHEN coalesce(w.comparator, '') NOT IN ('about', 'in_step') THEN 0
            WHEN w.measure = 'target_level' AND w.unit_measure NOT IN ('%', '‰')
                THEN 0.02 * w.obs_value
            ELSE 0.5
        END AS allowed
    FROM wanted AS w
    LEFT JOIN latest_vintage AS o
        ON o.ref_area = w.ref_area
        AND o.indicator = w.indicator
        AND o.measure = w.measured_by
        AND o.time_period = w.time_period
        AND o.freq = 'A'
    LEFT JOIN latest_vintage AS reference
        ON reference.ref_area = w.reference_area
        AND reference.indicator = w.reference_indicator
        AND reference.measure = 'growth'
        AND reference.time_period = w.time_period
        AND reference.freq = 'A'
)
SELECT
    ref_area,
    indicator,
    measure,
    time_period,
    comparator,
    obs_value AS target_value,
    unit_measure,
    outcome_value,
    reference_area,
    reference_value,
    gap,
    CASE
        WHEN gap IS NULL AND time_period::INTEGER >= this_year THEN 'open'
        WHEN gap IS NULL THEN 'unknown'
        WHEN measure = 'target_lead' AND comparator <> 'in_step' AND obs_value = 0
            THEN CASE WHEN gap > 0 THEN 'met' ELSE 'missed' END
        WHEN comparator = 'at_most' OR (comparator IS DISTINCT FROM 'at_least' AND less_is_wanted)
            THEN CASE WHEN gap <= allowed + 1e-9 THEN 'met' ELSE 'missed' END
        WHEN gap >= -allowed - 1e-9 THEN 'met'
        ELSE 'missed'
    END AS outcome,
    release_id,
    outcome_release_id
FROM measured
CROSS JOIN today
