"""Markup of a listing: what a page is parsed to, and the pieces of text that one row prints.

A row's title and its date are found by where they stand, so that each is read from its own
piece of text: the date never from the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from flows.discover.dates import PrintedDay, find_day
from flows.model.errors import ReadError

_DEEPEST = 2000  # elements in each other: a parser's time grows with the square of it
_NESTING = re.compile(
    r"<(/?)(?!(?:br|img|hr|input|meta|link|li|p|td|tr|dd|dt|option)\b)[a-z]", re.I
)
_TABLE_PART = re.compile(r"\s*<(?:tr|td|th|tbody)\b", re.IGNORECASE)
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_TAGS = re.compile(r"<[^<>]{0,200}>")
_TOOLTIP = re.compile(r"^(?:文章)?标\s*题\s*[：:]\s*")
_BULLET = re.compile(r"^[·•●▪■◆◇▶►»>＞・\-–—*\s]+(?=\S)")
_CUT = re.compile(r"(?:\.{2,}|…+|。。。)$")
_DATED_END = re.compile(
    r"^(?P<title>.*\S)\s*?(?:\s+|(?=[\[［(（]))[\[［(（]?"
    r"(?P<day>(?:19|20)\d\d([-/.])\d{1,2}\3\d{1,2})[\]］)）]?$"
)
_TITLE_CLASS = re.compile(r"(?:^|[-_ ])(?:tit|title|bt|biaoti|name|subject)(?:$|[-_ \d])", re.I)
_UNPRINTED = frozenset(("script", "style", "-comment", "select", "template"))
_BLOCKS = frozenset(("div", "p", "ul", "li", "dl", "dt", "dd", "section", "table", "article"))
_EMPHASIS = frozenset(("em", "b", "strong", "font", "mark", "u"))
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MONTH_AND_DAY = re.compile(r"\d\s*[-/.月]\s*\d|前$|天$|\d\d-\d\d")
_PUBLISHED = re.compile(r"(?:发布|公开|公布)(?:日期|时间)")
_LONGEST_TITLE = 400


@dataclass(frozen=True, slots=True)
class Item:
    """One row as it is printed: the link is not resolved yet."""

    href: str
    title: str
    printed: PrintedDay | None = None
    text: str = ""  # of the anchor, where the title is an attribute

    @property
    def is_dated(self) -> bool:
        """Whether a date stands beside it, readable or not (a year alone is none)."""
        if self.printed is None:
            return False
        return self.printed.day is not None or is_like_day(self.printed)


def is_like_day(printed: PrintedDay) -> bool:
    """Whether what is printed has at least a month and a day, or counts the days since."""
    return bool(_MONTH_AND_DAY.search(printed.text))


def parse_markup(text: str) -> LexborHTMLParser:
    """The page's tree; a fragment that begins with a table's row is put into a table."""
    deep = deepest = 0
    for found in _NESTING.finditer(text):
        deep += -1 if found.group(1) else 1
        deepest = max(deepest, deep)
    if deepest > _DEEPEST:
        raise ReadError(f"markup of {deepest:,} elements in each other, which is no listing")
    if _TABLE_PART.match(text):
        text = f"<table>{text}</table>"
    return LexborHTMLParser(text)


def list_matches(node: LexborNode | LexborHTMLParser, selector: str) -> list[LexborNode]:
    """What a declared selector matches; a selector that is none is the source's fault."""
    try:
        return node.css(selector)
    except SelectolaxError as error:
        what = f"{selector!r} is no CSS selector"
        raise ReadError(what, remedy="mend the source's discover block") from error


def fold(text: str | None) -> str:
    """Text on one line: blanks of every kind folded, characters without a shape left out."""
    return _SPACE.sub(" ", (text or "").translate(_UNSEEN)).strip()


def is_cut(title: str) -> bool:
    return bool(_CUT.search(title))


def strip_title(text: str | None) -> str:
    """A title as it is printed, without markup, a tooltip's label and a bullet before it."""
    raw = text or ""
    first = next((line for line in raw.splitlines() if line.strip()), "")
    if _TOOLTIP.match(first.strip()):
        raw = _TOOLTIP.sub("", first.strip())
    return _BULLET.sub("", fold(_TAGS.sub("", raw)))[:_LONGEST_TITLE].strip()


def choose_title(attributes: Sequence[str], texts: Sequence[str]) -> str:
    """The fullest title: a whole one before a cut one, a title attribute before a text.

    An attribute that is only a part of the text ("公报" of "2025年公报") is not the fuller one.
    """
    given = [title for title in map(strip_title, attributes) if title]
    shown = [title for title in map(strip_title, texts) if title]
    attribute = max(given, key=lambda title: (not is_cut(title), len(title)), default="")
    text = max(shown, key=lambda title: (not is_cut(title), len(title)), default="")
    if not attribute or not text:
        return attribute or text
    if is_cut(attribute) != is_cut(text):
        return text if is_cut(attribute) else attribute
    return text if len(text) > len(attribute) and attribute in text else attribute


def read_item(
    row: LexborNode, anchors: Sequence[LexborNode], formats: Sequence[str], beside: Sequence[str]
) -> Item:
    """The row of ``anchors`` that all lead to one address. ``beside``: text that stands next to it."""
    titles = [find_title_node(anchor) for anchor in anchors]
    attributes = [
        node.attributes.get("title") or ""
        for pair in zip(anchors, titles, strict=True)
        for node in dict.fromkeys(pair)
    ]
    texts, dated_end = [], None
    for title in titles:
        text = strip_title(read_title_text(title))
        end = _DATED_END.match(text)
        if end:
            dated_end = dated_end or end["day"]
        texts.append(end["title"] if end else text)
    kept = {node.mem_id for node in titles}
    printed = find_day(list(list_pieces(row, kept)), formats) or find_day(beside, formats)
    if printed is None and dated_end:
        printed = find_day([dated_end])
    if printed is not None and printed.day is None and row.tag == "tr":
        printed = _find_day_by_head(row, formats) or printed
    href = anchors[0].attributes.get("href") or ""
    return Item(href, choose_title(attributes, texts), printed, max(texts, key=len, default=""))


def _find_day_by_head(row: LexborNode, formats: Sequence[str]) -> PrintedDay | None:
    """The date in the cell under the head that says it is the day of publication."""
    table = row.parent
    while table is not None and table.tag != "table":
        table = table.parent
    head = table.css_first("tr") if table is not None else None
    if head is None:
        return None
    for number, name in enumerate(head.css("td, th")):
        if _PUBLISHED.search(fold(name.text())):
            cells = row.css("td, th")
            return find_day(list_texts(cells[number]), formats) if number < len(cells) else None
    return None


def find_title_node(anchor: LexborNode) -> LexborNode:
    """The element of an anchor that holds the title, where the anchor holds more than that."""
    shown = [node for node in anchor.iter(include_text=True) if not _is_empty(node)]
    if any(node.tag == "-text" for node in shown):
        return anchor
    if len(shown) == 1:
        return find_title_node(shown[0])
    for node in anchor.traverse():
        named = node.tag in _HEADINGS or _TITLE_CLASS.search(node.attributes.get("class") or "")
        if named and node.mem_id != anchor.mem_id and not _is_empty(node):
            return node
    whole = fold(anchor.text())
    titles = [node for node in shown if not _is_aside(node, whole)]
    if len(titles) == 1:
        return find_title_node(titles[0])
    if not any(node.tag in _BLOCKS for node in titles):
        return anchor  # one title in pieces: a coloured year, a highlighted word
    return next((node for node in titles if len(fold(node.text())) >= 4), titles[0])


def read_title_text(node: LexborNode) -> str:
    """The text of a title's element without the dates and badges that stand at its edges."""
    shown = [child for child in node.iter(include_text=True) if child.tag not in _UNPRINTED]
    whole = fold(node.text())
    for edge in (0, -1):
        while len(shown) > 1 and (_is_empty(shown[edge]) or _is_aside(shown[edge], whole)):
            shown.pop(edge)
    return "".join(child.text(deep=child.tag != "-text") for child in shown)


def _is_empty(node: LexborNode) -> bool:
    """Whether a node prints nothing but a bullet."""
    if node.tag in _UNPRINTED:
        return True
    text = fold(node.text(deep=node.tag != "-text"))
    return not text.strip("·•●▪■◆◇▶►»>＞・-*| ")


def _is_aside(node: LexborNode, whole: str) -> bool:
    """Whether an element is a date, a badge or the title's year once more, and no title."""
    if node.tag == "-text":
        return False
    text = fold(node.text())
    if text.strip("[]!").lower() in ("new", "hot", "置顶", "热", "新"):
        return True
    year = text.strip("()（）[] ")
    if re.fullmatch(r"(?:19|20)\d\d", year):
        return whole.count(year) > 1
    found = find_day(list_texts(node)) if len(text) <= 24 else None
    if found is None:
        return False
    return bool(found.day) or (node.tag not in _EMPHASIS and is_like_day(found))


def list_texts(node: LexborNode) -> list[str]:
    """Each piece of text beneath a node, in its order."""
    return [text for text in list_pieces(node, set()) if text]


def list_pieces(row: LexborNode, titles: set[int]) -> Iterator[str]:
    """The texts of a row outside its title; an empty one where the title or another cell stands."""
    stack: list[LexborNode] = [row]
    while stack:
        node = stack.pop()
        if node.tag == "-text":
            text = node.text(deep=False)
            if text.strip():
                yield text
        elif node.mem_id in titles:
            yield ""
            yield from _list_asides(node)
            yield ""
        elif node.tag not in _UNPRINTED:
            if node.tag in ("td", "th"):
                yield ""
            stack.extend(reversed(list(node.iter(include_text=True))))


def _list_asides(title: LexborNode) -> Iterator[str]:
    """The dates that stand within a title's own element, each in an element of its own."""
    shown = [child for child in title.iter(include_text=True) if not _is_empty(child)]
    whole = fold(title.text())
    for child in shown if len(shown) > 1 else ():
        if _is_aside(child, whole):
            yield from list_texts(child)


def strip_markup(text: str) -> str:
    """A title that came as markup, or escaped: its text."""
    return strip_title(unescape(_TAGS.sub("", text)))
