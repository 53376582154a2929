-- What an area's GDP is made of, each year: the three sectors and industry, in value and share,
-- and how they moved. A printed share goes before one that is computed from the values.
WITH part AS (
    SELECT * FROM (VALUES
        ('gdp_primary', 'gdp_primary_share'),
        ('gdp_secondary', 'gdp_secondary_share'),
        ('gdp_tertiary', 'gdp_tertiary_share'),
        ('industrial_va', NULL)
    ) AS parts (part, printed_as)
), known AS (
    SELECT ref_area, indicator, time_period, obs_value, release_id
    FROM latest_vintage
    WHERE measure = 'level' AND freq = 'A' AND (
        indicator = 'gdp'
        OR indicator IN (SELECT part FROM part)
        OR indicator IN (SELECT printed_as FROM part)
    )
), told AS (
    SELECT k.ref_area, k.time_period, p.part, k.obs_value AS amount, NULL::DOUBLE AS share
    FROM known AS k JOIN part AS p ON p.part = k.indicator
    UNION ALL
    SELECT k.ref_area, k.time_period, p.part, NULL, k.obs_value
    FROM known AS k JOIN part AS p ON p.printed_as = k.indicator
), merged AS (
    SELECT
        t.ref_area,
        t.time_period::INTEGER AS year,
        t.part,
        max(t.amount) AS obs_value,
        max(t.share) AS printed,
        any_value(whole.obs_value) AS gdp
    FROM told AS t
    LEFT JOIN known AS whole
        ON whole.ref_area = t.ref_area
        AND whole.time_period = t.time_period
        AND whole.indicator = 'gdp'
    GROUP BY t.ref_area, t.time_period, t.part
), shared AS (
    SELECT
        *,
        coalesce(printed, CASE WHEN gdp > 0 THEN round(100 * obs_value / gdp, 2) END) AS share,
        CASE
            WHEN printed IS NOT NULL THEN 'printed'
            WHEN gdp > 0 AND obs_value IS NOT NULL THEN 'computed'
        END AS share_basis
    FROM merged
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
