"""Releases of which too much has changed at once: a page cut short, a table slipped by a row.

What the new bytes of a release say is compared with what its earlier ones said that still counts. A
release that loses, or says otherwise, at least so many of these values and such a share of them is
held as a whole, until somebody has looked (``accepted.yaml``) or its source has mended it.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from flows.catalog.accepted import Accepted, is_accepted

#: So many values must be lost, or be another, before their share counts.
LOST_AT_LEAST, CHANGED_AT_LEAST = 3, 5
SHARE = 0.5
_KEY = ("ref_area", "indicator", "measure", "time_period")


def find_mass_changes(
    observations: pl.DataFrame,
    known: pl.DataFrame,
    readings: Collection[tuple[str, str]],
    accepted: Collection[Accepted] = (),
) -> dict[str, str]:
    """Why a release is held, by its id. ``readings``: (release_id, sha256) of what was read.

    ``known``: what counts without these readings. Both frames: OBSERVATION.
    """
    reasons = {}
    for release_id, sha256 in sorted(readings):
        if is_accepted(accepted, release_id, sha256):
            continue
        of_release = pl.col("release_id") == release_id
        of_bytes = pl.col("snapshot_sha256") == sha256
        reason = _compare(
            known.filter(of_release & ~of_bytes), observations.filter(of_release & of_bytes)
        )
        if reason:
            reasons[release_id] = (
                f"{reason}: look at it, and let it pass with sha256 {sha256[:12]} in accepted.yaml"
            )
    return reasons


def _compare(before: pl.DataFrame, after: pl.DataFrame) -> str | None:
    """What is wrong with the change as a whole, or None."""
    if before.height < LOST_AT_LEAST:
        return None
    now = after.select(*_KEY, "obs_value", "decimals").unique(_KEY, keep="first")
    both = before.unique(_KEY, keep="first").join(now, on=_KEY, how="left", suffix="_now")
    total = both.height
    lost = both["obs_value_now"].null_count()
    if lost >= LOST_AT_LEAST and lost >= SHARE * total:
        return f"{lost} of the {total} values that it had are gone"
    coarser = pl.min_horizontal("decimals", "decimals_now").fill_null(0).cast(pl.Float64)
    tolerance = 0.5 * pl.lit(10.0).pow(-coarser) + 1e-9
    changed = both.filter((pl.col("obs_value") - pl.col("obs_value_now")).abs() > tolerance).height
    if changed >= CHANGED_AT_LEAST and changed >= SHARE * total:
        return f"{changed} of the {total} values that it had are others"
    return None
