"""A web page to a ``Document``: a small tokenizer that keeps every character's place.

No HTML library tells where in the source a character of its text stands, so the page is cut
here: tags, comments, scripts and entities are recognised, and whatever remains is text with its
offset. Structure is taken from the tags that matter to a reader (paragraphs, cells, line
breaks, links); attributes are read for spans of cells and for superscripts only. What nobody
sees of the text is left out (``unseen``), and the document's notes say so.

Time is linear in the length of the page, also for pages built to be hostile: an unclosed
comment, script or tag is looked for once and then known not to close.

``strip_markup(source)`` is the way home: a slice of the source as the reader saw it.
"""

from __future__ import annotations

import re
from html import unescape

from flows.read.document.document import BREAK, SOFT, Block, Builder, Document
from flows.read.document.unseen import Unseen, find_unseen

_BLOCK_TAGS = frozenset(
    [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "caption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "main",
        "aside",
        "form",
        "center",
        "blockquote",
        "pre",
        "title",
        "body",
        "html",
        "head",
        "hr",
        "option",
        "select",
        "button",
        "fieldset",
        "legend",
        "figure",
        "figcaption",
        "address",
    ]
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CUTTING = frozenset(("br", "a", "/a", *_BLOCK_TAGS, *(f"/{name}" for name in _BLOCK_TAGS)))
#: of the tags that ``split_tokens`` leaves: these end no block, and these are more than its end
_INLINE = frozenset(("br", "a", "/a", "sup", "/sup", "sub", "/sub", "span", "/span"))
_STRUCTURE = frozenset(
    [
        *("title", "/title", "table", "/table", "tr", "td", "th"),
        *_HEADINGS,
        *(f"/{name}" for name in _HEADINGS),
    ]
)
_RAW = frozenset(("script", "style", "textarea", "noscript", "template", "svg", "iframe"))
#: a whole tag where it is well formed, else its beginning; no part can be tried twice
_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9:]*)"
    r"([^<>\"']*+(?:(?:\"[^\"<>]*+\"|'[^'<>]*+')[^<>\"']*+)*+>)?|<!--|<[!?]"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_SPAN = re.compile(r"(row|col)span\s*=\s*[\"']?\s*(\d{1,4})", re.I)
_ATTRIBUTE_LIMIT = 65_536  # an attribute value longer than this is a broken tag, not a value
_MAX_SPAN = 200


def _tag_end(source: str, start: int) -> int:
    """Offset after the tag that opens at ``start``; -1 where it never closes."""
    end = source.find(">", start)
    if end < 0:
        return -1
    body = source[start:end]
    for quote in ('"', "'"):
        if body.count(quote) % 2 and "=" + quote in body:
            close = source.find(quote, end, end + _ATTRIBUTE_LIMIT)
            after = source.find(">", close, close + _ATTRIBUTE_LIMIT) if close >= 0 else -1
            if after >= 0:
                return after + 1
            break
    return end + 1


def split_tokens(source: str) -> list[tuple[str, int, int]]:
    """``(name, start, end)``: name is "" for text, "p" or "/p" for a tag; the rest is left out.

    Of the tags that cut nothing (most are spans) only those that open or end a superscript count.
    """
    raised = False  # a superscript is open
    found: list[tuple[str, int, int]] = []
    position, search, closed = 0, 0, {"--": True, ">": True}
    while True:
        match = _TAG.search(source, search)
        if match is None:
            break
        start, end = match.span()
        slash, name, rest = match.groups()
        if name is None:
            comment = match.group(0) == "<!--"
            stop = "-->" if comment else ">"
            end = source.find(stop, start + 2) if closed.get(stop[:2], True) else -1
            if end < 0:
                closed[stop[:2]] = False
                search = match.end()  # it never closes: the mark is text
                continue
            end += len(stop)
            name = "!"
        else:
            if rest is None:
                end = _tag_end(source, start) if closed[">"] else -1
            if end < 0:
                closed[">"] = False
                search = match.end()
                continue
            name = slash + name.lower()
        if start > position:
            found.append(("", position, start))
        if name in _CUTTING:
            found.append((name, start, end))
        elif name in _RAW:
            if closed.get(name, True):
                close = _closing(name).search(source, end)
                if close:
                    after = source.find(">", close.end())
                    end = after + 1 if after >= 0 else len(source)
                else:
                    closed[name] = False
        elif name in ("sup", "sub") or (name == "span" and source.find("super", start, end) >= 0):
            found.append((name, start, end))
            raised = True
        elif raised and name in ("/sup", "/sub", "/span"):
            found.append((name, start, end))
            raised = False
        position = search = end
    if position < len(source):
        found.append(("", position, len(source)))
    return found


_closers: dict[str, re.Pattern[str]] = {}


def _closing(name: str) -> re.Pattern[str]:
    if name not in _closers:
        _closers[name] = re.compile(rf"</{name}(?=[\s>/])", re.I)
    return _closers[name]


def strip_markup(source: str) -> str:
    """The printed text of a slice of a page: no tags, entities decoded."""
    if "<" not in source and "&" not in source:
        return source
    kept = "".join(source[start:end] for name, start, end in split_tokens(source) if not name)
    return unescape_here(kept)


def unescape_here(text: str) -> str:
    """Entities decoded exactly as ``_Cutter.text`` does it."""
    return _ENTITY.sub(lambda match: unescape(match.group(0)), text) if "&" in text else text


class _Cutter:
    def __init__(self, source: str) -> None:
        self.source = source
        self.build = Builder()
        self.blocks: list[Block] = []
        self.start = 0  # of the block that is open
        self.links = 0
        self.in_link = 0
        self.heading = 0
        self.tables: list[list[int]] = []  # stack of [number, row, column, rowspan, colspan]
        self.count = 0
        self.furniture: list[tuple[int, int]] = []
        self.superscript: int | None = None
        self.in_title = False
        self.title: tuple[int, int] | None = None
        self.unseen: list[tuple[int, int]] = []

    def text(self, start: int, end: int) -> None:
        if self.in_title:
            self.title = (start, end)
            return
        before = self.build.length
        source = self.source
        if before == self.start and source[start:end].isspace():
            return  # blanks between tags are no text
        if source.find("&", start, end) < 0:
            self.build.add(source[start:end], start)
        else:
            position = start
            for match in _ENTITY.finditer(source, start, end):
                char = unescape(match.group(0))
                if char == match.group(0):
                    continue
                if match.start() > position:
                    self.build.add(source[position : match.start()], position)
                self.build.add(char, match.start(), width=match.end() - match.start())
                position = match.end()
            if position < end:
                self.build.add(source[position:end], position)
        if self.in_link:
            self.links += self.build.length - before

    def close(self) -> None:
        """End the open block."""
        if self.build.length > self.start:
            block = Block(self.start, self.build.length, self.links, heading=self.heading > 0)
            if self.tables:
                block.table, block.row, block.col, block.rowspan, block.colspan = self.tables[-1]
            self.blocks.append(block)
            self.build.mark(BREAK)
        self.start = self.build.length
        self.links = 0

    def tag(self, name: str, start: int, end: int) -> None:
        if name not in _INLINE:
            self.close()
            if name in _STRUCTURE:
                self.structure(name, start, end)
        elif name == "br":
            self.build.mark(SOFT)
        elif name == "a":
            self.in_link = 1
        elif name == "/a":
            self.in_link = 0
        elif name in ("sup", "sub") or (
            name == "span" and self.source.find("super", start, end) >= 0
        ):
            if self.superscript is None and (name != "sub" or self.ends_in_digit()):
                self.superscript = self.build.length
        elif name in ("/sup", "/sub", "/span") and self.superscript is not None:
            if self.build.length > self.superscript:
                self.furniture.append((self.superscript, self.build.length))
            self.superscript = None

    def ends_in_digit(self) -> bool:
        """What is lowered behind a digit is a mark; behind a letter it is a part of its name."""
        return bool(self.build.parts) and self.build.parts[-1][-1:].isdigit()

    def leave(self, start: int, end: int) -> None:
        """Text that nobody sees."""
        text = self.source[start:end]
        if not text.isspace():
            self.build.skip()
            self.unseen.append((start, end))

    def structure(self, name: str, start: int, end: int) -> None:
        if name == "title":
            self.in_title = self.title is None
        elif name == "/title":
            self.in_title = False
        elif name in _HEADINGS:
            self.heading = 1
        elif name[1:] in _HEADINGS:
            self.heading = 0
        elif name == "table":
            self.count += 1
            self.tables.append([self.count, 0, 0, 1, 1])
        elif name == "/table" and self.tables:
            self.tables.pop()
        elif name == "tr" and self.tables:
            table = self.tables[-1]
            table[1] += 1
            table[2:] = [0, 1, 1]
        elif name in ("td", "th") and self.tables:
            table = self.tables[-1]
            table[2] += 1
            spans = {"row": 1, "col": 1}
            for match in _SPAN.finditer(self.source, start, end):
                size = int(match.group(2))
                spans[match.group(1).lower()] = min(max(1, size), _MAX_SPAN)
            table[3:] = [spans["row"], spans["col"]]


def read_html(source: str) -> Document:
    """The page's text in blocks. ``source`` is the decoded snapshot."""
    cutter = _Cutter(source)
    tokens = split_tokens(source)
    unseen = find_unseen(source, tokens)
    unsure: list[tuple[int, int, str]] = []
    for number, (name, start, end) in enumerate(tokens):
        if name:
            cutter.tag(name, start, end)
        elif number in unseen.hidden and not cutter.in_title:
            cutter.leave(start, end)
        else:
            before = cutter.build.length
            cutter.text(start, end)
            if number in unseen.moved:
                unsure.append((before, cutter.build.length, "it is moved within its line"))
            elif number in unseen.raised and cutter.superscript is None:
                cutter.furniture.append((before, cutter.build.length))
    cutter.close()
    document = cutter.build.document(cutter.blocks)
    document.source = source
    document.web = True
    document.furniture, document.unsure = cutter.furniture, unsure
    if cutter.title:
        document.title_span = cutter.title
        document.title = strip_markup(source[slice(*cutter.title)])
    if cutter.unseen:
        document.notes.append(_describe(cutter.unseen, unseen))
    return document


def _describe(left: list[tuple[int, int]], unseen: Unseen) -> str:
    characters = sum(end - start for start, end in left)
    why = ", ".join(f"{count} by {name}" for name, count in sorted(unseen.why.items()))
    return (
        f"left out, for nobody sees it: {characters} characters ({why}), "
        f"the first at char:{left[0][0]}-{left[0][1]}"
    )
