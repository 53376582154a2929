-- Discovery: visits of listings, their pages and links, and what became of a release's addresses.

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
