"""``gongbao status``: what is published, what is wrong, what comes next."""

from __future__ import annotations

from flows.cli.shared import make_console
from flows.model.settings import load_settings


def status() -> None:
    """What is published, how the last runs ended, which releases fail, who holds the store."""
    from flows.ask.report import print_status

    print_status(make_console(), load_settings())
