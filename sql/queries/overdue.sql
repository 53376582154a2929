-- Releases that are due by the catalogue's calendar and have not come, the longest overdue last.
SELECT
    expected.calendar_id,
    expected.kind,
    expected.time_period,
    area_name(expected.ref_area, expected.time_period) AS name_zh,
    expected.ref_area,
    expected.due_on,
    date_diff('day', expected.due_on, current_date) AS days_overdue
FROM expected
WHERE expected.release_id IS NULL
    AND expected.due_on < current_date
ORDER BY expected.due_on DESC, expected.calendar_id, expected.ref_area
