-- What an area's GDP is made of, each year: the three sectors and industry, in value and share,
-- and how they moved. A printed share goes before one that is computed from the values.
WITH yearly AS (
    SELECT
        ref_area,
        time_period::INTEGER AS year,
        max(obs_value) FILTER (indicator = 'gdp') AS gdp,
        [
            max(obs_value) FILTER (indicator = 'gdp_primary'),
            max(obs_value) FILTER (indicator = 'gdp_secondary'),
            max(obs_value) FILTER (indicator = 'gdp_tertiary'),
            max(obs_value) FILTER (indicator = 'industrial_va')
        ] AS amounts,
        [
            max(obs_value) FILTER (indicator = 'gdp_primary_share'),
            max(obs_value) FILTER (indicator = 'gdp_secondary_share'),
            max(obs_value) FILTER (indicator = 'gdp_tertiary_share'),
            NULL
        ] AS shares
    FROM latest_vintage
    WHERE measure = 'level' AND freq = 'A' AND indicator IN (
        'gdp', 'gdp_primary', 'gdp_secondary', 'gdp_tertiary', 'industrial_va',
        'gdp_primary_share', 'gdp_secondary_share', 'gdp_tertiary_share'
    )
    GROUP BY ref_area, time_period
), told AS (
    SELECT
        ref_area,
        year,
        gdp,
        unnest(['gdp_primary', 'gdp_secondary', 'gdp_tertiary', 'industrial_va']) AS part,
        unnest(amounts) AS obs_value,
        unnest(shares) AS printed
    FROM yearly
), shared AS (
    SELECT
        *,
        coalesce(printed, CASE WHEN gdp > 0 THEN round(100 * obs_value / gdp, 2) END) AS share,
        CASE
            WHEN printed IS NOT NULL THEN 'printed'
            WHEN gdp > 0 AND obs_value IS NOT NULL THEN 'computed'
        END AS share_basis
    FROM told
    WHERE obs_value IS NOT NULL OR printed IS NOT NULL
)
SELECT
    s.ref_area,
    s.year::VARCHAR AS time_period,
    s.part AS indicator,
    s.obs_value,
    CASE WHEN s.obs_value IS NOT NULL THEN '亿元' END AS unit_measure,
    s.share,
    s.share_basis,
    round(s.obs_value - before.obs_value, 6) AS value_change,
    -- Shares of two bases are not set against each other: rounding would pass for movement.
    CASE
        WHEN s.share_basis = before.share_basis THEN round(s.share - before.share, 4)
    END AS share_change
FROM shared AS s
LEFT JOIN shared AS before
    ON before.ref_area = s.ref_area AND before.part = s.part AND before.year = s.year - 1
