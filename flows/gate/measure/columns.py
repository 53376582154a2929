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

from flows.evidence.bounds import bounds_of
from flows.evidence.identities import Identity, names_of
from flows.gate.measure import neighbours
from flows.gate.measure.cells import Cells, cells
from flows.gate.measure.gaps import gaps, in_same_cells
from flows.gate.measure.singles import by_themselves
from flows.gate.measure.table import Table, sparse
from flows.model.measure import Measure

if TYPE_CHECKING:
    from flows.catalog.model import Catalog


#: A release prints its growth with a point if it does so for this share of at least so many.
POINTED = 0.8
RATES = 5


@dataclass(frozen=True, slots=True)
class Judged:
    cells: Cells
    kinds: pl.DataFrame  # Cells.kinds with expected_unit and bounds.BOUNDS
    table: Table  # the columns above
    growth: pl.DataFrame  # neighbours.growths
    applicable: dict[str, int]


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
    magnitudes = beside.submit(neighbours.magnitudes, working, kinds["yearly_factor"])
    beside.shutdown(wait=False)
    single = by_themselves(observations, rows, kinds)
    twice = neighbours.printed_twice(working)
    days = observations.select("published_on").with_row_index("row")
    growth = neighbours.growths(working, _growth_codes(kinds))
    lost = single["lost_point"].scatter(_pointless_growth(observations, rows, kinds, growth), 1)
    columns = {
        "twice_gap": sparse(twice, "twice_gap"),
        "repeat": sparse(twice, "repeat"),
        "release_gap": sparse(neighbours.disagreements(working, days), "gap"),
        "growth_gap": sparse(growth, "gap"),
    }
    valued = size - rows["value"].null_count()
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
    members = _members(working, _out(twice), identities)
    for identity in identities:
        columns[identity.column] = sparse(gaps(identity, members), "gap")
        applicable[identity.column] = _whole_cells(identity, members)
    dense = single.with_columns(
        rows["value"], working.key_faults, lost, magnitudes.result().alias("magnitude_gap")
    )
    return Judged(working, kinds, Table(dense, columns), growth, applicable)


def _with_units(kinds: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """The unit that the catalogue expects; null where it expects none; ``known`` or not."""
    units = [
        indicator.kept_in(measure)
        if (indicator := catalog.indicators.get(code)) and (measure := Measure.parse(text))
        else None
        for code, text in kinds.select("indicator", "measure").iter_rows()
    ]
    known = [code in catalog.indicators for code in kinds["indicator"]]
    return kinds.with_columns(
        pl.Series("expected_unit", units, dtype=pl.String),
        pl.Series("known", known, dtype=pl.Boolean),
    )


def _growth_codes(kinds: pl.DataFrame) -> pl.DataFrame:
    """``kind, growth_code, growth_slack`` of the levels whose growth can be compared."""
    levels = kinds.filter(pl.col("measure") == Measure.LEVEL, pl.col("growth_slack").is_not_null())
    growth = kinds.filter(pl.col("measure") == Measure.GROWTH).select(
        "indicator", growth_code="code"
    )
    return levels.join(growth.unique(), on="indicator").select(
        "kind", "growth_code", "growth_slack"
    )


def _pointless_growth(
    observations: pl.DataFrame, rows: pl.DataFrame, kinds: pl.DataFrame, growth: pl.DataFrame
) -> pl.Series:
    """Rows of growth of 10 and more, printed without a point by a release that prints points.

    Growth that the levels bear out as it is printed is left out.
    """
    rates = rows.join(
        kinds.filter(pl.col("measure") == Measure.GROWTH).select("kind"), on="kind", how="semi"
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


def _out(twice: pl.DataFrame) -> pl.Series:
    """Rows that repeat another, and those of keys that a release prints with two values."""
    return twice.filter((pl.col("repeat") > 0) | (pl.col("twice_gap") > 1))["row"]


def _members(
    working: Cells, out: pl.Series, identities: Sequence[Identity]
) -> dict[str, pl.DataFrame]:
    """Name -> ``cell, row, value, half`` of every member that the batch has, without ``out``."""
    code_of = working.rows["code"]
    rows = working.rows.select("cell", "row", "value", "half")
    found: dict[str, pl.DataFrame] = {}
    for name in names_of(identities):
        code = working.code_of(name)
        if code is not None:
            mine = rows[(code_of == code).arg_true()].drop_nulls(["cell", "value"])
            found[name] = mine.filter(~pl.col("row").is_in(out.implode())) if len(out) else mine
    return found


def _whole_cells(identity: Identity, members: dict[str, pl.DataFrame]) -> int:
    """Cells that have all members, counted apart from the joins of ``gaps``."""
    if any(name not in members for name in identity.members):
        return 0
    if in_same_cells(identity, members):
        return members[identity.head].height
    cells_of = pl.concat([members[name]["cell"] for name in identity.members])
    return int((cells_of.value_counts()["count"] == len(identity.members)).sum())
