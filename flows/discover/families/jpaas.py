"""JPaaS: the column's page holds a loader script only; the list is a unit of the publish server.

    <script url="/api-gateway/…/build/unit" queryData="{'webId':'3096','tagId':'当前栏目_list',…}">
    {"success": true, "data": {"html": "<li>…</li>… <div class='pagination' count='21' rows='10'
        pageno='1' querydata='{…}' uniturl='/api-gateway/…/build/unit'>"}}

The page is a shell: the unit is asked for next. Page n is asked for by ``paramJson`` alone (a bare
pageNo gives page 1 again). Options: ``tag``, the tagId of the list's unit where a page has several;
``referer: yes`` where a server refuses a unit's request without one; ``suffix``.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from flows.catalog.model import Discovery
from flows.discover import Body, Page
from flows.discover.families.html import find_base, read_items
from flows.discover.families.markup import parse_markup
from flows.discover.families.rows import make_rows
from flows.discover.links import LinkRefused, list_page_hosts, resolve_link
from flows.model.charset import decode
from flows.model.errors import ReadError
from flows.model.request import Request

_PAIR = re.compile(r"['\"]?(\w+)['\"]?\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([^,{}'\"]+))")
_LIST_TAG = re.compile(r"列表|list", re.I)
_LOADERS = "script[querydata], [querydata][url]"


class JpaasFamily:
    version = "jpaas-1"

    def detect(self, body: Body) -> bool:
        text = decode(body.data, body.charset)[0].lower()
        return "querydata" in text and ("build/unit" in text or "uniturl" in text)

    def start(self, discovery: Discovery) -> Request:
        return discovery.listing

    def read_page(self, body: Body, discovery: Discovery, *, number: int) -> Page:
        text = decode(body.data, body.charset)[0]
        if text.lstrip().startswith(("{", "[")):
            return _read_unit(text, body, discovery, number)
        tree = parse_markup(text)
        return Page((), _find_unit(tree, body, discovery), shell=True)


def _find_unit(tree: LexborHTMLParser, body: Body, discovery: Discovery) -> Request:
    """The request for the unit that a column's page loads as its list."""
    loaders = {}
    for node in tree.css(_LOADERS):
        query = _read_query(node)
        if query and node.attributes.get("url"):
            loaders[node.attributes["url"] or "", query.get("tagId", "")] = query
    if not loaders:
        raise ReadError("no loader script", remedy="declare another family")
    tag = discovery.options.get("tag")
    if tag is not None:
        chosen = [key for key in loaders if key[1] == tag]
    else:
        chosen = [key for key in loaders if _LIST_TAG.search(key[1])]
        chosen = chosen if len(loaders) > 1 else list(loaders)
    if len(chosen) != 1:
        tags = ", ".join(repr(tag) for _, tag in loaders)
        raise ReadError(f"units {tags}: which is the list?", remedy="declare the option tag")
    return _ask_unit(chosen[0][0], loaders[chosen[0]], body, discovery, find_base(tree, body.url))


def _ask_unit(
    href: str, query: dict[str, str], body: Body, discovery: Discovery, base: str
) -> Request:
    try:
        url = resolve_link(href, base, list_page_hosts(discovery))
    except LinkRefused as error:
        raise ReadError(f"the list's unit is at {href!r}: {error}") from error
    parts = urlsplit(url)
    held = dict(parse_qsl(parts.query, keep_blank_values=True))
    text = urlencode({**held, **query}, quote_via=quote)
    headers: tuple[tuple[str, str], ...] = ()
    if discovery.options.get("referer") == "yes":
        headers = (("referer", discovery.listing.url),)
    address = urlunsplit((parts.scheme, parts.netloc, parts.path, text, ""))
    # Once more in canonical form, so that one unit is one request.
    return Request(resolve_link(address, base, list_page_hosts(discovery)), headers=headers)


def _read_unit(text: str, body: Body, discovery: Discovery, number: int) -> Page:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"the unit's answer is no JSON: {error}") from error
    if not isinstance(answer, dict) or answer.get("success") not in (True, "true", None):
        said = answer.get("message") or answer.get("msg") if isinstance(answer, dict) else None
        raise ReadError(f"the unit answers that it failed: {said or text[:80]!r}")
    data = answer.get("data")
    markup = data.get("html") if isinstance(data, dict) else data
    if not isinstance(markup, str) or not markup.strip():
        raise ReadError("the unit's answer has no data.html")
    tree = parse_markup(markup)
    pager = tree.css_first("[pageno][count], [uniturl]")
    count, size, stated = (_read_count(pager, name) for name in ("count", "rows", "pageno"))
    empty = count == 0 and not tree.css("a")
    items, unclear = ([], ()) if empty else read_items(tree, discovery, body.url, is_whole=True)
    rows, refused = make_rows(items, body, discovery, base=discovery.listing.url)
    pages = -(-count // size) or 1 if count is not None and size else None
    following = None
    if pager is not None and pages is not None and (stated or number) < pages:
        asked = dict(parse_qsl(urlsplit(body.request.url).query, keep_blank_values=True))
        asked.pop("paramJson", None)
        query = _read_query(pager) or asked
        page = {"pageNo": (stated or number) + 1, "pageSize": size}
        query["paramJson"] = json.dumps(page, separators=(",", ":"))
        href = pager.attributes.get("uniturl") or body.request.url.partition("?")[0]
        following = _ask_unit(href, query, body, discovery, body.url)
    return Page(rows, following, stated, pages, count, refused=(*refused, *unclear))


def _read_query(node: LexborNode) -> dict[str, str]:
    """``queryData``: JSON, or what a script takes for it, in whatever quotes."""
    text = node.attributes.get("querydata") or ""
    try:
        given = json.loads(text)
    except ValueError:
        pairs = _PAIR.findall(text)
        return {key: single or double or bare.strip() for key, single, double, bare in pairs}
    if not isinstance(given, dict):
        return {}
    return {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()
    }


def _read_count(node: LexborNode | None, name: str) -> int | None:
    value = (node.attributes.get(name) or "") if node else ""
    return int(value) if value.isdecimal() and len(value) < 8 else None


FAMILY = JpaasFamily()
