"""The rows of a query on the console: numbers whole, long text cut, and a note of what has no room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from flows.ask.query import Rows
from flows.model.text import counted, printable

_GAP = 2  # cells between two columns
_SHORT = 12  # cells that a text keeps, however narrow the terminal


def print_rows(console: Console, asked: Rows) -> None:
    """Every row of it, and as many columns as there is room for.

    A number and a short text are never cut. Where even cut texts leave too little room, columns
    are left out, the last ones first, and named.
    """
    lines = [["" if cell is None else printable(cell) for cell in row] for row in asked.rows]
    needed = [
        max([cell_len(name), *(cell_len(line[at]) for line in lines)])
        for at, name in enumerate(asked.names)
    ]
    least = [
        min(width, max(_SHORT, cell_len(asked.names[at]))) if at in asked.texts else width
        for at, width in enumerate(needed)
    ]
    table = Table(box=None, pad_edge=False, header_style="bold")
    widths = fit_widths(needed, least, console.width)
    for at, width in enumerate(widths):
        justify: Literal["right", "left"] = "right" if at in asked.numbers else "left"
        table.add_column(
            printable(asked.names[at]),
            justify=justify,
            overflow="ellipsis",
            no_wrap=True,
            min_width=width,
            max_width=width,
        )
    for line in lines:
        table.add_row(*line[: len(widths)])
    console.print(table)
    console.print(counted(len(lines), "row"), style="dim")
    left_out = asked.names[len(widths) :]
    if left_out:
        console.print(
            f"no room for: {', '.join(left_out)} (a wider terminal, fewer columns, or -f csv)",
            style="yellow",
            soft_wrap=True,
        )


def fit_widths(needed: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Widths of the first columns, as many as there is room for, each between least and needed."""
    count = len(needed)
    while count > 1 and sum(least[:count]) + _GAP * (count - 1) > room:
        count -= 1
    widths = list(least[:count])
    rest = room - sum(widths) - _GAP * (count - 1)
    while rest > 0 and (narrow := [at for at in range(count) if widths[at] < needed[at]]):
        for at in narrow[:rest]:
            widths[at] += 1
        rest -= min(rest, len(narrow))
    return widths
