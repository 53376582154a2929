-- The last day of a time_period: 2023, 2025-Q1 or 2024-05; null for anything else.
CREATE OR REPLACE MACRO period_end(time_period) AS CASE
    WHEN regexp_full_match(time_period, '\d{4}')
        THEN make_date(time_period::INTEGER, 12, 31)
    WHEN regexp_full_match(time_period, '\d{4}-Q[1-4]')
        THEN last_day(make_date(time_period[:4]::INTEGER, time_period[7:]::INTEGER * 3, 1))
    WHEN regexp_full_match(time_period, '\d{4}-(0[1-9]|1[0-2])')
        THEN last_day(make_date(time_period[:4]::INTEGER, time_period[6:]::INTEGER, 1))
END;
