"""``gongbao refresh``: one run of the flow."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.shared import make_console
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
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Ask no address and change nothing: show what today's catalogue, rules and "
            "readers would make otherwise of what is archived, and why.",
        ),
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
    place = str(SAMPLES) if bundled else mirror
    if dry_run:
        from flows.ask.dry import print_dry_run
        from flows.run.dry import look_ahead

        print_dry_run(make_console(), look_ahead(load_settings(), mirror=place, source=source))
        return
    refresh_once(load_settings(), mirror=place, source=source, verbose=verbose)
