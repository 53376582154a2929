-- Where does each of the 26 mountain counties stand: latest GDP, rank, growth, gaps, share
SELECT
    rank,
    name_zh AS county,
    obs_value AS gdp,
    unit_measure AS unit,
    growth AS growth_percent,
    gap_to_leader,
    gap_to_next,
    share_of_sum AS share_percent,
    time_period AS year,
    members_with_figure || ' of ' || members AS counties_with_a_figure
FROM league_table
WHERE group_id = 'zhejiang-mountain-26'
    AND indicator = 'gdp'
    AND measure = 'level'
    AND time_period = (
        -- The year of which most is known; of two such, the later one.
        SELECT time_period
        FROM league_table
        WHERE group_id = 'zhejiang-mountain-26'
            AND indicator = 'gdp'
            AND measure = 'level'
            AND freq = 'A'
        GROUP BY time_period
        ORDER BY count(*) DESC, time_period DESC
        LIMIT 1
    )
ORDER BY rank, ref_area;
