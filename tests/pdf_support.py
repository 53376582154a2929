"""Small PDFs with text at chosen places, in a font that every viewer has for Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H"
    b" /DescendantFonts [4 0 R] >>"
)
_GLYPHS = (
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500]"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>"
)


@dataclass(frozen=True)
class Ink:
    """Text at a place; ``before`` are operators in front of it (``3 Tr``, ``1 g``)."""

    x: float
    y: float
    text: str
    size: float = 11
    before: str = ""

    @property
    def right(self) -> float:
        """Where the text ends."""
        return self.x + self.size * sum(1.0 if char > "\u2e80" else 0.5 for char in self.text)


def make_pdf(pages: Sequence[Sequence[Ink | str]]) -> bytes:
    """A page is a list of texts and of bare operators."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        _FONT,
        _GLYPHS,
    ]
    for number, items in enumerate(pages):
        shown = "\n".join(map(_show, items)).encode()
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources"
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


def _show(item: Ink | str) -> str:
    if isinstance(item, str):
        return item
    text = item.text.encode("utf-16-be").hex()
    place = f"/F1 {item.size} Tf 1 0 0 1 {item.x} {item.y} Tm"
    return f"q {item.before} BT {place} <{text}> Tj ET Q"


def in_a_row(x: float, y: float, *parts: tuple[str, dict[str, object]]) -> list[Ink]:
    """Texts one behind the other, each with its own size, lift or operators."""
    found = []
    for text, how in parts:
        size = float(str(how.get("size", 11)))
        ink = Ink(x, y + float(str(how.get("lift", 0))), text, size, str(how.get("before", "")))
        found.append(ink)
        x = ink.right
    return found
