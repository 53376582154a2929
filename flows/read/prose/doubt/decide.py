"""Which claims stand, and which are held in doubt and why.

1  signs of damage at each figure (``signs``); a lost point is forgiven where a close
   identity holds with the figure as it is, or the document prints the same figure again
2  one claim for each indicator, measure and period (``rivals``): sound ones first
3  two sound claims that say different things: both held
4  what must hold between the claims that stand (``balance``), and between a level, its
   printed increase and its growth; whoever breaks it is held
5  a suggestion for a held figure, where an identity or the document's second print settles it
"""

from __future__ import annotations

from functools import lru_cache

from flows.evidence.misprint import POINT_MOVES
from flows.read.prose.doubt.balance import BLAMED, find_broken, find_satisfied, name_member
from flows.read.prose.doubt.rivals import group_claims, prints_same, sort_claims
from flows.read.prose.doubt.signs import find_sign, measure_styles
from flows.read.prose.lexicon import lexicon
from flows.read.prose.numbers import Num
from flows.read.prose.page_tables import TableFigure
from flows.read.prose.state import FigureClaim, Increase
from flows.read.prose.values import HELPERS

_ROUND = 10


def decide_claims(
    text: str,
    claims: list[FigureClaim],
    numbers: list[Num],
    increases: list[Increase],
    cells: list[TableFigure],
    named: dict[str, int],
) -> list[FigureClaim]:
    """The claims to be kept, those in doubt with ``doubt``, ``suggestion`` and ``evidence``."""
    helpers = [claim for claim in claims if claim.indicator in HELPERS]
    claims = [claim for claim in claims if claim.indicator not in HELPERS]
    _doubt_damaged(text, claims, numbers, helpers)
    kept: list[FigureClaim] = []
    for group in group_claims(claims, named):
        kept += _decide_rivals(group)
    sound = [claim for claim in kept if claim.doubt is None]
    _check_identities(sound)
    _check_increases(sound, increases)
    _compare_tables(kept, cells)
    _suggest_values(kept)
    kept.sort(key=lambda claim: claim.number.start)
    return kept


def _doubt_damaged(
    text: str, claims: list[FigureClaim], numbers: list[Num], helpers: list[FigureClaim]
) -> None:
    how = lru_cache(maxsize=1)(lambda: measure_styles(numbers))  # most claims never ask for it
    for claim in claims:
        if claim.doubt is not None:
            continue
        found = find_sign(text, claim, how)
        if found is None:
            continue
        if found.rule == "lost-point":
            number = claim.number
            size = abs(number.value)
            aimed = claim.measure.is_target and size < _ROUND * _ROUND
            meant = claim.comparator is not None or claim.measure.is_target
            if aimed or (meant and (size < _ROUND or size % _ROUND == 0)):
                continue  # plans and bounds are round
            prints = [n for n in numbers if n.kind == "figure" and n.value == number.value]
            same = sum(1 for n in prints if n.unit == number.unit)
            again = (same > 1 and size >= 100) or (len(prints) > 1 and size >= 1000)
            others = [
                c
                for c in claims
                if c is claim or c.indicator != claim.indicator or c.measure != claim.measure
            ]
            if again or find_satisfied([*helpers, *others], name_member(claim), rough=True):
                continue
        claim.doubt = f"{found.rule}: {found.reason}"
        if found.suggestion is not None:
            claim.suggestion = -found.suggestion if claim.value < 0 else found.suggestion
            claim.evidence = found.reason


def _decide_rivals(group: list[FigureClaim]) -> list[FigureClaim]:
    """The claim of one key that stands, with those that contradict it or are damaged."""
    sound = sort_claims([claim for claim in group if claim.doubt is None])
    held = sort_claims([claim for claim in group if claim.doubt is not None])
    if not sound:
        return held[:1]
    first = sound[0]
    rivals = [
        claim
        for claim in sound[1:]
        if claim.rank == first.rank
        and not claim.approximate
        and not first.approximate
        and not prints_same(claim, first)
    ]
    for rival in rivals:
        rival.doubt = f"conflict: {first.number.value:g}{first.number.unit} is printed elsewhere"
    if rivals:
        first.doubt = (
            f"conflict: {rivals[0].number.value:g}{rivals[0].number.unit} is printed elsewhere"
        )
    for claim in held:
        if claim.number.unit == first.number.unit:
            claim.suggestion, claim.evidence = first.value, "the document prints it again, sound"
    return [first, *rivals, *[c for c in held if c.rank < 50]]


def _check_identities(claims: list[FigureClaim]) -> None:
    for identity, members, mends in find_broken(claims):
        innocent = {
            name_member(claim) for claim in members if find_satisfied(claims, name_member(claim))
        }
        suspects = [claim for claim in members if name_member(claim) not in innocent] or members
        blamed = BLAMED.get(identity.name)
        if blamed:
            suspects = [claim for claim in claims if name_member(claim) in blamed]
        mended = [claim for claim in suspects if name_member(claim) in mends]
        if len(mended) == 1 and not blamed:
            suspects = mended
        for claim in suspects:
            if claim.doubt is None:
                claim.doubt = f"{identity.name}: it does not hold that {identity.says}"
                if mended == [claim]:
                    claim.suggestion = mends[name_member(claim)]
                    claim.evidence = f"with it {identity.name} holds"


def _check_increases(claims: list[FigureClaim], increases: list[Increase]) -> None:
    """A level, what it grew by and its growth in percent must agree."""
    by_key = {name_member(claim): claim for claim in claims if claim.period is None}
    for increase in increases:
        level = by_key.get(increase.indicator)
        growth = by_key.get(f"{increase.indicator}:growth")
        if not lexicon().entries[increase.indicator].nominal or level is None or growth is None:
            continue
        if not (level.sentence == growth.sentence == increase.sentence):
            continue
        if level.number.unit != increase.number.unit:
            continue
        before = level.value - increase.value
        if before <= 0:
            continue
        gap = abs(100 * increase.value / before - growth.value)
        rounding = 100 * 10.0**-increase.number.decimals / max(before, 1e-9)
        if gap <= 0.5 * 10.0**-growth.number.decimals + rounding + 0.6:
            continue
        words = f"{level.value:g}, an increase of {increase.value:g} and {growth.value:g}% disagree"
        for claim in (level, growth):
            if claim.doubt is None and not find_satisfied(claims, name_member(claim)):
                claim.doubt = f"level-increase-growth: {words}"


def _compare_tables(kept: list[FigureClaim], cells: list[TableFigure]) -> None:
    """Agreement is evidence; a disagreement beyond rounding holds the prose's figure."""
    printed: dict[tuple[str, str], list[TableFigure]] = {}
    for cell in cells:
        printed.setdefault((cell.indicator, cell.measure), []).append(cell)
    for claim in kept:
        same = printed.get((claim.indicator, claim.measure), [])
        if claim.period is not None or not same or len({cell.value for cell in same}) > 1:
            continue
        cell = same[0]
        unit = claim.unit or claim.number.unit
        if cell.unit != unit:
            continue
        digits = min(cell.decimals, claim.number.decimals)
        if abs(cell.value - claim.value) <= 0.5 * 10.0**-digits + 1e-9:
            claim.evidence = claim.evidence or f"the table prints {cell.value:g}{cell.unit} too"
        else:
            claim.doubt = claim.doubt or (
                f"table-prose: the text prints {claim.value:g}{unit}, "
                f"the table {cell.value:g}{cell.unit}"
            )
            if claim.suggestion is None:
                claim.suggestion = cell.value
                claim.evidence = "the table of the page"


def _suggest_values(kept: list[FigureClaim]) -> None:
    """For a held figure without suggestion: the value with which a close identity holds."""
    sound = [claim for claim in kept if claim.doubt is None]
    for claim in kept:
        if claim.doubt is None or claim.period is not None:
            continue
        key = name_member(claim)
        others = [c for c in sound if name_member(c) != key]
        for factor in POINT_MOVES:
            value = round(claim.value * factor, 6)
            holds = find_satisfied([*others, claim], key, value)
            if holds:
                claim.suggestion, claim.evidence = value, f"with it {holds[0]} holds"
                break
