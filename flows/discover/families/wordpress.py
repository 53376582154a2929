"""WordPress: posts of wp-json, its feed, its sitemaps, or a category's pages, by what answers.

    https://site/wp-json/wp/v2/posts?categories=12&per_page=100&_fields=id,link,title,date

``X-WP-TotalPages`` and ``X-WP-Total`` say how much there is; a page past the last is an error
there, so that without them the pages end with one that is not full. Options: ``suffix``, ``next``.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flows.catalog.model import Discovery
from flows.discover import Body, Page
from flows.discover.dates import PrintedDay, parse_feed_day
from flows.discover.families import feed, html, sitemap
from flows.discover.families.markup import Item, strip_markup
from flows.discover.families.rows import make_rows
from flows.discover.links import LinkRefused, list_page_hosts, resolve_link
from flows.model.charset import decode
from flows.model.errors import ReadError
from flows.model.request import Request

_PER_PAGE = 10  # WordPress's own default
_GENERATOR = re.compile(r"wp-content/|wp-json|name=.generator.[^>]*WordPress", re.I)


class WordpressFamily:
    version = f"wordpress-1 {feed.FAMILY.version} {sitemap.FAMILY.version} {html.FAMILY.version}"

    def detect(self, body: Body) -> bool:
        if "x-wp-total" in body.headers:
            return True
        text = decode(body.data[:200_000], body.charset)[0]
        return bool(_GENERATOR.search(text)) or "/wp-json/" in body.url

    def start(self, discovery: Discovery) -> Request:
        return discovery.listing

    def read_page(self, body: Body, discovery: Discovery, *, number: int) -> Page:
        if "/wp-json/" in body.request.url or body.data.lstrip()[:1] in (b"[", b"{"):
            return _read_posts(body, discovery)
        for family in (sitemap.FAMILY, feed.FAMILY):
            if family.detect(body):
                return family.read_page(body, discovery, number=number)
        return html.FAMILY.read_page(body, discovery, number=number)


def _read_posts(body: Body, discovery: Discovery) -> Page:
    try:
        posts = json.loads(decode(body.data, body.charset)[0])
    except (ValueError, RecursionError) as error:
        raise ReadError(f"the answer of wp-json is no JSON: {error}") from error
    if not isinstance(posts, list):
        said = posts.get("message") or posts.get("code") if isinstance(posts, dict) else None
        raise ReadError(f"wp-json gives no posts: {said or posts!r}"[:300])
    items, unclear = [], []
    for post in posts:
        item = _read_post(post)
        if item is None:
            unclear.append((str(post)[:80], "a post without link or title"))
        else:
            items.append(item)
    rows, refused = make_rows(items, body, discovery, base=body.url)
    asked = dict(parse_qsl(urlsplit(body.request.url).query, keep_blank_values=True))
    number = _read_count(asked.get("page")) or 1
    size = _read_count(asked.get("per_page")) or _PER_PAGE
    pages = _read_count(body.headers.get("x-wp-totalpages"))
    more = number < pages if pages is not None else len(posts) == size
    following = _ask_page(body, discovery, number + 1) if more else None
    count = _read_count(body.headers.get("x-wp-total"))
    return Page(rows, following, number, pages, count, refused=(*refused, *unclear))


def _read_post(post: object) -> Item | None:
    if not isinstance(post, dict):
        return None
    title, link, printed = post.get("title"), post.get("link"), post.get("date")
    if isinstance(title, dict):
        title = title.get("rendered")
    if not (isinstance(title, str) and isinstance(link, str) and link and strip_markup(title)):
        return None
    day = PrintedDay(printed, parse_feed_day(printed)) if isinstance(printed, str) else None
    return Item(link, strip_markup(title), day)


def _ask_page(body: Body, discovery: Discovery, number: int) -> Request:
    parts = urlsplit(body.request.url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "page"]
    text = urlencode([*query, ("page", str(number))], safe=",")
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, text, ""))
    try:
        url = resolve_link(url, body.url, list_page_hosts(discovery))
    except LinkRefused as error:  # the listing itself is off its hosts
        raise ReadError(f"the next page is at {url!r}: {error}") from error
    return Request(url, headers=body.request.headers)


def _read_count(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 8 else None


FAMILY = WordpressFamily()
