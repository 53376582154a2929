"""The columns that the suites assert, one row an observation; everything is computed here.

    value           the observation, null where it is no finite number
    key_faults      parts of its key that are empty or not of their form
    unit_faults     0 the catalogue's unit, 1 another, 2 an indicator that the catalogue lacks
    bound_place     0 usual, 1 unusual but possible, 2 impossible
    lost_point      1 a number that looks as if its point had gone
    magnitude_gap   times the plausible pace away from the years around it (neighbours)
    twice_gap       difference within a release that prints its key twice, over rounding
    repeat          1 for a row that repeats a more precise or earlier one of its release
    release_gap     difference to another release of no later day, over rounding
    growth_gap      printed growth against that of the levels, over the slack
    …_gap           one a line of identities.csv, on the row of the head

``Judged.applicable`` counts by other means how many rows each column must speak of: what the
suites are held to, so that an empty column does not pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from flows.gate import neighbours
from flows.gate.bounds import bounds_of
from flows.gate.cells import Cells, cells
from flows.gate.identities import Identity, gaps
from flows.gate.neighbours import spread

if TYPE_CHECKING:
    from flows.catalog.model import Catalog


#: A release prints its growth with a point if it does so for this share of at least so many.
POINTED = 0.8
RATES = 5


@dataclass(frozen=True, slots=True)
class Judged:
    cells: Cells
    kinds: pl.DataFrame  # Cells.kinds with expected_unit and bounds.BOUNDS
    frame: pl.DataFrame  # the columns above
    growth: pl.DataFrame  # neighbours.growths
    applicable: dict[str, int]
    sparse: frozenset[str]  # columns that speak of some rows only


def judge(
    observations: pl.DataFrame,
    *,
    known: pl.DataFrame,
    catalog: Catalog,
    bounds: pl.DataFrame,
    identities: Sequence[Identity],
) -> Judged:
    """Every column for every observation of the batch."""
    working = cells(observations, known, catalog.areas)
    kinds = bounds_of(_with_units(working.kinds, catalog), bounds)
    rows, size = working.rows, observations.height
    # Beside all the rest, with which it has nothing in common but what it reads.
    beside = ThreadPoolExecutor(1, thread_name_prefix="magnitudes")
    factors = _of_kind(rows, kinds, "yearly_factor")
    magnitudes = beside.submit(neighbours.magnitudes, working, factors)
    beside.shutdown(wait=False)
    place = _bound_place(rows, kinds)
    columns: dict[str, pl.Series] = {
        "value": rows["value"],
        "key_faults": working.key_faults,
        "unit_faults": _unit_faults(observations, rows, kinds),
        "bound_place": place,
        "lost_point": _lost_point(observations, rows, kinds, place),
    }
    twice = neighbours.printed_twice(working)
    columns["twice_gap"] = spread(twice, "twice_gap", size)
    columns["repeat"] = spread(twice, "repeat", size)
    days = observations.select("published_on").with_row_index("row")
    columns["release_gap"] = neighbours.disagreements(working, days)
    growth = neighbours.growths(working, _growth_codes(kinds))
    columns["growth_gap"] = spread(growth, "gap", size)
    pointless = _pointless_growth(observations, rows, kinds, growth)
    columns["lost_point"] = columns["lost_point"].scatter(pointless, 1)

    valued = int(rows["value"].is_not_null().sum())
    applicable = dict.fromkeys(columns, 0) | {
        "value": size,
        "key_faults": size,
        "unit_faults": size,
        "magnitude_gap": 0,
        "bound_place": valued if kinds["low"].null_count() == 0 else 0,
        "lost_point": valued,
        "repeat": twice.height,
        "twice_gap": twice.height,
    }
    single = rows if twice.is_empty() else _singled(rows, twice)
    members = _members(working, single, identities)
    for identity in identities:
        found = gaps(identity, members)
        columns[identity.column] = spread(found, "gap", size)
        applicable[identity.column] = _whole_cells(identity, members)
    columns["magnitude_gap"] = magnitudes.result()
    sparse = frozenset(
        ["twice_gap", "repeat", "release_gap", "growth_gap", *(each.column for each in identities)]
    )
    return Judged(working, kinds, pl.DataFrame(columns), growth, applicable, sparse)


def _with_units(kinds: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """The unit that the catalogue expects; null where it expects none; ``known`` or not."""
    units = [
        None
        if (indicator := catalog.indicators.get(code)) is None or measure == "rank"
        else indicator.unit_measure
        if "level" in measure
        else "百分点"
        if measure == "target_lead"
        else "%"
        for code, measure in kinds.select("indicator", "measure").iter_rows()
    ]
    known = [code in catalog.indicators for code in kinds["indicator"]]
    return kinds.with_columns(
        pl.Series("expected_unit", units, dtype=pl.String),
        pl.Series("known", known, dtype=pl.Boolean),
    )


def _of_kind(rows: pl.DataFrame, kinds: pl.DataFrame, column: str) -> pl.Series:
    return (
        kinds[column].gather(rows["kind"])
        if kinds.height
        else pl.Series(column, [None] * rows.height, dtype=kinds.schema[column])
    )


def _unit_faults(observations: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame) -> pl.Series:
    expected = _of_kind(rows, kinds, "expected_unit")
    known = _of_kind(rows, kinds, "known")
    same = (observations["unit_measure"] == expected) | expected.is_null()
    return pl.select(
        pl.when(~known.fill_null(value=True))
        .then(2)
        .when(same.fill_null(value=False))
        .then(0)
        .otherwise(1)
        .cast(pl.Int8)
    ).to_series()


def _bound_place(rows: pl.DataFrame, kinds: pl.DataFrame) -> pl.Series:
    value = pl.col("value")
    bounds = [_of_kind(rows, kinds, name) for name in ("low", "high", "usual_low", "usual_high")]
    outside = (value < pl.col("low")) | (value > pl.col("high"))
    unusual = (value < pl.col("usual_low")) | (value > pl.col("usual_high"))
    return (
        rows.select("value")
        .with_columns(bounds)
        .select(
            pl.when(outside)
            .then(2)
            .when(unusual)
            .then(1)
            .when(value.is_not_null() & pl.col("low").is_not_null())
            .then(0)
            .cast(pl.Int8)
        )
        .to_series()
    )


def _growth_codes(kinds: pl.DataFrame) -> pl.DataFrame:
    """``kind, growth_code, growth_slack`` of the levels whose growth can be compared."""
    levels = kinds.filter(pl.col("measure") == "level", pl.col("growth_slack").is_not_null())
    growth = kinds.filter(pl.col("measure") == "growth").select("indicator", growth_code="code")
    return levels.join(growth.unique(), on="indicator").select(
        "kind", "growth_code", "growth_slack"
    )


def _lost_point(
    observations: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame, place: pl.Series
) -> pl.Series:
    """1 where a number looks as if its point had gone: ``39`` for 3.9, ``05`` for 0.5.

    Printed without the digits after the point that it usually has, it is unusual, and with them
    it would not be; or it is printed with a zero in front. (``_pointless_growth`` adds to them.)
    """
    value = pl.col("value")
    pointed = value / 10.0 ** pl.col("usual")
    bounds = [_of_kind(rows, kinds, name) for name in ("usual_low", "usual_high")]
    frame = rows.select("value").with_columns(
        *bounds,
        _of_kind(rows, kinds, "decimals").cast(pl.Float64).alias("usual"),
        observations["decimals"].fill_null(0).alias("printed"),
        _zero_in_front(observations["value_text"]).alias("zero"),
        place.alias("place"),
    )
    odd = (
        (pl.col("place") == 1)
        & (pl.col("printed") <= 0)
        & (pl.col("usual") > 0)
        & pointed.is_between(pl.col("usual_low"), pl.col("usual_high"))
    )
    return frame.select(
        pl.when(value.is_not_null()).then(
            (odd.fill_null(value=False) | pl.col("zero")).cast(pl.Int8)
        )
    ).to_series()


def _pointless_growth(
    observations: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame, growth: pl.DataFrame
) -> pl.Series:
    """Rows of growth of 10 and more, printed without a point by a release that prints points.

    Growth that the levels bear out as it is printed is left out.
    """
    rates = rows.join(
        kinds.filter(pl.col("measure") == "growth").select("kind"), on="kind", how="semi"
    ).select("row", "release", "value")
    pointed = observations["decimals"].gather(rates["row"]).fill_null(0) > 0
    style = pl.col("pointed").mean().over("release") >= POINTED
    enough = pl.len().over("release") >= RATES
    suspects = rates.with_columns(pointed.alias("pointed")).filter(
        style & enough & ~pl.col("pointed") & (pl.col("value").abs() >= 10)
    )
    as_printed = (pl.col("implied") - pl.col("printed")).abs()
    with_point = (pl.col("implied") - pl.col("printed") / 10).abs()
    borne_out = growth.filter((pl.col("gap") <= 1) & (as_printed <= with_point))
    return suspects.join(borne_out.select(row="growth_row"), on="row", how="anti")["row"]


def _zero_in_front(texts: pl.Series) -> pl.Series:
    zero = texts.str.starts_with("0") & (texts.str.len_bytes() > 1)
    return (zero & ~texts.str.contains(".", literal=True)).fill_null(value=False)


def _singled(rows: pl.DataFrame, twice: pl.DataFrame) -> pl.DataFrame:
    """Without repeats, and without keys that a release prints with two values."""
    out = twice.filter((pl.col("repeat") > 0) | (pl.col("twice_gap") > 1))
    return rows.join(out.select("row"), on="row", how="anti")


def _members(
    working: Cells, rows: pl.DataFrame, identities: Sequence[Identity]
) -> dict[str, pl.DataFrame]:
    """Name -> ``cell, row, value, half`` of every member that the batch has."""
    found: dict[str, pl.DataFrame] = {}
    for name in dict.fromkeys(member for each in identities for member in each.members):
        code = working.code_of(name)
        if code is not None:
            mine = rows.filter(
                (pl.col("code") == code)
                & pl.col("value").is_not_null()
                & pl.col("cell").is_not_null()
            )
            found[name] = mine.select("cell", "row", "value", "half")
    return found


def _whole_cells(identity: Identity, members: dict[str, pl.DataFrame]) -> int:
    """Cells that have all members, counted apart from the joins of ``gaps``."""
    if any(name not in members for name in identity.members):
        return 0
    cells_of = pl.concat([members[name]["cell"] for name in identity.members])
    return int((cells_of.value_counts()["count"] == len(identity.members)).sum())
