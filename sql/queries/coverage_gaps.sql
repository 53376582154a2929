-- How much is known of the 26 mountain counties, by indicator and year, and who is missing
SELECT
    c.indicator,
    c.measure,
    c.time_period AS period,
    count(*) FILTER (c.status = 'present') AS present,
    count(*) FILTER (c.status = 'held') AS held,
    count(*) FILTER (c.status = 'missing') AS missing,
    string_agg(area_name(c.ref_area, c.time_period), '、' ORDER BY c.ref_area) FILTER (c.status <> 'present') AS without
FROM coverage AS c
WHERE c.group_id = 'zhejiang-mountain-26'
GROUP BY c.indicator, c.measure, c.time_period
ORDER BY c.indicator, c.measure, c.time_period DESC;
