-- Each group's members ranked by value, for every indicator and period of which it has a figure.
-- Who belongs to a group is asked of the last day of the period.
WITH entry AS (
    SELECT
        m.group_id,
        o.ref_area,
        o.indicator,
        o.measure,
        o.time_period,
        o.freq,
        o.obs_value,
        o.unit_measure,
        o.obs_status,
        o.decimals
    FROM latest_observation AS o
    JOIN group_member AS m
        ON m.ref_area = o.ref_area AND m.time_period = o.time_period
    WHERE o.measure IN ('level', 'growth', 'share')
), grown AS (
    SELECT ref_area, indicator, time_period, freq, obs_value AS growth
    FROM latest_observation
    WHERE measure = 'growth'
), size AS (
    SELECT group_id, time_period, count(*) AS members
    FROM group_member
    GROUP BY group_id, time_period
)
SELECT
    entry.group_id,
    entry.indicator,
    entry.measure,
    entry.time_period,
    entry.freq,
    rank() OVER by_value AS rank,
    entry.ref_area,
    named.name_zh,
    entry.obs_value,
    entry.unit_measure,
    entry.obs_status,
    CASE WHEN entry.measure = 'level' THEN grown.growth END AS growth,
    round(first_value(entry.obs_value) OVER by_value - entry.obs_value, 6) AS gap_to_leader,
    round(max(entry.obs_value) OVER one_above - entry.obs_value, 6) AS gap_to_next,
    count(*) OVER whole AS members_with_figure,
    size.members,
    CASE
        -- Only amounts add up; rates, and amounts a head, do not. A sum of decimals does not
        -- depend on its order, so that the same figures give the same bytes.
        WHEN entry.measure = 'level' AND entry.unit_measure IN ('亿元', '万元', '万人', '人', '万吨', '吨')
            THEN round(100 * entry.obs_value / nullif(sum(entry.obs_value::DECIMAL(38, 6)) OVER whole, 0), 4)
    END AS share_of_sum
FROM entry
JOIN size ON size.group_id = entry.group_id AND size.time_period = entry.time_period
LEFT JOIN grown
    ON grown.ref_area = entry.ref_area
    AND grown.indicator = entry.indicator
    AND grown.time_period = entry.time_period
    AND grown.freq = entry.freq
LEFT JOIN area AS named -- its name at the time
    ON named.ref_area = entry.ref_area
    AND coalesce(named.valid_from <= entry.time_period[:4]::INTEGER, true)
    AND coalesce(named.valid_to > entry.time_period[:4]::INTEGER, true)
WINDOW
    whole AS (
        PARTITION BY entry.group_id, entry.indicator, entry.measure, entry.time_period, entry.freq
    ),
    by_value AS (
        PARTITION BY entry.group_id, entry.indicator, entry.measure, entry.time_period, entry.freq
        ORDER BY entry.obs_value DESC
    ),
    one_above AS (
        PARTITION BY entry.group_id, entry.indicator, entry.measure, entry.time_period, entry.freq
        ORDER BY entry.obs_value DESC
        GROUPS BETWEEN 1 PRECEDING AND 1 PRECEDING
    )
