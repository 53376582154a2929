-- The value of each key as it stood at the end of the day `published`; with `recorded`, only as far
-- as this store had learned by that time (UTC). FROM observation_as_of('2024-01-01');
--
-- A day is never guessed. A release whose day is unknown counts from the day it was recorded. A
-- release that was later found with other bytes is held to have had the first ones until the day
-- that the new ones state, if that lies after the old ones were last seen, else until the day they
-- were recorded. One that left the catalogue counts until that day. What the models snapshot_reading
-- to superseded say of today is said here of any day.
--
-- DuckDB looks for a macro's tables in the database that is in use, not in the macro's own. Of a
-- warehouse that is attached beside another database, name it:
-- FROM w.observation_as_of('2024-01-01', warehouse := 'w');
CREATE OR REPLACE MACRO observation_as_of(published, recorded := NULL, warehouse := NULL) AS TABLE
WITH entry AS (
    SELECT
        release.release_id,
        arg_max(authority.rank, release.version) AS authority_rank,
        arg_max(release.retired AND release.recorded_at::DATE <= published::DATE, release.version)
            AS retired
    FROM query_table(concat_ws('.', warehouse, 'release')) AS release
    LEFT JOIN query_table(concat_ws('.', warehouse, 'authority')) AS authority
        ON authority.authority = release.authority
    WHERE recorded IS NULL OR release.recorded_at <= recorded::TIMESTAMP
    GROUP BY release.release_id
), seen AS (
    SELECT release_id, sha256, max(snapshot_id) AS snapshot_id, arg_max(recorded_at, snapshot_id) AS recorded_at
    FROM query_table(concat_ws('.', warehouse, 'snapshot')) AS snapshot
    WHERE recorded IS NULL OR recorded_at <= recorded::TIMESTAMP
    GROUP BY release_id, sha256
), learned AS (
    SELECT reading.*, seen.snapshot_id, seen.recorded_at::DATE AS recorded_on
    FROM query_table(concat_ws('.', warehouse, 'reading')) AS reading
    JOIN seen ON seen.release_id = reading.release_id AND seen.sha256 = reading.snapshot_sha256
    JOIN entry ON entry.release_id = reading.release_id AND NOT entry.retired
    WHERE recorded IS NULL OR reading.recorded_at <= recorded::TIMESTAMP
    QUALIFY row_number() OVER (
        PARTITION BY reading.release_id, seen.snapshot_id ORDER BY reading.reading_id DESC
    ) = 1
), dated AS (
    SELECT
        *,
        lag(recorded_on) OVER (PARTITION BY release_id ORDER BY snapshot_id) AS before_on
    FROM learned
), begun AS (
    FROM dated
    WHERE published::DATE >= CASE
        WHEN published_on IS NULL THEN recorded_on
        WHEN before_on IS NULL OR published_on > before_on THEN published_on
        ELSE recorded_on
    END
), head AS (
    FROM begun
    QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY snapshot_id DESC) = 1
), earlier AS (
    SELECT one.reading_id, head.reading_id AS newer_reading_id, head.observations = 0 AS as_a_whole
    FROM begun AS one
    JOIN head ON head.release_id = one.release_id
    WHERE one.snapshot_id < head.snapshot_id
        AND one.observations > 0
        AND (head.observations = 0 OR head.quarantined > 0)
        AND one.release_facts IS NOT DISTINCT FROM head.release_facts
    QUALIFY row_number() OVER (PARTITION BY one.release_id ORDER BY one.snapshot_id DESC) = 1
), candidate AS (
    SELECT o.*, entry.authority_rank
    FROM query_table(concat_ws('.', warehouse, 'observation')) AS o
    JOIN entry ON entry.release_id = o.release_id
    WHERE o.reading_id IN (SELECT reading_id FROM head)
    UNION ALL
    SELECT o.*, entry.authority_rank
    FROM query_table(concat_ws('.', warehouse, 'observation')) AS o
    JOIN entry ON entry.release_id = o.release_id
    JOIN earlier ON earlier.reading_id = o.reading_id
    WHERE earlier.as_a_whole
        OR (
            EXISTS (
                FROM query_table(concat_ws('.', warehouse, 'quarantine')) AS q
                WHERE q.reading_id = earlier.newer_reading_id
                    AND q.ref_area = o.ref_area
                    AND q.indicator = o.indicator
                    AND q.measure = o.measure
                    AND q.time_period = o.time_period
            )
            AND NOT EXISTS (
                FROM query_table(concat_ws('.', warehouse, 'figure')) AS n
                WHERE n.reading_id = earlier.newer_reading_id
                    AND n.fate = 'observation'
                    AND n.ref_area = o.ref_area
                    AND n.indicator = o.indicator
                    AND n.measure = o.measure
                    AND n.time_period = o.time_period
                    AND n.freq = o.freq
            )
        )
), contested AS (
    SELECT ref_area, indicator, measure, time_period, freq
    FROM candidate
    GROUP BY ref_area, indicator, measure, time_period, freq
    HAVING count(*) > 1
), beaten AS (
    SELECT c.reading_id, c.figure_no
    FROM candidate AS c
    SEMI JOIN contested AS k
        ON k.ref_area = c.ref_area
        AND k.indicator = c.indicator
        AND k.measure = c.measure
        AND k.time_period = c.time_period
        AND k.freq = c.freq
    QUALIFY row_number() OVER (
        PARTITION BY c.ref_area, c.indicator, c.measure, c.time_period, c.freq
        ORDER BY
            c.published_on DESC NULLS LAST,
            c.authority_rank NULLS LAST,
            c.decimals DESC NULLS LAST,
            c.recorded_at DESC,
            c.release_id,
            c.figure_no
    ) > 1
)
SELECT c.* EXCLUDE (authority_rank)
FROM candidate AS c
ANTI JOIN beaten AS b ON b.reading_id = c.reading_id AND b.figure_no = c.figure_no;
