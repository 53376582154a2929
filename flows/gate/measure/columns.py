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

``Measured.applicable`` counts by other means how many rows each column must speak of: what the
suites are held to, so that an empty column does not pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from flows.evidence.bounds import bounds_of
from flows.evidence.identities import Identity
from flows.evidence.lost_point import measure_style
from flows.gate.measure import neighbours
from flows.gate.measure.gaps import count_whole_cells, find_members, measure_gaps
from flows.gate.measure.singles import measure_singles
from flows.gate.measure.working import Working, number_batch

if TYPE_CHECKING:
    from flows.catalog.model import Catalog


@dataclass(frozen=True, slots=True)
class Measured:
    working: Working
    kinds: pl.DataFrame  # Working.kinds with expected_unit, known and bounds.BOUNDS
    table: pl.DataFrame  # the columns above
    growth: pl.DataFrame  # neighbours.compare_growth
    applicable: dict[str, int]


def measure_batch(
    observations: pl.DataFrame,
    *,
    known: pl.DataFrame,
    catalog: Catalog,
    bounds: pl.DataFrame,
    identities: Sequence[Identity],
) -> Measured:
    """Every column for every observation of the batch."""
    working = number_batch(observations, known, catalog.areas)
    kinds = bounds_of(_with_units(working.kinds, catalog), bounds).rename(
        {"decimals": "usual_decimals"}
    )
    rows = working.rows
    singles = measure_singles(observations, rows, kinds)
    twice = neighbours.compare_prints(working)
    days = observations.select("published_on").with_row_index("row")
    growth = neighbours.compare_growth(working, _growth_kinds(kinds))
    lost = singles["lost_point"].scatter(_pointless_growth(observations, rows, kinds, growth), 1)
    members = find_members(working, _out(twice), identities)
    dense = singles.with_columns(rows["value"], working.key_faults, lost)
    table = _with_sparse(
        dense,
        [
            neighbours.measure_magnitudes(working, kinds),
            twice.select("row", "twice_gap"),
            twice.select("row", "repeat"),
            neighbours.compare_releases(working, days),
            growth.select("row", "growth_gap"),
            *(measure_gaps(identity, members) for identity in identities),
        ],
    )
    valued = rows["value"].count()
    applicable = dict.fromkeys(table.columns, 0) | {
        "value": rows.height,
        "key_faults": rows.height,
        "unit_faults": rows.height,
        "bound_place": valued if kinds["low"].null_count() == 0 else 0,
        "lost_point": valued,
        "repeat": twice.height,
        "twice_gap": twice.height,
    }
    applicable |= {each.column: count_whole_cells(each, members) for each in identities}
    return Measured(working, kinds, table, growth, applicable)


def _with_sparse(dense: pl.DataFrame, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The table with the columns that speak of some rows only: null for the others.

    ``parts``: ``row`` and one column each; of a row that is named twice the last counts.
    """
    columns = []
    for part in parts:
        name = part.columns[1]
        empty = pl.Series(name, [None], dtype=pl.Float64).new_from_index(0, dense.height)
        columns.append(empty.scatter(part["row"], part[name]))
    return dense.with_columns(columns)


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


def _growth_kinds(kinds: pl.DataFrame) -> pl.DataFrame:
    """``kind, growth_kind, growth_slack`` of the levels whose growth can be compared."""
    levels = kinds.filter(pl.col("measure") == "level", pl.col("growth_slack").is_not_null())
    growth = kinds.filter(pl.col("measure") == "growth").select(
        "indicator", "area_level", growth_kind="kind"
    )
    return levels.join(growth, on=["indicator", "area_level"]).select(
        "kind", "growth_kind", "growth_slack"
    )


def _pointless_growth(
    observations: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame, growth: pl.DataFrame
) -> pl.Series:
    """Rows of growth that is large and has no point, in a release that prints points.

    Growth that the levels bear out as it is printed is left out.
    """
    rates = rows.join(
        kinds.filter(pl.col("measure") == "growth").select("kind"), on="kind", how="semi"
    ).select("row", "release", "value")
    decimals = observations["decimals"].gather(rates["row"]).fill_null(0).clip(lower_bound=0)
    rates = rates.with_columns(decimals.alias("decimals"))
    # The gate sees the growth that was read, and not every rate that the document prints.
    limits = [
        (release, measure_style(found).suspect_from(percent=True, complete=False))
        for release, found in rates.group_by("release").agg("decimals").iter_rows()
    ]
    limit = pl.DataFrame(limits, schema={"release": pl.UInt32, "limit": pl.Float64}, orient="row")
    suspects = rates.join(limit, on="release", maintain_order="left").filter(
        (pl.col("decimals") == 0) & (pl.col("value").abs() >= pl.col("limit"))
    )
    as_printed = (pl.col("implied") - pl.col("printed")).abs()
    with_point = (pl.col("implied") - pl.col("printed") / 10).abs()
    borne_out = growth.filter((pl.col("growth_gap") <= 1) & (as_printed <= with_point))
    return suspects.join(borne_out.select(row="growth_row"), on="row", how="anti")["row"]


def _out(twice: pl.DataFrame) -> pl.Series:
    """Rows that repeat another, and those of keys that a release prints with two values."""
    return twice.filter((pl.col("repeat") > 0) | (pl.col("twice_gap") > 1))["row"]
