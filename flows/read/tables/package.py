"""What a workbook file really holds, looked at before and beside the workbook library.

XLSX and ODS are zip archives of XML. Two things are done here that the library does not do:
the archive is checked before anything is unpacked (declared sizes, ratios, checksums), and the
XML is scanned for cells that the library shows as something else: error values and formulas
without a stored result come out of it as blank cells, 7.9 % as 0.079, and merged ranges of ODS
not at all.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.parsers import expat

from flows.model.errors import ReadError
from flows.read.tables.grid import Merge, check_extent, name_cell, parse_cell_name

#: Largest size of all entries together, and of one entry against its packed size.
MAX_UNPACKED = 512 * 1024 * 1024
MAX_RATIO = 300
_MAX_REPEATS = 100_000  # of one ODS cell that holds something
_MOST_COLUMNS = 16_384  # of a sheet
_TRUE = frozenset(("1", "true"))
_OUT_OF_SIGHT = frozenset(("collapse", "filter"))  # of a row or column of ODS
_RATIO_FROM = 4 * 1024 * 1024  # small entries pack as well as they like
_BUILT_IN_PERCENT = frozenset({9, 10})  # number formats 0% and 0.00%


@dataclass
class SheetFacts:
    """What the library doesn't tell of one sheet; cells are (row, column) from 0."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)  # as printed: #DIV/0!
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)  # without a result
    percents: set[tuple[int, int]] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)  # ODS only
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def open_package(data: bytes) -> zipfile.ZipFile:
    """The archive, once it is known to be whole and of a sane size."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise ReadError(
            f"not a whole workbook: {error}", remedy="was the download cut off? fetch it again"
        ) from error
    total = 0
    for entry in archive.infolist():
        total += entry.file_size
        packed = max(entry.compress_size, 1)
        if total > MAX_UNPACKED:
            raise ReadError(
                f"unpacks to more than {MAX_UNPACKED:,} bytes ({entry.file_size:,} declared)",
                where=f"entry {entry.filename}",
                remedy="refused before unpacking: this is a damaged file or a zip bomb",
            )
        if entry.file_size > _RATIO_FROM and entry.file_size > MAX_RATIO * packed:
            raise ReadError(
                f"declares {entry.file_size:,} bytes packed into {packed:,}",
                where=f"entry {entry.filename}",
                remedy="refused before unpacking: this is a damaged file or a zip bomb",
            )
        if entry.flag_bits & 0x1:
            raise ReadError("is encrypted", where=f"entry {entry.filename}")
    try:
        broken = archive.testzip()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as e:
        raise ReadError(f"cannot be unpacked: {e}", remedy="fetch it again") from e
    except Exception as error:
        if type(error).__module__ != "zlib":
            raise
        raise ReadError(f"cannot be unpacked: {error}", remedy="fetch it again") from error
    if broken is not None:
        raise ReadError("its checksum is wrong", where=f"entry {broken}", remedy="fetch it again")
    return archive


def read_xlsx_facts(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    """Facts of each sheet by name."""
    percent = _percent_styles(archive)
    if "xl/sharedStrings.xml" in archive.namelist():
        _parse(archive, "xl/sharedStrings.xml", _nothing, _nothing, None)
    targets = _relations(archive, "xl/workbook.xml")
    facts = {}
    for tag, sheet in _elements(archive, "xl/workbook.xml"):
        if tag != "sheet":
            continue
        relation = next((v for k, v in sheet.items() if k.split(":")[-1] == "id"), "")
        part = targets.get(relation, "")
        if part in archive.namelist() and "worksheets" in part:
            facts[sheet.get("name", "")] = _scan_xlsx_sheet(archive, part, percent)
    return facts


def read_ods_facts(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    facts: dict[str, SheetFacts] = {}
    scan = _OdsScan(facts)
    _parse(archive, "content.xml", scan.start, scan.end, None)
    return facts


def _nothing(*_event: object) -> None:
    """For a part that is only looked at for damage: the library reads on where XML breaks off."""


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Indices of the cell formats that show a number as per cent."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    custom, formats, inside = set(), set(), False
    count = 0
    for tag, attributes in _elements(archive, "xl/styles.xml", ends=True):
        if tag == "numFmt" and "%" in re.sub(r'"[^"]*"|\\.', "", attributes["formatCode"]):
            custom.add(int(attributes["numFmtId"]))
        elif tag in ("cellXfs", "/cellXfs"):
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            if int(attributes.get("numFmtId", 0)) in _BUILT_IN_PERCENT | custom:
                formats.add(str(count))
            count += 1
    return frozenset(formats)


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    path = PurePosixPath(part)
    name = f"{path.parent}/_rels/{path.name}.rels"
    if name not in archive.namelist():
        return {}
    return {
        relation["Id"]: posixpath.normpath(
            posixpath.join("/", str(path.parent), relation["Target"])
        ).lstrip("/")
        for tag, relation in _elements(archive, name)
        if tag == "Relationship"
    }


def _is_nil(size: str | None) -> bool:
    try:
        return size is not None and float(size) == 0
    except ValueError:
        return False


class _XlsxScan:
    """Walks one sheet; a row or cell without a reference follows the one before it."""

    def __init__(self, percent: frozenset[str]) -> None:
        self.facts = SheetFacts()
        self.percent = percent
        self.row = self.column = -1
        self.rows = self.columns = 0
        self.kind = self.style = self.into = ""
        self.text = {"v": "", "f": ""}

    def start(self, tag: str, at: dict[str, str]) -> None:
        self.into = ""
        if tag == "row":
            self.row = int(at["r"]) - 1 if "r" in at else self.row + 1
            self.column = -1
            if at.get("hidden") in _TRUE or _is_nil(at.get("ht")):
                self.facts.hidden_rows.add(self.row)
        elif tag == "col" and (at.get("hidden") in _TRUE or _is_nil(at.get("width"))):
            first, last = int(at.get("min", 1)), int(at.get("max", 1))
            self.facts.hidden_columns.update(range(first - 1, min(last, _MOST_COLUMNS)))
        elif tag == "c":
            self.column += 1
            if "r" in at:
                self.row, self.column = parse_cell_name(at["r"])
            self.kind, self.style = at.get("t", "n"), at.get("s", "0")
            self.text = {"v": "", "f": ""}
        elif tag in self.text:
            self.into = tag
            self.text[tag] = "=" if tag == "f" else ""

    def characters(self, data: str) -> None:
        if self.into:
            self.text[self.into] += data

    def end(self, tag: str) -> None:
        self.into = ""
        if tag != "c":
            return
        place, value = (self.row, self.column), self.text["v"]
        self.rows, self.columns = max(self.rows, self.row + 1), max(self.columns, self.column + 1)
        if self.kind == "e":
            self.facts.errors[place] = value or "#N/A"
        elif self.text["f"] and not value and self.kind != "str":
            self.facts.formulas[place] = self.text["f"]
        elif self.style in self.percent and self.kind == "n" and value:
            self.facts.percents.add(place)


def _scan_xlsx_sheet(archive: zipfile.ZipFile, part: str, percent: frozenset[str]) -> SheetFacts:
    scan = _XlsxScan(percent)
    _parse(archive, part, scan.start, scan.end, scan.characters)
    check_extent(part, scan.rows, scan.columns)
    return scan.facts


class _OdsScan:
    """Walks ``content.xml``; repeated rows and cells count as often as they say."""

    def __init__(self, facts: dict[str, SheetFacts]) -> None:
        self.facts = facts
        self.sheet = SheetFacts()
        self.row = self.column = self.columns = 0
        self.row_repeat = 1

    def start(self, tag: str, at: dict[str, str]) -> None:
        if tag == "table":
            self.sheet = self.facts.setdefault(at.get("table:name", ""), SheetFacts())
            self.row = self.columns = 0
        elif tag == "table-column":
            repeat = min(int(at.get("table:number-columns-repeated", 1)), _MOST_COLUMNS)
            if at.get("table:visibility") in _OUT_OF_SIGHT:
                self.sheet.hidden_columns.update(range(self.columns, self.columns + repeat))
            self.columns += repeat
        elif tag == "table-row":
            self.column, self.row_repeat = 0, int(at.get("table:number-rows-repeated", 1))
            if at.get("table:visibility") in _OUT_OF_SIGHT:
                last = self.row + min(self.row_repeat, _MAX_REPEATS)
                self.sheet.hidden_rows.update(range(self.row, last))
        elif tag in ("table-cell", "covered-table-cell"):
            repeat = int(at.get("table:number-columns-repeated", 1))
            if at.get("office:value-type"):
                check_extent("content.xml", self.row + self.row_repeat, self.column + repeat)
                if repeat * self.row_repeat > _MAX_REPEATS:
                    raise ReadError(
                        f"repeats one cell {repeat * self.row_repeat:,} times",
                        where=f"content.xml: {name_cell(self.row, self.column)}",
                        remedy="take out the cells far away from the table",
                    )
            down = int(at.get("table:number-rows-spanned", 1))
            right = int(at.get("table:number-columns-spanned", 1))
            if down > 1 or right > 1:
                self.sheet.merges.append(
                    Merge(self.row, self.column, self.row + down - 1, self.column + right - 1)
                )
            if at.get("office:value-type") == "percentage":
                self.sheet.percents.update(
                    (r, c)
                    for r in range(self.row, self.row + self.row_repeat)
                    for c in range(self.column, self.column + repeat)
                )
            self.column += repeat

    def end(self, tag: str) -> None:
        if tag == "table-row":
            self.row += self.row_repeat


def _elements(
    archive: zipfile.ZipFile, part: str, *, ends: bool = False
) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    _parse(
        archive,
        part,
        lambda tag, attributes: found.append((tag, attributes)),
        lambda tag: found.append((f"/{tag}", {})) if ends else None,
        None,
    )
    return found


def _parse(archive, part, start, end, text) -> None:  # type: ignore[no-untyped-def]
    """Run expat over one part; tags come without their namespace prefix."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: start(tag.split(":")[-1], attributes)
    parser.EndElementHandler = lambda tag: end(tag.split(":")[-1])
    parser.CharacterDataHandler = text
    try:
        with archive.open(part) as stream:
            parser.ParseFile(stream)
    except KeyError as error:
        raise ReadError("is missing", where=f"entry {part}", remedy="fetch it again") from error
    except expat.ExpatError as error:
        raise ReadError(
            f"its XML is damaged: {error}", where=f"entry {part}", remedy="fetch it again"
        ) from error
