"""``gongbao query``: SQL over the current publication."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.cli.shared import Format, FormatOption, OutputOption, format_of, write_rows
from flows.model.settings import load_settings


def query(
    sql: Annotated[
        str,
        typer.Argument(
            help="SQL, a file of it (- is stdin), or a name: of sql/queries/ or a table."
        ),
    ],
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Ask the current publication, read-only: works at any time, also while a run goes on."""
    from flows.ask.query import query as run_query
    from flows.ask.query import query_rows

    form = format_of(form, output)
    if sql == "-":
        sql = f"{sys.stdin.read()}\n"  # with white space in it: SQL and no name
    ask = query_rows if form is Format.TABLE else run_query
    write_rows(ask(load_settings(), sql), form, output)
