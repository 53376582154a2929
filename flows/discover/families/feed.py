"""Feeds: RSS, RDF and Atom. A feed rolls over, so it finds releases and keeps none.

A time without a zone is Shanghai's. A feed names its next page (``rel="next"``) or has none.
Options: ``suffix``.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from flows.catalog.model import Discovery
from flows.discover import Body, Page
from flows.discover.dates import PrintedDay, parse_feed_day
from flows.discover.families.markup import Item, strip_markup
from flows.discover.families.rows import make_rows, resolve_next
from flows.discover.families.safexml import name_element, parse_xml, read_child
from flows.discover.links import LinkRefused
from flows.model.errors import ReadError
from flows.model.request import Request

_ROOTS = frozenset(("rss", "feed", "rdf"))
_DATES = ("pubdate", "published", "date", "issued", "created", "updated", "modified")


class FeedFamily:
    version = "feed-1"

    def detect(self, body: Body) -> bool:
        head = body.data[:2000].lower()
        return b"<rss" in head or b"<rdf:rdf" in head or (b"<feed" in head and b"atom" in head)

    def start(self, discovery: Discovery) -> Request:
        return discovery.listing

    def read_page(self, body: Body, discovery: Discovery, *, number: int) -> Page:
        root = parse_xml(body.data, body.charset)
        if name_element(root) not in _ROOTS:
            raise ReadError(f"the XML is a {name_element(root)!r} and no feed")
        items, unclear = [], []
        entries = (node for node in root.iter() if name_element(node) in ("item", "entry"))
        for entry in entries:
            item = _read_entry(entry)
            if item.title and item.href:
                items.append(item)
            else:
                unclear.append((f"{item.title} <{item.href}>", "an entry without title or link"))
        rows, refused = make_rows(items, body, discovery, base=body.url)
        refused = (*refused, *unclear)
        try:
            following = resolve_next(_find_next(root), body, discovery, body.url)
        except LinkRefused as error:
            following, refused = None, (*refused, ("the feed's next page", str(error)))
        return Page(rows, following, refused=refused)


def _read_entry(entry: Element) -> Item:
    printed = read_child(entry, *_DATES)
    day = PrintedDay(printed, parse_feed_day(printed)) if printed else None
    return Item(_find_link(entry), strip_markup(read_child(entry, "title")), day)


def _find_link(entry: Element) -> str:
    """The link of RSS, Atom's alternate one, or a guid that is an address."""
    atom: dict[str, str] = {}
    for child in entry:
        if name_element(child) == "link":
            if child.text and child.text.strip():
                return child.text.strip()
            atom.setdefault(child.get("rel", "alternate"), (child.get("href") or "").strip())
    if atom.get("alternate"):
        return atom["alternate"]
    guid = read_child(entry, "guid", "id")
    return guid if guid.startswith(("http://", "https://", "/")) else ""


def _find_next(root: Element) -> str | None:
    """Atom's link to the next page, of the feed itself."""
    for holder in (root, *root):
        if name_element(holder) in ("feed", "channel"):
            for link in holder:
                if name_element(link) == "link" and link.get("rel") == "next":
                    return link.get("href", "") or None
    return None


FAMILY = FeedFamily()
