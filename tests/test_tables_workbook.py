"""Workbooks: what a person sees in the sheet is what is read, or there is a doubt."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
import xlwt

from flows.model.errors import ReadError
from flows.model.nouns import MediaKind
from tests.tables_support import HEAD, layout, ods, read_as, rewritten, xlsx

TWO_ROWS = layout(
    head_rows=2,
    titles=[r"(?P<period>\d{4})年主要指标"],
    notes=["注[:：]"],
    period=None,
    columns=[
        {"heads": ["地区"], "role": "area"},
        {"heads": ["地区生产总值(万元)/合计"], "indicator": "gdp"},
        {"heads": ["地区生产总值(万元)/第一产业"], "indicator": "gdp_primary"},
        {"heads": ["户籍人口(万人)"], "indicator": "registered_population"},
        {"heads": ["面积(平方公里)"]},
        {"heads": ["Name"], "role": "ignore"},
    ],
)
YEARBOOK: list[list[Any]] = [
    ["2023年主要指标", None, None, None, None, None],
    ["地区", "地区生产总值（万元）", None, "户籍人口\n（万人）", "面积（平方公里）", "Name"],
    [None, "合计", "第一产业", None, None, None],
    ["平阳县", 7118145, 238394, 87.5, 1036, "Pingyang"],
    [None, None, None, None, None, None],
    ["苍南县", 4533800, "…", 94, "-", "Cangnan"],
    ["注：户籍人口为年末数。", None, None, None, None, None],
]
MERGES = ["A1:F1", "A2:A3", "B2:C2", "D2:D3", "E2:E3", "F2:F3", "A7:F7"]


def test_a_head_of_two_rows_with_merged_cells_is_read_with_its_units() -> None:
    figures = read_as(xlsx(YEARBOOK, merge=MERGES), MediaKind.XLSX, TWO_ROWS).figures
    fields = ("locator", "value_text", "value", "decimals", "unit_text", "indicator", "area_text")
    assert figures.select(fields).rows() == [
        ("sheet:表1!B4", "7118145", 7118145.0, 0, "万元", "gdp", "平阳县"),
        ("sheet:表1!C4", "238394", 238394.0, 0, "万元", "gdp_primary", "平阳县"),
        ("sheet:表1!D4", "87.5", 87.5, 1, "万人", "registered_population", "平阳县"),
        ("sheet:表1!E4", "1036", 1036.0, 0, "平方公里", None, "平阳县"),
        ("sheet:表1!B6", "4533800", 4533800.0, 0, "万元", "gdp", "苍南县"),
        ("sheet:表1!D6", "94", 94.0, 0, "万人", "registered_population", "苍南县"),
    ]
    assert figures["figure_no"].to_list() == list(range(6))
    assert figures["period_text"].unique().to_list() == ["2023"]
    assert figures["label_text"][0] == "地区生产总值（万元）/合计"
    assert figures["measure"].to_list() == ["level", "level", "level", None, "level", "level"]


def test_a_remark_below_the_table_is_counted_not_lost() -> None:
    reading = read_as(xlsx(YEARBOOK, merge=MERGES), MediaKind.XLSX, TWO_ROWS)
    assert reading.notes == ("sheet:表1! 1 rows of remarks",)


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (711.81, "711.81"),
        (7118145, "7118145"),
        (7118145.0, "7118145"),
        (-4.1, "-4.1"),
        (1e21, "1000000000000000000000"),
        (0.00001, "0.00001"),
        ("7,118,145.50", "7,118,145.50"),
    ],
)
def test_a_number_is_the_shortest_text_that_gives_it_back(stored: Any, text: str) -> None:
    figures = read_as(xlsx([HEAD, ["平阳县", stored]]), MediaKind.XLSX, layout()).figures
    assert figures["value_text"].to_list() == [text]
    assert figures["value"].to_list() == [float(text.replace(",", ""))]


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("711.80999999999995", "711.81"),
        ("7.0000000000000007E-2", "0.07"),
        ("98.500000000000014", "98.5"),
        ("12345678901234567", "12345678901234600"),
    ],
)
def test_a_number_has_the_digits_that_the_sheet_can_show(stored: str, text: str) -> None:
    """Spreadsheet programs store 711.81 with 17 digits, and the dust of their sums with it."""

    def store(_name: str, data: bytes) -> bytes:
        return data.replace(b"<v>1</v>", f"<v>{stored}</v>".encode())

    data = rewritten(xlsx([HEAD, ["平阳县", 1]]), store)
    assert read_as(data, MediaKind.XLSX, layout()).figures["value_text"].to_list() == [text]


def test_a_cell_shown_as_per_cent_is_read_as_shown() -> None:
    def show(book: Any) -> None:
        book.active["C2"].number_format = "0.0%"
        book.active["C3"].number_format = '0.0"%"'  # a quoted sign multiplies nothing

    rows: list[list[Any]] = [HEAD, ["平阳县", 711.81, 0.079], ["苍南县", 453.38, 7.9]]
    figures = read_as(xlsx(rows, tweak=show), MediaKind.XLSX, layout()).figures
    growth = figures.filter(measure="growth")
    assert growth.select("value_text", "value", "decimals", "doubt").rows() == [
        ("7.9%", 7.9, 1, None),
        ("7.9", 7.9, 1, None),
    ]


def test_cells_without_references_follow_one_another() -> None:
    """Some programs leave out the reference of rows and cells."""

    def show(book: Any) -> None:
        book.active["C2"].number_format = "0.0%"

    def strip(_name: str, data: bytes) -> bytes:
        return re.sub(rb'<(row|c) r="[A-Z0-9]+"', rb"<\1", data)

    data = rewritten(xlsx([HEAD, ["平阳县", 711.81, 0.079]], tweak=show), strip)
    assert read_as(data, MediaKind.XLSX, layout()).figures["value_text"].to_list() == [
        "711.81",
        "7.9%",
    ]


def test_a_percentage_in_a_column_of_yuan_is_in_doubt() -> None:
    def show(book: Any) -> None:
        book.active["B2"].number_format = "0%"

    figures = read_as(xlsx([HEAD, ["平阳县", 7.11]], tweak=show), MediaKind.XLSX, layout()).figures
    assert figures["value"].to_list() == [None]
    assert figures["doubt"][0].startswith("unit-in-cell: '711%' stands in a column of 亿元")


@pytest.mark.parametrize(
    ("stored", "rule"),
    [
        ("七百亿", "not-a-number"),
        ("10³", "unit-in-cell"),
        ("()711", "not-a-number"),
        ("1 181", "not-a-number"),
        (True, "not-a-number"),
        (dt.date(2023, 3, 1), "not-a-number"),
    ],
)
def test_what_is_no_number_in_a_value_cell_is_a_figure_in_doubt(stored: Any, rule: str) -> None:
    figures = read_as(xlsx([HEAD, ["平阳县", stored]]), MediaKind.XLSX, layout()).figures
    assert figures.height == 1
    assert figures["value"].to_list() == [None]
    assert figures["doubt"][0].split(": ")[0] == rule
    assert figures["locator"].to_list() == ["sheet:表1!B2"]


@pytest.mark.parametrize(("stored", "likely"), [("1·8", 1.8), ("284。3", 284.3)])
def test_another_sign_for_the_point_is_in_doubt_with_the_likely_value(
    stored: str, likely: float
) -> None:
    figures = read_as(xlsx([HEAD, ["平阳县", stored]]), MediaKind.XLSX, layout()).figures
    assert figures.select("value", "suggestion").rows() == [(None, likely)]
    assert figures["evidence"][0] is not None


def test_full_width_digits_are_digits() -> None:
    figures = read_as(
        xlsx([HEAD, ["平阳县", "７１１．８１", "−4.1"]]), MediaKind.XLSX, layout()
    ).figures
    assert figures.select("value", "decimals", "doubt").rows() == [
        (711.81, 2, None),
        (-4.1, 1, None),
    ]


def test_an_error_value_and_a_formula_without_result_are_not_silently_blank() -> None:
    def spoil(book: Any) -> None:
        book.active["B2"] = "#DIV/0!"
        book.active["B2"].data_type = "e"
        book.active["B3"] = "=B4+B5"

    rows: list[list[Any]] = [HEAD, ["平阳县", 1], ["苍南县", 1]]
    figures = read_as(xlsx(rows, tweak=spoil), MediaKind.XLSX, layout()).figures
    assert figures["value_text"].to_list() == ["#DIV/0!", "=B4+B5"]
    assert [doubt.split(": ")[0] for doubt in figures["doubt"]] == ["error-cell", "uncomputed-cell"]


def test_a_value_merged_over_two_rows_belongs_to_neither() -> None:
    rows: list[list[Any]] = [HEAD, ["平阳县", 711.81, 1.0], ["苍南县", None, 2.0]]
    figures = read_as(xlsx(rows, merge=["B2:B3"]), MediaKind.XLSX, layout()).figures
    gdp = figures.filter(indicator="gdp", measure="level")
    assert gdp.height == 1
    assert gdp["doubt"][0] == ("merged-cell: one figure for the rows 2 to 3 and the columns B to B")


def test_an_area_merged_over_two_rows_belongs_to_both() -> None:
    long = layout(
        columns=[
            {"heads": ["地区"], "role": "area"},
            {"heads": ["年份"], "role": "period"},
            {"heads": ["地区生产总值"], "indicator": "gdp", "unit": "亿元"},
        ],
        period=None,
    )
    rows: list[list[Any]] = [
        ["地区", "年份", "地区生产总值"],
        ["平阳县", 2022, 670.7],
        [None, 2023, 711.81],
    ]
    figures = read_as(xlsx(rows, merge=["A2:A3"]), MediaKind.XLSX, long).figures
    assert figures["area_text"].to_list() == ["平阳县", "平阳县"]
    assert figures["period_text"].to_list() == ["2022", "2023"]


@pytest.mark.parametrize(
    ("row", "rule"),
    [([None, "2023", 711.81], "no-area"), (["平阳县", None, 711.81], "no-period")],
)
def test_a_row_that_prints_no_area_or_period_does_not_get_the_releases(
    row: list[Any], rule: str
) -> None:
    dated = layout(
        columns=[
            {"heads": ["地区"], "role": "area"},
            {"heads": ["年份"], "role": "period"},
            {"heads": ["地区生产总值"], "indicator": "gdp", "unit": "亿元"},
        ],
        period=None,
    )
    figures = read_as(xlsx([["地区", "年份", "地区生产总值"], row]), MediaKind.XLSX, dated).figures
    assert figures["doubt"][0].split(": ")[0] == rule


def test_years_across_are_periods_of_their_columns() -> None:
    wide = layout(
        period=None,
        columns=[
            {"heads": ["地区"], "role": "area"},
            {"pattern": r"(?P<period>\d{4})年", "indicator": "gdp", "unit": "亿元"},
        ],
    )
    figures = read_as(
        xlsx([["地区", "2022年", "2023年"], ["平阳县", 670.7, 711.81]]), MediaKind.XLSX, wide
    ).figures
    assert figures["period_text"].to_list() == ["2022", "2023"]


def test_the_sheets_name_may_be_the_period_and_other_sheets_are_named_in_a_note() -> None:
    def add(book: Any) -> None:
        second = book.create_sheet("2022")
        second.append(HEAD)
        second.append(["平阳县", 670.7])
        book.create_sheet("说明").append(["关于本表"])
        book.create_sheet("空")

    by_sheet = layout(period=None, sheets=r"(?P<period>\d{4})", ignored_sheets=["说明"])
    reading = read_as(
        xlsx([HEAD, ["平阳县", 711.81]], sheet="2023", tweak=add), MediaKind.XLSX, by_sheet
    )
    assert reading.figures.select("figure_no", "locator", "period_text").rows() == [
        (0, "sheet:2023!B2", "2023"),
        (1, "sheet:2022!B2", "2022"),
    ]
    assert reading.notes == ("sheet:说明! left out: the layout simple ignores it",)


@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
def test_a_sheet_that_the_layout_does_not_know_is_an_error_hidden_or_not(state: str) -> None:
    def add(book: Any) -> None:
        book.create_sheet("附表").append(["平阳县", 1])
        book["附表"].sheet_state = state

    data = xlsx([HEAD, ["平阳县", 1]], tweak=add)
    with pytest.raises(ReadError, match="附表") as caught:
        read_as(data, MediaKind.XLSX, layout(sheets="表1"))
    assert ("hidden" in str(caught.value)) == (state != "visible")


def test_an_xls_workbook_is_read_with_its_merged_head() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表1")
    sheet.write_merge(0, 1, 0, 0, "地区")
    sheet.write_merge(0, 0, 1, 2, "地区生产总值（万元）")
    sheet.write(1, 1, "合计")
    sheet.write(1, 2, "第一产业")
    for column, cell in enumerate(["平阳县", 7118145, 238394.5]):
        sheet.write(2, column, cell)
    out = io.BytesIO()
    book.save(out)
    columns = [column.model_dump() for column in TWO_ROWS.columns[:3]]
    figures = read_as(out.getvalue(), MediaKind.XLS, layout(head_rows=2, columns=columns)).figures
    assert figures.select("locator", "value_text").rows() == [
        ("sheet:表1!B3", "7118145"),
        ("sheet:表1!C3", "238394.5"),
    ]


def test_fractions_in_an_xls_column_of_per_cent_are_in_doubt_for_its_formats_are_unseen() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表1")
    table: list[list[Any]] = [HEAD, ["平阳县", 711.81, 0.079]]
    per_cent = xlwt.easyxf(num_format_str="0.0%")
    for row, cells in enumerate(table):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell, per_cent if cell == 0.079 else xlwt.easyxf())
    out = io.BytesIO()
    book.save(out)
    figures = read_as(out.getvalue(), MediaKind.XLS, layout()).figures
    assert [doubt and doubt.split(": ")[0] for doubt in figures["doubt"]] == [
        None,
        "percent-format",
    ]


def test_an_ods_workbook_is_read_with_its_merged_head_and_percentages() -> None:
    def text(cell: str, span: str = "") -> str:
        return (
            f'<table:table-cell office:value-type="string" {span}><text:p>{cell}</text:p>'
            "</table:table-cell>"
        )

    def number(value: float, kind: str = "float") -> str:
        return f'<table:table-cell office:value-type="{kind}" office:value="{value}"/>'

    covered = "<table:covered-table-cell/>"
    down = 'table:number-rows-spanned="2" table:number-columns-spanned="1"'
    across = 'table:number-rows-spanned="1" table:number-columns-spanned="2"'
    rows = [
        text("地区", down) + text("地区生产总值", across) + covered,
        covered + text("合计（亿元）") + text("增长（%）"),
        text("平阳县") + number(711.81) + number(0.079, "percentage"),
    ]
    content = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    tail = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="1024"/></table:table-row>'
    )
    spread = layout(
        head_rows=2,
        columns=[
            {"heads": ["地区"], "role": "area"},
            {"heads": ["地区生产总值/合计(亿元)"], "indicator": "gdp"},
            {"heads": ["地区生产总值/增长(%)"], "indicator": "gdp", "measure": "growth"},
        ],
    )
    figures = read_as(ods(content + tail), MediaKind.ODS, spread).figures
    assert figures.select("locator", "value_text", "value", "unit_text", "doubt").rows() == [
        ("sheet:表1!B3", "711.81", 711.81, "亿元", None),
        ("sheet:表1!C3", "7.9%", 7.9, "%", None),
    ]


@pytest.mark.parametrize("stored", ["711.8①", "711.8²", "711.8 [1]", "711.8*", "711.8（注2）"])
def test_a_footnote_mark_behind_a_number_is_none_of_it(stored: str) -> None:
    figures = read_as(xlsx([HEAD, ["平阳县", stored]]), MediaKind.XLSX, layout()).figures
    assert figures.select("value", "doubt").rows() == [(711.8, None)]


def test_hidden_rows_and_columns_are_left_out_and_said() -> None:
    def hide(book: Any) -> None:
        book.active.row_dimensions[3].hidden = True
        book.active.column_dimensions["D"].hidden = True

    rows: list[list[Any]] = [
        [*HEAD, "增长"],
        ["平阳县", 711.81, 7.9, 1.1],
        ["苍南县", 99.99, 1.2, 3.3],
    ]
    reading = read_as(xlsx(rows, tweak=hide), MediaKind.XLSX, layout())
    assert reading.figures["value"].to_list() == [711.81, 7.9]
    assert [note for note in reading.notes if "nobody sees" in note] == [
        "sheet:表1! left out, for nobody sees it: 1 hidden rows (3)",
        "sheet:表1! left out, for nobody sees it: 1 hidden columns (D)",
    ]


@pytest.mark.parametrize("visibility", ["collapse", "filter"])
def test_hidden_rows_of_an_open_document_are_left_out(visibility: str) -> None:
    def row(*cells: str, how: str = "") -> str:
        inside = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in cells
        )
        return f"<table:table-row {how}>{inside}</table:table-row>"

    hidden = f'table:visibility="{visibility}"'
    data = ods(
        row(*HEAD) + row("平阳县", "711.81", "7.9") + row("苍南县", "9.9", "1.1", how=hidden)
    )
    reading = read_as(data, MediaKind.ODS, layout())
    assert reading.figures["value"].to_list() == [711.81, 7.9]


def test_a_hidden_sheet_is_left_out_and_said() -> None:
    def add(book: Any) -> None:
        page = book.create_sheet("表2")
        page.append(HEAD)
        page.append(["苍南县", 99.99, 1.2])
        page.sheet_state = "hidden"

    data = xlsx([HEAD, ["平阳县", 711.81, 7.9]], tweak=add)
    reading = read_as(data, MediaKind.XLSX, layout(sheets=".*"))
    assert reading.figures["value"].to_list() == [711.81, 7.9]
    assert "sheet:表2! left out: the sheet is hidden" in reading.notes
