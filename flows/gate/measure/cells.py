"""The working frame: observations as small numbers, so that millions of rows stay cheap.

``Cells.rows`` has one row an observation, in the order of the batch:

    row       place in the batch
    code      indicator and measure, an index into ``Cells.codes``
    kind      code and level of the area, an index into ``Cells.kinds``: what has bounds
    cell      release, area and period: where identities hold
    year      calendar year; null where the period is none
    slot      series and year: the key of a figure, whichever release prints it. A series is area,
              indicator, measure and part of the year: what is compared over time (series_of)
    release   release and snapshot
    value     null where there is none or it is not finite
    half      half a unit of the last printed digit

``Cells.crowded`` has the slots that stand more than once in both together: most batches are free
of them, and are then spared the search for what shares a key.

``Cells.known`` has the store's values of the same series with ``year, slot, value, half,
published_on``, without those of the batch's own snapshots.

``Cells.order`` has the places of both, the batch's first, in the order of their slots.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from flows.model.measure import Measure
from flows.pieces import side_by_side
from flows.words import looked_up, numbered

#: A slot is ``series * YEARS + year``; years have four digits, and between the slots of two series
#: lies more than the years at which neighbours are looked for.
YEARS = 10_100

#: Levels of areas that have bounds of their own; the last stands for any other.
LEVELS = ("county", "prefecture", "province", "country", "*")

_PERIOD = r"^\d{4}(-(Q[1-4]|H[12]|0[1-9]|1[0-2]))?$"
_AREA = r"^\d{6}$"
_KEY = ("ref_area", "indicator", "measure", "time_period")


@dataclass(frozen=True, slots=True)
class Cells:
    rows: pl.DataFrame
    known: pl.DataFrame
    codes: pl.DataFrame  # code, indicator, measure
    kinds: pl.DataFrame  # kind, code, indicator, measure, area_level
    key_faults: pl.Series  # parts of the key that are empty or not of their form, a row
    crowded: pl.Series
    order: pl.Series

    def code_of(self, name: str) -> int | None:
        """The code of ``gdp`` or ``gdp:growth``; None where the batch has none."""
        indicator, _, measure = name.partition(":")
        found = self.codes.filter(
            (pl.col("indicator") == indicator) & (pl.col("measure") == (measure or Measure.LEVEL))
        )
        return int(found["code"][0]) if found.height else None


def cells(observations: pl.DataFrame, known: pl.DataFrame, areas: pl.DataFrame) -> Cells:
    """The working frame of a batch and of what the store knows of the same series.

    ``areas``: the catalogue's; only ``ref_area`` and ``level`` are looked at.
    """
    known = _of_the_same_series(known, observations)
    words, frame = _numbers(observations, known)
    periods = _periods(words["time_period"])
    codes, pair = _codes(frame, words)
    kinds = codes.join(pl.DataFrame({"area_level": LEVELS}), how="cross").with_row_index("kind")
    parts = int(periods["part"].max() or 0) + 1  # type: ignore[arg-type]
    area, code = pl.col("ref_area").cast(pl.Int64), pl.col("code").cast(pl.Int64)
    release = pl.col("release_id").cast(pl.Int64) * len(words["snapshot_sha256"])
    place = pl.col("release") * len(words["ref_area"]) + area
    series = (area * max(codes.height, 1) + code) * parts + pl.col("part")
    frame = frame.with_columns(
        pair.alias("code"),
        looked_up(_levels(words["ref_area"], areas), frame["ref_area"]).alias("level"),
        looked_up(periods["year"], frame["time_period"]),
        looked_up(periods["part"], frame["time_period"]) if parts > 1 else pl.lit(0).alias("part"),
        release=release + pl.col("snapshot_sha256"),
    ).select(
        "code",
        "year",
        "release",
        kind=pl.col("code") * len(LEVELS) + pl.col("level").fill_null(len(LEVELS) - 1),
        cell=place * max(len(words["time_period"]), 1) + pl.col("time_period"),
        slot=series * YEARS + pl.col("year"),
    )
    size = observations.height
    order = frame["slot"].arg_sort()
    slots = frame["slot"].gather(order)
    return Cells(
        frame.head(size).with_columns(*_values(observations)).with_row_index("row"),
        frame.tail(frame.height - size)
        .select("year", "slot")
        .with_columns(*_values(known), known["published_on"]),
        codes,
        kinds,
        _key_faults(observations, words),
        slots.filter(slots == slots.shift(1)).unique(),
        order,
    )


def series_of(slot: pl.Expr) -> pl.Expr:
    return slot // YEARS


def _of_the_same_series(known: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    if known.is_empty():
        return known
    return known.join(
        observations.select("ref_area", "indicator", "measure").unique(),
        on=["ref_area", "indicator", "measure"],
        how="semi",
    ).join(observations.select("snapshot_sha256").unique(), on="snapshot_sha256", how="anti")


def _numbers(
    observations: pl.DataFrame, known: pl.DataFrame
) -> tuple[dict[str, pl.Series], pl.DataFrame]:
    """The distinct words of each column of text, and both frames as places among them."""
    names = (*_KEY, "release_id", "snapshot_sha256")
    both = observations.select(names)
    if known.height:
        both = pl.concat([both, known.select(names)], rechunk=False)
    found = dict(
        zip(
            names,
            side_by_side(lambda name: numbered(both, name), names, rows=both.height),
            strict=True,
        )
    )
    words = {name: distinct for name, (distinct, _) in found.items()}
    return words, both.with_columns(number.alias(name) for name, (_, number) in found.items())


def _values(frame: pl.DataFrame) -> list[pl.Series]:
    value = pl.col("obs_value")
    decimals = frame["decimals"].fill_null(0).cast(pl.Int16)
    finest = pl.int_range(-128, 128, dtype=pl.Int16, eager=True)
    halves = 0.5 * 10.0 ** -finest.cast(pl.Float64)
    return [
        frame.select(value=pl.when(value.is_finite()).then(value)).to_series(),
        halves.gather(decimals + 128).alias("half"),
    ]


def _periods(periods: pl.Series) -> pl.DataFrame:
    """``number, year, part``: part tells quarters and months of a year apart from the year."""
    year = periods.str.slice(0, 4).cast(pl.Int32, strict=False)
    part = periods.str.slice(4)
    return pl.DataFrame(
        {
            "number": pl.int_range(len(periods), eager=True),
            "year": pl.select(pl.when(periods.str.contains(_PERIOD)).then(year)).to_series(),
            "part": part.rank("dense").cast(pl.Int64) - 1,
        }
    )


def _levels(words: pl.Series, areas: pl.DataFrame) -> pl.Series:
    """Place in LEVELS of each area; the last where the catalogue does not know it."""
    known = areas.select("ref_area", "level").unique("ref_area", keep="first", maintain_order=True)
    found = pl.DataFrame({"ref_area": words}).join(
        known, on="ref_area", how="left", maintain_order="left"
    )["level"]
    return found.replace_strict(
        LEVELS, list(range(len(LEVELS))), default=len(LEVELS) - 1, return_dtype=pl.UInt32
    )


def _codes(frame: pl.DataFrame, words: dict[str, pl.Series]) -> tuple[pl.DataFrame, pl.Series]:
    """The pairs of indicator and measure that occur, and each row's place among them."""
    width = max(len(words["measure"]), 1)
    raw = frame.select(pl.col("indicator") * width + pl.col("measure")).to_series()
    used = raw.unique().drop_nulls().sort()
    codes = pl.DataFrame(
        {
            "code": pl.int_range(len(used), dtype=pl.UInt32, eager=True),
            "indicator": words["indicator"].gather(used // width),
            "measure": words["measure"].gather(used % width),
        }
    )
    every = pl.Series([None], dtype=pl.UInt32).new_from_index(0, len(words["indicator"]) * width)
    return codes, looked_up(every.scatter(used, codes["code"]), raw)


def _key_faults(observations: pl.DataFrame, words: dict[str, pl.Series]) -> pl.Series:
    forms = {
        "ref_area": words["ref_area"].filter(words["ref_area"].str.contains(_AREA)),
        "time_period": words["time_period"].filter(words["time_period"].str.contains(_PERIOD)),
    }
    size = observations.height
    whole = all(len(forms[name]) == len(words[name]) for name in forms)
    blank = pl.sum_horizontal(pl.col(name).is_null().cast(pl.Int8) for name in _KEY)
    if whole:
        if not any(observations[name].null_count() for name in _KEY):
            return pl.Series("key_faults", [0], dtype=pl.Int8).new_from_index(0, size)
        return observations.select(blank.alias("key_faults")).to_series()
    odd = [
        (~pl.col(name).is_in(good.implode()) & pl.col(name).is_not_null()).cast(pl.Int8)
        for name, good in forms.items()
    ]
    return observations.select((blank + pl.sum_horizontal(odd)).alias("key_faults")).to_series()
