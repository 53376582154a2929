-- Each release as the catalogue has it, its newest bytes, and what became of the numbers in them.
WITH entry AS (
    FROM release
    QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY version DESC) = 1
), gone AS (
    FROM release_address
    QUALIFY row_number() OVER (PARTITION BY release_id, url ORDER BY recorded_at DESC) = 1
), bytes AS (
    FROM snapshot
    QUALIFY row_number() OVER (PARTITION BY release_id ORDER BY snapshot_id DESC) = 1
), account AS (
    FROM reading
    QUALIFY row_number() OVER (
        PARTITION BY release_id, snapshot_sha256 ORDER BY reading_id DESC
    ) = 1
)
SELECT
    entry.release_id,
    entry.source_id,
    entry.title,
    release_kind.kind,
    entry.publisher,
    entry.authority,
    entry.url,
    entry.ref_area,
    entry.time_period,
    coalesce(account.published_on, entry.published_on) AS published_on,
    bytes.sha256 AS snapshot_sha256,
    bytes.media_kind,
    bytes.size,
    bytes.recorded_at AS last_changed,
    account.reader,
    account.reader_version,
    account.outcome,
    account.reason,
    account.notes,
    account.figures,
    account.observations,
    account.unmapped,
    account.quarantined,
    account.not_a_figure,
    current_reading.reading_id IS NOT NULL AS counts,
    CASE gone.state WHEN 'withdrawn' THEN gone.recorded_at::DATE END AS withdrawn_on,
    gone.target AS moved_to
FROM entry
LEFT JOIN release_kind ON release_kind.release_id = entry.release_id
LEFT JOIN gone ON gone.release_id = entry.release_id AND gone.url = entry.url
LEFT JOIN bytes ON bytes.release_id = entry.release_id
LEFT JOIN account
    ON account.release_id = bytes.release_id AND account.snapshot_sha256 = bytes.sha256
LEFT JOIN current_reading ON current_reading.reading_id = account.reading_id
