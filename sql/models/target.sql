-- What plans aim at: the target that counts for each area, indicator, measure and year, as it is
-- printed. target_growth is a growth in percent, target_level a value, target_lead the percentage
-- points by which a growth is to exceed the one that the comparator names.
SELECT
    ref_area,
    indicator,
    measure,
    time_period,
    comparator,
    obs_value,
    unit_measure,
    published_on,
    release_id,
    title,
    publisher,
    url,
    locator,
    value_text,
    context_text
FROM latest_observation
WHERE measure IN ('target_growth', 'target_level', 'target_lead') AND freq = 'A'
