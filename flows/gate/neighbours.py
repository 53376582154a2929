"""One figure beside others of its key and beside the years around it.

``printed_twice``  inside a release: the same key again
``magnitudes``     a level against up to two years on each side and against other releases
``disagreements``  two releases of one key, neither later than the other
``growths``        printed growth against the growth of the printed levels

All give one value a row of ``cells.Cells.rows``; null where there is nothing to compare with.
"""

from __future__ import annotations

import polars as pl

from flows.gate.cells import Cells

#: Neighbours further away than this many years say nothing.
REACH = 3
#: Places before and after a slot at which its neighbours stand.
STEPS = (1, 2, -1, -2)
#: A hair, so that what rounding just explains passes.
HAIR = 1e-9


def printed_twice(cells: Cells) -> pl.DataFrame:
    """``row, twice_gap, repeat`` of the keys that a release prints more than once.

    ``twice_gap``: widest difference within the key over what rounding allows. ``repeat``: 0 for
    the one most precise row, 1 for each other.
    """
    key = ["release", "slot"]
    again = _crowd(cells.rows, cells).select("row", *key, "value", "half")
    counts = again.group_by(key).len().filter(pl.col("len") > 1)
    again = again.join(counts.drop("len"), on=key, how="semi").sort("half", "row")
    best = again.group_by(key, maintain_order=True).first()
    gap = (pl.col("value") - pl.col("value_best")).abs() / (
        (pl.col("half") + pl.col("half_best")) * (1 + HAIR) + HAIR
    )
    return (
        again.join(best, on=key, suffix="_best")
        .with_columns(gap=gap, repeat=(pl.col("row") != pl.col("row_best")).cast(pl.Float64))
        .select("row", twice_gap=pl.col("gap").max().over(key), repeat="repeat")
    )


def magnitudes(cells: Cells, factors: pl.Series) -> pl.Series:
    """How many times the plausible pace a level is away from the years around it.

    1 is the most that ``factors`` (yearly_factor, one a row; null: not compared) allows. Of up to
    two years on each side and the other releases of the same key the one in the middle counts
    (of two, the nearer): a figure passes when half of its neighbours can stand beside it, so that
    one damaged year does not drag its neighbours along. Where a neighbour's key has several
    values, the nearest counts.
    """
    known = cells.known.with_columns(
        row=pl.lit(None, pl.UInt32), release=pl.lit(-1, pl.Int64), limit=pl.lit(None, pl.Float64)
    )
    columns = ("row", "release", "series", "year", "slot", "limit", "value")
    points = (
        pl.concat(
            [
                cells.rows.with_columns(limit=factors.log()).select(columns),
                known.select(columns),
            ]
        )
        .filter((pl.col("value") > 0) & pl.col("slot").is_not_null())
        .with_columns(log=pl.col("value").log())
        .drop("value")
        .sort("slot")
    )
    if len(cells.crowded):
        mine = _at_their_slots(points)
    else:
        alone = points.with_columns(low="log", high="log", count=pl.lit(1, pl.UInt32))
        mine = alone.with_columns(_around()).filter(pl.col("limit").is_not_null())
    paces = [_pace(step).alias(f"pace{step}") for step in STEPS]
    mine = mine.select("row", "slot", "release", "log", "limit", "count", *paces)
    near = pl.max_horizontal(f"pace{step}" for step in STEPS)
    clear = (pl.col("count") == 1) & ((near <= 1) | near.is_null())
    easy = mine.filter(clear).select("row", pace=near)
    judged = _voted(mine.filter(~clear), points)
    return spread(pl.concat([easy, judged]), "pace", cells.rows.height)


def _at_their_slots(points: pl.DataFrame) -> pl.DataFrame:
    """Points beside their slots' neighbours, where slots have several values."""
    slots = (
        points.group_by("slot", maintain_order=True)
        .agg(
            pl.col("series", "year").first(),
            low=pl.col("log").min(),
            high=pl.col("log").max(),
            count=pl.len(),
        )
        .with_columns(_around())
        .drop("series", "year")
    )
    return points.filter(pl.col("limit").is_not_null()).join(slots, on="slot")


def _around() -> list[pl.Expr]:
    """Of sorted slots: lowest and highest value of each neighbour, and its distance in years."""
    return [
        expression.alias(f"{name}{step}")
        for step in STEPS
        for name, expression in _neighbour(step).items()
    ]


def _neighbour(step: int) -> dict[str, pl.Expr]:
    year = pl.col("year")
    distance = (year - year.shift(step)).abs()
    close = (pl.col("series") == pl.col("series").shift(step)) & (distance <= REACH)
    return {
        "low": pl.when(close).then(pl.col("low").shift(step)),
        "high": pl.when(close).then(pl.col("high").shift(step)),
        "years": pl.when(close).then(distance),
    }


def _pace(step: int) -> pl.Expr:
    log, years = pl.col("log"), pl.col(f"years{step}")
    nearest = pl.min_horizontal(
        (log - pl.col(f"low{step}")).abs(), (log - pl.col(f"high{step}")).abs()
    )
    return nearest / (pl.col("limit") * years)


def _voted(hard: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """``row, pace`` by the vote of all neighbours, other releases of the key among them."""
    ballots = hard.unpivot(
        [f"pace{step}" for step in STEPS], index="row", value_name="pace"
    ).select("row", "pace")
    voters = points.select("slot", by="release", other="log").drop_nulls()
    same = (
        hard.filter(pl.col("count") > 1)
        .select("row", "slot", "release", "log", "limit")
        .join(voters, on="slot")
        .filter(pl.col("by") != pl.col("release"))
        .select("row", pace=(pl.col("log") - pl.col("other")).abs() / pl.col("limit"))
    )
    return (
        pl.concat([ballots, same])
        .drop_nulls()
        .group_by("row")
        .agg(pl.col("pace").sort().get((pl.len() - 1) // 2))
        .sort("row")
    )


def disagreements(cells: Cells, releases: pl.DataFrame) -> pl.Series:
    """Widest difference to another release of the key, over what rounding allows.

    Only where neither is later: published on the same day, or a day is unknown. ``releases``:
    ``row, published_on``.
    """
    mine = (
        _crowd(cells.rows, cells)
        .select("row", "slot", "release", "value", "half")
        .join(releases, on="row", how="left")
    )
    batch = mine.select("slot", "release", "value", "half", "published_on")
    store = _crowd(cells.known, cells).select(
        "slot", pl.lit(-1, pl.Int64).alias("release"), "value", "half", "published_on"
    )
    pairs = mine.join(pl.concat([batch, store]), on="slot", suffix="_other").filter(
        (pl.col("release") != pl.col("release_other"))
        & (pl.col("published_on") == pl.col("published_on_other")).fill_null(value=True)
    )
    gap = (pl.col("value") - pl.col("value_other")).abs() / (
        (pl.col("half") + pl.col("half_other")) * (1 + HAIR) + HAIR
    )
    widest = pairs.select("row", gap=gap).group_by("row").agg(pl.col("gap").max())
    return spread(widest, "gap", cells.rows.height)


def growths(cells: Cells, slack: pl.DataFrame) -> pl.DataFrame:
    """``row, level`` and ``growth_row, printed`` of one cell, ``before``, ``implied``, ``gap``.

    ``slack``: ``kind, growth_code, growth_slack`` of the levels that are compared. The gap is what
    lies between the printed growth and that of the levels, less rounding, over the slack.
    """
    levels = cells.rows.join(slack, on="kind").select(
        "row", "cell", "slot", "value", "half", "growth_code", "growth_slack"
    )
    growth = cells.rows.join(slack.select(code="growth_code"), on="code", how="semi").select(
        "cell", growth_row="row", growth_code="code", printed="value", printed_half="half"
    )
    before = (
        pl.concat([cells.rows.select("slot", "value"), cells.known.select("slot", "value")])
        .drop_nulls()
        .filter(pl.col("value") > 0)
    )
    joined = (
        levels.filter(pl.col("value") > 0)
        .with_columns(last=pl.col("slot") - 1)
        .join(growth.unique(["cell", "growth_code"]), on=["cell", "growth_code"])
        .join(before.rename({"slot": "last", "value": "before"}), on="last")
    )
    implied = 100 * (pl.col("value") / pl.col("before") - 1)
    rounding = pl.col("printed_half") + 200 * pl.col("half") / pl.col("before")
    over = ((implied - pl.col("printed")).abs() - rounding).clip(lower_bound=0)
    return (
        joined.select(
            "row",
            "growth_row",
            "printed",
            "before",
            "growth_slack",
            level="value",
            implied=implied,
            gap=over / pl.col("growth_slack"),
        )
        .drop_nulls()
        .sort("row", "gap")
        .unique("row", keep="first", maintain_order=True)
    )


def _crowd(frame: pl.DataFrame, cells: Cells) -> pl.DataFrame:
    """Rows with a value whose slot another row shares."""
    if cells.crowded.is_empty():
        return frame.clear()
    shared = pl.DataFrame({"slot": cells.crowded})
    return frame.filter(pl.col("value").is_not_null()).join(shared, on="slot", how="semi")


def spread(found: pl.DataFrame, column: str, size: int) -> pl.Series:
    """A column of ``found`` (with ``row``) over all rows; null where it says nothing."""
    whole = pl.Series(column, [None], dtype=pl.Float64).new_from_index(0, size)
    return whole if found.is_empty() else whole.scatter(found["row"], found[column])
