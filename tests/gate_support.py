"""Observations as they come from the harmoniser, in one line each, and the gate over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from flows.catalog import load_catalog
from flows.catalog.model import Catalog
from flows.evidence.bounds import load_bounds
from flows.evidence.identities import load_identities
from flows.gate import Verdict, gate
from flows.gate.measure.columns import Measured, measure_batch
from flows.model import paths, schemas
from flows.model.settings import Settings

PINGYANG = "330326"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@cache
def world() -> Catalog:
    return load_catalog()


@dataclass(frozen=True)
class Fig:
    """One observation: ``Fig("gdp", "711.81")`` is Pingyang's GDP of 2023 in one release."""

    name: str  # gdp, gdp:growth
    text: str
    period: str = "2023"
    area: str = PINGYANG
    release: str = "communique"
    unit: str | None = None
    factor: float = 1.0  # from the printed unit to unit_measure
    shift: int = 0  # decimals that the factor adds
    published_on: date | None = None
    value: float | None = None  # where it is not text times factor
    valued: bool = True

    def row(self, number: int) -> dict[str, Any]:
        indicator, _, measure = self.name.partition(":")
        measure = measure or "level"
        known = world().indicators.get(indicator)
        unit = "%" if measure == "growth" or known is None else known.unit_measure
        value = self.value
        if value is None and self.valued:
            value = float(self.text.replace(",", "")) * self.factor
        return {
            "ref_area": self.area,
            "indicator": indicator,
            "measure": measure,
            "time_period": self.period,
            "freq": "A",
            "obs_value": value,
            "unit_measure": self.unit or unit,
            "decimals": len(self.text.partition(".")[2]) + self.shift,
            "obs_status": "A",
            "release_id": self.release,
            "snapshot_sha256": self.release.ljust(64, "0"),
            "figure_no": number,
            "locator": f"char:{number}-{number + 1}",
            "value_text": self.text,
            "published_on": self.published_on,
            "recorded_at": NOW,
            "run_id": "before",
        }


def frame(figures: Sequence[Fig]) -> pl.DataFrame:
    rows = [figure.row(number) for number, figure in enumerate(figures)]
    return pl.DataFrame(rows, schema=schemas.OBSERVATION)


def judged(
    figures: Sequence[Fig] | pl.DataFrame,
    known: Sequence[Fig] = (),
    *,
    suites: Path = paths.EXPECTATIONS,
    context: pl.DataFrame | None = None,
    share: float = 1.0,
) -> Verdict:
    """The gate's verdict; a release is held whole only if all of it fails, unless told else."""
    return gate(
        figures if isinstance(figures, pl.DataFrame) else frame(figures),
        known=frame(known),
        catalog=world(),
        settings=Settings(release_fault_share=share),
        run_id="run-1",
        recorded_at=NOW,
        context=context,
        suites=suites,
    )


def measure(figures: Sequence[Fig], known: Sequence[Fig] = ()) -> Measured:
    return measure_batch(
        frame(figures),
        known=frame(known),
        catalog=world(),
        bounds=load_bounds(paths.EXPECTATIONS),
        identities=[e for e in load_identities(paths.EXPECTATIONS) if "gate" in e.asked],
    )


def measured(figures: Sequence[Fig], known: Sequence[Fig] = ()) -> pl.DataFrame:
    """Every column that the gate computes for these figures, one row a figure."""
    return measure(figures, known).table


def held(verdict: Verdict) -> dict[str, str]:
    """Indicator (and period, where it is not 2023) -> rule."""
    return {
        row["indicator"]
        + ("" if row["measure"] == "level" else f":{row['measure']}")
        + ("" if row["time_period"] == "2023" else f" {row['time_period']}"): row["rule"]
        for row in verdict.quarantine.iter_rows(named=True)
    }


def only(verdict: Verdict) -> dict[str, Any]:
    """The one quarantine row."""
    assert verdict.quarantine.height == 1, verdict.quarantine["reason"].to_list()
    return verdict.quarantine.row(0, named=True)


#: Pingyang's economy of 2023 as its communiqué has it.
SECTORS = (
    Fig("gdp", "711.81"),
    Fig("gdp_primary", "23.30"),
    Fig("gdp_secondary", "335.74"),
    Fig("gdp_tertiary", "352.77"),
)
SHARES = (
    Fig("gdp_primary_share", "3.3"),
    Fig("gdp_secondary_share", "47.2"),
    Fig("gdp_tertiary_share", "49.5"),
)
PEOPLE = (
    Fig("birth_rate", "5.01"),
    Fig("death_rate", "6.54"),
    Fig("natural_growth_rate", "-1.53"),
)
INCOMES = (
    Fig("income_all", "54321"),
    Fig("income_urban", "65432"),
    Fig("income_rural", "38765"),
)
#: Enough sound figures that one damaged one does not hold a release.
SOUND = (*PEOPLE, *INCOMES, Fig("cpi", "0.2"), Fig("urbanisation_rate", "65.2"))


def but(figures: Sequence[Fig], *changed: Fig) -> list[Fig]:
    """The figures with some of them printed otherwise."""
    names = {figure.name for figure in changed}
    return [figure for figure in figures if figure.name not in names] + list(changed)
