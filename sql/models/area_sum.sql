-- Areas beside the areas right below them, for amounts that add up: a county's figures are checked
-- against its city's and its province's. Bureaux revise the levels at different times, so that one
-- percent is no contradiction; a sum of some of the parts can only be too large.
WITH part AS (
    SELECT
        ref_area,
        parent,
        coalesce(valid_from, 1) AS since,
        coalesce(valid_to, 9999) AS until
    FROM area
    WHERE parent IS NOT NULL
), stated AS (
    SELECT
        ref_area,
        indicator,
        time_period,
        freq,
        left(time_period, 4)::INTEGER AS year,
        obs_value,
        unit_measure,
        release_id
    FROM latest_vintage
    WHERE measure = 'level' AND adds_up(unit_measure)
), summed AS (
    SELECT
        part.parent AS ref_area,
        s.indicator,
        s.time_period,
        s.freq,
        s.year,
        count(*)::INTEGER AS parts_with_figure,
        sum(s.obs_value) AS sum_of_parts
    FROM stated AS s
    JOIN part ON part.ref_area = s.ref_area AND part.since <= s.year AND part.until > s.year
    GROUP BY part.parent, s.indicator, s.time_period, s.freq, s.year
), counted AS (
    SELECT years.parent AS ref_area, years.year, count(*)::INTEGER AS parts
    FROM (SELECT DISTINCT ref_area AS parent, year FROM summed) AS years
    JOIN part ON part.parent = years.parent AND part.since <= years.year AND part.until > years.year
    GROUP BY years.parent, years.year
), beside AS (
    SELECT
        whole.ref_area,
        whole.indicator,
        whole.time_period,
        whole.freq,
        whole.obs_value,
        whole.unit_measure,
        whole.release_id,
        counted.parts,
        summed.parts_with_figure,
        summed.sum_of_parts,
        summed.sum_of_parts - whole.obs_value AS difference,
        100 * (summed.sum_of_parts / whole.obs_value - 1) AS difference_percent
    FROM summed
    JOIN stated AS whole
        ON whole.ref_area = summed.ref_area
        AND whole.indicator = summed.indicator
        AND whole.time_period = summed.time_period
        AND whole.freq = summed.freq
    JOIN counted ON counted.ref_area = summed.ref_area AND counted.year = summed.year
    WHERE whole.obs_value > 0
)
SELECT
    *,
    CASE
        WHEN difference_percent > 1 + 1e-9 THEN 'exceeds'
        WHEN parts_with_figure < parts THEN 'incomplete'
        WHEN difference_percent < -1 - 1e-9 THEN 'falls short'
        ELSE 'agrees'
    END AS verdict
FROM beside
