"""The reader of communiqué prose: every figure of a document, with its place.

charset   bytes to text                  document  clean text and the map to the source
html pdf docx plain   formats            body      the release within its page
normal    compact text                   numbers   grammar of numbers and units
sentences phrase claims ratios           which indicator a figure is
choose    one claim a figure             rows      every number a row
metadata  what a document says of itself home      from a locator to the printed text
lexicon/*.yaml   the words, for a statistician to extend
"""

from __future__ import annotations

from flows.read.document.home import printed_text_prose
from flows.read.prose.reading import (
    READER_VERSION,
    DocumentReading,
    read_document,
    read_prose,
)

__all__ = [
    "READER_VERSION",
    "DocumentReading",
    "printed_text_prose",
    "read_document",
    "read_prose",
]
