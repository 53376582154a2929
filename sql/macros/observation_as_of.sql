-- The value of each key as it stood at the end of the day `published`; with `recorded`, only as far
-- as this store had learned by that time. FROM observation_as_of('2024-01-01');
--
-- A day is never guessed. A release whose day is unknown counts from the day it was recorded. A
-- release that was later found with other bytes is held to have had the first ones until the day
-- that the new ones state, if that lies after the old ones were last seen, else until the day they
-- were recorded.
CREATE OR REPLACE MACRO observation_as_of(published, recorded := NULL) AS TABLE
WITH learned AS (
    SELECT
        snapshot.snapshot_id,
        snapshot.release_id,
        reading.reading_id,
        reading.published_on,
        (snapshot.recorded_at AT TIME ZONE 'UTC')::DATE AS recorded_on
    FROM snapshot
    JOIN reading
        ON reading.release_id = snapshot.release_id AND reading.snapshot_sha256 = snapshot.sha256
    WHERE reading.observations > 0
        AND (recorded IS NULL OR (
            snapshot.recorded_at <= recorded::TIMESTAMP WITH TIME ZONE
            AND reading.recorded_at <= recorded::TIMESTAMP WITH TIME ZONE
        ))
    QUALIFY row_number() OVER (
        PARTITION BY snapshot.snapshot_id ORDER BY reading.reading_id DESC
    ) = 1
), dated AS (
    SELECT
        *,
        lag(recorded_on) OVER (PARTITION BY release_id ORDER BY snapshot_id) AS before_on
    FROM learned
), counting AS (
    SELECT reading_id, release_id
    FROM dated
    WHERE published::DATE >= CASE
        WHEN published_on IS NULL THEN recorded_on
        WHEN before_on IS NULL OR published_on > before_on THEN published_on
        ELSE recorded_on
    END
    QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY snapshot_id DESC) = 1
), rated AS (
    SELECT
        counting.reading_id,
        CASE arg_max(release.authority, release.version)
            WHEN 'official' THEN 1
            WHEN 'repost' THEN 2
            WHEN 'compilation' THEN 3
            WHEN 'press' THEN 4
            ELSE 5
        END AS authority_rank
    FROM counting
    JOIN release ON release.release_id = counting.release_id
    WHERE recorded IS NULL OR release.recorded_at <= recorded::TIMESTAMP WITH TIME ZONE
    GROUP BY counting.reading_id
), candidate AS (
    SELECT observation.*, rated.authority_rank
    FROM observation
    JOIN rated ON rated.reading_id = observation.reading_id
    WHERE recorded IS NULL OR observation.recorded_at <= recorded::TIMESTAMP WITH TIME ZONE
), contested AS ( -- as in the model superseded
    SELECT hash(ref_area, indicator, measure, time_period, freq) AS key_hash
    FROM candidate
    GROUP BY key_hash
    HAVING count(*) > 1
), beaten AS (
    SELECT c.reading_id, c.figure_no
    FROM candidate AS c
    WHERE hash(c.ref_area, c.indicator, c.measure, c.time_period, c.freq) IN (
        SELECT key_hash FROM contested
    )
    QUALIFY row_number() OVER (
        PARTITION BY c.ref_area, c.indicator, c.measure, c.time_period, c.freq
        ORDER BY
            c.published_on DESC NULLS LAST,
            c.authority_rank,
            c.decimals DESC NULLS LAST,
            c.recorded_at DESC,
            c.release_id,
            c.figure_no
    ) > 1
)
SELECT c.* EXCLUDE (authority_rank)
FROM candidate AS c
ANTI JOIN beaten AS b ON b.reading_id = c.reading_id AND b.figure_no = c.figure_no;
