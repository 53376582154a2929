"""Bytes to text: which charset a page is really in, whatever it says.

``decode(data, declared)`` gives ``(text, charset)``. The rule is fixed for a reader version,
because locators are offsets into ``text``; it never fails (undecodable bytes become U+FFFD).

Order: byte-order mark, UTF-16 told by its zero bytes, UTF-8 where the bytes are valid UTF-8
(other charsets hardly ever are by chance), then whichever of the declared charset, GB18030 and
Big5 gives the most common Chinese characters and the fewest undecodable bytes. A UTF-8 page cut
short or with a few broken bytes stays UTF-8.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{2,20})", re.I)
_COMMON = frozenset(
    "的一年市在增长比上全元亿万和为中国人业产总值收入统计个是地区經濟國產業總長發展統計萬億經"
)
_WIDE = re.compile(rb"[\x80-\xff]")
_SAMPLE = 6_000  # bytes that are enough to tell charsets apart


def _known(name: str | None) -> str | None:
    if not name:
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if found in {"gb2312", "gbk", "gb18030"}:
        return "gb18030"  # the superset; pages that say gb2312 print characters beyond it
    # Only charsets that a Chinese page may be in: a codec such as "hex" is no charset of a page.
    return found if found in {"utf-8", "big5", "big5hkscs", "utf-16-le", "utf-16-be"} else None


def _merit(data: bytes, charset: str) -> float:
    first = _WIDE.search(data)
    start = first.start() if first else 0
    text = data[start : start + _SAMPLE].decode(charset, "replace")
    wide = sum(map("\u007f".__lt__, text))
    if not wide:
        return 0.0
    common = sum(map(_COMMON.__contains__, text))
    broken = text.count("\ufffd")
    return (common - 3 * broken) / wide


def detect_utf16(data: bytes) -> str | None:
    """UTF-16 without its mark, told by the zero halves of its digits and markup."""
    head = data[:1024]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    if pairs < 8 or max(even, odd) * 20 < pairs:
        return None
    if min(even, odd) * 4 > max(even, odd):  # a few characters such as 一 have a low zero half
        return None
    charset = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(charset)().decode(head)
    except UnicodeDecodeError:
        return None
    return (
        charset if not any(ord(each) < 32 and each not in "\t\r\n\f\v" for each in text) else None
    )


def find_charset(data: bytes, declared: str | None = None) -> str:
    """The charset that ``decode`` will use."""
    for mark, charset in _BOMS:
        if data.startswith(mark):
            return charset
    head = data[:2048]
    if head.count(0) > len(head) // 5:
        return "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
    wide = detect_utf16(data)
    if wide is not None:
        return wide
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    meta = _META.search(head)
    candidates = [_known(declared), _known(meta.group(1).decode("ascii")) if meta else None]
    ordered = [name for name in dict.fromkeys([*candidates, "gb18030", "big5", "utf-8"]) if name]
    return max(ordered, key=lambda name: _merit(data, name))


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Text of ``data`` and the charset it was read in; a byte-order mark is not text."""
    charset = find_charset(data, declared)
    text = data.decode(charset, "replace")
    return text.removeprefix("\ufeff"), charset
