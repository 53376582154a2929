"""Shares of the three sectors: a:b:c in every spelling, and shares printed one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flows.read.prose.numbers import Num
from flows.read.prose.phrase import OTHER
from flows.read.prose.sentences import Sentence, lead

if TYPE_CHECKING:
    from flows.read.prose.claims import Reader, State

SHARES = ("gdp_primary_share", "gdp_secondary_share", "gdp_tertiary_share")
_JOINT = re.compile(r"[:比/、]")
_TOPIC = re.compile(
    r"(?:三次产业|三产业|三产|产业|一二三产业|第一、(?:第)?二、(?:第)?三(?:次)?产业|第一产业、第二产业、第三产业)"
    r"[^，。；]{0,14}(?:结构|比例|比重|占比|构成|之比|比)"
)
_NOT_GDP = re.compile(
    r"投资|就业|从业|人员|用电|消费|贷款|税收|用地|工业|贡献|农业|企业|民营|内部|非公"
)
_BEFORE = re.compile(r"(?:由|从)[^，。；]{0,24}$")
_PRIOR = re.compile(r"上年|去年|上一年")


def ratio_claims(reader: Reader, index: int, item: Sentence) -> set[int]:
    """Claims of the a:b:c ratios of a sentence; ids of the numbers that belong to any ratio."""
    from flows.read.prose.claims import Claim

    numbers = [number for number in item.numbers if number.kind == "figure"]
    taken: set[int] = set()
    found: list[tuple[list[Num], str, int]] = []
    position = item.start
    i = 0
    while i + 2 < len(numbers):
        triple = numbers[i : i + 3]
        joints = [reader.text[triple[k].unit_end : triple[k + 1].start] for k in (0, 1)]
        plain = all(number.unit in ("", "%") for number in triple)
        if plain and all(_JOINT.fullmatch(joint) for joint in joints):
            more = i + 3 < len(numbers) and _JOINT.fullmatch(
                reader.text[triple[2].unit_end : numbers[i + 3].start]
            )
            head = reader.text[position : triple[0].start]
            listing = any(joint == "、" for joint in joints)
            if not more and not (listing and "分别" in head):
                found.append((triple, head, position))
                taken.update(id(number) for number in triple)
                position = triple[2].unit_end
                i += 3
                continue
        position = numbers[i].unit_end
        i += 1
    claims: list[tuple[list[Num], bool]] = []
    topic = False
    for triple, head, begin in found:
        if _TOPIC.search(head) and not _NOT_GDP.search(head):
            topic = True
        elif _NOT_GDP.search(head):
            topic = False
        if not topic:
            continue
        dates = [n for n in item.numbers if n.kind == "date" and begin <= n.start < triple[0].start]
        words = lead(reader.text, begin, triple[0].start, dates, reader.own)
        tail = "".join(text for text, _ in words.clauses)
        prior = bool(_BEFORE.search(head)) or bool(_PRIOR.search(head)) or OTHER in tail
        turned = re.search(
            r"(?:调整|优化|变化|演变|转变|提升|变动|改变|发展|变)(?:优化|调整)?(?:为|到|至|成)?$|为$|到$|至$",
            head,
        )
        if (
            re.match(
                r"(?:调整|优化|变化|演变|转变|提升|变动|改变|发展|变|，?调整|，?优化|为|到|至|，)",
                head,
            )
            and turned
        ):
            prior = OTHER in tail
        claims.append((triple, prior))
    current = [triple for triple, prior in claims if not prior]
    if current:
        for code, number in zip(SHARES, current[-1], strict=True):
            reader.runs += 1
            reader.claims.append(Claim(number, code, "level", number.value, 10, index, unit="%"))
    return taken


def share_claim(reader: Reader, index: int, number: Num, state: State, whole: str) -> None:
    """Claim of a share printed by itself: 第一产业增加值占地区生产总值的比重为…"""
    from flows.read.prose.claims import Claim, _codes

    subject = state.subject
    if subject is None or number.unit != "%" or state.other:
        return
    of = reader.lex.name(whole)[0].codes[0] if whole and reader.lex.name(whole) else whole
    codes = _codes(state)
    if codes == ("_urban_population",):
        if of in ("", "resident_population", "总人口", "总人口的", "全部人口", "人口", "总"):
            reader.claims.append(
                Claim(number, "urbanisation_rate", "level", number.value, 20, index)
            )
        return
    if not all(code in ("gdp_primary", "gdp_secondary", "gdp_tertiary") for code in codes):
        return
    if of not in ("", "gdp"):
        return
    state.run += 1
    if len(codes) == 1:
        state.run = -1
        place = ("gdp_primary", "gdp_secondary", "gdp_tertiary").index(codes[0])
        code = SHARES[place]
    elif state.run < len(subject.shares):
        code = subject.shares[state.run]
    else:
        return
    reader.claims.append(Claim(number, code, "level", number.value, 15, index, run=reader.runs))
