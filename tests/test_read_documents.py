"""One small document of every format: what is read from it, and where each figure stands.

The documents are our own (``make_documents``). Where a figure stands is also looked up without
the reader, by the format's own library, so that a reader and a way home that are wrong in the
same way do not agree with each other unnoticed.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from flows.fetch import sniff
from flows.model.errors import ReadError
from flows.model.nouns import MediaKind, Reading
from flows.read import detect_reader, printed_text
from tests.make_documents import DOCUMENTS, FOLDER
from tests.tables_support import layout, read_as

with (FOLDER / "expected.csv").open(encoding="utf-8", newline="") as stream:
    EXPECTED = list(csv.DictReader(stream))
COLUMNS = [name for name in EXPECTED[0] if name != "file"]


def load(name: str) -> tuple[bytes, MediaKind]:
    data = (FOLDER / name).read_bytes()
    return data, sniff(data, None, name)


def read_document(name: str) -> Reading:
    """The reading of one document, as a release that the catalogue hardly knows."""
    data, kind = load(name)
    layouts = [layout()] if detect_reader(data, kind) == "table" else []
    return read_as(data, kind, *layouts, reader=detect_reader(data, kind), ref_area=None)


def printed(name: str, locator: str) -> str:
    """What stands at a locator, found by the format's own library."""
    data = (FOLDER / name).read_bytes()
    place, _, span = locator.rpartition("char:")
    start, end = map(int, span.split("-")) if place or "char:" in locator else (0, 0)
    match Path(name).suffix:
        case ".html" | ".txt":
            return data.decode("gb18030" if "gb18030" in name else "utf-8")[start:end]
        case ".pdf":
            page = pypdfium2.PdfDocument(data)[int(place[len("page:") : -1]) - 1]
            return str(page.get_textpage().get_text_range()[start:end])
        case ".docx":
            document = docx.Document(io.BytesIO(data))
            cell = re.fullmatch(r"para:t(\d+)r(\d+)c(\d+);", place)
            if cell:
                table, row, column = map(int, cell.groups())
                return str(document.tables[table].cell(row, column).text[start:end])
            return str(document.paragraphs[int(place[len("para:") : -1])].text[start:end])
    cell_name = re.sub(r"^(cell:|sheet:表1!)", "", locator)
    column, row = ord(cell_name[0]) - ord("A"), int(cell_name[1:]) - 1
    rows: list[list[Any]]
    if name.endswith(".csv"):
        rows = list(csv.reader(data.decode("gb18030").splitlines()))
    elif name.endswith(".xlsx"):
        rows = [list(each) for each in openpyxl.load_workbook(io.BytesIO(data)).active.values]
    else:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return str(rows[row][column])


def test_there_is_a_document_of_every_kind_that_says_itself_what_it_means() -> None:
    """An answer of a service does not: tests/test_service_*.py have those."""
    assert {load(name)[1] for name in DOCUMENTS} == set(MediaKind) - {MediaKind.JSON}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_figure_of_a_document_is_read(name: str) -> None:
    reading = read_document(name)
    figures = reading.figures.filter(reading.figures["kind"] == "figure")
    found = [
        {column: "" if value is None else str(value) for column, value in row.items()}
        for row in figures.select(COLUMNS).iter_rows(named=True)
    ]
    wanted = [
        {column: row[column] for column in COLUMNS} for row in EXPECTED if row["file"] == name
    ]
    assert found == wanted
    assert figures["doubt"].null_count() == figures.height
    if reading.reader == "communique":
        assert (reading.metadata.ref_area, reading.metadata.time_period) == ("331126", "2023")


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: f"{row['file']} {row['locator']}")
def test_every_locator_leads_to_the_printed_figure(row: dict[str, str]) -> None:
    data, kind = load(row["file"])
    assert printed_text(row["locator"], data, kind, None) == row["value_text"]
    assert printed(row["file"], row["locator"]) == row["value_text"]


@pytest.mark.parametrize(
    ("name", "last", "beyond"),
    [
        ("page_utf8.html", "char:0-316", "char:0-317"),
        ("text.txt", "char:0-116", "char:0-117"),
        ("pages.pdf", "page:2;char:25-26", "page:2;char:25-27"),
        ("pages.pdf", "page:3;char:0-1", "page:4;char:0-1"),
        ("pages.pdf", "page:1;char:0-1", "page:0;char:0-1"),
        ("paragraphs.docx", "para:2;char:25-26", "para:2;char:25-27"),
        ("paragraphs.docx", "para:t0r0c1;char:4-5", "para:t0r0c1;char:4-6"),
        ("table.csv", "cell:C3", "cell:C4"),
        ("table.csv", "cell:C3", "cell:D3"),
        ("workbook.xlsx", "sheet:表1!C3", "sheet:表1!C4"),
        ("workbook.xls", "sheet:表1!C3", "sheet:表1!D3"),
        ("workbook.ods", "sheet:表1!C3", "sheet:表2!C3"),
    ],
)
def test_a_locator_leads_to_the_end_of_a_document_and_no_further(
    name: str, last: str, beyond: str
) -> None:
    data, kind = load(name)
    assert printed_text(last, data, kind, None)
    with pytest.raises(ReadError):
        printed_text(beyond, data, kind, None)
