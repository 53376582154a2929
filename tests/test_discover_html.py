"""Pages of links: which of them are the list's rows, with which title and which day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from flows.catalog.model import ItemRule
from flows.model.errors import ReadError
from flows.model.request import Request
from tests.discover_support import LIST, SHARED, list_rows, read_listing

BASE = LIST.rpartition("/")[0]
TITLES = (
    "2025年青石县国民经济和社会发展统计公报",
    "2024年青石县国民经济和社会发展统计公报",
    "2023年青石县国民经济和社会发展统计公报",
    "2025年一季度青石县经济运行情况",
)
DAYS = ("2026-03-01", "2025-03-02", "2024-03-13", "2025-04-20")
ROWS = [
    (f"{BASE}/{number}.html", title, date.fromisoformat(day))
    for number, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
]

NAVIGATION = "".join(
    f'<li><a href="/n{number}/">{label}</a></li>'
    for number, label in enumerate(
        ["首页", "政务公开", "统计数据", "统计公报", "政策解读", "互动交流"]
    )
)
HOT = "".join(
    f'<li><a href="/hot/t2026010{number}_1.html">全市统计工作会议召开第{number}次</a></li>'
    for number in range(1, 5)
)


def page(body: str, *, end: str = "") -> str:
    return (
        f"<html><head><title>统计公报-青石县统计局</title></head><body><div class='nav'><ul>{NAVIGATION}</ul>"
        f"</div><div class='where'>当前位置：<a href='/'>首页</a>&gt;<a href='/sj/'>数据</a></div>{body}"
        f"<div class='box'><h3>热点</h3><ul>{HOT}</ul></div><div><a href='/about.html'>关于我们</a>"
        f"<a href='http://www.beian.example.cn/x?recordcode=330'>浙公网安备 33010602000123号</a></div>{end}"
        "</body></html>"
    )


def each(row: Callable[[str, str, str], str]) -> str:
    return "".join(
        row(f"./{number}.html", title, day)
        for number, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))
    )


def shape(before: str, row: Callable[[str, str, str], str], after: str = "") -> str:
    return before + each(row) + after


#: One list in the shapes in which bureaus print it.
SHAPES = {
    "list": shape(
        "<ul>", lambda u, t, d: f'<li><a href="{u}">{t}</a><span> \n {d} </span></li>', "</ul>"
    ),
    "upper case cells": shape(
        "<TABLE>",
        lambda u, t, d: f'<TR><TD>·</TD><TD><A HREF="{u}">{t}</A></TD><TD>[{d}]</TD></TR>',
        "</TABLE>",
    ),
    "a table a row": shape(
        "<table><tr><td>",
        lambda u, t, d: f"<table><tr><td><a href='{u}'>{t}</a><td>{d}</table>",
        "</td></tr></table>",
    ),
    "terms": shape("<dl>", lambda u, t, d: f"<dt><a href='{u}'>{t}</a><dd>{d}", "</dl>"),
    "definitions": shape(
        "<dl><dt>统计公报</dt>",
        lambda u, t, d: f"<dd><span>{d}</span><a href='{u}'>{t}</a></dd>",
        "</dl>",
    ),
    "bare anchors, date after": shape(
        "<div>", lambda u, t, d: f"<a href='{u}'>{t}</a> {d}<br>", "</div>"
    ),
    "bare anchors, date before": shape(
        "<div>", lambda u, t, d: f"{d} <a href='{u}'>{t}</a><br>", "</div>"
    ),
    "all in the anchor": shape(
        "<ul>",
        lambda u, t, d: f"<li><a href='{u}'><span>{t}</span><span>{d}</span></a></li>",
        "</ul>",
    ),
    "date in an element of the anchor": shape(
        "<ul>",
        lambda u, t, d: f"<li><a href='{u}'>{t}<i>{d.replace('-', '/')}</i></a></li>",
        "</ul>",
    ),
    "date as the anchor's last word": shape(
        "<ul>", lambda u, t, d: f"<li><a href='{u}'>{t} [{d}]</a></li>", "</ul>"
    ),
    "day and month in boxes": shape(
        "<div>",
        lambda u, t, d: (
            f"<a href='{u}'><div><p>{d[8:]}</p><p>{d[:7].replace('-', '.')}</p></div>"
            f"<div><h4>{t}</h4><p>截至2025年12月31日，全县常住人口60万人。</p></div></a>"
        ),
        "</div>",
    ),
    "a list of its own for each row": each(
        lambda u, t, d: f"<ul><li><a href='{u}'>{t}</a><span>{d}</span></li></ul>"
    ),
    "a category before, a file behind": shape(
        "<ul>",
        lambda u, t, d: (
            f"<li><a href='/gb/'>[公报]</a><a href='{u}' title='{t}'>{t[:8]}...</a>"
            f"<a href='/f.pdf'>PDF</a><em>{d}</em></li>"
        ),
        "</ul>",
    ),
    "a tooltip": shape(
        "<ul>",
        lambda u, t, d: (
            f"<li><a href='{u}' title='文章标题：{t}&#10;更新时间：2020-01-01'>{t[:6]}…</a>({d})</li>"
        ),
        "</ul>",
    ),
    "a picture first": shape(
        "<ul>",
        lambda u, t, d: (
            f"<li><a href='{u}'><img src=x></a><div><a href='{u}'>{t}</a><p>{d}</p></div></li>"
        ),
        "</ul>",
    ),
    "colours and brackets": shape(
        "<ul>",
        lambda u, t, d: (
            f"<li>·<a href='{u}'><font color=red>{t[:5]}</font>{t[5:]}</a>&nbsp;<font>（{d}）</font></li>"
        ),
        "</ul>",
    ),
    "date in a row of its own": shape(
        "<table>",
        lambda u, t, d: f"<tr><td><a href='{u}'>{t}</a></td></tr><tr><td>发布时间：{d}</td></tr>",
        "</table>",
    ),
    "two columns of dates": shape(
        "<table><tr><th>序号</th><th>标题</th><th>成文日期</th><th>发布日期</th></tr>",
        lambda u, t, d: (
            f"<tr><td>1</td><td><a href='{u}'>{t}</a></td><td>2026-01-05</td><td>{d}</td></tr>"
        ),
        "</table>",
    ),
    "three anchors, one cut": shape(
        "<ul>",
        lambda u, t, d: (
            f"<li><a href='{u}' title='{t}'>{t}</a><a href='{u}' title='{t}'>dup</a>"
            f"<a href='{u}' title='{t}'>{t[5:]}</a><span>{d}</span></li>"
        ),
        "</ul>",
    ),
    "a new badge": shape(
        "<ul>",
        lambda u, t, d: f"<li><a href='{u}'>{t}<span class=n>NEW</span></a><span>{d}</span></li>",
        "</ul>",
    ),
    "the site behind each title": shape(
        "<ul>",
        lambda u, t, d: f"<li><a href='{u}'>{t}-青石县统计局</a><span>{d} 10:30</span></li>",
        "</ul>",
    ),
    "rows of lines between": shape(
        "<ul>",
        lambda u, t, d: f"<li><a href='{u}'>{t}</a><span>{d}</span></li><li class=line></li>",
        "</ul>",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_one_list_in_many_shapes(name: str, charset: str) -> None:
    assert list_rows(read_listing(page(SHAPES[name]).encode(charset))) == ROWS


def test_a_day_without_its_year_is_kept_as_printed_and_is_no_day() -> None:
    found = read_listing(
        page(shape("<ul>", lambda u, t, d: f"<li><a href='{u}'>{t}</a>{d[5:]}</li>"))
    )
    assert [(row.date_text, row.seen_on) for row in found.rows] == [(day[5:], None) for day in DAYS]


def test_two_lists_of_one_standing_are_not_chosen_between() -> None:
    two = shape("<ul>", lambda u, t, d: f"<li><a href='{u}'>{t}</a>{d}</li>", "</ul>")
    other = two.replace("./", "./other/").replace("青石", "红石")
    with pytest.raises(ReadError, match=r"two lists.*declare item\.row"):
        read_listing(page(f"<div>{two}</div><section>{other}</section>"))


def test_a_menu_is_no_list() -> None:
    with pytest.raises(ReadError, match="no list of links"):
        read_listing(f"<html><body><ul>{NAVIGATION}</ul><p>暂无内容</p></body></html>")


def test_a_declared_row_that_is_gone_is_an_error() -> None:
    with pytest.raises(ReadError, match=r"0 elements match item\.row"):
        read_listing(page(SHAPES["list"]), item=ItemRule(row=".list-content li"))


def test_declared_rules_say_where_things_are() -> None:
    options = "".join(f"<option value='/{year}.html'>{year}</option>" for year in (2024, 2023))
    found = read_listing(
        f"<select>{options}</select>",
        item=ItemRule(row="option", link="@value", title=("@value", "")),
    )
    assert [row.title for row in found.rows] == ["/2024.html", "/2023.html"]
    found = read_listing(
        "<ul><li data-t='2025年公报' data-d='05/03/2026'><a href='a.html'>公报</a></li></ul>",
        item=ItemRule(row="li", title=("@data-t", "a"), date="@data-d"),
        dates=("%d/%m/%Y",),
    )
    assert list_rows(found) == [(f"{BASE}/a.html", "2025年公报", date(2026, 3, 5))]


LINKS = {
    "javascript:void(0)": "javascript: is no address",
    "mailto:a@example.cn": "mailto: is no address",
    "ftp://tjj.example.gov.cn/a": "ftp: is no address",
    "https://user:word@tjj.example.gov.cn/a.html": "user name",
    "https://tjj.example.gov.cn:8443/a.html": "another host: tjj.example.gov.cn:8443",
    "//other.example.cn/a.html": "another host: other.example.cn",
    "../../../a.html": "leads out of the site",
    "/%2e%2e/a.html": "leads out of the site",
    "/\\other.example.cn/a.html": "backslash",
    "http://[::1]/a.html": "another host",
    "#": "names no address",
    "http://": "address",
}


@pytest.mark.parametrize("href", LINKS)
def test_links_that_lead_elsewhere_are_refused_with_their_reason(href: str) -> None:
    rows = f"<li><a href='{href}'>2022年青石县统计公报</a><span>2023-03-01</span></li>"
    found = read_listing(page(SHAPES["list"].replace("</ul>", f"{rows}</ul>")))
    assert list_rows(found) == ROWS
    assert [reason for _, reason in found.refused if LINKS[href] in reason]


def test_a_declared_host_is_taken() -> None:
    listing = SHAPES["list"].replace("./0.html", "http://www.example.gov.cn/0.html")
    found = read_listing(page(listing), hosts=("tjj.example.gov.cn", "www.example.gov.cn"))
    assert found.rows[0].request.url == "http://www.example.gov.cn/0.html"


#: What a page says of its pages: script, page asked for, its address, (number, pages, next file).
PAGERS = [
    (
        'createPageHTML(17, 0,"index", "shtml", "black2", 250);',
        1,
        "index.html",
        (1, 17, "index_1.shtml"),
    ),
    ('createPageHTML(17, 1,"index", "html");', 2, "index_1.html", (2, 17, "index_2.html")),
    ('createPageHTML(17, 0,"index", "html");', 2, "index_1.html", (1, 17, "index_1.html")),
    ('createPageHTML(17, 16,"index", "html");', 17, "index_16.html", (17, 17, None)),
    ("createPageHTML('paging',25,1,'index','html',500);", 1, "index.html", (1, 25, "index_2.html")),
    (
        "createPageHTML('paging',25,2,'index','html',500);",
        2,
        "index_2.html",
        (2, 25, "index_3.html"),
    ),
    (
        "createPageHTML('paging',25,1,'index','html',500);",
        2,
        "index_2.html",
        (1, 25, "index_2.html"),
    ),
    ('createPageHTML(9, 1, "list", "shtml");', 1, "list.shtml", (1, 9, "list_2.shtml")),
    ('createPageHTML(9, 2, "list", "shtml");', 2, "list_2.shtml", (2, 9, "list_3.shtml")),
    (
        'var n = 4; var i=0; createPageHTML(n, i, "index", "htm")',
        1,
        "index.htm",
        (1, 4, "index_1.htm"),
    ),
    ('createPageHTML(1, 0, "index", "html")', 1, "index.html", (1, 1, None)),
    ('/* createPageHTML(9, 0, "index", "html") */', 1, "index.html", (None, None, None)),
    ("function createPageHTML(n, i, name, end){ }", 1, "index.html", (None, None, None)),
    ('totalPage: 3; $(".p").pagination("setPage",1,3);', 1, "index.html", (1, 3, "index_2.html")),
    ('$(".p").pagination("setPage",2,3);', 2, "index_2.html", (2, 3, "index_3.html")),
    ('var pagesData={"curPageNo":1,"pageTotal":7};', 1, "index.html", (None, 7, None)),
]


@pytest.mark.parametrize(("script", "number", "file", "expected"), PAGERS)
def test_what_a_pager_states(
    script: str, number: int, file: str, expected: tuple[int | None, int | None, str | None]
) -> None:
    found = read_listing(
        page(SHAPES["list"], end=f"<script>{script}</script>"),
        number=number,
        asked=Request(f"{BASE}/{file}"),
    )
    stated, pages, following = expected
    assert (found.number, found.pages) == (stated, pages)
    asked = found.following.url if found.following else None
    # A next page that is the page itself is none: the stated number already disagrees.
    assert asked == (f"{BASE}/{following}" if following and following != file else None)


def test_a_pager_that_is_not_understood_is_reported() -> None:
    found = read_listing(page(SHAPES["list"], end="<script>createPageHTML(a, b)</script>"))
    assert list_rows(found) == ROWS
    assert found.refused == (("createPageHTML(a, b)", "a pager that was not understood"),)


def test_next_links_and_words() -> None:
    pager = "<div>共 61 条 第1/4页 <a href='?p=1'>1</a> <a href='?p=2'>2</a> <a href='?p=2'>下一页</a></div>"
    found = read_listing(page(SHAPES["list"], end=pager))
    assert list_rows(found) == ROWS
    assert (found.number, found.pages, found.count) == (1, 4, 61)
    assert found.following == Request(f"{LIST}?p=2")
    off = read_listing(page(SHAPES["list"], end="<a href='https://other.cn/2.html'>下一页</a>"))
    assert off.following is None
    assert "another host" in off.refused[-1][1]


def test_the_source_may_say_how_the_next_page_is_asked_for() -> None:
    one = read_listing(page(SHAPES["list"]), options={"page": "list_{page}.html"})
    assert one.following == Request(f"{BASE}/list_2.html")
    script = '<script>createPageHTML(5, 1, "index", "html")</script>'
    two = read_listing(page(SHAPES["list"], end=script), options={"trs": "1"})
    assert (two.number, two.following) == (1, Request(f"{BASE}/index_2.html"))


def test_a_page_that_only_leads_on_is_a_shell() -> None:
    for markup in (
        "<script>window.location.href='./gb/'</script>",
        '<html><head><meta http-equiv="Refresh" content="0; url=gb/"></head><body></body></html>',
        "<html><body><iframe src='gb/'></iframe></body></html>",
    ):
        found = read_listing(markup)
        assert (found.shell, found.rows, found.following) == (True, (), Request(f"{BASE}/gb/"))
    with pytest.raises(ReadError, match="another host"):
        read_listing("<script>location.href='https://other.cn/'</script>")
    with pytest.raises(ReadError, match="leads to itself"):
        read_listing("<script>location.href='index.html'</script>")


@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared listings")
def test_recorded_pages() -> None:
    found = read_listing(
        (SHARED / "stats_gov_zxfb.html").read_bytes(), url="https://www.stats.gov.cn/sj/zxfb/"
    )
    assert [row.seen_on for row in found.rows] == [
        date(2026, 7, 15),
        date(2026, 7, 15),
        date(2022, 2, 21),
        date(2022, 2, 16),
    ]
    assert found.following == Request("https://www.stats.gov.cn/sj/zxfb/index_1.html")
    assert (found.number, found.pages) == (1, 500)
    found = read_listing(
        (SHARED / "ndrc_item.html").read_bytes(), url="https://www.ndrc.gov.cn/xxgk/zcfb/"
    )
    assert [(row.title, row.seen_on) for row in found.rows] == [
        ("《水电站大坝运行安全监督管理规定》 2026第47号令", date(2026, 9, 28))
    ]
