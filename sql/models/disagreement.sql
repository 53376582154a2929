-- Where releases state one area, indicator, measure and period differently, beyond the rounding of
-- their prints: what each of them says, where it is printed, how far it is from the value that
-- counts, and why that one counts. They are weighed in the order of superseded.
WITH contested AS ( -- few are, so only these are looked at
    SELECT f.ref_area, f.indicator, f.measure, f.time_period, f.freq
    FROM figure AS f
    SEMI JOIN superseded AS s ON s.reading_id = f.reading_id AND s.figure_no = f.figure_no
    GROUP BY f.ref_area, f.indicator, f.measure, f.time_period, f.freq
), rated AS (
    SELECT
        reading.reading_id,
        arg_max(release.authority, release.version) AS authority,
        arg_max(authority.rank, release.version) AS authority_rank
    FROM reading
    SEMI JOIN current_reading ON current_reading.reading_id = reading.reading_id
    JOIN release ON release.release_id = reading.release_id
    LEFT JOIN authority ON authority.authority = release.authority
    GROUP BY reading.reading_id
), stated AS (
    SELECT
        f.ref_area,
        f.indicator,
        f.measure,
        f.time_period,
        f.freq,
        f.release_id,
        f.obs_value,
        f.unit_measure,
        f.obs_decimals AS decimals,
        f.obs_status,
        f.value_text,
        f.locator,
        f.context_text,
        f.snapshot_sha256,
        f.reading_id,
        f.figure_no,
        rated.authority,
        rated.authority_rank,
        r.published_on,
        r.recorded_at,
        c.stale_since,
        0.5 * pow(10, -coalesce(f.obs_decimals, 0)) AS rounding,
        row_number() OVER (
            PARTITION BY f.ref_area, f.indicator, f.measure, f.time_period, f.freq
            ORDER BY
                s.reading_id IS NOT NULL, -- the one that counts is the first
                r.published_on DESC NULLS LAST,
                rated.authority_rank NULLS LAST,
                f.obs_decimals DESC NULLS LAST,
                r.recorded_at DESC,
                f.release_id,
                f.figure_no
        ) AS place
    FROM counting_observation AS c
    JOIN figure AS f ON f.reading_id = c.reading_id AND f.figure_no = c.figure_no
    SEMI JOIN contested AS k
        ON k.ref_area = f.ref_area
        AND k.indicator = f.indicator
        AND k.measure = f.measure
        AND k.time_period = f.time_period
        AND k.freq = f.freq
    JOIN reading AS r ON r.reading_id = f.reading_id
    JOIN rated ON rated.reading_id = f.reading_id
    LEFT JOIN superseded AS s ON s.reading_id = f.reading_id AND s.figure_no = f.figure_no
), compared AS ( -- each beside the one that counts, and that one beside the next best
    SELECT
        one.*,
        other.release_id AS other_release_id,
        one.obs_value - other.obs_value AS apart,
        abs(one.obs_value - other.obs_value)
        > (one.rounding + other.rounding) * (1 + 1e-9) + 1e-9 AS differs,
        other.obs_value AS other_value,
        CASE
            WHEN one.published_on > other.published_on THEN 'published later'
            WHEN one.published_on < other.published_on THEN 'published earlier'
            WHEN other.published_on IS NULL AND one.published_on IS NOT NULL THEN 'its day is known'
            WHEN one.published_on IS NULL AND other.published_on IS NOT NULL THEN 'its day is unknown'
            WHEN one.authority_rank < other.authority_rank THEN 'higher authority'
            WHEN one.authority_rank > other.authority_rank THEN 'lower authority'
            WHEN one.decimals > other.decimals THEN 'more digits'
            WHEN one.decimals < other.decimals THEN 'fewer digits'
            WHEN one.recorded_at > other.recorded_at THEN 'recorded later'
            WHEN one.recorded_at < other.recorded_at THEN 'recorded earlier'
            WHEN one.place = 1 THEN 'first by name'
            ELSE 'later by name'
        END AS why
    FROM stated AS one
    JOIN stated AS other
        ON other.ref_area = one.ref_area
        AND other.indicator = one.indicator
        AND other.measure = one.measure
        AND other.time_period = one.time_period
        AND other.freq = one.freq
        AND other.place = CASE WHEN one.place = 1 THEN 2 ELSE 1 END
)
SELECT
    ref_area,
    indicator,
    measure,
    time_period,
    freq,
    release_id,
    authority,
    published_on,
    obs_value,
    unit_measure,
    decimals,
    obs_status,
    place = 1 AS counts,
    why,
    CASE WHEN place = 1 THEN 0 ELSE apart END AS difference,
    CASE
        WHEN place = 1 THEN 0
        WHEN other_value <> 0 THEN 100 * apart / abs(other_value)
    END AS difference_percent,
    value_text,
    locator,
    context_text,
    snapshot_sha256,
    reading_id,
    figure_no,
    recorded_at,
    stale_since
FROM compared
QUALIFY bool_or(differs AND place > 1) OVER (
    PARTITION BY ref_area, indicator, measure, time_period, freq
)
