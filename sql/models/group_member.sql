-- Who belongs to which group at the end of each period of which something is known, by the name
-- that it had then.
WITH known AS (
    SELECT time_period, period_end(time_period) AS day
    FROM (
        SELECT time_period FROM latest_vintage
        UNION
        SELECT time_period FROM quarantine WHERE time_period IS NOT NULL
    )
), member AS (
    SELECT
        group_id,
        ref_area,
        coalesce(valid_from, DATE '0001-01-01') AS since,
        coalesce(valid_to, DATE '9999-12-31') AS until
    FROM area_group
), named AS (
    SELECT
        ref_area,
        name_zh,
        coalesce(valid_from, 1) AS since,
        coalesce(valid_to, 9999) AS until
    FROM area
)
SELECT DISTINCT member.group_id, member.ref_area, named.name_zh, known.time_period
FROM member
JOIN known ON member.since <= known.day AND member.until > known.day
LEFT JOIN named
    ON named.ref_area = member.ref_area
    AND named.since <= year(known.day)
    AND named.until > year(known.day)
