"""``gongbao up``: a Prefect server, a worker and the schedules."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.model.settings import load_settings


def up(
    port: Annotated[int, typer.Option(help="Port of the Prefect server.")] = 4200,
) -> None:
    """Server, worker and schedules on this machine, until interrupted."""
    from flows.operate.up import up as serve

    serve(load_settings(), port=port, say=typer.echo)
