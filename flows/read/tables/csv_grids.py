"""CSV files, in any Chinese charset, into one grid; two million rows in a second.

A row is a record: a quoted line break stays in its cell, a blank line is a blank row, as a
spreadsheet program counts them.
"""

from __future__ import annotations

import codecs
import csv
import io
from typing import Literal

import polars as pl
from polars.exceptions import ComputeError, NoDataError

from flows.model.errors import ReadError
from flows.read.tables.grid import Grid, check_extent, strip_cells

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

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
    try:
        frame = _parse(text, None)
    except NoDataError:
        return [Grid("csv", "cell:", pl.DataFrame())]
    except ComputeError:
        # The first record is narrower than a later one: a title, or a record with a cell too many.
        frame = _parse(text, _widest(text))
    check_extent("csv", frame.height, frame.width)
    tight = not any(sign in text for sign in _SPACING)
    return [Grid("csv", "cell:", strip_cells(frame, tight=tight))]


def _parse(text: bytes, width: int | None) -> pl.DataFrame:
    schema = None if width is None else {f"c{i}": pl.String() for i in range(width)}
    missing: Literal["insert", "raise"] = "insert" if schema else "raise"
    return pl.read_csv(
        text, has_header=False, infer_schema=False, schema=schema, missing_columns=missing
    )


def _widest(text: bytes) -> int:
    records = csv.reader(io.StringIO(text.decode(), newline=""), strict=True)
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
