"""``gongbao status``: what is wrong, what is published, what comes next."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.shared import make_console, write_text
from flows.model.settings import load_settings


def status(
    everything: Annotated[
        bool, typer.Option("--all", help="Also the last runs and each release.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All of it as JSON, in UTC.")] = False,
) -> None:
    """What is wrong first; then what is published, how the last run ended, when the next is due.

    Nothing is written, and no server is started.
    """
    from flows.ask.status import collect_status, print_status

    found = collect_status(load_settings())
    if as_json:
        write_text(found.model_dump_json(indent=2) + "\n")
    else:
        print_status(make_console(), found, everything=everything)
