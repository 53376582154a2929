"""Makes ``tests/data/documents``: one small document of every format that a reader takes.

Sentences and figures are made up. ``python -m tests.make_documents`` writes them anew; the tests
read the files that are committed, never fresh ones. The expected figures, in
``expected.csv`` beside them, are written by hand.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import xlwt

from tests.tables_support import ods

FOLDER = Path(__file__).parent / "data/documents"

TITLE = "庆元县2023年国民经济和社会发展统计公报"
#: A page of the PDF each.
PAGES = (
    (TITLE, "初步核算，2023年全县地区生产总值102.35亿元，比上年增长6.4%。"),
    ("年末全县常住人口14.16万人，城镇化率58.7%。",),
    ("全年社会消费品零售总额41.28亿元，同比下降0.5%。",),
)
LINES = tuple(line for page in PAGES for line in page)
TABLE: Sequence[Sequence[str | float]] = (
    ("地区", "地区生产总值", "增长"),
    ("庆元县", 102.35, 6.4),
    ("龙泉市", 180.2, -0.5),
)


def page(charset: str) -> bytes:
    """A web page with a site around its text."""
    text = "".join(f"<p>{line}</p>\n" for line in LINES[1:])
    return (
        f"<!doctype html>\n<html><head><meta charset='{charset}'><title>{TITLE}</title></head>\n"
        f"<body><div><a href='/'>首页</a> <a href='/tjgb'>统计公报</a></div>\n"
        f"<h1>{TITLE}</h1>\n{text}</body></html>\n"
    ).encode(charset)


def text() -> bytes:
    return ("\n".join(LINES) + "\n").encode()


def paragraphs() -> bytes:
    document = docx.Document()
    for line in LINES[:-1]:
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "社会消费品零售总额（亿元）", "41.28"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf() -> bytes:
    """Three pages in a font that every viewer has for Chinese, so that none is embedded."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(PAGES)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(PAGES)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H"
        b" /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /CIDSystemInfo"
        b" << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
    ]
    for number, lines in enumerate(PAGES):
        shown = " ".join(
            f"BT /F1 14 Tf 60 {740 - 24 * row} Td <{line.encode('utf-16-be').hex()}> Tj ET"
            for row, line in enumerate(lines)
        ).encode()
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 842] /Resources"
            b" << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (6 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def csv_file() -> bytes:
    """As a spreadsheet of this country's saves it: in gb18030."""
    return "".join(",".join(map(str, row)) + "\r\n" for row in TABLE).encode("gb18030")


def workbook_xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "表1"
    for row in TABLE:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook_xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表1")
    for number, row in enumerate(TABLE):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook_ods() -> bytes:
    def cell(value: str | float) -> str:
        if isinstance(value, str):
            return (
                f'<table:table-cell office:value-type="string"><text:p>{value}</text:p>'
                "</table:table-cell>"
            )
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}'
            "</text:p></table:table-cell>"
        )

    rows = ("".join(map(cell, row)) for row in TABLE)
    return ods("".join(f"<table:table-row>{row}</table:table-row>" for row in rows))


DOCUMENTS = {
    "page_utf8.html": lambda: page("utf-8"),
    "page_gb18030.html": lambda: page("gb18030"),
    "text.txt": text,
    "pages.pdf": pdf,
    "paragraphs.docx": paragraphs,
    "table.csv": csv_file,
    "workbook.xlsx": workbook_xlsx,
    "workbook.xls": workbook_xls,
    "workbook.ods": workbook_ods,
}

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in DOCUMENTS.items():
        (FOLDER / name).write_bytes(make())
