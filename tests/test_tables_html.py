"""HTML tables: spans as a browser shows them, marks kept apart from digits."""

from __future__ import annotations

import pytest

from flows.model.errors import ReadError
from flows.model.nouns import MediaKind
from flows.read import printed_text
from tests.tables_support import html_page, html_table, layout, read_as

SPANNED = layout(
    head_rows=2,
    columns=[
        {"heads": ["地区"], "role": "area"},
        {"heads": ["地区生产总值/亿元"], "indicator": "gdp", "unit": "亿元"},
        {"heads": ["地区生产总值/增长(%)"], "indicator": "gdp", "measure": "growth"},
    ],
)
HEAD = """<tr><th rowspan="2">地&nbsp;区</th><th colspan="2">地区生产总值</th></tr>
<tr><th>亿元</th><th>增长<br>（%）</th></tr>"""


def test_spans_are_expanded_and_locators_count_the_expanded_cells() -> None:
    page = html_page(f"<table>{HEAD}<tr><td>平阳县</td><td> 711.81 </td><td>7.9%</td></tr></table>")
    figures = read_as(page, MediaKind.HTML, SPANNED).figures
    assert figures.select("locator", "value_text", "value", "doubt").rows() == [
        ("table:0!B3", "711.81", 711.81, None),
        ("table:0!C3", "7.9%", 7.9, None),
    ]
    assert printed_text("table:0!C3", page, MediaKind.HTML, None) == "7.9%"


@pytest.mark.parametrize(
    "mark",
    [
        *("<sup>2</sup>", "<sub>2</sub>", "<sup>[2]</sup>", "<sup>①</sup>"),
        "<span style='vertical-align: super'>2</span>",
    ],
)
def test_a_raised_mark_is_none_of_its_number(mark: str) -> None:
    page = html_page(
        f"<table>{HEAD}<tr><td>平阳县</td><td>711.8{mark}</td><td>7.9</td></tr></table>"
    )
    figures = read_as(page, MediaKind.HTML, SPANNED).figures
    assert figures["value"].to_list() == [711.8, 7.9]
    assert figures["doubt"].null_count() == 2


def test_a_power_of_ten_is_no_ten_with_a_mark() -> None:
    page = html_page(
        f"<table>{HEAD}<tr><td>平阳县</td><td>10<sup>3</sup></td><td>7.9</td></tr></table>"
    )
    assert read_as(page, MediaKind.HTML, SPANNED).figures["value"].to_list() == [None, 7.9]


@pytest.mark.parametrize(
    "cell",
    [
        *("71<span style='display:none'>9</span>1.81", "<del>700.00</del>711.81"),
        *("711.81<b hidden>2</b>", "7\u200b11.81"),
    ],
)
def test_what_nobody_sees_is_in_no_cell(cell: str) -> None:
    page = html_page(
        f"<table>{HEAD}<tr><td>平阳县</td><td>{cell}</td><td>7.9</td></tr>"
        "<tr style='display:none'><td>苍南县</td><td>99.99</td><td>1.1</td></tr></table>"
    )
    figures = read_as(page, MediaKind.HTML, SPANNED).figures
    assert figures["value"].to_list() == [711.81, 7.9]


def test_a_cell_that_is_seen_in_another_order_is_in_doubt() -> None:
    page = html_page(
        f"<table>{HEAD}<tr><td>平阳县</td><td><bdo dir='rtl'>18.117</bdo></td><td>7.9</td></tr></table>"
    )
    figures = read_as(page, MediaKind.HTML, SPANNED).figures
    assert [bool(doubt) for doubt in figures["doubt"]] == [True, False]


def test_a_page_in_gb18030_is_read_by_its_own_declaration_or_without() -> None:
    table = f"<table>{HEAD}<tr><td>平阳县</td><td>711.81</td><td>7.9</td></tr></table>"
    page = f'<html><head><meta charset="gb2312"></head><body>{table}</body></html>'
    figures = read_as(page.encode("gb18030"), MediaKind.HTML, SPANNED).figures
    assert figures["area_text"].to_list() == ["平阳县", "平阳县"]


def test_a_caption_names_the_table_and_unread_tables_must_be_declared() -> None:
    kept = "<table><caption>主要指标</caption>" + HEAD
    kept += "<tr><td>平阳县</td><td>711.81</td><td>7.9</td></tr></table>"
    page = html_page("<table><tr><td>首页</td></tr></table>" + kept)
    with pytest.raises(ReadError, match="no sheet 'table:0'"):
        read_as(page, MediaKind.HTML, SPANNED.model_copy(update={"sheets": "主要指标"}))
    named = SPANNED.model_copy(update={"sheets": "主要指标", "ignored_sheets": ("table:0",)})
    assert read_as(page, MediaKind.HTML, named).figures["locator"].to_list() == [
        "table:1!B3",
        "table:1!C3",
    ]


def test_a_table_in_a_cell_is_a_table_of_its_own() -> None:
    inner = "<table><tr><td>9</td></tr></table>"
    page = html_page(
        f"<table>{HEAD}<tr><td>平阳县</td><td>711.81{inner}</td><td>7.9</td></tr></table>"
    )
    outer = SPANNED.model_copy(update={"ignored_sheets": ("table:1",)})
    figures = read_as(page, MediaKind.HTML, outer).figures
    assert figures["value_text"].to_list() == ["711.81", "7.9"]


def test_an_absurd_span_is_cut_as_a_browser_cuts_it() -> None:
    page = html_page(
        f"<table>{HEAD}<tr><td>平阳县</td><td>711.81</td>"
        '<td rowspan="99999999">7.9</td></tr></table>'
    )
    assert read_as(page, MediaKind.HTML, SPANNED).figures.height == 2


def test_spans_that_would_fill_the_memory_are_refused() -> None:
    row = '<tr><td colspan="1000" rowspan="60000">x</td></tr>'
    with pytest.raises(ReadError, match="cells"):
        read_as(html_page(f"<table>{row * 30_000}</table>"), MediaKind.HTML, SPANNED)


def test_cells_nested_without_end_are_read_all_the_same() -> None:
    deep = "<div>" * 3000 + "711.81" + "</div>" * 3000
    page = html_page(f"<table>{HEAD}<tr><td>平阳县</td><td>{deep}</td><td>7.9</td></tr></table>")
    assert read_as(page, MediaKind.HTML, SPANNED).figures["value_text"].to_list() == [
        "711.81",
        "7.9",
    ]


@pytest.mark.parametrize("served", ["ISO-8859-1", "windows-1252", "gb2312", None])
def test_latin_1_as_served_by_default_is_not_believed(served: str | None) -> None:
    table = f"<table>{HEAD}<tr><td>平阳县</td><td>711.81</td><td>7.9</td></tr></table>"
    page = html_page(table).decode().encode("gb18030")
    figures = read_as(page, MediaKind.HTML, SPANNED, charset=served).figures
    assert figures["area_text"].to_list() == ["平阳县", "平阳县"]


def test_scripts_are_no_text_and_entities_are_their_characters() -> None:
    page = html_table([["地区", "a<b"], ["平阳县", "1"]])
    columns = [{"heads": ["地区"], "role": "area"}, {"heads": ["a<b"]}]
    assert read_as(page, MediaKind.HTML, layout(columns=columns)).figures.height == 1
    scripted = page.replace(b"<td>1</td>", b"<td><script>7</script>1</td>")
    figures = read_as(scripted, MediaKind.HTML, layout(columns=columns)).figures
    assert figures["value_text"].to_list() == ["1"]
