"""What is possible and what is usual: ``expectations/bounds.csv``, for gate, reader and checker.

    indicator, measure      codes of the catalogue; * stands for every indicator without a line
    area_level              county, prefecture, province or country; * for all. A line of a level
                            says only where it differs: its empty cells are those of the * line
    low, high               outside of it a value cannot be
    usual_low, usual_high   nearly all values lie within; empty: nothing is said
    decimals                digits usually printed after the point; chooses between candidates
    yearly_factor           a level grows or falls by no more than this factor in a year; empty
                            where years cannot be compared so (rates, growth)
    growth_slack            points by which printed growth may differ from that of the printed
                            levels: real growth, revised levels, changed scope; empty: not compared

Units are the catalogue's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import polars as pl

from flows.model import paths
from flows.model.errors import GateError
from flows.model.measure import Measure

FILE = "bounds.csv"
_MEASURED = ("decimals", "yearly_factor", "growth_slack")
EVERY = "*"
KEY = ("indicator", "measure", "area_level")

BOUNDS = pl.Schema(
    {
        "indicator": pl.String(),
        "measure": pl.String(),
        "area_level": pl.String(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "usual_low": pl.Float64(),
        "usual_high": pl.Float64(),
        "decimals": pl.Int8(),
        "yearly_factor": pl.Float64(),
        "growth_slack": pl.Float64(),
    }
)


def load_bounds(folder: Path) -> pl.DataFrame:
    """BOUNDS, checked. Raises GateError that names file and line."""
    path = folder / FILE
    try:
        raw = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        first = str(error).splitlines()[0]
        raise GateError(f"cannot be read: {first}", where=str(path)) from error
    if raw.columns != BOUNDS.names():
        raise GateError(f"columns must be {', '.join(BOUNDS)}", where=f"{path}:1")
    for name, dtype in BOUNDS.items():
        bad = raw[name].is_not_null() & raw[name].cast(dtype, strict=False).is_null()
        _refuse(path, raw, bad, f"{name} is not a number")
    frame = raw.select(pl.col(n).cast(t) for n, t in BOUNDS.items())
    needed = pl.any_horizontal(pl.col(KEY).is_null())
    _refuse(path, raw, frame.select(needed).to_series(), f"{', '.join(KEY)} must not be empty")
    general = frame["area_level"] == EVERY
    open_ended = frame["low"].is_null() | frame["high"].is_null()
    _refuse(path, raw, general & open_ended, "low and high must not be empty")
    lonely = frame.join(
        frame.filter(general), on=["indicator", "measure"], how="left", maintain_order="left"
    )["area_level_right"].is_null()
    _refuse(path, raw, lonely, f"a level has no line {EVERY} to differ from")
    _refuse(path, raw, frame["low"] > frame["high"], "low is above high")
    usual = (frame["usual_low"] < frame["low"]) | (frame["usual_high"] > frame["high"])
    _refuse(path, raw, usual, "what is usual must be possible")
    _refuse(path, raw, frame["yearly_factor"] <= 1, "yearly_factor must be above 1")
    twice = frame.select(pl.struct(KEY).is_duplicated()).to_series()
    _refuse(path, raw, twice, "is there twice")
    return frame


def bounds_of(kinds: pl.DataFrame, bounds: pl.DataFrame) -> pl.DataFrame:
    """``kinds`` (with ``indicator, measure, area_level``) and their bounds; each keeps its row.

    A bound and a target (level_at_least, target_growth) are held to what the level or growth can
    be; the precision and the pace of what is measured is not asked of them.
    """
    based = kinds.with_columns(pl.col("measure").replace({each: each.base for each in Measure}))
    own = _joined(based, bounds, ["indicator", "measure", "area_level"])
    all_levels = _joined(
        based, bounds.filter(pl.col("area_level") == EVERY).drop("area_level"), KEY[:2]
    )
    every = pl.col("indicator") == EVERY, pl.col("area_level") == EVERY
    general = _joined(based, bounds.filter(*every).drop("indicator", "area_level"), ["measure"])
    known = all_levels["low"].is_not_null()
    measured = based["measure"] == kinds["measure"]
    return kinds.with_columns(
        pl.when(measured if name in _MEASURED else pl.lit(value=True))
        .then(
            pl.when(known).then(pl.coalesce(own[name], all_levels[name])).otherwise(general[name])
        )
        .alias(name)
        for name in BOUNDS
        if name not in KEY
    )


@cache
def bounds_for(indicator: str, measure: str, area_level: str = EVERY) -> dict[str, float | None]:
    """The project's bounds of one kind of figure: BOUNDS without its key."""
    kind = pl.DataFrame([(indicator, measure, area_level)], schema=KEY, orient="row")
    found = bounds_of(kind, load_bounds(paths.EXPECTATIONS)).drop(KEY)
    return dict(found.row(0, named=True))


def may_be_negative(indicator: str, measure: str) -> bool:
    """Whether a minus sign may have been lost from a figure of this kind."""
    low = bounds_for(indicator, measure)["low"]
    return low is not None and low < 0


def _joined(kinds: pl.DataFrame, bounds: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    return kinds.select(KEY).join(bounds, on=list(on), how="left", maintain_order="left")


def _refuse(path: Path, raw: pl.DataFrame, fault: pl.Series, what: str) -> None:
    at = fault.fill_null(value=False).arg_true()
    if len(at):
        name = "/".join(str(part) for part in raw.row(at[0])[: len(KEY)])
        raise GateError(f"{name}: {what}", where=f"{path}:{at[0] + 2}")
