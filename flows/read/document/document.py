"""The clean text of a document and the way home from each of its characters.

Every format becomes one ``Document``: ``clean`` is what a person reads, in reading order, cut
into blocks (paragraphs, cells). ``BREAK`` stands between blocks and ``SOFT`` where a line ends
inside one; neither exists in the source. A ``Piece`` says that a run of clean characters is a
run of the source at a ``place`` (``""`` for the decoded text of a page, ``page:3;`` of a PDF,
``para:12;`` of a DOCX). What nobody sees (hidden, deleted, struck out) is no part of it; the
``notes`` say what was left out, and a locator never leads over it. ``unsure`` are stretches
that a person may see in another order or form: a number that touches one is held.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

BREAK = "\ufdd0"  # noncharacters: no page prints them, and they are no blanks
SOFT = "\ufdd1"


@dataclass(slots=True)
class Block:
    """A paragraph, heading or cell: ``clean[start:end]``."""

    start: int
    end: int
    links: int = 0  # characters of it that stand in links
    table: int = 0  # number of the innermost table, 0 outside tables
    row: int = 0
    col: int = 0
    rowspan: int = 1
    colspan: int = 1
    heading: bool = False


@dataclass(slots=True)
class Document:
    """Clean text with its blocks and the map to the source."""

    clean: str
    blocks: list[Block]
    at: list[int]  # clean offset where each piece starts
    home: list[int]  # its source offset
    width: list[int]  # source characters that one clean character takes; 0: one each
    place: list[str]
    cuts: set[int] = field(default_factory=set)  # pieces before which something was left out
    furniture: list[tuple[int, int]] = field(default_factory=list)  # raised marks
    unsure: list[tuple[int, int, str]] = field(default_factory=list)  # clean span and why
    notes: list[str] = field(default_factory=list)  # what was left out, for a person
    title: str | None = None
    title_span: tuple[int, int] | None = None  # source offsets of the title tag's text
    source: str | None = None  # the decoded text, where locators are offsets into it
    charset: str | None = None
    web: bool = False  # a page, with a site around the text

    def locator(self, start: int, end: int) -> str:
        """Where ``clean[start:end]`` stands in the source."""
        at = self.at
        first = bisect_right(at, start) - 1
        if (first + 1 == len(at) or end <= at[first + 1]) and not self.width[first]:
            shift = self.home[first] - at[first]  # nearly always in one piece
            return f"{self.place[first]}char:{start + shift}-{end + shift}"
        last = bisect_right(at, end - 1) - 1
        parts = []
        begin = first  # the piece in which a part begins
        for piece in range(first, last + 1):
            goes_on = (
                piece < last
                and piece + 1 not in self.cuts
                and self.place[piece + 1] == self.place[begin]
            )
            if goes_on:
                continue
            low = max(start, at[begin])
            high = end if piece == last else min(end, at[piece + 1])
            while high > low and self.clean[high - 1] in (BREAK, SOFT):
                high -= 1  # a mark of ours, which the source doesn't have
            low_home, high_home = self._begin(begin, low), self._end(piece, high)
            if low < high:
                parts.append(f"{self.place[begin]}char:{low_home}-{high_home}")
            begin = piece + 1
        return "+".join(parts)

    def _begin(self, piece: int, offset: int) -> int:
        if self.width[piece]:
            return self.home[piece]
        return self.home[piece] + offset - self.at[piece]

    def _end(self, piece: int, end: int) -> int:
        if self.width[piece]:
            return self.home[piece] + self.width[piece]
        return self.home[piece] + end - self.at[piece]

    def find_unsure(self, start: int, end: int) -> str | None:
        """Why ``clean[start:end]`` may be seen otherwise; a stretch that touches it counts."""
        for low, high, why in self.unsure:
            if low <= end and start <= high:
                return why
        return None


@dataclass(slots=True)
class Builder:
    """Collects pieces and blocks in reading order."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    at: list[int] = field(default_factory=list)
    home: list[int] = field(default_factory=list)
    width: list[int] = field(default_factory=list)
    place: list[str] = field(default_factory=list)
    cuts: set[int] = field(default_factory=set)

    def skip(self) -> None:
        """Something that nobody sees stands before the piece that is added next."""
        self.cuts.add(len(self.at))

    def add(self, text: str, home: int, place: str = "", width: int = 0) -> None:
        """Append source text that starts at ``home``."""
        self.at.append(self.length)
        self.home.append(home)
        self.width.append(width)
        self.place.append(place)
        self.parts.append(text)
        self.length += len(text)

    def mark(self, char: str) -> None:
        """Append a break, which belongs to no place of the source."""
        self.parts.append(char)
        self.length += 1

    def document(self, blocks: list[Block]) -> Document:
        text = "".join(self.parts)
        return Document(text, blocks, self.at, self.home, self.width, self.place, self.cuts)
