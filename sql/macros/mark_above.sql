-- The next round mark above an amount in 亿元: 50 and 100, then in hundreds, thousands, …
CREATE OR REPLACE MACRO mark_above(amount) AS CASE
    WHEN amount < 50 THEN 50
    WHEN amount < 100 THEN 100
    ELSE (floor(amount / 10 ** floor(log10(amount))) + 1) * 10 ** floor(log10(amount))
END;
