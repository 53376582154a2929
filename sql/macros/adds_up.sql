-- Whether amounts in a unit add up over areas: rates, and amounts a head, do not.
CREATE OR REPLACE MACRO adds_up(unit_measure) AS (
    unit_measure IN ('亿元', '万元', '万人', '人', '万吨', '吨')
);
