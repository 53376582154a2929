-- The name that an area had in a period: area_name('330326', '2023'). Of a warehouse that is attached
-- beside another database, name it: w.area_name('330326', '2023', warehouse := 'w').
CREATE OR REPLACE MACRO area_name(code, period, warehouse := NULL) AS (
    SELECT arg_max(area.name_zh, coalesce(area.valid_from, 0))
    FROM query_table(concat_ws('.', warehouse, 'area')) AS area
    WHERE area.ref_area = code
        AND coalesce(area.valid_from, 0) <= period[:4]::INTEGER
        AND coalesce(area.valid_to, 9999) > period[:4]::INTEGER
);
