-- The name that an area had in a period: area_name('330326', '2023').
CREATE OR REPLACE MACRO area_name(code, period) AS (
    SELECT arg_max(name_zh, coalesce(valid_from, 0))
    FROM area
    WHERE area.ref_area = code
        AND coalesce(area.valid_from, 0) <= period[:4]::INTEGER
        AND coalesce(area.valid_to, 9999) > period[:4]::INTEGER
);
