-- Which of the 26 mountain counties passed each round mark of GDP first, and how sure that is
--
-- passed_by     the first year that has a figure at or above the mark
-- year_certain  true: it was in that year, for the year before has a figure below the mark;
--               false: it may have been earlier, in a year of which no figure is known
-- place_best, place_worst
--               the place lies between them, whatever the figures are that are not known: best if
--               the others passed as late as they can have, worst if as early. Only where the two
--               are one is the place certain; those of one year share it.
-- members_with_figure
--               how many of the members have a figure of the year passed_by
--
-- It is taken that a county passes a mark once: where it has a figure below the mark, and none above
-- it before, it was below it in all the years before.
WITH member AS (
    SELECT DISTINCT ref_area FROM area_group WHERE group_id = 'zhejiang-mountain-26'
), amount AS (
    SELECT ref_area, time_period::INTEGER AS year, obs_value
    FROM latest_observation
    WHERE indicator = 'gdp'
        AND measure = 'level'
        AND freq = 'A'
        AND ref_area IN (SELECT ref_area FROM member)
), passed AS (
    SELECT * FROM milestone
    WHERE indicator = 'gdp' AND ref_area IN (SELECT ref_area FROM member)
), span AS ( -- each mark and member, passed or not: between which years it may have passed
    SELECT
        marks.mark,
        member.ref_area,
        coalesce(max(amount.year) + 1, 0) AS earliest,
        coalesce(any_value(passed.time_period)::INTEGER, 9999) AS latest
    FROM (SELECT DISTINCT mark FROM passed) AS marks
    CROSS JOIN member
    LEFT JOIN passed ON passed.mark = marks.mark AND passed.ref_area = member.ref_area
    LEFT JOIN amount
        ON amount.ref_area = member.ref_area
        AND amount.obs_value < marks.mark
        AND amount.year < coalesce(passed.time_period::INTEGER, 9999)
    GROUP BY marks.mark, member.ref_area
), place AS (
    SELECT
        this.mark,
        this.ref_area,
        1 + count(*) FILTER (other.latest < this.earliest) AS place_best,
        1 + count(*) FILTER (other.earliest < this.latest) AS place_worst
    FROM span AS this
    JOIN span AS other ON other.mark = this.mark AND other.ref_area <> this.ref_area
    GROUP BY this.mark, this.ref_area
)
SELECT
    passed.mark,
    passed.unit_measure AS unit,
    place.place_best,
    place.place_worst,
    area_name(passed.ref_area, passed.time_period) AS county,
    passed.time_period AS passed_by,
    passed.certain AS year_certain,
    passed.obs_value AS gdp,
    (SELECT count(*) FROM amount WHERE amount.year = passed.time_period::INTEGER)
        AS members_with_figure,
    (SELECT count(*) FROM member) AS members
FROM passed
JOIN place ON place.mark = passed.mark AND place.ref_area = passed.ref_area
ORDER BY
    passed.mark DESC, place.place_best, place.place_worst, passed.time_period, passed.ref_area;
