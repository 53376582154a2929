"""The same communiqué in every format and charset, and what surrounds it."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement

from flows.model.charset import decode
from flows.model.errors import ReadError
from flows.model.nouns import MediaKind
from flows.read.document.docx import read_places as docx_texts
from flows.read.document.home import read_span
from flows.read.prose.reading import read_document
from tests.prose_support import assert_the_way_home, catalog, read_text, said

SENTENCES = (
    "初步核算，全年全县实现地区生产总值711.81亿元，比上年增长7.2%。",
    "全县社会消费品零售总额300.1亿元，增长6.5%。",
)
SAID = {"gdp": 711.81, "gdp+": 7.2, "retail_sales": 300.1, "retail_sales+": 6.5}
PAGE = (
    "<html><head>{meta}<title>2023年平阳县国民经济和社会发展统计公报_平阳县政府</title></head><body>"
    "<ul><li><a href='/1'>首页</a><li><a href='/2'>2022年公报 生产总值653.05亿元</a></ul>"
    "<h1>2023年平阳县国民经济和社会发展统计公报</h1><p>发布时间：2024-03-18　来源：平阳县统计局</p>"
    "<p>" + SENTENCES[0] + "</p><p>" + SENTENCES[1] + "</p>"
    "<div>版权所有 浙ICP备05000001号 电话：0577-63712345</div></body></html>"
)


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "gb2312", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["", "utf-8", "gb2312", "big5", "iso-8859-1"])
def test_a_page_is_read_whatever_charset_it_declares(charset: str, declared: str) -> None:
    page = PAGE.format(meta=f"<meta charset={declared}>" if declared else "")
    data = page.encode(charset)
    result = read_document(data, MediaKind.HTML, declared or None, catalog=catalog())
    assert said(result) == SAID


def test_a_page_in_big5_is_told_from_gb18030() -> None:
    page = "<p>全年全縣實現地區生產總值711.81億元，比上年增長7.2%。</p>" * 3
    assert decode(page.encode("big5"), None)[1] == "big5"


def test_a_page_cut_in_the_middle_of_a_character_stays_utf_8() -> None:
    data = PAGE.format(meta="").encode()
    cut = data[: data.rindex("元".encode()) + 1]
    assert decode(cut, "gb2312")[1] == "utf-8"


def test_menus_and_footers_are_not_the_release() -> None:
    result = read_text(PAGE.format(meta=""), MediaKind.HTML, area=None, year=None)
    assert said(result) == SAID
    assert "653.05" not in {row.value_text for row in result.rows}
    assert not [row for row in result.rows if row.kind == "phone"]


def test_a_page_says_who_published_what_of_whom_and_when() -> None:
    result = read_text(PAGE.format(meta=""), MediaKind.HTML, area=None, year=None)
    facts = result.metadata
    assert facts.title == "2023年平阳县国民经济和社会发展统计公报"
    assert (facts.ref_area, facts.time_period) == ("330326", "2023")
    assert (facts.publisher, str(facts.published_on)) == ("平阳县统计局", "2024-03-18")
    assert facts.obs_status == "P"
    data = PAGE.format(meta="").encode()
    for name, shown in (("title", facts.title), ("publisher", "平阳县统计局")):
        assert read_span(facts.locators[name], data, MediaKind.HTML, "utf-8") == shown


def test_a_docx_is_read_paragraph_by_paragraph_and_cell_by_cell() -> None:
    document = docx.Document()
    document.add_paragraph("2023年平阳县国民经济和社会发展统计公报")
    for sentence in SENTENCES:
        document.add_paragraph(sentence)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "医院（家）", "7"
    stream = io.BytesIO()
    document.save(stream)
    result = assert_the_way_home(stream.getvalue(), MediaKind.DOCX, None)
    assert said(result) == SAID
    assert [row.locator for row in result.rows if row.value_text == "7"] == ["para:t0r0c1;char:0-1"]


def test_every_cell_of_a_docx_is_read_and_a_merged_one_once() -> None:
    document = docx.Document()
    document.add_paragraph("2023年平阳县国民经济和社会发展统计公报")
    table = document.add_table(rows=60, cols=5)
    for r, row in enumerate(table.rows):
        for c, cell in enumerate(row.cells):
            cell.text = f"{r}.{c}5"
    merged = table.cell(0, 0).merge(table.cell(0, 1))
    merged.text = "777.7"
    out = io.BytesIO()
    document.save(out)
    rows = read_document(out.getvalue(), MediaKind.DOCX, None, catalog=catalog()).rows
    values = [row.value_text for row in rows if row.locator.startswith("para:t0")]
    assert len(values) == 60 * 5 - 1
    assert values.count("777.7") == 1


def test_a_truncated_docx_and_a_truncated_pdf_are_read_errors() -> None:
    for kind in (MediaKind.DOCX, MediaKind.PDF):
        with pytest.raises(ReadError):
            read_document(b"PK\x03\x04 or %PDF-1.4 and no more", kind, None, catalog=catalog())


def test_wrapped_lines_of_a_text_are_one_sentence() -> None:
    text = (
        "2023年，全县上下坚持以习近平新时代中国特色社会主义思想为指导，经济运\n"
        "行稳中有进，初步核算，全年全县实现地区生产总值711.81亿元，比上年增\n"
        "长7.2%。其中，第一产业增加值23.5亿元，增长4.5%；第二产业增加值\n"
        "335.74亿元，增长7.0%；第三产业增加值352.57亿元，增长7.5%。\n"
    )
    assert said(read_text(text))["gdp+"] == 7.2
    assert said(read_text(text))["gdp_secondary"] == 335.74


def test_a_break_inside_a_sentence_does_not_end_it() -> None:
    page = "<p>初步核算，全年全县实现地区生产总值711.81亿元，比上年<br>增长7.2%。</p>"
    assert said(read_text(page, MediaKind.HTML)) == {"gdp": 711.81, "gdp+": 7.2}


def test_hidden_scripts_and_comments_print_nothing() -> None:
    page = "<p>全县地区生产总值<!-- 1 --><script>var a = 999;</script>711.81亿元。</p><style>p{x:5}</style>"
    rows = read_text(page, MediaKind.HTML).rows
    assert [row.value_text for row in rows] == ["711.81"]


def test_a_page_without_figures_says_so() -> None:
    assert read_text("<p>正在维护，请稍后再试。</p>", MediaKind.HTML).notes == [
        "no figures: the document prints no number in its body"
    ]


def test_hostile_pages_are_read_in_linear_time() -> None:
    """Each of these takes hours where any step is quadratic; the suite's patience is the limit."""
    for part in (
        "<!--",
        "<a '",
        "<script",
        "&#4",
        "(((",
        "其中，",
        "分别1、",
        "。5",
        "[1",
        "<table><td>1",
    ):
        read_text(part * 10_000, MediaKind.HTML)
        read_text(part * 10_000)


SHARED = Path(__file__).resolve().parents[1].parent / "shared/data/communiques"
KINDS = {".html": MediaKind.HTML, ".pdf": MediaKind.PDF, ".docx": MediaKind.DOCX}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real pages are not on this machine")
def test_every_figure_of_the_real_pages_leads_home() -> None:
    read = 0
    for path in sorted(SHARED.iterdir()):
        if path.suffix not in KINDS:
            continue
        data, kind = path.read_bytes(), KINDS[path.suffix]
        result = read_document(data, kind, None, catalog=catalog())
        for row in result.rows[:: 1 if kind is MediaKind.HTML else 97]:
            assert read_span(row.locator, data, kind, None) == row.value_text
        read += any(row.indicator for row in result.rows)
    assert read == 23


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("城关区2023年国民经济和社会发展统计公报\n全区地区生产总值711.81亿元。", None),
        ("兰州市城关区2023年国民经济和社会发展统计公报\n全区地区生产总值711.81亿元。", "620102"),
        ("城关区2023年国民经济和社会发展统计公报\n来源：兰州市统计局\n全区增长5.1%。", "620102"),
        ("平阳县2023年国民经济和社会发展统计公报\n全县地区生产总值711.81亿元。", "330326"),
    ],
)
def test_a_name_that_several_areas_have_is_no_area_without_a_hint(
    text: str, area: str | None
) -> None:
    assert read_text(text, area=None, year=None).metadata.ref_area == area


def test_a_docx_paragraph_reads_as_its_library_reads_it() -> None:
    document = docx.Document()
    run = document.add_paragraph("全市生产总值").add_run("711.8")
    run.add_tab()
    run.add_break()
    run.add_text("亿元，")
    paragraph = document.paragraphs[0]
    link = OxmlElement("w:hyperlink")
    link.append(paragraph.add_run("同比增长5.7%")._r)
    paragraph._p.append(link)
    out = io.BytesIO()
    document.save(out)
    texts = list(docx_texts(out.getvalue()).values())
    assert texts == [paragraph.text] == ["全市生产总值711.8\t\n亿元，同比增长5.7%"]
