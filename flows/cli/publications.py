"""``gongbao publications``: which are kept, and the way back to an earlier one."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.model.settings import load_settings

app = typer.Typer(help="List the publications that are kept, or go back to one.")


@app.command("list")
def list_publications() -> None:
    """The publications that are kept, newest first; the current one is marked."""
    from flows.model.publication import publications, require_current

    settings = load_settings()
    kept = publications(settings)
    for publication in kept:
        mark = "→" if publication.current else " "
        typer.echo(f"{mark} {publication.name}  {publication.published_at:%Y-%m-%d %H:%M} UTC")
    require_current(settings)


@app.command()
def rollback(
    to: Annotated[
        str | None, typer.Argument(help="Name of a publication; default: the one before.")
    ] = None,
) -> None:
    """Show readers an earlier publication, by one rename; the store keeps everything."""
    from flows.publish.folder import rollback as go_back

    publication = go_back(load_settings(), to)
    typer.echo(f"current publication: {publication.name}")
