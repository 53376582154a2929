"""When a sentence only goes on with the one before it: 进口总额40.1亿元。同比增长8.7%。"""

from __future__ import annotations

import re

from flows.read.prose.numbers import Num
from flows.read.prose.sentences import Lead
from flows.read.prose.state import State

#: a sentence that can only be about the level before it
GROWS = re.compile(
    r"(?:按(?:可比|不变)价格?(?:计算)?，?)?(?:同比|[比较](?:上年|去年)(?:同期)?)(?:名义)?"
    r"(?:增长|下降|增加|减少|上升|提高)\d"
)


def ends_in_level(state: State, claimed: Num, rest: Lead) -> bool:
    """Is the last number, which is claimed, one indicator's level, with nothing said after it?"""
    return (
        rest.clauses == [("", "")]
        and len(state.codes) == 1
        and state.run == 1
        and not state.direction
        and claimed.family not in ("percent", "permille", "points", "times", "foreign")
    )
