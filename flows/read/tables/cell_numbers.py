"""What the text of a value cell says, for whole columns at once.

A number is ASCII digits with an optional sign, thousands commas and a point. Whatever else
stands in a value cell is looked at once for each distinct text: full-width forms, a footnote mark
behind the number and a unit that agrees with the column's are read; the rest is a doubt, ``rule: reason``, with a suggestion only
where the printed signs leave one reading.
"""

from __future__ import annotations

import re
from decimal import Decimal

import polars as pl

NUMBER = r"^[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?$"

_WITH_COMMA = r"^[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?$"
_NUMBER = re.compile(NUMBER)
_WITH_UNIT = re.compile(r"([+-]?[0-9][0-9,]*(?:\.[0-9]+)?)\s*([^\s0-9.,+-]\D*)")
_POINT_FOR = re.compile(r"([+-]?[0-9]+)[·・。•]([0-9]+)")
_ERROR_VALUE = re.compile(r"#[A-Z/0!?]+")
# Full-width forms only: NFKC would make the footnote mark of 711.8① a digit, 711.81.
_HALF_WIDTH = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {"−": "-", "﹣": "-", "‑": "-", "\u3000": " "}
)

#: what nobody sees, and footnote marks behind a number
_UNSEEN = re.compile(
    "[\u00ad\u034f\u200b-\u200e\u202a\u202c\u202d\u2060-\u2064\ufe00-\ufe0f\ufeff]+"
)
_MARKS = re.compile(
    r"(?<=\d)\s*(?:[⁰¹²³⁴-⁹]+|[①-⒇⒈-⒛㉑-㉟❶-❿]+|[*※†‡]+|\[[\d⁰¹²³⁴-⁹]{1,2}\]|\(注\d{0,2}\))$"
)
_TENS = re.compile(r"[+-]?10[⁰¹²³⁴-⁹]")  # 10³ is a power, and no 10 with a mark

#: Columns that ``parse_cells`` adds.
PARSED = {
    "value": pl.Float64(),
    "decimals": pl.Int8(),
    "doubt": pl.String(),
    "suggestion": pl.Float64(),
    "evidence": pl.String(),
}


def is_number(text: pl.Expr) -> pl.Expr:
    return text.str.contains(NUMBER)


def parse_cells(
    cells: pl.DataFrame, *, float_tail: bool, decimal_comma: bool = False
) -> pl.DataFrame:
    """``cells`` (``value_text, unit_text``) with the columns of ``PARSED``.

    ``float_tail``: a final ``.0`` is no printed digit. ``decimal_comma``: 1.575,60 is 1575.6.
    """
    text = cells["value_text"]
    if decimal_comma:
        swapped = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        text = swapped.zip_with(text.str.contains(_WITH_COMMA), text)
    plain = text.str.contains(NUMBER)
    value = text.cast(pl.Float64(), strict=False)
    point = text.str.find(".", literal=True)
    digits = (text.str.len_bytes() - point - 1).fill_null(0)
    if float_tail:
        digits = digits.set(text.str.ends_with(".0"), 0)
    decimals = digits.cast(pl.Int8(), strict=False)
    if not plain.all():
        value, decimals = value.set(~plain, None), decimals.set(~plain, None)
    grouped = (plain & value.is_null()).arg_true()
    if len(grouped):
        bare = text.gather(grouped).str.replace_all(",", "", literal=True)
        value = value.scatter(grouped, bare.cast(pl.Float64(), strict=False))
    read = cells.with_columns(
        value.alias("value"),
        decimals.alias("decimals"),
        pl.lit(None, pl.String()).alias("doubt"),
        pl.lit(None, pl.Float64()).alias("suggestion"),
        pl.lit(None, pl.String()).alias("evidence"),
    )
    if read["value"].null_count() == 0:
        return read
    odd = read.filter(pl.col("value").is_null()).select("value_text", "unit_text").unique()
    rows = [(text, unit, *_second_look(text, unit)) for text, unit in odd.iter_rows()]
    looked = pl.DataFrame(
        rows,
        schema={"value_text": pl.String(), "unit_text": pl.String(), **_replace_words(PARSED)},
        orient="row",
    )
    return (
        read.join(
            looked,
            on=["value_text", "unit_text"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .with_columns(pl.coalesce(name, f"{name}_odd").alias(name) for name in PARSED)
        .drop(_replace_words(PARSED))
    )


def _replace_words(schema: dict[str, pl.DataType]) -> dict[str, pl.DataType]:
    return {f"{name}_odd": kind for name, kind in schema.items()}


_Look = tuple[float | None, int | None, str | None, float | None, str | None]


def _second_look(text: str, unit: str | None) -> _Look:
    """value, decimals, doubt, suggestion, evidence of a text that is no plain number."""
    folded = _UNSEEN.sub("", text.translate(_HALF_WIDTH)).strip()
    if not _TENS.match(folded):
        folded = _MARKS.sub("", folded)
    if _NUMBER.match(folded):
        return *_number(folded), None, None, None
    with_unit = _WITH_UNIT.fullmatch(folded)
    if with_unit and _NUMBER.match(with_unit[1]):
        value, decimals = _number(with_unit[1])
        printed = with_unit[2].strip()
        if unit is not None and printed == unit.translate(_HALF_WIDTH):
            return value, decimals, None, None, None
        return _find_doubt(
            f"unit-in-cell: {text!r} stands in a column of {unit or 'no known unit'}"
        )
    point = _POINT_FOR.fullmatch(text)
    if point:
        likely = f"{point[1]}.{point[2]}"
        return (
            None,
            None,
            f"not-a-number: {text!r} stands in a value column",
            float(likely),
            f"another sign stands where the decimal point of {likely} does",
        )
    if _ERROR_VALUE.fullmatch(text):
        return _find_doubt(f"error-cell: the workbook shows {text} instead of a figure")
    if text.startswith("="):
        return _find_doubt(f"uncomputed-cell: the result of {text} is not in the workbook")
    return _find_doubt(f"not-a-number: {text!r} stands in a value column")


def _find_doubt(doubt: str) -> _Look:
    return None, None, doubt, None, None


def _number(text: str) -> tuple[float, int]:
    number = Decimal(text.replace(",", ""))
    exponent = number.as_tuple().exponent
    return float(number), -exponent if isinstance(exponent, int) else 0
