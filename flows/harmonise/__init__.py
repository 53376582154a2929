"""Harmonise: figures as printed into observations as meant; what can't be is held back.

``harmonise`` takes one reading and gives three frames: the observations, the quarantine rows and
the fate of each figure. Every figure has exactly one fate:

    not_a_figure   its kind is not "figure"
    quarantined    the reader doubts it (stage read), or its unit, period or area is unknown or
                   can't be (stage harmonise); rule and reason say which
    unmapped       no indicator claims it
    observation    all the rest

Values are converted into the indicator's unit exactly, and the digits known are carried along.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from flows.catalog.model import Catalog
from flows.harmonise.areas import resolve_areas
from flows.harmonise.periods import Period, period_of
from flows.harmonise.units import conversions, converted
from flows.model import schemas
from flows.model.nouns import Fate, Reading, Release, Snapshot
from flows.words import brought_back, combinations

__all__ = ["HARMONISER_VERSION", "Harmonised", "harmonise"]

#: Raised when the same figures would be understood otherwise by code; the catalogue speaks for itself.
HARMONISER_VERSION = "1"

_DATED = pl.Schema(
    {
        "period_text": pl.String(),
        "time_period": pl.String(),
        "freq": pl.String(),
        "year": pl.Int32(),
        "period_reason": pl.String(),
    }
)


@dataclass(frozen=True, slots=True)
class Harmonised:
    observations: pl.DataFrame  # schemas.OBSERVATION
    quarantine: pl.DataFrame  # schemas.QUARANTINE
    fates: pl.DataFrame  # schemas.FATE: a row a figure, in the figures' order


def harmonise(
    reading: Reading,
    *,
    release: Release,
    snapshot: Snapshot,
    catalog: Catalog,
    run_id: str,
    recorded_at: datetime,
) -> Harmonised:
    """``recorded_at`` is in UTC and the same for the whole run."""
    figures = reading.figures.with_columns(pl.col("kind").eq_missing("figure").alias("is_figure"))
    claimed = pl.col("is_figure") & pl.col("indicator").is_not_null()
    meant = _meant(figures.filter(claimed), reading, release, catalog)
    doubted = figures.filter(~claimed & pl.col("is_figure") & pl.col("doubt").is_not_null())
    held = pl.concat([_judged(meant.filter("wrong")), _unclaimed(doubted)], how="diagonal_relaxed")
    origin = [
        pl.lit(release.release_id).alias("release_id"),
        pl.lit(recorded_at, schemas.UTC).alias("recorded_at"),
        pl.lit(run_id).alias("run_id"),
    ]
    observations = meant.filter(~pl.col("wrong")).with_columns(
        *origin,
        pl.lit(release.published_on or reading.metadata.published_on, pl.Date()).alias(
            "published_on"
        ),
        _filled(meant, "obs_status", reading.metadata.obs_status or release.obs_status),
    )
    quarantine = held.sort("figure_no").with_columns(*origin, pl.lit("critical").alias("severity"))
    return Harmonised(
        observations.select(pl.col(name).cast(kind) for name, kind in schemas.OBSERVATION.items()),
        quarantine.select(pl.col(name).cast(kind) for name, kind in schemas.QUARANTINE.items()),
        _fates(figures, held),
    )


def _filled(frame: pl.DataFrame, column: str, value: str | None) -> pl.Expr:
    """The column with its nulls filled; one value where it is empty throughout."""
    if frame.select(pl.col(column).is_null().all()).item():
        return pl.lit(value, pl.String()).alias(column)
    return pl.col(column).fill_null(value)


def _meant(
    figures: pl.DataFrame, reading: Reading, release: Release, catalog: Catalog
) -> pl.DataFrame:
    """Claimed figures with all columns of an observation, and ``wrong`` where one can't be."""
    own_area = release.ref_area or reading.metadata.ref_area
    own_period = release.time_period or reading.metadata.time_period
    priced, unit = combinations(figures, ["indicator", "measure", "unit_text"])
    units = priced.join(
        conversions(priced, catalog),
        on=priced.columns,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    named, place = combinations(figures, ["area_text", "period_text"])
    places = named.join(
        _dated(named["period_text"].unique(), own_period),
        on="period_text",
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    pairs = places.select("area_text", "year").unique().filter(pl.col("year").is_not_null())
    places = places.join(
        resolve_areas(pairs, own_area, catalog),
        on=["area_text", "year"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    frame = figures.with_columns(
        *brought_back(units, unit, printed=priced.columns),
        *brought_back(places, place, printed=named.columns),
    )
    wrong = pl.any_horizontal(
        pl.col("value").is_null(),
        pl.col("doubt", "unit_rule", "period_reason", "area_rule").is_not_null(),
    )
    return converted(frame).with_columns(wrong.alias("wrong"))


def _dated(texts: pl.Series, own: str | None) -> pl.DataFrame:
    """_DATED for the given texts; a null text is the release's own period."""
    rows: list[tuple[str | None, str | None, str | None, int | None, str | None]] = []
    for text in texts:
        if text is None and own is None:
            reason = "neither the figure nor its release names a period"
            rows.append((None, None, None, None, reason))
            continue
        found = period_of(text if text is not None else own or "", own)
        if isinstance(found, Period):
            rows.append((text, found.time_period, found.freq, found.year, None))
        else:
            rows.append((text, None, None, None, found))
    return pl.DataFrame(rows, schema=_DATED, orient="row")


def _judged(frame: pl.DataFrame) -> pl.DataFrame:
    """``stage, rule, reason`` of the first thing that is wrong with each of these."""
    doubt = pl.col("doubt").str.splitn(": ", 2).struct
    doubted = pl.col("doubt").is_not_null()
    unread = ~doubted & pl.col("value").is_null()
    undated = pl.col("period_reason").is_not_null()
    return frame.with_columns(
        pl.when(doubted | unread)
        .then(pl.lit("read"))
        .otherwise(pl.lit("harmonise"))
        .alias("stage"),
        pl.when(doubted)
        .then(doubt.field("field_0"))
        .when(unread)
        .then(pl.lit("not-a-number"))
        .when(pl.col("unit_rule").is_not_null())
        .then("unit_rule")
        .when(undated)
        .then(pl.lit("unknown-period"))
        .otherwise("area_rule")
        .alias("rule"),
        pl.when(doubted)
        .then(pl.coalesce(doubt.field("field_1"), doubt.field("field_0")))
        .when(unread)
        .then(pl.lit("the reader gave no value"))
        .when(pl.col("unit_rule").is_not_null())
        .then("unit_reason")
        .when(undated)
        .then("period_reason")
        .otherwise("area_reason")
        .alias("reason"),
    )


def _unclaimed(doubted: pl.DataFrame) -> pl.DataFrame:
    """Doubted figures that no indicator claims: as printed, with the reader's rule."""
    doubt = pl.col("doubt").str.splitn(": ", 2).struct
    return doubted.select(
        *("snapshot_sha256", "figure_no", "locator", "value_text", "context_text", "evidence"),
        pl.lit("read").alias("stage"),
        doubt.field("field_0").alias("rule"),
        pl.coalesce(doubt.field("field_1"), doubt.field("field_0")).alias("reason"),
    )


def _fates(figures: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    keys = figures.select("snapshot_sha256", "figure_no", "is_figure", "indicator")
    if held.is_empty():
        frame = keys.with_columns(pl.lit(None, pl.String()).alias("fate_reason"))
    else:
        rules = held.select("figure_no", pl.col("rule").alias("fate_reason"))
        frame = keys.join(rules, on="figure_no", how="left", maintain_order="left")
    meant = (
        pl.col("fate_reason").is_null() & pl.col("is_figure") & pl.col("indicator").is_not_null()
    )
    fate = pl.lit(Fate.OBSERVATION.value)
    if not frame.select(meant.all()).item():
        fate = (
            pl.when(pl.col("fate_reason").is_not_null())
            .then(pl.lit(Fate.QUARANTINED.value))
            .when(~pl.col("is_figure"))
            .then(pl.lit(Fate.NOT_A_FIGURE.value))
            .when(pl.col("indicator").is_null())
            .then(pl.lit(Fate.UNMAPPED.value))
            .otherwise(fate)
        )
    return frame.with_columns(fate.alias("fate")).select(schemas.FATE.names())
