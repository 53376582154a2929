-- Who of the 26 mountain counties passed each round mark of GDP first, and when
SELECT
    m.mark,
    m.unit_measure AS unit,
    rank() OVER (PARTITION BY m.mark ORDER BY m.time_period) AS place,
    area.name_zh AS county,
    m.time_period AS year,
    m.obs_value AS gdp,
    m.certain
FROM milestone AS m
LEFT JOIN area
    ON area.ref_area = m.ref_area
    AND coalesce(area.valid_from <= m.time_period::INTEGER, true)
    AND coalesce(area.valid_to > m.time_period::INTEGER, true)
WHERE m.indicator = 'gdp'
    AND m.ref_area IN (SELECT ref_area FROM area_group WHERE group_id = 'zhejiang-mountain-26')
ORDER BY m.mark DESC, place, m.ref_area;
