"""Items of a listing to rows: links resolved, one row an address, the site's name off the titles."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.catalog.model import Discovery
from flows.discover import Body, Row
from flows.discover.families.markup import Item, choose_title, fold
from flows.discover.links import LinkRefused, list_page_hosts, list_row_hosts, resolve_link
from flows.model.request import Request

_SUFFIX = re.compile(r"\s*[-_|｜—–－]+\s*([^-_|｜—–－\d]{2,24})$")
_SITE_WORD = re.compile(r"(?:网|网站|平台|门户|库|局|政府|中国|信息港|在线|公开)$")
_QUOTED = 120


def make_rows(
    items: Sequence[Item], body: Body, discovery: Discovery, *, base: str, site: str = ""
) -> tuple[tuple[Row, ...], tuple[tuple[str, str], ...]]:
    """The rows of a page, and the links that are refused with their reasons.

    ``base``: what links are relative to; ``site``: the page's own title, which a suffix of its
    rows' titles may repeat.
    """
    hosts = list_row_hosts(discovery)
    own = {body.url, discovery.listing.url}
    taken: dict[str, list[Item]] = {}
    refused: dict[str, str] = {}
    for item in items:
        try:
            url = resolve_link(item.href, base, hosts)
        except LinkRefused as error:
            refused.setdefault(f"{item.title} <{fold(item.href)}>"[:_QUOTED], str(error))
            continue
        if url not in own:
            taken.setdefault(url, []).append(item)
    suffix = _find_suffix(list(taken.values()), site, discovery.options.get("suffix"))
    rows = []
    for url, same in taken.items():
        title = choose_title([item.title for item in same], [])
        printed = [item.printed for item in same if item.printed]
        readable = next((day for day in printed if day.day), printed[0] if printed else None)
        rows.append(
            Row(
                Request(url),
                _strip_suffix(title, suffix),
                fold(readable.text) if readable else None,
                readable.day if readable else None,
            )
        )
    return tuple(rows), tuple(refused.items())


def resolve_next(href: str | None, body: Body, discovery: Discovery, base: str) -> Request | None:
    """The request for the next page; raises ``LinkRefused`` for one off the source's hosts."""
    if href is None:
        return None
    url = resolve_link(href, base, list_page_hosts(discovery))
    return None if url in (body.url, body.request.url) else Request(url)


def _find_suffix(rows: Sequence[Sequence[Item]], site: str, declared: str | None) -> str | None:
    """The site's name behind its titles: declared, or evident.

    Evident is one that a title has behind the very text of its anchor, and one that every title
    ends with and that the page's own title or a word for a site confirms.
    """
    if declared:
        return declared
    ends = []
    for same in rows:
        for item in same:
            found = _SUFFIX.search(item.title)
            if found and item.text == item.title[: found.start()].strip():
                return found.group(1)
        found = _SUFFIX.search(choose_title([item.title for item in same], []))
        ends.append(found.group(1) if found else "")
    if len(ends) < 2 or len(set(ends)) != 1 or not ends[0]:
        return None
    return ends[0] if ends[0] in site or _SITE_WORD.search(ends[0]) else None


def _strip_suffix(title: str, suffix: str | None) -> str:
    if suffix is None or not title.endswith(suffix):
        return title
    return title.removesuffix(suffix).rstrip("-_|｜—–－ ") or title
