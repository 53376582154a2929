"""Signs that a figure was damaged on its way to the page, told from the figure's surroundings.

Each sign is a real one (see docs/reading.md): a point lost or printed as another mark or as a
word, numbers that run into each other, 65438 for 1, a blank inside a number, a unit lost. A sign
gives ``(rule, reason, suggestion)``; the suggestion is what the damage would have been made of,
where that is plain. Whether a point is lost is asked of ``evidence.lost_point``: where all
percentages of a document have a decimal, one without is suspect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.evidence.lost_point import (
    NO_STYLE,
    WHOLE,
    ZERO_IN_FRONT,
    Style,
    describe_rate,
    measure_style,
)
from flows.model.measure import Measure
from flows.read.prose.numbers import Num
from flows.read.prose.state import FigureClaim

_POINT = frozenset("·。'’`*")
_WORD_POINT = re.compile(r"(\d+)(?:的[A-Za-z\u4e00-\u9fff]{0,8}|个|点|小数点)$")
_WORDS = {
    "machine-one": "has 65438+0 for 1",
    "mark-for-point": "has another mark for the point",
    "word-for-point": "has a word for the point",
    "separator-lost": "is more than one number",
    "blank-in-number": "has a blank that cuts or parts its digits",
    "seen-otherwise": "may be seen in another order or form",
}
_INTEGER_MARK = re.compile(r"(?<![\d.])\d+[·。'’`*]$")
_RUN_ON = re.compile(r"[\d.,·。'’`*]*\d[%‰]?")  # the stretch that a reason quotes, and no more
_RUN_UP = re.compile(r"\d[\d.,%‰·。'’`*]*$")
_YEAR_AFTER = re.compile(r"(?:19|20)\d\d[年\-—~至]")
_OWN_STYLE = frozenset(("亿元", "万人", "万吨"))
_LARGEST = 400.0  # 万亿元
_LONGEST = 8  # digits before the point of any headline figure in its printed unit


#: How a document prints the numbers of each family of units.
Styles = Mapping[str, Style]


def measure_styles(numbers: list[Num]) -> Styles:
    """The document's style of each family; more than four digits after the point count as four."""
    decimals: dict[str, list[int]] = {}
    for number in numbers:
        if number.unit and number.kind == "figure":
            decimals.setdefault(_style_family(number), []).append(min(number.decimals, 4))
    return {family: measure_style(found) for family, found in decimals.items()}


def _style_family(number: Num) -> str:
    return number.unit if number.unit in _OWN_STYLE else number.family


#: 88,15亿元: neither thousands (three digits) nor a list (its numbers have decimals or a 、)
_COMMA_POINT = re.compile(r",(\d{1,2})(?![\d.,])")


@dataclass(frozen=True, slots=True)
class Sign:
    rule: str
    reason: str
    suggestion: float | None = None


def find_sign(text: str, claim: FigureClaim, how: Callable[[], Styles]) -> Sign | None:
    """The first sign of damage at a claimed figure."""
    number = claim.number
    if number.kind == "flat":
        return None
    if number.broken:
        return describe_shape(text[number.start : number.end], number)
    printed = text[number.start : number.end].lstrip("-")
    before = text[max(0, number.start - 14) : number.start]
    after = text[number.end : number.end + 7]
    return (
        _find_machine_one(printed, before)
        or _check_neighbours(printed, before, after, number, text[number.end : number.unit_end + 8])
        or _check_shape(printed, after, number)
        or _check_style(claim, how)
    )


def describe_shape(printed: str, number: Num) -> Sign:
    """The sign that the shape of a number is."""
    mended = number.value if number.value else None
    return Sign(number.broken, f"{printed} {_WORDS[number.broken]}", mended)


def _find_machine_one(printed: str, before: str) -> Sign | None:
    if "65438" in printed or re.search(r"5438[年月日]?\+$", before):
        whole = re.search(r"[\d.+]*$", before)
        joined = (whole.group(0) if whole else "") + printed
        mended = re.sub(r"6?5438\+0?", "1", joined)
        return Sign("machine-one", f"{joined}: 1 is printed as 65438+0", _number(mended))
    return None


def _check_neighbours(
    printed: str, before: str, after: str, number: Num, unit_after: str
) -> Sign | None:
    text_after = unit_after[number.unit_end - number.end :]
    last = before[-1:]
    if last == "+" and before[-2:-1].isdigit():
        return Sign("malformed", f"a plus sign runs into {printed}")
    if last in _POINT and _INTEGER_MARK.search(before):
        whole = re.search(r"(\d+).$", before)
        mended = _number(f"{whole.group(1)}.{printed}") if whole and printed.isdigit() else None
        return Sign(
            "mark-for-point", f"{_run(_RUN_UP, before)}{printed}: {last} stands for a point", mended
        )
    if (
        after[:1] in _POINT
        and after[1:2].isdigit()
        and not number.unit
        and not number.decimals
        and not _YEAR_AFTER.match(after[1:])
    ):
        return Sign(
            "mark-for-point", f"{printed}{_run(_RUN_ON, after)}: {after[0]} stands for a point"
        )
    word = _WORD_POINT.search(before)
    if word and printed.isdigit():
        mended = _number(f"{word.group(1)}.{printed}")
        return Sign(
            "word-for-point", f"{word.group(0)}{printed}: a word stands for a point", mended
        )
    if last == " " or (after[:1] == " " and after[1:2].isdigit()):
        return Sign("blank-in-number", f"a blank cuts or parts digits beside {printed}")
    if last == "." or (after[:1] == "." and after[1:2].isdigit()):
        return Sign("malformed", f"a point too many beside {printed}")
    comma = _COMMA_POINT.match(after)
    if comma and printed.isdigit():
        mended = _number(f"{printed}.{comma.group(1)}")
        return Sign("mark-for-point", f"{printed}{comma.group(0)}: a comma for a point", mended)
    if last == "," and before[-2:-1].isdigit():
        return Sign("malformed", f"digits and a comma run into {printed}")
    if number.unit and text_after[:1].isdigit():
        unit = unit_after[: number.unit_end - number.end]
        return Sign(
            "separator-lost",
            f"{printed}{unit}{_run(_RUN_ON, text_after)}: two numbers run together",
        )
    if last and (last.isdigit() or last in "%‰"):
        printed = f"{_run(_RUN_UP, before)}{printed}{number.unit}"
        return Sign("separator-lost", f"{printed}: two numbers run together")
    return None


def _check_shape(printed: str, after: str, number: Num) -> Sign | None:
    digits = printed.replace(",", "").partition(".")[0]
    if re.match(ZERO_IN_FRONT, printed):
        return Sign("malformed", f"{printed} begins with 0")
    if len(digits) > _LONGEST:
        return Sign("separator-lost", f"{printed}: {len(digits)} digits are more than one number")
    if number.decimals > 4:
        return Sign("separator-lost", f"{printed}: {number.decimals} decimals")
    if not number.unit and number.decimals == 0 and after[:1] in ("的", "个"):
        return Sign("word-for-point", f"{printed}{after[:1]}: no unit follows")
    return None


def _check_style(claim: FigureClaim, ask: Callable[[], Styles]) -> Sign | None:
    number = claim.number
    if claim.unit == "%" and number.unit == "":
        return None if number.decimals or claim.indicator == "cpi" else _check_share(claim)
    size = abs(number.value)
    if number.decimals and size <= WHOLE:
        return None
    style = ask().get(_style_family(number), NO_STYLE)
    mended = None if number.decimals else style.put_back(number.value)
    part = claim.measure is Measure.LEVEL
    unit = {"percent": "%", "permille": "‰"}.get(number.family, "")
    why = describe_rate(size, number.decimals, unit, part=part)
    if why is not None:
        return Sign("lost-point", f"{number.value:g}{unit}: {why}", mended)
    if number.unit == "万亿元" and size > _LARGEST:
        return Sign("magnitude", f"{number.value:g}万亿元 is more than the country's")
    if number.decimals or not (unit == "%" or number.unit in _OWN_STYLE):
        return None
    limit = style.suspect_from(percent=unit == "%")
    if limit is None or size < limit:
        return None
    others = "other percentages" if unit == "%" else "others of this unit"
    return Sign(
        "lost-point",
        f"{number.value:g}{unit or number.unit}: nearly all {others} have a decimal",
        mended,
    )


def _check_share(claim: FigureClaim) -> Sign | None:
    if abs(claim.number.value) > WHOLE:
        return Sign("lost-point", f"a share of {claim.number.value:g}")
    return None


def _run(shape: re.Pattern[str], text: str) -> str:
    """The part of a run of digits that stands beside a number."""
    match = shape.match(text) if shape is _RUN_ON else shape.search(text)
    return match.group(0) if match else ""


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
