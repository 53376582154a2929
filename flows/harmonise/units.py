"""What each printed unit is worth in the unit that the indicator is kept in.

A level is kept in the indicator's unit, growth and shares in %, a rank in 位, a lead over another
growth in 百分点; a bound and a target as what they are of. Units of one base convert; a power of ten does so exactly.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from fractions import Fraction

import polars as pl

from flows.catalog.model import Catalog
from flows.model.measure import Measure
from flows.pieces import by_pieces

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


def conversions(distinct: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """CONVERSION for the given ``indicator, measure, unit_text``."""
    known = {unit: (base, factor) for unit, base, factor in catalog.units.iter_rows()}
    rows = [
        (indicator, measure, unit, *_conversion(indicator, measure, unit, catalog, known))
        for indicator, measure, unit in distinct.iter_rows()
    ]
    return pl.DataFrame(rows, schema=CONVERSION, orient="row")


_Units = Mapping[str, tuple[str, float]]
_Row = tuple[str | None, float | None, int | None, str | None, str | None]


def _conversion(
    code: str, text: str | None, unit: str | None, catalog: Catalog, known: _Units
) -> _Row:
    indicator = catalog.indicators.get(code)
    if indicator is None:
        return None, None, None, "unknown-indicator", f"the catalogue has no indicator {code!r}"
    measure = Measure.parse(text)
    if measure is None:
        what = (
            f"{text!r} is no measure" if text else "it is not known whether it is level or growth"
        )
        return None, None, None, "unknown-measure", f"{indicator.name_zh}: {what}"
    kept = indicator.kept_in(measure)
    if unit is None:
        if measure is Measure.RANK:
            return kept, 1.0, 0, None, None
        return kept, None, None, "unknown-unit", "no unit is printed"
    printed = known.get(unit) or known.get(unicodedata.normalize("NFKC", unit))
    if printed is None:
        return kept, None, None, "unknown-unit", f"{unit!r} is no unit of the catalogue"
    base, worth = known[kept]
    if base != printed[0]:
        reason = f"{indicator.name_zh} ({measure}) is kept in {kept}, not in {unit}"
        return kept, None, None, "wrong-unit", reason
    factor = Fraction(str(printed[1])) / Fraction(str(worth))
    return kept, float(factor), _power_of_ten(factor), None, None


def _power_of_ten(factor: Fraction) -> int | None:
    for shift in range(-20, 21):
        if factor == Fraction(10) ** shift:
            return shift
    return None


def converted(figures: pl.DataFrame) -> pl.DataFrame:
    """``figures`` with ``obs_value, decimals, suggestion`` in the unit that is kept.

    From ``value, decimals, suggestion, factor, shift``.

    The printed digits are a whole number; it and the power of ten are exact in a float up to
    2**53, so that one division gives the float nearest to the printed decimal: 8.1959 万元 is
    81959 元 and 7118145 万元 is 711.8145 亿元, without dust.
    """
    suggestion = pl.col("suggestion")
    if not figures.select(suggestion.is_null().all()).item():
        suggestion = (suggestion * pl.col("factor")).round_sig_figs(15)
    parts = by_pieces(_converted, figures.select("value", "decimals", "factor", "shift"))
    found = pl.concat(parts, rechunk=True)
    return figures.with_columns(*found, suggestion)


def _converted(part: pl.DataFrame) -> pl.DataFrame:
    value, printed, shift = pl.col("value"), pl.col("printed"), part["shift"]
    decimals = part["decimals"].cast(pl.Int16)
    left = decimals - shift
    read = part.with_columns(left.alias("left"), _ten_to(decimals).alias("printed"))
    digits = (value * printed).round()
    exact = digits / (printed if left.equals(decimals) else pl.lit(_ten_to(left)))
    if (left < 0).any():
        shorter = digits * pl.lit(_ten_to(-left))
        exact = pl.when(pl.col("left") >= 0).then(exact).otherwise(shorter)
    # A reader may give a value that its printed digits alone do not: 三成 is 30 without a point.
    faithful = (digits / printed == value) & (digits.abs() < 2**53) & pl.col("shift").is_not_null()
    read = read.select(exact.alias("obs_value"), faithful.fill_null(value=False).alias("faithful"))
    obs_value = read["obs_value"]
    if not read["faithful"].all():
        odd = (~read["faithful"]).arg_true()
        rounded = (value * pl.col("factor")).round_sig_figs(15)
        obs_value = obs_value.scatter(odd, part[odd].select(rounded).to_series())
    known = left
    if shift.null_count():
        magnitude = pl.coalesce("shift", pl.col("factor").log10().ceil())
        known = part.select(pl.col("decimals").cast(pl.Int16) - magnitude).to_series()
    return pl.DataFrame([obs_value, known.cast(pl.Int8, strict=False).alias("decimals")])


_TENS = pl.Series([float(10**n) for n in range(23)])


def _ten_to(power: pl.Series) -> pl.Series:
    """10**power, exact for 0 to 22; null elsewhere."""
    inside = power.is_between(0, len(_TENS) - 1)
    return _TENS.gather(power if inside.all() else power.set(~inside, None))
