"""How the sites of each family print a listing and a page. Nothing here knows the product."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

from tests.world.clock import at_hour
from tests.world.script import Document, Fault
from tests.world.state import Row, SiteState


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    data: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False  # the connection ends before the body does


_PHRASES = {
    ("gdp", "level"): "{when}，全{level}实现地区生产总值{value}亿元",
    ("gdp", "growth"): "{when}，地区生产总值按可比价格计算，比上年{same}增长{value}%",
    ("retail_sales", "level"): "{when}，全{level}社会消费品零售总额{value}亿元",
    ("retail_sales", "growth"): "{when}，全{level}社会消费品零售总额比上年{same}增长{value}%",
    ("income_urban", "level"): "{when}，城镇常住居民人均可支配收入{value}元",
    ("income_rural", "level"): "{when}，农村常住居民人均可支配收入{value}元",
    ("resident_population", "level"): "{year}年末，全{level}常住人口{value}万人",
    ("fixed_investment", "growth"): "{when}，全{level}固定资产投资比上年{same}增长{value}%",
}
_QUARTERS = {"Q1": "一季度", "Q2": "上半年", "Q3": "前三季度"}


def print_period(period: str) -> str:
    """2024 → 2024年, 2025-Q2 → 2025年上半年, 2025-07 → 2025年1—7月."""
    year, _, part = period.partition("-")
    if not part:
        return f"{year}年"
    return f"{year}年{_QUARTERS[part]}" if part in _QUARTERS else f"{year}年1—{int(part)}月"


def print_page(document: Document, today: date, *, counter: bool) -> bytes:
    """The document as its site shows it."""
    when, year = print_period(document.period), document.period[:4]
    level = {"县": "县", "区": "区", "市": "市", "旗": "旗"}.get(document.place[-1], "县")
    same = "同期" if "-" in document.period else ""
    sentences = "".join(
        "<p>"
        + _PHRASES[each.indicator, each.measure].format(
            when=when, year=year, value=each.text, same=same, level=level
        )
        + "。</p>\n"
        for each in document.figures
    )
    seen = f"<p class='views'>浏览次数：{today.toordinal() % 9973}</p>" if counter else ""
    title = html.escape(document.title)
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head><body>"
        f"<div class='nav'><a href='/'>首页</a></div><div class='article'><h1>{title}</h1>{seen}\n"
        f"{sentences}</div><div class='foot'>版权所有</div></body></html>"
    ).encode()


def print_listing(state: SiteState, path: str, query: str, today: date) -> Answer | None:
    """What the listing's addresses answer; None for an address that is none of them."""
    rows = state.rows
    if state.fault is Fault.OLD_AGAIN:
        rows = state.old_rows
    number = FAMILIES[state.site.family].page(state, path, query)
    if number is None:
        return None
    if state.fault is Fault.WALL:
        return Answer(
            403, b"403 Forbidden\nClient IP: 192.0.2.7 eventID: 0-403 reason:UrlACL", "text/plain"
        )
    if state.fault is Fault.SCRIPT_WALL:
        return Answer(
            200, b"<html><script>document.cookie='wzws_sessionid=1'</script>"
            b"<noscript>Please enable JavaScript and refresh the page</noscript></html>",
        )  # fmt: skip
    if state.fault is Fault.ERROR:
        return Answer(500, b"<html><body>HTTP Status 500</body></html>")
    if state.fault is Fault.EMPTIED:
        rows = []
    if state.fault is Fault.FIRST_AGAIN and number > 1:
        number = 1
    answer = FAMILIES[state.site.family].show(state, rows, number)
    if state.fault is Fault.RENAMED:
        data = re.sub(rb"<li|</li", b"<span", answer.data).replace(b"href=", b"data-to=")
        return Answer(200, data, answer.media_type)
    if state.fault is Fault.CUT:
        return Answer(200, answer.data, answer.media_type, answer.headers, cut=True)
    return answer


@dataclass(frozen=True, slots=True)
class Printer:
    """A family: which page an address is (0: a shell), and how a page is printed."""

    page: Callable[[SiteState, str, str], int | None]
    show: Callable[[SiteState, list[Row], int], Answer]


def _share(state: SiteState, rows: list[Row], number: int) -> tuple[list[Row], int]:
    size = state.site.per_page
    return rows[(number - 1) * size : number * size], max(1, -(-len(rows) // size))


def _day(row: Row) -> str:
    return row.day.isoformat() if row.day else ""


# TRS: createPageHTML, zero-based; three anchors a row and the title cut in the last.


def _trs_page(state: SiteState, path: str, query: str) -> int | None:
    folder = state.site.listing.rpartition("/")[0]
    if path in (f"{folder}/", f"{folder}/index.html"):
        return 1
    found = re.fullmatch(re.escape(folder) + r"/index_(\d+)\.html", path)
    return int(found[1]) + 1 if found and found[1] != "0" else None


def _trs_show(state: SiteState, rows: list[Row], number: int) -> Answer:
    shown, pages = _share(state, rows, number)
    items = "".join(
        f"<li><a class='fl pc_1600' href='{html.escape(row.href)}' title='{row.title}'>{row.title}"
        f"</a><a class='fl pchide' href='{html.escape(row.href)}' title='{row.title}'>"
        f"{row.title[:9]}…</a><span>\n {_day(row)} </span></li>\n"
        for row in shown
    )
    return Answer(
        200,
        (
            "<html><head><meta charset='utf-8'><title>统计公报</title></head><body>"
            "<div class='nav'><a href='/znwd/' title='智能问答'>智能问答</a></div>"
            f"<div class='list-content'><ul>{items}</ul></div>"
            f'<script>createPageHTML({pages}, {number - 1}, "index", "html");</script>'
            "</body></html>"
        ).encode(),
    )


# Hanweb: records in a datastore; further groups from dataproxy.jsp.


def _hanweb_page(state: SiteState, path: str, query: str) -> int | None:
    if path == state.site.listing:
        return 1
    if path == "/module/web/jpage/dataproxy.jsp":
        return int(parse_qs(query).get("page", ["1"])[0]) + 1
    return None


def _hanweb_show(state: SiteState, rows: list[Row], number: int) -> Answer:
    size = state.site.per_page
    # The proxy's groups hold three pages each, and begin at the first record once more.
    group = number - 1
    shown = rows[:size] if number == 1 else rows[(group - 1) * 3 * size : group * 3 * size]
    more = len(rows) > size if number == 1 else len(rows) > group * 3 * size
    records = "".join(
        f"<record><![CDATA[<li><a target='_blank' href='{html.escape(row.href)}' "
        f"title='{row.title}'>{row.title[:16]}...</a> <b>{_day(row)}</b></li>]]></record>\n"
        for row in shown
    )
    following = (
        "<nextgroup><![CDATA[<a href='/module/web/jpage/dataproxy.jsp?page="
        f"{group + 1}&webid=3077&columnid=71&unitid=38486'></a>]]></nextgroup>"
        if more
        else ""
    )
    store = f"<datastore>{following}<recordset>{records}</recordset></datastore>"
    if number > 1:
        return Answer(200, store.encode(), "text/xml; charset=utf-8")
    return Answer(
        200,
        (
            "<html><head><meta charset='utf-8'><title>统计公报</title></head><body>"
            f"<div id='38486'><script type='text/xml'>{store}</script></div></body></html>"
        ).encode(),
    )


# JPaaS: a loader page, and a unit that pages by paramJson alone.

_UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"


def _jpaas_page(state: SiteState, path: str, query: str) -> int | None:
    if path == state.site.listing:
        return 0
    if path != _UNIT:
        return None
    asked = parse_qs(query).get("paramJson")
    return int(json.loads(asked[0])["pageNo"]) if asked else 1


def _jpaas_show(state: SiteState, rows: list[Row], number: int) -> Answer:
    data = (
        "{'parseType':'bulidstatic','webId':'3077','tplSetId':'t1','pageType':'column',"
        "'tagId':'当前栏目_list','pageId':'1562308'}"
    )
    if number == 0:
        return Answer(
            200,
            (
                "<html><head><meta charset='utf-8'><title>统计公报</title></head><body>"
                f'<script src="/x.js" url="{_UNIT}" queryData="{data}"></script></body></html>'
            ).encode(),
        )
    shown, _ = _share(state, rows, number)
    items = "".join(
        f'<li><span></span><a class="bt_link" href="{html.escape(row.href)}" title="{row.title}">'
        f'{row.title}</a><span class="bt_time">{_day(row)}</span><br></li>'
        for row in shown
    )
    markup = (
        f'<div id="list"><div class="page-content">{items}</div><div class="pagination" '
        f'count="{len(rows)}" rows="{state.site.per_page}" pageno="{number}" '
        f'querydata="{data}" uniturl="{_UNIT}"></div></div>'
    )
    body = json.dumps({"success": True, "code": "200", "data": {"html": markup}})
    return Answer(200, body.encode(), "application/json")


# WordPress: wp-json with its header; titles with the site's name behind.


def _wordpress_page(state: SiteState, path: str, query: str) -> int | None:
    if path != state.site.listing.partition("?")[0]:
        return None
    return int(parse_qs(query).get("page", ["1"])[0])


def _wordpress_show(state: SiteState, rows: list[Row], number: int) -> Answer:
    shown, pages = _share(state, rows, number)
    if number > pages:
        return Answer(400, b'{"code":"rest_post_invalid_page_number"}', "application/json")
    posts = [
        {
            "id": 9000 + number * 100 + place,
            "date": f"{_day(row)}T08:30:00" if row.day else "0000-00-00T00:00:00",
            "link": _absolute(state, row.href),
            "title": {"rendered": row.title.replace("&", "&amp;")},
        }
        for place, row in enumerate(shown)
    ]
    headers = (("x-wp-total", str(len(rows))), ("x-wp-totalpages", str(pages)))
    return Answer(200, json.dumps(posts).encode(), "application/json; charset=UTF-8", headers)


# A feed: the newest only, days without a zone.


def _whole_page(state: SiteState, path: str, query: str) -> int | None:
    return 1 if path == state.site.listing.partition("?")[0] else None


def _feed_show(state: SiteState, rows: list[Row], number: int) -> Answer:
    items = "".join(
        f"<item><title><![CDATA[{row.title}]]></title>"
        f"<link>{html.escape(_absolute(state, row.href))}</link>"
        f"<pubDate>{f'{_day(row)} 00:30:00' if row.day else ''}</pubDate></item>\n"
        for row in rows[: state.site.per_page]
    )
    return Answer(
        200,
        (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
            f"<title>数据发布</title><link>https://{state.site.host}/</link>"
            f"<description>数据发布</description>{items}</channel></rss>"
        ).encode(),
        "application/xml",
    )


# A sitemap that names its news: title, address, time in UTC.


def _sitemap_show(state: SiteState, rows: list[Row], number: int) -> Answer:
    def moment(day: date) -> str:
        return at_hour(day, 0.5).strftime("%Y-%m-%dT%H:%M:%S+00:00")

    items = "".join(
        f"<url><loc>{html.escape(_absolute(state, row.href))}</loc>"
        + (f"<lastmod>{moment(row.day)}</lastmod>" if row.day else "")
        + "<news:news><news:publication><news:name>统计</news:name><news:language>zh-cn"
        "</news:language></news:publication>"
        + (f"<news:publication_date>{moment(row.day)}</news:publication_date>" if row.day else "")
        + f"<news:title>{row.title}</news:title></news:news></url>\n"
        for row in rows
    )
    return Answer(
        200,
        (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{items}</urlset>'
        ).encode(),
        "application/xml",
    )


# A list as JSON.


def _json_show(state: SiteState, rows: list[Row], number: int) -> Answer:
    found = [{"title": row.title, "url": row.href, "publishDate": _day(row)} for row in rows]
    body = {"code": 200, "msg": "ok", "data": {"total": len(found), "list": found}}
    return Answer(200, json.dumps(body, ensure_ascii=False).encode(), "application/json")


def _absolute(state: SiteState, href: str) -> str:
    return f"https://{state.site.host}{href}" if href.startswith("/") else href


FAMILIES = {
    "html": Printer(_trs_page, _trs_show),
    "hanweb": Printer(_hanweb_page, _hanweb_show),
    "jpaas": Printer(_jpaas_page, _jpaas_show),
    "wordpress": Printer(_wordpress_page, _wordpress_show),
    "feed": Printer(_whole_page, _feed_show),
    "sitemap": Printer(_whole_page, _sitemap_show),
    "json": Printer(_whole_page, _json_show),
}

#: Where each family lists, and where its pages stand.
LISTINGS = {
    "html": "/tjgb/index.html",
    "hanweb": "/col/col71/index.html",
    "jpaas": "/col/col1229/index.html",
    "wordpress": "/wp-json/wp/v2/posts?categories=7&per_page=20&page=1",
    "feed": "/sj/zxfb/rss.xml",
    "sitemap": "/sitemap-news.xml",
    "json": "/api/list.json",
}


def make_last_modified(day: date) -> str:
    return format_datetime(at_hour(day, 0.0), usegmt=True)


def days_between(first: date, last: date) -> list[date]:
    """Each day from the first to the last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
