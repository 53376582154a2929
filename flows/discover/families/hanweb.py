"""Hanweb's jpage: records in ``<datastore>``, on the column's page or answered by dataproxy.jsp.

    <div id="38486"><script type="text/xml"><datastore>
      <nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&unitid=38486…"></a>]]></nextgroup>
      <recordset><record><![CDATA[<li><a href=… title=…>…</a><b>2026-01-20</b></li>]]></record>…

A page's own datastore holds the first records; the proxy's groups begin at the first record once
more, so the group that ``nextgroup`` names is asked next as it is printed, and after group n comes
group n + 1. Where there is no ``nextgroup``, records are asked for by their numbers, as the page's
script does. Options: ``unit``, the number of the list's unit where a page has several; ``suffix``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from flows.catalog.model import Discovery
from flows.discover import Body, Page
from flows.discover.families.lists import read_row
from flows.discover.families.markup import Item, fold, parse_markup
from flows.discover.families.rows import make_rows
from flows.discover.links import LinkRefused, list_page_hosts, resolve_link
from flows.model.charset import decode
from flows.model.errors import ReadError
from flows.model.request import Request

_DATASTORE = re.compile(r"<datastore\b[^>]*>(.*?)</datastore\s*>", re.S | re.I)
_OPENING = re.compile(r"<datastore\b", re.I)
_RECORD = re.compile(r"<record\b[^>]*>(.*?)</record\s*>", re.S | re.I)
_NEXT_GROUP = re.compile(r"<nextgroup\b[^>]*>(.*?)</nextgroup\s*>", re.S | re.I)
_STATED = re.compile(r"<(totalrecord|totalpage)\b[^>]*>\s*(?:<!\[CDATA\[)?\s*(\d{1,7})", re.I)
_HREF = re.compile(r"href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
_CDATA = re.compile(r"^\s*<!\[CDATA\[(.*)\]\]>\s*$", re.S)
_UNIT_OF_ADDRESS = re.compile(r"[?&]unitid=(\w+)", re.I)
_DIV = re.compile(
    r"<div\b[^>]*\bid\s*=\s*[\"']?(\w+)[\"']?[^>]*>\s*(?:<script\b[^>]*>\s*)?(?:<!--\s*)?$", re.I
)
_JPAGE = re.compile(r"\$\(\s*[\"']#(\w+)[\"']\s*\)\s*\.jpage\s*\(\s*\{(.*?)\}\s*\)", re.S)
_SETTING = re.compile(r"(\w+)\s*:\s*(?:\"([^\"]*)\"|'([^']*)'|([\w./-]+))")
_GROUP_PAGES = 3  # pages that jpage asks for at once


@dataclass(frozen=True, slots=True)
class _Store:
    """One datastore of a page."""

    unit: str
    records: tuple[str, ...]
    next_group: str | None
    count: int | None
    pages: int | None


class HanwebFamily:
    version = "hanweb-1"

    def detect(self, body: Body) -> bool:
        return bool(_OPENING.search(decode(body.data, body.charset)[0]))

    def start(self, discovery: Discovery) -> Request:
        return discovery.listing

    def read_page(self, body: Body, discovery: Discovery, *, number: int) -> Page:
        source = decode(body.data, body.charset)[0]
        settings = _read_settings(source)
        store = _choose_store(_read_stores(source), settings, discovery.options.get("unit"))
        items, unclear = [], []
        for record in store.records:
            item = _read_record(record, discovery)
            if item is None:
                unclear.append((fold(record)[:80], "no link of the record stands out"))
            else:
                items.append(item)
        if unclear and not items:
            raise ReadError(f"none of {len(unclear)} records has a link")
        rows, refused = make_rows(items, body, discovery, base=body.url)
        count = store.count or settings.get(store.unit, {}).get("totalRecord")
        following, pages, doubts = _follow(body, discovery, store, settings, number, count)
        return Page(
            rows,
            following,
            pages=pages,
            # Groups overlap with the page's own records, so that only the first page can be counted.
            count=_to_number(count) if number == 1 else None,
            refused=(*refused, *unclear, *doubts),
        )


def _read_stores(source: str) -> list[_Store]:
    found = list(_DATASTORE.finditer(source))
    if len(found) < len(_OPENING.findall(source)):
        raise ReadError(
            "a datastore that does not end", remedy="the answer was cut: visit it again"
        )
    if not found:
        raise ReadError("no datastore", remedy="declare another family")
    stores = []
    for match in found:
        inner = match.group(1)
        groups = _NEXT_GROUP.search(inner)
        href = _HREF.search(_unwrap(groups.group(1))) if groups else None
        link = unescape(next(filter(None, href.groups()), "")) if href else None
        in_address = _UNIT_OF_ADDRESS.search(link or "")
        around = _DIV.search(source, max(0, match.start() - 300), match.start())
        stated = {name.lower(): int(value) for name, value in _STATED.findall(inner)}
        stores.append(
            _Store(
                in_address.group(1) if in_address else around.group(1) if around else "",
                tuple(_unwrap(record) for record in _RECORD.findall(inner)),
                link or None,
                stated.get("totalrecord"),
                stated.get("totalpage"),
            )
        )
    return stores


def _choose_store(
    stores: list[_Store], settings: dict[str, dict[str, str]], unit: str | None
) -> _Store:
    """The declared unit's datastore; else the only one, the only one with records or with pages."""
    if unit is not None:
        stores = [store for store in stores if store.unit == unit]
        if not stores:
            raise ReadError(f"no datastore of the unit {unit}", remedy="mend the option unit")
        return stores[0]
    for narrowed in (
        stores,
        [store for store in stores if store.records],
        [store for store in stores if store.unit in settings],
    ):
        if len(narrowed) == 1:
            return narrowed[0]
    units = ", ".join(f"{store.unit or '?'} ({len(store.records)} records)" for store in stores)
    raise ReadError(f"several datastores: {units}", remedy="declare the option unit")


def _read_record(record: str, discovery: Discovery) -> Item | None:
    root = parse_markup(record).body
    return read_row(root, discovery.dates) if root else None


def _unwrap(text: str) -> str:
    """The markup in a CDATA section, or escaped."""
    found = _CDATA.match(text)
    if found:
        return found.group(1)
    return unescape(text) if "<" not in text and "&lt;" in text else text


def _read_settings(source: str) -> dict[str, dict[str, str]]:
    """What the page's script tells jpage, by unit."""
    settings: dict[str, dict[str, str]] = {}
    for unit, inner in _JPAGE.findall(source):
        settings[unit] = {key: a or b or c for key, a, b, c in _SETTING.findall(inner)}
        named = re.search(rf"param_{re.escape(unit)}\s*=\s*\{{(.*?)\}}", source, re.S)
        if named:
            values = {key: a or b or c for key, a, b, c in _SETTING.findall(named.group(1))}
            settings[unit]["form"] = urlencode(values, quote_via=quote)
    return settings


def _follow(
    body: Body,
    discovery: Discovery,
    store: _Store,
    settings: dict[str, dict[str, str]],
    number: int,
    count: int | str | None,
) -> tuple[Request | None, int | None, tuple[tuple[str, str], ...]]:
    """The next request, how many pages the walk has in all, and why the next is not asked."""
    asked = dict(parse_qsl(urlsplit(body.request.url).query, keep_blank_values=True))
    total = _to_number(count)
    in_proxy = "dataproxy" in urlsplit(body.request.url).path
    if not store.records or (total is not None and not in_proxy and len(store.records) >= total):
        return None, None, ()
    try:
        if in_proxy and "endrecord" in asked:
            return _ask_records(body.request, asked, total), None, ()
        if in_proxy and asked.get("page", "").isdecimal():
            group = int(asked["page"])
            pages = None if store.pages is None else store.pages + number - group
            if pages is not None and number >= pages:
                return None, pages, ()
            return _with(body.request, page=str(group + 1)), pages, ()
        hosts = list_page_hosts(discovery)
        if store.next_group:
            return Request(resolve_link(store.next_group, body.url, hosts)), None, ()
        own = settings.get(store.unit, {})
        if "proxyUrl" in own and "form" in own and _to_number(own.get("perPage")):
            proxy = resolve_link(urljoin(body.url, own["proxyUrl"]), body.url, hosts)
            return _ask_first_records(proxy, own, len(store.records)), None, ()
    except LinkRefused as error:
        return None, None, ((f"next group <{store.next_group}>", str(error)),)
    return None, None, ()


def _ask_first_records(proxy: str, own: dict[str, str], after: int) -> Request:
    size = int(own["perPage"])
    query = {"startrecord": after + 1, "endrecord": after + _GROUP_PAGES * size, "perpage": size}
    headers = (("content-type", "application/x-www-form-urlencoded"),)
    return Request(f"{proxy}?{urlencode(query)}", "POST", headers, own["form"])


def _ask_records(request: Request, asked: dict[str, str], total: int | None) -> Request | None:
    start, end = _to_number(asked.get("startrecord")), _to_number(asked.get("endrecord"))
    if start is None or end is None or end < start or (total is not None and end >= total):
        return None
    return _with(request, startrecord=str(end + 1), endrecord=str(2 * end - start + 1))


def _with(request: Request, **values: str) -> Request:
    """The request with other values in its query, the rest of it byte for byte."""
    parts = urlsplit(request.url)
    query = parts.query
    for name, value in values.items():
        query = re.sub(rf"(^|&){name}=[^&]*", rf"\g<1>{name}={value}", query, count=1)
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    return Request(url, request.method, request.headers, request.body)


def _to_number(value: int | str | None) -> int | None:
    if isinstance(value, int):
        return value
    return int(value) if value and value.isdecimal() and len(value) < 8 else None


FAMILY = HanwebFamily()
