"""What a load changed in what counts: shown before anything is published."""

from __future__ import annotations

import polars as pl

KEY = ("ref_area", "indicator", "measure", "time_period", "freq")

#: ``change`` is added, revised (another value) or withdrawn (no longer read); ``release_id`` is
#: the release that says the new value, or said the one that is gone.
COLUMNS = (*KEY, "change", "before", "after", "unit_measure", "release_id")


def compare_values(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """COLUMNS, a row a key whose value is not what it was; both frames are schemas.OBSERVATION
    with one row a key."""
    old = before.select(*KEY, "obs_value", "unit_measure", "release_id")
    joined = after.select(*KEY, "obs_value", "unit_measure", "release_id").join(
        old, on=KEY, how="full", coalesce=True, suffix="_before"
    )
    gone, new = pl.col("obs_value").is_null(), pl.col("obs_value_before").is_null()
    return (
        joined.filter(pl.col("obs_value").ne_missing(pl.col("obs_value_before")))
        .with_columns(
            change=pl.when(gone)
            .then(pl.lit("withdrawn"))
            .when(new)
            .then(pl.lit("added"))
            .otherwise(pl.lit("revised")),
            before=pl.col("obs_value_before"),
            after=pl.col("obs_value"),
            unit_measure=pl.coalesce("unit_measure", "unit_measure_before"),
            release_id=pl.coalesce("release_id", "release_id_before"),
        )
        .select(COLUMNS)
        .sort(KEY)
    )


def describe_changes(changed: pl.DataFrame) -> str:
    """``12 values added, 3 revised, 1 withdrawn``, or an empty text."""
    counts = dict(changed.group_by("change").len().iter_rows())
    parts = [
        f"{counts[kind]} {kind}" for kind in ("added", "revised", "withdrawn") if kind in counts
    ]
    return "values: " + ", ".join(parts) if parts else ""
