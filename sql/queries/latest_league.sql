-- The 26 mountain counties by GDP, in the newest year for which most of them have a figure.
WITH league AS (
    FROM league_table
    WHERE group_id = 'zhejiang-mountain-26'
        AND indicator = 'gdp'
        AND measure = 'level'
        AND freq = 'A'
), newest AS (
    SELECT max(time_period) AS time_period
    FROM league
    WHERE 2 * members_with_figure > members
)
SELECT
    rank,
    name_zh,
    ref_area,
    time_period,
    obs_value,
    unit_measure,
    growth,
    gap_to_leader,
    members_with_figure,
    members
FROM league
WHERE time_period = (SELECT time_period FROM newest)
ORDER BY rank, ref_area
