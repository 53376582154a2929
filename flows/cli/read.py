"""``gongbao read``: the figures of documents that no catalogue knows."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.shared import (
    Format,
    FormatOption,
    OutputOption,
    format_of,
    make_console,
    write_rows,
)
from flows.model.errors import ReadError
from flows.model.settings import load_settings


def read(
    documents: Annotated[
        list[str], typer.Argument(metavar="FILE|URL…", help="Pages, PDFs, DOCX, text, tables.")
    ],
    ref_area: Annotated[
        str | None, typer.Option(help="Code or name of the area, where the document hides it.")
    ] = None,
    time_period: Annotated[
        str | None, typer.Option(help="Its reference year, where the document hides it.")
    ] = None,
    layout: Annotated[
        list[str] | None, typer.Option(help="For tables: the layouts that it may have.")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
    all_numbers: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Also figures of other years and places, and numbers that no indicator claims.",
        ),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Each sentence with its figures and their fate.")
    ] = False,
) -> None:
    """Read documents: the figures of their own area and year, with status and place.

    Nothing is kept. A summary of each document goes to stderr. Exit code 6 where one of the
    documents could not be read; the figures of the others are printed all the same.
    """
    from flows.ask.document import Hints, read_places
    from flows.ask.explain import for_eyes, print_explained, summary_line

    form = format_of(form, output)
    settings = load_settings()
    hints = Hints(ref_area, time_period, tuple(layout or ()))
    read, rows = read_places(documents, hints, settings)
    for document in read:
        typer.echo(summary_line(document, rows), err=True)
    if explain:
        print_explained(make_console(), read, rows)
    else:
        of_document = rows["own"] & rows["status"].is_in(["accepted", "quarantined"])
        claimed = rows if all_numbers or layout else rows.filter(of_document)
        if form is Format.TABLE:
            claimed = for_eyes(claimed)
        write_rows(claimed, form, output)
    if any(document.error for document in read):
        raise typer.Exit(ReadError.exit_code)
