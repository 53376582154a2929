"""Parts of a release: further pages, attached files, files in viewers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.discover import Body
from flows.discover.parts import Parts, find_parts
from flows.model.errors import ReadError
from flows.model.request import Request

HOST = "tjj.example.gov.cn"
FOLDER = f"https://{HOST}/tjgb/202603"
ARTICLE = f"{FOLDER}/t20260301_123.html"
ENDINGS = ("xls", "xlsx", "pdf", "docx")


def find(markup: str, url: str = ARTICLE) -> Parts:
    return find_parts(Body(Request(url), url, markup.encode()), {HOST}, ENDINGS)


def listed(found: Parts) -> list[tuple[str, int, str, str]]:
    return [(part.kind, part.number, part.request.url, part.ending) for part in found.parts]


@pytest.mark.parametrize(
    ("script", "files"),
    [
        ('createPageHTML(3, 0, "t20260301_123", "html")', ["_1", "_2"]),
        ("createPageHTML('paging', 3, 1, 't20260301_123', 'html', 500)", ["_2", "_3"]),
        ('createPageHTML(1, 0, "t20260301_123", "html")', []),
        ('createPageHTML(9, 0, "index", "html")', []),
    ],
)
def test_further_pages_of_an_article(script: str, files: list[str]) -> None:
    found = find(f"<p>2025年</p><script>{script}</script>")
    assert listed(found) == [
        ("page", number, f"{FOLDER}/t20260301_123{file}.html", "html")
        for number, file in enumerate(files, start=2)
    ]


def test_further_pages_by_their_numbered_links() -> None:
    links = "".join(f"<a href='t20260301_123_{n}.html'>{n}</a>" for n in (2, 3))
    found = find(links + "<a href='t20260301_123_2.html'>下一页</a>")
    assert [part.request.url[-8:] for part in found.parts] == [
        "_2.html"[-8:].rjust(8, "3"),
        "3_3.html",
    ]
    gap = "".join(f"<a href='t20260301_123_{n}.html'>{n}</a>" for n in (2, 4))
    assert find(gap).parts == ()


def test_a_pager_in_the_middle_of_an_article_is_reported() -> None:
    found = find('<script>createPageHTML(3, 2, "t20260301_123", "html")</script>')
    assert found.parts == ()
    assert found.refused[0][1] == "the article's pager is not understood"


def test_attachments_by_their_ending_wherever_it_stands() -> None:
    found = find(
        "<div class='footer'><a href='/nianbao.pdf'>网站年报</a></div>"
        "<a href='./P020260301312638229472.xls'>附件1：主要指标.xls</a>"
        "<a href='javascript:void(0)' oldsrc='/protect/P02.xlsx'>附件2</a>"
        "<a href='/download?fileUrl=abc&amp;fileName=%E8%A1%A8.XLSX'>附件3</a>"
        "<a href='/file/99'>全文.pdf</a><a href='./P020260301312638229472.xls'>下载</a>"
        "<a href='https://oss.example.com/x.pdf'>附件4</a><a href='a.html'>上一篇</a><a href='x.zip'>包</a>"
    )
    assert listed(found) == [
        ("attachment", 1, f"{FOLDER}/P020260301312638229472.xls", "xls"),
        ("attachment", 2, f"https://{HOST}/protect/P02.xlsx", "xlsx"),
        ("attachment", 3, f"https://{HOST}/download?fileUrl=abc&fileName=%E8%A1%A8.XLSX", "xlsx"),
        ("attachment", 4, f"https://{HOST}/file/99", "pdf"),
    ]
    assert found.refused == (
        ("附件4 <https://oss.example.com/x.pdf>", "another host: oss.example.com"),
    )
    assert found.parts[0].title == "附件1：主要指标.xls"


@pytest.mark.parametrize(
    "markup",
    [
        "<iframe src='/pdfjs/web/viewer.html?file=/uploads/2026.pdf&x=1#page=2'></iframe>",
        "<a href='/wp/pdfjs/web/viewer.php?file=/uploads/2026.pdf&amp;dButton=true#zoom=auto'>全屏</a>",
        "<a href='/viewer?file=%2Fuploads%2F2026.pdf'>看</a><iframe src='/v?file=%2Fuploads%2F2026.pdf'></iframe>",
        "<embed src='/uploads/2026.pdf' type='application/pdf'>",
        "<object data='../../uploads/2026.pdf'></object>",
    ],
)
def test_a_file_in_a_viewer(markup: str) -> None:
    found = find(markup)
    assert listed(found) == [("viewer", 1, f"https://{HOST}/uploads/2026.pdf", "pdf")]


@given(
    pieces=st.lists(
        st.sampled_from(
            [
                *(
                    "<a href='//evil.example/x.pdf'>",
                    "<iframe src='//evil.example/v?file=/x.pdf'>",
                    "</a>",
                    "附件",
                ),
                *(
                    "<base href='https://evil.example/'>",
                    "<a href='\\\\evil\\x.xls'>",
                    "<embed src='../../../x.pdf'>",
                ),
                *(
                    "createPageHTML(99,0,'t20260301_123','html')",
                    "<script>",
                    "</script>",
                    "<a href='http://[/x.pdf'>",
                ),
                *(
                    "createPageHTML(3,0,'//evil.example/t20260301_123','html')",
                    "<a oldsrc='x.xls'>",
                    "\x00",
                ),
            ]
        )
    )
)
@settings(max_examples=150, deadline=None)
def test_no_part_is_off_the_hosts(pieces: list[str]) -> None:
    try:
        found = find("".join(pieces))
    except ReadError:
        return
    for part in found.parts:
        assert part.request.url.startswith(f"https://{HOST}/")
        assert ".." not in part.request.url
