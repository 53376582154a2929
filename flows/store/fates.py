"""Every figure of a load with its reading, its fate and, where it became one, its observation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import polars as pl

from flows.model import schemas
from flows.model.errors import StoreError
from flows.model.nouns import Fate
from flows.store import tables
from flows.store.nouns import Load

_KEY = ["snapshot_sha256", "figure_no"]
_ID = ["reading_id", "figure_no"]


def figures_with_fates(
    load: Load, owners: Sequence[str], numbers: Sequence[int | None]
) -> pl.DataFrame:
    """All figures of the load's readings that have a number (``reading_id``), with their fates."""
    frames = [
        reading.figures.rename(tables.PRINTED_AS).with_columns(
            release_id=pl.lit(owner), reading_id=pl.lit(number, pl.Int32())
        )
        for owner, number, reading in zip(owners, numbers, load.readings, strict=True)
    ]
    if not frames:
        return schemas.empty(tables.PRINTED)
    figures = pl.concat(frames)
    fates = load.fates
    aligned = fates.height == figures.height and fates.select(_KEY).equals(figures.select(_KEY))
    if aligned:
        figures = figures.with_columns(fates["fate"], fates["fate_reason"])
    else:
        unique = fates.unique(_KEY, keep="first", maintain_order=True)
        figures = figures.join(unique, on=_KEY, how="left", maintain_order="left")
    nameless = figures.filter(pl.col("fate").is_null())
    if nameless.height:
        raise StoreError(
            f"{nameless.height} figures have no fate, the first is number "
            f"{nameless['figure_no'][0]} at {nameless['locator'][0]}",
            where=str(nameless["release_id"][0]),
            remedy="this is a bug in the harmoniser; nothing was recorded",
        )
    twice = [sha for sha, n in Counter(r.snapshot_sha256 for r in load.readings).items() if n > 1]
    if twice:
        figures = _settled(figures, load, twice)
    return figures if None not in numbers else figures.filter(pl.col("reading_id").is_not_null())


def with_observations(figures: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    """tables.WHOLE: each observation in its figure's row.

    ``observations`` has ``reading_id``. StoreError where one has no such figure, or where its
    figure stands elsewhere, says something else or has another fate. That no figure lacks its
    observation is proven on the stored rows.
    """
    found = observations.select(
        *_ID, *tables.MEANT, *(pl.col(name).alias(f"its_{name}") for name in tables.SHARED)
    )
    if found.select(_ID).equals(figures.select(_ID)):
        joined = figures.hstack(found.drop(_ID))
    else:
        one = found.unique(_ID, keep="first", maintain_order=True)
        joined = figures.join(one, on=_ID, how="left", maintain_order="left")
        lost = one.join(figures, on=_ID, how="anti")
        if lost.height:
            _disagree(str(lost["its_locator"][0]), observations, "its row has no such figure")
    same = pl.all_horizontal(
        pl.col(name).eq_missing(pl.col(f"its_{name}")) for name in tables.SHARED
    )
    odd = joined.filter(
        pl.col("its_locator").is_not_null(), ~same | (pl.col("fate") != Fate.OBSERVATION.value)
    )
    if odd.height:
        _disagree(str(odd["its_locator"][0]), observations, "another figure, or another fate")
    return joined.select(list(tables.WHOLE))


def _disagree(place: str, observations: pl.DataFrame, what: str) -> None:
    raise StoreError(
        f"the figure at {place} and its observation do not agree: {what}",
        where=str(observations["release_id"][0]),
        remedy="this is a bug; nothing was recorded, and the snapshots are in the archive",
    )


def _settled(figures: pl.DataFrame, load: Load, twice: list[str]) -> pl.DataFrame:
    """Fates of bytes that two releases share, by release: fates are keyed by the bytes alone."""
    key = ["release_id", *_KEY]
    accepted = load.observations.select(key).unique().with_columns(_accepted=pl.lit(True))
    held = load.quarantine.unique(key).select(*key, _rule="rule")
    shared = pl.col("snapshot_sha256").is_in(twice)
    fate = (
        pl.when(shared & pl.col("_accepted").is_not_null())
        .then(pl.lit(Fate.OBSERVATION.value))
        .when(shared & pl.col("_rule").is_not_null())
        .then(pl.lit(Fate.QUARANTINED.value))
        .otherwise("fate")
    )
    return (
        figures.join(accepted, on=key, how="left", maintain_order="left")
        .join(held, on=key, how="left", maintain_order="left")
        .with_columns(
            fate=fate,
            fate_reason=pl.when(shared).then(pl.col("_rule")).otherwise("fate_reason"),
        )
        .drop("_accepted", "_rule")
    )
