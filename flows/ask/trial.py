"""A listing tried out: what ``gongbao sources try`` shows. Nothing is archived, stored or adopted.

The address is asked for under the policy of every run, its family is recognised from the bytes,
and its rows are matched as a run would match them. What comes out of it is a source's YAML, which
holds what the caller said and what was recognised, and no text of the page.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

from flows.ask.names import resolve_area
from flows.ask.place import is_address
from flows.catalog import Catalog, load_catalog
from flows.catalog.model import Discovery, ItemRule, Source
from flows.discover import Body, Page
from flows.discover.families import load_family
from flows.discover.match import Match, SightingFate, match_sightings
from flows.fetch import MirrorServer
from flows.fetch.address import canonicalize
from flows.fetch.listing import fetch_page
from flows.language.titles import read_kind
from flows.model.errors import ReadError, UsageError
from flows.model.listing import Sighting
from flows.model.nouns import Authority, Release
from flows.model.registry import FAMILIES
from flows.model.request import Request
from flows.model.settings import Settings

#: Answers that only say where the rows are, at most.
_MAX_SHELLS = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller says of a listing; the rest is recognised."""

    address: str
    file: Path | None = None  # a saved page, which stands for the answer
    family: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    row: str | None = None  # CSS selector of its rows
    hosts: tuple[str, ...] = ()
    within: str | None = None  # its releases are of areas within this one
    about: str | None = None  # or all of this very area, which they need not name
    publisher: str | None = None
    pages: int = 1


@dataclass(frozen=True, slots=True)
class TriedPage:
    """One answer: of a shell (number 0), or a page of rows."""

    request: Request
    number: int
    page: Page


@dataclass(frozen=True, slots=True)
class Trial:
    """What an address turned out to be."""

    address: str
    family: str
    also: tuple[str, ...]  # other families that would take it
    pages: tuple[TriedPage, ...]
    ended: str  # why no further page was asked for
    matches: tuple[Match, ...]
    refused: tuple[tuple[str, str], ...]
    yaml: str


def try_listing(wish: Wish, settings: Settings, mirror: str | None = None) -> Trial:
    """Try an address. FetchError where it gives nothing, ReadError where nothing is recognised."""
    catalog = load_catalog(own=settings.catalog)
    wish = replace(
        wish,
        address=canonicalize(wish.address),
        within=resolve_area(wish.within, catalog, "--within"),
        about=resolve_area(wish.about, catalog, "--about"),
    )
    folder = None if mirror is None or is_address(mirror) else Path(mirror)
    with MirrorServer(folder) if folder is not None else nullcontext() as server:
        place = mirror if server is None else server.url
        first = _load(Request(wish.address), wish, settings, place)
        names = [wish.family] if wish.family else detect_families(first)
        if not names:
            raise ReadError(
                "no family of listings is recognised",
                where=wish.address,
                remedy=f"name one with --family ({', '.join(FAMILIES)}), or --row for a page's rows",
            )
        discovery = _declare(wish, names[0])
        pages, ended = _walk(first, discovery, wish, settings, place)
    refused = tuple(each for tried in pages for each in tried.page.refused)
    matches = _match(pages, discovery, wish, catalog)
    yaml = _write_yaml(wish, discovery, pages, matches)
    return Trial(wish.address, names[0], tuple(names[1:]), pages, ended, matches, refused, yaml)


def detect_families(body: Body) -> list[str]:
    """The families that take a body, the likeliest first.

    What only one kind of site says comes before a page of links, and that before a list in a
    page's script.
    """
    order = ("feed", "sitemap", "hanweb", "jpaas", "wordpress", "html", "json")
    found = []
    for name in order:
        try:
            if load_family(name).detect(body):
                found.append(name)
        except ReadError:
            continue
    return found


def _declare(wish: Wish, family: str) -> Discovery:
    unknown = [name for name in wish.options if name not in FAMILIES[family].options]
    if unknown:
        known = ", ".join(sorted(FAMILIES[family].options)) or "none"
        raise UsageError(
            f"the family {family} has no option {unknown[0]!r}", remedy=f"its options are: {known}"
        )
    own = urlsplit(wish.address).netloc
    discovery = Discovery(
        Request(wish.address), family, wish.options, ItemRule(row=wish.row), within=wish.within
    )
    hosts = tuple(dict.fromkeys((own, *wish.hosts))) if wish.hosts else ()
    return replace(discovery, want=replace(discovery.want, hosts=hosts), follow=False)


def _load(request: Request, wish: Wish, settings: Settings, mirror: str | None) -> Body:
    if wish.file is not None:
        try:
            data = wish.file.read_bytes()
        except OSError as error:
            what = error.strerror or "cannot be read"
            raise ReadError(what, where=str(wish.file)) from error
        return Body(request, request.url, data)
    return asyncio.run(fetch_page(request, settings=settings, mirror=mirror))


def _walk(
    first: Body, discovery: Discovery, wish: Wish, settings: Settings, mirror: str | None
) -> tuple[tuple[TriedPage, ...], str]:
    """The pages that were looked at, and why the walk ended."""
    family = load_family(discovery.family)
    tried: list[TriedPage] = []
    body, number, shells = first, 1, 0
    while True:
        page = family.read_page(body, discovery, number=number)
        tried.append(TriedPage(body.request, 0 if page.shell else number, page))
        shells += page.shell
        number += not page.shell
        if page.following is None:
            return tuple(tried), "no next page is named"
        if shells > _MAX_SHELLS:
            raise ReadError("page after page only says where the rows are", where=wish.address)
        if number > wish.pages:
            return tuple(tried), f"next would be {page.following}"
        if wish.file is not None:
            return tuple(tried), f"a saved page: the true one leads to {page.following}"
        body = _load(page.following, wish, settings, mirror)


def _match(
    pages: Sequence[TriedPage], discovery: Discovery, wish: Wish, catalog: Catalog
) -> tuple[Match, ...]:
    """What a run would make of the rows, one of each address."""
    prototype = Release(
        release_id="found",
        source_id="tried",
        url=wish.address,
        title=wish.publisher or "tried",
        publisher=wish.publisher or "tried",
        reader="communique",
        authority=_guess_authority(wish.address),
        ref_area=wish.about,
    )
    source = Source("tried", prototype.publisher, (), discovery=discovery, prototype=prototype)
    catalog = replace(catalog, sources=(*catalog.sources, source))
    rows = {row.request.digest: row for tried in pages for row in tried.page.rows}
    sightings = [
        Sighting("tried", row.request, row.title, row.date_text, row.seen_on)
        for row in rows.values()
    ]
    return match_sightings(sightings, catalog).matches


def _guess_authority(address: str) -> Authority:
    """A proposal for the person who pastes it: an office's own site, or another one."""
    host = urlsplit(address).hostname or ""
    return Authority.OFFICIAL if host.endswith((".gov.cn", ".gov")) else Authority.REPOST


def _write_yaml(
    wish: Wish, discovery: Discovery, pages: Sequence[TriedPage], matches: Sequence[Match]
) -> str:
    """The source to paste: what was said and recognised, and no text of the page."""
    from ruamel.yaml import YAML

    first = next((tried.page for tried in pages if not tried.page.shell), None)
    rows = first.rows if first else ()
    dated = sum(row.seen_on is not None for row in rows)
    block: dict[str, object] = {"list": wish.address, "family": discovery.family}
    if wish.options:
        block["options"] = dict(wish.options)
    if wish.row:
        block["item"] = {"row": wish.row}
    want: dict[str, object] = {}
    kinds = Counter(
        str(kind)
        for match in matches
        if match.fate is SightingFate.PROPOSED and (kind := read_kind(match.sighting.title))
    )
    if kinds:
        want["kinds"] = [kind for kind, _ in kinds.most_common()]
    if discovery.want.hosts:
        want["hosts"] = list(discovery.want.hosts)
    if want:
        block["want"] = want
    if wish.within:
        block["release"] = {"within": wish.within}
    expect: dict[str, object] = {"items": max(1, len(rows) // 2)}
    if rows and dated < 0.9 * len(rows):
        expect["dated"] = int(10 * dated / len(rows)) / 10
    block["expect"] = expect
    block["adopt"] = "propose"
    source: dict[str, object] = {
        "source_id": _name_source(wish.address),
        "publisher": wish.publisher or "WHO PUBLISHES",
        "reader": "communique",
        "authority": str(_guess_authority(wish.address)),
        "obs_status": "P",
    }
    if wish.about:
        source["ref_area"] = wish.about
    source["discover"] = block
    yaml, text = YAML(), StringIO()
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump([source], text)
    return "\n".join(line.removeprefix("  ") for line in text.getvalue().splitlines()) + "\n"


def _name_source(address: str) -> str:
    parts = urlsplit(address)
    words = re.findall(r"[a-z0-9]+", f"{parts.hostname} {parts.path}".lower())
    left = [
        word for word in words if word not in ("www", "index", "html", "htm", "shtml", "cn", "com")
    ]
    return "-".join(left)[:60].strip("-") or "source"
