"""Lists in JSON: an API's answer, or a literal in a page's script (``var dataList = [...]``).

Options; pointers are RFC 6901, in the whole value or (title, link, date) in one row, and go on
through a string that holds JSON:

    var                   the script's variable, where the body is a page
    rows                  pointer to the rows; none: the only list whose rows have link and title
    title, link, date     pointer within a row, or the name of its field
    number, pages, count  pointers to what is stated
    page, first           the query's (or form's or JSON body's) parameter for the page's number,
                          and what the first page is to it (1)
    suffix                what stands behind each title
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flows.catalog.model import Discovery
from flows.discover import Body, Page
from flows.discover.dates import PrintedDay, find_day, parse_feed_day
from flows.discover.families.literals import list_assigned, parse_literal
from flows.discover.families.markup import Item, fold, parse_markup, strip_markup
from flows.discover.families.rows import make_rows
from flows.discover.links import LinkRefused, list_page_hosts, resolve_link
from flows.model.charset import decode
from flows.model.clock import SHANGHAI
from flows.model.errors import ReadError
from flows.model.request import Request

_TITLES = (
    "title",
    "doctitle",
    "docname",
    "articletitle",
    "infotitle",
    "name",
    "subject",
    "f_title",
)
_LINKS = ("url", "docpuburl", "link", "href", "docurl", "linkurl", "infourl", "htmlurl", "visiturl")
_DATES = (
    *(
        "docreltime",
        "pubdate",
        "publishtime",
        "publishdate",
        "publish_time",
        "publish_date",
        "reltime",
    ),
    *("daytime", "pubtime", "releasetime", "infodate", "showdate", "date", "time", "createtime"),
)
_STATED = {
    "number": ("curpageno", "pageno", "pageindex", "currentpage", "page"),
    "pages": ("pagetotal", "pagecount", "totalpage", "totalpages", "pages"),
    "count": ("totalcount", "recordcount", "total", "count", "totalrecord", "totalelements"),
}
_DEEPEST = 8
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")


class JsonFamily:
    version = "json-1"

    def detect(self, body: Body) -> bool:
        try:
            return len(list(_list_candidates(_open(body)))) == 1
        except ReadError:
            return False

    def start(self, discovery: Discovery) -> Request:
        return discovery.listing

    def read_page(self, body: Body, discovery: Discovery, *, number: int) -> Page:
        options = discovery.options
        whole = _open(body)
        _refuse_failure(whole)
        value = _choose_variable(whole, options)
        fields, rows_given = _find_rows(value, options)
        items, unclear = [], []
        for row in rows_given:
            item = _read_row(row, fields, discovery)
            if item is None:
                unclear.append((fold(str(row))[:80], "a row without link or title"))
            else:
                items.append(item)
        if unclear and not items:
            raise ReadError(f"none of {len(unclear)} rows has link and title")
        rows, refused = make_rows(items, body, discovery, base=body.url)
        stated = {name: _read_stated(whole, name, options) for name in _STATED}
        first = _to_count(options.get("first", "1"))
        if stated["number"] is not None and first is not None:
            stated["number"] += 1 - first
        pages = stated["pages"]
        more = bool(rows_given) and (pages is None or number < pages)
        following = _ask_page(body, discovery, number + 1) if more and "page" in options else None
        return Page(
            rows, following, stated["number"], pages, stated["count"], refused=(*refused, *unclear)
        )


@dataclass(frozen=True, slots=True)
class _Fields:
    title: str
    link: str
    date: str | None


def _open(body: Body) -> object:
    """The value that the body is, or those that its scripts assign, by name."""
    text = decode(body.data, body.charset)[0].lstrip()
    if not text.startswith("<"):
        return parse_literal(_strip_callback(text))
    scripts = "\n".join(node.text() for node in parse_markup(text).css("script"))
    values = dict(list_assigned(scripts))
    if not values:
        raise ReadError("no script of the page holds a list", remedy="declare another family")
    return values


def _choose_variable(whole: object, options: Mapping[str, str]) -> object:
    if "var" not in options:
        return whole
    if not isinstance(whole, dict) or options["var"] not in whole:
        raise ReadError(f"no script assigns {options['var']}", remedy="mend the option var")
    return whole[options["var"]]


def _refuse_failure(whole: object) -> None:
    """An API's own word that it failed is no empty list."""
    if isinstance(whole, dict) and whole.get("success") in (False, "false"):
        said = whole.get("message") or whole.get("msg") or "success: false"
        raise ReadError(f"the answer says that it failed: {said}"[:200])


def _strip_callback(text: str) -> str:
    """JSONP's function name and brackets."""
    found = re.match(r"[\w$.]+\s*\(", text)
    return text[found.end() :].rstrip().rstrip(";").rstrip().removesuffix(")") if found else text


def _find_rows(value: object, options: Mapping[str, str]) -> tuple[_Fields, list[object]]:
    if "rows" in options:
        rows = _point(value, options["rows"])
        if not isinstance(rows, list):
            raise ReadError(f"no list at {options['rows']!r}", remedy="mend the option rows")
        names = _choose_fields(rows)
    else:
        found = list(_list_candidates(value))
        if len(found) != 1:
            what = f"{len(found)} lists whose rows have link and title"
            raise ReadError(what, remedy="declare the options rows, title, link and date")
        names, rows = found[0]
    fields = _Fields(
        options.get("title") or (names.title if names else ""),
        options.get("link") or (names.link if names else ""),
        options.get("date") or (names.date if names else None),
    )
    if rows and not (fields.title and fields.link):
        raise ReadError(
            "which fields are link and title?", remedy="declare the options title, link"
        )
    return fields, rows


def _list_candidates(value: object, depth: int = 0) -> Iterator[tuple[_Fields, list[object]]]:
    """The lists of rows that have a link and a title under their usual names."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            value = parse_literal(value)
        except ReadError:
            return
    if isinstance(value, list):
        fields = _choose_fields(value)
        if fields:
            yield fields, value
            return
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _list_candidates(each, depth + 1)


def _choose_fields(rows: list[object]) -> _Fields | None:
    """The fields of link, title and date by their names, where every row has the first two."""
    dicts = [row for row in rows if isinstance(row, dict)]
    if not dicts or len(dicts) != len(rows):
        return None
    common = set.intersection(*({str(name) for name in row} for row in dicts))
    by_name = {name.lower(): name for name in sorted(common)}
    title = next((by_name[name] for name in _TITLES if name in by_name), None)
    link = next((by_name[name] for name in _LINKS if name in by_name), None)
    date = next((by_name[name] for name in _DATES if name in by_name), None)
    return _Fields(title, link, date) if title and link else None


def _read_row(row: object, fields: _Fields, discovery: Discovery) -> Item | None:
    title, link = (_point(row, name) for name in (fields.title, fields.link))
    printed = _point(row, fields.date) if fields.date else None
    if not (
        isinstance(title, str) and isinstance(link, str) and link.strip() and strip_markup(title)
    ):
        return None
    return Item(link, strip_markup(title), _read_day(printed, discovery))


def _read_day(value: object, discovery: Discovery) -> PrintedDay | None:
    """A day as text, or as seconds or milliseconds since 1970."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not text.strip():
        return None
    if _EPOCH.fullmatch(text):
        moment = datetime.fromtimestamp(int(text[:10]), UTC)
        return PrintedDay(text, moment.astimezone(SHANGHAI).date())
    found = find_day([text], discovery.dates)
    if found and found.day:
        return PrintedDay(fold(text), found.day)
    return PrintedDay(fold(text), parse_feed_day(text))


def _read_stated(value: object, name: str, options: Mapping[str, str]) -> int | None:
    if name in options:
        stated = _to_count(_point(value, options[name]))
        if stated is None:
            raise ReadError(f"no number at {options[name]!r}", remedy=f"mend the option {name}")
        return stated
    for holder in _list_holders(value):
        for key, inner in holder.items():
            if str(key).lower() in _STATED[name] and _to_count(inner) is not None:
                return _to_count(inner)
    return None


def _list_holders(value: object, depth: int = 0) -> Iterator[dict[str, object]]:
    """The objects around the rows; rows themselves state nothing of the listing."""
    if isinstance(value, str) and value.lstrip()[:1] == "{":
        try:
            value = parse_literal(value)
        except ReadError:
            return
    if isinstance(value, dict) and depth < 4:
        yield value
        for inner in value.values():
            yield from _list_holders(inner, depth + 1)


def _point(value: object, pointer: str | None) -> object:
    """What a pointer leads to; None where it leads nowhere."""
    if not pointer:
        return value
    for step in pointer.removeprefix("/").split("/"):
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
            value = parse_literal(value)
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key[:9]) < len(value):
            value = value[int(key[:9])]
        else:
            return None
    if isinstance(value, str) and value.lstrip()[:1] == "[" and pointer:
        try:
            return parse_literal(value)
        except ReadError:
            return value
    return value


def _ask_page(body: Body, discovery: Discovery, number: int) -> Request:
    """The request of another page: its number in the query, the form or the JSON body."""
    options, request = discovery.options, body.request
    first = _to_count(options.get("first", "1"))
    if first is None:
        raise ReadError(f"the option first is {options['first']!r}", remedy="write a number")
    name, value = options["page"], str(number - 1 + first)
    if request.body and request.body.lstrip().startswith("{"):
        sent = parse_literal(request.body)
        sent = {**sent, name: int(value)} if isinstance(sent, dict) else sent
        return Request(
            request.url, request.method, request.headers, json.dumps(sent, ensure_ascii=False)
        )
    if request.body is not None:
        return Request(
            request.url, request.method, request.headers, _set(request.body, name, value)
        )
    parts = urlsplit(request.url)
    url = urlunsplit((*parts[:3], _set(parts.query, name, value), ""))
    try:
        url = resolve_link(url, request.url, list_page_hosts(discovery))
    except LinkRefused as error:
        raise ReadError(f"the next page is at {url!r}: {error}") from error
    return Request(url, headers=request.headers)


def _set(query: str, name: str, value: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    if name not in dict(pairs):
        return urlencode([*pairs, (name, value)])
    return urlencode([(key, value if key == name else old) for key, old in pairs])


def _to_count(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value < 10_000_000 else None
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 8 else None


FAMILY = JsonFamily()
