"""CSV files, in any Chinese charset, into one grid; two million rows in a second.

Cells are parted by whichever of comma, tab, semicolon and bar gives most lines the same number of
cells. Where they are not parted by commas, a comma may be the decimal one: if some cell can be
read in no other way and none has a decimal point, it is so in the whole file.
A row is a record: a quoted line break stays in its cell, a blank line is a blank row, as a
spreadsheet program counts them.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from typing import Literal

import polars as pl
from polars.exceptions import ComputeError, NoDataError

from flows.model.charset import detect_utf16
from flows.model.errors import ReadError
from flows.read.tables.grid import Grid, check_extent, strip_cells

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_HEAD = 64 * 1024  # bytes in which the sign between the cells is looked for
_LINES = 50
#: a comma that can only be the decimal one, the like for a point, and points between thousands
_COMMA = r"^[+-]?(?:[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+)$"
_POINT = r"^[+-]?(?:[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+)%?$"
_GROUPED = r"^[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+$"

#: Without these no cell holds ASCII white space, a line break or an empty text.
_SPACING = (b'"', b" ", b"\t", b"\r", b"\v", b"\f")


def to_utf8(data: bytes, charset: str | None) -> bytes:
    """The bytes in UTF-8 without byte-order mark.

    A byte-order mark decides; else UTF-8 if every byte fits it, for no other charset fits by
    accident; else the charset that was served; else gb18030.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :] if mark == codecs.BOM_UTF8 else _recode(data, name)
    wide = detect_utf16(data)
    if wide is not None:
        return _recode(data, wide)
    if _is_utf8(data):
        return data
    failures = []
    for name in dict.fromkeys(filter(None, (_known(charset), "gb18030"))):
        try:
            return _recode(data, name)
        except UnicodeDecodeError as error:
            failures.append(f"{name}: byte {error.start} is {data[error.start]:#04x}")
    raise ReadError(
        f"the text is in no charset that was tried ({'; '.join(failures)})",
        remedy="look at the bytes: is this a text file?",
    )


def _is_utf8(data: bytes) -> bool:
    """Looked at piece by piece, cut at line breaks, so that no second copy of a large file is made."""
    start, step = 0, 1 << 20
    while start < len(data):
        end = data.find(b"\n", start + step) + 1 or len(data)
        try:
            pl.Series([data[start:end]], dtype=pl.Binary()).cast(pl.String())
        except ComputeError:
            return False
        start = end
    return True


def _known(charset: str | None) -> str | None:
    """gb2312 and gbk are served for gb18030, of which they are parts; Latin-1 for anything."""
    if charset is None:
        return None
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return None
    if name in ("iso8859-1", "cp1252", "ascii"):
        return None
    return "gb18030" if name in ("gb2312", "gbk") else name


def _recode(data: bytes, charset: str) -> bytes:
    return data.decode(charset).encode("utf-8")


def read_csv(data: bytes, charset: str | None) -> list[Grid]:
    """One grid named ``csv``; its locators begin with ``cell:``."""
    text = to_utf8(data, charset)
    separator = _find_separator(text)
    try:
        frame = _parse(text, None, separator)
    except NoDataError:
        return [Grid("csv", "cell:", pl.DataFrame())]
    except ComputeError:
        # The first record is narrower than a later one: a title, or a record with a cell too many.
        frame = _parse(text, _widest(text, separator), separator)
    check_extent("csv", frame.height, frame.width)
    tight = not any(sign in text for sign in _SPACING)
    cells = strip_cells(frame, tight=tight)
    if separator == "," or not _has_decimal_comma(cells):
        return [Grid("csv", "cell:", cells)]
    doubts = {} if _any_cell(cells, _GROUPED) else _doubt_groups(cells)
    notes = ("cell: a comma is the decimal sign of this file",)
    return [Grid("csv", "cell:", cells, doubts=doubts, notes=notes, decimal_comma=True)]


def _find_separator(text: bytes) -> str:
    """The sign between the cells: what gives the most lines the same number of them."""
    head = text[:_HEAD].decode("utf-8", "ignore")
    lines = [line for line in head.splitlines() if line.strip()][:_LINES]
    best, merit = ",", _measure_separator(lines, ",")
    for separator in "\t;|":
        other = _measure_separator(lines, separator)
        if other > merit and other[0] * 2 >= len(lines):
            best, merit = separator, other
    return best


def _measure_separator(lines: list[str], separator: str) -> tuple[int, int]:
    """How many lines have the commonest number of cells, and that number; (0, 0) for one cell."""
    if not any(separator in line for line in lines):
        return 0, 0
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator))
    except csv.Error:
        return 0, 0
    widths.pop(1, None)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _any_cell(cells: pl.DataFrame, pattern: str) -> bool:
    found = cells.select(pl.all().str.contains(pattern).any())
    return any(bool(column.any()) for column in found)


def _has_decimal_comma(cells: pl.DataFrame) -> bool:
    return _any_cell(cells, _COMMA) and not _any_cell(cells, _POINT)


def _doubt_groups(cells: pl.DataFrame) -> dict[tuple[int, int], str]:
    """1.575 beside 136,81: a group of three, or three decimals; nothing in the file says which."""
    why = "ambiguous-number: its point may part thousands or decimals"
    return {
        (row, number): why
        for number, column in enumerate(cells.iter_columns())
        for row in column.str.contains(r"^[+-]?[0-9]{1,3}\.[0-9]{3}$").arg_true()
    }


def _parse(text: bytes, width: int | None, separator: str) -> pl.DataFrame:
    schema = None if width is None else {f"c{i}": pl.String() for i in range(width)}
    missing: Literal["insert", "raise"] = "insert" if schema else "raise"
    return pl.read_csv(
        text,
        has_header=False,
        separator=separator,
        infer_schema=False,
        schema=schema,
        missing_columns=missing,
    )


def _widest(text: bytes, separator: str) -> int:
    records = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=separator, strict=True)
    widest = 0
    try:
        for record in records:
            widest = max(widest, len(record))
    except csv.Error as error:
        raise ReadError(
            f"not a CSV file: {error}",
            where=f"line {records.line_num}",
            remedy="is a quotation mark left open, or the file cut off?",
        ) from error
    return widest
