"""XML of strangers: parsed without a network, without entities, and never mended where it is cut.

The standard library's parser is enough where no document type is let in: it opens nothing, and
there is no entity to expand. The feed libraries there are (feedparser, fastfeedparser) mend what is
cut, so that half a feed passes for a whole one, and take a time without its zone for UTC; what is
left of a feed is three names of elements.
"""

from __future__ import annotations

import re
import zlib
from html.entities import html5
from xml.etree import ElementTree as Tree

from flows.model.charset import decode
from flows.model.errors import ReadError

_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)\b", re.IGNORECASE)
_OPAQUE = re.compile(r"(<!\[CDATA\[.*?\]\]>|<!--.*?-->)", re.S)
_REFERENCE = re.compile(
    r"&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|(?:amp|lt|gt|quot|apos));|(\w{2,31};)?)"
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MOST = 64 * 1024 * 1024  # bytes that a gzip file may unfold into


def parse_xml(data: bytes, charset: str | None) -> Tree.Element:
    """The root of a document; raises ``ReadError`` for one that is cut, or that has a DOCTYPE.

    A bare ``&`` and HTML's named characters, which many systems write, are taken as meant.
    """
    text = decode(expand_gzip(data), charset)[0]
    text = _FORBIDDEN.sub("", _DECLARATION.sub("", text, count=1)).strip()
    bare = _OPAQUE.sub("", text)
    if _DOCTYPE.search(bare):
        raise ReadError("a document type or entity in the XML", remedy="such a feed is not read")
    parts = _OPAQUE.split(text)
    parts[::2] = [_REFERENCE.sub(_escape_reference, part) for part in parts[::2]]
    try:
        return Tree.fromstring("".join(parts))  # noqa: S314 (no document type is left in it)
    except (Tree.ParseError, ValueError) as error:
        raise ReadError(f"no whole XML: {error}") from error


def expand_gzip(data: bytes) -> bytes:
    """What a gzip file holds, up to a limit; other bytes as they are."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unfolded = stream.decompress(data, _MOST)
    except zlib.error as error:
        raise ReadError(f"no sound gzip file: {error}") from error
    if not stream.eof:
        raise ReadError("a gzip file that is cut, or too large")
    return unfolded


def name_element(element: Tree.Element) -> str:
    """An element's name without its namespace, in lower case; empty for a comment."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def read_child(element: Tree.Element, *names: str) -> str:
    """The text of the first child of one of the names that has text, by the order of names."""
    for name in names:
        for child in element:
            text = "".join(child.itertext()).strip() if name_element(child) == name else ""
            if text:
                return text
    return ""


def _escape_reference(found: re.Match[str]) -> str:
    known, named = found.groups()
    if known:
        return found.group()
    if named and named in html5:
        return html5[named].replace("&", "&amp;").replace("<", "&lt;")
    return f"&amp;{named or ''}"
