"""The command line. Each command says what it does, and its errors name the remedy.

Imports are kept inside the commands: `gongbao query` must not wait for Prefect.
"""

from __future__ import annotations

import logging
import signal
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from pydantic import ValidationError

from flows import __version__
from flows.model.errors import GongbaoError, ReadError, UsageError
from flows.model.settings import Settings

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

_EPILOG = """
Exit codes: 0 done (also: nothing new) · 2 wrong use · 3 catalogue broken · 4 another run holds
the store · 5 store · 6 a document cannot be read · 7 nothing could be fetched · 8 gate ·
9 publication held back or not built. check has its own: 1 something is wrong, 2 it could not be
checked. Settings are read from GONGBAO_* variables; GONGBAO_HOME
(default: data) is where everything is kept but Prefect's own records (PREFECT_HOME).
"""

app = typer.Typer(
    name="gongbao",
    help="China's statistical releases, read figure by figure into a warehouse you can trust.",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
publications_app = typer.Typer(help="List the publications that are kept, or go back to one.")
app.add_typer(publications_app, name="publications", no_args_is_help=True)


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class Language(StrEnum):
    ZH = "zh"
    EN = "en"
    BOTH = "both"


class CheckFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


#: A table written to a file is a CSV.
_FILE_FORMATS: dict[Format, Literal["csv", "json", "parquet"]] = {
    Format.TABLE: "csv",
    Format.CSV: "csv",
    Format.JSON: "json",
    Format.PARQUET: "parquet",
}


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"gongbao {__version__}")
        raise typer.Exit


@app.command()
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
        _settings(),
        mirror=str(SAMPLES) if bundled else mirror,
        source=source,
        reread=reread,
        verbose=verbose,
    )


@app.command("read")
def read_command(
    documents: Annotated[
        list[str], typer.Argument(metavar="FILE|URL…", help="Pages, PDFs, DOCX, text, tables.")
    ],
    ref_area: Annotated[
        str | None, typer.Option(help="Code or name of the area, where the document hides it.")
    ] = None,
    time_period: Annotated[
        str | None, typer.Option(help="Its reference year, where the document hides it.")
    ] = None,
    layout: Annotated[
        list[str] | None, typer.Option(help="For tables: the layouts that it may have.")
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        Format, typer.Option("--format", "-f", help="How to print the figures.")
    ] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file, not the console.")
    ] = None,
    all_numbers: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Also figures of other years and places, and numbers that no indicator claims.",
        ),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Each sentence with its figures and their fate.")
    ] = False,
) -> None:
    """Read documents: the figures of their own area and year, with status and place.

    Nothing is kept. A summary of each document goes to stderr. Exit code 6 where one of the
    documents could not be read; the figures of the others are printed all the same.
    """
    from flows.ask.document import Hints, read_places
    from flows.ask.explain import for_eyes, print_explained, summary_line

    settings = _settings()
    hints = Hints(ref_area, time_period, tuple(layout or ()))
    read, rows = read_places(documents, hints, settings)
    for document in read:
        typer.echo(summary_line(document, rows), err=True)
    if explain:
        print_explained(_console(), read, rows)
    else:
        of_document = rows["own"] & rows["status"].is_in(["accepted", "quarantined"])
        claimed = rows if all_numbers or layout else rows.filter(of_document)
        if format is Format.TABLE and output is None:
            claimed = for_eyes(claimed)
        _write(claimed, format, output)
    if any(document.error for document in read):
        raise typer.Exit(ReadError.exit_code)


@app.command()
def check(
    article: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="The article; - is stdin.")],
    published_on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Its day, by which 今年 and 去年 go, where it hides it."
        ),
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        CheckFormat, typer.Option("--format", "-f", help="How to print the verdicts.")
    ] = CheckFormat.TABLE,
) -> None:
    """Check an article's figures: a verdict for each, with its evidence.

    supported · contradicted · misprinted (with the likely figure) · mislabelled (another
    indicator's) · outdated · unverifiable (and what would settle it). Exit code 0: nothing wrong;
    1: something contradicted, misprinted or mislabelled; 2: it could not be checked.
    """
    from flows.ask.check.article import check_article, names_of
    from flows.ask.check.report import as_json, exit_code, print_check
    from flows.catalog import load_catalog

    day = published_on.date() if published_on else None
    try:
        found = check_article(article, _settings(), published_on=day)
    except GongbaoError as error:
        typer.secho(f"gongbao: {error}", err=True, fg="red")
        raise typer.Exit(2) from error
    if format is CheckFormat.JSON:
        typer.echo(as_json(found), nl=False)
    else:
        print_check(_console(), found, names_of(load_catalog()))
    raise typer.Exit(exit_code(found))


@app.command()
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
    format: Annotated[  # noqa: A002 - the option's name
        CheckFormat, typer.Option("--format", "-f", help="Text, or JSON with every origin.")
    ] = CheckFormat.TABLE,
) -> None:
    """Three sentences on an area: where it stands, what carries it, what comes next.

    gongbao brief 平阳县 --year 2023 · gongbao brief zhejiang-mountain-26 --year 2023 --no-origins

    Made from the current publication; what is not known is not said.
    """
    from flows.ask.brief.made import briefs_of
    from flows.ask.brief.report import as_json, print_briefs

    spoken = ("zh", "en") if language is Language.BOTH else (language.value,)
    made = briefs_of(area, _settings(), year=year, languages=spoken, group=group)
    if format is CheckFormat.JSON:
        typer.echo(as_json(made), nl=False)
    else:
        print_briefs(_console(), made, origins)


# A query may begin with a comment, which looks like an option.
@app.command(context_settings={"ignore_unknown_options": True})
def query(
    sql: Annotated[
        str,
        typer.Argument(
            help="SQL, a file of it (- is stdin), or a name: of sql/queries/ or a table."
        ),
    ],
    format: Annotated[  # noqa: A002 - the option's name
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
    _write(run_query(_settings(), sql), format, output)


def _write(frame: pl.DataFrame, how: Format, output: Path | None) -> None:
    from flows.ask.query import write_result
    from flows.ask.rows import print_rows

    if how is Format.TABLE and output is None:
        print_rows(_console(), frame)
    else:
        data = write_result(frame, _FILE_FORMATS[how], output)
        if output is None:
            sys.stdout.buffer.write(data)


@app.command()
def status() -> None:
    """What is published, how the last runs ended, which releases fail, who holds the store."""
    from flows.ask.report import print_status

    print_status(_console(), _settings())


@app.command()
def up(
    port: Annotated[int, typer.Option(help="Port of the Prefect server.")] = 4200,
) -> None:
    """Server, worker and daily schedule on this machine, until interrupted."""
    from flows.operate.up import up as serve

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(_settings(), port=port, say=typer.echo)
    except KeyboardInterrupt:
        typer.echo("stopped")


@publications_app.command("list")
def list_publications() -> None:
    """The publications that are kept, newest first; the current one is marked."""
    from flows.publish import publications

    for publication in publications(_settings()):
        mark = "→" if publication.current else " "
        typer.echo(f"{mark} {publication.name}  {publication.published_at:%Y-%m-%d %H:%M} UTC")


@publications_app.command()
def rollback(
    to: Annotated[
        str | None, typer.Argument(help="Name of a publication; default: the one before.")
    ] = None,
) -> None:
    """Show readers an earlier publication, by one rename; the store keeps everything."""
    from flows.publish import rollback as go_back

    publication = go_back(_settings(), to)
    typer.echo(f"current publication: {publication.name}")


def _console() -> Console:
    """As wide as it needs to be where the output is a file or a pipe."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else 10_000)


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = f"GONGBAO_{str(fault['loc'][0]).upper()}"
        raise UsageError(fault["msg"], where=name, remedy="unset it or correct it") from error


def main() -> None:
    """The console script: errors that are not bugs become one line and an exit code."""
    # A retry is told by the visit's record; stamina's own lines would stand on the console.
    logging.getLogger("stamina").addHandler(logging.NullHandler())
    try:
        app()
    except GongbaoError as error:
        typer.secho(f"gongbao: {error}", err=True, fg="red")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
