-- Each group's members ranked by value, for every indicator and period of which it has a figure.
-- Who belongs to a group is asked of the last day of the period. Members without a figure may
-- stand anywhere between their bounds, so that a rank is a range: from rank_best to rank_worst.
WITH known AS MATERIALIZED (
    SELECT
        ref_area, indicator, measure, time_period, freq, obs_value, unit_measure, obs_status,
        stale_since
    FROM latest_vintage
    WHERE measure IN ('level', 'growth', 'share')
        AND ref_area IN (SELECT ref_area FROM area_group)
), entry AS MATERIALIZED (
    SELECT
        m.group_id,
        o.*,
        m.name_zh,
        o.measure = 'level' AND adds_up(o.unit_measure) AS adds_up
    FROM known AS o
    JOIN group_member AS m ON m.ref_area = o.ref_area AND m.time_period = o.time_period
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
), absent AS ( -- what is known of the members without a figure
    SELECT
        t.table_no,
        list(b.at_most ORDER BY b.at_most) FILTER (b.at_most IS NOT NULL) AS ceilings,
        list(b.at_least ORDER BY b.at_least) FILTER (b.at_least IS NOT NULL) AS floors
    FROM total AS t
    JOIN group_member AS m ON m.group_id = t.group_id AND m.time_period = t.time_period
    JOIN level_bound AS b
        ON b.ref_area = m.ref_area
        AND b.indicator = t.indicator
        AND b.time_period = t.time_period
        AND b.freq = t.freq
    WHERE t.measure = 'level'
    GROUP BY t.table_no
), placed AS (
    SELECT
        e.ref_area,
        e.name_zh,
        e.obs_value,
        e.unit_measure,
        e.obs_status,
        e.stale_since,
        t.* EXCLUDE (adds_up),
        t.adds_up AND t.whole > 0 AS shared_out,
        coalesce(absent.ceilings, []) AS ceilings,
        coalesce(absent.floors, []) AS floors
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
        len(list_filter(ceilings, lambda b: b <= obs_value)) AS proven_lower,
        len(list_filter(floors, lambda b: b > obs_value)) AS proven_higher,
        rank + members - members_with_figure - proven_lower AS rank_worst
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
    r.stale_since,
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
