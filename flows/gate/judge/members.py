"""All that speaks for or against single figures, for the few rows that need looking at.

``gather_members(...)`` gathers it once for a set of rows and everything else in their cells; the frames of
a whole batch stay in polars.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from flows.evidence.identities import member_name
from flows.evidence.misprint import number
from flows.evidence.weigh import Evidence, Strength, half_unit
from flows.gate.measure.columns import Measured
from flows.gate.measure.neighbours import REACH
from flows.gate.measure.working import KEY

#: Another release's value may differ by this share: revisions are smaller, slips larger.
REVISION = 0.2
#: Share of the plausible pace within which a mended value must lie.
CLOSELY = 0.5
#: Neighbours on each side that have a vote.
SIDES = 2


@dataclass(frozen=True, slots=True)
class Member:
    """One observation of the batch with everything that concerns it."""

    row: int
    cell: int
    name: str  # gdp, gdp:growth
    value: float
    decimals: int
    year: int | None
    text: str
    facts: Mapping[str, object]  # the observation's columns and its bounds
    years: tuple[tuple[int, tuple[float, ...]], ...] = ()  # neighbours in time: year, values
    others: tuple[float, ...] = ()  # values of the key in other releases
    same: tuple[float, ...] = ()  # other values of the key in its own release
    growth: tuple[float, float] | None = None  # value a year before, printed growth
    implied: tuple[float, float] | None = None  # of a growth: that of the levels, and its slack
    grown: Mapping[str, float] = field(default_factory=dict)  # for the reason

    @property
    def half(self) -> float:
        return half_unit(self.decimals)

    @property
    def printed(self) -> tuple[float, float]:
        return self.value, self.half

    def scale(self) -> tuple[float, int] | None:
        """Factor (a power of ten, or its negative) and shift of decimals from text to value."""
        sound = number(self.text)
        if sound is None or sound[0] == 0 or self.value == 0:
            return None
        factor = self.value / sound[0]
        power = round(math.log10(abs(factor)))
        if abs(abs(factor) / 10.0**power - 1) > 1e-6:
            return None
        return math.copysign(10.0**power, factor), -power

    def evidence(self) -> list[Evidence]:
        """Everything but identities."""
        found = [*self._bounds(), *self._years()]
        for other in self.others:
            reach = REVISION * abs(other)
            found.append(
                Evidence(
                    "releases",
                    Strength.NEAR,
                    f"{other:.10g} in another release",
                    lambda value, half, other=other, reach=reach: (  # type: ignore[misc]
                        abs(value - other) <= reach + half
                    ),
                )
            )
        if self.implied is not None:
            rate, slack_of_rate = self.implied
            found.append(
                Evidence(
                    "levels",
                    Strength.NEAR,
                    f"the levels grow by {rate:.3g} %",
                    lambda value, half: abs(value - rate) <= slack_of_rate + half,
                )
            )
        slack = self.facts.get("growth_slack")
        if self.growth is not None and isinstance(slack, float):
            before, printed = self.growth
            low, high = (before * (1 + (printed + s) / 100) for s in (-slack, slack))
            found.append(
                Evidence(
                    "growth",
                    Strength.NEAR,
                    f"{before:.10g} a year before and growth of {printed:.10g} %",
                    lambda value, half: low - half <= value <= high + half,
                )
            )
        return found

    def _bounds(self) -> list[Evidence]:
        found = []
        for low_name, high_name, strength, what in (
            ("low", "high", Strength.POSSIBLE, "possible"),
            ("usual_low", "usual_high", Strength.USUAL, "usual"),
        ):
            low, high = self.facts.get(low_name), self.facts.get(high_name)
            if isinstance(low, float) and isinstance(high, float):
                found.append(
                    Evidence(
                        what,
                        strength,
                        f"{low:.10g} to {high:.10g} is {what}",
                        lambda value, _, low=low, high=high: low <= value <= high,  # type: ignore[misc]
                    )
                )
        return found

    def _years(self) -> list[Evidence]:
        factor = self.facts.get("yearly_factor")
        if not isinstance(factor, float) or self.year is None:
            return []
        limit = math.log(factor)
        found = []
        for year, values in self.years:
            reach = limit * abs(year - self.year)
            text = " or ".join(f"{value:.10g}" for value in values)
            near, closer = _within(values, reach), _within(values, reach * CLOSELY)
            found.append(Evidence("years", Strength.NEAR, f"{text} in {year}", near, closer))
        return found


def _within(values: tuple[float, ...], reach: float) -> Callable[[float, float], bool]:
    """Whether a value is, as a logarithm, within reach of one of them."""

    def allows(value: float, _: float) -> bool:
        return value > 0 and any(abs(math.log(value / each)) <= reach for each in values)

    return allows


def gather_members(
    observations: pl.DataFrame, measured: Measured, rows: pl.Series, names: Sequence[str]
) -> dict[int, Member]:
    """These rows, and those of ``names`` (members of identities) in their cells, by row."""
    working = measured.working
    wanted = working.rows.join(pl.DataFrame({"row": rows}), on="row", how="semi")
    beside = (
        working.rows_of(names)
        .drop("name")
        .join(wanted.select("cell").drop_nulls(), on="cell", how="semi")
    )
    wanted = pl.concat([beside, wanted]).unique("row", maintain_order=True)
    years = _years(measured, wanted)
    keyed = _same_key(measured, wanted)
    grown = measured.growth.join(wanted, on="row", how="semi")
    levels = {row["row"]: row for row in grown.iter_rows(named=True)}
    rates = {
        row["growth_row"]: row
        for row in measured.growth.join(
            wanted.select(growth_row="row"), on="growth_row", how="semi"
        ).iter_rows(named=True)
    }
    frame = (
        wanted.select("row", "cell", "kind", "year", "value")
        .join(
            measured.kinds.drop("indicator", "measure"),
            on="kind",
            how="left",
            maintain_order="left",
        )
        .hstack(observations[wanted["row"].to_list()])
    )
    members = {}
    for facts in frame.iter_rows(named=True):
        row = facts["row"]
        level, rate = levels.get(row), rates.get(row)
        members[row] = Member(
            row=row,
            cell=facts["cell"] if facts["cell"] is not None else -1,
            name=member_name(facts["indicator"] or "", facts["measure"] or ""),
            value=facts["value"] if facts["value"] is not None else math.nan,
            decimals=facts["decimals"] or 0,
            year=facts["year"],
            text=facts["value_text"] or "",
            facts=facts,
            years=years.get(row, ()),
            others=keyed.get((row, False), ()),
            same=keyed.get((row, True), ()),
            growth=(level["before"], level["printed"]) if level else None,
            implied=(rate["implied"], rate["growth_slack"]) if rate else None,
            grown={
                "growth": level["printed"],
                "before": level["before"],
                "implied": level["implied"],
            }
            if level
            else {},
        )
    return members


def _years(
    measured: Measured, wanted: pl.DataFrame
) -> dict[int, tuple[tuple[int, tuple[float, ...]], ...]]:
    """The nearest years on each side that have a value, and their values."""
    working = measured.working
    points = pl.concat([frame.select(*KEY, "value") for frame in (working.rows, working.known)])
    pairs = (
        wanted.select("row", *KEY)
        .join(points.filter(pl.col("value") > 0), on="series", suffix="_other")
        .filter((pl.col("year_other") - pl.col("year")).abs().is_between(1, REACH))
        .group_by("row", "year", "year_other")
        .agg(pl.col("value").unique().sort())
        .sort("row", "year_other")
    )
    found: dict[int, dict[int, tuple[float, ...]]] = {}
    own: dict[int, int] = {}
    for row, year, other, values in pairs.iter_rows():
        found.setdefault(row, {})[other] = tuple(values)
        own[row] = year
    chosen = {}
    for row, years in found.items():
        before = sorted((y for y in years if y < own[row]), reverse=True)[:SIDES]
        after = sorted(y for y in years if y > own[row])[:SIDES]
        chosen[row] = tuple((year, years[year]) for year in sorted((*before, *after)))
    return chosen


def _same_key(
    measured: Measured, wanted: pl.DataFrame
) -> dict[tuple[int, bool], tuple[float, ...]]:
    """Other values of the key: (row, in its own release) -> values, each once."""
    working = measured.working
    points = pl.concat(
        [
            working.rows.select(*KEY, "value", "release", other="row"),
            working.known.select(*KEY, "value"),
        ],
        how="diagonal",
    ).drop_nulls("value")
    pairs = (
        wanted.select("row", *KEY, "release")
        .join(points, on=KEY, suffix="_of")
        .filter(pl.col("other").ne_missing(pl.col("row")))
    )
    found = pairs.group_by("row", own=pl.col("release").eq_missing(pl.col("release_of"))).agg(
        pl.col("value").unique().sort()
    )
    return {(row, own): tuple(values) for row, own, values in found.iter_rows()}
