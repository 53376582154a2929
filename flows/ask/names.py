"""Names for codes, for people, and codes for the names that they type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from flows.catalog import Catalog, load_catalog
from flows.model.errors import UsageError
from flows.model.measure import Measure


@dataclass(frozen=True, slots=True)
class Names:
    """``areas``: today's names in Chinese, else the last; ``indicators``: Chinese names."""

    areas: Mapping[str, str]
    indicators: Mapping[str, str]

    def area(self, code: str) -> str:
        """``平阳县 (330326)``; a code without a name as it is."""
        return f"{self.areas[code]} ({code})" if code in self.areas else code

    def claim(
        self, indicator: str | None, measure: str | None, time_period: str | None = None
    ) -> str:
        """``地区生产总值 growth 2023``; a level needs no word for it."""
        word = None if measure == Measure.LEVEL else (measure or "").replace("_", " ")
        label = self.indicators.get(indicator or "", indicator)
        return " ".join(part for part in (label, word, time_period) if part)


@cache
def load_names() -> Names:
    catalog = load_catalog()
    dated = catalog.areas.sort("valid_from", nulls_last=False).select("ref_area", "name_zh")
    return Names(
        dict(dated.iter_rows()),
        {code: one.name_zh for code, one in catalog.indicators.items()},
    )


def resolve_area(text: str | None, catalog: Catalog, option: str) -> str | None:
    """A code as it is; a name's code where exactly one area has it. ``option``: where it was said."""
    if text is None:
        return None
    areas = catalog.gazetteer
    codes = areas.find(text)
    if len(codes) == 1:
        return codes[0]
    several = f"is the name of {', '.join(map(areas.describe, codes))}" if codes else "is no area"
    remedy = "name it by its code" if codes else areas.suggest(text)
    raise UsageError(f"{text!r} {several}", where=option, remedy=remedy)
