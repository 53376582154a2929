"""From the numbers of a sentence to claims: which indicator, which measure, how sure.

A phrase names an indicator only if nothing is left of it once the words without meaning are
taken out; a phrase that is not understood ends the chain that it stands in. So an unknown
qualifier (民营经济增加值, 机电产品出口) costs a claim and never makes a wrong one.

Carried from clause to clause of a sentence: the subject, whether the scope is narrower than the
area, whether the time is another year (``state``). Carried from sentence to sentence: the
topic, which the short names (其中，出口…) need.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flows.language.words import build_word_pattern, load_yaml
from flows.model.measure import Measure
from flows.read.document.document import BREAK, SOFT
from flows.read.prose.aims import (
    LOOSELY,
    drop_comparator,
    drop_growth,
    find_comparator,
    find_references,
)
from flows.read.prose.lexicon import FOLDER, Lexicon, Naming, lexicon
from flows.read.prose.numbers import Num
from flows.read.prose.phrase import OTHER, OWN, Phrase, cut_phrase
from flows.read.prose.ratios import Shares, claim_ratios
from flows.read.prose.sections import (
    Passage,
    is_about_years_back,
    names_the_year,
    reports_past,
)
from flows.read.prose.sentences import Lead, Own, Sentence, cut_lead, is_other_part
from flows.read.prose.state import GROWS, FigureClaim, Increase, Listed, Runs, State, ends_in_level
from flows.read.prose.subjects import resolve_subject
from flows.read.prose.turns import turn_state
from flows.read.prose.values import aim_claim, inherit_units, make_claim

#: 由60.7%提高到…: the number is the old one
_FROM = re.compile(f"(?:由|从)(?:上年|去年|年初|上年末|上年底|{OTHER})?(?:年|同期|末|底|年末)?的?$")
_TARGET = re.compile(r"[^，。；]{0,8}(?:目标|计划|任务|预期)")
#: 总量超500亿元的县: of each of these, not of the whole
_PART_OF = re.compile(
    r"(?:以上|以下|左右)?的?(?<=的)(?:[县区市镇乡村]|企业|项目|园区|产业|行业|街道|地区|家庭|农户|单位|公司|集群|品牌|个)"
)
_RANGE = re.compile(r"(?:[-—~]{1,2}|[至到])\d")
_RANGE_BEFORE = re.compile(r"[\d%‰元人吨](?:[-—~]{1,2}|[至到])$")
_JOINS = re.compile(r"[和与、及]")
_COMPARES = re.compile(r"[比较高低快慢增]|同比")
#: the number is what was planned; what was done may follow
_BUDGETED = re.compile(r"(?<=[入出])(?:年初|调整|变动)?预算数?为?$")
#: 人口年末总户数: the heading of a section run into its first sentence
_RUN_IN = re.compile(
    rf"(?:{build_word_pattern(load_yaml(FOLDER / 'words.yaml')['run_in'])})(?=全年|年末|年底|初步核算|经初步核算)"
)
_RATES = frozenset(("percent", "permille", "points", "times"))


@dataclass(slots=True)
class ClaimReader:
    """Reads the sentences of one document in order; ``claims`` is what comes out."""

    text: str
    own: Own
    passages: list[Passage] = field(default_factory=list)
    lex: Lexicon = field(default_factory=lexicon)
    claims: list[FigureClaim] = field(default_factory=list)
    topic: str | None = None
    runs: Runs = field(default_factory=Runs)
    before: tuple[int, State] | None = None  # block and state of a sentence that ends in a level
    increases: list[Increase] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)  # the best rank that a figure was named by
    run_codes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    lists: list[Listed] = field(default_factory=list)  # those that print one number for several
    aims: tuple[int, bool] | None = None  # block in which a sentence aims, and whether far ahead
    other_part: int | None = None  # block whose sentences go on about another part of the year
    years: bool = False  # the sentences look back on several years

    def read_sentence(self, index: int, item: Sentence) -> None:
        """Read one sentence."""
        before, self.before = self.before, None
        plan, past = self._find_passage(item)
        if plan is not None:
            self._claim_references(index, item, plan)
        goes_on = before and before[0] == item.block and GROWS.match(self.text, item.start)
        if not goes_on and not self.lex.anchor.search(self.text, item.start, item.end):
            if item.numbers:
                self.topic = None
            return
        first_claim = len(self.claims)
        state = self._begin_state(item, plan, past)
        if before and goes_on:
            state = before[1]  # 进口总额40.1亿元。同比增长8.7%。
        figures = [n for n in item.numbers if n.kind in ("figure", "flat")]
        inherit_units(self.text, figures)
        taken = claim_ratios(self, index, item, figures)
        stack: list[State] = []
        position = self._skip_run_in(item)
        dates: list[Num] = []
        previous: Num | None = None
        for number in item.numbers:
            if number.kind == "date":
                dates.append(number)
            elif number.kind == "ordinal" and number.start <= item.start + 1:
                position = min(number.end + 1, item.end)  # 2.全年…
            elif number.kind in ("figure", "flat"):
                if id(number) not in taken:
                    words = cut_lead(self.text, position, number.start, dates, self.own)
                    state = self._carry_clauses(words, state, stack)
                    self._read_number(index, number, state, previous, words)
                position, dates, previous = number.unit_end, [], number
        rest = cut_lead(self.text, position, item.end, dates, self.own)
        claimed = self.claims[-1].number if self.claims else None
        if claimed is not None and claimed is previous and ends_in_level(state, claimed, rest):
            self.before = item.block, state.copy()
        state = self._carry_clauses(rest, state, stack)
        if not figures:
            turn_state(
                self.lex,
                self.named,
                cut_phrase(rest.clauses[-1][0]),
                state,
                rest.clauses[-1][0],
                numbered=False,
            )
        if figures or state.subject is not None:
            self.topic = state.topic
        if state.aiming and self.own.report:
            self.aims = item.block, state.longer
        self._close_runs(first_claim)

    def _skip_run_in(self, item: Sentence) -> int:
        """Where the words of a sentence begin: after a heading that was run into it."""
        opens = item.start == 0 or self.text[item.start - 1] in BREAK + SOFT
        match = _RUN_IN.match(self.text, item.start, item.end) if opens else None
        return match.end() if match else item.start

    def _begin_state(self, item: Sentence, plan: Passage | None, past: bool) -> State:
        """What a sentence starts with: the topic, and whether its figures are aimed at."""
        state = State(topic=self.topic, past=past)
        if self.own.part:
            other = is_other_part(self.text, item.start, item.end, self.own)
            if other is not None:
                self.other_part = item.block if other else None
            state.other = self.other_part == item.block
        aims = self.aims if self.aims and self.aims[0] == item.block else None
        if plan is not None:
            state.target, state.longer = True, not plan.one_year
        elif aims and not reports_past(self.text, item.start, item.end, self.own.year):
            state.target, state.longer = True, aims[1]
        return state

    def _find_passage(self, item: Sentence) -> tuple[Passage | None, bool]:
        """The plan that a sentence is part of, and whether it looks back on several years.

        A sentence of a plan that tells of what was is no part of it.
        """
        around = (each for each in self.passages if each.start <= item.start < each.end)
        section = next(around, None)
        if section is not None and section.aimed:
            self.years = False
            told = reports_past(self.text, item.start, item.end, self.own.year)
            return (None if told else section), False
        if not self.own.report:
            return None, False
        if section is not None and section.start == item.start:
            self.years = section.years
        elif names_the_year(self.text, item.start, item.end, self.own.year):
            self.years = False
        elif is_about_years_back(self.text, item.start, item.end):
            self.years = True
        return None, self.years

    def _claim_references(self, index: int, item: Sentence, plan: Passage) -> None:
        """Targets without a number: in step with the economy, above the province."""
        if not plan.one_year or self.own.year is None:
            return
        for number, meant, end in find_references(self.text, item.start, item.end):
            start = max(self.text.rfind(mark, item.start, end) for mark in "，、；:") + 1
            words = cut_lead(self.text, max(start, item.start), end, [], self.own).clauses[-1][0]
            words = drop_growth(drop_comparator(words, True))
            code = LOOSELY.get(self.lex.canonical(words).strip(OWN))
            if code is None:
                naming = resolve_subject(self.lex, cut_phrase(words), State())
                if naming is None or len(naming.codes) != 1 or cut_phrase(words).direction:
                    continue
                code = naming.codes[0]
            if not self.lex.entries[code].known or (code == "gdp" and meant == "in_step"):
                continue
            claim = FigureClaim(number, code, Measure.TARGET_LEAD, 0.0, 10, index, meant)
            claim.period = str(self.own.year + 1)
            self.runs.begin()
            self.runs.count()
            claim.run = self.runs.current
            self.claims.append(claim)
            item.numbers.append(number)
        item.numbers.sort(key=lambda each: each.start)

    def _close_runs(self, first: int) -> None:
        for claim in self.claims[first:]:
            if (
                self.runs.seen.get(claim.run, 1) == 1 < claim.size
                and claim.measure is Measure.LEVEL
            ):
                self.lists.append(Listed(claim.number, self.run_codes.get(claim.run, ())))
        kept = [c for c in self.claims[first:] if self.runs.seen.get(c.run, 1) == c.size]
        self.claims[first:] = kept

    def _carry_clauses(self, words: Lead, state: State, stack: list[State]) -> State:
        """All clauses but the last only change what is carried."""
        if words.year is not None:
            state.year = words.year
            if self.own.year is not None and words.year > self.own.year:
                state.target = state.longer = True  # what is to be is never a result
        for text, mark in words.clauses[:-1]:
            text = drop_comparator(text, state.target)  # 力争到2030年，…
            if text:
                turn_state(self.lex, self.named, cut_phrase(text), state, text, numbered=False)
            if mark == "(":
                stack.append(state.copy())
            elif mark == ")" and stack:
                state = stack.pop()
            elif mark == "；":
                state.basis = False
                if state.above is not None:
                    state.topic, state.among = state.above, False
        return state

    def _read_number(
        self, index: int, number: Num, state: State, previous: Num | None, words: Lead
    ) -> None:
        text = words.clauses[-1][0]
        if len(words.clauses) == 1 and self._passes_over(state, previous, text):
            return
        state.old = False
        before = _FROM.search(text) or _BUDGETED.search(text)
        if before:
            text = text[: before.start()]
        meant = find_comparator(self.text, number, text)
        text = drop_comparator(text, state.target)
        item = cut_phrase(text)
        nothing = item.bare and not (item.turns - {"separators"})
        in_list = len(state.codes) > 1 and 0 < state.run < len(state.codes)
        goes_on = (
            previous is not None
            and item.bare
            and "respectively" not in item.turns
            and number.family == state.family
            and all(not clause for clause, _ in words.clauses[:-1])
        )
        if goes_on and in_list:
            direction = item.direction or (state.direction if nothing else 0)
            self._claim_member(index, number, state, direction, item, meant)
            return
        if goes_on and nothing and len(words.clauses) == 1:
            self._pass_stray(index, number, state)
            return
        if not item.bare or item.turns:
            topic = state.topic
            turn_state(self.lex, self.named, item, state, text, numbered=True)
            if state.subject is None and number.family == "points" and _COMPARES.match(text):
                state.topic = topic  # 比上年快0.3个百分点 only comments
        if "respectively" in item.turns and len(state.codes) < 2:
            several = item.direction and len(state.recent) > 1 and not item.heads
            state.subject = Naming(state.recent) if several else None
        if "same_scope" in item.turns:
            state.second = True
        if "other_base" in item.turns:
            state.against = number.family != "times"
        elif item.heads or "year_on_year" in item.turns:
            state.against = False
        if item.share and item.heads:
            state.share = True
        self.runs.begin()
        state.run = 0
        state.blocked = "aside" in item.turns and not item.share
        if "aside" in item.turns and item.heads and not item.share:
            state.subject = None
        direction = 1 if number.kind == "flat" else item.direction
        if not direction and item.signed and (number.negative or text.endswith("+")):
            direction = 1
        if before:
            self.runs.count()
            state.old = before.re is _FROM
            return
        self._claim_member(index, number, state, direction, item, meant)

    def _pass_stray(self, index: int, number: Num, state: State) -> None:
        """A number with nothing but a separator before it, where no list is open."""
        if state.run and self.runs.seen.get(self.runs.current):
            self.runs.count()  # the list had more numbers than names: none is believed
        state.subject = None

    def _passes_over(self, state: State, previous: Num | None, text: str) -> bool:
        """Whether the words right after another number say that this one is no figure of it."""
        if state.old and _JOINS.fullmatch(text) and len(state.codes) == 1:
            state.subject, state.old = None, False  # 从465元和169元提高到…: two groups, one name
            return True
        years = previous is not None and previous.unit == "年" and not previous.decimals
        return years and not text.startswith(("末", "底"))  # 5年增长18.7%, but no 年末

    def _is_range(self, number: Num) -> bool:
        """6%—6.5%: neither end is the figure."""
        return bool(
            _RANGE.match(self.text, number.unit_end)
            or _RANGE_BEFORE.search(self.text, max(0, number.start - 4), number.start)
        )

    def _claim_member(
        self,
        index: int,
        number: Num,
        state: State,
        direction: int,
        item: Phrase,
        meant: str | None,
    ) -> None:
        """One number of the open run."""
        place = self.runs.count()
        state.run, state.direction, state.family = place + 1, direction, number.family
        if number.family == "foreign":
            state.foreign = True
            return
        if number.family == "money" and not direction:
            state.foreign = False
        if direction:
            state.recent = ()
        elif place < max(1, len(state.codes)) and number.unit and number.family not in _RATES:
            state.recent += (state.codes[place] if state.codes else "_unknown",)
        if direction and number.unit and number.unit != "%" and len(state.codes) == 1:
            growth = number.value * direction
            self.increases.append(Increase(number, state.codes[0], growth, index))
        nominal = any(self.lex.entries[code].nominal for code in state.codes)
        if (
            state.subject is None
            or state.narrow
            or state.without
            or (number.kind == "flat" and not item.flat)
            or state.against
            or "narrow" in item.turns
            or ("current" in item.turns and direction and not nominal)
            or (item.rest and not item.share)
            or state.blocked
            or (direction and number.unit not in ("%", ""))
            or ("real" in item.turns and nominal)
            or (state.other and state.year is None and not (state.target and self.own.report))
            or place >= len(state.codes)
            or (state.past and state.year is None)
            or _TARGET.match(self.text, number.unit_end)
            or _PART_OF.match(self.text, number.unit_end)
            or self._is_range(number)
        ):
            return
        claim = (
            Shares.single(self, number, state, place, direction, item)
            if state.share or item.share
            else make_claim(self.lex, number, state, place, direction)
        )
        if claim is not None:
            claim.sentence = index
            claim.comparator = meant
            claim.period = str(state.year) if state.other and state.year else None
            if state.target and not aim_claim(claim, self.own, state.longer):
                return
            claim.run, claim.size = self.runs.current, len(state.codes)
            if claim.size > 1:
                self.run_codes[claim.run] = state.codes
            self.claims.append(claim)
