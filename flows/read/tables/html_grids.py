"""The tables of an HTML page, each a grid with its spans expanded.

A spanned cell's text stands in its first cell; the range is a merge, as in a workbook. A table
inside a cell is a table of its own and no part of that cell's text. What nobody sees of the page
is no text of it; a raised mark is printed as one (711.8¹), and a cell with text that is moved
within its line is in doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from flows.read.document.html import split_tokens
from flows.read.document.unseen import find_unseen
from flows.read.tables.csv_grids import to_utf8
from flows.read.tables.grid import Grid, Merge, build_grid, check_extent

# The HTML standard's own limits.
_MAX_COLSPAN = 1000
_MAX_ROWSPAN = 65534

_NOT_ITS_TEXT = frozenset({"table", "script", "style", "template", "-comment"})
# A raised footnote mark must not run into the number before it.
_APART = frozenset({"br", "p", "div", "li"})
_RAISED = frozenset({"sup", "sub"})
_AS_MARK = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOVED = "\ufdd4"  # stands before text that is seen elsewhere in its line


def read_html_tables(data: bytes, charset: str | None) -> list[Grid]:
    """One grid a table, in the order of the page, named by its caption or ``table:0``."""
    source = to_utf8(data, charset or _find_charset(data)).decode()
    tree = LexborHTMLParser(_take_out_unseen(source))
    return [_read_grid(number, table) for number, table in enumerate(tree.css("table"))]


def _take_out_unseen(source: str) -> str:
    """The page without the text that nobody sees, moved text marked and raised digits as marks."""
    tokens = split_tokens(source)
    unseen = find_unseen(source, tokens)
    if not (unseen.hidden or unseen.moved or unseen.raised):
        return source
    parts, position = [], 0
    for number, (_name, start, end) in enumerate(tokens):
        if number in unseen.hidden:
            parts.append(source[position:start])
        elif number in unseen.moved:
            parts += [source[position:start], _MOVED, source[start:end]]
        elif number in unseen.raised:
            parts += [source[position:start], source[start:end].translate(_AS_MARK)]
        else:
            continue
        position = end
    return "".join([*parts, source[position:]])


def _find_charset(data: bytes) -> str | None:
    meta = LexborHTMLParser(data[:2048].decode("latin-1")).css_first("meta[charset]")
    return meta.attributes.get("charset") if meta else None


@dataclass
class _Canvas:
    """Rows as they fill up; a span reserves cells of rows to come."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    moved: set[tuple[int, int]] = field(default_factory=set)

    def place(self, row: int, column: int, text: str, rowspan: int, colspan: int) -> int:
        """Put a cell at the first free column from ``column`` on; gives the column after it."""
        while (row, column) in self.cells:
            column += 1
        check_extent(f"row {row + 1}", len(self.cells) + rowspan * colspan, 1)
        for r in range(row, row + rowspan):
            for c in range(column, column + colspan):
                self.cells.setdefault((r, c), "")
        self.cells[row, column] = text.replace(_MOVED, "")
        if _MOVED in text:
            self.moved.add((row, column))
        if rowspan > 1 or colspan > 1:
            self.merges.append(Merge(row, column, row + rowspan - 1, column + colspan - 1))
        return column + colspan


def _read_grid(number: int, table: LexborNode) -> Grid:
    canvas = _Canvas()
    rows = [row for row in table.css("tr") if _table_of(row) == table]
    for r, row in enumerate(rows):
        column = 0
        for cell in row.iter():
            if cell.tag not in ("td", "th"):
                continue
            rowspan = _span(cell, "rowspan", _MAX_ROWSPAN) or len(rows)
            column = canvas.place(
                r,
                column,
                _text(cell),
                min(rowspan, len(rows) - r),
                max(_span(cell, "colspan", _MAX_COLSPAN), 1),
            )
    width = max((c for _, c in canvas.cells), default=-1) + 1
    text = [[canvas.cells.get((r, c), "") for c in range(width)] for r in range(len(rows))]
    caption = table.css_first("caption")
    name = _text(caption) if caption is not None and _table_of(caption) == table else ""
    doubts = dict.fromkeys(canvas.moved, "seen-otherwise: its text is moved within its line")
    prefix = f"table:{number}!"
    return build_grid(name or f"table:{number}", prefix, text, merges=canvas.merges, doubts=doubts)


def _table_of(node: LexborNode) -> LexborNode | None:
    parent = node.parent
    while parent is not None and parent.tag != "table":
        parent = parent.parent
    return parent


def _span(cell: LexborNode, name: str, limit: int) -> int:
    text = (cell.attributes.get(name) or "1").strip()
    return min(int(text), limit) if text.isascii() and text.isdigit() else 1


def _text(cell: LexborNode) -> str:
    """Visible text, white space run together as a browser shows it."""
    parts: list[str] = []
    todo: list[LexborNode | str] = [*reversed(list(cell.iter(include_text=True)))]
    while todo:
        node = todo.pop()
        if isinstance(node, str):
            parts.append(node)
        elif node.tag == "-text":
            parts.append(node.text_content or "")
        elif node.tag in _RAISED:
            parts.append(node.text().translate(_AS_MARK))
        elif node.tag not in _NOT_ITS_TEXT:
            apart = " " if node.tag in _APART else ""
            todo += [apart, *reversed(list(node.iter(include_text=True))), apart]
    return " ".join("".join(parts).split())
