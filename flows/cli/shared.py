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
from typing import IO, TYPE_CHECKING, Annotated

import typer

from flows.model.errors import UsageError

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from flows.ask.query import Rows


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class TextFormat(StrEnum):
    """Of what has no rows to write to a file."""

    TABLE = "table"
    JSON = "json"


FormatOption = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="How to print or write the rows; default: table."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="Write to this file; its ending .csv, .json or .parquet counts."
    ),
]


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


#: What the ending of a file says of its format.
_ENDINGS: dict[str, Format] = {
    ".csv": Format.CSV,
    ".json": Format.JSON,
    ".parquet": Format.PARQUET,
}


def format_of(form: Format | None, output: Path | None) -> Format:
    """The format that ``-f`` and the ending of ``-o`` say together; without either, a table.

    UsageError where they contradict each other, or where neither says how to write the file.
    """
    if output is None:
        return form or Format.TABLE
    by_ending = _ENDINGS.get(output.suffix.lower())
    if by_ending is None and form in (None, Format.TABLE):
        raise UsageError(
            "the file's ending names no format",
            where=str(output),
            remedy=f"end it in {', '.join(_ENDINGS)}, or say --format csv, json or parquet",
        )
    if by_ending is not None and form is not None and form is not by_ending:
        raise UsageError(
            f"--format {form} contradicts the file's ending {output.suffix}",
            where=str(output),
            remedy="leave --format out, or name the file otherwise",
        )
    return by_ending or form or Format.CSV


def write_rows(asked: Rows | pl.DataFrame, form: Format, output: Path | None) -> None:
    """Print the rows as a table, or write a frame to ``output`` or standard output."""
    from flows.ask.query import Rows, write_result
    from flows.ask.rows import print_rows

    if isinstance(asked, Rows):
        print_rows(make_console(), asked)
    elif form is Format.TABLE:
        print_rows(make_console(), Rows.of(asked))
    elif output is not None:
        write_result(asked, form, output)
    elif form is Format.PARQUET:
        sys.stdout.buffer.write(write_result(asked, form))
    else:
        write_data(write_result(asked, form))
