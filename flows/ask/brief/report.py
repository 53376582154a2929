"""A brief as text with numbered origins, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.text import Text

from flows.ask.brief.facts import BriefFacts
from flows.ask.brief.sentence import BriefSentence

_COMPUTED = {
    "share": "structure",
    "gain": "latest_observation",
    "rank": "league_table",
    "members": "league_table",
    "behind": "league_table",
    "ahead": "league_table",
    "passed": "milestone",
    "mark": "next_mark",
    "pace": "next_mark",
    "catch_up": "catch_up",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure of a sentence comes from: a print, or a model and the prints it rests on."""

    figure: str
    fact: str
    indicator: str
    obs_value: float
    unit_measure: str | None
    computed_by: str | None
    printed: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence."""

    part: str
    text: str
    origins: list[Origin]


@dataclass(frozen=True, slots=True)
class Brief:
    """What ``gongbao brief --format json`` prints for one area."""

    ref_area: str
    name: str
    time_period: str
    group_id: str | None
    sentences: dict[str, list[Said]]  # by language: zh, en
    note: str | None = None  # why there is nothing to say


def build_brief(facts: BriefFacts, said: dict[str, list[BriefSentence]], note: str | None) -> Brief:
    """The sentences with their origins."""
    return Brief(
        facts.ref_area,
        facts.names[facts.ref_area].zh,
        facts.time_period,
        facts.group_id,
        {
            language: [Said(s.part, s.text, _list_origins(facts, s)) for s in sentences]
            for language, sentences in said.items()
        },
        note,
    )


def _list_origins(facts: BriefFacts, sentence: BriefSentence) -> list[Origin]:
    return [
        Origin(
            figure.text,
            figure.fact.fact,
            figure.fact.indicator,
            figure.fact.obs_value,
            figure.fact.unit_measure,
            None if figure.fact.locator else _COMPUTED.get(figure.fact.fact),
            [asdict(one) for one in facts.list_prints(figure.fact)],
        )
        for figure in sentence.figures
    ]


def format_json(briefs: list[Brief]) -> str:
    """An array with one object an area."""
    return json.dumps([asdict(one) for one in briefs], ensure_ascii=False, indent=2) + "\n"


def print_briefs(console: Console, briefs: list[Brief], origins: bool) -> None:
    """Each area's sentences; with ``origins``, each figure and where it is printed."""
    for number, one in enumerate(briefs):
        if number:
            console.print()
        if one.note:
            console.print(Text(f"{one.name} {one.time_period}: {one.note}", style="dim"))
            continue
        for sentences in one.sentences.values():
            console.print(Text("".join(_space_sentences(sentences))))
        if origins:
            _print_origins(console, one)


def _space_sentences(sentences: list[Said]) -> list[str]:
    return [
        said.text + (" " if said.text.endswith(".") and number < len(sentences) - 1 else "")
        for number, said in enumerate(sentences)
    ]


def _print_origins(console: Console, one: Brief) -> None:
    """Each figure with its print, and the releases by number."""
    language = next(iter(one.sentences))
    numbers: dict[tuple[str, str], int] = {}
    console.print(Text("origins", style="bold"))
    for said in one.sentences[language]:
        for origin in said.origins:
            places = []
            for printed in origin.printed:
                release = printed["title"], printed["url"]
                number = numbers.setdefault(release, len(numbers) + 1)
                places.append(f"[{number}] “{printed['value_text']}” {printed['locator']}")
            how = f"computed ({origin.computed_by}) from " if origin.computed_by else ""
            console.print(Text(f"  {origin.figure}  {how}{', '.join(places) or 'the whole table'}"))
    for (title, url), number in numbers.items():
        console.print(Text(f"  [{number}] {title}  {url}"))
