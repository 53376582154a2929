"""``gongbao sources list`` and ``show``: what the catalogue's sources are and how they stand.

The sources are today's catalogue's; how their listings stood, what they named and what is held is
in the current publication. Where nothing is published yet, that part is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.ask.publication import open_publication
from flows.catalog import load_catalog
from flows.catalog.model import Source
from flows.catalog.yamlfile import meant
from flows.model.errors import NothingPublished, UsageError
from flows.model.settings import Settings
from flows.model.text import counted, printable

if TYPE_CHECKING:
    from rich.console import Console

_STANDING = """
SELECT source_id, outcome, cause, reason, visited_at::VARCHAR AS visited_at, rows, newest::VARCHAR AS newest
FROM source_visit
QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY recorded_at DESC, visited_at DESC) = 1
"""
_RELEASES = """
SELECT source_id, release_id, ref_area, time_period, published_on::VARCHAR AS published_on, outcome,
    withdrawn_on::VARCHAR AS withdrawn_on, moved_to, url, title
FROM release_list ORDER BY source_id, time_period DESC, release_id
"""
_LINKS = """
SELECT source_id, fate, rule, reason, title, date_text, url, release_id, first_seen::VARCHAR AS first_seen
FROM sighting_list ORDER BY source_id, fate, first_seen DESC, url
"""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """One source, as a person asks for it."""

    source: Source
    standing: Record | None  # the last turn in how its listing stands; None: never visited
    releases: list[Record]
    links: list[Record]

    @property
    def family(self) -> str:
        return self.source.discovery.family if self.source.discovery else "listed"

    def list_held(self) -> list[Record]:
        return [link for link in self.links if link["fate"] == "held"]

    def summarize(self) -> Record:
        """A row of the list."""
        standing = self.standing or {}
        outcome = standing.get("outcome")
        if outcome is None:
            outcome = "never visited" if self.source.discovery else "no listing"
        return {
            "source": self.source.source_id,
            "family": self.family,
            "outcome": outcome,
            "since": standing.get("visited_at", "")[:10],
            "releases": len(self.releases),
            "held": len(self.list_held()),
            "publisher": self.source.publisher,
            "listing": self.source.discovery.listing.url if self.source.discovery else None,
            "reason": standing.get("reason"),
        }

    def describe(self) -> Record:
        """All of it, as JSON shows it."""
        return {
            **self.summarize(),
            "calendar": [str(due) for due in self.source.calendar],
            "address": self.source.address,
            "releases": self.releases,
            "links": self.links,
        }


def load_accounts(settings: Settings) -> list[SourceAccount]:
    """Every source of today's catalogue."""
    catalog = load_catalog(own=settings.catalog)
    standing, releases, links = _ask_publication(settings)
    return [
        SourceAccount(
            source,
            next(iter(standing.get(source.source_id, [])), None),
            releases.get(source.source_id, []),
            links.get(source.source_id, []),
        )
        for source in catalog.sources
    ]


def load_account(settings: Settings, name: str) -> SourceAccount:
    """One source; UsageError with the nearest name where there is none."""
    accounts = load_accounts(settings)
    for account in accounts:
        if account.source.source_id == name:
            return account
    names = [account.source.source_id for account in accounts]
    remedy = meant(name, names) or "gongbao sources list names them"
    raise UsageError(f"no source {name!r}", remedy=remedy)


def _ask_publication(settings: Settings) -> tuple[Mapping[str, list[Record]], ...]:
    try:
        connection = open_publication(settings)
    except NothingPublished:
        return {}, {}, {}
    try:
        return tuple(_group(connection, query) for query in (_STANDING, _RELEASES, _LINKS))
    finally:
        connection.close()


def _group(connection: Any, query: str) -> Mapping[str, list[Record]]:
    """The rows of a query by their first column."""
    grouped: dict[str, list[Record]] = {}
    rows = connection.execute(query).fetchall()
    names = [column[0] for column in connection.description]
    for row in rows:
        record = dict(zip(names, row, strict=True))
        grouped.setdefault(record.pop("source_id"), []).append(record)
    return grouped


def print_account(console: Console, account: SourceAccount) -> None:
    """One source for a person: how it stands, its releases, and what is held, each with its reason."""
    row = account.summarize()
    console.print(f"{row['source']} · {printable(row['publisher'])}", style="bold")
    where = row["listing"] or "its releases are written down in the catalogue"
    console.print(f"  {account.family}: {printable(where)}", soft_wrap=True)
    if account.source.calendar:
        due = "; ".join(map(str, account.source.calendar))
        console.print(f"  due: {printable(due)}", soft_wrap=True)
    if account.source.discovery is not None:
        said = f" since {row['since']}: {printable(row['reason'])}" if row["since"] else ""
        console.print(f"  {row['outcome']}{said}", soft_wrap=True)
    console.print(f"  {counted(len(account.releases), 'release')}")
    for release in account.releases:
        state = release["outcome"] or "not read"
        if release["withdrawn_on"]:
            state += f", withdrawn on {release['withdrawn_on']}"
        console.print(f"    {release['release_id']}: {state}", soft_wrap=True)
    for fate, what in (
        ("held", "held"),
        ("edition", "of another address"),
        ("proposed", "proposed"),
    ):
        links = [link for link in account.links if link["fate"] == fate]
        if links:
            console.print(f"  {counted(len(links), 'link')} {what}")
        for link in links:
            console.print(f"    {printable(link['title'])}", soft_wrap=True)
            console.print(
                f"      {printable(link['reason'])} · {printable(link['url'])}", soft_wrap=True
            )
    excluded = sum(link["fate"] == "excluded" for link in account.links)
    if excluded:
        console.print(f"  {counted(excluded, 'link')} not wanted (--json lists them)")
