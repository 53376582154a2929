-- The system of record. Times are UTC. Nothing here is updated or deleted: what changes is a new
-- row. No keys, indexes or sequences, so that the same DDL serves a lakehouse catalogue; that rows
-- are unique is seen to by the load (anti-joins) and proven in its transaction.
-- flows/store/tables.py names the columns that come from flows/schemas.py; a test compares.

CREATE TABLE store_version (
    version    INTEGER NOT NULL,
    file       VARCHAR NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE NOT NULL
);

-- One row a release and version of what the catalogue says of it.
CREATE TABLE release (
    release_id   VARCHAR NOT NULL,
    version      INTEGER NOT NULL, -- 1, 2, …: the highest counts
    source_id    VARCHAR NOT NULL,
    url          VARCHAR NOT NULL,
    title        VARCHAR NOT NULL,
    publisher    VARCHAR NOT NULL,
    reader       VARCHAR NOT NULL,
    authority    VARCHAR NOT NULL,
    layouts      VARCHAR,          -- joined by ";"
    ref_area     VARCHAR,
    time_period  VARCHAR,
    published_on DATE,
    obs_status   VARCHAR NOT NULL,
    recorded_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    run_id       VARCHAR NOT NULL
);

-- One row each time a release was found with other bytes than the time before.
CREATE TABLE snapshot (
    snapshot_id   INTEGER NOT NULL, -- 0, 1, … in the order of arrival
    release_id    VARCHAR NOT NULL,
    sha256        VARCHAR NOT NULL,
    url           VARCHAR NOT NULL,
    media_kind    VARCHAR NOT NULL,
    size          BIGINT NOT NULL,
    fetched_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    media_type    VARCHAR,
    charset       VARCHAR,
    etag          VARCHAR,
    last_modified VARCHAR,
    recorded_at   TIMESTAMP WITH TIME ZONE NOT NULL,
    run_id        VARCHAR NOT NULL
);

-- One row each check of a release's address. Not published: it changes every day.
CREATE TABLE visit (
    release_id    VARCHAR NOT NULL,
    url           VARCHAR NOT NULL,
    checked_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome       VARCHAR NOT NULL,
    status_code   INTEGER,
    reason        VARCHAR,
    attempts      INTEGER NOT NULL,
    seconds       DOUBLE NOT NULL,
    size          BIGINT NOT NULL,
    sha256        VARCHAR, -- of the snapshot that held after the visit
    etag          VARCHAR,
    last_modified VARCHAR,
    run_id        VARCHAR NOT NULL
);

-- One row a snapshot and version of the reader that read it, with what became of its numbers:
-- figures = observations + unmapped + quarantined + not_a_figure.
CREATE TABLE reading (
    reading_id      INTEGER NOT NULL, -- 0, 1, … in the order of loading
    release_id      VARCHAR NOT NULL,
    snapshot_sha256 VARCHAR NOT NULL,
    reader          VARCHAR NOT NULL,
    reader_version  VARCHAR NOT NULL,
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
    recorded_at     TIMESTAMP WITH TIME ZONE NOT NULL,
    run_id          VARCHAR NOT NULL
);

CREATE TABLE figure (
    reading_id      INTEGER NOT NULL,
    release_id      VARCHAR NOT NULL,
    snapshot_sha256 VARCHAR NOT NULL,
    figure_no       UINTEGER NOT NULL,
    locator         VARCHAR NOT NULL,
    value_text      VARCHAR NOT NULL,
    value           DOUBLE,
    decimals        TINYINT,
    unit_text       VARCHAR,
    label_text      VARCHAR,
    context_text    VARCHAR,
    kind            VARCHAR,
    indicator       VARCHAR,
    measure         VARCHAR,
    comparator      VARCHAR,
    area_text       VARCHAR,
    period_text     VARCHAR,
    obs_status      VARCHAR,
    doubt           VARCHAR,
    suggestion      DOUBLE,
    evidence        VARCHAR,
    reader          VARCHAR NOT NULL,
    reader_version  VARCHAR NOT NULL,
    fate            VARCHAR NOT NULL,
    fate_reason     VARCHAR,
    run_id          VARCHAR NOT NULL
);

CREATE TABLE observation (
    ref_area        VARCHAR NOT NULL,
    indicator       VARCHAR NOT NULL,
    measure         VARCHAR NOT NULL,
    time_period     VARCHAR NOT NULL,
    freq            VARCHAR NOT NULL,
    obs_value       DOUBLE NOT NULL,
    unit_measure    VARCHAR NOT NULL,
    decimals        TINYINT,
    obs_status      VARCHAR NOT NULL,
    release_id      VARCHAR NOT NULL,
    snapshot_sha256 VARCHAR NOT NULL,
    figure_no       UINTEGER NOT NULL,
    locator         VARCHAR NOT NULL,
    value_text      VARCHAR NOT NULL,
    published_on    DATE,
    recorded_at     TIMESTAMP WITH TIME ZONE NOT NULL,
    run_id          VARCHAR NOT NULL,
    reading_id      INTEGER NOT NULL
);

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
    recorded_at     TIMESTAMP WITH TIME ZONE NOT NULL,
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
    recorded_at   TIMESTAMP WITH TIME ZONE NOT NULL,
    run_id        VARCHAR NOT NULL
);

-- One row a run that loaded; a run that only looked around has one too. Not published.
CREATE TABLE run (
    run_id       VARCHAR NOT NULL,
    started_at   TIMESTAMP WITH TIME ZONE NOT NULL,
    loaded_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    gongbao      VARCHAR NOT NULL,
    visits       INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    failed       INTEGER NOT NULL,
    readings     INTEGER NOT NULL,
    figures      INTEGER NOT NULL,
    observations INTEGER NOT NULL,
    quarantined  INTEGER NOT NULL
);

-- One row each load that added to a published table; the last one names the state of them all.
CREATE TABLE content (
    version     INTEGER NOT NULL, -- 1, 2, …
    fingerprint VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    run_id      VARCHAR NOT NULL
);
