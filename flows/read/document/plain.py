"""Plain text to a ``Document``: each line is a block, unless lines are wrapped.

A text whose lines are cut at one width (copied from a PDF) is told by its lines ending without
a stop at nearly equal length; then a block ends only where a line is short or ends a sentence.
"""

from __future__ import annotations

import re
from itertools import pairwise

from flows.read.document.document import BREAK, Block, Builder, Document

_LINE = re.compile(r"[^\n\r]+")
_STOPS = "。！？!?；;：:"
_HEAD = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]"
    r"|[图表注]\s*\d|第[一二三四五六七八九十]+[章节部]|[#＃])"
)


_LAST = re.compile(r"\d[\d.]*$")
_FIRST = re.compile(r"[\d.]*\d")
_CAPTION = re.compile(r"[图表]\s*\d{1,2}\s*[^。；]*$")
_WIDE = re.compile("[\u2e81-\U0010ffff]")
_NARROWEST = 32  # a page narrower than 16 Chinese characters is no page of prose


def _width(line: str) -> int:
    """Columns that a line takes: a Chinese character takes two."""
    text = line.strip()
    return len(text) + len(_WIDE.findall(text))


def join_lines(lines: list[str], narrowest: int = _NARROWEST, share: float = 0.9) -> list[bool]:
    """For each line but the first: does it go on with the sentence of the line before?

    Lines that are narrower than ``narrowest`` columns are wrapped by nobody. A full line is as
    wide as the line of that ``share``, the longest last.
    """
    width = [_width(line) for line in lines]
    widths = sorted(filter(None, width))
    if not widths:
        return [False] * max(0, len(lines) - 1)
    full = widths[int(len(widths) * share)] if len(widths) > 1 else widths[0]
    open_ended = [
        line
        for line, wide in zip(lines, width, strict=True)
        if wide >= 0.8 * full and line.strip()[-1:] not in _STOPS
    ]
    if full < narrowest or len(open_ended) < 2:
        return [False] * (len(lines) - 1)
    mostly = sum(1 for wide in widths if wide >= 0.8 * full) >= len(widths) * 0.4
    least = (0.7 if mostly else 0.85) * full
    goes_on = []
    for (before, line), wide in zip(pairwise(lines), width, strict=False):
        text = before.strip()
        ratio = text[-1:] in (":", "：") and text[-2:-1].isdigit()
        goes_on.append(
            wide >= least
            and (text[-1:] not in _STOPS or ratio)
            and not _HEAD.match(line)
            and not _CAPTION.match(text)
            and not (line[:2].isspace() and not before[:2].isspace())
        )
    return goes_on


def splits_number(before: str, line: str) -> bool:
    """Do a line that ends and one that begins with digits hold two numbers, not one cut in two?

    A number has one point: 231.9 and 66.90 are two, 15 and 3.9 are one.
    """
    last, first = _LAST.search(before), _FIRST.match(line)
    if last is None or first is None:
        return False
    return "." in last.group(0) and "." in first.group(0)


def read_plain(source: str) -> Document:
    """The text in blocks. ``source`` is the decoded snapshot."""
    build = Builder()
    blocks: list[Block] = []
    matches = list(_LINE.finditer(source))
    goes_on = [False, *join_lines([match.group(0) for match in matches])]
    for match, joined in zip(matches, goes_on, strict=False):
        if not joined and build.length:
            build.mark(BREAK)
        elif build.length and splits_number(build.parts[-1], match.group(0)):
            build.mark(" ")
        start = build.length
        build.add(match.group(0), match.start())
        if joined and blocks:
            blocks[-1].end = build.length
        else:
            blocks.append(Block(start, build.length))
    document = build.document(blocks)
    document.source = source
    return document
