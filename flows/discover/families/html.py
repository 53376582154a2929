"""Pages of HTML: a list of links, by the source's item rules or by the page's own structure.

A page that holds no list of its own but one frame, or that only sends the browser on, is a shell:
what it names is asked next, on the source's hosts alone. Options of the family:

    next    CSS selector of the link to the next page
    page    template of the next page's address: {page} counts from 1, {page0} from 0
    trs     0 or 1: what the first page is to createPageHTML, where its form does not say it
    suffix  what stands behind each title and is not a part of it
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from flows.catalog.model import Discovery, ItemRule
from flows.discover import Body, Page
from flows.discover.dates import find_day
from flows.discover.families.lists import find_list, read_row
from flows.discover.families.markup import (
    Item,
    fold,
    list_matches,
    list_texts,
    parse_markup,
    strip_title,
)
from flows.discover.families.pagers import read_pager
from flows.discover.families.rows import make_rows, resolve_next
from flows.discover.links import LinkRefused, list_row_hosts, resolve_link
from flows.model.charset import decode
from flows.model.errors import ReadError
from flows.model.request import Request

_LOCATION = re.compile(
    r"(?:window|document|self|top|parent)?\.?location(?:\.href)?\s*=\s*[\"']([^\"'<>]{1,300})[\"']"
    r"|location\.(?:replace|assign)\s*\(\s*[\"']([^\"'<>]{1,300})[\"']\s*\)"
)
_REFRESH = re.compile(r"^\s*\d+\s*[;,]\s*url\s*=\s*[\"']?([^\"'\s]+)", re.IGNORECASE)
_START_TAG = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
_END_TAG = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_TAIL = 100_000  # characters: what some servers put behind the end
_SHORT_PAGE = 600  # characters of a page that does nothing but send the browser on


class HtmlFamily:
    version = "html-1"

    def detect(self, body: Body) -> bool:
        """A page whose links the structure tells apart; the last family that is asked."""
        tree = parse_markup(decode(body.data, body.charset)[0])
        try:
            find_list(tree, (), lambda href: True)
        except ReadError:
            return False
        return True

    def start(self, discovery: Discovery) -> Request:
        return discovery.listing

    def read_page(self, body: Body, discovery: Discovery, *, number: int) -> Page:
        source = decode(body.data, body.charset)[0]
        if _is_cut(source):
            raise ReadError("the page ends in the middle", remedy="it was cut: visit it again")
        tree = parse_markup(source)
        base = find_base(tree, body.url)
        shell = _find_redirect(source, tree)
        if shell is None:
            items, unclear = read_items(tree, discovery, base)
            shell = _find_frame(tree) if not items else None
        if shell is not None:
            return Page((), _follow_shell(shell, body, discovery, base), shell=True)
        if not items:
            raise ReadError(
                "no list of links was recognised", remedy="declare item.row, or another family"
            )
        rows, refused = make_rows(items, body, discovery, base=base, site=_read_site(tree))
        pager = read_pager(source, tree, body.request.url, number, discovery.options)
        refused += unclear + pager.doubts
        try:
            following = resolve_next(pager.following, body, discovery, base)
        except LinkRefused as error:
            following, refused = None, (*refused, (f"next page <{pager.following}>", str(error)))
        return Page(rows, following, pager.number, pager.pages, pager.count, refused=refused)


def read_items(
    tree: LexborHTMLParser, discovery: Discovery, base: str, *, is_whole: bool = False
) -> tuple[list[Item], tuple[tuple[str, str], ...]]:
    """The list's rows as printed, and rows that are not understood.

    None where the page is the shell of a frame. ``is_whole``: there is nothing but the list.
    """
    if discovery.item.row:
        matched = list_matches(tree, discovery.item.row)
        items = [item for row in matched if (item := _read_by_rule(row, discovery)) is not None]
        if not items and _find_frame(tree) is None:
            what = (
                f"{len(matched)} elements match item.row {discovery.item.row!r}, none with a link"
            )
            raise ReadError(what, remedy="the page has changed: look at it, and mend item.row")
        return items, ()
    hosts = list_row_hosts(discovery)

    def is_own(href: str) -> bool:
        try:
            return bool(resolve_link(href, base, hosts))
        except LinkRefused:
            return False

    try:
        found = find_list(tree, discovery.dates, is_own, is_whole=is_whole)
    except ReadError:
        if _find_frame(tree) is None:
            raise
        return [], ()
    return list(found.items), found.unclear


def find_base(tree: LexborHTMLParser, url: str) -> str:
    """What links are relative to: the page's address, or what its ``base`` says."""
    declared = tree.css_first("base[href]")
    href = (declared.attributes.get("href") or "").strip() if declared else ""
    try:
        return urljoin(url, href) if href else url
    except ValueError:
        return url


def _read_by_rule(row: LexborNode, discovery: Discovery) -> Item | None:
    rule, formats = discovery.item, discovery.dates
    item = read_row(row, formats)
    if rule.link is None and item is None:
        return None
    href = _read_first(row, (rule.link,)) if rule.link else item.href if item else ""
    if not href:
        return None
    title = _read_first(row, rule.title) if rule.title else ""
    title = strip_title(title) or (item.title if item else strip_title(row.text()))
    printed = item.printed if item else None
    if rule.date:
        printed = find_day(_read_pieces(row, rule), formats)
    if not title:
        return None
    return Item(href, title, printed, item.text if item else "")


def _read_pieces(row: LexborNode, rule: ItemRule) -> list[str]:
    css, attribute = _split_rule(rule.date or "")
    nodes = list_matches(row, css) if css else [row]
    if attribute:
        return [text for node in nodes if (text := fold(node.attributes.get(attribute)))]
    return [text for node in nodes for text in list_texts(node)]


def _read_first(row: LexborNode, rules: Sequence[str]) -> str:
    """The first of ``css@attribute``, ``@attribute`` and ``css`` that gives text."""
    for rule in rules:
        css, attribute = _split_rule(rule)
        for node in list_matches(row, css) if css else [row]:
            text = fold(node.attributes.get(attribute) if attribute else node.text())
            if text:
                return text
    return ""


def _split_rule(rule: str) -> tuple[str, str]:
    css, _, attribute = rule.partition("@")
    return css.strip(), attribute.strip().lower()


def _is_cut(source: str) -> bool:
    """Whether a page without its end tag breaks off in a word or a tag, so that a row may be half."""
    whole = _END_TAG.search(source, max(0, len(source) - _TAIL)) or not _START_TAG.search(source)
    return not whole and not source.rstrip().endswith(">")


def _read_site(tree: LexborHTMLParser) -> str:
    title = tree.css_first("title")
    return fold(title.text()) if title else ""


def _find_redirect(source: str, tree: LexborHTMLParser) -> str | None:
    """Where a page that prints nothing of its own sends the browser."""
    says_more = tree.css_first("a[href]") or len(fold(tree.body.text() if tree.body else "")) > 40
    if says_more and not _is_bare_script(source):
        return None
    for node in tree.css("meta[http-equiv]"):
        if (node.attributes.get("http-equiv") or "").lower() == "refresh":
            found = _REFRESH.match(node.attributes.get("content") or "")
            if found:
                return found.group(1)
    if len(source) > _SHORT_PAGE:
        return None
    targets = {a or b for a, b in _LOCATION.findall(source)}
    return targets.pop() if len(targets) == 1 else None


def _is_bare_script(source: str) -> bool:
    return len(source) <= _SHORT_PAGE and source.lstrip().lower().startswith("<script")


def _find_frame(tree: LexborHTMLParser) -> str | None:
    """The address of the only frame; of several, none is the list for certain."""
    addresses = {
        (node.attributes.get("src") or "").strip() for node in tree.css("iframe[src], frame[src]")
    }
    addresses = {
        each for each in addresses if each and not each.startswith(("about:", "javascript:"))
    }
    return addresses.pop() if len(addresses) == 1 else None


def _follow_shell(href: str, body: Body, discovery: Discovery, base: str) -> Request:
    try:
        following = resolve_next(href, body, discovery, base)
    except LinkRefused as error:
        raise ReadError(f"the page only leads to {href!r}: {error}") from error
    if following is None:
        raise ReadError("the page only leads to itself")
    return following


FAMILY = HtmlFamily()
