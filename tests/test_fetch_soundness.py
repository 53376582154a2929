"""A 200 that is no release is a failed visit; a release that mentions an error is none."""

from __future__ import annotations

import csv
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from starlette.responses import Response

from flows.catalog.layout import Layout
from flows.fetch.soundness import load_markers
from flows.model.nouns import MediaKind, Outcome, Visit
from tests.fetch_sites import COMMUNIQUE, HOST, PAGE, Site, archived, refresh, release

SHEET = f"{HOST}/files/gdp.xlsx"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["地区", "GDP"])
    sheet.append(["平阳县", 711.8])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def served(
    tmp_path: Path, body: bytes, content_type: str = "text/html", url: str = PAGE, **headers: str
) -> Visit:
    """The visit of an address that answers 200 with this body."""
    named = {"content-type": content_type} | headers
    with Site({url: Response(body, headers=named)}) as site:
        (visit,) = refresh(site.url, tmp_path, release(url))
        assert site.times(url) == 1, "asking again would give the same"
    return visit


def refused(tmp_path: Path, body: bytes, content_type: str = "text/html", url: str = PAGE) -> str:
    visit = served(tmp_path, body, content_type, url)
    assert visit.outcome is Outcome.FAILED, visit
    assert visit.status_code == 200
    assert archived(tmp_path) == []
    return visit.reason or ""


def page(title: str, text: str, script: str = "", charset: str = "utf-8") -> bytes:
    return (
        f"<html><head><meta charset='{charset}'><title>{title}</title><script>{script}</script>"
        f"</head><body>{text}</body></html>"
    ).encode(charset)


MENU = "<ul>" + "".join(f"<li>政务公开栏目{n}</li>" for n in range(40)) + "</ul>"

ERROR_PAGES = {
    "404 as title": page("404", MENU),
    "404 with the site's name": page("404-平阳县人民政府", MENU),
    "404 with words": page("404 Not Found", "nginx"),
    "error page in gb18030": page("页面不存在", MENU, charset="gb18030"),
    "gone": page("提示信息", "您访问的页面不存在或已被删除" + MENU),
    "gone without a title": page("", "<p>对不起，您访问的页面不存在！</p>"),
    "denied": page("访问被拒绝", "您的访问可能对网站造成安全威胁"),
    "blocked": page("平阳县人民政府", "<p>您的IP：203.0.113.7 请求已被拦截</p>"),
    "access denied": page("Access Denied", "Reference #18.2d1"),
    "reload": page("", "跳转中", "location.reload()"),
    "firewall": page("网站防火墙", "您的请求带有不合法参数，已被网站管理员设置拦截！"),
    "maintenance": page("系统维护", "网站维护中，请稍后再访问"),
    "too often": page("", "访问过于频繁，请稍后再试"),
    "no text": page("2024年统计公报", "<img src='scan.jpg'>"),
    "server error": page("", "Internal Server Error"),
}
SCRIPT, WANTED = "a script challenge", "a page that wants a script to be run"
WALLS = {
    "cloudflare": (page("Just a moment...", "", "window._cf_chl_opt={}"), SCRIPT),
    "captcha": (page("安全验证", "请完成下列验证后继续访问"), "a challenge for a person"),
    "wants JavaScript": (page("平阳县统计局", "请开启JavaScript并刷新该页"), WANTED),
    "in English": (page("", "Please enable JavaScript and cookies to continue"), WANTED),
    "cookie": (page("", "", "document.cookie='__jsl_clearance=1';location.href='/'"), SCRIPT),
    "with a word": (page("", "载入中", "$_ts=window['$_ts'];"), SCRIPT),
}


@pytest.mark.parametrize("body", ERROR_PAGES.values(), ids=ERROR_PAGES)
def test_an_error_page_is_not_a_release(tmp_path: Path, body: bytes) -> None:
    assert "no release" in refused(tmp_path, body)


@pytest.mark.parametrize(("body", "wall"), WALLS.values(), ids=WALLS)
def test_a_wall_is_not_a_release_and_is_named(tmp_path: Path, body: bytes, wall: str) -> None:
    assert f"is behind {wall}" in refused(tmp_path, body)


@pytest.mark.parametrize("body", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\0\0\0\0"])
def test_an_empty_body_is_not_a_release(tmp_path: Path, body: bytes) -> None:
    assert "empty" in refused(tmp_path, body)


@pytest.mark.parametrize("body", [b"404 Not Found", "访问被拒绝".encode()])
def test_an_error_in_plain_text_is_not_a_release(tmp_path: Path, body: bytes) -> None:
    assert "no release" in refused(tmp_path, body, "text/plain")


def test_an_error_in_json_is_not_a_release(tmp_path: Path) -> None:
    assert "JSON" in refused(tmp_path, b'{"code": 404, "message": "gone"}', "application/json")


SENTENCE = (
    "全年地区生产总值711.8亿元，按可比价格计算，比上年增长6.0%。其中，第一产业增加值24.5亿元。"
)


@pytest.mark.parametrize(
    "mention",
    [
        "受理举报404件，页面不存在的链接全部修复，拒绝访问的情况没有发生。",
        "完成网络安全验证120次，拦截诈骗电话，请求被拒绝的有3起；网站防火墙升级。",
        "<noscript>请开启JavaScript</noscript>",
        "<div class=login>请输入验证码 请先登录后访问</div>",
        "<script>if(x){location.href='/404.html'};document.cookie='a=1'</script>",
    ],
)
def test_a_communique_that_mentions_an_error_is_a_release(tmp_path: Path, mention: str) -> None:
    body = page("2024年平阳县国民经济和社会发展统计公报", SENTENCE * 30 + mention)
    visit = served(tmp_path, body)
    assert visit.outcome is Outcome.CHANGED, visit.reason


@pytest.mark.parametrize(
    "title", ["4047亿元！平阳经济总量创新高", "2024年统计公报", "500强企业公报", "404.5亿元", ""]
)
def test_a_short_page_with_an_ordinary_title_is_a_release(tmp_path: Path, title: str) -> None:
    visit = served(tmp_path, page(title, SENTENCE))
    assert visit.outcome is Outcome.CHANGED, visit.reason


def test_html_where_a_workbook_was_promised_is_not_a_release(tmp_path: Path) -> None:
    """By the address's ending, in its path or its query, by the type, or by the layouts."""
    assert "HTML where XLSX was promised" in refused(tmp_path, COMMUNIQUE, url=SHEET)
    assert "XLSX" in refused(tmp_path, COMMUNIQUE, url=f"{HOST}/down.jsp?f=gdp.xlsx&n=1")
    assert "XLSX" in refused(tmp_path, COMMUNIQUE, SPREADSHEET)
    assert "2024年平阳县统计公报" in refused(tmp_path, COMMUNIQUE, url=SHEET), (
        "says which page came"
    )


def test_html_where_the_attachment_is_called_a_workbook_is_not_a_release(tmp_path: Path) -> None:
    disposition = 'attachment; filename="gdp.xlsx"'
    visit = served(tmp_path, COMMUNIQUE, **{"content-disposition": disposition})
    assert "XLSX" in (visit.reason or "")


def test_html_where_the_layout_reads_workbooks_is_not_a_release(tmp_path: Path) -> None:
    import asyncio

    from flows.fetch import Archive, fetch
    from tests.fetch_sites import settings

    columns = ({"heads": ["地区"], "role": "area"}, {"heads": ["GDP"]})
    layouts = {
        "yearbook": Layout.model_validate(
            {"name": "yearbook", "media": ["xlsx", "xls"], "columns": columns}
        )
    }
    with Site({PAGE: Response(COMMUNIQUE, headers={"content-type": "text/html"})}) as site:
        (visit,) = asyncio.run(
            fetch(
                [release(layouts=("yearbook",))],
                Archive(tmp_path),
                settings=settings(),
                mirror=site.url,
                layouts=layouts,
            )
        )
    assert "HTML where XLS or XLSX was promised" in (visit.reason or "")


@pytest.mark.parametrize("ending", ["pdf", "docx", "ods", "csv"])
def test_html_under_another_promise_is_not_a_release(tmp_path: Path, ending: str) -> None:
    reason = refused(tmp_path, COMMUNIQUE, url=f"{HOST}/gdp.{ending}")
    assert ending.upper() in reason


def test_an_html_table_under_xls_is_taken_as_what_it_is(tmp_path: Path) -> None:
    table = page("", f"<table><tr><td>地区生产总值</td><td>711.8</td></tr></table>{SENTENCE}")
    visit = served(tmp_path, table, "application/vnd.ms-excel", f"{HOST}/gdp.xls")
    assert visit.snapshot is not None
    assert visit.snapshot.media_kind is MediaKind.HTML


def test_a_workbook_is_a_release_whatever_the_server_calls_it(tmp_path: Path) -> None:
    for content_type in (SPREADSHEET, "application/octet-stream", "text/html"):
        visit = served(tmp_path, workbook(), content_type, SHEET)
        assert visit.snapshot is not None, visit.reason
        assert visit.snapshot.media_kind is MediaKind.XLSX


def test_a_workbook_cut_short_at_its_source_is_not_a_release(tmp_path: Path) -> None:
    reason = refused(tmp_path, workbook()[:-200], SPREADSHEET, SHEET)
    assert "cut short or damaged" in reason


def test_a_zip_file_without_a_workbook_is_not_a_release(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as folder:
        folder.writestr("readme.txt", "711.8")
    assert "without a workbook" in refused(tmp_path, out.getvalue(), SPREADSHEET, SHEET)


def test_the_same_bytes_are_not_judged_twice(tmp_path: Path) -> None:
    """What was taken stays taken: a marker added later doesn't turn unchanged into failed."""
    with Site({PAGE: Response(COMMUNIQUE, headers={"content-type": "text/html"})}) as site:
        first = refresh(site.url, tmp_path)
        site.answers[PAGE] = Response(COMMUNIQUE, headers={"content-type": SPREADSHEET})
        (second,) = refresh(site.url, tmp_path, known=first)
    assert second.outcome is Outcome.UNCHANGED


def test_every_marker_is_used_by_a_place_and_has_a_meaning() -> None:
    rows = load_markers()
    assert len(rows) > 10
    assert {row.where for row in rows} == {"title", "text", "markup"}
    assert all(row.meaning for row in rows)
    assert all(row.max_text is not None for row in rows if row.where != "title")


SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "communiques"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real pages are not here")
def test_every_real_communique_is_sound_and_unchanged_when_fetched_again(tmp_path: Path) -> None:
    from flows.fetch import Archive, MirrorServer, mirror_releases

    with (SHARED / "index.csv").open(encoding="utf-8", newline="") as stream:
        rows = {Path(row["file"]).stem: row for row in csv.DictReader(stream)}
    with MirrorServer(SHARED) as mirror:
        releases, skipped = mirror_releases(mirror.url)
        first = refresh(mirror.url, tmp_path, *releases)
        second = refresh(mirror.url, tmp_path, *releases, known=first)
    assert [(visit.release_id, visit.reason) for visit in first if visit.reason] == []
    assert {visit.release_id for visit in first} == {key for key in rows if rows[key]["url"]}
    assert len(skipped) == sum(not row["url"] for row in rows.values())
    for visit in first:
        row = rows[visit.release_id]
        assert visit.snapshot is not None
        assert visit.snapshot.sha256 == row["sha256"]
        assert visit.snapshot.media_kind.value == Path(row["file"]).suffix.removeprefix(".")
        assert Archive(tmp_path).read(row["sha256"]) == (SHARED / row["file"]).read_bytes()
    assert {(visit.outcome, visit.status_code) for visit in second} == {(Outcome.UNCHANGED, 304)}
