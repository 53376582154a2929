"""Whether a document is a release at all, once it was read: each way not to be one has its cause.

A page of which nothing is left, a scan, a page that was cut off on its way, a list of links and a
table with a head alone all print no figure. None of them is a release without figures: a
``ReadError`` says which it is, so that what was read before stands.
"""

from __future__ import annotations

import re

from flows.model.errors import ReadCause, ReadError
from flows.model.nouns import MediaKind
from flows.read.document.document import BREAK, SOFT, Block, Document

_OPENED = re.compile(r"<(?:html|body)\b", re.I)
_CLOSED = re.compile(r"</\s*(?:html|body)\s*>", re.I)
_BLOCK = re.compile(r"<(/?)(div|td|tr|table|ul|section|article)\b", re.I)
_SILENT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S)
_CUT_TAG = re.compile(r"<[^<>]*\Z")
_FRAME = re.compile(r"<(?:iframe|embed|object)\b[^<>]*?(?:src|data)\s*=\s*[\"']?([^\"'\s>]+)", re.I)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd)\b|pdf", re.I)
_IMAGE = re.compile(r"<img\b", re.I)
_ENDS = frozenset('。！？!?；;：:）)】”"》')
_LINKS = 6  # a list has at least so many
_NAMED = 6  # characters of a link that names a page
_MARKS = BREAK + SOFT + " \t\r\n\u3000\u00a0"


def refuse_unread(
    document: Document, kind: MediaKind, blocks: list[Block], *, figures: int, claimed: int
) -> None:
    """Raise where the document is none that can be read, or none that prints figures.

    ``blocks`` are the body's; ``figures`` were found in it, of which indicators claim ``claimed``.
    """
    source = document.source or ""
    if not document.clean.strip(_MARKS):
        raise _describe_silence(document, kind, source)
    if kind is MediaKind.HTML and _is_cut(source, document):
        raise ReadError(
            "the page breaks off: it has no end, and its last part is not closed",
            remedy="fetch it again; what was read before stands",
            cause=ReadCause.CUT_SHORT,
        )
    if claimed or kind is MediaKind.TEXT:
        return  # a text without figures says so in its notes
    links = _count_links(document)
    if document.web and links >= _LINKS and not _has_prose(document, blocks):
        raise ReadError(
            f"a list of {links} links where a release was expected",
            remedy="has the release moved? open the address",
            cause=ReadCause.LIST_PAGE,
        )
    if figures:
        return
    if any("nobody sees it" in note for note in document.notes):
        raise ReadError(
            f"prints no figure that is seen ({document.notes[0]})",
            remedy="does a script show its text? open it in a browser",
            cause=ReadCause.NO_TEXT,
        )
    frame = _find_frame(source)
    if frame is not None:
        raise ReadError(
            f"prints no figure: its text stands in another document, {frame}",
            remedy="give the release that address",
            cause=ReadCause.NO_TEXT,
        )
    if any(block.table for block in blocks):
        what = "prints no figure: its tables have heads and no rows with numbers"
    else:
        what = "prints no figure in its text"
    pictures = len(_IMAGE.findall(source)) if document.web else 0
    raise ReadError(
        what + (f"; it has {pictures} pictures" if pictures else ""),
        remedy="was it emptied? open it",
        cause=ReadCause.NO_FIGURES,
    )


def _describe_silence(document: Document, kind: MediaKind, source: str) -> ReadError:
    frame = _find_frame(source)
    if frame is not None:
        what = f"no text in this page: it stands in another document, {frame}"
    elif document.notes:
        what = f"no text in this document ({'; '.join(document.notes)})"
    else:
        scanned = kind is MediaKind.PDF or _IMAGE.search(source)
        what = f"no text in this document{' (scanned?)' if scanned else ''}"
    return ReadError(
        what,
        remedy="ask for it as text, or read it with a program for scans",
        cause=ReadCause.NO_TEXT,
    )


def _find_frame(source: str) -> str | None:
    """The address of a document that the page shows in a frame."""
    return next((each for each in _FRAME.findall(source) if _DOCUMENT.search(each)), None)


def _is_cut(source: str, document: Document) -> bool:
    """Has the page no end, and is something open where it breaks off?"""
    if _CLOSED.search(source, max(0, len(source) - 200_000)) or not _OPENED.search(source):
        return False
    markup = _SILENT.sub("", source)
    if _CUT_TAG.search(markup):
        return True
    depth = 0
    for slash, _name in _BLOCK.findall(markup):
        depth += -1 if slash else 1
    last = document.clean.rstrip(_MARKS)[-1:]
    return depth > 0 or last not in _ENDS


def _count_links(document: Document) -> int:
    return sum(
        1
        for block in document.blocks
        if block.links >= _NAMED and block.links * 2 > block.end - block.start
    )


def _has_prose(document: Document, blocks: list[Block]) -> bool:
    """Is there a sentence with a number in it, or a table?"""
    for block in blocks:
        text = document.clean[block.start : block.end]
        if block.links * 2 > len(text):
            continue
        if block.table and any(char.isdigit() for char in text):
            return True
        if ("。" in text or "，" in text) and len(text) >= 20:
            return True
    return False
