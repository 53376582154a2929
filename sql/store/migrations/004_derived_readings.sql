-- Derived readings: what a reading was made of; releases that have left the catalogue; one row a
-- figure without classes; times as plain UTC. The session's time zone is UTC.

ALTER TABLE store_version ALTER applied_at TYPE TIMESTAMP;

ALTER TABLE release RENAME TO old_release;
CREATE TABLE release AS
SELECT
    release_id, version, source_id, url, NULL::VARCHAR AS request,
    * EXCLUDE (release_id, version, source_id, url, recorded_at, run_id),
    false AS retired, recorded_at::TIMESTAMP AS recorded_at, run_id
FROM old_release;
DROP TABLE old_release;

ALTER TABLE snapshot RENAME TO old_snapshot;
CREATE TABLE snapshot AS
SELECT
    snapshot_id, release_id, sha256, url, NULL::VARCHAR AS request, media_kind, size,
    fetched_at::TIMESTAMP AS fetched_at, media_type, charset, etag, last_modified,
    recorded_at::TIMESTAMP AS recorded_at, run_id
FROM old_snapshot;
DROP TABLE old_snapshot;

ALTER TABLE visit RENAME TO old_visit;
CREATE TABLE visit AS
SELECT
    release_id, url, checked_at::TIMESTAMP AS checked_at, outcome, status_code, reason,
    NULL::VARCHAR AS cause, * EXCLUDE (release_id, url, checked_at, outcome, status_code, reason)
FROM old_visit;
DROP TABLE old_visit;

ALTER TABLE quarantine ALTER recorded_at TYPE TIMESTAMP;
ALTER TABLE correction ALTER recorded_at TYPE TIMESTAMP;
ALTER TABLE run ALTER started_at TYPE TIMESTAMP;
ALTER TABLE run ALTER loaded_at TYPE TIMESTAMP;

DROP VIEW observation;
DROP VIEW figure;

ALTER TABLE reading RENAME TO old_reading;
CREATE TABLE reading AS
SELECT
    reading_id, release_id, snapshot_sha256, reader, reader_version, NULL::VARCHAR AS made_by,
    NULL::VARCHAR AS release_facts,
    * EXCLUDE (reading_id, release_id, snapshot_sha256, reader, reader_version, recorded_at, run_id),
    recorded_at::TIMESTAMP AS recorded_at, run_id
FROM old_reading;
DROP TABLE old_reading;

CREATE TABLE derivation (
    release_id      VARCHAR NOT NULL,
    snapshot_sha256 VARCHAR NOT NULL,
    made_by         VARCHAR NOT NULL,
    made_of         VARCHAR NOT NULL,
    reading_id      INTEGER NOT NULL,
    recorded_at     TIMESTAMP NOT NULL,
    run_id          VARCHAR NOT NULL
);

CREATE TABLE figure AS
SELECT
    f.reading_id, r.release_id, r.snapshot_sha256, f.figure_no, f.locator, f.value_text, f.value,
    f.value_decimals AS decimals, c.unit_text, f.label_text,
    coalesce(
        f.context_text, nullif(concat_ws(' ', f.area_text, f.period_text, f.label_text), '')
    ) AS context_text,
    c.kind, c.indicator, c.measure, c.comparator, f.area_text, f.period_text, c.status_text, f.doubt,
    f.suggestion, f.evidence, c.fate, c.fate_reason, f.ref_area, f.time_period, c.freq, f.obs_value,
    c.unit_measure, f.decimals AS obs_decimals, c.obs_status
FROM reading_figure AS f
JOIN figure_class AS c ON c.class_id = f.class_id
JOIN reading AS r ON r.reading_id = f.reading_id
ORDER BY f.reading_id, f.figure_no;

DROP TABLE reading_figure;
DROP TABLE figure_class;

CREATE VIEW observation AS
SELECT
    f.ref_area, f.indicator, f.measure, f.time_period, f.freq, f.obs_value, f.unit_measure,
    f.obs_decimals AS decimals, f.obs_status, f.release_id, f.snapshot_sha256, f.figure_no,
    f.locator, f.value_text, r.published_on, r.recorded_at, r.run_id, f.reading_id
FROM figure AS f
JOIN reading AS r ON r.reading_id = f.reading_id
WHERE f.fate = 'observation';
DROP TABLE content;
