-- A figure as printed and, where it became an observation, as meant, are one row of one table; what
-- is constant for a reading (release, bytes, reader, run, days) stands in reading alone. figure and
-- observation, as they were before, are views of it. flows/store/tables.py names its columns, too.
-- An observation is recorded when its reading is; in stores of version 1 these were some hundredths
-- of a second apart.

CREATE TABLE reading_figure (
    reading_id     INTEGER NOT NULL,
    figure_no      UINTEGER NOT NULL,
    locator        VARCHAR NOT NULL,
    value_text     VARCHAR NOT NULL,
    value          DOUBLE,           -- as printed
    value_decimals TINYINT,
    unit_text      VARCHAR,
    label_text     VARCHAR,
    context_text   VARCHAR,
    kind           VARCHAR,
    indicator      VARCHAR,
    measure        VARCHAR,
    comparator     VARCHAR,
    area_text      VARCHAR,
    period_text    VARCHAR,
    status_text    VARCHAR,
    doubt          VARCHAR,
    suggestion     DOUBLE,
    evidence       VARCHAR,
    fate           VARCHAR NOT NULL,
    fate_reason    VARCHAR,
    ref_area       VARCHAR,          -- as meant: null unless its fate is observation
    time_period    VARCHAR,
    freq           VARCHAR,
    obs_value      DOUBLE,
    unit_measure   VARCHAR,
    decimals       TINYINT,
    obs_status     VARCHAR
);

INSERT INTO reading_figure
SELECT
    f.reading_id, f.figure_no, f.locator, f.value_text, f.value, f.decimals, f.unit_text,
    f.label_text, f.context_text, f.kind, f.indicator, f.measure, f.comparator, f.area_text,
    f.period_text, f.obs_status, f.doubt, f.suggestion, f.evidence, f.fate, f.fate_reason,
    o.ref_area, o.time_period, o.freq, o.obs_value, o.unit_measure, o.decimals, o.obs_status
FROM figure AS f
LEFT JOIN observation AS o ON o.reading_id = f.reading_id AND o.figure_no = f.figure_no
ORDER BY f.reading_id, f.figure_no;

DROP TABLE observation;
DROP TABLE figure;

CREATE VIEW figure AS
SELECT
    f.reading_id, r.release_id, r.snapshot_sha256, f.figure_no, f.locator, f.value_text, f.value,
    f.value_decimals AS decimals, f.unit_text, f.label_text, f.context_text, f.kind, f.indicator,
    f.measure, f.comparator, f.area_text, f.period_text, f.status_text AS obs_status, f.doubt,
    f.suggestion, f.evidence, r.reader, r.reader_version, f.fate, f.fate_reason, r.run_id
FROM reading_figure AS f
JOIN reading AS r ON r.reading_id = f.reading_id;

CREATE VIEW observation AS
SELECT
    f.ref_area, f.indicator, f.measure, f.time_period, f.freq, f.obs_value, f.unit_measure,
    f.decimals, f.obs_status, r.release_id, r.snapshot_sha256, f.figure_no, f.locator,
    f.value_text, r.published_on, r.recorded_at, r.run_id, f.reading_id
FROM reading_figure AS f
JOIN reading AS r ON r.reading_id = f.reading_id
WHERE f.fate = 'observation';
