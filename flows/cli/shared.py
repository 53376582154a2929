"""What the commands share: the console, the settings, and how rows are written.

Every console of the project is made here. Text reaches it as it is: nothing in it is markup, an
emoji code or a number to colour, and no control character of a page gets through.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class TextFormat(StrEnum):
    """Of what has no rows to write to a file."""

    TABLE = "table"
    JSON = "json"


def make_console(file: IO[str] | None = None, width: int | None = None) -> Console:
    """A console on ``file`` (stdout). Into a file or a pipe it is as wide as it needs to be."""
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

    from flows.model.text import printable_lines

    class PlainConsole(Console):
        """The last guard: whatever is printed, by whatever way, is printable."""

        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterable[Segment]:
            for text, style, control in super().render(renderable, options):
                yield Segment(text if control else printable_lines(text), style, control)

    file = file or sys.stdout
    if width is None and not file.isatty():
        width = 10_000
    return PlainConsole(file=file, emoji=False, markup=False, highlight=False, width=width)


def tolerate_any_encoding() -> None:
    """On a terminal of another encoding, what it cannot show is a ``?`` and not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def write_data(data: bytes) -> None:
    """UTF-8 as it is into a file or pipe, as text on a terminal (without control characters)."""
    from flows.model.text import printable_lines

    if sys.stdout.isatty():
        sys.stdout.write(printable_lines(data.decode("utf-8")))
        sys.stdout.flush()
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def write_text(text: str) -> None:
    """``write_data`` of a text that is data: JSON, CSV."""
    write_data(text.encode("utf-8", "replace"))


#: A table written to a file without an ending that says more is a CSV.
_FILE_FORMATS: dict[Format, Literal["csv", "json", "parquet"]] = {
    Format.TABLE: "csv",
    Format.CSV: "csv",
    Format.JSON: "json",
    Format.PARQUET: "parquet",
}


def write_rows(frame: pl.DataFrame, form: Format, output: Path | None) -> None:
    """Print the rows, or write them to ``output``."""
    from flows.ask.query import write_result
    from flows.ask.rows import print_rows

    if form is Format.TABLE and output is None:
        print_rows(make_console(), frame)
        return
    data = write_result(frame, _FILE_FORMATS[form], output)
    if output is not None:
        return
    if form is Format.PARQUET:
        sys.stdout.buffer.write(data)
    else:
        write_data(data)
