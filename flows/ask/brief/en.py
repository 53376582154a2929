"""The three sentences in English, as a paper prints them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.ask.brief import choose
from flows.ask.brief.facts import BriefFact, BriefFacts
from flows.ask.brief.sentence import (
    BriefSentence,
    SaidFigure,
    format_plain,
    format_rate,
    join_clauses,
)

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


def write_sentences(
    facts: BriefFacts, indicators: Mapping[str, str], group: str | None
) -> list[BriefSentence]:
    """Those of the three that something is known for."""
    said = [
        _write_standing(facts, group),
        _write_strengths(facts, indicators),
        _write_prospects(facts, indicators),
    ]
    return [sentence for sentence in said if sentence]


def _write_standing(facts: BriefFacts, group: str | None) -> BriefSentence:
    sentence = BriefSentence("stands")
    level, growth = facts.get("level"), facts.get("growth")
    name = facts.names[facts.ref_area].en
    if level is None and growth is None:
        return sentence
    sentence.say(f"{name}'s economy ")
    if level is not None:
        sentence.say(
            "produced ", SaidFigure(_format_amount(level), level), f" in {facts.time_period}"
        )
        if growth is not None:
            sentence.say(", ", SaidFigure(_format_change(growth), growth), " on the year before")
        elif (gain := facts.get("gain")) is not None:
            word = "more" if gain.obs_value >= 0 else "less"
            amount = SaidFigure(_format_amount(gain, absolute=True), gain)
            sentence.say(", ", amount, f" {word} than a year earlier at current prices")
    elif growth is not None:
        grew = "grew by " if growth.obs_value >= 0 else "shrank by "
        percent = SaidFigure(format_rate(abs(growth.value)), growth)
        sentence.say(grew, percent, f" in {facts.time_period}")
    if (passed := facts.get("passed")) is not None:
        sentence.say(
            ", passing ", SaidFigure(_format_amount(passed), passed), " for the first time"
        )
    _say_rank(sentence, facts, group)
    sentence.say(".")
    return sentence


def _say_rank(sentence: BriefSentence, facts: BriefFacts, group: str | None) -> None:
    found = choose.choose_rank(facts)
    if found is None or group is None:
        return
    rank, members = found
    known, whole = int(members.obs_value), int(members.upper or 0)
    sentence.say("; it ranks ", SaidFigure(_format_ordinal(int(rank.obs_value)), rank), " ")
    kind = _find_kind(group)
    if known == whole:
        sentence.say(f"among the {kind}" if kind else f"among {group}")
    else:
        these = f" {kind} that have figures" if kind else f" of {group} that have figures"
        sentence.say("among the ", SaidFigure(_format_number(known), members), these)
    behind, ahead = facts.get("behind"), facts.get("ahead")
    if behind is not None and behind.other_area:
        other = facts.names[behind.other_area].en
        sentence.say(", ", SaidFigure(_format_amount(behind), behind), f" behind {other}")
    elif ahead is not None and ahead.other_area:
        other = facts.names[ahead.other_area].en
        sentence.say(", ", SaidFigure(_format_amount(ahead), ahead), f" ahead of {other}")


def _find_kind(group: str) -> str | None:
    """The group within a sentence, where its name is a kind of area (Counties of Zhejiang) and no
    name of its own (Zhejiang's 26 mountain counties; Longgang, Pingyang and Cangnan)."""
    first = re.match(r"[A-Za-z-]+", group)
    return _lower_first(group) if first and first[0].lower() in _KINDS else None


def _write_strengths(facts: BriefFacts, indicators: Mapping[str, str]) -> BriefSentence:
    sentence = BriefSentence("carries")
    clauses: list[list[str | SaidFigure]] = []
    for number, (code, value, share, growth) in enumerate(choose.choose_sectors(facts)):
        clause: list[str | SaidFigure] = [_SECTOR[code]]
        if share is not None:
            verb = " contributed most, " if number == 0 else " "
            percent = SaidFigure(format_rate(choose.compute_percent_of_gdp(share, facts), 1), share)
            clause += [verb, percent, " of GDP"]
            if value is not None:
                clause += [" (", SaidFigure(_format_amount(value), value), ")"]
        elif value is not None:
            verb = " contributed most, " if number == 0 else " "
            clause += [verb, SaidFigure(_format_amount(value), value)]
        if growth is not None:
            clause += [", ", SaidFigure(_format_change(growth), growth)]
        clauses.append(clause)
    for code, value, growth in choose.choose_others(facts):
        clause = [_lower_first(indicators[code])]
        if value is not None:
            clause += [" came to ", SaidFigure(_format_amount(value), value)]
            if growth is not None:
                clause += [", ", SaidFigure(_format_change(growth), growth)]
        elif growth is not None:
            clause += [" was ", SaidFigure(_format_change(growth), growth)]
        clauses.append(clause)
    if clauses:
        sentence.say(*_capitalise(join_clauses(clauses, "; ")), ".")
    return sentence


def _write_prospects(facts: BriefFacts, indicators: Mapping[str, str]) -> BriefSentence:
    sentence = BriefSentence("next")
    clauses: list[list[str | SaidFigure]] = []
    if (found := choose.choose_mark(facts)) is not None:
        mark, pace = found
        clause: list[str | SaidFigure] = [
            "the next mark is ",
            SaidFigure(_format_amount(mark), mark),
        ]
        if pace is not None and mark.upper is not None:
            speed, year = (
                SaidFigure(format_rate(pace.value, 1), pace),
                choose.find_year_of_mark(mark, facts),
            )
            clause += [", which it would pass in ", SaidFigure(str(year), mark), " at the ", speed]
            clause += [" a year of the last three years (at current prices)"]
        clauses.append(clause)
    if (chase := choose.choose_catch_up(facts)) is not None and chase.other_area:
        other = facts.names[chase.other_area].en
        years = int(chase.upper or 0)
        if chase.qualifier == "standing still":
            pace_of = f"even if {other} stood still"
        else:
            pace_of = f"if {other} keeps last year's pace"
        span = SaidFigure("one year" if years == 1 else f"{_format_number(years)} years", chase)
        need = SaidFigure(format_rate(chase.value, 1), chase)
        yearly = "" if years == 1 else " a year"
        clauses.append([f"to draw level with {other} in ", span, " it would have to grow by ", need,
                        f"{yearly} at current prices, {pace_of}"])  # fmt: skip
    aims = [_say_target(fact, indicators) for fact in choose.choose_targets(facts)]
    if aims:
        year = int(facts.time_period) + 1
        clauses.append([f"for {year} it aims at ", *join_clauses(aims, " and ")])
    if clauses:
        sentence.say(*_capitalise(join_clauses(clauses, "; ")), ".")
    return sentence


def _say_target(fact: BriefFact, indicators: Mapping[str, str]) -> list[str | SaidFigure]:
    name, meant = _lower_first(indicators[fact.indicator]), _MEANT.get(fact.qualifier or "", "")
    if fact.fact == "target_lead":
        return [f"growth of {name} ", SaidFigure(_LEADS[fact.qualifier or "in_step"], fact)]
    if fact.fact == "target_growth":
        return [
            "growth of ",
            SaidFigure(f"{meant}{format_plain(fact.value, 2)}%", fact),
            f" in {name}",
        ]
    return [f"{name} of ", SaidFigure(f"{meant}{_format_amount(fact)}", fact)]


def _format_amount(fact: BriefFact, absolute: bool = False) -> str:
    value = abs(fact.value) if absolute else fact.value
    unit = fact.unit_measure or ""
    if unit == "亿元":
        if abs(value) >= 10_000:
            return f"{format_plain(value / 10_000, 2)} trillion yuan"
        if abs(value) < 10:
            return f"{format_plain(value * 100, 0)} million yuan"
        return f"{format_plain(value / 10, 2)} billion yuan"
    if unit == "万人":
        return f"{format_plain(value * 10_000, 0)} people"
    if unit == "万吨":
        return f"{format_plain(value * 10_000, 0)} tonnes"
    if unit in ("%", "‰"):
        return f"{format_plain(value, 2)}{unit}"
    return f"{format_plain(value, 0)} yuan" if unit == "元" else f"{format_plain(value, 2)} {unit}"


def _format_change(fact: BriefFact) -> str:
    if fact.obs_value == 0:
        return "unchanged"
    return f"{'up' if fact.obs_value > 0 else 'down'} {format_rate(abs(fact.value))}"


def _format_ordinal(rank: int) -> str:
    words = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth",
             7: "seventh", 8: "eighth", 9: "ninth"}  # fmt: skip
    if rank in words:
        return words[rank]
    ending = (
        "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    )
    return f"{rank}{ending}"


def _format_number(number: int) -> str:
    return _SMALL[number] if number < len(_SMALL) else str(number)


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:] if not name[:2].isupper() else name


def _capitalise(parts: list[str | SaidFigure]) -> list[str | SaidFigure]:
    first = parts[0]
    return [first[:1].upper() + first[1:], *parts[1:]] if isinstance(first, str) else parts
