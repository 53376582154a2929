-- What can be said of an area in a year, fact by fact: where it stands, what carries it, what comes
-- next. `gongbao brief` makes three sentences of it. A fact that is not known is not there. Of the
-- areas that are in a group or have a release of their own.
WITH area_in_scope AS (
    SELECT ref_area FROM area_group
    UNION
    SELECT ref_area FROM release WHERE ref_area IS NOT NULL
), known AS MATERIALIZED (
    SELECT
        ref_area, indicator, measure, time_period, obs_value, unit_measure, release_id, locator,
        stale_since
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
), fact AS ( -- each kind of fact has the columns that it names; the others are null
    SELECT
        ref_area,
        time_period,
        CASE WHEN indicator = 'gdp' THEN 'stands' ELSE 'carries' END AS part,
        measure AS fact,
        indicator,
        obs_value,
        unit_measure,
        release_id,
        locator,
        stale_since
    FROM known
    WHERE indicator IN (
        'gdp', 'gdp_primary', 'gdp_secondary', 'gdp_tertiary', 'industrial_va',
        'industrial_va_above_scale', 'fixed_investment', 'retail_sales', 'trade_total', 'exports',
        'budget_revenue', 'income_all', 'income_urban', 'income_rural'
    )
    UNION ALL BY NAME
    SELECT
        a.ref_area,
        a.year::VARCHAR AS time_period,
        'stands' AS part,
        'gain' AS fact,
        'gdp' AS indicator,
        round(a.obs_value - b.obs_value, 6) AS obs_value,
        '亿元' AS unit_measure,
        a.release_id
    FROM amount AS a
    JOIN amount AS b ON b.ref_area = a.ref_area AND b.year = a.year - 1
    UNION ALL BY NAME
    SELECT
        ref_area,
        time_period,
        'stands' AS part,
        'rank' AS fact,
        'gdp' AS indicator,
        rank_best AS obs_value,
        rank_worst AS upper,
        group_id
    FROM league
    UNION ALL BY NAME
    SELECT
        ref_area,
        time_period,
        'stands' AS part,
        'members' AS fact,
        'gdp' AS indicator,
        members_with_figure AS obs_value,
        members AS upper,
        group_id
    FROM league
    UNION ALL BY NAME
    SELECT
        ref_area,
        time_period,
        'stands' AS part,
        'behind' AS fact,
        'gdp' AS indicator,
        gap_to_next AS obs_value,
        unit_measure,
        area_above AS other_area,
        group_id
    FROM neighbour
    WHERE gap_to_next > 0
    UNION ALL BY NAME
    SELECT
        ref_area,
        time_period,
        'stands' AS part,
        'ahead' AS fact,
        'gdp' AS indicator,
        gap_below AS obs_value,
        unit_measure,
        area_below AS other_area,
        group_id
    FROM neighbour
    WHERE gap_below > 0
    UNION ALL BY NAME
    SELECT
        ref_area,
        time_period,
        'stands' AS part,
        'passed' AS fact,
        indicator,
        max(mark) AS obs_value,
        unit_measure,
        any_value(release_id) AS release_id
    FROM milestone
    WHERE indicator = 'gdp' AND certain
    GROUP BY ref_area, time_period, indicator, unit_measure
    UNION ALL BY NAME
    SELECT
        s.ref_area,
        s.time_period,
        'carries' AS part,
        'share' AS fact,
        s.indicator,
        s.share AS obs_value,
        '%' AS unit_measure,
        s.share_basis AS qualifier,
        p.release_id,
        p.locator
    FROM structure AS s
    LEFT JOIN known AS p
        ON p.ref_area = s.ref_area
        AND p.time_period = s.time_period
        AND p.measure = 'level'
        AND p.indicator = s.indicator || '_share'
    WHERE s.share IS NOT NULL
    UNION ALL BY NAME
    SELECT
        ref_area,
        year::VARCHAR AS time_period,
        'next' AS part,
        'mark' AS fact,
        'gdp' AS indicator,
        mark AS obs_value,
        round(years_to_mark, 2) AS upper,
        '亿元' AS unit_measure,
        release_id
    FROM paced
    UNION ALL BY NAME
    SELECT
        ref_area,
        year::VARCHAR AS time_period,
        'next' AS part,
        'pace' AS fact,
        'gdp' AS indicator,
        round(pace, 4) AS obs_value,
        '%' AS unit_measure,
        release_id
    FROM paced
    WHERE pace IS NOT NULL
    UNION ALL BY NAME
    SELECT
        follower AS ref_area,
        time_period,
        'next' AS part,
        'catch_up' AS fact,
        indicator,
        growth_needed AS obs_value,
        years AS upper,
        '%' AS unit_measure,
        basis AS qualifier,
        ahead AS other_area,
        group_id
    FROM catch_up
    WHERE indicator = 'gdp'
    UNION ALL BY NAME
    SELECT
        ref_area,
        (time_period::INTEGER - 1)::VARCHAR AS time_period,
        'next' AS part,
        measure AS fact,
        indicator,
        obs_value,
        unit_measure,
        comparator AS qualifier,
        release_id,
        locator
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
    fact.qualifier,
    fact.other_area,
    fact.release_id,
    fact.locator,
    fact.stale_since
FROM fact
SEMI JOIN area_in_scope ON area_in_scope.ref_area = fact.ref_area
