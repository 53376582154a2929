"""Signs of damage at a figure that no indicator claims: it must not pass as a sound one.

Only what the figure and the words before it show by themselves: a shape that is no number (a word
or a mark inside, numbers run together), more digits than any figure of its unit has, and a part
of a whole that is more than the whole. Style and identities are for claimed figures alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flows.evidence.lost_point import NO_STYLE, WHOLE, describe_rate
from flows.evidence.misprint import split_by_sum
from flows.language.words import build_word_pattern, load_yaml
from flows.model.measure import Measure
from flows.read.document.normal import Compact
from flows.read.prose.doubt.signs import Sign, Styles, describe_shape
from flows.read.prose.lexicon import FOLDER, lexicon
from flows.read.prose.numbers import Num
from flows.read.prose.state import FigureClaim, Listed

_DATA = load_yaml(FOLDER / "units.yaml")
_MOST_DIGITS: dict[str, int] = _DATA["most_digits"]
#: 参保率，今年的目标在: the part is the last thing named, and nothing grows between it and the number
_PART = re.compile(f"(?:{build_word_pattern(_DATA['parts'])})(?P<rest>[^；。()]{{0,16}})$")
_TURN = re.compile(r"[增减升降涨跌]|提高|扩大|缩小|指数|进度|目标(?:的|完成)|倍|任务")
_RUN_ON = re.compile(r"\d[\d,]*(?:\.\d+)?[%‰]")
_RUN_UP = re.compile(r"\d[\d,]*(?:\.\d+)?[%‰]$")
#: the whole that a list of parts adds up to
_TOTALS = {
    ("gdp_primary", "gdp_secondary", "gdp_tertiary"): "gdp",
    ("exports", "imports"): "trade_total",
}


def doubt_unclaimed(
    compact: Compact, number: Num, printed: str, start: int, how: Callable[[], Styles]
) -> Sign | None:
    """The sign of damage at ``number``, whose words begin at ``start``."""
    if number.kind != "figure":
        return None
    text = compact.text
    if number.broken:
        meant = number.unit or number.broken == "machine-one"
        return describe_shape(printed, number) if meant or _named(text, start, number) else None
    if number.family not in ("percent", "permille") and number.unit not in _MOST_DIGITS:
        return None
    most = _MOST_DIGITS.get(number.unit)
    if most is not None and abs(number.value) >= 10**most - 0.5:
        digits = len(f"{abs(number.value):.0f}")
        return Sign(
            "separator-lost", f"{printed}{number.unit}: {digits} digits are more than one number"
        )
    if number.unit in ("%", "‰"):
        return _run_together(compact, number, printed) or _above_the_whole(
            text, number, printed, start, how
        )
    return None


def _named(text: str, start: int, number: Num) -> bool:
    return lexicon().anchor.search(text, start, number.start) is not None


def _run_together(compact: Compact, number: Num, printed: str) -> Sign | None:
    """4.2%5.0%; with a blank between them both are whole."""
    text = compact.text
    after = _RUN_ON.match(text, number.unit_end)
    before = None
    if text[number.start - 1 : number.start] in ("%", "‰"):
        before = _RUN_UP.search(text, max(0, number.start - 14), number.start)
    if after and _parted(compact, number.unit_end):
        after = None
    if before and _parted(compact, number.start):
        before = None
    if not after and not before:
        return None
    run = f"{before.group(0) if before else ''}{printed}{number.unit}"
    run += after.group(0) if after else ""
    return Sign("separator-lost", f"{run}: two numbers run together")


def _parted(compact: Compact, at: int) -> bool:
    """Was something left out between the characters before and at ``at``?"""
    low, high = compact.span(at - 1, at + 1)
    return high - low > 2


def _above_the_whole(
    text: str, number: Num, printed: str, start: int, how: Callable[[], Styles]
) -> Sign | None:
    why = describe_rate(number.value, number.decimals, number.unit, part=True)
    if number.unit != "%" or number.value <= WHOLE or why is None:
        return None
    found = _PART.search(text, max(start, number.start - 40), number.start)
    if found is None or _TURN.search(found.group("rest")):
        return None
    mended = None if number.decimals else how().get("percent", NO_STYLE).put_back(number.value)
    return Sign(
        "lost-point",
        f"{printed}%: {why}",
        mended if mended is not None and mended <= WHOLE else None,
    )


def cut_runs(lists: list[Listed], claims: list[FigureClaim]) -> dict[int, str]:
    """How each run of digits would have to be cut, by ``id`` of its number.

    Only where one way alone gives parts that add up to the printed whole, within the rounding
    of the whole. It is evidence for a person: nothing is loaded from it.
    """
    found: dict[int, str] = {}
    wholes = {
        (claim.indicator, claim.number.unit): claim.number
        for claim in claims
        if claim.measure is Measure.LEVEL and claim.period is None and claim.doubt is None
    }
    for listed in lists:
        whole = wholes.get((_TOTALS.get(listed.codes, ""), listed.number.unit))
        if whole is None or listed.number.decimals:
            continue
        run = f"{listed.number.value:.0f}"
        step = 10.0**-whole.decimals
        parts = split_by_sum(run, len(listed.codes), whole.value, step * (1 + 1e-9))
        if parts is not None:
            terms = " + ".join(f"{part:g}" for part in parts)
            found[id(listed.number)] = f"{terms} = {whole.value:g}, the total that is printed"
    return found
