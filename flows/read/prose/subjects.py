"""Which indicators a phrase names: one name, a list of names, or a list with a shared end."""

from __future__ import annotations

from flows.read.prose.lexicon import Lexicon, Naming
from flows.read.prose.phrase import Phrase
from flows.read.prose.state import State

_LONGEST_TAIL = 12
_PLACES = ("省", "市", "县", "区", "旗", "州", "镇", "乡", "街道", "企业", "民营经济")


def resolve_subject(lex: Lexicon, item: Phrase, state: State) -> Naming | None:
    """What the heads of a phrase name together; None where any of it is not understood."""
    if (
        item.share
        and len(item.heads) == 1
        and any(naming.codes == ("gdp",) for naming in lex.name(item.of))
    ):
        for naming in lex.name(item.heads[0]):
            if naming.short and naming.codes[0] in ("gdp_primary", "gdp_secondary", "gdp_tertiary"):
                state.topic = "gdp"
                return naming  # 第一产业占生产总值的比重
    joined = "".join(item.heads)
    listed = lex.listed(joined)
    if listed is not None and (
        len(item.heads) > 1 or "respectively" in item.turns or not lex.name(joined)
    ):
        return None if is_strange(lex, listed.codes[0], state) else listed
    if len(item.heads) == 1:
        return _resolve_head(lex, item.heads[0], state)
    names: list[Naming] = []
    topic = state.topic
    for head in item.heads:
        name = _resolve_head(lex, head, state)
        if name is None or len(name.codes) != 1:
            state.topic = topic
            return _resolve_shared_tail(lex, item) if "respectively" in item.turns else None
        names.append(name)
        state.topic = state.topic if name.short else name.codes[0]
    return Naming(
        tuple(name.codes[0] for name in names),
        max(name.rank for name in names),
        short=all(name.short for name in names),
    )


def names_other_place(lex: Lexicon, head: str) -> bool:
    """Is the head a known name with another place or sort of enterprise before it?

    长沙县地区生产总值 in another area's text: what follows in the sentence is that place's too.
    """
    for start in range(2, len(head) - 1):
        if head[:start].endswith(_PLACES) and any(not n.short for n in lex.name(head[start:])):
            return True
    return False


def _resolve_shared_tail(lex: Lexicon, item: Phrase) -> Naming | None:
    """粮食、油料、烤烟产量分别为: the last head's end belongs to each; some may be unknown."""
    last = item.heads[-1]
    for length in range(min(len(last) - 1, _LONGEST_TAIL), 1, -1):
        whole = [head + last[-length:] for head in item.heads[:-1]] + [last]
        named = [[n for n in lex.name(head) if not n.short] for head in whole]
        if any(named[:-1]):
            return Naming(
                tuple(names[0].codes[0] if names else "_unknown" for names in named),
                max(names[0].rank for names in named if names),
            )
    return None


def _resolve_head(lex: Lexicon, head: str, state: State) -> Naming | None:
    candidates = lex.name(head)
    plain = [naming for naming in candidates if not naming.short]
    if plain:
        if is_strange(lex, plain[0].codes[0], state):
            return None
        if len(plain) > 1:  # one phrase, two units: both stay possible until the unit is seen
            return Naming(
                plain[0].codes, plain[0].rank, index=plain[0].index, other=plain[1].codes[0]
            )
        return plain[0]
    for naming in candidates:
        if state.topic in lex.entries[naming.codes[0]].under:
            return naming
    listed = lex.listed(head)
    return None if listed and is_strange(lex, listed.codes[0], state) else listed


def is_strange(lex: Lexicon, code: str, state: State) -> bool:
    """Does the name stand after 其中 under something that it is no part of?"""
    entry = lex.entries[code]
    return state.among and entry.part and state.topic not in entry.under
