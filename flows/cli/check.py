"""``gongbao check``: an article's figures, judged."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from flows.cli.shared import TextFormat, make_console, write_text
from flows.model.errors import GongbaoError, NothingPublished
from flows.model.settings import load_settings
from flows.model.text import printable


def check(
    article: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="The article; - is stdin.")],
    published_on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Its day, by which 今年 and 去年 go, where it hides it."
        ),
    ] = None,
    form: Annotated[
        TextFormat, typer.Option("--format", "-f", help="How to print the verdicts.")
    ] = TextFormat.TABLE,
) -> None:
    """Check an article's figures: a verdict for each, with its evidence.

    supported · contradicted · misprinted (with the likely figure) · mislabelled (another
    indicator's) · outdated · unverifiable (and what would settle it). Exit code 0: nothing wrong;
    1: something contradicted, misprinted or mislabelled; 2: it could not be checked; 10: nothing
    is published to check it by.
    """
    from flows.ask.check import check_article
    from flows.ask.check.article import list_names
    from flows.ask.check.report import choose_exit_code, format_json, print_check
    from flows.catalog import load_catalog

    day = published_on.date() if published_on else None
    settings = load_settings()
    try:
        found = check_article(article, settings, published_on=day)
    except NothingPublished:
        raise
    except GongbaoError as error:
        typer.secho(f"gongbao: {printable(error)}", err=True, fg="red")
        raise typer.Exit(2) from error
    if form is TextFormat.JSON:
        write_text(format_json(found))
    else:
        print_check(make_console(), found, list_names(load_catalog(own=settings.catalog)))
    raise typer.Exit(choose_exit_code(found))
