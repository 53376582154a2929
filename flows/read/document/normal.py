"""Clean text to compact text: one spelling of each mark, no blanks, no footnote marks.

What is read is the compact text; each of its characters still knows its place in the clean
text. Three steps: one-to-one spelling (full-width digits, brackets, percent and ratio marks,
traditional script), then runs that a reader skips are left out (blanks, footnote marks, pinyin
that a mirror put after a character), then line ends inside a sentence.

A blank between two digits stays, because nobody can tell whether it cut a number or parted
two; a blank beside a decimal point does not, nor a character of no width, nor the thin blank
of a number in groups of three.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from flows.language.spelling import load_simplifier
from flows.read.document.document import BREAK, SOFT, Document

_SPELLING = {
    **{0xFF10 + digit: str(digit) for digit in range(10)},
    **{ord(char): ":" for char in "：∶︰﹕ː˸꞉"},
    **{ord(char): "%" for char in "％﹪"},
    **{ord(char): "(" for char in "（﹙❨"},
    **{ord(char): ")" for char in "）﹚❩"},
    **{ord(char): "-" for char in "－−‐‑–﹣"},
    **{ord(char): "—" for char in "―─"},
    **{ord(char): "~" for char in "～〜∼"},
    **{ord(char): "·" for char in "•・‧∙⋅"},
    **{ord(char): "[" for char in "［〔【"},
    **{ord(char): "]" for char in "］〕】"},
    **{ord(char): "；" for char in ";﹔"},
    **{ord(char): "，" for char in "﹐"},
    ord("．"): ".",
    ord("﹒"): ".",
    ord("｡"): "。",
    ord("､"): "、",
    ord("＋"): "+",
    ord("！"): "!",
    ord("？"): "?",
    ord("／"): "/",
    ord("\u202f"): " ",
    ord("\u00a0"): " ",
}
#: found by a pattern: looking up every character of a page takes four times as long
_SPELLED = re.compile("[" + "".join(map(re.escape, map(chr, _SPELLING))) + "]")
#: characters of no width: nobody sees them, so what they part is one
_WIDTHLESS = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e007f"
)
_NO_WIDTH = re.compile(f"[{_WIDTHLESS}]+")
_BLANKS = rf"\s{_WIDTHLESS}\u2028\u2029\ufffe\ufffd\x00-\x1d"
_CIRCLED = "①-⒇⒈-⒛㉑-㉟㊱-㊿⓪-⓿❶-➓"
_RAISED = "⁰¹²³⁴-⁹"
_GDP = re.compile(r"(?<![A-Za-z])[Gg][Dd][Pp](?![A-Za-z])")  # mirrors change its case
_SKIP = re.compile(
    rf"[{_BLANKS}]+"
    rf"|\[(?:注|备注)?\d{{1,2}}\]|[{_CIRCLED}]|\*\*+|\((?:注|见注)\s*\d{{1,2}}\)"
    rf"|(?<![A-Za-zμ])[{_RAISED}]+"
    r"|\([a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜü]{1,7}\)"
    r"|—\s*\d{1,3}\s*—"
)
_SKIP_FIRST = re.compile(rf"[{_BLANKS}\[{_CIRCLED}{_RAISED}*(—]")
_MARK_FIRST = re.compile(rf"[{_CIRCLED}{_RAISED}]")
#: a number in groups of three, as thin blanks part them: 1 234.5
_THIN = frozenset("\u2005\u2006\u2007\u2008\u2009\u200a\u202f")
_GROUP = re.compile(r"\d{3}(?!\d)")
_GROUPED = re.compile(r"(?<![\d.])\d{1,3}(?:[\u2005-\u200a\u202f]\d{3})*$")
#: right-to-left marks, embeddings and overrides, and what ends the latter
_TURNING = re.compile("[\u200f\u061c]|[\u202b\u202e\u2067][^\u202c\u2069\ufdd0]*[\u202c\u2069]?")
_POWER = re.compile(r"[×xX*✕]\s*10$")
_TENS = re.compile(rf"(?<=[×xX*✕])10[{_RAISED}]+")
_TRADITIONAL = re.compile("[億萬產業總實現長國內務額還與農資貿稅幣萬個統計經]")
_DIGITS = frozenset("0123456789")
_SENTENCE_ENDS = frozenset("。；:!?")
#: a section's heading run into its paragraph: "…增长5%。 八、财政金融 全年…"
_RUN_IN = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\))"
    r"[^\s，。、；:\d\ufdd0\ufdd1][^\s，。；:\d\ufdd0\ufdd1]{0,19}(?P<gap>[ \u3000\t\r\n]{1,9})"
)
#: a blank before words that open a paragraph, in pages whose paragraphs were run together
_OPENING = re.compile(
    r"(?P<gap>[ \u3000\t\r\n](?<![\d年\s截至止到在与和][ \u3000\t\r\n])[ \u3000\t\r\n]{0,8})"
    r"(?=全年|年末|年底|初步核算|经初步核算|全[市县区州省])"
)
_HEADING_AFTER = frozenset("。；% \t\r\n\u3000十" + BREAK + SOFT)
_SHORT_LINE = 16
_NUMBERED = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、])"
)


@dataclass(slots=True)
class Compact:
    """Compact text, the map to the clean text, and the marks that were left out."""

    text: str
    at: list[int]  # compact offset where each kept run starts
    clean: list[int]  # its clean offset
    marks: list[tuple[int, int]]  # clean spans of footnote marks and page numbers

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Clean span of ``text[start:end]``."""
        at = self.at
        first = bisect_right(at, start) - 1
        within = first + 1 == len(at) or end <= at[first + 1]  # nearly always in one run
        last = first if within else bisect_right(at, end - 1) - 1
        return self.clean[first] + start - at[first], self.clean[last] + end - at[last]

    def index(self, clean: int) -> int:
        """Compact offset of a clean offset (of the next kept character)."""
        run = bisect_right(self.clean, clean) - 1
        if run < 0:
            return 0
        length = (self.at[run + 1] if run + 1 < len(self.at) else len(self.text)) - self.at[run]
        return self.at[run] + min(clean - self.clean[run], length)


def spell(text: str) -> str:
    """One-to-one normal spelling; the length never changes."""
    text = _GDP.sub("GDP", _SPELLED.sub(_spelling, text))
    if len(_TRADITIONAL.findall(text[:20_000])) >= 5 or (
        len(text) < 2_000 and _TRADITIONAL.search(text)
    ):
        text = text.translate(load_simplifier())
    return text


def _spelling(match: re.Match[str]) -> str:
    return _SPELLING[ord(match.group())]


def _glued(before: str, after: str) -> bool:
    """Would two characters read as one number or word, with what parted them left out?"""
    if before in _DIGITS and after in _DIGITS:
        return True
    return before.isascii() and before.isalpha() and after.isascii() and after.isalpha()


def _wrapped(text: str, end: int, start: int) -> bool:
    """Does a line of the source end inside the number that both digits belong to?

    ``end`` is where what was left out begins. A number has one point: two with a point each
    are two numbers.
    """
    low = end
    while low and start - low < 60 and (text[low - 1] in _DIGITS or text[low - 1] in ". \r\n\t"):
        low -= 1
    high = start
    while high < len(text) and high - start < 20 and (text[high] in _DIGITS or text[high] == "."):
        high += 1
    return "\n" in text[low:start] and text[low:start].count(".") + text[start:high].count(".") < 2


def _is_one(clean: str, end: int, start: int) -> bool:
    """Does nothing that is seen stand between, or the thin blank of a number's groups?"""
    gap = clean[end:start]
    if _NO_WIDTH.fullmatch(gap):
        return True
    return (
        gap in _THIN
        and _GROUP.match(clean, start) is not None
        and _GROUPED.search(clean, max(0, end - 24), end) is not None
    )


def find_unsure(document: Document) -> list[tuple[int, int, str]]:
    """Stretches of the clean text that a person sees otherwise than they stand in it."""
    clean = document.clean
    found = list(document.unsure)
    if not clean.isascii():
        for match in _TURNING.finditer(clean):
            found.append((*match.span(), "characters turn it from right to left"))
    for start, end in document.furniture:
        if _POWER.search(clean, max(0, start - 6), start):
            found.append((start - 1, end, "it is a power of ten"))
    for match in _TENS.finditer(clean):
        found.append((*match.span(), "it is a power of ten"))
    return found


def _skips(text: str) -> Iterator[re.Match[str]]:
    """The runs that are left out; the class of first characters is searched fast."""
    position = 0
    while True:
        first = _SKIP_FIRST.search(text, position)
        if first is None:
            return
        match = _SKIP.match(text, first.start())
        position = first.end() if match is None else match.end()
        if match is not None:
            yield match


def compact(document: Document) -> Compact:
    """The text that is read."""
    text = spell(document.clean)
    parts: list[str] = []
    at: list[int] = []
    clean: list[int] = []
    marks: list[tuple[int, int]] = []
    length = position = 0

    def keep(start: int, end: int) -> None:
        nonlocal length
        if end > start:
            cut = clean[-1] + len(parts[-1]) if parts else 0
            if (
                parts
                and _glued(parts[-1][-1], text[start])
                and not _wrapped(text, cut, start)
                and not _is_one(document.clean, cut, start)
            ):
                at.append(length)
                clean.append(position)
                parts.append(" ")
                length += 1
            at.append(length)
            clean.append(start)
            parts.append(text[start:end])
            length += end - start

    cuts: list[tuple[int, int, str]] = []
    for match in _skips(text):
        run = match.group(0)
        start, end = match.span()
        if run[-1] in "]—" or _MARK_FIRST.match(run) or (run[0] == "(" and run[1:2] in "注见"):
            marks.append((start, end))
        cuts.append((start, end, ""))
    cuts += [(index, index + 1, "") for index in _soft_ends(text)]
    gaps = {match.start("gap") for match in _OPENING.finditer(text)} | {
        match.start("gap")
        for match in _RUN_IN.finditer(text)
        if match.start() == 0 or text[match.start() - 1] in _HEADING_AFTER
    }
    cuts = [(a, b, BREAK if a in gaps else instead) for a, b, instead in cuts]
    for start, end in document.furniture:
        if end - start <= 6:
            cuts.append((start, end, ""))
            marks.append((start, end))
    cuts.sort(key=lambda cut: (cut[0], -cut[1]))
    for start, end, instead in cuts:
        if start < position:
            continue
        keep(position, start)
        if instead:
            at.append(length)
            clean.append(start)
            parts.append(instead)
            length += 1
        position = end
    keep(position, len(text))
    if not at:
        at, clean = [0], [0]
    return Compact("".join(parts), at, clean, sorted(set(marks)))


def _soft_ends(text: str) -> list[int]:
    """Line breaks inside a block that do not end a sentence; the others stay as breaks."""
    dropped = []
    line = 0  # where the line that a break ends began
    index = text.find(SOFT)
    while index >= 0:
        line = max(line, text.rfind(BREAK, line, index) + 1)
        before = text[line:index].rstrip()
        ends = (
            len(before) < _SHORT_LINE  # a heading
            or before[-1] in _SENTENCE_ENDS
            or _NUMBERED.match(text, index + 1, index + 40) is not None
        )
        if not ends:
            dropped.append(index)
        line = index + 1
        index = text.find(SOFT, line)
    return dropped
