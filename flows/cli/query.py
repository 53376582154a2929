"""``gongbao query``: SQL over the current publication."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.shared import Format, write_rows
from flows.model.settings import load_settings


def query(
    sql: Annotated[
        str,
        typer.Argument(
            help="SQL, a file of it (- is stdin), or a name: of sql/queries/ or a table."
        ),
    ],
    form: Annotated[
        Format, typer.Option("--format", "-f", help="How to print the rows.")
    ] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file, not the console.")
    ] = None,
) -> None:
    """Ask the current publication, read-only: works at any time, also while a run goes on."""
    from flows.ask.query import query as run_query

    if sql == "-":
        sql = f"{sys.stdin.read()}\n"  # with white space in it: SQL and no name
    write_rows(run_query(load_settings(), sql), form, output)
