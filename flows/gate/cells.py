"""The working frame: observations as small numbers, so that millions of rows stay cheap.

``Cells.rows`` has one row an observation, in the order of the batch:

    row       place in the batch
    code      indicator and measure, an index into ``Cells.codes``
    kind      code and level of the area, an index into ``Cells.kinds``: what has bounds
    cell      release, area and period: where identities hold
    series    area, indicator, measure and part of the year: what is compared over time
    year      calendar year; null where the period is none
    slot      series and year: the key of a figure, whichever release prints it
    release   release and snapshot
    value     null where there is none or it is not finite
    half      half a unit of the last printed digit

``Cells.crowded`` has the slots that stand more than once in both together: most batches are free
of them, and are then spared the search for what shares a key.

``Cells.known`` has the store's values of the same series with ``series, year, slot, value, half,
published_on``, without those of the batch's own snapshots.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

#: Years a series may span; a slot is ``series * YEARS + year``.
YEARS = 10_000

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

    def code_of(self, name: str) -> int | None:
        """The code of ``gdp`` or ``gdp:growth``; None where the batch has none."""
        indicator, _, measure = name.partition(":")
        found = self.codes.filter(
            (pl.col("indicator") == indicator) & (pl.col("measure") == (measure or "level"))
        )
        return int(found["code"][0]) if found.height else None


def cells(observations: pl.DataFrame, known: pl.DataFrame, areas: pl.DataFrame) -> Cells:
    """The working frame of a batch and of what the store knows of the same series.

    ``areas``: the catalogue's; only ``ref_area`` and ``level`` are looked at.
    """
    known = known.join(
        observations.select("ref_area", "indicator", "measure").unique(),
        on=["ref_area", "indicator", "measure"],
        how="semi",
    ).join(observations.select("snapshot_sha256").unique(), on="snapshot_sha256", how="anti")
    both = {
        name: pl.concat([observations[name], known[name]], rechunk=False)
        for name in (*_KEY, "release_id", "snapshot_sha256")
    }
    coded = {name: _coded(values) for name, values in both.items()}
    words = {name: found for name, (found, _) in coded.items()}
    number = {name: numbers for name, (_, numbers) in coded.items()}
    periods = _periods(words["time_period"])
    codes, pair = _codes(number["indicator"], number["measure"], words)
    level = _levels(words["ref_area"], areas)
    kinds = codes.join(pl.DataFrame({"area_level": LEVELS}), how="cross").with_row_index("kind")
    frame = pl.DataFrame(
        {
            "code": pair,
            "level": level.gather(number["ref_area"]) if len(level) else number["ref_area"],
            "area": number["ref_area"],
            "period": number["time_period"],
            "year": number["time_period"].replace_strict(
                periods["number"], periods["year"], default=None, return_dtype=pl.Int64
            ),
            "part": number["time_period"].replace_strict(
                periods["number"], periods["part"], default=None, return_dtype=pl.Int64
            ),
            "release": number["release_id"] * len(words["snapshot_sha256"])
            + number["snapshot_sha256"],
        }
    )
    parts = int(periods["part"].max() or 0) + 1  # type: ignore[arg-type]
    series = (pl.col("area") * max(codes.height, 1) + pl.col("code")) * parts + pl.col("part")
    place = pl.col("release") * len(words["ref_area"]) + pl.col("area")
    frame = frame.select(
        "code",
        kind=pl.col("code") * len(LEVELS) + pl.col("level").fill_null(len(LEVELS) - 1),
        cell=place * max(len(words["time_period"]), 1) + pl.col("period"),
        series=series,
        year="year",
        slot=series * YEARS + pl.col("year"),
        release="release",
    )
    size = observations.height
    slots = frame["slot"].sort()
    rows = frame.head(size).with_columns(*_values(observations)).with_row_index("row")
    return Cells(
        rows,
        frame.tail(frame.height - size)
        .select("series", "year", "slot")
        .with_columns(*_values(known), known["published_on"]),
        codes,
        kinds,
        _key_faults(observations, words),
        slots.filter(slots == slots.shift(1)).unique(),
    )


def _coded(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The distinct words, sorted, and each value's place among them. Long runs are told once."""
    run = values.rle_id()
    runs = int(run[-1]) + 1 if len(run) else 0
    if runs > len(values) // 8:
        words = values.unique().drop_nulls().sort()
        return words, values.cast(pl.Enum(words)).to_physical().cast(pl.Int64)
    first = values.gather((run != run.shift(1)).fill_null(value=True).arg_true())
    words = first.unique().drop_nulls().sort()
    return words, first.cast(pl.Enum(words)).to_physical().cast(pl.Int64).gather(run)


def _values(frame: pl.DataFrame) -> list[pl.Series]:
    value = pl.col("obs_value")
    return frame.select(
        value=pl.when(value.is_finite()).then(value),
        half=0.5 * 10.0 ** -pl.col("decimals").cast(pl.Float64).fill_null(0.0),
    ).get_columns()


def _periods(periods: pl.Series) -> pl.DataFrame:
    """``number, year, part``: part tells quarters and months of a year apart from the year."""
    year = periods.str.slice(0, 4).cast(pl.Int64, strict=False)
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
        LEVELS, list(range(len(LEVELS))), default=len(LEVELS) - 1, return_dtype=pl.Int64
    )


def _codes(
    indicator: pl.Series, measure: pl.Series, words: dict[str, pl.Series]
) -> tuple[pl.DataFrame, pl.Series]:
    width = max(len(words["measure"]), 1)
    raw = indicator * width + measure
    used = raw.unique().drop_nulls().sort()
    codes = pl.DataFrame(
        {
            "code": pl.int_range(len(used), eager=True),
            "indicator": words["indicator"].gather(used // width),
            "measure": words["measure"].gather(used % width),
        }
    )
    pair = raw.replace_strict(used, codes["code"], default=None, return_dtype=pl.Int64)
    return codes, pair


def _key_faults(observations: pl.DataFrame, words: dict[str, pl.Series]) -> pl.Series:
    forms = {
        "ref_area": words["ref_area"].filter(words["ref_area"].str.contains(_AREA)),
        "time_period": words["time_period"].filter(words["time_period"].str.contains(_PERIOD)),
    }
    whole = all(len(forms[name]) == len(words[name]) for name in forms)
    blank = pl.sum_horizontal(pl.col(name).is_null().cast(pl.Int8) for name in _KEY)
    if whole:
        return observations.select(blank.alias("key_faults")).to_series()
    odd = [
        (~pl.col(name).is_in(good.implode()) & pl.col(name).is_not_null()).cast(pl.Int8)
        for name, good in forms.items()
    ]
    return observations.select((blank + pl.sum_horizontal(odd)).alias("key_faults")).to_series()
