"""What must hold between the figures of one document, and who is wrong where it does not.

An identity is tested on the claims that stand. Where it fails, each member is asked: would it
hold if only my decimal point stood elsewhere, or my sign were turned? If exactly one member
answers yes, that one is held with the mended value as suggestion; otherwise all are held.
Tolerances are what rounding of the printed digits can make, and what the statistics leave open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_SECTORS = ("gdp_primary", "gdp_secondary", "gdp_tertiary")
Values = dict[str, float]


@dataclass(frozen=True, slots=True)
class Identity:
    """``gap(values)`` must lie within ``slack(values)``; keys are ``indicator.measure``."""

    rule: str
    members: tuple[str, ...]
    gap: Callable[[Values], float]
    slack: Callable[[Values, Values], float]
    words: str
    blame: tuple[str, ...] = ()  # who is held; empty: every member may be
    signs: bool = False  # may a lost minus sign be the reason?
    rough: bool = False  # tells a lost decimal point, nothing finer
    close: bool = False  # so close that a figure that satisfies it is not damaged


def _rounding(_: Values, steps: Values) -> float:
    return sum(steps.values()) + 1e-9


def _weighted(values: Values) -> float:
    """GDP growth less the growth that its sectors make, at last year's weights."""
    before = {
        code: values[f"{code}.level"] / (1 + values[f"{code}.growth"] / 100) for code in _SECTORS
    }
    total = sum(before.values())
    if total <= 0:
        return 0.0
    now = sum(values[f"{code}.level"] for code in _SECTORS)
    return values["gdp.growth"] - 100 * (now / total - 1)


def _trade_growth(values: Values) -> float:
    before = sum(
        values[f"{code}.level"] / (1 + values[f"{code}.growth"] / 100)
        for code in ("exports", "imports")
        if values[f"{code}.growth"] > -100
    )
    if before <= 0:
        return 0.0
    return values["trade_total.growth"] - 100 * (values["trade_total.level"] / before - 1)


def _share_gap(code: str) -> Callable[[Values], float]:
    def gap(values: Values) -> float:
        total = values["gdp.level"]
        return values[f"{code}_share.level"] - (
            100 * values[f"{code}.level"] / total if total else 0
        )

    return gap


def _outside(key: str, low: str, high: str) -> Callable[[Values], float]:
    def gap(values: Values) -> float:
        first, last = sorted((values[low], values[high]))
        return max(0.0, first - values[key], values[key] - last)

    return gap


def _population(values: Values) -> float:
    people = values["resident_population.level"]
    head = values["gdp_per_capita.level"]
    return values["gdp.level"] * 1e4 / (people * head) - 1 if people * head else 0.0


def _growths(steps: Values) -> float:
    return sum(step for key, step in steps.items() if key.endswith("growth"))


def _trade_slack(values: Values, steps: Values) -> float:
    # A level that is small or printed with few digits leaves its growth open.
    open_ = sum(
        200 * steps[f"{code}.level"] / max(values["trade_total.level"], 1e-9)
        for code in ("exports", "imports", "trade_total")
    )
    return _growths(steps) + open_ + 0.35


IDENTITIES: tuple[Identity, ...] = (
    Identity(
        "sectors-sum",
        ("gdp.level", *(f"{code}.level" for code in _SECTORS)),
        lambda v: v["gdp.level"] - sum(v[f"{code}.level"] for code in _SECTORS),
        lambda v, s: _rounding(v, s) + 0.0006 * abs(v["gdp.level"]),
        "the three sectors do not add up to GDP",
        close=True,
    ),
    Identity(
        "shares-sum",
        tuple(f"{code}_share.level" for code in _SECTORS),
        lambda v: sum(v.values()) - 100,
        lambda v, s: _rounding(v, s) + 0.06,
        "the three shares do not add up to 100",
        close=True,
    ),
    *(
        Identity(
            "share-of-level",
            ("gdp.level", f"{code}.level", f"{code}_share.level"),
            _share_gap(code),
            lambda v, s: max(step for key, step in s.items() if key.endswith("share.level")) + 0.12,
            "share and levels disagree",
            close=True,
        )
        for code in _SECTORS
    ),
    Identity(
        "births-deaths",
        ("birth_rate.level", "death_rate.level", "natural_growth_rate.level"),
        lambda v: v["birth_rate.level"] - v["death_rate.level"] - v["natural_growth_rate.level"],
        lambda v, s: _rounding(v, s) + 0.005,
        "births less deaths is not the natural growth",
        signs=True,
        close=True,
    ),
    Identity(
        "trade-sum",
        ("trade_total.level", "exports.level", "imports.level"),
        lambda v: v["trade_total.level"] - v["exports.level"] - v["imports.level"],
        lambda v, s: _rounding(v, s) + 0.001 * abs(v["trade_total.level"]),
        "exports and imports do not add up to the total",
        close=True,
    ),
    Identity(
        "sector-growth",
        ("gdp.growth", *(f"{c}.{m}" for c in _SECTORS for m in ("level", "growth"))),
        _weighted,
        lambda v, s: _growths(s) + 0.6,
        "GDP grew otherwise than its sectors",
        signs=True,
    ),
    Identity(
        "trade-growth",
        tuple(
            f"{c}.{m}" for c in ("trade_total", "exports", "imports") for m in ("level", "growth")
        ),
        _trade_growth,
        _trade_slack,
        "trade grew otherwise than exports and imports",
        signs=True,
    ),
    Identity(
        "tax-within-budget",
        ("tax_revenue.level", "budget_revenue.level"),
        lambda v: max(0.0, v["tax_revenue.level"] - v["budget_revenue.level"]),
        _rounding,
        "taxes are more than the budget revenue that they are part of",
        blame=("tax_revenue.level", "tax_revenue.growth"),
    ),
    Identity(
        "scale-within-industry",
        ("industrial_va_above_scale.level", "industrial_va.level"),
        lambda v: max(0.0, v["industrial_va_above_scale.level"] - v["industrial_va.level"]),
        _rounding,
        "industry above a size adds more than all industry",
    ),
    Identity(
        "urban-share",
        ("resident_population.level", "urbanisation_rate.level", "_urban_population.level"),
        lambda v: (
            v["_urban_population.level"] / v["resident_population.level"]
            - v["urbanisation_rate.level"] / 100
        ),
        lambda v, s: 0.01,
        "urban population and urbanisation rate disagree",
        rough=True,
    ),
    Identity(
        "income-between",
        ("income_all.level", "income_urban.level", "income_rural.level"),
        _outside("income_all.level", "income_urban.level", "income_rural.level"),
        lambda v, s: 1.0,
        "the income of all does not lie between urban and rural",
    ),
    Identity(
        "income-growth-between",
        ("income_all.growth", "income_urban.growth", "income_rural.growth"),
        _outside("income_all.growth", "income_urban.growth", "income_rural.growth"),
        lambda v, s: 2.0,
        "the income of all grew otherwise than urban and rural",
        signs=True,
    ),
    Identity(
        "per-head",
        ("gdp.level", "resident_population.level", "gdp_per_capita.level"),
        _population,
        lambda v, s: 0.25,
        "GDP, population and GDP per head disagree",
        rough=True,
    ),
)
