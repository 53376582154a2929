"""A document to its figures: the path from bytes to the rows of ``schemas.FIGURE``.

``read_document`` does all of it and keeps the sentences for ``--explain``.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import polars as pl

from flows.catalog.model import Catalog
from flows.model import charset as charsets
from flows.model.errors import ReadError
from flows.model.nouns import MediaKind, Metadata
from flows.read.document.body import count_outside, find_body, is_cell
from flows.read.document.document import Block, Document
from flows.read.document.html import read_html
from flows.read.document.normal import Compact, compact, find_unsure
from flows.read.document.plain import read_plain
from flows.read.prose.claims import ClaimReader
from flows.read.prose.doubt.decide import decide_claims
from flows.read.prose.doubt.unclaimed import cut_runs
from flows.read.prose.lexicon import lexicon
from flows.read.prose.metadata import DocumentFacts, find_facts, find_own_words
from flows.read.prose.numbers import Num, find_numbers
from flows.read.prose.page_tables import find_table_figures
from flows.read.prose.rows import FigureRow, hold_all, make_frame, make_rows
from flows.read.prose.sections import find_passages
from flows.read.prose.sentences import Sentence, split_sentences
from flows.read.prose.state import FigureClaim


@dataclass(slots=True)
class DocumentReading:
    """Everything that was read from one document."""

    document: Document
    text: Compact
    sentences: list[Sentence]
    rows: list[FigureRow]
    claims: list[FigureClaim]
    facts: DocumentFacts
    metadata: Metadata
    notes: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)  # of the body

    def figures(self, sha256: str) -> pl.DataFrame:
        """The rows as ``schemas.FIGURE``."""
        return make_frame(self.rows, sha256)


def open_document(data: bytes, kind: MediaKind, charset: str | None) -> Document:
    """The clean text of ``data``; raises ``ReadError`` for a kind that holds no prose."""
    if kind is MediaKind.PDF:
        from flows.read.document.pdf import read_pdf

        return read_pdf(data)
    if kind is MediaKind.DOCX:
        from flows.read.document.docx import read_docx

        return read_docx(data)
    if kind in (MediaKind.HTML, MediaKind.TEXT):
        text, used = charsets.decode(data, charset)
        document = read_html(text) if kind is MediaKind.HTML else read_plain(text)
        document.charset = used
        return document
    raise ReadError(f"{kind.value} holds no prose", remedy="give the source a table layout")


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection inside: many small objects and no cycles; a fifth of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@_uncollected()
def read_document(
    data: bytes,
    kind: MediaKind,
    charset: str | None = None,
    *,
    catalog: Catalog,
    ref_area: str | None = None,
    time_period: str | None = None,
    report: bool = False,
    declared: bool = False,
) -> DocumentReading:
    """Read one document. Hints (area, period) win over what the document says of itself.

    ``report``: its 去年 is the period, and its 今年 the year after, as in a work report.
    ``declared``: the hints are a catalogue's; a title that contradicts them holds every figure.
    """
    document = open_document(data, kind, charset)
    document.unsure = find_unsure(document)
    text = compact(document)
    blocks = find_body(document)
    facts = find_facts(document, text, blocks, catalog, ref_area, time_period)
    facts.report = facts.report or report
    own = find_own_words(text.text, facts, catalog)
    found: list[Sentence] = []
    for block_number, block in enumerate(blocks):
        start, end = text.index(block.start), text.index(block.end)
        inside = find_numbers(text.text, start, end)
        if document.unsure:
            _doubt_unsure(document, text, inside)
        place = 0
        for first, last in split_sentences(text.text, start, end):
            item = Sentence(first, last, block=block_number)
            while place < len(inside) and inside[place].start < last:
                item.numbers.append(inside[place])
                place += 1
            found.append(item)
    passages = find_passages(document, text, blocks, facts.year) if facts.report else []
    reader = ClaimReader(text.text, own, passages)
    tabular = {i for i, block in enumerate(blocks) if is_cell(document, block)}
    for index, item in enumerate(found):
        if item.block not in tabular:
            reader.read_sentence(index, item)
    cells, labels = find_table_figures(
        text,
        blocks,
        {n.start: n for item in found if item.block in tabular for n in item.numbers},
        own,
        lexicon(),
    )
    everything = [number for item in found for number in item.numbers]
    claims = decide_claims(
        text.text, reader.claims, everything, reader.increases, cells, reader.named
    )
    notes = list(document.notes)
    made = make_rows(document, text, found, claims, labels, cut_runs(reader.lists, claims))
    if declared and facts.contrary is not None:
        hold_all(made, f"wrong-document: {facts.contrary}")
    if not any(row.kind == "figure" for row in made):
        notes.append("no figures: the document prints no number in its body")
    notes += _notes(made)
    outside = count_outside(document, blocks)
    if outside:
        notes.append(f"{outside} runs of digits stand outside of its text, in the site around it")
    return DocumentReading(
        document, text, found, made, claims, facts, facts.metadata, notes, blocks
    )


def _doubt_unsure(document: Document, text: Compact, numbers: list[Num]) -> None:
    """A number that a person may see otherwise is no number that we know."""
    for number in numbers:
        if number.kind == "figure" and document.find_unsure(*text.span(number.start, number.end)):
            number.broken, number.value = "seen-otherwise", 0.0


def _notes(made: list[FigureRow]) -> list[str]:
    """The page's summary, and earlier figures that it states anew."""
    figures = [row for row in made if row.kind == "figure"]
    if not figures:
        return []
    mapped = [row for row in figures if row.indicator is not None]
    held = sum(1 for row in figures if row.doubt is not None)
    notes = [
        f"{len(figures)} figures: {len(mapped)} mapped, {len(figures) - len(mapped)} unmapped, "
        f"{held} in doubt; {len(made) - len(figures)} numbers are no figures"
    ]
    notes += [
        f"states {row.period_text} anew: {row.indicator} {row.measure} "
        f"{row.value_text}{row.unit_text or ''} at {row.locator}"
        for row in mapped
        if row.period_text is not None and not (row.measure and row.measure.is_target)
    ]
    return notes
