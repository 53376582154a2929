"""One figure beside others of its key and beside the years around it.

``printed_twice``  inside a release: the same key again
``magnitudes``     a level against up to two years on each side and against other releases
``disagreements``  two releases of one key, neither later than the other
``growths``        printed growth against the growth of the printed levels

They speak of rows of ``cells.Cells.rows``; where there is nothing to compare with, of none.
"""

from __future__ import annotations

import polars as pl

from flows.gate.measure.cells import Cells
from flows.gate.measure.table import spread
from flows.words import looked_up

#: Neighbours further away than this many years say nothing.
REACH = 3
#: Places before and after a slot at which its neighbours stand.
STEPS = (1, 2, -1, -2)
#: Points that are looked at together: so many that what is needed on the way stays in the cache.
PIECE = 1 << 17
_PACES = {"row": pl.UInt32(), "pace": pl.Float64()}
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

    1 is the most that ``factors`` (yearly_factor, one a kind; null: not compared) allows. Of up to
    two years on each side and the other releases of the same key the one in the middle counts
    (of two, the nearer): a figure passes when half of its neighbours can stand beside it, so that
    one damaged year does not drag its neighbours along. Where a neighbour's key has several
    values, the nearest counts.
    """
    points = _points(cells, factors)
    parts = _pieces(points) if cells.crowded.is_empty() else [_at_their_slots(points)]
    easy, hard = [], []
    for part in parts:
        mine = part.with_columns(pace=pl.max_horizontal(f"pace{step}" for step in STEPS))
        clear = (pl.col("count") == 1) & ((pl.col("pace") <= 1) | pl.col("pace").is_null())
        easy.append(mine.filter(clear).select("row", "pace"))
        if easy[-1].height < mine.height:
            hard.append(mine.filter(~clear).drop("pace"))
    judged = [_voted(pl.concat(hard), points)] if hard else []
    found = pl.concat([pl.DataFrame(schema=_PACES), *easy, *judged])
    return spread(found["row"], found["pace"], cells.rows.height)


def _points(cells: Cells, factors: pl.Series) -> pl.DataFrame:
    """Levels that can be compared, and the store's, in the order of their slots.

    What shares a series shares its factor: of the batch, what has none is nobody's neighbour.
    """
    limits = factors.log()
    rows = cells.rows.select("row", "slot", "release", "value", "kind")
    if cells.known.height:
        known = cells.known.select("slot", "value").with_columns(
            row=pl.lit(None, pl.UInt32),
            release=pl.lit(-1, pl.Int64),
            kind=pl.lit(None, pl.UInt32),
        )
        rows = pl.concat([rows, known.select(rows.columns)])
    compared = (rows["value"] > 0) & rows["slot"].is_not_null()
    paced = looked_up(limits.is_not_null(), rows["kind"]).fill_null(value=True)
    order = cells.order.filter((compared & paced).gather(cells.order))
    points = rows[order]
    return points.select(
        "row",
        "slot",
        "release",
        looked_up(limits, points["kind"]).alias("limit"),
        log=pl.col("value").log(),
    )


def _pieces(points: pl.DataFrame) -> list[pl.DataFrame]:
    """Paces of the points, where each slot has one value."""
    found = []
    reach = max(STEPS)
    log = pl.col("log")
    paces = [
        _pace(step, pl.when(_distance(step) <= REACH).then((log - log.shift(step)).abs()))
        for step in STEPS
    ]
    for start in range(0, points.height, PIECE):
        since = max(start - reach, 0)
        part = points.slice(since, start - since + PIECE + reach)
        beside = part.with_columns(pl.lit(1, pl.UInt32).alias("count"), *paces)
        found.append(beside.slice(start - since, PIECE).filter(pl.col("limit").is_not_null()))
    return found


def _at_their_slots(points: pl.DataFrame) -> pl.DataFrame:
    """Paces of the points, where slots have several values: the nearest of a neighbour's counts."""
    slots = (
        points.group_by("slot", maintain_order=True)
        .agg(low=pl.col("log").min(), high=pl.col("log").max(), count=pl.len())
        .with_columns(_around())
    )
    mine = points.filter(pl.col("limit").is_not_null()).join(slots, on="slot")
    return mine.select(*points.columns, "count", *(_pace_of_slots(step) for step in STEPS))


def _around() -> list[pl.Expr]:
    """Of sorted slots: lowest and highest value of each neighbour, and its distance in years."""
    return [
        pl.when(_distance(step) <= REACH).then(value).alias(f"{name}{step}")
        for step in STEPS
        for name, value in (
            ("low", pl.col("low").shift(step)),
            ("high", pl.col("high").shift(step)),
            ("years", _distance(step)),
        )
    ]


def _distance(step: int) -> pl.Expr:
    """Years to a neighbour; far more than ``REACH`` where it is of another series."""
    return (pl.col("slot") - pl.col("slot").shift(step)).abs()


def _pace_of_slots(step: int) -> pl.Expr:
    nearest = pl.min_horizontal(
        (pl.col("log") - pl.col(f"{name}{step}")).abs() for name in ("low", "high")
    )
    return _pace(step, nearest, pl.col(f"years{step}"))


def _pace(step: int, away: pl.Expr, years: pl.Expr | None = None) -> pl.Expr:
    """How many times the plausible pace lies between two values that are ``away``."""
    passed = _distance(step) if years is None else years
    return (away / (pl.col("limit") * passed)).alias(f"pace{step}")


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


def disagreements(cells: Cells, releases: pl.DataFrame) -> pl.DataFrame:
    """``row, gap``: widest difference to another release of the key, over what rounding allows.

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
    return pairs.select("row", gap=gap).group_by("row").agg(pl.col("gap").max())


def growths(cells: Cells, slack: pl.DataFrame) -> pl.DataFrame:
    """``row, level`` and ``growth_row, printed`` of one cell, ``before``, ``implied``, ``gap``.

    ``slack``: ``kind, growth_code, growth_slack`` of the levels that are compared. The gap is what
    lies between the printed growth and that of the levels, less rounding, over the slack.
    """
    rows, known = cells.rows, cells.known
    if slack.is_empty():
        rows, known = rows.clear(), known.clear()
    levels = rows.join(slack, on="kind").select(
        "row", "cell", "slot", "value", "half", "growth_code", "growth_slack"
    )
    growth = rows.join(slack.select(code="growth_code"), on="code", how="semi").select(
        "cell", growth_row="row", growth_code="code", printed="value", printed_half="half"
    )
    before = (
        pl.concat([rows.select("slot", "value"), known.select("slot", "value")])
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
