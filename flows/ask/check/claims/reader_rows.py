"""What the communiqué reader makes of an article's sentences.

It knows what a single number and the words around it don't say: lists (城镇、农村分别为…和…),
ratios (a:b:c), parts after 其中, growth that belongs to the level before. It is asked for one area
at a time and claims nothing of another; what it doubts it doesn't say here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.catalog.model import Catalog
from flows.model.measure import Measure
from flows.model.nouns import MediaKind
from flows.read.prose.reading import read_document
from flows.read.prose.rows import FigureRow

_MOST_AREAS = 8  # an article that is about more is read for the first ones only
_MEASURES = (Measure.LEVEL, Measure.GROWTH)


@dataclass(slots=True)
class ReaderRows:
    """The reader's claims on ``text`` by the offset of their number, area by area."""

    text: str
    catalog: Catalog
    year: int  # the year that the article reports of: the one before its own
    _read: dict[str, dict[int, FigureRow]] = field(default_factory=dict)

    def rows_of(self, area: str | None) -> dict[int, FigureRow]:
        """The sound levels and growths of an area, by the offset of their number."""
        if area is None or not self.year:
            return {}
        if area not in self._read:
            if len(self._read) >= _MOST_AREAS:
                return {}
            self._read[area] = self._read_area(area)
        return self._read[area]

    def _read_area(self, area: str) -> dict[int, FigureRow]:
        reading = read_document(
            self.text.encode(),
            MediaKind.TEXT,
            "utf-8",
            catalog=self.catalog,
            ref_area=area,
            time_period=str(self.year),
            report=True,  # 今年 is the year after the one that is reported of
        )
        found: dict[int, FigureRow] = {}
        for row in reading.rows:
            start, _, end = row.locator.removeprefix("char:").partition("-")
            sound = row.indicator is not None and row.doubt is None and row.value is not None
            plain = row.measure is not None and row.measure.exact in _MEASURES
            if sound and plain and self.text[int(start) : int(end)] == row.value_text:
                found[int(start)] = row
        return found
