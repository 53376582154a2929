"""From the numbers of a sentence to claims: which indicator, which measure, how sure.

A phrase names an indicator only if nothing is left of it once the words without meaning are
taken out; a phrase that is not understood ends the chain that it stands in. So an unknown
qualifier (民营经济增加值, 机电产品出口) costs a claim and never makes a wrong one.

Carried from clause to clause of a sentence: the subject, whether the scope is narrower than the
area, whether the time is another year. Carried from sentence to sentence: the topic, which the
short names (其中，出口…) need.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.read.prose.lexicon import Entry, Lexicon, Naming, lexicon
from flows.read.prose.numbers import Num
from flows.read.prose.phrase import Phrase, phrase
from flows.read.prose.sentences import Lead, Own, Sentence, lead

_SHARE_OF = frozenset(("gdp", "gdp_primary", "gdp_secondary", "gdp_tertiary"))
_GDP_CHAIN = _SHARE_OF
_IGNORED_CLAUSE = ("分", "按", "从")
_FAMILIES = {
    "money": ("money",),
    "per_head": ("yuan", "money"),
    "percent": ("percent",),
    "permille": ("permille",),
    "people": ("people",),
    "mass": ("mass",),
    "area": (),
}
_MONEY_PER_HEAD = frozenset(("万元", "元", "元/人"))


@dataclass(slots=True)
class Claim:
    """One number said to be one indicator's."""

    number: Num
    indicator: str
    measure: str
    value: float
    rank: int  # lower is better
    sentence: int
    approximate: bool = False
    period: str | None = None  # another year than the reference year
    unit: str | None = None  # where the printed one is not the figure's unit
    run: int = 0  # claims of one list share a number


@dataclass(slots=True)
class State:
    subject: Naming | None = None
    topic: str | None = None
    narrow: bool = False
    other: bool = False
    year: int | None = None
    foreign: bool = False
    same_scope: bool = False
    share: bool = False
    run: int = -1  # place in the list of the number before; -1: none
    run_measure: tuple[int, str] = (0, "")  # direction and family of the number before
    among: bool = False
    above: str | None = None  # the topic before 其中; a semicolon goes back to it


@dataclass(slots=True)
class Reader:
    """Reads the sentences of one document in order."""

    text: str
    own: Own
    lex: Lexicon = field(default_factory=lexicon)
    claims: list[Claim] = field(default_factory=list)
    topic: str | None = None
    runs: int = 0

    def sentence(self, index: int, item: Sentence) -> None:
        state = State(topic=self.topic)
        position = item.start
        dates: list[Num] = []
        from flows.read.prose.ratios import ratio_claims

        taken = ratio_claims(self, index, item)
        previous: Num | None = None
        stack: list[State] = []
        for number in item.numbers:
            if number.kind == "date":
                dates.append(number)
                continue
            if number.kind not in ("figure", "flat"):
                continue
            if id(number) in taken:
                position, dates = number.unit_end, []
                previous = number
                continue
            words = lead(self.text, position, number.start, dates, self.own)
            state = self._clauses(words, state, stack)
            current = phrase(words.clauses[-1][0])
            self._number(index, number, current, state, previous, words)
            position, dates = number.unit_end, []
            previous = number
        if position < item.end and not item.numbers:
            words = lead(self.text, item.start, item.end, dates, self.own)
            state = self._clauses(words, state, stack)
            self._turn(phrase(words.clauses[-1][0]), state, words.clauses[-1][0], False)
        self.topic = state.topic

    def _clauses(self, words: Lead, state: State, stack: list[State]) -> State:
        """All clauses but the last only change what is carried."""
        if words.year is not None:
            state.year = words.year
        for text, mark in words.clauses[:-1]:
            if text:
                self._turn(phrase(text), state, text, False)
            if mark == "(":
                stack.append(_copy(state))
            elif mark == ")" and stack:
                state = stack.pop()
            if mark == "；" and state.above is not None:
                state.topic, state.among = state.above, False
            if text or mark not in "，":
                state.run = -1 if state.run < 0 or len(_codes(state)) < 2 else state.run
        return state

    def _turn(self, item: Phrase, state: State, text: str, numbered: bool) -> None:
        """Change what is carried by the words of one clause."""
        turns = item.turns
        if "own" in turns:
            state.narrow = False
        if "narrow" in turns:
            state.narrow = True
        if "year" in turns:
            state.other, state.year = False, None
        if "other_time" in turns and _only_rank(item) != "other_time":
            state.other = True
        if "among" in turns:
            if not state.among:
                state.above = state.topic
            state.among = True
            parents = [n for c in item.before_among for n in self.lex.name(c) if not n.short]
            if parents:
                state.topic = parents[-1].codes[0]
                state.subject = None
            elif item.before_among:
                state.topic = state.subject = None
        if not item.heads:
            if item.rest and not item.share:
                state.subject = None
            return
        if (
            not numbered
            and text.startswith(_IGNORED_CLAUSE)
            and (
                text.endswith(("看", "分", "计算", "算", "计"))
                or item.heads[-1].endswith(("看", "分"))
            )
        ):
            return
        if not numbered and text.startswith(self.lex.comment):
            return
        naming = self._resolve(item, state, text)
        state.same_scope = False
        state.share = False
        if naming is None:
            if (
                not state.among
                or (state.subject is None and state.topic is None)
                or not state.among
            ):
                state.topic = None
            else:
                state.topic = state.topic if item.heads[-1] in ("",) else _cooled(state)
            state.subject = None
        else:
            state.subject = naming
            if not naming.short:
                state.topic = naming.codes[-1]
                state.foreign = False
            else:
                state.foreign = state.foreign and naming.codes[0] in ("exports", "imports")
        state.run = -1

    def _resolve(self, item: Phrase, state: State, text: str) -> Naming | None:
        joined = "".join(item.heads)
        listed = self.lex.listed(joined)
        if listed is not None and (
            len(item.heads) > 1 or "respectively" in item.turns or not self.lex.name(joined)
        ):
            return listed
        if len(item.heads) == 1:
            return self._single(item.heads[0], state)
        names = [self._single(head, state) for head in item.heads]
        if all(name is not None and len(name.codes) == 1 for name in names):
            found = [name for name in names if name is not None]
            return Naming(
                tuple(name.codes[0] for name in found),
                max(name.rank for name in found),
                short=all(name.short for name in found),
            )
        return None

    def _single(self, head: str, state: State) -> Naming | None:
        candidates = self.lex.name(head)
        for naming in candidates:
            if not naming.short:
                others = [n for n in candidates if not n.short and n is not naming]
                if others:  # one phrase, two units: both stay possible until the unit is seen
                    return Naming(
                        naming.codes,
                        naming.rank,
                        index=naming.index,
                        shares=tuple(n.codes[0] for n in others),
                    )
                return naming
        for naming in candidates:
            if state.topic in self.lex.entries[naming.codes[0]].under:
                return naming
        listed = self.lex.listed(head)
        return listed

    def _number(
        self, index: int, number: Num, item: Phrase, state: State, previous: Num | None, words: Lead
    ) -> None:
        bare = item.bare and not (item.turns - {"separators"})
        text = words.clauses[-1][0]
        if bare and previous is not None and len(words.clauses) == 1:
            self._in_run(index, number, state)
            return
        if not item.bare or item.turns:
            self._turn(item, state, text, True)
        if "separators" in item.turns and item.first == "separators" and state.run >= 0:
            pass
        elif not bare:
            state.run = -1
        if "same_scope" in item.turns:
            state.same_scope = True
        if item.share and item.heads:
            state.share = True
        self._claim(index, number, item, state)

    def _in_run(self, index: int, number: Num, state: State) -> None:
        """A number with nothing but a separator before it."""
        codes = _codes(state)
        direction, family = state.run_measure
        if len(codes) < 2:
            if family == number.family and self.claims and self.claims[-1].sentence == index:
                last = self.claims[-1]
                if last.run == self.runs:
                    self.claims.pop()  # a list whose heads were not understood
            state.subject = None
            return
        if state.share:
            self._share(index, number, state, "")
            return
        self._put(index, number, direction, state, False)

    def _claim(self, index: int, number: Num, item: Phrase, state: State) -> None:
        direction = item.direction
        flat = number.kind == "flat"
        if flat:
            direction = 1
        if number.family == "foreign":
            state.foreign = True
            state.run_measure = (direction, number.family)
            return
        if number.family == "money" and not direction:
            state.foreign = False
        state.run_measure = (direction, number.family)
        if state.run < 0:
            self.runs += 1
        blocked = (
            state.subject is None
            or state.narrow
            or (flat and not item.flat)
            or "other_base" in item.turns
            or (item.rest and not item.share)
            or ("aside" in item.turns and not item.share)
        )
        if blocked:
            if state.subject is not None and len(state.subject.codes) > 1:
                state.run += 1
            return
        if item.share:
            if not direction:
                self._share(index, number, state, item.of)
            return
        if "real" in item.turns and any(self._entry(c).nominal for c in _codes(state)):
            return
        if direction and number.unit != "%":
            if len(_codes(state)) > 1:
                state.run += 1
            return
        self._put(index, number, direction, state, item.approximate)

    def _entry(self, code: str) -> Entry:
        return self.lex.entries[code]

    def _put(
        self, index: int, number: Num, direction: int, state: State, approximate: bool
    ) -> None:
        codes = _codes(state)
        subject = state.subject
        state.run += 1
        if subject is None or not 0 <= state.run < len(codes):
            return
        if len(codes) == 1:
            state.run = -1
        code = codes[state.run] if len(codes) > 1 else codes[0]
        entry = self._entry(code)
        if len(codes) == 1 and subject.shares and number.family not in _FAMILIES[entry.unit]:
            code = subject.shares[0]
            entry = self._entry(code)
        if not entry.known or state.foreign or (state.other and state.year is None) or state.share:
            return
        value = abs(number.value) * direction if direction < 0 else number.value
        rank = subject.rank * 10 + (5 if state.same_scope else 0)
        claim: Claim | None = None
        if entry.change:
            if direction and number.unit == "%":
                claim = Claim(number, code, "level", value, rank, index)
            elif subject.index and number.unit in ("", "%") and 80 <= number.value <= 130:
                change = round(number.value - 100, number.decimals)
                claim = Claim(number, code, "level", change, rank, index, unit="%")
        elif direction:
            if number.unit == "%":
                claim = Claim(number, code, "growth", value, rank, index)
        elif number.family in _FAMILIES[entry.unit] and (
            entry.unit != "per_head" or number.unit in _MONEY_PER_HEAD
        ):
            claim = Claim(number, code, "level", value, rank, index)
        if claim is not None:
            claim.approximate = approximate or number.unit_end - number.end > len(number.unit)
            claim.period = str(state.year) if state.other and state.year else None
            claim.run = self.runs
            self.claims.append(claim)

    def _share(self, index: int, number: Num, state: State, of: str) -> None:
        from flows.read.prose.ratios import share_claim

        share_claim(self, index, number, state, of)


def _cooled(state: State) -> str | None:
    """The topic after an unknown part of a chain: short names are no longer sure."""
    return None


def _only_rank(item: Phrase) -> str:
    return ""


def _codes(state: State) -> tuple[str, ...]:
    return state.subject.codes if state.subject else ()


def _copy(state: State) -> State:
    return State(
        state.subject,
        state.topic,
        state.narrow,
        state.other,
        state.year,
        state.foreign,
        state.same_scope,
        state.share,
        state.run,
        state.run_measure,
        state.among,
        state.above,
    )
