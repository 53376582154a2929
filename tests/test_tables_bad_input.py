"""Bad workbooks and tables: a clear error that names the place, and nothing read."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import openpyxl
import pytest

from flows.model.errors import ReadError
from flows.model.nouns import MediaKind
from flows.read import printed_text
from flows.read.tables import package
from tests.tables_support import (
    HEAD,
    catalog,
    csv_text,
    html_table,
    layout,
    ods,
    read_as,
    release,
    rewritten,
    snapshot,
    xlsx,
)

GOOD: list[list[Any]] = [HEAD, ["平阳县", 711.81, 7.9]]


def refused(data: bytes, kind: MediaKind = MediaKind.XLSX, **changes: Any) -> str:
    with pytest.raises(ReadError) as caught:
        read_as(data, kind, layout(**changes))
    return str(caught.value)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_an_error_that_says_so(share: float) -> None:
    data = xlsx(GOOD)
    message = refused(data[: int(len(data) * share)])
    assert message.startswith("test-release: not a whole workbook")


@pytest.mark.parametrize("kind", [MediaKind.XLS, MediaKind.ODS])
def test_random_bytes_are_no_workbook(kind: MediaKind) -> None:
    assert "not a whole" in refused(bytes(range(256)) * 40, kind)


def test_a_flipped_byte_inside_a_workbook_is_found_by_its_checksum() -> None:
    data = bytearray(xlsx(GOOD))
    start = data.index(b"xl/worksheets/sheet1.xml") + 40
    data[start] ^= 0xFF
    message = refused(bytes(data))
    assert "cannot be unpacked" in message or "checksum" in message


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_damaged_xml_inside_a_workbook_is_an_error(part: str) -> None:
    data = rewritten(
        xlsx(GOOD), lambda name, data: data[: len(data) // 2] + b"<<<" if name == part else data
    )
    message = refused(data)
    assert "damaged" in message or "not a whole xlsx workbook" in message


def test_damaged_shared_texts_are_an_error_though_the_library_reads_on() -> None:
    whole = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>a'
    out = io.BytesIO(xlsx(GOOD))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", whole)
    assert "entry xl/sharedStrings.xml: its XML is damaged" in refused(out.getvalue())


def test_damaged_xml_inside_an_ods_is_an_error() -> None:
    assert "entry content.xml: its XML is damaged" in refused(
        ods("<table:table-row>"), MediaKind.ODS
    )


def test_a_zip_entry_that_declares_two_gigabytes_is_refused_before_unpacking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = bytearray(xlsx(GOOD))
    directory = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, directory + 24, 2**31)  # uncompressed size
    monkeypatch.setattr(zipfile.ZipFile, "open", _never)
    message = refused(bytes(data))
    assert "refused before unpacking" in message
    assert "2,147,483,648" in message


def _never(*_args: Any, **_more: Any) -> None:
    raise AssertionError("an entry was unpacked")


def test_a_zip_bomb_is_refused_by_its_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 8_000_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", _never)
    message = refused(out.getvalue())
    assert "entry xl/worksheets/sheet1.xml" in message
    assert "refused before unpacking" in message


def test_a_long_real_workbook_is_no_bomb() -> None:
    rows: list[list[Any]] = [HEAD, *(["平阳县", 711.81, 7.9] for _ in range(20_000))]
    data = xlsx(rows)
    with package.open_package(data) as archive:
        assert "xl/worksheets/sheet1.xml" in archive.namelist()


def test_a_cell_at_the_far_end_of_the_sheet_does_not_fill_the_memory() -> None:
    def stray(book: Any) -> None:
        book.active["XFD1048576"] = 1

    message = refused(xlsx(GOOD, tweak=stray))
    assert "1,048,576 rows and 16,384 columns" in message


def test_an_ods_cell_repeated_without_end_is_refused() -> None:
    row = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    assert "repeats one cell 200,000 times" in refused(
        ods(row.format(200_000, cell)), MediaKind.ODS
    )


def test_html_where_a_workbook_was_promised_says_what_was_served() -> None:
    page = html_table([["系统维护中"]])
    message = refused(page, MediaKind.HTML, media=["xlsx", "csv"])
    assert "served html where csv or xlsx is expected" in message
    assert "error page" in message


def test_html_that_calls_itself_a_workbook_is_no_whole_workbook() -> None:
    assert "not a whole workbook" in refused(html_table([["系统维护中"]]), MediaKind.XLSX)


def test_an_unknown_column_is_named_with_its_sheet_and_cell() -> None:
    rows: list[list[Any]] = [[*HEAD, "财政收入"], ["平阳县", 711.81, 7.9, 66]]
    message = refused(xlsx(rows))
    assert "sheet:表1!D1: the layout simple knows no column with the head '财政收入'" in message


def test_a_missing_column_is_named() -> None:
    message = refused(xlsx([["地区", "增长"], ["平阳县", 7.9]]))
    assert "sheet:表1: no column has the head '地区生产总值'" in message


def test_a_column_that_need_not_be_there_may_be_missing() -> None:
    columns = [
        {"heads": ["地区"], "role": "area"},
        {"heads": ["地区生产总值"], "indicator": "gdp", "unit": "亿元", "required": False},
        {"heads": ["增长"], "indicator": "gdp", "measure": "growth", "unit": "%"},
    ]
    data = xlsx([["地区", "增长"], ["平阳县", 7.9]])
    assert read_as(data, MediaKind.XLSX, layout(columns=columns)).figures.height == 1


def test_two_columns_that_claim_the_same_are_an_error() -> None:
    message = refused(xlsx([[*HEAD, "增长"], ["平阳县", 711.81, 7.9, 8.0]]))
    assert "sheet:表1!D: the columns '增长' and '增长' both are gdp" in message


def test_a_head_whose_unit_is_not_the_declared_one_is_an_error() -> None:
    message = refused(xlsx([["地区", "地区生产总值（万元）", "增长"], ["平阳县", 7118145, 7.9]]))
    assert "sheet:表1!B1: the head '地区生产总值（万元）' prints 万元" in message
    assert "declares 亿元" in message


def test_text_below_the_table_is_an_error_that_names_its_cell() -> None:
    message = refused(xlsx([*GOOD, ["数据来源：统计局"]]))
    assert "sheet:表1!A3: the row '数据来源：统计局' has no figures" in message
    assert "notes" in message


def test_a_title_that_is_not_declared_is_an_error() -> None:
    assert "sheet:表1!A1" in refused(xlsx([["2023年主要指标"], *GOOD]))


def test_a_cell_filled_in_a_column_without_head_is_named() -> None:
    message = refused(xlsx([HEAD, ["平阳县", 711.81, 7.9, None, "待核"]]))
    assert "sheet:表1!E2: '待核' stands in a column without a head" in message


def test_a_table_that_fits_none_of_its_layouts_says_why_for_each() -> None:
    first = layout(name="first", columns=[{"heads": ["a"]}])
    second = layout(name="second", columns=[{"heads": ["b"]}])
    with pytest.raises(ReadError) as caught:
        read_as(xlsx(GOOD), MediaKind.XLSX, first, second)
    message = str(caught.value)
    assert "first: sheet:表1!A1" in message
    assert "second: sheet:表1!A1" in message


def test_the_first_layout_that_fits_reads_the_table() -> None:
    first = layout(name="first", columns=[{"heads": ["a"]}])
    assert read_as(xlsx(GOOD), MediaKind.XLSX, first, layout()).figures.height == 2


def test_a_release_without_layout_says_where_to_name_one() -> None:
    with pytest.raises(ReadError, match="no layout is declared"):
        read_as(xlsx(GOOD), MediaKind.XLSX)


def test_a_pdf_is_no_table() -> None:
    with pytest.raises(ReadError, match="served pdf where"):
        read_as(b"%PDF-1.7", MediaKind.PDF, layout())


def test_an_unknown_reader_is_named() -> None:
    from flows.read import read

    data = xlsx(GOOD)
    with pytest.raises(ReadError, match="no reader 'tables'"):
        read(
            data,
            snapshot=snapshot(data, MediaKind.XLSX),
            release=release(layout(), reader="tables"),
            catalog=catalog(layout()),
        )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no table"),
        (b"\n\n\n", "no table"),
        ('地区,地区生产总值,增长\n平阳县,"711'.encode(), "not a CSV file"),
        ("地区,地区生产总值,增长\n平阳县,711.81,7.9,8\n".encode(), "csv!D2|cell:D2"),
        (b"\xff\xff\xff\xff" * 9, "no charset"),
    ],
)
def test_a_broken_csv_file_is_an_error(data: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read_as(data, MediaKind.CSV, layout())


def test_a_page_without_tables_is_an_error_that_says_so() -> None:
    assert "has no table" in refused(b"<html><body>404</body></html>", MediaKind.HTML)


def test_a_table_without_figures_says_so_in_a_note() -> None:
    reading = read_as(csv_text([HEAD, ["平阳县", "-", "…"]]), MediaKind.CSV, layout())
    assert reading.figures.is_empty()
    assert reading.notes == ("no figures",)


@pytest.mark.parametrize(
    ("locator", "message"),
    [
        ("cell:Z9", "outside of the table"),
        ("cell:B", "is no cell"),
        ("sheet:表1!B2", "no such sheet"),
        ("cell:A3", "outside of the table"),
        ("nowhere", "is no locator"),
    ],
)
def test_a_locator_that_leads_nowhere_is_an_error(locator: str, message: str) -> None:
    data = csv_text([HEAD, ["平阳县", "711.81", "7.9"]])
    with pytest.raises(ReadError, match=message):
        printed_text(locator, data, MediaKind.CSV, None)


def test_an_encrypted_workbook_is_an_error() -> None:
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)
    data = bytearray(out.getvalue())
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 0x1
    assert "is encrypted" in refused(bytes(data))
