"""From a number and its subject to a claim: does the unit fit, is it a level or a growth?"""

from __future__ import annotations

import re
from itertools import pairwise

from flows.model.measure import Measure
from flows.read.prose.lexicon import Entry, Lexicon
from flows.read.prose.numbers import Num
from flows.read.prose.sentences import Own
from flows.read.prose.state import FigureClaim, State

_LIST_JOINT = re.compile(r"[、和与及，,]{1,2}")
_FAMILIES = {
    "money": ("money",),
    "per_head": ("yuan", "money"),
    "percent": ("percent",),
    "permille": ("permille",),
    "people": ("people",),
    "mass": ("mass",),
    "area": (),
}
_PER_HEAD = frozenset(("万元", "元", "元/人"))
_RATES = frozenset(("people", "percent", "permille"))
_INHERITED = frozenset(("money", "yuan", "percent", "permille", "people", "mass"))
_UNITLESS = 50  # rank of a figure without unit: any other print of it is better
_USUAL_UNIT = {"money": "亿元", "permille": "‰", "percent": "%", "people": "万人", "mass": "万吨"}
#: known phrases whose levels help to tell a lost point; they are never figures of an indicator
HELPERS = frozenset(("_urban_population",))
_INDEX = (80.0, 130.0)  # a price index with base 100 lies here


def make_claim(
    lex: Lexicon, number: Num, state: State, place: int, direction: int
) -> FigureClaim | None:
    """What a number says of the indicator at its place in the list of the subject."""
    subject = state.subject
    if subject is None or state.foreign:
        return None
    code = subject.codes[place]
    entry = lex.entries[code]
    if subject.other and number.family not in _FAMILIES[entry.unit]:
        code = subject.other
        entry = lex.entries[code]
    if not entry.known and code not in HELPERS:
        return None
    value = -abs(number.value) if direction < 0 else number.value
    rank = subject.rank * 10 + (5 if state.second else 0)
    if entry.change:
        if direction and number.unit == "%":
            return FigureClaim(number, code, Measure.LEVEL, value, rank, 0)
        low, high = _INDEX
        if subject.index and number.unit in ("", "%") and low <= number.value <= high:
            change = round(number.value - 100, number.decimals)
            return FigureClaim(number, code, Measure.LEVEL, change, rank, 0, unit="%")
        return None
    if not number.unit and not subject.other:
        return _claim_unitless(number, code, value, direction, entry)
    if direction:
        if entry.unit in _RATES:
            return None  # a rate or a head count has no growth in percent among the indicators
        return FigureClaim(number, code, Measure.GROWTH, value, rank, 0)
    if number.family in _FAMILIES[entry.unit] and (
        entry.unit != "per_head" or number.unit in _PER_HEAD
    ):
        unit = "元" if number.unit == "元/人" else None
        return FigureClaim(number, code, Measure.LEVEL, value, rank, 0, unit=unit)
    if entry.unit == "money" and number.unit == "元" and number.decimals:
        return _claim_cut_unit(number, code, value)
    return None


def _claim_cut_unit(number: Num, code: str, value: float) -> FigureClaim:
    """地区生产总值88.19元: the 亿 or 万 of its unit was lost, held."""
    claim = FigureClaim(number, code, Measure.LEVEL, value, _UNITLESS, 0, unit=_USUAL_UNIT["money"])
    claim.doubt = f"unit-lost: {number.value:g}元 is no amount of an area; 亿 or 万 is missing"
    claim.suggestion, claim.evidence = value, f"{code} is printed in {_USUAL_UNIT['money']}"
    return claim


def _claim_unitless(
    number: Num, code: str, value: float, direction: int, entry: Entry
) -> FigureClaim | None:
    """A figure whose unit was lost: held, with the unit that it must have had."""
    if not number.decimals:
        return None
    measure = Measure.GROWTH if direction else Measure.LEVEL
    unit = "%" if direction else _USUAL_UNIT.get(entry.unit)
    if unit is None or (direction and entry.unit in ("percent", "permille", "people")):
        return None
    claim = FigureClaim(number, code, measure, value, _UNITLESS, 0)
    claim.doubt = f"unit-lost: no unit follows {number.value:g}; it must be {unit}"
    claim.suggestion, claim.evidence = value, f"{code} is printed in {unit}"
    claim.unit = unit
    return claim


def aim_claim(claim: FigureClaim, own: Own, longer: bool) -> bool:
    """Make a target of what is aimed at; False where its year is not known.

    ``longer``: the plan is one of several years, whose figures are not the coming year's.
    """
    if claim.period is None:
        if not own.report or own.year is None or longer:
            return False
        claim.period = str(own.year + 1)
    elif own.year is None or int(claim.period) <= own.year:
        return False
    claim.measure = claim.measure.aimed()
    return True


def inherit_units(text: str, figures: list[Num]) -> None:
    """In 23.5、335.7和352.6亿元 the unit is printed once: the numbers before take it over."""
    for after, before in pairwise(reversed(figures)):
        joint = text[before.unit_end : after.start]
        heir = not before.unit and before.kind == "figure" and after.family in _INHERITED
        if heir and _LIST_JOINT.fullmatch(joint):
            before.unit = after.unit
