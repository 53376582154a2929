-- Who of the 26 mountain counties passed each round mark of GDP first, and when
SELECT
    m.mark,
    m.unit_measure AS unit,
    rank() OVER (PARTITION BY m.mark ORDER BY m.time_period) AS place,
    area_name(m.ref_area, m.time_period) AS county,
    m.time_period AS year,
    m.obs_value AS gdp,
    m.certain
FROM milestone AS m
WHERE m.indicator = 'gdp'
    AND m.ref_area IN (SELECT ref_area FROM area_group WHERE group_id = 'zhejiang-mountain-26')
ORDER BY m.mark DESC, place, m.ref_area;
