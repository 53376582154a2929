"""``gongbao refresh``: one run of the flow."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.model.errors import UsageError
from flows.model.settings import load_settings


def refresh(
    mirror: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|URL",
            help="Take the releases from a mirror: a folder with index.csv (columns file,url), "
            "or a server of one. Without it the true sites are asked.",
        ),
    ] = None,
    bundled: Annotated[
        bool, typer.Option("--bundled", help="Take the bundled releases, without a network.")
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(metavar="PATTERN", help="Only these sources or releases: 'pingyang-*'."),
    ] = None,
    reread: Annotated[
        bool,
        typer.Option("--reread", help="Read the archive again where an older reader read it."),
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Prefect's log lines on the console, too.")
    ] = False,
) -> None:
    """Run the flow once: pull, read, check, keep and publish what is new."""
    from flows.cli.once import refresh_once
    from flows.model.paths import SAMPLES

    if bundled and mirror:
        raise UsageError("--bundled and --mirror exclude each other")
    refresh_once(
        load_settings(),
        mirror=str(SAMPLES) if bundled else mirror,
        source=source,
        reread=reread,
        verbose=verbose,
    )
