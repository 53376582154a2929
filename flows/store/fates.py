"""Every figure of a load with its release, its reader and its fate."""

from __future__ import annotations

from collections import Counter

import polars as pl

from flows import schemas
from flows.errors import StoreError
from flows.nouns import Fate
from flows.store.nouns import Load

_KEY = ["snapshot_sha256", "figure_no"]


def figures_with_fates(load: Load, owners: list[str]) -> pl.DataFrame:
    """All figures with release, reader and fate."""
    frames = [
        reading.figures.with_columns(
            pl.lit(owner).alias("release_id"),
            pl.lit(reading.reader).alias("reader"),
            pl.lit(reading.reader_version).alias("reader_version"),
        )
        for owner, reading in zip(owners, load.readings, strict=True)
    ]
    extra = {name: pl.String() for name in ("release_id", "reader", "reader_version")}
    figures = pl.concat(frames) if frames else schemas.empty(pl.Schema({**schemas.FIGURE, **extra}))
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
    return _settled(figures, load, twice) if twice else figures


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
