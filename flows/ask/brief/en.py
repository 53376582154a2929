"""The three sentences in English, as a paper prints them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.ask.brief import choose
from flows.ask.brief.facts import Fact, Facts
from flows.ask.brief.sentence import Figure, Sentence, joined, plain, rate

_SECTOR = {
    "gdp_primary": "farming, forestry and fishing",
    "gdp_secondary": "industry and construction",
    "gdp_tertiary": "services",
}
#: what the name of a group begins with that is not a proper name
_KINDS = frozenset((
    "areas", "cities", "counties", "county-level", "districts", "prefecture-level", "prefectures",
    "provinces",
))  # fmt: skip
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MEANT = {"at_least": "at least ", "at_most": "no more than ", "about": "about "}
_LEADS = {
    "in_step": "in step with the economy",
    "above_city": "faster than the city's",
    "above_province": "faster than the province's",
    "above_country": "faster than the country's",
}


def sentences(facts: Facts, indicators: Mapping[str, str], group: str | None) -> list[Sentence]:
    """Those of the three that something is known for."""
    said = [
        _stands(facts, group),
        _carries(facts, indicators),
        _next(facts, indicators),
    ]
    return [sentence for sentence in said if sentence]


def _stands(facts: Facts, group: str | None) -> Sentence:
    sentence = Sentence("stands")
    level, growth = facts.get("level"), facts.get("growth")
    name = facts.names[facts.ref_area].en
    if level is None and growth is None:
        return sentence
    sentence.say(f"{name}'s economy ")
    if level is not None:
        sentence.say("produced ", Figure(_amount(level), level), f" in {facts.time_period}")
        if growth is not None:
            sentence.say(", ", Figure(_change(growth), growth), " on the year before")
        elif (gain := facts.get("gain")) is not None:
            word = "more" if gain.obs_value >= 0 else "less"
            amount = Figure(_amount(gain, absolute=True), gain)
            sentence.say(", ", amount, f" {word} than a year earlier at current prices")
    elif growth is not None:
        grew = "grew by " if growth.obs_value >= 0 else "shrank by "
        percent = Figure(rate(abs(growth.value)), growth)
        sentence.say(grew, percent, f" in {facts.time_period}")
    if (passed := facts.get("passed")) is not None:
        sentence.say(", passing ", Figure(_amount(passed), passed), " for the first time")
    _rank(sentence, facts, group)
    sentence.say(".")
    return sentence


def _rank(sentence: Sentence, facts: Facts, group: str | None) -> None:
    found = choose.rank(facts)
    if found is None or group is None:
        return
    rank, members = found
    known, whole = int(members.obs_value), int(members.upper or 0)
    sentence.say("; it ranks ", Figure(_ordinal(int(rank.obs_value)), rank), " ")
    kind = _kind(group)
    if known == whole:
        sentence.say(f"among the {kind}" if kind else f"among {group}")
    else:
        these = f" {kind} that have figures" if kind else f" of {group} that have figures"
        sentence.say("among the ", Figure(_number(known), members), these)
    behind, ahead = facts.get("behind"), facts.get("ahead")
    if behind is not None and behind.other_area:
        other = facts.names[behind.other_area].en
        sentence.say(", ", Figure(_amount(behind), behind), f" behind {other}")
    elif ahead is not None and ahead.other_area:
        other = facts.names[ahead.other_area].en
        sentence.say(", ", Figure(_amount(ahead), ahead), f" ahead of {other}")


def _kind(group: str) -> str | None:
    """The group within a sentence, where its name is a kind of area (Counties of Zhejiang) and no
    name of its own (Zhejiang's 26 mountain counties; Longgang, Pingyang and Cangnan)."""
    first = re.match(r"[A-Za-z-]+", group)
    return _lower(group) if first and first[0].lower() in _KINDS else None


def _carries(facts: Facts, indicators: Mapping[str, str]) -> Sentence:
    sentence = Sentence("carries")
    clauses: list[list[str | Figure]] = []
    for number, (code, value, share, growth) in enumerate(choose.sectors(facts)):
        clause: list[str | Figure] = [_SECTOR[code]]
        if share is not None:
            verb = " contributed most, " if number == 0 else " "
            percent = Figure(rate(choose.percent_of_gdp(share, facts), 1), share)
            clause += [verb, percent, " of GDP"]
            if value is not None:
                clause += [" (", Figure(_amount(value), value), ")"]
        elif value is not None:
            verb = " contributed most, " if number == 0 else " "
            clause += [verb, Figure(_amount(value), value)]
        if growth is not None:
            clause += [", ", Figure(_change(growth), growth)]
        clauses.append(clause)
    for code, value, growth in choose.others(facts):
        clause = [_lower(indicators[code])]
        if value is not None:
            clause += [" came to ", Figure(_amount(value), value)]
            if growth is not None:
                clause += [", ", Figure(_change(growth), growth)]
        elif growth is not None:
            clause += [" was ", Figure(_change(growth), growth)]
        clauses.append(clause)
    if clauses:
        sentence.say(*_capital(joined(clauses, "; ")), ".")
    return sentence


def _next(facts: Facts, indicators: Mapping[str, str]) -> Sentence:
    sentence = Sentence("next")
    clauses: list[list[str | Figure]] = []
    if (found := choose.mark(facts)) is not None:
        mark, pace = found
        clause: list[str | Figure] = ["the next mark is ", Figure(_amount(mark), mark)]
        if pace is not None and mark.upper is not None:
            speed, year = Figure(rate(pace.value, 1), pace), choose.year_of(mark, facts)
            clause += [", which it would pass in ", Figure(str(year), mark), " at the ", speed]
            clause += [" a year of the last three years (at current prices)"]
        clauses.append(clause)
    if (chase := choose.catch_up(facts)) is not None and chase.other_area:
        other = facts.names[chase.other_area].en
        years = int(chase.upper or 0)
        if chase.qualifier == "standing still":
            pace_of = f"even if {other} stood still"
        else:
            pace_of = f"if {other} keeps last year's pace"
        span = Figure("one year" if years == 1 else f"{_number(years)} years", chase)
        need = Figure(rate(chase.value, 1), chase)
        yearly = "" if years == 1 else " a year"
        clauses.append([f"to draw level with {other} in ", span, " it would have to grow by ", need,
                        f"{yearly} at current prices, {pace_of}"])  # fmt: skip
    aims = [_target(fact, indicators) for fact in choose.targets(facts)]
    if aims:
        year = int(facts.time_period) + 1
        clauses.append([f"for {year} it aims at ", *joined(aims, " and ")])
    if clauses:
        sentence.say(*_capital(joined(clauses, "; ")), ".")
    return sentence


def _target(fact: Fact, indicators: Mapping[str, str]) -> list[str | Figure]:
    name, meant = _lower(indicators[fact.indicator]), _MEANT.get(fact.qualifier or "", "")
    if fact.fact == "target_lead":
        return [f"growth of {name} ", Figure(_LEADS[fact.qualifier or "in_step"], fact)]
    if fact.fact == "target_growth":
        return ["growth of ", Figure(f"{meant}{plain(fact.value, 2)}%", fact), f" in {name}"]
    return [f"{name} of ", Figure(f"{meant}{_amount(fact)}", fact)]


def _amount(fact: Fact, absolute: bool = False) -> str:
    value = abs(fact.value) if absolute else fact.value
    unit = fact.unit_measure or ""
    if unit == "亿元":
        if abs(value) >= 10_000:
            return f"{plain(value / 10_000, 2)} trillion yuan"
        if abs(value) < 10:
            return f"{plain(value * 100, 0)} million yuan"
        return f"{plain(value / 10, 2)} billion yuan"
    if unit == "万人":
        return f"{plain(value * 10_000, 0)} people"
    if unit == "万吨":
        return f"{plain(value * 10_000, 0)} tonnes"
    if unit in ("%", "‰"):
        return f"{plain(value, 2)}{unit}"
    return f"{plain(value, 0)} yuan" if unit == "元" else f"{plain(value, 2)} {unit}"


def _change(fact: Fact) -> str:
    if fact.obs_value == 0:
        return "unchanged"
    return f"{'up' if fact.obs_value > 0 else 'down'} {rate(abs(fact.value))}"


def _ordinal(rank: int) -> str:
    words = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth",
             7: "seventh", 8: "eighth", 9: "ninth"}  # fmt: skip
    if rank in words:
        return words[rank]
    ending = (
        "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    )
    return f"{rank}{ending}"


def _number(number: int) -> str:
    return _SMALL[number] if number < len(_SMALL) else str(number)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:] if not name[:2].isupper() else name


def _capital(parts: list[str | Figure]) -> list[str | Figure]:
    first = parts[0]
    return [first[:1].upper() + first[1:], *parts[1:]] if isinstance(first, str) else parts
