"""Families whose listings are no plain pages: hanweb, jpaas, wordpress, feeds, sitemaps, JSON."""

from __future__ import annotations

import gzip
import json
from datetime import date
from html import escape
from urllib.parse import parse_qs, urlsplit

import pytest

from flows.model.errors import ReadError
from flows.model.registry import FAMILIES
from flows.model.request import Request
from tests.discover_support import SHARED, list_rows, read_listing

COLUMN = "https://tjj.example.gov.cn/col/col1201/index.html"
SITE = "https://tjj.example.gov.cn"
PROXY = "/module/web/jpage/dataproxy.jsp"
A, B = "2025年青石县国民经济和社会发展统计公报", "2024年青石县国民经济和社会发展统计公报"
DAY_A, DAY_B = date(2026, 3, 1), date(2025, 3, 2)


def record(path: str, title: str, day: str) -> str:
    return f"<record><![CDATA[<li><a href='{path}' title='{title}'>{title[:6]}...</a><b>{day}</b></li>]]></record>"


RECORDS = record("/art/2026/3/1/art_1201_9.html", A, "2026-03-01") + record(
    "/art/2025/3/2/art_1201_8.html", B, "2025-03-02"
)
GROUP = f'<nextgroup><![CDATA[<a href="{PROXY}?page=1&amp;unitid=77&amp;webname=%25E5%25AE%259A"></a>]]></nextgroup>'
STORE = f"<datastore>{GROUP}<recordset><ul></ul>{RECORDS}</recordset></datastore>"
ROWS = [
    (f"{SITE}/art/2026/3/1/art_1201_9.html", A, DAY_A),
    (f"{SITE}/art/2025/3/2/art_1201_8.html", B, DAY_B),
]


def column(store: str, script: str = "") -> str:
    return (
        "<html><body><a href='/'>首页</a><div id='77'><script type='text/xml'>"
        f"{store}</script></div><script>{script}</script></body></html>"
    )


def test_hanweb_reads_a_columns_own_records_and_asks_for_the_next_group_as_printed() -> None:
    found = read_listing(column(STORE).encode("gb18030"), "hanweb", url=COLUMN)
    assert list_rows(found) == ROWS
    assert found.following == Request(f"{SITE}{PROXY}?page=1&unitid=77&webname=%25E5%25AE%259A")
    script = "$('#77').jpage({totalRecord:2,perPage:15})"
    whole = read_listing(column(STORE, script), "hanweb", url=COLUMN)
    assert (whole.count, whole.following) == (2, None)


def test_hanweb_asks_the_proxy_for_one_group_after_the_other() -> None:
    answer = STORE.replace(
        "<recordset>", "<totalrecord>240</totalrecord><totalpage>3</totalpage><recordset>"
    )
    asked = Request(f"{SITE}{PROXY}?page=2&unitid=77")
    found = read_listing(answer, "hanweb", url=COLUMN, asked=asked, number=3)
    assert list_rows(found) == ROWS
    # The column's own page was the first, so that the proxy's third group is the fourth page.
    assert (found.following, found.pages) == (Request(f"{SITE}{PROXY}?page=3&unitid=77"), 4)
    last = Request(f"{SITE}{PROXY}?page=3&unitid=77")
    assert read_listing(answer, "hanweb", url=COLUMN, asked=last, number=4).following is None
    empty = "<datastore><recordset></recordset></datastore>"
    ended = read_listing(empty, "hanweb", url=COLUMN, asked=asked, number=3)
    assert (ended.rows, ended.following) == ((), None)


def test_hanweb_asks_for_records_by_number_where_there_is_no_next_group() -> None:
    script = (
        "var param_77 = {appid:1,webid:2,columnid:1201,unitid:'77',webname:'青石县',permissiontype:0};"
        f"$('#77').jpage({{proxyUrl:'{PROXY}',totalRecord:95,perPage:15}});"
    )
    found = read_listing(column(STORE.replace(GROUP, ""), script), "hanweb", url=COLUMN)
    asked = found.following
    assert asked is not None
    assert (asked.method, asked.url) == (
        "POST",
        f"{SITE}{PROXY}?startrecord=3&endrecord=47&perpage=15",
    )
    assert parse_qs(asked.body or "")["webname"] == ["青石县"]
    again = read_listing(STORE, "hanweb", url=COLUMN, asked=asked, number=2).following
    assert again is not None
    assert "startrecord=48&endrecord=92" in again.url
    assert again.body == asked.body


def test_hanweb_does_not_guess_between_units() -> None:
    two = column(STORE) + column(STORE.replace("unitid=77", "unitid=78"))
    with pytest.raises(ReadError, match=r"several datastores: 77.*78.*option unit"):
        read_listing(two, "hanweb", url=COLUMN)
    assert len(read_listing(two, "hanweb", url=COLUMN, options={"unit": "78"}).rows) == 2


@pytest.mark.parametrize(
    "body",
    [
        column(STORE)[: column(STORE).index("</recordset>")],
        "<html><body>没有数据</body></html>",
        STORE.replace("<a href", "<i data-x").replace("</a>", "</i>"),
    ],
)
def test_hanweb_cut_or_changed_is_an_error(body: str) -> None:
    with pytest.raises(ReadError):
        read_listing(body, "hanweb", url=COLUMN)


UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
QUERY = {"parseType": "bulidstatic", "webId": "30", "tagId": "当前栏目_list", "pageId": "1201"}


def loader(query: str, quote: str = '"') -> str:
    return (
        f"<html><body><script url='{UNIT}' queryData={quote}{query}{quote}></script></body></html>"
    )


@pytest.mark.parametrize(
    "markup",
    [
        loader(json.dumps(QUERY, ensure_ascii=False).replace('"', "'")),
        loader(json.dumps(QUERY, ensure_ascii=False), "'"),
        loader(escape(json.dumps(QUERY, ensure_ascii=False))),
        loader("{parseType:'bulidstatic', webId:30, tagId:'当前栏目_list', pageId:'1201'}"),
    ],
)
def test_jpaas_a_column_is_a_shell_whose_unit_is_asked_for(markup: str) -> None:
    found = read_listing(markup, "jpaas", url=COLUMN)
    assert found.shell
    assert found.following is not None
    parts = urlsplit(found.following.url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{SITE}{UNIT}"
    assert {name: value for name, [value] in parse_qs(parts.query).items()} == QUERY


def test_jpaas_takes_the_lists_unit_among_several_and_does_not_guess() -> None:
    other = loader("{'tagId':'通用导航','webId':'30'}")
    assert "1201" in str(read_listing(other + loader(str(QUERY)), "jpaas", url=COLUMN).following)
    second = loader(str(QUERY | {"tagId": "右侧list"}))
    with pytest.raises(ReadError, match="option tag"):
        read_listing(second + loader(str(QUERY)), "jpaas", url=COLUMN)
    chosen = read_listing(
        second + loader(str(QUERY)), "jpaas", url=COLUMN, options={"tag": "右侧list"}
    )
    assert "1201" in str(chosen.following)


def unit_answer(html: str, **more: object) -> str:
    return json.dumps(
        {"success": True, "code": "200", "data": {"html": html}} | more, ensure_ascii=False
    )


LIST = (
    f"<div class='page-content'><li><a href='/col/col1201/art/2026/art_{'a' * 32}.html' title='{A}'>{A[:5]}"
    f"</a><span>2026-03-01</span></li><li><a href='/art/2025/3/2/art_1201_8.html' title='{B}'>{B}</a>"
    "<span>2025-03-02</span></li></div>"
)
PAGINATION = (
    f"<table class='pagination' count='5' rows='2' pageno='2' uniturl='{UNIT}' "
    f"querydata='{escape(json.dumps(QUERY, ensure_ascii=False))}'></table>"
)


def test_jpaas_reads_the_units_rows_and_asks_for_pages_by_param_json() -> None:
    found = read_listing(unit_answer(LIST + PAGINATION), "jpaas", url=COLUMN, number=2)
    assert list_rows(found) == [
        (f"{SITE}/col/col1201/art/2026/art_{'a' * 32}.html", A, DAY_A),
        (f"{SITE}/art/2025/3/2/art_1201_8.html", B, DAY_B),
    ]
    assert (found.number, found.pages, found.count) == (2, 3, 5)
    assert found.following is not None
    query = parse_qs(urlsplit(found.following.url).query)
    assert json.loads(query["paramJson"][0]) == {"pageNo": 3, "pageSize": 2}
    assert query["tagId"] == ["当前栏目_list"]
    last = unit_answer(LIST + PAGINATION.replace("pageno='2'", "pageno='3'"))
    assert read_listing(last, "jpaas", url=COLUMN, number=3).following is None


def test_jpaas_one_link_without_a_date_is_a_list_of_one() -> None:
    found = read_listing(
        unit_answer(f"<li><a href='/a.html' title='{A}'>公报</a></li>"), "jpaas", url=COLUMN
    )
    assert list_rows(found) == [(f"{SITE}/a.html", A, None)]


def test_jpaas_may_be_asked_with_a_referer() -> None:
    asked = read_listing(
        loader(str(QUERY)), "jpaas", url=COLUMN, options={"referer": "yes"}
    ).following
    assert asked is not None
    assert asked.headers == (("referer", COLUMN),)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (unit_answer(LIST, success=False, message="栏目不存在"), "栏目不存在"),
        (unit_answer(""), "no data.html"),
        (unit_answer("<div class='page-content'></div>"), "no list of links"),
        (json.dumps({"success": True}), "no data.html"),
        (unit_answer(LIST)[:-30], "no JSON"),
        ("[]", "failed"),
        ("<html><body>维护中</body></html>", "no loader"),
    ],
)
def test_jpaas_failures_are_errors_and_no_empty_list(answer: str, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        read_listing(answer, "jpaas", url=COLUMN)


BLOG = "https://tjgb.example.com"
POSTS = f"{BLOG}/wp-json/wp/v2/posts?categories=3&per_page=2&_fields=id,link,title,date"


def posts(*titles: str) -> str:
    return json.dumps(
        [
            {
                "id": n,
                "link": f"{BLOG}/gb/{n}.html",
                "title": {"rendered": t},
                "date": "2026-03-01T00:30:00",
            }
            for n, t in enumerate(titles)
        ]
    )


def test_wordpress_reads_posts_and_the_numbers_in_its_headers() -> None:
    headers = {"x-wp-totalpages": "7", "x-wp-total": "13"}
    found = read_listing(
        posts(f"{A}-红石库", f"{B}&#8211;红石库"), "wordpress", url=POSTS, headers=headers
    )
    assert list_rows(found) == [(f"{BLOG}/gb/0.html", A, DAY_A), (f"{BLOG}/gb/1.html", B, DAY_A)]
    assert (found.number, found.pages, found.count) == (1, 7, 13)
    assert found.following == Request(f"{POSTS}&page=2")
    asked = Request(f"{POSTS}&page=7")
    last = read_listing(posts(A), "wordpress", url=POSTS, asked=asked, number=7, headers=headers)
    assert (last.number, last.following) == (7, None)


def test_wordpress_without_headers_ends_with_a_page_that_is_not_full() -> None:
    assert read_listing(posts(A, B), "wordpress", url=POSTS).following is not None
    assert read_listing(posts(A), "wordpress", url=POSTS).following is None
    assert read_listing("[]", "wordpress", url=POSTS).rows == ()


def test_wordpress_an_error_is_no_empty_list() -> None:
    with pytest.raises(ReadError, match="No route was found"):
        read_listing(
            '{"code":"rest_no_route","message":"No route was found"}', "wordpress", url=POSTS
        )


def test_wordpress_also_gives_its_feed_and_its_sitemaps() -> None:
    assert read_listing(RSS, "wordpress", url=f"{BLOG}/feed/", hosts=("tjj.example.gov.cn",)).rows
    index = "<sitemapindex>" + "".join(
        f"<sitemap><loc>{BLOG}/wp-sitemap-posts-post-{n}.xml</loc></sitemap>" for n in (1, 10, 9)
    )
    shell = read_listing(f"{index}</sitemapindex>", "wordpress", url=f"{BLOG}/wp-sitemap.xml")
    assert (shell.shell, shell.following) == (True, Request(f"{BLOG}/wp-sitemap-posts-post-10.xml"))


RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>数据发布</title>
<link>{SITE}/</link>
<item><title><![CDATA[{A}]]></title><link>{SITE}/a.html?x=1&y=2</link><pubDate>2026-03-01 09:30:00</pubDate></item>
<item><title>{B} &nbsp;</title><link>
  ./b.html </link><pubDate>Sat, 01 Mar 2025 16:30:00 GMT</pubDate></item>
<item><title>没有日期</title><guid isPermaLink="true">{SITE}/c.html</guid></item>
<item><title>日期不清</title><link>/d.html</link><dc:date>03/04/2026</dc:date></item>
</channel></rss>"""


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_feed_in_shanghais_days(charset: str) -> None:
    data = RSS.replace("utf-8", charset).encode(charset)
    assert list_rows(read_listing(data, "feed", url=f"{SITE}/rss.xml")) == [
        (f"{SITE}/a.html?x=1&y=2", A, DAY_A),
        (f"{SITE}/b.html", B, DAY_B),
        (f"{SITE}/c.html", "没有日期", None),
        (f"{SITE}/d.html", "日期不清", None),
    ]


def test_an_atom_feed_and_its_next_page() -> None:
    feed = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><link rel="self" href="/s"/>
    <link rel="next" href="?page=2"/><entry><title type="html">{A}&lt;br/&gt;</title>
    <link rel="edit" href="/e"/><link href="/a.html"/><updated>2027-01-01T00:00:00Z</updated>
    <published>2026-02-28T16:30:00Z</published></entry></feed>"""
    found = read_listing(feed, "feed", url=f"{SITE}/atom.xml")
    assert list_rows(found) == [(f"{SITE}/a.html", A, DAY_A)]
    assert found.following == Request(f"{SITE}/atom.xml?page=2")


@pytest.mark.parametrize(
    "bad",
    [
        RSS.replace("<rss", '<!DOCTYPE rss [<!ENTITY a "b">]><rss'),
        RSS.replace("<rss", "<!doctype rss><rss"),
        RSS[:-40],
        "<html><body>x</body></html>",
        "",
    ],
)
def test_a_feed_with_a_document_type_or_cut_short_is_refused(bad: str) -> None:
    with pytest.raises(ReadError):
        read_listing(bad, "feed", url=f"{SITE}/rss.xml")


def test_a_large_feed_is_read_whole() -> None:
    text = "国家统计局今天发布数据，" * 350
    items = "".join(
        f"<item><title>第{n}条</title><link>{SITE}/{n}.html</link><description><![CDATA[{text}]]></description></item>"
        for n in range(400)
    )
    data = f"<rss><channel>{items}</channel></rss>".encode()
    assert len(data) > 4_500_000
    assert len(read_listing(data, "feed", url=f"{SITE}/rss.xml").rows) == 400


def test_a_sitemap_names_addresses_and_the_days_of_their_last_change() -> None:
    urls = (
        f"<url><loc>{SITE}/a.html</loc><lastmod>2026-02-28T16:30:00+00:00</lastmod></url>"
        "<url><loc>https://other.example.cn/b.html</loc></url>"
    )
    data = gzip.compress(f"<urlset xmlns='http://www.sitemaps.org/x'>{urls}</urlset>".encode())
    found = read_listing(data, "sitemap", url=f"{SITE}/sitemap.xml.gz")
    assert list_rows(found) == [(f"{SITE}/a.html", "", DAY_A)]
    assert "another host" in found.refused[0][1]
    with pytest.raises(ReadError):
        read_listing(data[:-9], "sitemap", url=f"{SITE}/sitemap.xml.gz")
    dated = "".join(
        f"<sitemap><loc>{SITE}/s{n}.xml</loc><lastmod>2026-0{n}-01</lastmod></sitemap>"
        for n in (3, 4, 1)
    )
    shell = read_listing(f"<sitemapindex>{dated}</sitemapindex>", "sitemap", url=f"{SITE}/s.xml")
    assert shell.following == Request(f"{SITE}/s4.xml")


API = f"{SITE}/search/api?channelid=9&page=2"
ANSWER = {
    "code": 0,
    "data": {
        "pageCount": 4,
        "total": 8,
        "list": [
            {
                "doctitle": f"<em>2025</em>{A[4:]}",
                "docpuburl": "/a.html",
                "docreltime": "2026-03-01 10:00:00",
            },
            {"doctitle": B, "docpuburl": f"{SITE}/b.html", "docreltime": 1740844800000},
        ],
    },
}
JSON_ROWS = [(f"{SITE}/a.html", A, DAY_A), (f"{SITE}/b.html", B, DAY_B)]


def test_json_rows_by_pointers_or_by_their_usual_names() -> None:
    text = json.dumps(ANSWER, ensure_ascii=False)
    options = {
        "rows": "/data/list",
        "title": "doctitle",
        "link": "docpuburl",
        "date": "/docreltime",
    }
    for given in (options, {}):
        found = read_listing(text, "json", url=API, number=2, options={**given, "page": "page"})
        assert list_rows(found) == JSON_ROWS
        assert (found.pages, found.count) == (4, 8)
        assert found.following == Request(API.replace("page=2", "page=3"))
    inner = json.dumps({"data": json.dumps(ANSWER["data"])})
    assert list_rows(read_listing(inner, "json", url=API)) == JSON_ROWS


def test_json_a_posted_query_asks_for_its_next_page_in_the_same_way() -> None:
    text = json.dumps(ANSWER)
    asked = Request(
        API, "POST", (("content-type", "application/json"),), '{"pageIndex": 1, "k": "公报"}'
    )
    options = {"page": "pageIndex", "first": "0"}
    found = read_listing(text, "json", url=API, asked=asked, number=2, options=options)
    assert found.following is not None
    assert json.loads(found.following.body or "") == {"pageIndex": 2, "k": "公报"}
    form = Request(API, "POST", (), "channelid=9&page=1")
    found = read_listing(text, "json", url=API, asked=form, number=1, options={"page": "page"})
    assert found.following is not None
    assert found.following.body == "channelid=9&page=2"


def test_json_with_a_comma_too_many_in_a_script_or_as_a_literal() -> None:
    literal = f"[{{title:'{A}', url:\"/a.html\", date:'2026-03-01',}}, /* x */ ]"
    for text, options in (
        (literal, {}),
        (f"callback({literal});", {}),
        (
            f'<html><script>var x=1;var dataList={literal};var p={{"curPageNo":1,"pageTotal":3}}</script>',
            {},
        ),
        (f"<script>let itemObj = {literal}, n = [];</script>", {"var": "itemObj"}),
    ):
        found = read_listing(text, "json", url=API, options=options)
        assert list_rows(found) == [(f"{SITE}/a.html", A, DAY_A)]
    assert (found.number, found.pages) == (None, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"success": false, "message": "参数错误"}', "参数错误"),
        ('{"data": []}', "0 lists"),
        ('{"a": [{"title": "a", "url": "b"}], "b": [{"title": "c", "url": "d"}]}', "2 lists"),
        ('{"data": [{"title": "a"', "no JSON"),
        ("<html><body>x</body></html>", "no script"),
        ("alert(1)", "no JSON|0 lists"),
    ],
)
def test_json_that_is_no_list_is_an_error(text: str, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        read_listing(text, "json", url=API)


@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared listings")
def test_recorded_answers() -> None:
    proxy = read_listing(
        (SHARED / "hanweb_dingxi_dataproxy.xml").read_bytes(),
        "hanweb",
        url=f"http://www.dingxi.gov.cn{PROXY}?page=1",
    )
    assert [row.seen_on and row.seen_on.isoformat() for row in proxy.rows] == [
        *("2022-01-20", "2022-01-19", "2022-01-14", "2021-12-15")
    ]
    assert [len(row.title) for row in proxy.rows] == [14, 38, 16, 27]
    assert [reason for _, reason in proxy.refused] == ["another host: zwgk.dingxi.gov.cn"]
    column_page = read_listing(
        (SHARED / "hanweb_shandong_col.html").read_bytes(),
        "hanweb",
        url="http://kjt.shandong.gov.cn/",
    )
    assert [row.seen_on for row in column_page.rows] == [date(2026, 9, 4), date(2026, 8, 21)]
    unit = read_listing(
        (SHARED / "jpaas_unit_page1.synthetic.json").read_bytes(), "jpaas", url=COLUMN
    )
    assert (len(unit.rows), unit.number, unit.pages, unit.count) == (10, 1, 3, 21)
    assert read_listing((SHARED / "jpaas_loader_zj.html").read_bytes(), "jpaas", url=COLUMN).shell
    calendar = read_listing(
        (SHARED / "calendar/index_fbrc.trailing-comma.json.txt").read_bytes(),
        "json",
        url="https://www.stats.gov.cn/sj/fbrc/index_fbrc.html",
        options={"date": "SUB_TITLE"},
    )
    assert [row.seen_on for row in calendar.rows] == [date(2026, 12, 31), date(2027, 1, 9)]


def test_every_family_of_the_registry_can_be_loaded() -> None:
    from flows.discover.families import load_family

    versions = [load_family(name).version for name in FAMILIES]
    assert len(set(versions)) == len(FAMILIES)
