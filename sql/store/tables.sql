-- The system of record as it is today. Times are UTC. Nothing here is updated or deleted: what
-- changes is a new row. No keys, indexes or sequences, so that the same DDL serves a lakehouse
-- catalogue; the load keeps rows unique (anti-joins) and proves it in its transaction.
-- A fresh store is made from this file; an older one is brought here by migrations/.
-- flows/store/tables.py names the columns that come from flows/model/schemas.py; a test compares.

CREATE TABLE store_version (
    version    INTEGER NOT NULL,
    file       VARCHAR NOT NULL,
    applied_at TIMESTAMP NOT NULL
);

-- One row a release and version of what the catalogue says of it.
CREATE TABLE release (
    release_id   VARCHAR NOT NULL,
    version      INTEGER NOT NULL, -- 1, 2, …: the highest counts
    source_id    VARCHAR NOT NULL,
    url          VARCHAR NOT NULL,
    request      VARCHAR,          -- what is asked beside the address, as JSON; null: a plain GET
    title        VARCHAR NOT NULL,
    publisher    VARCHAR NOT NULL,
    reader       VARCHAR NOT NULL,
    authority    VARCHAR NOT NULL,
    layouts      VARCHAR,          -- joined by ";"
    ref_area     VARCHAR,
    time_period  VARCHAR,
    published_on DATE,
    obs_status   VARCHAR NOT NULL,
    retired      BOOLEAN NOT NULL, -- it has left the catalogue and no longer counts
    recorded_at  TIMESTAMP NOT NULL,
    run_id       VARCHAR NOT NULL
);

-- One row each time a release was found with other bytes than the time before.
CREATE TABLE snapshot (
    snapshot_id   INTEGER NOT NULL, -- 0, 1, … in the order of arrival
    release_id    VARCHAR NOT NULL,
    sha256        VARCHAR NOT NULL,
    url           VARCHAR NOT NULL,
    request       VARCHAR,
    media_kind    VARCHAR NOT NULL,
    size          BIGINT NOT NULL,
    fetched_at    TIMESTAMP NOT NULL,
    media_type    VARCHAR,
    charset       VARCHAR,
    etag          VARCHAR,
    last_modified VARCHAR,
    recorded_at   TIMESTAMP NOT NULL,
    run_id        VARCHAR NOT NULL
);

-- One row each check of a release's address. Not published: it changes every day.
CREATE TABLE visit (
    release_id    VARCHAR NOT NULL,
    url           VARCHAR NOT NULL,
    checked_at    TIMESTAMP NOT NULL,
    outcome       VARCHAR NOT NULL,
    status_code   INTEGER,
    reason        VARCHAR, -- why it failed, for a person
    cause         VARCHAR, -- why it failed, as one word
    attempts      INTEGER NOT NULL,
    seconds       DOUBLE NOT NULL,
    size          BIGINT NOT NULL,
    sha256        VARCHAR, -- of the snapshot that held after the visit
    etag          VARCHAR,
    last_modified VARCHAR,
    run_id        VARCHAR NOT NULL
);

-- One row each time a snapshot of a release was read with another result than the time before:
-- figures = observations + unmapped + quarantined + not_a_figure. Of one snapshot the newest counts.
CREATE TABLE reading (
    reading_id      INTEGER NOT NULL, -- 0, 1, … in the order of loading
    release_id      VARCHAR NOT NULL,
    snapshot_sha256 VARCHAR NOT NULL,
    reader          VARCHAR NOT NULL,
    reader_version  VARCHAR NOT NULL,
    made_by         VARCHAR, -- hash of what it was first made of; null before derived readings
    release_facts   VARCHAR, -- hash of what the catalogue said of the release then
    outcome         VARCHAR NOT NULL, -- accepted, held (by the gate) or failed (by the reader)
    reason          VARCHAR,          -- why it was held or failed
    notes           VARCHAR,
    title           VARCHAR,          -- what the document says of itself
    ref_area        VARCHAR,
    time_period     VARCHAR,
    publisher       VARCHAR,
    obs_status      VARCHAR,
    locators        VARCHAR,          -- where it says so: field to locator, as JSON
    published_on    DATE,             -- the day that its observations carry
    figures         INTEGER NOT NULL,
    observations    INTEGER NOT NULL,
    unmapped        INTEGER NOT NULL,
    quarantined     INTEGER NOT NULL,
    not_a_figure    INTEGER NOT NULL,
    recorded_at     TIMESTAMP NOT NULL,
    run_id          VARCHAR NOT NULL
);

-- One row each time a snapshot was read, also where the result was the same as before: what it was
-- made of, part by part, and the reading that holds the result. Not published.
CREATE TABLE derivation (
    release_id      VARCHAR NOT NULL,
    snapshot_sha256 VARCHAR NOT NULL,
    made_by         VARCHAR NOT NULL,
    made_of         VARCHAR NOT NULL, -- part to fingerprint, as JSON
    reading_id      INTEGER NOT NULL,
    recorded_at     TIMESTAMP NOT NULL,
    run_id          VARCHAR NOT NULL
);

-- One row a number that was read: as printed, what became of it and, where it became an
-- observation, as meant.
CREATE TABLE figure (
    reading_id      INTEGER NOT NULL,
    release_id      VARCHAR NOT NULL,
    snapshot_sha256 VARCHAR NOT NULL,
    figure_no       UINTEGER NOT NULL,
    locator         VARCHAR NOT NULL,
    value_text      VARCHAR NOT NULL,
    value           DOUBLE,           -- as printed
    decimals        TINYINT,          -- as printed
    unit_text       VARCHAR,
    label_text      VARCHAR,
    context_text    VARCHAR,
    kind            VARCHAR,
    indicator       VARCHAR,
    measure         VARCHAR,
    comparator      VARCHAR,
    area_text       VARCHAR,
    period_text     VARCHAR,
    status_text     VARCHAR,          -- the status, where the text says it
    doubt           VARCHAR,
    suggestion      DOUBLE,
    evidence        VARCHAR,
    fate            VARCHAR NOT NULL,
    fate_reason     VARCHAR,
    ref_area        VARCHAR,          -- from here on as meant: null unless its fate is observation
    time_period     VARCHAR,
    freq            VARCHAR,
    obs_value       DOUBLE,
    unit_measure    VARCHAR,
    obs_decimals    TINYINT,
    obs_status      VARCHAR
);

CREATE VIEW observation AS
SELECT
    f.ref_area, f.indicator, f.measure, f.time_period, f.freq, f.obs_value, f.unit_measure,
    f.obs_decimals AS decimals, f.obs_status, f.release_id, f.snapshot_sha256, f.figure_no,
    f.locator, f.value_text, r.published_on, r.recorded_at, r.run_id, f.reading_id
FROM figure AS f
JOIN reading AS r ON r.reading_id = f.reading_id
WHERE f.fate = 'observation';

CREATE TABLE quarantine (
    release_id      VARCHAR NOT NULL,
    snapshot_sha256 VARCHAR NOT NULL,
    figure_no       UINTEGER NOT NULL,
    locator         VARCHAR NOT NULL,
    value_text      VARCHAR NOT NULL,
    context_text    VARCHAR,
    ref_area        VARCHAR,
    indicator       VARCHAR,
    measure         VARCHAR,
    time_period     VARCHAR,
    obs_value       DOUBLE,
    unit_measure    VARCHAR,
    stage           VARCHAR NOT NULL,
    rule            VARCHAR NOT NULL,
    severity        VARCHAR,
    reason          VARCHAR NOT NULL,
    suggestion      DOUBLE,
    evidence        VARCHAR,
    recorded_at     TIMESTAMP NOT NULL,
    run_id          VARCHAR NOT NULL,
    reading_id      INTEGER NOT NULL
);

-- A value declared in place of a printed one, with the text that it expects to find there.
CREATE TABLE correction (
    release_id    VARCHAR NOT NULL,
    locator       VARCHAR NOT NULL,
    expected_text VARCHAR NOT NULL,
    obs_value     DOUBLE NOT NULL,
    unit_measure  VARCHAR NOT NULL,
    reason        VARCHAR NOT NULL,
    declared_on   DATE NOT NULL,
    recorded_at   TIMESTAMP NOT NULL,
    run_id        VARCHAR NOT NULL
);

-- One row a run that loaded; a run that only looked around has one too. Not published.
CREATE TABLE run (
    run_id       VARCHAR NOT NULL,
    started_at   TIMESTAMP NOT NULL,
    loaded_at    TIMESTAMP NOT NULL,
    gongbao      VARCHAR NOT NULL,
    visits       INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    failed       INTEGER NOT NULL,
    readings     INTEGER NOT NULL,
    figures      INTEGER NOT NULL,
    observations INTEGER NOT NULL,
    quarantined  INTEGER NOT NULL
);

-- One row a visit of a source's listing that ended otherwise than the one before, or found something.
CREATE TABLE source_visit (
    source_id    VARCHAR NOT NULL,
    url          VARCHAR NOT NULL, -- of the listing
    visited_at   TIMESTAMP NOT NULL,
    outcome      VARCHAR NOT NULL,
    cause        VARCHAR NOT NULL, -- the reason as one word
    reason       VARCHAR NOT NULL, -- as a sentence
    pages        INTEGER NOT NULL,
    rows         INTEGER NOT NULL,
    new_rows     INTEGER NOT NULL,
    changed_rows INTEGER NOT NULL,
    newest       DATE,             -- of the first page's rows
    recorded_at  TIMESTAMP NOT NULL,
    run_id       VARCHAR NOT NULL
);

-- One row each request for a page of a listing. Not published: it changes every day.
CREATE TABLE listing_page (
    source_id     VARCHAR NOT NULL,
    number        INTEGER NOT NULL, -- from 1; 0: an answer that only says where the rows are
    digest        VARCHAR NOT NULL, -- of the request
    asked         VARCHAR NOT NULL, -- its address
    request       VARCHAR,          -- what is asked beside it, as JSON; null: a plain GET
    url           VARCHAR NOT NULL, -- after redirects
    visited_at    TIMESTAMP NOT NULL,
    status_code   INTEGER,
    reason        VARCHAR,          -- why nothing was read of it
    attempts      INTEGER NOT NULL,
    sha256        VARCHAR,          -- of the body that holds
    size          BIGINT NOT NULL,
    charset       VARCHAR,
    etag          VARCHAR,
    last_modified VARCHAR,
    headers       VARCHAR,          -- those that a family reads, as JSON
    made_by       VARCHAR,          -- family and declaration by which the facts were read
    facts         VARCHAR,          -- rows, days and what the page states of itself, as JSON
    run_id        VARCHAR NOT NULL
);

-- One row a link of a listing, and each time that its title or day is printed otherwise.
CREATE TABLE sighting (
    source_id   VARCHAR NOT NULL,
    digest      VARCHAR NOT NULL, -- of the request
    url         VARCHAR NOT NULL,
    request     VARCHAR,
    title       VARCHAR NOT NULL,
    date_text   VARCHAR,          -- as printed
    seen_on     DATE,             -- the day that it says
    recorded_at TIMESTAMP NOT NULL,
    run_id      VARCHAR NOT NULL
);

-- One row each time that an address of a release was found moved, withdrawn, or served again.
CREATE TABLE release_address (
    release_id  VARCHAR NOT NULL,
    url         VARCHAR NOT NULL,
    state       VARCHAR NOT NULL, -- served, moved (to target) or withdrawn
    target      VARCHAR,
    status_code INTEGER,
    recorded_at TIMESTAMP NOT NULL,
    run_id      VARCHAR NOT NULL
);
