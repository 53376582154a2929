"""Shares of the three sectors: a:b:c in every spelling, and shares printed one by one."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from flows.model.measure import Measure
from flows.read.prose.numbers import Num
from flows.read.prose.phrase import Phrase
from flows.read.prose.sentences import Sentence
from flows.read.prose.state import FigureClaim, State

if TYPE_CHECKING:
    from flows.read.prose.claims import ClaimReader

SHARES = ("gdp_primary_share", "gdp_secondary_share", "gdp_tertiary_share")
_SECTORS = ("gdp_primary", "gdp_secondary", "gdp_tertiary")
_JOINT = re.compile(r"[:比/、]")
_TOPIC = re.compile(
    r"(?:产业|三产)[^，。；]{0,16}(?:结构|比例|比重|占比|构成|之比|比)|产业结构|产业比例"
)
_NOT_GDP = re.compile(
    r"投资|就业|从业|人员|用电|消费|贷款|税收|用地|贡献|农业|企业|民营|内部|非公|劳动|用水|能耗|财政"
)
_FROM = re.compile(r"(?:由|从)[^，。；]{0,24}$")
_PRIOR = re.compile(r"上年|去年|上一年|上年末")
_YEAR = re.compile(r"(?:19|20)\d\d年")
_BECOMES = re.compile(
    r"^[，]?(?:调整|优化|变化|演变|转变|提升|变动|改变|发展|变|升级|转换|改善|修订)?[^，。；]{0,6}?(?:为|到|至|成)$"
)
_NEAR = 120  # characters before a share in which its population is told
_WHOLE_POPULATION = ("", "resident_population", "总人口", "全部人口", "人口", "总")


def claim_ratios(reader: ClaimReader, index: int, item: Sentence, figures: list[Num]) -> set[int]:
    """Claims of the a:b:c ratios of a sentence; ids of the numbers that belong to any ratio."""
    taken: set[int] = set()
    chosen: dict[int | None, list[Num]] = {}
    topic = False
    triples = _find_triples(reader.text, figures, item.start)
    for place, (triple, begin) in enumerate(triples):
        head = reader.text[begin : triple[0].start]
        taken.update(id(number) for number in triple)
        if _NOT_GDP.search(head):
            topic = False
        elif _TOPIC.search(head):
            topic = True
        if topic:
            known, year = _find_year(reader, item, head, triple[0].start, place > 0)
            if known:
                chosen[year] = triple
    for year, triple in chosen.items():
        for code, number in zip(SHARES, triple, strict=True):
            reader.runs.begin()
            run = reader.runs.current
            claim = FigureClaim(
                number, code, Measure.LEVEL, number.value, 10, index, unit="%", run=run
            )
            claim.period = None if year is None else str(year)
            reader.claims.append(claim)
    return taken


def _find_triples(text: str, figures: list[Num], start: int) -> list[tuple[list[Num], int]]:
    """Three numbers joined by ratio marks, each with the offset where the words before begin."""
    found = []
    position, i = start, 0
    while i + 2 < len(figures):
        triple = figures[i : i + 3]
        joints = [text[a.unit_end : b.start] for a, b in pairwise(triple)]
        more = i + 3 < len(figures) and _JOINT.fullmatch(
            text[triple[2].unit_end : figures[i + 3].start]
        )
        head = text[position : triple[0].start]
        if (
            all(number.unit in ("", "%") for number in triple)
            and all(_JOINT.fullmatch(joint) for joint in joints)
            and not more
            and not _JOINT.fullmatch(head)
            and not ("、" in joints and "分别" in head)
        ):
            found.append((triple, position))
            i += 3
            position = triple[2].unit_end
        else:
            position = figures[i].unit_end
            i += 1
    return found


def _find_year(
    reader: ClaimReader, item: Sentence, head: str, end: int, second: bool
) -> tuple[bool, int | None]:
    """``(is the year known, the year or None for the reference year)`` of a ratio."""
    tail = re.split(r"[，；]", head)[-1]
    if _BECOMES.match(tail) and not _PRIOR.search(tail) and (second or _PRIOR.search(head)):
        return True, None
    if _PRIOR.search(tail) and reader.own.year is not None:
        return True, reader.own.year - 1
    if _PRIOR.search(tail) or (_FROM.search(head) and not _YEAR.search(head)):
        return False, None
    printed = [
        int(reader.text[n.start : n.end])
        for n in item.numbers
        if n.kind == "date" and n.end <= end and _YEAR.match(reader.text, n.start)
    ]
    if printed and reader.own.year is not None and printed[-1] != reader.own.year:
        return True, printed[-1]
    return True, None


def _is_of_residents(text: str, end: int) -> bool:
    """Whether the population told of last is the resident one: 常住人口…，城镇人口…，占比."""
    near = text[max(0, end - _NEAR) : end]
    return near.rfind("常住") > near.rfind("户籍")


class Shares:
    """Shares printed by themselves: 第一产业增加值占地区生产总值的比重为7.1%."""

    @staticmethod
    def single(
        reader: ClaimReader, number: Num, state: State, place: int, direction: int, item: Phrase
    ) -> FigureClaim | None:
        """The claim of one number, where its subject has a share that is an indicator."""
        subject = state.subject
        if subject is None or number.unit != "%" or direction:
            return None
        named = reader.lex.name(item.of) if item.of else []
        of = named[0].codes[0] if named else item.of
        if subject.codes == ("_urban_population",):
            if of in _WHOLE_POPULATION and _is_of_residents(reader.text, number.start):
                return FigureClaim(number, "urbanisation_rate", Measure.LEVEL, number.value, 20, 0)
            return None
        if of not in ("", "gdp"):
            return None
        if len(subject.codes) == 1 and subject.codes[0] in _SECTORS:
            code = SHARES[_SECTORS.index(subject.codes[0])]
        elif place < len(subject.shares):
            code = subject.shares[place]
        else:
            return None
        return FigureClaim(number, code, Measure.LEVEL, number.value, 15, 0)
