-- The GDP of one county (平阳, 330326) year by year, each with the sentence where it is printed
SELECT
    o.time_period AS year,
    o.obs_value AS gdp,
    o.unit_measure AS unit,
    g.obs_value AS growth_percent,
    o.value_text AS printed,
    o.context_text AS sentence,
    o.publisher,
    o.published_on,
    o.url,
    o.locator
FROM latest_observation AS o
LEFT JOIN latest_observation AS g
    ON g.ref_area = o.ref_area
    AND g.indicator = o.indicator
    AND g.time_period = o.time_period
    AND g.freq = o.freq
    AND g.measure = 'growth'
WHERE o.ref_area = '330326' AND o.indicator = 'gdp' AND o.measure = 'level' AND o.freq = 'A'
ORDER BY o.time_period;
