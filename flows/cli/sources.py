"""``gongbao sources``: where releases are named, and a listing tried out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.shared import make_console, write_text
from flows.model.errors import UsageError
from flows.model.settings import load_settings

app = typer.Typer(help="The sources of the catalogue, and a listing tried out.")

_EXAMPLES = """\b
Examples:
  gongbao sources try https://tjj.example.gov.cn/col/col12/index.html --within CODE
  gongbao sources try saved.html --at https://tjj.example.gov.cn/tjgb/ --row "ul.list li"
"""


@app.command("list")
def list_sources(
    as_json: Annotated[bool, typer.Option("--json", help="The rows as JSON.")] = False,
) -> None:
    """Every source: its family, how its listing stands and since when, releases, held links."""
    import json

    import polars as pl

    from flows.ask.query import Rows
    from flows.ask.rows import print_rows
    from flows.ask.sources import load_accounts

    rows = [account.summarize() for account in load_accounts(load_settings())]
    if as_json:
        write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    else:
        print_rows(make_console(), Rows.of(pl.DataFrame(rows, infer_schema_length=None)))


@app.command("show")
def show_source(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Its id: gongbao sources list.")],
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
) -> None:
    """One source: how its listing stands and why, its releases, and each held link with its reason."""
    import json

    from flows.ask.sources import load_account, print_account

    account = load_account(load_settings(), source)
    if as_json:
        write_text(json.dumps(account.describe(), ensure_ascii=False, indent=2) + "\n")
    else:
        print_account(make_console(), account)


@app.command("try", epilog=_EXAMPLES)
def try_source(
    place: Annotated[
        str, typer.Argument(metavar="ADDRESS|FILE", help="A listing, or a saved one.")
    ],
    at: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where the saved page is from.")
    ] = None,
    family: Annotated[
        str | None, typer.Option(help="Read it as this family; else it is recognised.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="An option of the family.")
    ] = None,
    row: Annotated[
        str | None, typer.Option(metavar="SELECTOR", help="CSS selector of a page's rows.")
    ] = None,
    host: Annotated[
        list[str] | None, typer.Option(help="Another host on which its releases are.")
    ] = None,
    within: Annotated[
        str | None, typer.Option(metavar="AREA", help="Its releases are of areas within this one.")
    ] = None,
    about: Annotated[
        str | None, typer.Option(metavar="AREA", help="All are about this area, named or not.")
    ] = None,
    publisher: Annotated[str | None, typer.Option(help="Who publishes them.")] = None,
    pages: Annotated[int, typer.Option(min=1, max=50, help="How many pages to look at.")] = 1,
    mirror: Annotated[
        str | None, typer.Option(help="Ask a mirror: a folder with index.csv, or an address.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
) -> None:
    """Show what a listing gives: its family, rows, what would be taken of them, and its YAML.

    Nothing is kept, and nothing is adopted: paste the YAML into a file of your catalogue's folder
    sources/. Exit code 6 where it is not recognised, 7 where it can't be had.
    """
    import json

    from flows.ask.trial import Wish, try_listing
    from flows.ask.trial_report import describe_trial, print_trial
    from flows.model.registry import FAMILIES

    if family is not None and family not in FAMILIES:
        raise UsageError(f"{family!r} is no family", remedy=f"there are {', '.join(FAMILIES)}")
    is_saved = "://" not in place
    if is_saved and at is None:
        raise UsageError("a saved page needs its address", remedy="say --at https://…")
    if within is not None and about is not None:
        raise UsageError("--within and --about exclude each other")
    if not is_saved and at is not None:
        raise UsageError("--at is for a saved page", remedy="leave it out")
    wish = Wish(
        address=at or place,
        file=Path(place) if is_saved else None,
        family=family,
        options=dict(_split_option(text) for text in option or ()),
        row=row,
        hosts=tuple(host or ()),
        within=within,
        about=about,
        publisher=publisher,
        pages=pages,
    )
    trial = try_listing(wish, load_settings(), mirror)
    if as_json:
        write_text(json.dumps(describe_trial(trial), ensure_ascii=False, indent=2) + "\n")
    else:
        print_trial(make_console(), trial)


def _split_option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"{text!r} is no option of a family", remedy="write --option NAME=VALUE")
    return name.strip(), value
