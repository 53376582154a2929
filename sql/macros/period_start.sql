-- The first day of a time_period: 2023, 2025-Q1 (cumulated from January) or 2024-05; null for others.
CREATE OR REPLACE MACRO period_start(time_period) AS CASE
    WHEN regexp_full_match(time_period, '\d{4}(-Q[1-4])?')
        THEN make_date(time_period[:4]::INTEGER, 1, 1)
    WHEN regexp_full_match(time_period, '\d{4}-(0[1-9]|1[0-2])')
        THEN make_date(time_period[:4]::INTEGER, time_period[6:]::INTEGER, 1)
END;
