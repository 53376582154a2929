"""What a publication knows of the areas of an article: read once, asked in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from flows.ask.check.nouns import Proof
from flows.ask.publication import ask
from flows.catalog.model import Catalog
from flows.evidence.weigh import half_unit
from flows.model.measure import Measure

_FACTS = """
SELECT o.ref_area, o.indicator, o.measure, o.time_period, o.obs_value, o.unit_measure,
    o.decimals, o.release_id, r.title, r.url, o.published_on, o.locator, o.value_text,
    f.context_text, l.reading_id IS NOT NULL AS latest
FROM observation AS o
JOIN figure AS f ON f.reading_id = o.reading_id AND f.figure_no = o.figure_no
JOIN release_list AS r ON r.release_id = o.release_id
LEFT JOIN latest_vintage AS l ON l.reading_id = o.reading_id AND l.figure_no = o.figure_no
WHERE o.ref_area IN (SELECT unnest(?))
ORDER BY o.reading_id, o.figure_no
"""
_PLACES = """
SELECT group_id, indicator, ref_area, time_period, rank, rank_best, rank_worst,
    members_with_figure, members
FROM league_table
WHERE ref_area IN (SELECT unnest(?)) AND measure = 'level' AND freq = 'A'
"""
_PEERS = """
SELECT count(*), min(obs_value), max(obs_value) FROM latest_vintage
WHERE ref_area IN (SELECT unnest(?)) AND indicator = ? AND measure = 'level'
    AND freq = 'A' AND time_period = ?
"""


@dataclass(frozen=True, slots=True)
class KnownFigure:
    """One accepted observation; ``latest``: it is what counts today."""

    proof: Proof
    decimals: int
    latest: bool

    @property
    def value(self) -> float:
        return self.proof.obs_value

    @property
    def half(self) -> float:
        return half_unit(self.decimals)


@dataclass(frozen=True, slots=True)
class LeaguePlace:
    """A row of the league table."""

    rank: int
    best: int
    worst: int
    with_figure: int
    members: int


class KnownFigures:
    """The figures of some areas by area, indicator, measure and year, and the catalogue."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, areas: Iterable[str], catalog: Catalog
    ) -> None:
        self.catalog = catalog
        self._connection = connection
        codes = sorted(set(areas))
        self._figures: dict[tuple[str, str, str, str], list[KnownFigure]] = defaultdict(list)
        for row in ask(connection, _FACTS, codes):
            proof = Proof(*row[:6], *row[7:14])
            fact = KnownFigure(proof, 0 if row[6] is None else row[6], row[14])
            self._figures[row[0], row[1], row[2], row[3]].append(fact)
        self._places: dict[tuple[str, str, str, str], LeaguePlace] = {
            (row[0], row[1], row[2], row[3]): LeaguePlace(*row[4:])
            for row in ask(connection, _PLACES, codes)
        }

    def find_place(
        self, group: str | None, indicator: str | None, area: str | None, period: str | None
    ) -> LeaguePlace | None:
        """Its place in a league table; None where there is none."""
        return self._places.get((group or "", indicator or "", area or "", period or ""))

    def find_latest(
        self, area: str | None, indicator: str | None, measure: str, period: str | None
    ) -> KnownFigure | None:
        """What counts today; None where nothing is known."""
        facts = self._figures.get((area or "", indicator or "", measure, period or ""), ())
        return next((fact for fact in facts if fact.latest), None)

    def list_earlier(
        self, area: str | None, indicator: str | None, measure: str, period: str | None
    ) -> list[KnownFigure]:
        """What other releases said of the same."""
        facts = self._figures.get((area or "", indicator or "", measure, period or ""), ())
        return [fact for fact in facts if not fact.latest]

    def list_current(self, area: str, measure: str, period: str) -> list[KnownFigure]:
        """All that counts today of an area, a measure and a year."""
        return [
            fact
            for (a, _, m, p), facts in self._figures.items()
            if (a, m, p) == (area, measure, period)
            for fact in facts
            if fact.latest
        ]

    def list_years(self, area: str, indicator: str) -> list[KnownFigure]:
        """The levels of all years, the oldest first."""
        found = [
            fact
            for (a, i, m, p), facts in self._figures.items()
            if (a, i, m) == (area, indicator, Measure.LEVEL) and len(p) == 4
            for fact in facts
            if fact.latest
        ]
        return sorted(found, key=lambda fact: fact.proof.time_period)

    def measure_peers(
        self, codes: list[str], indicator: str, period: str
    ) -> tuple[int, float, float]:
        """How many of these areas have a level, the lowest and the highest."""
        [(count, lowest, highest)] = ask(self._connection, _PEERS, codes, indicator, period)
        return (count, lowest, highest) if count else (0, 0.0, 0.0)
