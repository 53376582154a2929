-- What is held back and why, with the likely true figure where there is evidence for one
SELECT
    q.release_id,
    area.name_zh AS area,
    q.indicator,
    q.measure,
    q.time_period AS period,
    q.value_text AS printed,
    q.unit_text AS unit,
    q.rule,
    q.reason,
    q.suggestion,
    q.unit_measure AS suggestion_unit,
    q.evidence,
    q.context_text AS sentence,
    q.locator,
    q.url
FROM quarantine_list AS q
LEFT JOIN (
    SELECT ref_area, arg_max(name_zh, coalesce(valid_from, 0)) AS name_zh
    FROM area
    GROUP BY ref_area
) AS area ON area.ref_area = q.ref_area
ORDER BY q.suggestion IS NULL, q.release_id, q.figure_no, q.rule;
