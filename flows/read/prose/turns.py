"""What the words of a clause change of what is carried through a sentence: time, scope, subject."""

from __future__ import annotations

import re

from flows.read.prose.lexicon import Lexicon, Naming
from flows.read.prose.phrase import OTHER, Phrase
from flows.read.prose.sections import spans_years
from flows.read.prose.state import State
from flows.read.prose.subjects import names_other_place, resolve_subject

_VIEW = re.compile(r"^(?:分|按|从).*(?:看|分|分类|计算|算|计|统计)$")
#: 主要预期目标是: the figures after it are aimed at
_AIM = re.compile(
    r"(?:预期|主要|发展|奋斗|总体|工作|增长|年度|总)目标(?:任务)?(?:初定|确定|建议|定|安排)?[为是]?$"
)
#: who strives has not yet reached it
_STRIVES = re.compile(r"力争|力求|争取(?!国家|上级|中央|省|到?资金)")
#: 全面实现年初确定的主要目标: they were reached, and what follows is a result
_MET = re.compile(r"(?:完成|实现|达成|达到|超过|好于|兑现)(?:了)?.{0,14}目标(?:任务)?$")
_OTHER_AREA = re.compile(
    r"[\u4e00-\u9fff]{2,5}(?:街道|(?<!城)镇|(?<!城)乡|县|(?<![地社山灾辖景库牧城老新])区|(?<![股楼上城])市(?!场|域)|旗)"
)
_WITHOUT = re.compile(r"(?:若|如)?(?:不含|不包括|剔除|扣除|除去)(?!价格|物价|不可比|农户)")
_SCALE = re.compile(r"规模以上|规上|规模工业")


def turn_state(
    lex: Lexicon, named: dict[str, int], item: Phrase, state: State, text: str, *, numbered: bool
) -> None:
    """Change what is carried by the words of one clause.

    ``named``: the best rank that a figure of each indicator was named by; a clause with a number
    (``numbered``) adds to it.
    """
    if _turn_scope(lex, item, state, text, numbered):
        naming = _turn_subject(lex, item, state, text, numbered)
        if numbered and naming is not None:
            for code in naming.codes:
                named[code] = min(naming.rank, named.get(code, naming.rank))


def _turn_scope(lex: Lexicon, item: Phrase, state: State, text: str, numbered: bool) -> bool:
    """Change time, scope and basis; False for a clause that only comments."""
    turns = item.turns
    if "revised" in turns and state.year is None:
        state.other = True
    if "目标" in text and _AIM.search(text) and not _MET.search(text):
        state.target = state.aiming = True
        state.longer = spans_years(text)
    elif not state.target and _STRIVES.search(text):
        state.target = state.longer = True
    elif state.target and (spans_years(text) or OTHER in text):
        state.longer = spans_years(text)
    if not numbered:
        if text.startswith(lex.comment) and not text.startswith("居民"):
            return False  # 居全省第3位 comments, 居民消费价格平稳 names
        if _OTHER_AREA.match(text):
            state.narrow = True  # 某镇经济平稳，完成…: figures of that place
        if _WITHOUT.match(text):
            state.without = True  # 不含中央企业，全市…: of the rest only
    if "own" in turns:
        state.narrow = False
    if "narrow" in turns and (item.heads or "aside" not in turns):
        state.narrow = True  # but 高于全国、全省0.5个百分点 compares, it changes no scope
    if "year" in turns:
        state.other, state.year = False, None
    if "other_time" in turns:
        state.other = True
    if "among" in turns:
        _enter_among(lex, item, state, text)
    if "same_scope" in turns and not numbered:
        state.basis = True
    return True


def _turn_subject(
    lex: Lexicon, item: Phrase, state: State, text: str, numbered: bool
) -> Naming | None:
    """Change what the figures after these words are of; gives the new subject."""
    if not item.heads:
        if item.rest and not item.share:
            state.subject = None
        return None
    if not numbered and _VIEW.match(text):
        return None
    naming = resolve_subject(lex, item, state)
    scale = "规" in text and any(_SCALE.search(head) for head in item.heads)
    if naming is not None and naming.codes == ("industrial_va",) and state.scale:
        naming = None  # 规模以上工业企业…，实现工业增加值: of these enterprises
    state.scale = state.scale or scale
    state.second, state.share = state.basis, False
    state.subject = naming
    if naming is None:
        state.topic = None
        if any(names_other_place(lex, head) for head in item.heads):
            state.narrow = True
    elif not naming.short:
        if naming.codes[-1] != state.topic:
            state.base = state.topic
        state.topic = naming.codes[-1]
        state.foreign = False
        if item.before_among:  # X中Y: what follows belongs to Y
            state.above, state.among = None, False
    return naming


def _enter_among(lex: Lexicon, item: Phrase, state: State, text: str) -> None:
    if not state.among:
        state.above = state.topic
    state.among = True
    if item.before_among:
        parents = [n for c in item.before_among for n in lex.name(c) if not n.short]
        state.topic = parents[-1].codes[0] if parents else None
        state.subject = None
        if not parents and "其中" not in text and "财政" not in text:
            state.narrow = True  # 战略性新兴产业中，工业增加值…
