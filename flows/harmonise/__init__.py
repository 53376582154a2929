"""Harmonise: figures as printed into observations as meant; what can't be is held back.

``harmonise`` takes one reading, ``harmonise_readings`` the figures of many at once, which takes
hardly longer than one. Both give three frames: the observations, the quarantine rows and the fate
of each figure. Every figure has exactly one fate:

    not_a_figure   its kind is not "figure"
    quarantined    the reader doubts it (stage read), or its unit, period or area is unknown or
                   can't be (stage harmonise); rule and reason say which
    unmapped       no indicator claims it
    observation    all the rest

Values are converted into the indicator's unit exactly, and the digits known are carried along.
What a text means is worked out once for each distinct text of a reading, not once a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from flows.catalog.model import Catalog
from flows.harmonise.areas import resolve_areas
from flows.harmonise.periods import resolve_periods
from flows.harmonise.units import convert_values, resolve_units
from flows.model import schemas
from flows.model.nouns import Fate, Metadata, Reading, Release, Snapshot

__all__ = ["HARMONISER_VERSION", "Harmonised", "Origin", "harmonise", "harmonise_readings"]

#: Raised when the same figures would be understood otherwise by code; the catalogue speaks for itself.
HARMONISER_VERSION = "2"


@dataclass(frozen=True, slots=True)
class Harmonised:
    observations: pl.DataFrame  # schemas.OBSERVATION
    quarantine: pl.DataFrame  # schemas.QUARANTINE
    fates: pl.DataFrame  # schemas.FATE: a row a figure, in the figures' order


@dataclass(frozen=True, slots=True)
class Origin:
    """What holds for all figures of a reading that do not say otherwise."""

    release_id: str
    ref_area: str | None
    time_period: str | None
    published_on: date | None
    obs_status: str
    freq: str | None = None  # M-C where the months of its period are cumulated
    area_why_not: str | None = None  # what it may be, where nobody names it
    period_why_not: str | None = None

    @classmethod
    def of(cls, release: Release, metadata: Metadata) -> Origin:
        """What the catalogue says goes before what the document says; of the status, after."""
        time_period = release.time_period or metadata.time_period
        return cls(
            release.release_id,
            release.ref_area or metadata.ref_area,
            time_period,
            release.published_on or metadata.published_on,
            metadata.obs_status or release.obs_status,
            metadata.freq if time_period == metadata.time_period else None,
            metadata.why_not.get("area"),
            metadata.why_not.get("period"),
        )


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
    return harmonise_readings(
        reading.figures.with_columns(pl.lit(0, pl.UInt32).alias("origin")),
        [Origin.of(release, reading.metadata)],
        catalog=catalog,
        run_id=run_id,
        recorded_at=recorded_at,
    )


def harmonise_readings(
    figures: pl.DataFrame,
    origins: Sequence[Origin],
    *,
    catalog: Catalog,
    run_id: str,
    recorded_at: datetime,
) -> Harmonised:
    """``figures``: schemas.FIGURE and ``origin``, the place of its reading's in ``origins``."""
    figures = figures.with_row_index("row").with_columns(
        pl.col("kind").eq_missing("figure").alias("is_figure")
    )
    is_claimed = pl.col("is_figure") & pl.col("indicator").is_not_null()
    claimed = _interpret(figures.filter(is_claimed), origins, catalog)
    is_doubted = ~is_claimed & pl.col("is_figure") & pl.col("doubt").is_not_null()
    held = pl.concat(
        [_explain_fault(claimed.filter("wrong")), _explain_doubt(figures.filter(is_doubted))],
        how="diagonal_relaxed",
    ).sort("row")
    stamp = [
        _of_origin("release_id", origins, pl.String()),
        pl.lit(recorded_at, schemas.UTC).alias("recorded_at"),
        pl.lit(run_id).alias("run_id"),
    ]
    observations = (
        claimed.lazy()  # so that only the columns of an observation are filtered
        .filter(~pl.col("wrong"))
        .with_columns(
            *stamp,
            _of_origin("published_on", origins, pl.Date()),
            pl.col("obs_status").fill_null(_of_origin("obs_status", origins, pl.String())),
        )
        .select(pl.col(name).cast(kind) for name, kind in schemas.OBSERVATION.items())
        .collect()
    )
    quarantine = held.with_columns(*stamp, pl.lit("critical").alias("severity"))
    return Harmonised(
        observations,
        quarantine.select(pl.col(name).cast(kind) for name, kind in schemas.QUARANTINE.items()),
        _assign_fates(figures, held),
    )


def _of_origin(
    name: str, origins: Sequence[Origin], dtype: pl.DataType, alias: str | None = None
) -> pl.Expr:
    """What the origin of each row says."""
    said = pl.Series([getattr(origin, name) for origin in origins], dtype=dtype)
    return pl.lit(said).gather(pl.col("origin")).alias(alias or name)


def _interpret(figures: pl.DataFrame, origins: Sequence[Origin], catalog: Catalog) -> pl.DataFrame:
    """Claimed figures with all columns of an observation, and ``wrong`` where one can't be."""
    figures = _join_meanings(
        figures,
        ["indicator", "measure", "unit_text"],
        lambda distinct: resolve_units(distinct, catalog),
    )
    figures = _join_meanings(
        figures,
        ["origin", "area_text", "period_text"],
        lambda distinct: _resolve_places(distinct, origins, catalog),
    )
    figures = _name_candidates(figures, origins)
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
    distinct: pl.DataFrame, origins: Sequence[Origin], catalog: Catalog
) -> pl.DataFrame:
    """Period and area of each ``origin, area_text, period_text``; the area is that of the year."""
    places = _join_meanings(
        distinct.with_columns(
            _of_origin("time_period", origins, pl.String(), "own_period"),
            _of_origin("freq", origins, pl.String(), "own_freq"),
            _of_origin("ref_area", origins, pl.String(), "own_area"),
        ),
        ["period_text", "own_period", "own_freq"],
        resolve_periods,
    )
    area = ["area_text", "own_area", "year"]
    dated = places.filter(pl.col("year").is_not_null())
    return places.join(
        resolve_areas(dated.select(area).unique(maintain_order=True), catalog),
        on=area,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    ).drop("own_period", "own_freq", "own_area")


def _name_candidates(figures: pl.DataFrame, origins: Sequence[Origin]) -> pl.DataFrame:
    """The reasons of figures whose area or period nobody names, with what it may be."""
    for about, reason in (("area", "area_reason"), ("period", "period_reason")):
        name = f"{about}_why_not"
        if any(getattr(origin, name) is not None for origin in origins):
            why = _of_origin(name, origins, pl.String())
            silent = pl.col(f"{about}_text").is_null() & pl.col(reason).is_not_null()
            told = pl.concat_str(pl.col(reason), pl.lit(": "), why)
            figures = figures.with_columns(
                pl.when(silent & why.is_not_null()).then(told).otherwise(reason).alias(reason)
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
        *("row", "origin", "snapshot_sha256", "figure_no", "locator", "value_text"),
        *("context_text", "evidence"),
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
    rules = held.select("row", pl.col("rule").cast(pl.String).alias("fate_reason"))
    keys = figures.select("row", "snapshot_sha256", "figure_no", "is_figure", "indicator")
    frame = keys.join(rules, on="row", how="left", maintain_order="left")
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
