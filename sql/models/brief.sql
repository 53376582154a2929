-- What can be said of an area in a year, fact by fact: where it stands, what carries it, what comes
-- next. `gongbao brief` makes three sentences of it. A fact that is not known is not there. Of the
-- areas that are in a group or have a release of their own.
WITH area_in_scope AS (
    SELECT ref_area FROM area_group
    UNION
    SELECT ref_area FROM release WHERE ref_area IS NOT NULL
), known AS MATERIALIZED (
    SELECT
        ref_area, indicator, measure, time_period, obs_value, unit_measure, release_id, locator
    FROM latest_vintage
    WHERE freq = 'A'
        AND measure IN ('level', 'growth')
        AND ref_area IN (SELECT ref_area FROM area_in_scope)
), league AS (
    SELECT *
    FROM league_table
    WHERE indicator = 'gdp' AND measure = 'level' AND freq = 'A'
), neighbour AS (
    SELECT
        *,
        lag(ref_area) OVER down AS area_above,
        lead(ref_area) OVER down AS area_below
    FROM league
    WINDOW down AS (PARTITION BY group_id, time_period ORDER BY obs_value DESC, ref_area)
), amount AS (
    SELECT ref_area, time_period::INTEGER AS year, obs_value, release_id
    FROM known
    WHERE indicator = 'gdp' AND measure = 'level' AND obs_value > 0
), paced AS ( -- at the mean growth of three years, at current prices
    SELECT
        a.ref_area,
        a.year,
        a.release_id,
        mark_above(a.obs_value) AS mark,
        100 * ((a.obs_value / b.obs_value) ** (1.0 / 3) - 1) AS pace,
        CASE
            WHEN a.obs_value > b.obs_value
                THEN ln(mark_above(a.obs_value) / a.obs_value) / ln(a.obs_value / b.obs_value) * 3
        END AS years_to_mark
    FROM amount AS a
    LEFT JOIN amount AS b ON b.ref_area = a.ref_area AND b.year = a.year - 3
), fact AS (
    SELECT
        o.ref_area, o.time_period,
        CASE WHEN o.indicator = 'gdp' THEN 'stands' ELSE 'carries' END AS part,
        o.measure AS fact, o.indicator, o.obs_value, NULL::DOUBLE AS upper, o.unit_measure,
        NULL AS comparator, NULL AS other_area, o.release_id, o.locator, NULL AS group_id
    FROM known AS o
    WHERE o.indicator IN (
        'gdp', 'gdp_primary', 'gdp_secondary', 'gdp_tertiary', 'industrial_va',
        'industrial_va_above_scale', 'fixed_investment', 'retail_sales', 'trade_total', 'exports',
        'budget_revenue', 'income_all', 'income_urban', 'income_rural'
    )
    UNION ALL
    SELECT
        a.ref_area, a.year::VARCHAR, 'stands', 'gain', 'gdp', round(a.obs_value - b.obs_value, 6),
        NULL, '亿元', NULL, NULL, a.release_id, NULL, NULL
    FROM amount AS a
    JOIN amount AS b ON b.ref_area = a.ref_area AND b.year = a.year - 1
    UNION ALL
    SELECT
        ref_area, time_period, 'stands', 'rank', 'gdp', rank_best, rank_worst,
        NULL, NULL, NULL, NULL, NULL, group_id
    FROM league
    UNION ALL
    SELECT
        ref_area, time_period, 'stands', 'members', 'gdp', members_with_figure, members,
        NULL, NULL, NULL, NULL, NULL, group_id
    FROM league
    UNION ALL
    SELECT
        ref_area, time_period, 'stands', 'behind', 'gdp', gap_to_next, NULL,
        unit_measure, NULL, area_above, NULL, NULL, group_id
    FROM neighbour
    WHERE gap_to_next > 0
    UNION ALL
    SELECT
        ref_area, time_period, 'stands', 'ahead', 'gdp', gap_below, NULL,
        unit_measure, NULL, area_below, NULL, NULL, group_id
    FROM neighbour
    WHERE gap_below > 0
    UNION ALL
    SELECT
        ref_area, time_period, 'stands', 'passed', indicator, max(mark), NULL,
        unit_measure, NULL, NULL, any_value(release_id), NULL, NULL
    FROM milestone
    WHERE indicator = 'gdp' AND certain
    GROUP BY ref_area, time_period, indicator, unit_measure
    UNION ALL
    SELECT
        s.ref_area, s.time_period, 'carries', 'share', s.indicator, s.share, NULL,
        '%', s.share_basis, NULL, p.release_id, p.locator, NULL
    FROM structure AS s
    LEFT JOIN known AS p
        ON p.ref_area = s.ref_area
        AND p.time_period = s.time_period
        AND p.measure = 'level'
        AND p.indicator = s.indicator || '_share'
    WHERE s.share IS NOT NULL AND s.ref_area IN (SELECT ref_area FROM area_in_scope)
    UNION ALL
    SELECT
        ref_area, year::VARCHAR, 'next', 'mark', 'gdp', mark, round(years_to_mark, 2),
        '亿元', NULL, NULL, release_id, NULL, NULL
    FROM paced
    UNION ALL
    SELECT
        ref_area, year::VARCHAR, 'next', 'pace', 'gdp', round(pace, 4), NULL,
        '%', NULL, NULL, release_id, NULL, NULL
    FROM paced
    WHERE pace IS NOT NULL
    UNION ALL
    SELECT
        follower, time_period, 'next', 'catch_up', indicator, growth_needed, years,
        '%', basis, ahead, NULL, NULL, group_id
    FROM catch_up
    WHERE indicator = 'gdp'
    UNION ALL
    SELECT
        ref_area, (time_period::INTEGER - 1)::VARCHAR, 'next', measure, indicator, obs_value, NULL,
        unit_measure, comparator, NULL, release_id, locator, NULL
    FROM target
)
SELECT
    fact.group_id,
    fact.ref_area,
    fact.time_period,
    fact.part,
    fact.fact,
    fact.indicator,
    fact.obs_value::DOUBLE AS obs_value,
    fact.upper::DOUBLE AS upper,
    fact.unit_measure,
    fact.comparator AS qualifier,
    fact.other_area,
    fact.release_id,
    fact.locator
FROM fact
SEMI JOIN area_in_scope ON area_in_scope.ref_area = fact.ref_area
