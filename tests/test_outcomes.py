"""A document that is none: each way has a cause of its own, and none is read as no figures."""

from __future__ import annotations

import pytest

from flows.model.errors import ReadCause, ReadError
from flows.model.nouns import MediaKind
from flows.read import read
from tests.pdf_support import Ink, make_pdf
from tests.tables_support import release, snapshot, world

TITLE = "<title>云和县2022年国民经济和社会发展统计公报</title>"
HEADING = "<h1>云和县2022年国民经济和社会发展统计公报</h1>"
TEXT = "<p>全年全县实现地区生产总值103.5亿元，比上年增长4.1%。</p>"
LINKS = "".join(
    f"<li><a href='/{year}'>云和县{year}年国民经济和社会发展统计公报</a> {year + 1}-04-0{year % 9 + 1}</li>"
    for year in range(2015, 2024)
)
PICTURE = "q 500 0 0 700 50 50 cm /Im1 Do Q"


def read_as_prose(data: bytes, kind: MediaKind) -> int:
    about = release(reader="communique", ref_area="331125")
    reading = read(data, snapshot=snapshot(data, kind), release=about, catalog=world())
    return reading.figures.height


def cause_of(data: bytes, kind: MediaKind = MediaKind.HTML) -> ReadCause | None:
    with pytest.raises(ReadError) as caught:
        read_as_prose(data, kind)
    return caught.value.cause


def page(body: str, end: str = "</body></html>") -> bytes:
    return f"<!DOCTYPE html><html><head>{TITLE}</head><body><div>{body}{end}".encode()


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (HEADING, ReadCause.NO_FIGURES),
        (f"{HEADING}<p>正文见附件。</p><img src='/1.png'>", ReadCause.NO_FIGURES),
        (f"{HEADING}<table><tr><th>指标</th><th>单位</th><th>增长（%）</th></tr></table>", ReadCause.NO_FIGURES),
        (f"{HEADING}<embed src='/gongbao/2022.pdf'>", ReadCause.NO_TEXT),
        (f"{HEADING}<p style='display:none'>全年全县实现地区生产总值103.5亿元。</p>", ReadCause.NO_TEXT),
        (f"<h2>统计公报</h2><ul>{LINKS}</ul><p>共 2 页 19 条</p>", ReadCause.LIST_PAGE),
    ],
)  # fmt: skip
def test_a_page_that_prints_no_figure_says_why(body: str, cause: ReadCause) -> None:
    assert cause_of(page(body)) is cause


def test_a_scan_is_no_document_without_figures() -> None:
    assert cause_of(make_pdf([[PICTURE], [PICTURE]]), MediaKind.PDF) is ReadCause.NO_TEXT
    layer: list[Ink | str] = [
        PICTURE,
        Ink(60, 700, "全年全县实现地区生产总值103.5亿元。", before="3 Tr"),
    ]
    assert cause_of(make_pdf([layer]), MediaKind.PDF) is ReadCause.NO_TEXT


@pytest.mark.parametrize("part", range(1, 10))
def test_a_page_that_breaks_off_anywhere_in_its_text_is_not_read(part: int) -> None:
    body = HEADING + TEXT * 20 + "</div>"
    whole = page(body)
    start = whole.index(b"<h1>")
    cut = whole[: start + (len(whole) - start - len("</div></body></html>")) * part // 10]
    text = cut.decode("utf-8", "ignore").encode()
    assert cause_of(text) is ReadCause.CUT_SHORT
    assert read_as_prose(whole, MediaKind.HTML)


@pytest.mark.parametrize(
    "data",
    [
        page(HEADING + TEXT + "</div>", end=""),
        f"{HEADING}{TEXT}".encode(),
        page(HEADING + TEXT + f"<ul>{LINKS}</ul>"),
        page(f"<ul>{LINKS}</ul>" + HEADING + TEXT),
    ],
)
def test_a_whole_page_is_read_also_without_its_last_tags_and_beside_lists(data: bytes) -> None:
    assert read_as_prose(data, MediaKind.HTML)
