"""What a document is, is told from its bytes."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from flows.fetch import sniff
from flows.fetch.sniff import decode_loosely
from flows.model.errors import FetchError
from flows.model.nouns import MediaKind

HTML = "<html><head><title>统计公报</title></head><body>全年地区生产总值711.8亿元</body></html>"
PROSE = "全年地区生产总值711.8亿元，比上年增长6.0%。\n其中，第一产业增加值24.5亿元，增长3.1%。\n"
TABLE = "地区,年份,地区生产总值\n平阳县,2024,711.8\n苍南县,2024,480.1\n文成县,2024,150.2\n"


def xlsx() -> bytes:
    out = BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def xls() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("表1").write(0, 0, "711.8")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def ods() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as folder:
        folder.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        folder.writestr("content.xml", "<office:document-content/>")
    return out.getvalue()


def word() -> bytes:
    out = BytesIO()
    docx.Document().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (xlsx(), MediaKind.XLSX),
        (xls(), MediaKind.XLS),
        (ods(), MediaKind.ODS),
        (word(), MediaKind.DOCX),
        (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", MediaKind.PDF),
        (b"\r\n%PDF-1.4\n", MediaKind.PDF),
    ],
)
def test_a_file_is_told_by_its_content_whatever_it_is_called(data: bytes, kind: MediaKind) -> None:
    assert sniff(data) is kind
    assert sniff(data, "text/html", "https://example.cn/a.html") is kind


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize(
    ("text", "kind"), [(HTML, MediaKind.HTML), (TABLE, MediaKind.CSV), (PROSE, MediaKind.TEXT)]
)
def test_text_is_told_apart_in_any_charset(charset: str, text: str, kind: MediaKind) -> None:
    if charset == "big5":
        text = OpenCC("s2t").convert(text)
    assert sniff(text.encode(charset)) is kind


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_a_table_has_the_same_number_of_cells_in_its_lines(delimiter: str) -> None:
    assert sniff(TABLE.replace(",", delimiter).encode()) is MediaKind.CSV


def test_type_and_address_decide_only_where_the_shape_does_not() -> None:
    one_column = "地区生产总值\n711.8\n".encode()
    assert sniff(one_column) is MediaKind.TEXT
    assert sniff(one_column, "text/csv") is MediaKind.CSV
    assert sniff(one_column, None, "https://example.cn/统计.csv") is MediaKind.CSV
    assert sniff(HTML.encode(), "text/csv", "https://example.cn/a.csv") is MediaKind.HTML


@pytest.mark.parametrize(
    "start",
    [
        "<!DOCTYPE html>",
        "  \n<HTML>",
        "<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN'><html>",
        "<!-- 平阳县统计局 --><div>",
        "<script>var a=1</script>",
        "<table><tr><td>",
    ],
)
def test_a_page_may_begin_in_many_ways(start: str) -> None:
    assert sniff(f"{start}地区生产总值711.8亿元".encode()) is MediaKind.HTML


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "JPEG"),
        (b"Rar!\x1a\x07\x00" + bytes(100), "RAR"),
        (bytes(range(256)) * 4, "binary"),
        (b'{"code": 200, "data": [1, 2]}', "JSON"),
        (b"<?xml version='1.0'?><rss><item/></rss>", "XML"),
        (xlsx()[:-100], "cut short"),
        (xlsx()[:200], "cut short"),
        (b"PK\x03\x04" + bytes(50), "cut short"),
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Office"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + bytes(600)
            + "EncryptedPackage".encode("utf-16-le")
            + bytes(2),
            "password",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + bytes(600)
            + "WordDocument".encode("utf-16-le")
            + bytes(2),
            "Word",
        ),
    ],
)
def test_what_no_reader_takes_is_named(data: bytes, name: str) -> None:
    with pytest.raises(FetchError, match=name):
        sniff(data)


def test_a_zip_entry_that_declares_gigabytes_is_not_unpacked() -> None:
    """Only names are looked at; an ODS's own mimetype is read to its first bytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("mimetype", b"application/x" + b"\0" * 5_000_000)
        folder.writestr("xl/styles.xml", "<styleSheet/>")
    assert sniff(out.getvalue()) is MediaKind.XLSX


def test_a_wrong_charset_does_not_make_a_page_binary() -> None:
    damaged = HTML.encode("gb18030").replace("亿".encode("gb18030"), b"\xff")
    assert sniff(damaged) is MediaKind.HTML
    assert "生产总值711.8" in decode_loosely(damaged)


@pytest.mark.parametrize("declared", ["x-no-such", "idna", "rot13", "utf-8", "gb2312", None])
def test_a_wrongly_declared_charset_is_passed_over(declared: str | None) -> None:
    assert "地区生产总值" in decode_loosely(HTML.encode("gb18030"), declared)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_kind_or_a_fetch_error(data: bytes) -> None:
    with suppress(FetchError):
        assert sniff(data, "text/html") in MediaKind


@given(
    st.binary(max_size=200), st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
)
def test_damaged_containers_are_a_fetch_error(data: bytes, magic: bytes) -> None:
    with pytest.raises(FetchError):
        sniff(magic + data)


SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real documents are not here")
def test_real_documents_are_what_their_names_say() -> None:
    kinds = {".html": "html", ".txt": "text", ".csv": "csv"}
    kinds |= {f".{name}": name for name in ("pdf", "docx", "xlsx")}
    wrong = {}
    for folder in ("communiques", "city_yearbook", "work_reports", "county_panel", "mountain26"):
        for path in (SHARED / folder).iterdir():
            kind = sniff(path.read_bytes())
            if kind.value != kinds[path.suffix]:
                wrong[path.name] = kind
    assert wrong == {}
