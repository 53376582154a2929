-- Each group's members ranked by value, for every indicator and period of which it has a figure.
-- Who belongs to a group is asked of the last day of the period.
WITH entry AS (
    SELECT
        m.group_id,
        o.ref_area,
        m.name_zh,
        o.indicator,
        o.measure,
        o.time_period,
        o.freq,
        o.obs_value,
        o.unit_measure,
        o.obs_status
    FROM latest_vintage AS o
    JOIN group_member AS m ON m.ref_area = o.ref_area AND m.time_period = o.time_period
    WHERE o.measure IN ('level', 'growth', 'share')
), placed AS (
    SELECT
        *,
        rank() OVER (
            PARTITION BY group_id, indicator, measure, time_period, freq ORDER BY obs_value DESC
        ) AS rank,
        row_number() OVER (
            PARTITION BY group_id, indicator, measure, time_period, freq
            ORDER BY obs_value DESC, ref_area
        ) AS place
    FROM entry
), compared AS (
    SELECT
        *,
        -- The nearest value above: those that share the rank are skipped.
        lag(obs_value, (place - rank + 1)::INTEGER) OVER (
            PARTITION BY group_id, indicator, measure, time_period, freq
            ORDER BY obs_value DESC, ref_area
        ) AS value_above
    FROM placed
), total AS (
    SELECT
        group_id,
        indicator,
        measure,
        time_period,
        freq,
        max(obs_value) AS highest,
        count(*) AS members_with_figure,
        -- Decimals add up to the same whatever their order: same figures, same bytes.
        sum(obs_value::DECIMAL(38, 6))::DOUBLE AS whole
    FROM entry
    GROUP BY group_id, indicator, measure, time_period, freq
), size AS (
    SELECT group_id, time_period, count(*) AS members
    FROM group_member
    GROUP BY group_id, time_period
), grown AS (
    SELECT ref_area, indicator, time_period, freq, obs_value AS growth
    FROM latest_vintage
    WHERE measure = 'growth'
)
SELECT
    e.group_id,
    e.indicator,
    e.measure,
    e.time_period,
    e.freq,
    e.rank,
    e.ref_area,
    e.name_zh,
    e.obs_value,
    e.unit_measure,
    e.obs_status,
    CASE WHEN e.measure = 'level' THEN grown.growth END AS growth,
    round(total.highest - e.obs_value, 6) AS gap_to_leader,
    round(e.value_above - e.obs_value, 6) AS gap_to_next,
    total.members_with_figure,
    size.members,
    CASE
        -- Only amounts add up; rates, and amounts a head, do not.
        WHEN e.measure = 'level'
            AND e.unit_measure IN ('亿元', '万元', '万人', '人', '万吨', '吨')
            AND total.whole > 0
            THEN round(100 * e.obs_value / total.whole, 4)
    END AS share_of_sum
FROM compared AS e
JOIN total
    ON total.group_id = e.group_id
    AND total.indicator = e.indicator
    AND total.measure = e.measure
    AND total.time_period = e.time_period
    AND total.freq = e.freq
JOIN size ON size.group_id = e.group_id AND size.time_period = e.time_period
LEFT JOIN grown
    ON grown.ref_area = e.ref_area
    AND grown.indicator = e.indicator
    AND grown.time_period = e.time_period
    AND grown.freq = e.freq
