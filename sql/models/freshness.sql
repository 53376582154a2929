-- How far each area's figures reach, indicator by indicator, and how old that is beside the newest
-- reading of the whole warehouse: the clock of the reader would change the file every day.
WITH newest AS (
    SELECT
        ref_area,
        indicator,
        max(period_end(time_period)) AS day,
        max_by(time_period, (period_end(time_period), reading_id)) AS time_period,
        max_by(release_id, (period_end(time_period), reading_id)) AS release_id,
        max_by(published_on, (period_end(time_period), reading_id)) AS published_on,
        max_by(recorded_at, (period_end(time_period), reading_id)) AS recorded_at
    FROM latest_vintage
    WHERE measure IN ('level', 'growth', 'share')
    GROUP BY ref_area, indicator
)
SELECT
    ref_area,
    indicator,
    time_period,
    release_id,
    published_on,
    recorded_at,
    date_diff('day', day, (SELECT max(recorded_at)::DATE FROM reading)) AS age_days
FROM newest
