-- How far each area's figures reach, indicator by indicator, and how old that is beside the newest
-- reading of the whole warehouse: the clock of the reader would change the file every day.
WITH reach AS MATERIALIZED ( -- periods of one frequency sort as their last days do
    SELECT ref_area, indicator, freq, reading_id, max(time_period) AS time_period
    FROM latest_vintage
    WHERE measure IN ('level', 'growth', 'share')
    GROUP BY ref_area, indicator, freq, reading_id
), period AS (
    SELECT time_period, period_end(time_period) AS day
    FROM (SELECT DISTINCT time_period FROM reach)
), newest AS (
    SELECT
        reach.ref_area,
        reach.indicator,
        max({
            'day': period.day,
            'reading_id': reach.reading_id,
            'time_period': reach.time_period
        }) AS top
    FROM reach
    JOIN period ON period.time_period = reach.time_period
    GROUP BY reach.ref_area, reach.indicator
)
SELECT
    newest.ref_area,
    newest.indicator,
    newest.top.time_period AS time_period,
    reading.release_id,
    reading.published_on,
    reading.recorded_at,
    date_diff('day', newest.top.day, (SELECT max(recorded_at)::DATE FROM reading)) AS age_days
FROM newest
JOIN reading ON reading.reading_id = newest.top.reading_id
