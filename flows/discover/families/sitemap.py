"""Sitemaps: an index leads to the newest of its maps, a map names addresses.

A sitemap has no titles (but a news map's) and its day is the one on which a page last changed.
WordPress numbers its maps from the oldest, so map 9 comes after map 10.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from flows.catalog.model import Discovery
from flows.discover import Body, Page
from flows.discover.dates import PrintedDay, parse_feed_day
from flows.discover.families.markup import Item, strip_markup
from flows.discover.families.rows import make_rows, resolve_next
from flows.discover.families.safexml import expand_gzip, name_element, parse_xml, read_child
from flows.discover.links import LinkRefused
from flows.model.errors import ReadError
from flows.model.request import Request

_NUMBERED = re.compile(r"^(.*/wp-sitemap-[\w-]+-)(\d{1,4})(\.xml)$")
_NUMBER = re.compile(r"(\d+)(?=\.xml(?:\.gz)?$)")


class SitemapFamily:
    version = "sitemap-1"

    def detect(self, body: Body) -> bool:
        try:
            head = expand_gzip(body.data)[:2000].lower()
        except ReadError:
            return False
        return b"<urlset" in head or b"<sitemapindex" in head

    def start(self, discovery: Discovery) -> Request:
        return discovery.listing

    def read_page(self, body: Body, discovery: Discovery, *, number: int) -> Page:
        root = parse_xml(body.data, body.charset)
        match name_element(root):
            case "sitemapindex":
                return _follow_index(root, body, discovery)
            case "urlset":
                items = [_read_entry(entry) for entry in root if name_element(entry) == "url"]
                items = [item for item in items if item.href]
                rows, refused = make_rows(items, body, discovery, base=body.url)
                return Page(rows, _find_older(body, discovery), refused=refused)
            case other:
                raise ReadError(f"the XML is a {other!r} and no sitemap")


def _read_entry(entry: Element) -> Item:
    news = next((child for child in entry if name_element(child) == "news"), None)
    title = strip_markup(read_child(news, "title")) if news is not None else ""
    printed = read_child(news, "publication_date") if news is not None else ""
    printed = printed or read_child(entry, "lastmod")
    day = PrintedDay(printed, parse_feed_day(printed)) if printed else None
    return Item(read_child(entry, "loc"), title, day)


def _follow_index(root: Element, body: Body, discovery: Discovery) -> Page:
    """The newest map of an index: the last changed one, else the one of the highest number."""
    maps = [
        (
            read_child(entry, "lastmod"),
            _read_number(read_child(entry, "loc")),
            place,
            read_child(entry, "loc"),
        )
        for place, entry in enumerate(root)
        if name_element(entry) == "sitemap" and read_child(entry, "loc")
    ]
    if not maps:
        raise ReadError("the sitemap's index names no map")
    newest = max(maps)[3]
    try:
        following = resolve_next(newest, body, discovery, body.url)
    except LinkRefused as error:
        raise ReadError(f"the sitemap's index leads to {newest!r}: {error}") from error
    if following is None:
        raise ReadError("the sitemap's index leads to itself")
    return Page((), following, shell=True)


def _read_number(url: str) -> int:
    found = _NUMBER.search(url)
    return int(found.group(1)[:9]) if found else 0


def _find_older(body: Body, discovery: Discovery) -> Request | None:
    found = _NUMBERED.match(body.request.url)
    if found is None or int(found.group(2)) <= 1:
        return None
    return Request(f"{found.group(1)}{int(found.group(2)) - 1}{found.group(3)}")


FAMILY = SitemapFamily()
