"""Harmonise: figures as printed into observations as meant; what can't be is held back.

``harmonise`` takes one reading and gives three frames: the observations, the quarantine rows and
the fate of each figure. Every figure has exactly one fate:

    not_a_figure   its kind is not "figure"
    quarantined    the reader doubts it (stage read), or its unit, period or area is unknown or
                   can't be (stage harmonise); rule and reason say which
    unmapped       no indicator claims it
    observation    all the rest

Values are converted into the indicator's unit exactly, and the digits known are carried along.
What a text means is worked out once for each distinct text, not once a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from flows.catalog.model import Catalog
from flows.harmonise.areas import resolve_areas
from flows.harmonise.periods import resolve_periods
from flows.harmonise.units import convert_values, resolve_units
from flows.model import schemas
from flows.model.nouns import Fate, Reading, Release, Snapshot

__all__ = ["HARMONISER_VERSION", "Harmonised", "harmonise"]

#: Raised when the same figures would be understood otherwise by code; the catalogue speaks for itself.
HARMONISER_VERSION = "2"


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
    is_claimed = pl.col("is_figure") & pl.col("indicator").is_not_null()
    claimed = _interpret(figures.filter(is_claimed), reading, release, catalog)
    is_doubted = ~is_claimed & pl.col("is_figure") & pl.col("doubt").is_not_null()
    held = pl.concat(
        [_explain_fault(claimed.filter("wrong")), _explain_doubt(figures.filter(is_doubted))],
        how="diagonal_relaxed",
    )
    origin = [
        pl.lit(release.release_id).alias("release_id"),
        pl.lit(recorded_at, schemas.UTC).alias("recorded_at"),
        pl.lit(run_id).alias("run_id"),
    ]
    published_on = release.published_on or reading.metadata.published_on
    obs_status = reading.metadata.obs_status or release.obs_status
    observations = (
        claimed.lazy()  # so that only the columns of an observation are filtered
        .filter(~pl.col("wrong"))
        .with_columns(
            *origin,
            pl.lit(published_on, pl.Date()).alias("published_on"),
            pl.col("obs_status").fill_null(obs_status),
        )
        .select(pl.col(name).cast(kind) for name, kind in schemas.OBSERVATION.items())
        .collect()
    )
    quarantine = held.sort("figure_no").with_columns(*origin, pl.lit("critical").alias("severity"))
    return Harmonised(
        observations,
        quarantine.select(pl.col(name).cast(kind) for name, kind in schemas.QUARANTINE.items()),
        _assign_fates(figures, held),
    )


def _interpret(
    figures: pl.DataFrame, reading: Reading, release: Release, catalog: Catalog
) -> pl.DataFrame:
    """Claimed figures with all columns of an observation, and ``wrong`` where one can't be."""
    own_area = release.ref_area or reading.metadata.ref_area
    own_period = release.time_period or reading.metadata.time_period
    freq = reading.metadata.freq if own_period == reading.metadata.time_period else None
    figures = _join_meanings(
        figures,
        ["indicator", "measure", "unit_text"],
        lambda distinct: resolve_units(distinct, catalog),
    )
    figures = _join_meanings(
        figures,
        ["area_text", "period_text"],
        lambda distinct: _resolve_places(distinct, own_area, own_period, freq, catalog),
    )
    figures = _name_candidates(figures, reading.metadata.why_not)
    wrong = pl.any_horizontal(
        pl.col("value").is_null(),
        pl.col("doubt", "unit_rule", "period_reason", "area_rule").is_not_null(),
    )
    return convert_values(figures).with_columns(wrong.alias("wrong"))


def _join_meanings(
    figures: pl.DataFrame, texts: Sequence[str], resolve: Callable[[pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """The figures with what ``resolve`` says of each distinct combination of the texts."""
    asked = figures.select(texts)
    meanings = asked.join(
        resolve(asked.unique(maintain_order=True)),
        on=list(texts),
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    return figures.hstack(meanings.drop(texts))


def _resolve_places(
    distinct: pl.DataFrame,
    own_area: str | None,
    own_period: str | None,
    own_freq: str | None,
    catalog: Catalog,
) -> pl.DataFrame:
    """Period and area of each ``area_text, period_text``; the area is that of the period's year."""
    places = _join_meanings(
        distinct, ["period_text"], lambda texts: resolve_periods(texts, own_period, own_freq)
    )
    dated = places.filter(pl.col("year").is_not_null())
    return places.join(
        resolve_areas(dated.select("area_text", "year").unique(), own_area, catalog),
        on=["area_text", "year"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )


def _name_candidates(figures: pl.DataFrame, why_not: Mapping[str, str]) -> pl.DataFrame:
    """The reasons of figures whose area or period nobody names, with what it may be."""
    for about, reason in (("area", "area_reason"), ("period", "period_reason")):
        why = why_not.get(about)
        if why is not None:
            silent = pl.col(f"{about}_text").is_null() & pl.col(reason).is_not_null()
            told = pl.concat_str(pl.col(reason), pl.lit(f": {why}"))
            figures = figures.with_columns(
                pl.when(silent).then(told).otherwise(reason).alias(reason)
            )
    return figures


def _explain_fault(figures: pl.DataFrame) -> pl.DataFrame:
    """The figures with ``stage, rule, reason`` of the first thing that is wrong with each."""
    doubted = pl.col("doubt").is_not_null()
    unread = ~doubted & pl.col("value").is_null()
    wrong_unit = pl.col("unit_rule").is_not_null()
    undated = pl.col("period_reason").is_not_null()
    doubt_rule, doubt_reason = _split_doubt()
    return figures.with_columns(
        pl.when(doubted | unread)
        .then(pl.lit("read"))
        .otherwise(pl.lit("harmonise"))
        .alias("stage"),
        pl.when(doubted)
        .then(doubt_rule)
        .when(unread)
        .then(pl.lit("not-a-number"))
        .when(wrong_unit)
        .then("unit_rule")
        .when(undated)
        .then(pl.lit("unknown-period"))
        .otherwise("area_rule")
        .alias("rule"),
        pl.when(doubted)
        .then(doubt_reason)
        .when(unread)
        .then(pl.lit("the reader gave no value"))
        .when(wrong_unit)
        .then("unit_reason")
        .when(undated)
        .then("period_reason")
        .otherwise("area_reason")
        .alias("reason"),
    )


def _explain_doubt(figures: pl.DataFrame) -> pl.DataFrame:
    """Doubted figures that no indicator claims: as printed, with the reader's rule and reason."""
    rule, reason = _split_doubt()
    return figures.select(
        *("snapshot_sha256", "figure_no", "locator", "value_text", "context_text", "evidence"),
        pl.lit("read").alias("stage"),
        rule.alias("rule"),
        reason.alias("reason"),
    )


def _split_doubt() -> tuple[pl.Expr, pl.Expr]:
    """Rule and reason of ``doubt``, "rule: reason"; one without a reason is its own."""
    parts = pl.col("doubt").str.splitn(": ", 2).struct
    return parts.field("field_0"), pl.coalesce(parts.field("field_1"), parts.field("field_0"))


def _assign_fates(figures: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """FATE, a row a figure; ``held`` are the quarantine rows."""
    rules = held.select("figure_no", pl.col("rule").cast(pl.String).alias("fate_reason"))
    keys = figures.select("snapshot_sha256", "figure_no", "is_figure", "indicator")
    frame = keys.join(rules, on="figure_no", how="left", maintain_order="left")
    fate = (
        pl.when(pl.col("fate_reason").is_not_null())
        .then(pl.lit(Fate.QUARANTINED.value))
        .when(~pl.col("is_figure"))
        .then(pl.lit(Fate.NOT_A_FIGURE.value))
        .when(pl.col("indicator").is_null())
        .then(pl.lit(Fate.UNMAPPED.value))
        .otherwise(pl.lit(Fate.OBSERVATION.value))
    )
    return frame.with_columns(fate.alias("fate")).select(schemas.FATE.names())
