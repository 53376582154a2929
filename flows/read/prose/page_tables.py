"""Tables inside a page: which row and column a cell belongs to, and what it says.

Cells come as blocks with row, column and spans. A cell that holds nothing but a number gets as
label its row's head and its column's heads (``label``). Where the row's head names an indicator
and the column says level or growth of the reference year, the cell is a ``TableFigure``: it is
compared with the prose, never claimed by itself, because tables have scopes of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.model.measure import Measure
from flows.read.document.document import Block
from flows.read.document.normal import Compact
from flows.read.prose.lexicon import Lexicon
from flows.read.prose.numbers import FAMILY, Num
from flows.read.prose.sentences import Own

_NUMBER = re.compile(r"[-+]?[\d,]+(?:\.\d+)?%?")
_UNIT = re.compile(r"\(([^()]{1,8})\)|单位[:：]?\s*([^\s,，、]{1,6})")
_GROWTH = re.compile(r"增长|增速|比上年|同比|增减|±|升降|涨跌")
_LEVEL = re.compile(
    r"绝对|总量|实绩|年末数|余额|指标值|数值|完成|全年|总额|总数|产量|数$|额$|值$|^20\d\d年?$"
)
_OTHER = re.compile(r"比重|构成|占比|贡献|排名|位次|百分点")
_MOST_CELLS = 20_000


@dataclass(slots=True)
class TableFigure:
    """A cell that says something about an indicator."""

    indicator: str
    measure: Measure
    value: float
    decimals: int
    unit: str
    start: int  # compact offset of the number


@dataclass(slots=True)
class Cell:
    text: str
    start: int  # compact offset
    row: int
    col: int
    number: bool


def place_cells(text: Compact, blocks: list[Block]) -> list[list[Cell]]:
    """The tables' cells in place, column spans and row spans counted in."""
    tables: dict[int, list[Block]] = {}
    for block in blocks:
        if block.table:
            tables.setdefault(block.table, []).append(block)
    return [_place_table(text, cells) for cells in tables.values() if len(cells) <= _MOST_CELLS]


def _place_table(text: Compact, blocks: list[Block]) -> list[Cell]:
    cells: list[Cell] = []
    taken: dict[int, set[int]] = {}
    place: dict[tuple[int, int], int] = {}
    column, row = 0, -1
    for block in blocks:
        if block.row != row:
            row, column = block.row, 0
        key = (block.row, block.col)
        if key not in place:
            while column in taken.get(block.row, ()):
                column += 1
            place[key] = column
            for below in range(1, min(block.rowspan, 40)):
                taken.setdefault(block.row + below, set()).update(
                    range(column, column + block.colspan)
                )
            column += block.colspan
        start, end = text.index(block.start), text.index(block.end)
        words = text.text[start:end]
        cells.append(Cell(words, start, block.row, place[key], bool(_NUMBER.fullmatch(words))))
    return cells


def find_heads(cells: list[Cell]) -> dict[int, tuple[str, str]]:
    """For each cell with a number: ``{compact offset: (row's head, column's heads)}``."""
    columns: dict[int, str] = {}
    rows: dict[int, str] = {}
    found: dict[int, tuple[str, str]] = {}
    for cell in cells:
        if cell.number:
            found[cell.start] = (rows.get(cell.row, ""), columns.get(cell.col, ""))
        else:
            rows[cell.row] = cell.text if cell.text else rows.get(cell.row, "")
            if not any(char.isdigit() for char in cell.text) or "年" in cell.text:
                columns[cell.col] = (columns.get(cell.col, "") + cell.text)[-60:]
    return found


def find_table_figures(
    text: Compact, blocks: list[Block], numbers: dict[int, Num], own: Own, lex: Lexicon
) -> tuple[list[TableFigure], dict[int, str]]:
    """Cells that say something about an indicator, and the label of every number in a cell."""
    figures: list[TableFigure] = []
    labels: dict[int, str] = {}
    for cells in place_cells(text, blocks):
        for start, (row, column) in find_heads(cells).items():
            labels[start] = " | ".join(part for part in (row, column) if part)
            number = numbers.get(start) or numbers.get(start + 1)
            if number is None or number.kind != "figure":
                continue
            figure = _make_figure(row, column, number, start, own, lex)
            if figure is not None:
                figures.append(figure)
    return figures, labels


def _make_figure(
    row: str, column: str, number: Num, start: int, own: Own, lex: Lexicon
) -> TableFigure | None:
    units = [a or b for a, b in _UNIT.findall(row + column)]
    name = re.sub(r"^[#\s一二三四五六七八九十、.]*(?:其中:?)?", "", _UNIT.sub("", row))
    if own.names is not None:
        name = own.names.sub("", name)
    name = own.levels.sub("", name)
    named = [n for n in lex.name(lex.canonical(name)) if not n.short and n.rank == 1]
    years = re.findall(r"(?:19|20)\d\d(?=年)", column)
    if not named or _OTHER.search(column) or (years and years[-1] != str(own.year)):
        return None
    code = named[0].codes[0]
    entry = lex.entries[code]
    if not entry.known or entry.change:
        return None
    if _GROWTH.search(column):
        return TableFigure(code, Measure.GROWTH, number.value, number.decimals, "%", start)
    unit = next((u for u in units if u in FAMILY and u != "%"), number.unit)
    if unit and _LEVEL.search(column):
        return TableFigure(code, Measure.LEVEL, number.value, number.decimals, unit, start)
    return None
