-- What is due of each area by the calendar, and what has come of it. How late the rest is depends
-- on the day of asking: due_on < current_date and release_id IS NULL.
WITH seen AS (
    SELECT release_id, min(recorded_at) AS first_seen FROM snapshot GROUP BY release_id
), listed AS (
    SELECT
        release_list.release_id,
        release_list.source_id,
        release_list.ref_area,
        release_list.time_period,
        release_list.kind,
        release_list.published_on,
        seen.first_seen,
        authority.rank
    FROM release_list
    JOIN seen ON seen.release_id = release_list.release_id
    JOIN authority ON authority.authority = release_list.authority
), promised AS ( -- the areas of each entry
    SELECT calendar.calendar_id, area_group.ref_area
    FROM calendar
    JOIN area_group ON area_group.group_id = calendar.group_id
    UNION
    SELECT calendar.calendar_id, listed.ref_area
    FROM calendar
    JOIN listed
        ON listed.source_id = calendar.source_id
        AND (calendar.kind IS NULL OR listed.kind = calendar.kind)
    WHERE listed.ref_area IS NOT NULL
), wanted AS ( -- of areas that there were in the period
    SELECT calendar.*, promised.ref_area
    FROM calendar
    JOIN promised ON promised.calendar_id = calendar.calendar_id
    SEMI JOIN area
        ON area.ref_area = promised.ref_area
        AND coalesce(area.valid_from, 0) <= calendar.time_period[:4]::INTEGER
        AND coalesce(area.valid_to, 9999) > calendar.time_period[:4]::INTEGER
)
SELECT
    wanted.calendar_id,
    wanted.source_id,
    wanted.group_id,
    wanted.ref_area,
    wanted.kind,
    wanted.freq,
    wanted.time_period,
    wanted.due_on,
    listed.release_id,
    listed.published_on,
    listed.first_seen,
    date_diff('day', wanted.due_on, listed.published_on) AS days_late
FROM wanted
LEFT JOIN listed
    ON listed.ref_area = wanted.ref_area
    AND listed.time_period = wanted.time_period
    AND (wanted.kind IS NULL OR listed.kind = wanted.kind)
    AND (wanted.source_id IS NULL OR listed.source_id = wanted.source_id)
QUALIFY row_number() OVER (
    PARTITION BY wanted.calendar_id, wanted.ref_area, wanted.time_period
    ORDER BY listed.rank, listed.published_on NULLS LAST, listed.release_id
) = 1
