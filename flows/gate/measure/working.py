"""The working frame: each observation with numbers for what it is compared by.

``Working.rows`` has one row an observation, in the order of the batch:

    row       place in the batch
    kind      indicator, measure and level of the area: a row of ``Working.kinds``
    cell      release, area and period: where identities hold
    series    area, indicator, measure and part of the year: what is compared over time
    year      calendar year; null where the period is none
    release   release and snapshot
    value     null where there is none or it is not finite
    half      half a unit of the last printed digit

A figure's key, whichever release prints it, is ``series, year``. ``Working.known`` has the store's
values of the same series with ``series, year, value, half, published_on``, without those of the
batch's own snapshots. ``Working.crowded`` has the keys that stand more than once in both together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from flows.evidence.bounds import EVERY
from flows.evidence.identities import member_name

#: The key of a figure, whichever release prints it.
KEY = ("series", "year")
#: Levels of areas that have bounds of their own.
LEVELS = ("county", "prefecture", "province", "country")

_PERIOD = r"^\d{4}(-(Q[1-4]|H[12]|0[1-9]|1[0-2]))?$"
_AREA = r"^\d{6}$"
_PARTS = ("ref_area", "indicator", "measure", "time_period")


@dataclass(frozen=True, slots=True)
class Working:
    rows: pl.DataFrame
    known: pl.DataFrame
    kinds: pl.DataFrame  # kind, indicator, measure, area_level, name (gdp, gdp:growth)
    key_faults: pl.Series  # parts of the key that are empty or not of their form, a row
    crowded: pl.DataFrame  # series, year

    def rows_of(self, names: Sequence[str]) -> pl.DataFrame:
        """``rows`` of these members of identities, with their ``name``."""
        kinds = self.kinds.filter(pl.col("name").is_in(names)).select("kind", "name")
        return self.rows.join(kinds, on="kind", maintain_order="left")


def number_batch(observations: pl.DataFrame, known: pl.DataFrame, areas: pl.DataFrame) -> Working:
    """The working frame of a batch and of what the store knows of the same series.

    ``areas``: the catalogue's; only ``ref_area`` and ``level`` are looked at.
    """
    known = _same_series(known, observations)
    names = (*_PARTS, "release_id", "snapshot_sha256")
    # As categories, a text is looked at once and compared by its number.
    both = pl.concat([observations.select(names), known.select(names)], rechunk=True)
    both = both.with_columns(pl.all().cast(pl.Categorical))
    both = both.join(
        _list_periods(both["time_period"].unique()),
        on="time_period", how="left", maintain_order="left",
    ).join(
        _list_areas(both["ref_area"].unique(), areas),
        on="ref_area", how="left", maintain_order="left",
    )  # fmt: skip
    kinds = both.select("indicator", "measure", "area_level").unique(maintain_order=True)
    numbered = both.select(
        "year",
        kind=_numbers(both, "indicator", "measure", "area_level"),
        cell=_numbers(both, "release_id", "snapshot_sha256", "ref_area", "time_period"),
        series=_numbers(both, "ref_area", "indicator", "measure", "part"),
        release=_numbers(both, "release_id", "snapshot_sha256"),
    )
    size = observations.height
    complete = numbered.select(KEY).drop_nulls()
    return Working(
        numbered.head(size).with_columns(*_values(observations)).with_row_index("row"),
        numbered.tail(known.height)
        .select(KEY)
        .with_columns(*_values(known), known["published_on"]),
        _with_names(kinds),
        _key_faults(both.head(size)),
        complete.filter(complete.is_duplicated()).unique(),
    )


def _same_series(known: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    if known.is_empty():
        return known
    series = ["ref_area", "indicator", "measure"]
    return known.join(observations.select(series).unique(), on=series, how="semi").join(
        observations.select("snapshot_sha256").unique(), on="snapshot_sha256", how="anti"
    )


def _numbers(frame: pl.DataFrame, *columns: str) -> pl.Series:
    """Each row's place among the distinct rows of these columns; null where one is empty."""
    distinct = frame.select(columns).unique(maintain_order=True).with_row_index("number")
    return frame.select(columns).join(distinct, on=columns, how="left", maintain_order="left")[
        "number"
    ]


def _with_names(kinds: pl.DataFrame) -> pl.DataFrame:
    """``kinds`` numbered as ``_numbers`` does, with the name that identities have for them."""
    names = [
        member_name(indicator or "", measure or "")
        for indicator, measure in kinds.select("indicator", "measure").iter_rows()
    ]
    return kinds.with_row_index("kind").with_columns(
        pl.col("indicator", "measure").cast(pl.String), pl.Series("name", names, dtype=pl.String)
    )


def _values(frame: pl.DataFrame) -> list[pl.Series]:
    value, decimals = pl.col("obs_value"), pl.col("decimals").fill_null(0).cast(pl.Float64)
    columns = frame.select(
        value=pl.when(value.is_finite()).then(value), half=0.5 * pl.lit(10.0).pow(-decimals)
    )
    return columns.get_columns()


def _list_periods(periods: pl.Series) -> pl.DataFrame:
    """``time_period, year, part, odd_period``: part tells quarters and months from the year."""
    text = pl.col("time_period").cast(pl.String)
    form = text.str.contains(_PERIOD)
    return pl.DataFrame({"time_period": periods}).with_columns(
        year=pl.when(form).then(text.str.slice(0, 4)).cast(pl.Int32),
        part=text.str.slice(4).cast(pl.Categorical),
        odd_period=~form,
    )


def _list_areas(codes: pl.Series, areas: pl.DataFrame) -> pl.DataFrame:
    """``ref_area, area_level, odd_area``; the level is ``EVERY`` where it has no bounds."""
    known = areas.select("ref_area", "level").unique("ref_area", keep="first", maintain_order=True)
    bounded = known.filter(pl.col("level").is_in(LEVELS))
    text = pl.DataFrame({"ref_area": codes.cast(pl.String)})
    return text.join(bounded, on="ref_area", how="left", maintain_order="left").select(
        codes,
        area_level=pl.col("level").fill_null(EVERY),
        odd_area=~pl.col("ref_area").str.contains(_AREA),
    )


def _key_faults(rows: pl.DataFrame) -> pl.Series:
    blank = [pl.col(name).is_null() for name in _PARTS]
    faults = pl.sum_horizontal(*blank, "odd_period", "odd_area").cast(pl.Int8)
    return rows.select(key_faults=faults).to_series()
