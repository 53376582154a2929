"""The words of articles: ``lexicon.yaml`` beside this file and the reader's own names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from flows.language.words import build_word_pattern, load_yaml
from flows.read.prose.lexicon import FOLDER, expand, lexicon

#: Codes whose "part of the whole" is an indicator of its own.
SHARE_OF = {
    "gdp_primary": "gdp_primary_share",
    "gdp_secondary": "gdp_secondary_share",
    "gdp_tertiary": "gdp_tertiary_share",
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Compiled patterns. ``code`` gives the indicator of a name; rates and others have none."""

    name: re.Pattern[str]
    code: dict[str, str | None]
    rates: frozenset[str]
    group: re.Pattern[str]
    group_id: dict[str, str]
    last_year: re.Pattern[str]
    this_year: re.Pattern[str]
    year_before_last: re.Pattern[str]
    count_noun: re.Pattern[str]
    strong_list: re.Pattern[str]
    target: re.Pattern[str]
    that: dict[str, str]


@cache
def load_vocabulary() -> Vocabulary:
    """Read and compile the words, once."""
    data: dict[str, Any] = YAML(typ="safe").load(Path(__file__).with_name("lexicon.yaml"))
    code: dict[str, str | None] = {}
    reader = lexicon()
    for phrase, namings in reader.names.items():
        for naming in namings:
            sole = len(naming.codes) == 1 and naming.rank == 1
            if sole and not (naming.short or naming.index) and not naming.codes[0].startswith("_"):
                code.setdefault(phrase, naming.codes[0])
    for indicator, entry in load_yaml(FOLDER / "indicators.yaml").items():
        if not indicator.startswith("_"):
            code.update(dict.fromkeys(expand(entry.get("names", ())), indicator))
    for indicator, names in data["indicators"].items():
        code.update(dict.fromkeys(names, indicator))
    for name in (*data["rates"], *data["others"]):
        code.setdefault(name, None)
    groups = {name: group for group, names in data["groups"].items() for name in names}
    return Vocabulary(
        name=re.compile(build_word_pattern(list(code))),
        code=code,
        rates=frozenset(data["rates"]),
        group=_match_any(groups),
        group_id=groups,
        last_year=_match_any(data["last_year"]),
        this_year=_match_any(data["this_year"]),
        year_before_last=_match_any(data["year_before_last"]),
        count_noun=_match_any(data["count_nouns"]),
        strong_list=_match_any(data["strong_lists"]),
        target=_match_any(data["targets"]),
        that=dict(data["that"]),
    )


def _match_any(texts: Any) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True)))
