"""Parts of a release's page: its further pages, attached files, and what a viewer on it shows.

    createPageHTML(3, 0, "t20260301_123", "html")   two more pages, t20260301_123_1.html and _2
    <a href="./P020260301.xls">附件：主要指标</a>      an attachment
    viewer.html?file=/uploads/2026.pdf              the file in an embedded viewer

``find_parts`` is pure: the same bytes give the same parts. A part is one document with bytes and
locators of its own. What stands on another host, or can't be asked for, is reported with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from flows.discover import Body
from flows.discover.families.html import find_base
from flows.discover.families.lists import is_furniture
from flows.discover.families.markup import fold, parse_markup, strip_title
from flows.discover.families.pagers import list_scripts, parse_trs_call
from flows.discover.links import LinkRefused, resolve_link
from flows.model.charset import decode
from flows.model.request import Request

#: Endings of files that are documents; another one after a dot is no ending of an attachment.
DOCUMENTS = ("xls", "xlsx", "et", "csv", "pdf", "doc", "docx", "wps", "zip", "rar", "ofd", "ods")
_ENDING = re.compile(rf"\.({'|'.join(DOCUMENTS)})$", re.IGNORECASE)
_MOST_PAGES = 50
_VIEWER = re.compile(r"(?:viewer|pdfjs|pdf\.js|preview)[^?]*\?", re.IGNORECASE)
_FRAMES = {"iframe": "src", "embed": "src", "object": "data", "frame": "src"}


class PartKind(StrEnum):
    PAGE = "page"
    ATTACHMENT = "attachment"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Part:
    """One further document of a release."""

    request: Request
    kind: PartKind
    number: int  # pages from 2, files from 1, in the order of the page
    title: str  # the link's text; empty for a page
    ending: str  # html, xls, pdf …


@dataclass(frozen=True, slots=True)
class Parts:
    parts: tuple[Part, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()  # what can't be asked for, with the reason


def find_parts(body: Body, hosts: Collection[str], endings: Collection[str]) -> Parts:
    """The parts of a page. ``hosts``: where they may be; ``endings``: of files that are wanted.

    Raises ``ReadError`` for markup that is no page.
    """
    tree = parse_markup(decode(body.data, body.charset)[0])
    base = find_base(tree, body.url)
    refused: dict[str, str] = {}
    pages = _find_pages(tree, body, base, hosts, refused)
    files: dict[str, Part] = {}
    wanted = {ending.lower() for ending in endings}
    for kind, href, title in (*_list_viewers(tree, base), *_list_attachments(tree)):
        ending = _read_ending(href) or _read_ending(title)
        if ending not in wanted:
            continue
        try:
            url = resolve_link(href, base, hosts)
        except LinkRefused as error:
            refused.setdefault(f"{title} <{href[:200]}>", str(error))
            continue
        files.setdefault(url, Part(Request(url), kind, len(files) + 1, title, ending))
    return Parts((*pages, *files.values()), tuple(refused.items()))


def _find_pages(
    tree: LexborHTMLParser,
    body: Body,
    base: str,
    hosts: Collection[str],
    refused: dict[str, str],
) -> list[Part]:
    """The further pages of an article; a pager that is not the article's own is a list's."""
    file = urlsplit(body.url).path.rpartition("/")[2]
    stem, _, own_ending = file.rpartition(".")
    call = parse_trs_call(list_scripts(tree))
    if call is not None and call.name.rpartition("/")[2] == stem:
        first = int(call.one_based and call.stated > 0)
        if call.pages is None or call.pages > _MOST_PAGES or call.stated != first:
            refused[call.text] = "the article's pager is not understood"
            return []
        names = [
            f"{stem}_{number + first - 1}.{call.ending}" for number in range(2, call.pages + 1)
        ]
    elif stem:
        names = _list_numbered(tree, stem, own_ending)
    else:
        names = []
    pages = []
    for number, name in enumerate(names, start=2):
        try:
            url = resolve_link(name, base, hosts)
        except LinkRefused as error:
            refused[name] = str(error)
            return []
        pages.append(Part(Request(url), PartKind.PAGE, number, "", own_ending or "html"))
    return pages


def _list_numbered(tree: LexborHTMLParser, stem: str, ending: str) -> list[str]:
    """Pages that the article links to by number: ``stem_2.html``, ``stem_3.html`` without a gap."""
    form = re.compile(rf"(?:^|/){re.escape(stem)}[_-](\d{{1,2}})\.{re.escape(ending)}$")
    found: dict[int, str] = {}
    for node in tree.css("a[href]"):
        href = (node.attributes.get("href") or "").strip()
        match = form.search(href)
        if match and re.fullmatch(r"\W*\d{1,2}\W*|\W*下一?页\W*", fold(node.text())):
            found.setdefault(int(match.group(1)), href)
    numbers = sorted(found)
    whole = numbers and numbers[0] in (1, 2) and numbers == list(range(numbers[0], numbers[-1] + 1))
    return [found[number] for number in numbers] if whole else []


def _list_attachments(tree: LexborHTMLParser) -> Iterator[tuple[PartKind, str, str]]:
    for node in tree.css("a"):
        href = (node.attributes.get("href") or "").strip()
        if not href or href.startswith("#") or href.lower().startswith("javascript:"):
            href = (node.attributes.get("oldsrc") or "").strip()
        if href and not _VIEWER.search(href) and not is_furniture(node):
            title = strip_title(node.text()) or strip_title(node.attributes.get("title"))
            yield PartKind.ATTACHMENT, href, title


def _list_viewers(tree: LexborHTMLParser, base: str) -> Iterator[tuple[PartKind, str, str]]:
    """Files in frames, and those that a link opens in a viewer (``?file=``)."""
    frames: list[tuple[LexborNode, str]] = [
        (node, attribute)
        for tag, attribute in _FRAMES.items()
        for node in tree.css(f"{tag}[{attribute}]")
    ]
    for node, attribute in [*frames, *((node, "href") for node in tree.css("a[href]"))]:
        address = (node.attributes.get(attribute) or "").strip()
        title = strip_title(node.attributes.get("title")) or strip_title(node.text())
        is_viewer = attribute != "href" or _VIEWER.search(address)
        inner = _read_viewer_file(address, base) if is_viewer else None
        if inner is not None:
            yield PartKind.VIEWER, inner, title
        elif attribute != "href":
            yield PartKind.VIEWER, address, title


def _read_viewer_file(address: str, base: str) -> str | None:
    """The file that a viewer's address names, absolute; None: it is no viewer's."""
    try:
        query = parse_qsl(urlsplit(address).query)
        viewer = urljoin(base, address)
        for name, value in query:
            if name.lower() in ("file", "src", "url", "pdf") and _ENDING.search(
                value.partition("?")[0]
            ):
                return urljoin(viewer, value)
    except ValueError:
        return None
    return None


def _read_ending(text: str) -> str | None:
    """The ending of a document that an address (its path or a parameter) or a name has."""
    try:
        parts = urlsplit(text)
        query = parse_qsl(parts.query)
    except ValueError:
        return None
    for part in (unquote(parts.path), *(value for _, value in query)):
        found = _ENDING.search(part.strip())
        if found:
            return found.group(1).lower()
    return None
