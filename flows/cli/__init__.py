"""The command line: one module a command, and here only the program that they make up.

Imports are kept inside the commands: ``gongbao query`` must not wait for Prefect.
"""

from __future__ import annotations

import errno
import logging
import sys
from typing import Annotated, NoReturn

import typer

from flows import __version__
from flows.cli import publications, sources
from flows.cli.brief import brief
from flows.cli.check import check
from flows.cli.notify import notify
from flows.cli.query import query
from flows.cli.read import read
from flows.cli.refresh import refresh
from flows.cli.shared import tolerate_any_encoding
from flows.cli.status import status
from flows.cli.up import up
from flows.model.errors import GongbaoError, StoreError
from flows.model.text import printable

_EPILOG = """
Exit codes: 0 done (also: nothing new) · 2 wrong use · 3 catalogue broken · 4 another run holds
the store · 5 store · 6 a document cannot be read · 7 nothing could be fetched · 8 gate ·
9 publication held back or not built · 10 nothing is published yet · 11 no Prefect server · 130
stopped by Ctrl-C. check has two of its own: 1 something is wrong, 2 it could not be checked.
Settings are read from GONGBAO_* variables; GONGBAO_HOME (default: data) is where everything is
kept but Prefect's own records (PREFECT_HOME).
"""

app = typer.Typer(
    name="gongbao",
    help="China's statistical releases, read figure by figure into a warehouse you can trust.",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # what was typed is shown in errors, and is no markup
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _examples(*lines: str) -> str:
    """An epilog that click leaves in lines."""
    return "\b\nExamples:\n" + "\n".join(f"  gongbao {line}" for line in lines)


app.command(epilog=_examples("refresh --bundled", "refresh --source 'SOURCE-*'"))(refresh)
app.command(epilog=_examples("read page.html --explain", "read *.pdf -o figures.csv"))(read)
app.command(epilog=_examples("check article.txt", "check - -f json < article.txt"))(check)
app.command(epilog=_examples("brief COUNTY --year 2023", "brief GROUP --language en --no-origins"))(
    brief
)
# A query may begin with a comment, which looks like an option.
app.command(
    context_settings={"ignore_unknown_options": True},
    epilog=_examples("query latest_league", "query 'FROM release_list LIMIT 5' -o releases.json"),
)(query)
app.command(epilog=_examples("status", "status --json"))(status)
app.command(epilog=_examples("up", "up --port 4300"))(up)
app.add_typer(sources.app, name="sources", no_args_is_help=True)
app.command(
    epilog=_examples("notify https://chat.example.org/hook", "notify http://127.0.0.1:9000")
)(notify)
app.add_typer(publications.app, name="publications", no_args_is_help=True)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"gongbao {__version__}")
        raise typer.Exit


#: What the surroundings refuse, and the remedy.
_REFUSED = {
    errno.EACCES: "it must be readable and writable for whoever runs gongbao",
    errno.EPERM: "it must be readable and writable for whoever runs gongbao",
    errno.EROFS: "the disk is read-only; set GONGBAO_HOME to a folder that can be written",
    errno.ENOSPC: "free some space and run it again; nothing is lost",
    errno.EDQUOT: "free some space and run it again; nothing is lost",
}


def main() -> None:
    """The console script: errors that are not bugs become one line and an exit code."""
    tolerate_any_encoding()
    # A retry is told by the visit's record; stamina's own lines would stand on the console.
    logging.getLogger("stamina").addHandler(logging.NullHandler())
    try:
        app()
    except GongbaoError as error:
        _end(error)
    except OSError as error:
        if error.errno not in _REFUSED:
            raise
        place = str(error.filename) if error.filename else None
        what = error.strerror or "cannot be used"
        _end(StoreError(what, where=place, remedy=_REFUSED[error.errno]))


def _end(error: GongbaoError) -> NoReturn:
    typer.secho(f"gongbao: {printable(error)}", err=True, fg="red")
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
