"""``gongbao brief``: three sentences on an area."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from flows.cli.shared import TextFormat, make_console, write_text
from flows.model.settings import load_settings


class Language(StrEnum):
    ZH = "zh"
    EN = "en"
    BOTH = "both"


def brief(
    area: Annotated[
        str, typer.Argument(metavar="AREA|GROUP", help="A name or code; of a group: each member.")
    ],
    year: Annotated[
        int | None, typer.Option(help="Its year; default: the newest with a figure.")
    ] = None,
    language: Annotated[
        Language, typer.Option("--language", "-l", help="In which language.")
    ] = Language.BOTH,
    group: Annotated[
        str | None, typer.Option(help="Rank it in this group; default: the first it is in.")
    ] = None,
    origins: Annotated[
        bool, typer.Option("--origins/--no-origins", help="Where each figure is printed.")
    ] = True,
    form: Annotated[
        TextFormat, typer.Option("--format", "-f", help="Text, or JSON with every origin.")
    ] = TextFormat.TABLE,
) -> None:
    """Three sentences on an area: where it stands, what carries it, what comes next.

    Made from the current publication; what is not known is not said.
    """
    from flows.ask.brief import write_briefs
    from flows.ask.brief.report import format_json, print_briefs

    spoken = ("zh", "en") if language is Language.BOTH else (language.value,)
    made = write_briefs(area, load_settings(), year=year, languages=spoken, group=group)
    if form is TextFormat.JSON:
        write_text(format_json(made))
    else:
        print_briefs(make_console(), made, origins)
