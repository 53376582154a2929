"""Every number of the body becomes a row, whether or not an indicator claims it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import get_args

import polars as pl

from flows.catalog.units import SHORT
from flows.model import schemas
from flows.model.measure import Bound, Measure
from flows.read.document.document import BREAK, SOFT, Document
from flows.read.document.normal import Compact
from flows.read.prose.doubt.signs import measure_styles
from flows.read.prose.doubt.unclaimed import doubt_unclaimed
from flows.read.prose.numbers import Num
from flows.read.prose.sentences import Sentence
from flows.read.prose.state import FigureClaim

_CLAUSE_MARK = re.compile("[，；。:!?|]")
#: an earlier year's figure is final where its sentence says so: SDMX status A, not provisional
_FINAL = re.compile(r"最终(?:核实|核定|核算|审定)|最终数据")
_DIRECTION = re.compile(
    r"(?:下降|减少|下跌|降低|回落|下滑|缩小|负增长|收窄|[降减跌])(?:了|幅|幅为)?$"
)
_FALLS = frozenset("少跌低落滑小长窄降减了幅为")  # what _DIRECTION ends in
_FIGURES = frozenset(("figure", "flat", "step"))
_MAX_LABEL = 60
_MAX_CONTEXT = 400
#: more than 7亿元 is no value of 7亿元: it is kept as a bound
_BOUNDS = frozenset(get_args(Bound))
_UNSEEN = frozenset(("Cc", "Cn", "Co", "Cs"))


@dataclass(slots=True)
class FigureRow:
    """One row of ``schemas.FIGURE`` without its key; see there."""

    locator: str
    value_text: str
    value: float | None
    decimals: int | None
    unit_text: str | None
    label_text: str | None
    context_text: str | None
    kind: str
    indicator: str | None = None
    measure: Measure | None = None
    comparator: str | None = None
    area_text: str | None = None
    period_text: str | None = None
    obs_status: str | None = None
    doubt: str | None = None
    suggestion: float | None = None
    evidence: str | None = None


_FIELDS = tuple(f.name for f in fields(FigureRow) if f.name in schemas.FIGURE)


def hold_all(rows: list[FigureRow], doubt: str) -> None:
    """Hold every claimed figure of a document, whatever else is said of it."""
    for row in rows:
        if row.indicator is not None:
            row.doubt, row.suggestion = doubt, None


def show_span(document: Document, start: int, end: int) -> str:
    """What a reader sees at ``clean[start:end]``: exactly what the locator leads to."""
    text = document.clean[start:end]
    if document.source is None:
        return text.replace(" ", " ")
    if text.isascii():
        return text
    return text.replace(SOFT, "").replace(BREAK, "")


def _one_line(text: str) -> str:
    """An excerpt for a person: line ends and tabs, which PDF and tables have, are blanks."""
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in text)
    return text.strip()


def make_rows(
    document: Document,
    text: Compact,
    found: list[Sentence],
    claims: list[FigureClaim],
    labels: dict[int, str],
    splits: dict[int, str],
) -> list[FigureRow]:
    """Rows in the order of the document.

    ``labels`` are those of cells by offset; ``splits`` says of a run of digits, by the identity
    of its number, how it would have to be cut.
    """
    how = lru_cache(maxsize=1)(lambda: measure_styles([n for item in found for n in item.numbers]))
    by_number = {id(claim.number): claim for claim in claims}
    made: list[tuple[int, FigureRow]] = []
    for item in found:
        if not item.numbers:
            continue
        low, high = text.span(item.start, min(item.end, item.start + _MAX_CONTEXT))
        context = _one_line(show_span(document, low, high)) or None
        final = _FINAL.search(text.text, item.start, item.end)
        position = item.start
        ends = [match.end() for match in _CLAUSE_MARK.finditer(text.text, item.start, item.end)]
        clause = 0  # how many of them stand before the number
        for number in item.numbers:
            if number.kind in ("flat", "step") and id(number) not in by_number:
                continue
            while clause < len(ends) and ends[clause] <= number.start:
                clause += 1
            since = max(position, ends[clause - 1]) if clause else position
            made.append(_make_row(document, text, number, since, context, by_number))
            row = made[-1][1]
            if final and row.period_text is not None:
                row.obs_status = "A"
            if row.doubt is None:
                sign = doubt_unclaimed(text, number, row.value_text, position, how)
                if sign is not None:
                    row.doubt, row.suggestion = f"{sign.rule}: {sign.reason}", sign.suggestion
                    row.evidence = splits.get(id(number))
                    if sign.suggestion is not None:
                        row.evidence = f"{sign.suggestion:g}{number.unit} by its own print"
            if number.start in labels or number.start + number.negative in labels:
                row.label_text = row.context_text = labels.get(number.start) or row.label_text
            position = number.unit_end
    for start, end in text.marks:
        made.append((start, _make_mark_row(document, start, end)))
    made.sort(key=lambda pair: pair[0])
    return [row for _, row in made]


def _make_row(
    document: Document,
    text: Compact,
    number: Num,
    position: int,
    context: str | None,
    claims: dict[int, FigureClaim],
) -> tuple[int, FigureRow]:
    low, high = text.span(number.start, number.end)
    value_text = show_span(document, low, high)
    label = text.text[max(position, number.start - _MAX_LABEL) : number.start]
    figure = number.kind in _FIGURES
    value = number.value
    if label and value > 0 and number.kind == "figure" and label[-1] in _FALLS:
        value = -value if _DIRECTION.search(label[-6:]) else value
    row = FigureRow(
        document.locator(low, high),
        value_text,
        value if figure else None,
        number.decimals if figure else None,
        number.unit or None,
        (_one_line(label) or None) if label else None,
        context,
        "figure" if figure else number.kind,
    )
    claim = claims.get(id(number))
    if claim is not None:
        row.indicator, row.measure, row.value = claim.indicator, claim.measure, claim.value
        row.comparator = claim.comparator
        bound = claim.comparator
        if bound and bound in _BOUNDS and claim.measure in (Measure.LEVEL, Measure.GROWTH):
            row.measure = claim.measure.bounded(bound)
        row.period_text = claim.period
        row.doubt, row.suggestion, row.evidence = claim.doubt, claim.suggestion, claim.evidence
        row.unit_text = claim.unit or SHORT.get(number.unit, row.unit_text)
    if number.broken:
        row.value = row.decimals = None  # what is printed is no number
    return low, row


def _make_mark_row(document: Document, start: int, end: int) -> FigureRow:
    value = show_span(document, start, end)
    return FigureRow(document.locator(start, end), value, None, None, None, None, value, "ordinal")


def make_frame(rows: list[FigureRow], sha256: str) -> pl.DataFrame:
    """``schemas.FIGURE``, numbered in the order of the document."""
    if not rows:
        return schemas.empty(schemas.FIGURE)
    columns: dict[str, object] = {
        "snapshot_sha256": [sha256] * len(rows),
        "figure_no": range(len(rows)),
    }
    for name in _FIELDS:
        columns[name] = [getattr(row, name) for row in rows]
    return pl.DataFrame(columns, schema=schemas.FIGURE)
