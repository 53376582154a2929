"""What is carried from clause to clause while a sentence is read, and what comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from flows.model.measure import Measure
from flows.read.prose.lexicon import Naming
from flows.read.prose.numbers import Num
from flows.read.prose.sentences import Lead

#: a sentence that goes on with the level before it: 进口总额40.1亿元。同比增长8.7%。
GROWS = re.compile(
    r"(?:按(?:可比|不变)价格?(?:计算)?，?)?(?:同比|[比较](?:上年|去年)(?:同期)?)(?:名义)?"
    r"(?:增长|下降|增加|减少|上升|提高)\d"
)


@dataclass(slots=True)
class FigureClaim:
    """One number said to be one indicator's."""

    number: Num
    indicator: str
    measure: Measure
    value: float
    rank: int  # lower is better: 10, 20, 30 by the name; +5 for a same-scope growth
    sentence: int
    comparator: str | None = None  # at_least, at_most, about; of a target also aims.yaml's
    period: str | None = None  # another year than the reference year
    unit: str | None = None  # where the printed one is not the figure's unit
    run: int = 0  # numbers of one list share a run
    size: int = 1  # numbers that the list should have
    doubt: str | None = None  # "rule: reason"
    suggestion: float | None = None
    evidence: str | None = None

    @property
    def approximate(self) -> bool:
        return self.comparator is not None


@dataclass(slots=True)
class Increase:
    """What a level grew by, printed beside it: 比上年增加112.17亿元."""

    number: Num
    indicator: str
    value: float
    sentence: int


@dataclass(slots=True)
class Listed:
    """A list of names with one number for all: the separators may have been lost."""

    number: Num
    codes: tuple[str, ...]


@dataclass(slots=True)
class State:
    """The carried part of a sentence."""

    subject: Naming | None = None
    topic: str | None = None  # the indicator that short names belong to
    base: str | None = None  # the topic before the subject
    above: str | None = None  # the topic before 其中; a semicolon goes back to it
    among: bool = False  # after 其中
    narrow: bool = False  # the scope is smaller than the area, or another one
    without: bool = False  # parts were excluded, for the rest of the sentence
    other: bool = False  # the time is not the reference period
    year: int | None = None  # which other year, where it is printed
    foreign: bool = False  # the level was in dollars
    second: bool = False  # same-scope growth, another basis: only where nothing better is printed
    basis: bool = False  # 按户籍人口计算 was said and no semicolon since
    scale: bool = False  # enterprises above a size were named in this sentence
    share: bool = False
    against: bool = False  # changes are against another year than the one before
    blocked: bool = False  # the open run is about something else: 贡献率分别为…
    target: bool = False  # what follows is aimed at, not reached
    aiming: bool = False  # … because a sentence said so: those after it go on aiming
    old: bool = False  # the number before was one of another time: 从465元
    past: bool = False  # the sentence looks back on several years
    longer: bool = False  # … by a plan of several years: only a printed year is one
    recent: tuple[str, ...] = ()  # subjects of the levels since the last growth, for 分别增长
    run: int = 0  # numbers of the open run that were seen
    direction: int = 0  # of the number before
    family: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return self.subject.codes if self.subject else ()

    def copy(self) -> State:
        return replace(self)


@dataclass(slots=True)
class Runs:
    """How many numbers each list had; a list with too few or too many is not believed."""

    current: int = 0
    seen: dict[int, int] = field(default_factory=dict)

    def begin(self) -> None:
        self.current += 1

    def count(self) -> int:
        """Count one number of the open run; gives its place."""
        place = self.seen.get(self.current, 0)
        self.seen[self.current] = place + 1
        return place


def ends_in_level(state: State, claimed: Num, rest: Lead) -> bool:
    """Is the last number, which is claimed, one indicator's level, with nothing said after it?"""
    return (
        rest.clauses == [("", "")]
        and len(state.codes) == 1
        and state.run == 1
        and not state.direction
        and claimed.family not in ("percent", "permille", "points", "times", "foreign")
    )
