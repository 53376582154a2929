"""What each printed unit is worth in the unit that the indicator's measure is kept in.

Units of one base convert; a power of ten does so exactly.
"""

from __future__ import annotations

import unicodedata

import polars as pl

from flows.catalog.model import Catalog
from flows.catalog.units import Units, power_of_ten
from flows.model.measure import Measure

#: One row a distinct ``indicator, measure, unit_text``.
CONVERSION = pl.Schema(
    {
        "indicator": pl.String(),
        "measure": pl.String(),
        "unit_text": pl.String(),
        "unit_measure": pl.String(),
        "factor": pl.Float64(),  # value in unit_text * factor = value in unit_measure
        "shift": pl.Int8(),  # factor = 10 ** shift; null where it is no power of ten
        "unit_rule": pl.String(),  # unknown-unit, wrong-unit, unknown-indicator or -measure; else null
        "unit_reason": pl.String(),
    }
)

#: The whole numbers that a float holds exactly.
_EXACT = 2**53
_TENS = pl.Series([float(10**n) for n in range(23)])


def resolve_units(distinct: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """CONVERSION for the given ``indicator, measure, unit_text``."""
    units = Units(catalog.units)
    rows = [
        (indicator, measure, unit, *_resolve_unit(indicator, measure, unit, catalog, units))
        for indicator, measure, unit in distinct.iter_rows()
    ]
    return pl.DataFrame(rows, schema=CONVERSION, orient="row")


def _resolve_unit(
    code: str, measure_text: str | None, unit_text: str | None, catalog: Catalog, units: Units
) -> tuple[str | None, float | None, int | None, str | None, str | None]:
    """The columns of CONVERSION from ``unit_measure`` on."""
    indicator = catalog.indicators.get(code)
    if indicator is None:
        return None, None, None, "unknown-indicator", f"the catalogue has no indicator {code!r}"
    measure = Measure.parse(measure_text)
    if measure is None:
        what = "the measure is not known" if measure_text is None else f"{measure_text!r} is none"
        return None, None, None, "unknown-measure", f"{indicator.name_zh}: {what}"
    kept = indicator.kept_in(measure)
    if unit_text is None:
        if measure is Measure.RANK:
            return kept, 1.0, 0, None, None
        return kept, None, None, "unknown-unit", "no unit is printed"
    unit = unit_text if units.base(unit_text) else unicodedata.normalize("NFKC", unit_text)
    if units.base(unit) is None:
        return kept, None, None, "unknown-unit", f"{unit_text!r} is no unit of the catalogue"
    factor = units.factor(unit, kept)
    if factor is None:
        reason = f"{indicator.name_zh} ({measure}) is kept in {kept}, not in {unit_text}"
        return kept, None, None, "wrong-unit", reason
    return kept, float(factor), power_of_ten(factor), None, None


def convert_values(figures: pl.DataFrame) -> pl.DataFrame:
    """``figures`` with ``obs_value, decimals, suggestion`` in the unit that is kept.

    From ``value, decimals, suggestion, factor, shift``.

    The printed digits are a whole number; it and the power of ten are exact in a float up to
    2**53, so that one division gives the float nearest to the printed decimal: 8.1959 万元 is
    81959 元 and 7118145 万元 is 711.8145 亿元, without dust.
    """
    value, factor, shift = pl.col("value"), pl.col("factor"), pl.col("shift")
    decimals = pl.col("decimals").cast(pl.Int16)
    left = decimals - shift
    printed = _ten_to(decimals)
    digits = (value * printed).round()
    exact = pl.when(left >= 0).then(digits / _ten_to(left)).otherwise(digits * _ten_to(-left))
    # A reader may give a value that its printed digits alone do not: 三成 is 30 without a point.
    faithful = (digits / printed == value) & (digits.abs() < _EXACT) & shift.is_not_null()
    magnitude = pl.coalesce(shift.cast(pl.Float64), factor.log10().ceil())
    return figures.with_columns(
        pl.when(faithful)
        .then(exact)
        .otherwise((value * factor).round_sig_figs(15))
        .alias("obs_value"),
        (decimals - magnitude).cast(pl.Int8, strict=False).alias("decimals"),
        (pl.col("suggestion") * factor).round_sig_figs(15).alias("suggestion"),
    )


def _ten_to(power: pl.Expr) -> pl.Expr:
    """10**power, exact for 0 to 22; null elsewhere."""
    known = pl.when(power.is_between(0, len(_TENS) - 1)).then(power)
    return pl.lit(_TENS).gather(known)
