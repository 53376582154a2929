"""The rows of a query on the console: numbers whole, long text cut, and told what has no room."""

from __future__ import annotations

from typing import Literal

import polars as pl
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from flows.model.text import printable

_GAP = 2  # cells between two columns
_SHORT = 12  # cells that a text keeps, however narrow the terminal


def print_rows(console: Console, frame: pl.DataFrame) -> None:
    """Every row of it, and as many columns as there is room for.

    A number and a short text are never cut. Where even cut texts leave too little room, columns
    are left out, the last ones first, and named.
    """
    cells = {
        name: ["" if cell is None else printable(cell) for cell in frame[name]]
        for name in frame.columns
    }
    widths, left_out = fitted(
        {name: max([cell_len(name), *map(cell_len, column)]) for name, column in cells.items()},
        {name for name, kind in frame.schema.items() if kind == pl.String},
        console.width,
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, width in widths.items():
        justify: Literal["right", "left"] = "right" if frame[name].dtype.is_numeric() else "left"
        table.add_column(
            name,
            justify=justify,
            overflow="ellipsis",
            no_wrap=True,
            min_width=width,
            max_width=width,
        )
    for number in range(frame.height):
        table.add_row(*(cells[name][number] for name in widths))
    console.print(table)
    count = f"{frame.height} row{'' if frame.height == 1 else 's'}"
    console.print(count, style="dim")
    if left_out:
        console.print(
            f"no room for: {', '.join(left_out)} (a wider terminal, fewer columns, or -f csv)",
            style="yellow",
            soft_wrap=True,
        )


def fitted(widths: dict[str, int], texts: set[str], room: int) -> tuple[dict[str, int], list[str]]:
    """The columns that fit with their widths, and the names of those that do not.

    ``widths``: what each column needs, in cells; ``texts``: those that may be cut.
    """
    kept = list(widths)
    least = {
        name: min(width, max(_SHORT, cell_len(name))) if name in texts else width
        for name, width in widths.items()
    }
    left_out: list[str] = []

    def spare() -> int:
        return room - sum(least[name] for name in kept) - _GAP * (len(kept) - 1)

    while len(kept) > 1 and spare() < 0:
        left_out.insert(0, kept.pop())
    given = {name: least[name] for name in kept}
    rest = spare()
    while rest > 0 and (narrow := [name for name in kept if given[name] < widths[name]]):
        for name in narrow[:rest]:
            given[name] += 1
        rest -= min(rest, len(narrow))
    return given, left_out
