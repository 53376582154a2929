"""CSV of a service: ``csv:3!OBS_VALUE`` is that column of the third record, the head being the first.

The delimiter is the one that gives the head most columns. SDMX-CSV may add to a column's name its
label (``REF_AREA: Area``) or how values are joined (``ATTR[;]``): the name is what comes before.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from flows.model.errors import ReadError
from flows.read.service.cells import MOST_CELLS, Cause, refuse
from flows.read.service.json_text import refuse_markup

PREFIX = "csv:"
_PLACE = re.compile(r"csv:([1-9][0-9]{0,8})!(.+)", re.DOTALL)
_DELIMITERS = (",", ";", "\t")
_ADDED = re.compile(r"\[[^\[\]]*\]$")


@dataclass(frozen=True, slots=True)
class Table:
    columns: list[str]
    labelled: frozenset[str]  # columns whose values are "code: label"
    records: list[list[str]]  # without the head

    def value(self, record: list[str], column: str) -> str | None:
        """The text in a column; None where there is no such column."""
        return record[self.columns.index(column)] if column in self.columns else None

    def code(self, record: list[str], column: str) -> str | None:
        """The same without the label that may follow the code."""
        text = self.value(record, column)
        if text is None:
            return None
        return (text.partition(": ")[0] if column in self.labelled else text).strip()


def parse_csv(data: bytes) -> Table:
    """All records, each with as many values as there are columns; else a ReadError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(Cause.NOT_CSV, "it is not in UTF-8") from error
    start = text.lstrip()
    if not start:
        raise refuse(Cause.EMPTY, "the answer has no content")
    if start.startswith("<"):
        raise refuse_markup(start)
    if start.startswith(("{", "[")):
        raise refuse(Cause.NOT_CSV, f"it is JSON: {start[:80]!r}")
    rows = _read_rows(text)
    head = rows[0]
    columns = [_ADDED.sub("", name.partition(": ")[0].strip()) for name in head]
    if len(set(columns)) < len(columns) or "" in columns:
        raise refuse(Cause.NOT_CSV, f"its columns are {', '.join(head)[:80]!r}")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(columns):
            what = f"{len(row)} values in {len(columns)} columns: it may be cut off"
            raise refuse(Cause.PARTIAL, what, f"csv:{number}")
    if len(rows) * len(columns) > MOST_CELLS * 20:
        raise refuse(Cause.TOO_LARGE, f"{len(rows)} records")
    labelled = frozenset(name for name, given in zip(columns, head, strict=True) if ": " in given)
    return Table(columns, labelled, rows[1:])


def find_csv_text(locator: str, data: bytes) -> str:
    """The text at a ``csv:`` locator; a ReadError where there is none."""
    place = _PLACE.fullmatch(locator)
    table = parse_csv(data)
    if place is not None and int(place[1]) > 1 and place[2] in table.columns:
        number = int(place[1]) - 2
        if number < len(table.records):
            return table.records[number][table.columns.index(place[2])] or '""'
    raise ReadError("there is no such value in this answer", where=locator)


def _read_rows(text: str) -> list[list[str]]:
    if "\0" in text:
        raise refuse(Cause.NOT_CSV, "it has zero bytes in it")
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise refuse(Cause.NOT_CSV, str(error)) from error
    rows = [row for row in rows if row]
    if len(rows[0]) < 2:
        raise refuse(Cause.NOT_CSV, f"it begins with {text[:80]!r}")
    return rows
