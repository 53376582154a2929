-- Each group's members ranked by value, for every indicator and period of which it has a figure.
-- Who belongs to a group is asked of the last day of the period. Members without a figure may
-- stand anywhere between their bounds, so that a rank is a range: from rank_best to rank_worst.
WITH known AS MATERIALIZED (
    SELECT ref_area, indicator, measure, time_period, freq, obs_value, unit_measure, obs_status
    FROM latest_vintage
    WHERE ref_area IN (SELECT ref_area FROM area_group)
), entry AS MATERIALIZED (
    SELECT
        m.group_id,
        o.*,
        m.name_zh,
        -- Only amounts add up; rates, and amounts a head, do not.
        o.measure = 'level'
            AND o.unit_measure IN ('亿元', '万元', '万人', '人', '万吨', '吨') AS adds_up
    FROM known AS o
    JOIN group_member AS m ON m.ref_area = o.ref_area AND m.time_period = o.time_period
    WHERE o.measure IN ('level', 'growth', 'share')
), size AS (
    SELECT group_id, time_period, count(*) AS members
    FROM group_member
    GROUP BY group_id, time_period
), summed AS (
    SELECT
        group_id,
        indicator,
        measure,
        time_period,
        freq,
        max(obs_value) AS highest,
        count(*) AS members_with_figure,
        bool_and(adds_up) AND min(obs_value) >= 0 AS adds_up,
        -- Decimals add up to the same whatever their order: same figures, same bytes.
        sum(obs_value::DECIMAL(38, 6))::DOUBLE AS whole
    FROM entry
    GROUP BY group_id, indicator, measure, time_period, freq
), total AS MATERIALIZED ( -- one row a league table; its number is for this query only
    SELECT
        summed.*,
        size.members,
        CASE WHEN summed.freq = 'A' THEN summed.time_period::INTEGER END AS year,
        row_number() OVER () AS table_no
    FROM summed
    JOIN size ON size.group_id = summed.group_id AND size.time_period = summed.time_period
), missing AS MATERIALIZED (
    SELECT
        t.table_no, t.group_id, t.indicator, t.measure, t.time_period, t.freq, t.adds_up, m.ref_area
    FROM total AS t
    JOIN group_member AS m ON m.group_id = t.group_id AND m.time_period = t.time_period
    ANTI JOIN entry AS e
        ON e.group_id = t.group_id
        AND e.indicator = t.indicator
        AND e.measure = t.measure
        AND e.time_period = t.time_period
        AND e.freq = t.freq
        AND e.ref_area = m.ref_area
    WHERE t.members > t.members_with_figure
), parent_of AS MATERIALIZED (
    SELECT DISTINCT m.ref_area, m.time_period, a.parent
    FROM missing AS m
    JOIN area AS a
        ON a.ref_area = m.ref_area
        AND coalesce(a.valid_from, 1) <= left(m.time_period, 4)::INTEGER
        AND coalesce(a.valid_to, 9999) > left(m.time_period, 4)::INTEGER
    WHERE m.adds_up
), family AS MATERIALIZED ( -- levels of the parents and of all that lies in them
    SELECT ref_area, indicator, time_period, freq, obs_value
    FROM latest_vintage
    WHERE measure = 'level' AND ref_area IN (
        SELECT ref_area
        FROM area
        WHERE ref_area IN (SELECT parent FROM parent_of)
            OR parent IN (SELECT parent FROM parent_of)
    )
), siblings AS (
    SELECT
        p.parent,
        p.time_period,
        o.indicator,
        o.freq,
        sum(o.obs_value::DECIMAL(38, 6))::DOUBLE AS known
    FROM (SELECT DISTINCT parent, time_period FROM parent_of) AS p
    JOIN area AS a
        ON a.parent = p.parent
        AND coalesce(a.valid_from, 1) <= left(p.time_period, 4)::INTEGER
        AND coalesce(a.valid_to, 9999) > left(p.time_period, 4)::INTEGER
    JOIN family AS o ON o.ref_area = a.ref_area AND o.time_period = p.time_period
    GROUP BY p.parent, p.time_period, o.indicator, o.freq
), printed_bound AS (
    SELECT
        ref_area,
        indicator,
        time_period,
        freq,
        max(obs_value) FILTER (measure = 'level_at_least') AS at_least,
        min(obs_value) FILTER (measure = 'level_at_most') AS at_most
    FROM known
    WHERE measure IN ('level_at_least', 'level_at_most')
    GROUP BY ref_area, indicator, time_period, freq
), bounded AS (
    -- A member is no larger than its parent less those of its siblings that are known. What
    -- counties print does not add up exactly to their city: a hundredth of it is allowed for that.
    SELECT
        m.table_no,
        CASE WHEN m.measure = 'level' THEN printed.at_least END AS at_least,
        least(
            CASE WHEN m.adds_up THEN 1.01 * whole.obs_value - coalesce(siblings.known, 0) END,
            CASE WHEN m.measure = 'level' THEN printed.at_most END
        ) AS at_most
    FROM missing AS m
    LEFT JOIN printed_bound AS printed
        ON printed.ref_area = m.ref_area
        AND printed.indicator = m.indicator
        AND printed.time_period = m.time_period
        AND printed.freq = m.freq
    LEFT JOIN parent_of AS p ON p.ref_area = m.ref_area AND p.time_period = m.time_period
    LEFT JOIN family AS whole
        ON whole.ref_area = p.parent
        AND whole.time_period = m.time_period
        AND whole.indicator = m.indicator
        AND whole.freq = m.freq
    LEFT JOIN siblings
        ON siblings.parent = p.parent
        AND siblings.time_period = m.time_period
        AND siblings.indicator = m.indicator
        AND siblings.freq = m.freq
), absent AS (
    SELECT
        table_no,
        count(*) FILTER (at_most IS NULL) AS without_bound,
        list(at_most ORDER BY at_most) FILTER (at_most IS NOT NULL) AS bounds,
        list(at_least ORDER BY at_least) FILTER (at_least IS NOT NULL) AS floors
    FROM bounded
    GROUP BY table_no
), placed AS (
    SELECT
        e.ref_area,
        e.name_zh,
        e.obs_value,
        e.unit_measure,
        e.obs_status,
        t.* EXCLUDE (adds_up),
        t.adds_up AND t.whole > 0 AS shared_out,
        absent.without_bound,
        absent.bounds,
        absent.floors
    FROM entry AS e
    JOIN total AS t
        ON t.group_id = e.group_id
        AND t.indicator = e.indicator
        AND t.measure = e.measure
        AND t.time_period = e.time_period
        AND t.freq = e.freq
    LEFT JOIN absent ON absent.table_no = t.table_no
), ranked AS MATERIALIZED (
    SELECT
        *,
        -- Equal values share a rank, and the gaps to those above and below.
        rank() OVER down AS rank,
        first_value(obs_value) OVER next_above AS value_above,
        first_value(obs_value) OVER next_below AS value_below,
        rank
            + coalesce(without_bound, 0)
            + coalesce(len(list_filter(bounds, lambda b: b > obs_value)), 0)
            AS rank_worst,
        coalesce(len(list_filter(bounds, lambda b: b <= obs_value)), 0) AS proven_lower,
        coalesce(len(list_filter(floors, lambda b: b > obs_value)), 0) AS proven_higher
    FROM placed
    WINDOW
        down AS (PARTITION BY table_no ORDER BY obs_value DESC),
        next_above AS (
            PARTITION BY table_no ORDER BY obs_value DESC
            GROUPS BETWEEN 1 PRECEDING AND 1 PRECEDING
        ),
        next_below AS (
            PARTITION BY table_no ORDER BY obs_value DESC
            GROUPS BETWEEN 1 FOLLOWING AND 1 FOLLOWING
        )
), earlier AS (
    SELECT group_id, indicator, measure, ref_area, year + 1 AS year, rank
    FROM ranked
    WHERE year IS NOT NULL AND rank = rank_worst AND proven_higher = 0
)
SELECT
    r.group_id,
    r.indicator,
    r.measure,
    r.time_period,
    r.freq,
    r.rank::BIGINT AS rank,
    (r.rank + r.proven_higher)::BIGINT AS rank_best,
    r.rank_worst::BIGINT AS rank_worst,
    nullif(
        concat_ws(
            '; ',
            CASE
                WHEN r.proven_higher > 0
                    THEN r.proven_higher || ' without a figure are larger: a bound is printed'
            END,
            CASE
                WHEN r.proven_lower > 0
                    THEN r.proven_lower || ' without a figure cannot be larger: their city less'
                        || ' its other counties, or a printed bound'
            END
        ),
        ''
    ) AS rank_note,
    CASE WHEN r.rank = r.rank_worst THEN (earlier.rank - r.rank)::DOUBLE END AS rank_change,
    r.ref_area,
    r.name_zh,
    r.obs_value,
    r.unit_measure,
    r.obs_status,
    CASE WHEN r.measure = 'level' THEN grown.obs_value END AS growth,
    round(r.highest - r.obs_value, 6) AS gap_to_leader,
    round(r.value_above - r.obs_value, 6) AS gap_to_next,
    round(r.obs_value - r.value_below, 6) AS gap_below,
    r.members_with_figure,
    r.members,
    CASE WHEN r.shared_out THEN round(100 * r.obs_value / r.whole, 4) END AS share_of_sum
FROM ranked AS r
LEFT JOIN known AS grown
    ON grown.measure = 'growth'
    AND grown.ref_area = r.ref_area
    AND grown.indicator = r.indicator
    AND grown.time_period = r.time_period
    AND grown.freq = r.freq
LEFT JOIN earlier
    ON earlier.group_id = r.group_id
    AND earlier.indicator = r.indicator
    AND earlier.measure = r.measure
    AND earlier.ref_area = r.ref_area
    AND earlier.year = r.year
