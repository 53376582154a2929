-- Between which values a level lies that has no figure: for members of groups, as far as something
-- is known of it. A bound may be printed ("more than 700"). And an area is no larger than its parent
-- less those of its siblings that are known. What counties print does not add up exactly to their
-- city, so 1 % of the city's figure is allowed for that.
WITH member AS (
    SELECT DISTINCT ref_area FROM area_group
), lineage AS ( -- in each year that it holds, the parent of an area
    SELECT
        ref_area,
        parent,
        coalesce(valid_from, 1) AS since,
        coalesce(valid_to, 9999) AS until
    FROM area
    WHERE parent IN (SELECT parent FROM area WHERE ref_area IN (FROM member))
), level AS MATERIALIZED ( -- of members, their parents and their siblings
    SELECT ref_area, indicator, time_period, freq, obs_value, unit_measure
    FROM latest_vintage
    WHERE measure = 'level' AND ref_area IN (
        FROM member
        UNION ALL
        SELECT parent FROM lineage
        UNION ALL
        SELECT ref_area FROM lineage
    )
), sibling AS ( -- all that lies in a parent that has a figure, with figure or without
    SELECT
        child.ref_area,
        whole.indicator,
        whole.time_period,
        whole.freq,
        own.obs_value,
        -- Decimals add up to the same whatever their order: same figures, same bytes.
        round(
            1.01 * whole.obs_value
                - coalesce(sum(own.obs_value::DECIMAL(38, 6)) OVER family::DOUBLE, 0),
            6
        ) AS at_most,
        coalesce(min(own.obs_value) OVER family, 0) >= 0 AS none_negative
    FROM level AS whole
    JOIN lineage AS child
        ON child.parent = whole.ref_area
        AND child.since <= left(whole.time_period, 4)::INTEGER
        AND child.until > left(whole.time_period, 4)::INTEGER
    LEFT JOIN level AS own
        ON own.ref_area = child.ref_area
        AND own.indicator = whole.indicator
        AND own.time_period = whole.time_period
        AND own.freq = whole.freq
    WHERE adds_up(whole.unit_measure)
    WINDOW family AS (
        PARTITION BY whole.ref_area, whole.indicator, whole.time_period, whole.freq
    )
), bound AS (
    SELECT ref_area, indicator, time_period, freq, NULL::DOUBLE AS at_least, at_most
    FROM sibling
    WHERE obs_value IS NULL AND none_negative AND ref_area IN (FROM member)
    UNION ALL
    SELECT
        ref_area,
        indicator,
        time_period,
        freq,
        CASE WHEN measure = 'level_at_least' THEN obs_value END,
        CASE WHEN measure = 'level_at_most' THEN obs_value END
    FROM latest_vintage
    WHERE measure IN ('level_at_least', 'level_at_most') AND ref_area IN (FROM member)
)
SELECT
    bound.ref_area,
    bound.indicator,
    bound.time_period,
    bound.freq,
    max(bound.at_least) AS at_least,
    min(bound.at_most) AS at_most
FROM bound
ANTI JOIN level
    ON level.ref_area = bound.ref_area
    AND level.indicator = bound.indicator
    AND level.time_period = bound.time_period
    AND level.freq = bound.freq
GROUP BY bound.ref_area, bound.indicator, bound.time_period, bound.freq
