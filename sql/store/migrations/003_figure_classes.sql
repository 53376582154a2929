-- What many figures have in common (unit, what they count, status, fate) is written once, in
-- figure_class; a figure has the number of its class. Millions of figures have some hundreds of them;
-- no two are alike. Where a figure's context is no sentence but its heads, it is put together from
-- them and not written once more.

CREATE TABLE figure_class (
    class_id     INTEGER NOT NULL, -- 0, 1, … in the order of loading
    unit_text    VARCHAR,
    kind         VARCHAR,
    indicator    VARCHAR,
    measure      VARCHAR,
    comparator   VARCHAR,
    status_text  VARCHAR,
    fate         VARCHAR NOT NULL,
    fate_reason  VARCHAR,
    freq         VARCHAR,          -- as meant: null unless its fate is observation
    unit_measure VARCHAR,
    obs_status   VARCHAR
);

INSERT INTO figure_class
SELECT row_number() OVER () - 1, *
FROM (
    SELECT DISTINCT
        unit_text, kind, indicator, measure, comparator, status_text, fate, fate_reason, freq,
        unit_measure, obs_status
    FROM reading_figure
    ORDER BY ALL
);

CREATE TABLE classed_figure (
    reading_id     INTEGER NOT NULL,
    figure_no      UINTEGER NOT NULL,
    class_id       INTEGER NOT NULL,
    locator        VARCHAR NOT NULL,
    value_text     VARCHAR NOT NULL,
    value          DOUBLE,           -- as printed
    value_decimals TINYINT,
    label_text     VARCHAR,
    context_text   VARCHAR,          -- null: its heads (area_text, period_text, label_text)
    area_text      VARCHAR,
    period_text    VARCHAR,
    doubt          VARCHAR,
    suggestion     DOUBLE,
    evidence       VARCHAR,
    ref_area       VARCHAR,          -- as meant: null unless its fate is observation
    time_period    VARCHAR,
    obs_value      DOUBLE,
    decimals       TINYINT
);

INSERT INTO classed_figure
SELECT
    f.reading_id, f.figure_no, c.class_id, f.locator, f.value_text, f.value, f.value_decimals,
    f.label_text, nullif(f.context_text, concat_ws(' ', f.area_text, f.period_text, f.label_text)),
    f.area_text, f.period_text, f.doubt, f.suggestion, f.evidence, f.ref_area, f.time_period,
    f.obs_value, f.decimals
FROM reading_figure AS f
JOIN figure_class AS c
    ON c.unit_text IS NOT DISTINCT FROM f.unit_text
    AND c.kind IS NOT DISTINCT FROM f.kind
    AND c.indicator IS NOT DISTINCT FROM f.indicator
    AND c.measure IS NOT DISTINCT FROM f.measure
    AND c.comparator IS NOT DISTINCT FROM f.comparator
    AND c.status_text IS NOT DISTINCT FROM f.status_text
    AND c.fate = f.fate
    AND c.fate_reason IS NOT DISTINCT FROM f.fate_reason
    AND c.freq IS NOT DISTINCT FROM f.freq
    AND c.unit_measure IS NOT DISTINCT FROM f.unit_measure
    AND c.obs_status IS NOT DISTINCT FROM f.obs_status
ORDER BY f.reading_id, f.figure_no;

DROP VIEW observation;
DROP VIEW figure;
DROP TABLE reading_figure;
ALTER TABLE classed_figure RENAME TO reading_figure;

CREATE VIEW figure AS
SELECT
    f.reading_id, r.release_id, r.snapshot_sha256, f.figure_no, f.locator, f.value_text, f.value,
    f.value_decimals AS decimals, c.unit_text, f.label_text,
    coalesce(
        f.context_text, nullif(concat_ws(' ', f.area_text, f.period_text, f.label_text), '')
    ) AS context_text,
    c.kind, c.indicator, c.measure, c.comparator, f.area_text, f.period_text,
    c.status_text AS obs_status, f.doubt, f.suggestion, f.evidence, r.reader, r.reader_version,
    c.fate, c.fate_reason, r.run_id
FROM reading_figure AS f
JOIN figure_class AS c ON c.class_id = f.class_id
JOIN reading AS r ON r.reading_id = f.reading_id;

CREATE VIEW observation AS
SELECT
    f.ref_area, c.indicator, c.measure, f.time_period, c.freq, f.obs_value, c.unit_measure,
    f.decimals, c.obs_status, r.release_id, r.snapshot_sha256, f.figure_no, f.locator,
    f.value_text, r.published_on, r.recorded_at, r.run_id, f.reading_id
FROM reading_figure AS f
JOIN figure_class AS c ON c.class_id = f.class_id
JOIN reading AS r ON r.reading_id = f.reading_id
WHERE c.fate = 'observation';
