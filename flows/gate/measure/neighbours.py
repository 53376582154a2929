"""One figure beside others of its key and beside the years around it.

``compare_prints``      inside a release: the same key again
``measure_magnitudes``  a level against up to two years on each side and against other releases
``compare_releases``    two releases of one key, neither later than the other
``compare_growth``      printed growth against the growth of the printed levels

They speak of rows of ``working.Working.rows``; where there is nothing to compare with, of none.
"""

from __future__ import annotations

import polars as pl

from flows.gate.measure.working import KEY, Working

#: Neighbours further away than this many years say nothing.
REACH = 3
#: Places before and after a key among its series at which its neighbours stand.
STEPS = (1, 2, -1, -2)
#: A hair, so that what rounding just explains passes.
HAIR = 1e-9

_PACES = [f"pace{step}" for step in STEPS]


def compare_prints(working: Working) -> pl.DataFrame:
    """``row, twice_gap, repeat`` of the keys that a release prints more than once.

    ``twice_gap``: widest difference within the key over what rounding allows. ``repeat``: 0 for
    the one most precise row, 1 for each other.
    """
    key = ["release", *KEY]
    again = _crowd(working.rows, working).select("row", *key, "value", "half")
    again = again.filter(pl.len().over(key) > 1).sort("half", "row")
    best = again.group_by(key, maintain_order=True).first()
    return (
        again.join(best, on=key, suffix="_best")
        .with_columns(
            gap=_over_rounding("value_best", "half_best"),
            repeat=(pl.col("row") != pl.col("row_best")).cast(pl.Float64),
        )
        .select("row", twice_gap=pl.col("gap").max().over(key), repeat="repeat")
    )


def compare_releases(working: Working, days: pl.DataFrame) -> pl.DataFrame:
    """``row, release_gap``: widest difference to another release of the key, over rounding.

    Only where neither is later: published on the same day, or a day is unknown. ``days``:
    ``row, published_on``.
    """
    columns = [*KEY, "release", "value", "half", "published_on"]
    mine = _crowd(working.rows, working).join(days, on="row", how="left").select("row", *columns)
    store = _crowd(working.known, working).with_columns(release=pl.lit(None, pl.UInt32))
    others = pl.concat([mine.select(columns), store.select(columns)])
    same_day = pl.col("published_on") == pl.col("published_on_other")
    return (
        mine.join(others, on=KEY, suffix="_other")
        .filter(
            pl.col("release").ne_missing(pl.col("release_other")),
            same_day.fill_null(value=True),
        )
        .group_by("row")
        .agg(release_gap=_over_rounding("value_other", "half_other").max())
    )


def _over_rounding(value: str, half: str) -> pl.Expr:
    """The difference to another print, over half a unit of the last digit of both."""
    rounding = (pl.col("half") + pl.col(half)) * (1 + HAIR) + HAIR
    return (pl.col("value") - pl.col(value)).abs() / rounding


def measure_magnitudes(working: Working, kinds: pl.DataFrame) -> pl.DataFrame:
    """``row, magnitude_gap``: times the plausible pace a level is away from the years around it.

    1 is the most that its kind's ``yearly_factor`` allows (null: not compared). Of up to two years
    on each side and the other releases of the same key the one in the middle counts (of two, the
    nearer): a figure passes when half of its neighbours can stand beside it, so that one damaged
    year does not drag its neighbours along. Where a neighbour's key has several values, the
    nearest counts.
    """
    limits = kinds.select("kind", limit=pl.col("yearly_factor").log())
    points = (
        pl.concat(
            [
                working.rows.select("row", *KEY, "release", "kind", "value"),
                working.known.select(*KEY, "value"),
            ],
            how="diagonal",
        )
        .filter(pl.col("value") > 0)
        .drop_nulls(KEY)
        .join(limits, on="kind", how="left", maintain_order="left")
        # What shares a series shares its factor: of the batch, what has none is nobody's neighbour.
        .filter(pl.col("limit").is_not_null() | pl.col("row").is_null())
        .select("row", *KEY, "release", "limit", log=pl.col("value").log())
    )
    alone = points.join(working.crowded, on=KEY, how="anti").with_columns(
        low="log", high="log", count=pl.lit(1, pl.UInt32)
    )
    crowd = points.join(working.crowded, on=KEY, how="semi")
    shared = crowd.group_by(KEY).agg(
        low=pl.col("log").min(), high=pl.col("log").max(), count=pl.len()
    )
    keys = (
        pl.concat([alone, shared], how="diagonal")
        .sort(KEY)
        .with_columns(each for step in STEPS for each in _neighbour(step))
    )
    mine = (
        pl.concat(
            [
                keys.filter(pl.col("row").is_not_null()),
                crowd.join(keys.drop("row", "release", "limit", "log"), on=KEY),
            ],
            how="diagonal",
        )
        .filter(pl.col("limit").is_not_null())
        .with_columns(_pace(step) for step in STEPS)
    )
    furthest = pl.max_horizontal(_PACES)
    # Only beside a neighbour that is out of pace, or another release, is there a vote to take.
    clear = (pl.col("count") == 1) & (furthest <= 1).fill_null(value=True)
    return pl.concat(
        [
            mine.filter(clear).select("row", magnitude_gap=furthest).drop_nulls(),
            _vote(mine.filter(~clear), points),
        ]
    )


def _neighbour(step: int) -> list[pl.Expr]:
    """Of sorted keys: the neighbour's lowest and highest value, and its distance in years."""
    years = (pl.col("year") - pl.col("year").shift(step)).abs()
    near = (pl.col("series") == pl.col("series").shift(step)) & (years <= REACH)
    return [
        pl.when(near).then(value).alias(f"{name}{step}")
        for name, value in (
            ("low", pl.col("low").shift(step)),
            ("high", pl.col("high").shift(step)),
            ("years", years),
        )
    ]


def _pace(step: int) -> pl.Expr:
    """How many times the plausible pace lies between a value and the nearest of a neighbour's."""
    away = pl.min_horizontal(
        (pl.col("log") - pl.col(f"{end}{step}")).abs() for end in ("low", "high")
    )
    return (away / (pl.col("limit") * pl.col(f"years{step}"))).alias(f"pace{step}")


def _vote(mine: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """``row, magnitude_gap`` by the vote of all neighbours, other releases of the key among them."""
    ballots = mine.unpivot(_PACES, index="row", value_name="pace").select("row", "pace")
    same = (
        mine.filter(pl.col("count") > 1)
        .select("row", *KEY, "release", "log", "limit")
        .join(points.select(*KEY, by="release", other="log"), on=KEY)
        .filter(pl.col("by").ne_missing(pl.col("release")))
        .select("row", pace=(pl.col("log") - pl.col("other")).abs() / pl.col("limit"))
    )
    return (
        pl.concat([ballots, same])
        .drop_nulls()
        .group_by("row")
        .agg(magnitude_gap=pl.col("pace").sort().get((pl.len() - 1) // 2))
    )


def compare_growth(working: Working, slack: pl.DataFrame) -> pl.DataFrame:
    """``row, level`` and ``growth_row, printed`` of one cell, ``before``, ``implied``, ``growth_gap``.

    ``slack``: ``kind, growth_kind, growth_slack`` of the levels that are compared. The gap is what
    lies between the printed growth and that of the levels, less rounding, over the slack.
    """
    rows, known = working.rows, working.known
    levels = rows.join(slack, on="kind").filter(pl.col("value") > 0)
    growth = rows.select(
        "cell", growth_row="row", growth_kind="kind", printed="value", printed_half="half"
    ).join(slack.select("growth_kind").unique(), on="growth_kind", how="semi")
    before = (
        pl.concat([rows.select(*KEY, "value"), known.select(*KEY, "value")])
        .filter(pl.col("value") > 0)
        .select("series", before="value", year=pl.col("year") + 1)
    )
    joined = levels.join(
        growth.unique(["cell", "growth_kind"], keep="first", maintain_order=True),
        on=["cell", "growth_kind"],
    ).join(before, on=KEY)
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
            growth_gap=over / pl.col("growth_slack"),
        )
        .drop_nulls()
        .sort("row", "growth_gap")
        .unique("row", keep="first", maintain_order=True)
    )


def _crowd(frame: pl.DataFrame, working: Working) -> pl.DataFrame:
    """Rows with a value whose key another row shares."""
    return frame.drop_nulls("value").join(working.crowded, on=KEY, how="semi")
