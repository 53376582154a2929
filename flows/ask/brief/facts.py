"""The facts of one area and year, as the publication's model ``brief`` has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from flows.ask.publication import ask

_FACTS = """
SELECT b.fact, b.indicator, b.obs_value, b.upper, b.unit_measure, b.qualifier, b.other_area,
    b.release_id, b.locator
FROM brief AS b
WHERE b.ref_area = ? AND b.time_period = ? AND (b.group_id IS NULL OR b.group_id = ?)
ORDER BY b.part, b.fact, b.indicator, b.upper, b.other_area
"""
_GROUPS = """
SELECT group_id FROM brief
WHERE ref_area = ? AND time_period = ? AND fact = 'rank' ORDER BY group_id
"""
_NAMES = """
SELECT
    asked,
    coalesce(area_name(asked, ?), arg_max(area.name_zh, coalesce(area.valid_from, 0))),
    any_value(area.name_en)
FROM (SELECT unnest(?) AS asked) JOIN area ON area.ref_area = asked
GROUP BY asked
"""
_LEVELS = """
SELECT ref_area, time_period, release_id, locator FROM latest_observation
WHERE ref_area IN (SELECT unnest(?)) AND time_period IN (SELECT unnest(?)) AND indicator = 'gdp'
    AND measure = 'level' AND freq = 'A'
"""
_PRINTS = """
SELECT o.release_id, o.locator, r.title, r.publisher, r.url, o.value_text
FROM latest_observation AS o JOIN release_list AS r ON r.release_id = o.release_id
WHERE o.release_id IN (SELECT unnest(?)) AND o.locator IN (SELECT unnest(?))
"""

#: years back of the GDP that a computed fact rests on, beside the year's own
_BACK = {"gain": 1, "catch_up": 1, "mark": 3, "pace": 3}


@dataclass(frozen=True, slots=True)
class BriefFact:
    """A row of ``brief``. ``upper`` is its second number; see the model."""

    fact: str
    indicator: str
    obs_value: float
    upper: float | None
    unit_measure: str | None
    qualifier: str | None
    other_area: str | None
    release_id: str | None
    locator: str | None

    @property
    def value(self) -> Decimal:
        """``obs_value`` as the decimal number that it is printed as: what sentences reckon with.

        A binary 201.35 is a little less, and would be rounded down. A double has 15 digits that
        can be relied on; what it has beyond them comes of converting a unit.
        """
        return Decimal(f"{self.obs_value:.15g}")


@dataclass(frozen=True, slots=True)
class Name:
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Print:
    """Where a figure is printed."""

    release_id: str
    locator: str
    title: str
    publisher: str
    url: str
    value_text: str


@dataclass(frozen=True, slots=True)
class BriefFacts:
    """All that is known for a brief; asked by fact and indicator."""

    ref_area: str
    time_period: str
    group_id: str | None
    all: tuple[BriefFact, ...]
    names: dict[str, Name]
    levels: dict[tuple[str, int], tuple[str, str]]  # area and year to the print of its GDP
    prints: dict[tuple[str, str], Print]

    def get(self, fact: str, indicator: str = "gdp") -> BriefFact | None:
        """The fact, where it is known."""
        return next((f for f in self.all if (f.fact, f.indicator) == (fact, indicator)), None)

    def list_kinds(self, *facts: str) -> list[BriefFact]:
        """All facts of these kinds."""
        return [f for f in self.all if f.fact in facts]

    def list_prints(self, fact: BriefFact) -> list[Print]:
        """Where it is printed; of a computed fact, where what it is computed from is."""
        if fact.release_id and fact.locator:
            keys = [(fact.release_id, fact.locator)]
        elif fact.fact in ("rank", "members"):
            keys = []  # they rest on the whole table
        else:
            keys = self._list_sources(fact)
        return [self.prints[key] for key in keys if key in self.prints]

    def _list_sources(self, fact: BriefFact) -> list[tuple[str, str]]:
        year = int(self.time_period)
        years = {year, year - _BACK.get(fact.fact, 0)}
        areas = [self.ref_area, *([fact.other_area] if fact.other_area else [])]
        keys = [self.levels.get((area, one)) for area in areas for one in sorted(years)]
        part = self.get("level", fact.indicator) if fact.fact == "share" else None
        if part is not None and part.release_id and part.locator:
            keys.insert(0, (part.release_id, part.locator))
        return [key for key in keys if key is not None]


def load_facts(
    connection: duckdb.DuckDBPyConnection,
    ref_area: str,
    time_period: str,
    groups: Sequence[str],
) -> BriefFacts:
    """The facts of an area; a rank is that of the first of ``groups`` that it has one in."""
    ranked = {row[0] for row in ask(connection, _GROUPS, ref_area, time_period)}
    group = next((one for one in groups if one in ranked), None)
    rows = ask(connection, _FACTS, ref_area, time_period, group)
    facts = tuple(BriefFact(*row) for row in rows)
    areas = sorted({ref_area, *(f.other_area for f in facts if f.other_area)})
    names = {code: Name(code, code) for code in areas}  # of those that the publication lacks
    names |= {
        code: Name(zh or code, en or zh or code)
        for code, zh, en in ask(connection, _NAMES, time_period, areas)
    }
    year = int(time_period)
    years = [str(year - back) for back in {0, *_BACK.values()}]
    levels = {
        (area, int(period)): (release, locator)
        for area, period, release, locator in ask(connection, _LEVELS, areas, years)
    }
    wanted = {(f.release_id, f.locator) for f in facts if f.release_id and f.locator}
    keys = sorted(wanted | set(levels.values()))
    prints = {
        (row[0], row[1]): Print(*row)
        for row in ask(connection, _PRINTS, [key[0] for key in keys], [key[1] for key in keys])
    }
    return BriefFacts(ref_area, time_period, group, facts, names, levels, prints)
