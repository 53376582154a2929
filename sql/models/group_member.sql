-- Who belongs to which group at the end of each period of which something is known.
SELECT DISTINCT area_group.group_id, area_group.ref_area, known.time_period
FROM area_group
JOIN (
    SELECT time_period, period_end(time_period) AS day
    FROM (
        SELECT time_period FROM latest_observation
        UNION
        SELECT time_period FROM quarantine WHERE time_period IS NOT NULL
    )
) AS known
    ON coalesce(area_group.valid_from <= known.day, true)
    AND coalesce(area_group.valid_to > known.day, true)
WHERE known.day IS NOT NULL
