"""``gongbao notify``: have alerts posted to a webhook."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from flows.model.errors import PrefectError, UsageError


def notify(
    url: Annotated[str, typer.Argument(help="Where each alert is posted, as JSON.")],
) -> None:
    """Post what a person should look at to a webhook, once when it begins and once when it ends.

    What is overdue, a listing that is blocked or has changed its shape, a release that was held
    back whole, can't be read or can't be fetched. The Prefect server that runs the flows posts it
    (PREFECT_API_URL; that of gongbao up is http://127.0.0.1:4200/api); a second address takes the
    place of the first.
    """
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{url!r} is no http or https address")
    if not os.environ.get("PREFECT_API_URL"):
        raise PrefectError(
            "no Prefect server is named",
            remedy="set PREFECT_API_URL; gongbao up serves http://127.0.0.1:4200/api",
        )
    from flows.operate.alerts import register_webhook

    register_webhook(url)
    typer.echo(f"alerts are posted to {url} from now on")
