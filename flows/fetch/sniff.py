"""What a document is, told from its bytes; type and address only decide between CSV and text.

Servers lie about types: workbooks come as ``application/octet-stream``, PDFs under ``.html``,
and anything as ``text/html``. Bytes that are none of the kinds that a reader takes raise
``FetchError`` and are named where they are known. A zip file cut short has no directory and is
refused as damaged.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
import zipfile
from collections import Counter
from collections.abc import Collection
from io import BytesIO

from flows.model.charset import detect_utf16
from flows.model.errors import FetchError
from flows.model.nouns import MediaKind

_HEAD = 64 * 1024  # bytes looked at for a decision about text
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"BM": "a bitmap image",
    b"II*\0": "a TIFF image",
    b"RIFF": "an image, sound or film",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x1f\x8b": "a gzip file",
    b"PAR1": "a parquet file",
    b"{\\rtf": "an RTF document",
}
_OPENING_TAG = re.compile(
    r"<(!doctype\s+html|html|head|body|title|meta|table|div|p|script|link|style|frameset)\b", re.I
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.I)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1a\x1b"))  # no text has many of these
_CHINESE = ("utf-8", "gb18030", "big5")


def sniff(
    data: bytes,
    media_type: str | None = None,
    url: str | None = None,
    *,
    taken: Collection[MediaKind] = (),
) -> MediaKind:
    """The kind of a document. ``media_type``: Content-Type without its parameters.

    ``taken``: kinds that the release's reader takes. JSON is a document only to a reader that takes
    it: to any other it is the error of some interface.
    """
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise FetchError("an empty document")
    if data.startswith(b"PK\x03\x04"):
        return _sniff_zip(data)
    if data.startswith(_OLE2):
        return _sniff_ole2(data)
    if b"%PDF-" in data[:1024]:
        return MediaKind.PDF
    text = _decode_head(data[:_HEAD])
    if text is None:
        name = next((name for mark, name in _FOREIGN.items() if data.startswith(mark)), None)
        raise FetchError(f"{name or 'binary data of an unknown kind'}, which no reader takes")
    return _sniff_text(text, data, media_type or "", url or "", taken)


def decode_loosely(data: bytes, charset: str | None = None) -> str:
    """The text for judging what a document is, not for reading figures: nothing can fail."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    wide = detect_utf16(data)
    if wide:
        return data.decode(wide, errors="replace")
    declared = _CHARSET.search(data[:2048])
    said = [charset, declared.group(1).decode("ascii") if declared else None]
    for name in (*(each for each in said if each), *_CHINESE):
        try:
            return data.decode(_superset(name))
        except (ValueError, LookupError):  # not in it after all, or no such charset
            continue
    return data.decode("gb18030", errors="replace")


def _superset(charset: str) -> str:
    """Pages that declare gb2312 or gbk use characters of gb18030."""
    return "gb18030" if charset.lower().replace("-", "") in ("gb2312", "gbk") else charset


def _sniff_zip(data: bytes) -> MediaKind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as folder:
            names = folder.namelist()
            if "mimetype" in names:
                with folder.open("mimetype") as stream:
                    if b"opendocument.spreadsheet" in stream.read(200):
                        return MediaKind.ODS
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise FetchError(
            f"a zip file (workbook or document) that is cut short or damaged: {error}"
        ) from error
    for prefix, kind in (("xl/", MediaKind.XLSX), ("word/", MediaKind.DOCX)):
        if any(name.startswith(prefix) for name in names):
            return kind
    raise FetchError("a zip file without a workbook or document in it, which no reader takes")


def _sniff_ole2(data: bytes) -> MediaKind:
    """Names of streams stand in an OLE2 file's directory in UTF-16."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") + b"\0\0" in data

    if holds("EncryptedPackage"):
        raise FetchError("a document locked with a password")
    if holds("Workbook") or holds("Book"):
        return MediaKind.XLS
    kind = "an old Word document (.doc)" if holds("WordDocument") else "an old Office document"
    raise FetchError(f"{kind}, which no reader takes")


def _sniff_text(
    text: str, data: bytes, media_type: str, url: str, taken: Collection[MediaKind]
) -> MediaKind:
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<") and (_OPENING_TAG.search(start) or "html" in media_type):
        return MediaKind.HTML
    if start.startswith("<?xml"):
        raise FetchError("an XML document, which no reader takes")
    if start.startswith(("{", "[")) and _is_json(data):
        if MediaKind.JSON in taken:
            return MediaKind.JSON
        raise FetchError(f"a JSON answer, which no reader takes here: {start[:60]!r}")
    if _is_table(text, complete=len(data) <= _HEAD):
        return MediaKind.CSV
    if media_type in ("text/csv", "application/csv") or url.lower().endswith(".csv"):
        return MediaKind.CSV
    return MediaKind.HTML if _OPENING_TAG.search(start[:2048]) else MediaKind.TEXT


def _decode_head(head: bytes) -> str | None:
    """The beginning as text, or None where it is none in any charset we know."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", errors="replace")
    wide = detect_utf16(head)
    if wide:
        return head.decode(wide, errors="replace")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls * 200 > len(head):
        return None
    for charset in _CHINESE:
        try:  # a character cut at the end of the head is no error
            return codecs.getincrementaldecoder(charset)().decode(head)
        except UnicodeDecodeError:
            continue
    # One wrong byte does not make a page binary; a page of them is.
    text = head.decode("gb18030", errors="replace")
    return text if text.count("\ufffd") * 50 < len(text) else None


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _is_table(text: str, *, complete: bool) -> bool:
    """Nearly all of the first lines have the same number of cells, at least two."""
    lines = [line for line in text.splitlines() if line.strip()]
    lines = lines[:50] if complete or len(lines) > 50 else lines[:-1]
    if len(lines) < 2:
        return False
    for delimiter in ",\t;|":
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        width, count = widths.most_common(1)[0]
        if width >= 2 and count * 10 >= len(lines) * 9:
            return True
    return False
