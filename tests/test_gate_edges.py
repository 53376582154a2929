"""Every bound of the gate at its edge: just inside passes, just outside fails.

The numbers that are held to stand twice: in ``expectations/`` and, pinned with the reason for
each, here and in ``tests/data/pinned_bounds.csv``. The walk takes the pinned ones, so a bound that
is doubled, halved or dropped in the data or in the code fails here.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.evidence.bounds import load_bounds
from flows.evidence.identities import load_identities
from flows.gate.suites.engine import evaluate
from flows.gate.suites.files import load_suite
from flows.model import paths
from tests.gate_support import PINGYANG, Fig, measured, world

#: How far beside an edge is tried, as a share of it.
STEP = 1e-4
#: The same of an identity, where a hair is allowed for sums of binary fractions.
BESIDE = 0.1

# -- suites ---------------------------------------------------------------------------------------

ROUNDING = "a gap of 1 is all that the allowance of its line allows"
#: Rule -> column, lowest and highest value that pass, severity, and why.
SUITES: dict[str, dict[str, tuple[str, float | None, float | None, str, str]]] = {
    "observation": {
        "key": ("key_faults", 0, 0, "critical", "each part of a key is needed"),
        "unit": ("unit_faults", 0, 0, "critical", "1 is another unit, 2 no indicator"),
        "impossible": ("bound_place", 0, 1, "critical", "2 is impossible"),
        "lost-point": ("lost_point", 0, 0, "critical", "1 is a point that may be gone"),
        "unusual": ("bound_place", 0, 0, "warning", "1 is unusual, and no more than a warning"),
        "magnitude": ("magnitude_gap", None, 1, "critical", "1 is the plausible pace"),
    },
    "agreement": {
        "printed-twice": ("twice_gap", None, 1, "critical", "1 is what rounding explains"),
        "repeat": ("repeat", 0, 0, "info", "the most precise row is 0, any other 1"),
        "disagrees": ("release_gap", None, 1, "warning", "1 is what rounding explains"),
        "growth-and-level": ("growth_gap", None, 1, "warning", "1 is the slack of its line"),
    },
    "accounts": {
        name: (f"{name.replace('-', '_')}_gap", low, 1, severity, ROUNDING)
        for name, low, severity in (
            ("sectors-sum", -1, "critical"),
            ("shares-sum", -1, "critical"),
            ("primary-share", -1, "critical"),
            ("secondary-share", -1, "critical"),
            ("tertiary-share", -1, "critical"),
            ("natural-growth", -1, "critical"),
            ("trade-sum", -1, "critical"),
            ("primary-part", 0, "critical"),
            ("secondary-part", 0, "critical"),
            ("tertiary-part", 0, "critical"),
            ("industry-part", 0, "critical"),
            ("exports-part", 0, "critical"),
            ("imports-part", 0, "critical"),
            ("rural-income", 0, "critical"),
            ("urban-income", 0, "critical"),
            ("income-order", 0, "critical"),
            ("per-head-scale", -1, "critical"),
            ("tax-part", 0, "critical"),
            ("per-head", -1, "warning"),  # registered people are divided by as well
        )
    },
}


def test_every_suite_of_the_gate_is_walked() -> None:
    assert {path.stem for path in paths.EXPECTATIONS.glob("*.json")} == set(SUITES)


@pytest.mark.parametrize("name", sorted(SUITES))
def test_every_rule_of_a_suite_is_pinned(name: str) -> None:
    content = json.loads((paths.EXPECTATIONS / f"{name}.json").read_text(encoding="utf-8"))
    rules = {each["meta"]["rule"]: each["severity"] for each in content["expectations"]}
    rules.pop("no-value", None)  # it has no bound
    assert rules == {rule: severity for rule, (*_, severity, _) in SUITES[name].items()}


@pytest.mark.parametrize("name", sorted(SUITES))
def test_a_rule_passes_at_its_bounds_and_fails_beside_them(name: str) -> None:
    suite = load_suite(paths.EXPECTATIONS / f"{name}.json")
    tries: dict[str, list[float]] = {}
    for column, low, high, *_ in SUITES[name].values():
        for edge, beside in ((low, -STEP), (high, STEP)):
            if edge is not None:
                tries.setdefault(column, []).extend([float(edge), edge + beside])
    height = max(map(len, tries.values()))
    columns = {column: found + found[:1] * (height - len(found)) for column, found in tries.items()}
    columns |= {name: [0.0] * height for name in suite.columns if name not in columns}
    failing = {each.rule: set(each.rows) for each in evaluate([suite], pl.DataFrame(columns))[name]}
    for rule, (column, low, high, *_) in SUITES[name].items():
        outside = {
            row
            for row, value in enumerate(columns[column])
            if (low is not None and value < low) or (high is not None and value > high)
        }
        assert failing[rule] == outside, rule


# -- identities -----------------------------------------------------------------------------------

Values = Mapping[str, float]


@dataclass(frozen=True)
class Pinned:
    """An identity as it is published: its right side, what is allowed beside rounding, and why."""

    right: Callable[[Values], float]
    sound: Mapping[str, float]  # members that satisfy it, but for the left side
    why: str
    slack: float = 0.0
    digits: float = 0.0
    points: float = 0.0
    limit: bool = False  # the left side may be any less


def _total(*names: str) -> Callable[[Values], float]:
    return lambda v: sum(v[name] for name in names)


def _one(name: str) -> Callable[[Values], float]:
    return lambda v: v[name]


def _share(sector: str) -> Callable[[Values], float]:
    return lambda v: 100 * v[sector] / v["gdp"]


def _per_head(v: Values) -> float:
    return 10_000 * v["gdp"] / v["resident_population"]


def _growth(*names: str) -> Callable[[Values], float]:
    def right(v: Values) -> float:
        before = sum(v[name] / (1 + v[f"{name}:growth"] / 100) for name in names)
        return 100 * (sum(v[name] for name in names) / before - 1)

    return right


SECTORS = {"gdp_primary": 23.3, "gdp_secondary": 335.74, "gdp_tertiary": 352.77}
PEOPLE = {"gdp": 711.81, "resident_population": 87.1}
GROWN = {"gdp_primary:growth": 3.1, "gdp_secondary:growth": 5.2, "gdp_tertiary:growth": 6.3}

IDENTITIES: dict[str, tuple[str | float, Pinned]] = {
    "sectors-sum": (
        "gdp",
        Pinned(_total(*SECTORS), SECTORS, "four roundings, nothing else"),
    ),
    "shares-sum": (
        100.0,
        Pinned(
            lambda v: sum(v.values()),
            {"gdp_primary_share": 3.3, "gdp_secondary_share": 47.2, "gdp_tertiary_share": 49.5},
            "three roundings, nothing else",
        ),
    ),
    **{
        f"{name}-share": (
            f"gdp_{name}_share",
            Pinned(
                _share(f"gdp_{name}"),
                {"gdp": 711.81, f"gdp_{name}": 335.74},
                "half a unit more: shares are made to add up to 100",
                digits=0.5,
            ),
        )
        for name in ("primary", "secondary", "tertiary")
    },
    "natural-growth": (
        "natural_growth_rate",
        Pinned(
            lambda v: v["birth_rate"] - v["death_rate"],
            {"birth_rate": 6.54, "death_rate": 5.01},
            "half a unit more: the rates are of an estimated population",
            digits=0.5,
        ),
    ),
    "trade-sum": (
        "trade_total",
        Pinned(_total("exports", "imports"), {"exports": 57.3, "imports": 2.67}, "three roundings"),
    ),
    **{
        f"{name}-part": (f"gdp_{name}", Pinned(_one("gdp"), {"gdp": 711.81}, "a part", limit=True))
        for name in ("primary", "secondary", "tertiary")
    },
    "industry-part": (
        "industrial_va",
        Pinned(
            _one("gdp_secondary"),
            {"gdp_secondary": 335.74},
            "both are revised apart: 2 % and a unit",
            slack=0.02,
            digits=1,
            limit=True,
        ),
    ),
    **{
        f"{name}-part": (name, Pinned(_one("trade_total"), {"trade_total": 59.97}, "a part", limit=True))
        for name in ("exports", "imports")
    },
    "rural-income": ("income_rural", Pinned(_one("income_all"), {"income_all": 54321.0}, "order", limit=True)),
    "urban-income": ("income_all", Pinned(_one("income_urban"), {"income_urban": 65432.0}, "order", limit=True)),
    "income-order": ("income_rural", Pinned(_one("income_urban"), {"income_urban": 65432.0}, "order", limit=True)),
    "per-head-scale": (
        "gdp_per_capita",
        Pinned(_per_head, PEOPLE, "0.6: a point lost makes it 0.9 too few or 9 too many", slack=0.6),
    ),
    "per-head": (
        "gdp_per_capita",
        Pinned(_per_head, PEOPLE, "8 %: the people of the middle of the year, or registered ones", slack=0.08),
    ),
    "tax-part": (
        "tax_revenue",
        Pinned(_one("budget_revenue"), {"budget_revenue": 49.31}, "a unit more", digits=1, limit=True),
    ),
    "sector-growth": (
        "gdp:growth",
        Pinned(_growth(*SECTORS), {**SECTORS, **GROWN}, "prices of last year weigh them", points=0.7),
    ),
    "trade-growth": (
        "trade_total:growth",
        Pinned(
            _growth("exports", "imports"),
            {"exports": 57.3, "imports": 20.67, "exports:growth": 3.1, "imports:growth": -4.2},
            "totals are revised apart",
            points=0.45,
        ),
    ),
    "scale-part": (
        "industrial_va_above_scale",
        Pinned(_one("industrial_va"), {"industrial_va": 290.1}, "a part", limit=True),
    ),
    "urban-share": (
        "urbanisation_rate",
        Pinned(
            lambda v: 100 * v["_urban_population"] / v["resident_population"],
            {"_urban_population": 56.8, "resident_population": 87.1},
            "a point: people and rate are of two estimates",
            points=1.0,
        ),
    ),
}  # fmt: skip

#: The growth of all lies between that of towns and villages, or 1.9 points and rounding beside it:
#: people move from villages to towns, and the growth of all has it in.
INCOME_GROWTH = 1.9


def halves(names: Mapping[str, float], decimals: int) -> dict[str, float]:
    return dict.fromkeys(names, 0.5 * 10.0 ** (-decimals))


def rounding_of(pinned: Pinned, half: Mapping[str, float]) -> float:
    """What rounding of each member hides of the right side, by numerical differentiation."""
    hidden = 0.0
    for name, value in pinned.sound.items():
        step = 1e-6 * abs(value)
        up = pinned.right({**pinned.sound, name: value + step})
        down = pinned.right({**pinned.sound, name: value - step})
        hidden += abs(up - down) / (2 * step) * half[name]
    return hidden


def test_every_identity_is_pinned() -> None:
    names = {each.name for each in load_identities(paths.EXPECTATIONS)}
    assert names == {*IDENTITIES, "income-growth"}


@pytest.mark.parametrize("decimals", [0, 1, 2, 3])
@pytest.mark.parametrize("name", sorted(IDENTITIES))
def test_an_identity_holds_just_inside_its_allowance_and_not_outside(
    name: str, decimals: int
) -> None:
    (identity,) = [each for each in load_identities(paths.EXPECTATIONS) if each.name == name]
    left, pinned = IDENTITIES[name]
    assert (identity.slack, identity.digits, identity.points) == (
        pinned.slack,
        pinned.digits,
        pinned.points,
    )
    half = halves(pinned.sound, decimals)
    if name.endswith("growth") and isinstance(left, str) and left.endswith(":growth"):
        # A level's rounding is far below the points that are allowed.
        half |= {key: 0.0 for key in half if not key.endswith(":growth")}
    own = 0.5 * 10.0**-decimals
    right = pinned.right(pinned.sound)
    if isinstance(left, float):
        moved = next(iter(pinned.sound))
        allowed = rounding_of(pinned, half)
        for sign in (-1, 1):
            for share, holds in ((1 - BESIDE, True), (1 + BESIDE, False)):
                shifted = {**pinned.sound, moved: pinned.sound[moved] + sign * allowed * share}
                values = {each: (value, half[each]) for each, value in shifted.items()}
                assert identity.holds(values) is holds
        return
    allowed = own * (1 + 2 * pinned.digits) + rounding_of(pinned, half)
    allowed += pinned.slack * abs(right) + pinned.points
    values = {each: (value, half[each]) for each, value in pinned.sound.items()}
    tries = [(right + allowed * (1 - BESIDE), True), (right + allowed * (1 + BESIDE), False)]
    if pinned.limit:
        tries.append((0.5 * right, True))
    else:
        tries += [(right - allowed * (1 - BESIDE), True), (right - allowed * (1 + BESIDE), False)]
    for value, holds in tries:
        assert identity.holds({**values, left: (value, own)}) is holds, value


@pytest.mark.parametrize(("urban", "rural"), [(5.0, 7.0), (7.0, 5.0)])
def test_the_growth_of_all_incomes_lies_between_that_of_towns_and_villages(
    urban: float, rural: float
) -> None:
    (identity,) = [e for e in load_identities(paths.EXPECTATIONS) if e.name == "income-growth"]

    def holds(value: float) -> bool:
        names = ("income_all:growth", "income_urban:growth", "income_rural:growth")
        return identity.holds(
            {name: (v, 0.05) for name, v in zip(names, (value, urban, rural), strict=True)}
        )

    reach = INCOME_GROWTH + 0.1
    assert [holds(each) for each in (5 - reach + BESIDE, 5.0, 6.0, 7.0, 7 + reach - BESIDE)] == [
        True
    ] * 5
    assert [holds(each) for each in (5 - reach - BESIDE, 7 + reach + BESIDE)] == [False] * 2


# -- bounds ---------------------------------------------------------------------------------------

PINNED_BOUNDS = Path(__file__).parent / "data" / "pinned_bounds.csv"
#: An area of each level; 999999 is of none that has lines of its own.
AREAS = {
    "county": PINGYANG,
    "prefecture": "330300",
    "province": "330000",
    "country": "100000",
    "*": "999999",
}


def pinned_bounds() -> list[dict[str, str]]:
    with PINNED_BOUNDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_bound_is_the_pinned_one_and_has_a_reason() -> None:
    published = load_bounds(paths.EXPECTATIONS).rows(named=True)
    pinned = pinned_bounds()
    assert all(line.pop("why") for line in pinned)
    assert [
        {name: None if value is None else str(value) for name, value in line.items()}
        for line in published
    ] == [
        {
            name: value if name in ("indicator", "measure", "area_level")
            else None if value == ""
            else str(int(value) if name == "decimals" else float(value))
            for name, value in line.items()
        }
        for line in pinned
    ]  # fmt: skip


def lines() -> Iterator[tuple[str, str, str, dict[str, float]]]:
    """Indicator, measure, an area's level, and what is said of it: its line over that of all."""
    found = {
        (each["indicator"], each["measure"], each["area_level"]): {
            name: float(each[name])
            for name in ("low", "high", "usual_low", "usual_high", "yearly_factor", "growth_slack")
            if each[name]
        }
        for each in pinned_bounds()
    }
    for (indicator, measure, level), said in found.items():
        if indicator == "*":
            # Where nothing more is known: growth of what has no line of its own.
            indicator, measure = ("urban_jobs_new" if measure == "growth" else "gdp"), measure
            if measure in ("level", "lead"):
                continue
        yield indicator, measure, level, found.get((indicator, measure, "*"), {}) | said


def test_a_value_is_usual_unusual_or_impossible_to_the_edge_of_its_bounds() -> None:
    figures: list[Fig] = []
    wanted: list[int] = []
    for indicator, measure, level, said in lines():
        name = indicator if measure == "level" else f"{indicator}:{measure}"
        for edge, outward, place in (
            ("low", -1, 2), ("high", 1, 2), ("usual_low", -1, 1), ("usual_high", 1, 1),
        ):  # fmt: skip
            if edge not in said:
                continue
            bound = said[edge]
            beside = max(abs(bound), 1e-3) * STEP
            for value, outside in ((bound, False), (bound + outward * beside, True)):
                found = (
                    2 if not said["low"] <= value <= said["high"]
                    else 1 if not said.get("usual_low", -math.inf) <= value <= said.get("usual_high", math.inf)
                    else 0
                )  # fmt: skip
                assert found >= place or not outside
                assert found < place or outside
                wanted.append(found)
                figures.append(
                    Fig(name, "1.0", area=AREAS[level], value=value, release=f"r{len(figures)}")
                )
    assert measured(figures)["bound_place"].to_list() == wanted
    assert len(wanted) > 600


def test_a_level_may_move_by_its_yearly_factor_and_no_more() -> None:
    figures: list[Fig] = []
    wanted: list[bool] = []
    for indicator, measure, level, said in lines():
        if measure != "level" or level != "*" or "yearly_factor" not in said:
            continue
        for years in (1, 2, 3):
            for turned in (1, -1):
                factor = said["yearly_factor"] ** (years * turned)
                for share, fails in ((1 - STEP, False), (1 + STEP, True)):
                    area = f"{100_000 + len(figures)}"
                    value = 10 * factor ** (share)
                    figures.append(Fig(indicator, "10.0", "2020", area=area, value=10.0))
                    figures.append(
                        Fig(indicator, "10.0", str(2020 + years), area=area, value=value)
                    )
                    wanted += [fails, fails]
        # Four years are too far to say anything.
        area = f"{100_000 + len(figures)}"
        figures.append(Fig(indicator, "10.0", "2020", area=area, value=10.0))
        figures.append(Fig(indicator, "10.0", "2024", area=area, value=10_000.0))
        wanted += [False, False]
    gaps = measured(figures)["magnitude_gap"].fill_null(0)
    assert (gaps > 1).to_list() == wanted
    assert len(wanted) > 200


@pytest.mark.parametrize("decimals", [0, 2])
def test_printed_growth_may_differ_from_that_of_the_levels_by_rounding_and_its_slack(
    decimals: int,
) -> None:
    figures: list[Fig] = []
    wanted: list[bool | None] = []
    before, now = 50.0, 60.0
    half = 0.5 * 10.0**-decimals
    for indicator, measure, level, said in lines():
        if measure != "level" or level != "*" or "growth_slack" not in said:
            continue
        # Both levels are rounded: half a unit of each, over the level before; and the growth is.
        allowed = said["growth_slack"] + 2 * 100 * half / before + 0.05
        for sign in (-1, 1):
            for share, fails in ((1 - STEP, False), (1 + STEP, True)):
                area = f"{100_000 + len(figures)}"
                text = f"{0:.{decimals}f}"
                growth = 100 * (now / before - 1) + sign * allowed * share
                figures += [
                    Fig(indicator, text, "2022", area=area, value=before),
                    Fig(indicator, text, "2023", area=area, value=now),
                    Fig(f"{indicator}:growth", "0.0", "2023", area=area, value=growth),
                ]
                wanted += [None, fails, None]
    gaps = measured(figures)["growth_gap"]
    assert [None if gap is None else gap > 1 for gap in gaps] == wanted
    assert len(wanted) > 150


@pytest.mark.parametrize("decimals", [0, 1, 3])
def test_two_prints_may_differ_by_half_a_unit_of_each(decimals: int) -> None:
    fine, coarse = 0.5 * 10.0**-3, 0.5 * 10.0**-decimals
    figures: list[Fig] = []
    wanted = []
    for column, other in (("twice_gap", "communique"), ("release_gap", "other")):
        for share, fails in ((1 - STEP, False), (1 + STEP, True)):
            area = f"{100_000 + len(figures)}"
            text = f"{0:.{decimals}f}"
            value = 700.0 + (fine + coarse) * share
            figures.append(Fig("gdp", "0.000", area=area, value=700.0))
            figures.append(Fig("gdp", text, area=area, value=value, release=other))
            wanted += [(column, fails)] * 2
    table = measured(figures)
    found = [(column, table[column][row] > 1) for row, (column, _) in enumerate(wanted)]
    assert found == wanted


def test_the_pinned_areas_are_of_their_levels() -> None:
    levels: dict[str, Any] = dict(world().areas.select("ref_area", "level").iter_rows())
    assert {name: levels.get(area, "*") for name, area in AREAS.items()} == {n: n for n in AREAS}
