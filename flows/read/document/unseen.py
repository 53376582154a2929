"""Which stretches of a page's text a person does not see, or sees elsewhere in the line.

``find_unseen`` looks at a page only where it says something that hides at all. The page's tree is
built by the library, as browsers build it, from a copy in which each stretch of text carries its
number; so an element that is never closed, or closed in another's place, hides exactly what it
hides in a browser. ``aria-hidden`` hides nothing: it is for those who listen. The page as a
whole (``html``, ``body``) is never hidden: what hides it waits for a script that shows it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from flows.read.document.css import (
    Rule,
    find_hiding,
    is_clear,
    may_tell,
    name_color,
    parse_declarations,
    parse_sheet,
    read_length,
)

Token = tuple[str, int, int]

_STYLE = re.compile(r"\sstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I)
_TAGS = re.compile(
    r"<(?:bdo|s|del|strike|dialog|datalist|rt)[\s>]|<(?:canvas|audio|video)(?:\s[^<>]*)?>\s*[^<\s]"
    r"|<font\s[^<>]*color\s*=\s*[\"']?(?:white|#f{3,6}\b)",
    re.I,
)
#: elements that stand within a line
_WORDS = "span|i|b|em|strong|font|u|small|big|bdi"
_HIDDEN = re.compile(r"\shidden(?=[\s=>/])", re.I)
_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style", re.I | re.S)
_MARK = re.compile("\ufdd2(\\d+)\ufdd3")
_HIDDEN_TAGS = "[hidden],dialog:not([open]),datalist,canvas,audio,video,rp"
_STRUCK_TAGS = "del,s,strike"
_FEW = 20  # styles that are looked up one by one
_SHORT = 40  # characters of a stretch that is moved within its line
_MARK_LENGTH = 6  # characters of a raised mark
_MOST_CANDIDATES = 20_000
_DEEPEST = 300


@dataclass(slots=True)
class Unseen:
    """Numbers of text tokens; ``why`` counts the stretches by what hides them."""

    hidden: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    raised: set[int] = field(default_factory=set)
    why: Counter[str] = field(default_factory=Counter)


def find_unseen(source: str, tokens: Sequence[Token]) -> Unseen:
    """``tokens`` as ``split_tokens`` gives them."""
    found = Unseen()
    styles = _list_telling(source)
    if styles or may_hide(source):
        parts: list[str] = []
        position = 0
        for number, (name, start, end) in enumerate(tokens):
            if not name and not (end - start < 99 and source[start:end].isspace()):
                parts.append(f"{source[position:start]}\ufdd2{number}\ufdd3")
                position = start
        parts.append(source[position:])
        _Page(source, styles, LexborHTMLParser("".join(parts)), found).look()
    return found


def may_hide(source: str) -> bool:
    """Does a page, the styles of its elements apart, say anything that hides or moves?"""
    if ("hidden" in source and _HIDDEN.search(source)) or _TAGS.search(source):
        return True
    sheets = _SHEET.findall(source)
    rules = [rule for sheet in sheets for rule in parse_sheet(sheet) if rule.tells]
    if not rules:
        return False
    page = _SHEET.sub("", source)
    return any(_may_apply(rule, page) for rule in rules)


def _may_apply(rule: Rule, page: str) -> bool:
    """May a rule hold for something in the page, and a weak one for words in a line?"""
    if not all(name in page for name in rule.names):
        return False
    if not rule.weak:
        return True
    last = rule.last[-1] if rule.last else ""
    if last[:1] not in (".", "#"):
        return last in _INLINE or not last
    name = re.escape(last[1:])
    return re.search(rf"<(?:{_WORDS})(?=[\s>])[^<>]*{name}", page, re.I) is not None


def _list_telling(source: str) -> list[str]:
    """The distinct styles of elements that may hide or move something."""
    return [style for a, b, c in set(_STYLE.findall(source)) if may_tell(style := a or b or c)]


@dataclass(slots=True)
class _Page:
    source: str
    styles: list[str]  # of elements, that may hide or move something
    tree: LexborHTMLParser
    found: Unseen
    rules: list[Rule] = field(default_factory=list)
    members: dict[int, frozenset[int]] = field(default_factory=dict)  # of a rule, by its place
    declared: dict[int, dict[str, str]] = field(default_factory=dict)  # by node
    linked: bool = False  # has it sheets in other files?

    def look(self) -> None:
        for sheet in self.tree.css("style"):
            if "print" not in (sheet.attributes.get("media") or ""):
                self.rules += parse_sheet(sheet.text())
        if self.rules:
            page = _SHEET.sub("", self.source)
            self.rules = [rule for rule in self.rules if _may_apply(rule, page)]
        self.linked = self.tree.css_first("link[rel~=stylesheet]") is not None
        self.look_at_elements(self.tree.css(_HIDDEN_TAGS), "hidden")
        self.look_at_elements(self.tree.css(_STRUCK_TAGS), "struck out")
        for node in self.tree.css("bdo[dir=rtl]"):
            self.note_short(node, self.found.moved)
        for node in self.tree.css("rt"):
            self.found.raised.update(_tokens_in(node))
        nodes = {node.mem_id: node for node in self.tree.css("font[color]")}
        nodes |= {node.mem_id: node for node in self.select_styled()}
        for place, rule in enumerate(self.rules):
            if rule.tells:
                members = self.select(rule.selector)
                self.members[place] = frozenset(node.mem_id for node in members)
                if rule.pseudo:
                    self.look_at_pseudo(rule, members)
                else:
                    nodes |= {node.mem_id: node for node in members}
        for node in list(nodes.values())[:_MOST_CANDIDATES]:
            if node.tag not in ("html", "body", "head", "style", "script", "title"):
                self.look_at(node)

    def select_styled(self) -> list[LexborNode]:
        """The elements with a style of their own that may hide or move something."""
        telling = [unescape(style) for style in self.styles]
        if not telling:
            return []
        if len(telling) <= _FEW and not any(
            sign in style for style in telling for sign in '"\\\n\r'
        ):
            return [node for style in telling for node in self.select(f'[style="{style}"]')]
        among = frozenset(telling)
        return [n for n in self.tree.css("[style]") if n.attributes.get("style") in among]

    def select(self, selector: str) -> list[LexborNode]:
        try:
            return self.tree.css(selector)
        except SelectolaxError:
            return []  # a selector of a kind that the library doesn't know

    def look_at_elements(self, nodes: list[LexborNode], why: str) -> None:
        """Hidden by what they are, unless a rule shows them."""
        for node in nodes:
            said = self.declare(node)
            shown = said.get("display", "none") != "none" if why == "hidden" else False
            if not shown:
                self.hide(_tokens_in(node), why)

    def look_at_pseudo(self, rule: Rule, members: list[LexborNode]) -> None:
        """What a sheet writes before or after an element, or does to its first letter."""
        said = {name: value for name, (value, _) in rule.said.items()}
        written = said.get("content", "")
        writes = re.search(r"[\"'].*[\d.].*[\"']|attr\(|counter", written)
        hides = rule.pseudo.startswith("first") and (
            find_hiding(said) or said.get("font-size", "")[:1] == "0" or "color" in said
        )
        if (rule.pseudo in ("before", "after") and writes) or hides:
            for node in members:
                self.note_short(node, self.found.moved)

    def note_short(self, node: LexborNode, kept: set[int]) -> None:
        """A stretch within a line; what is longer is the page's layout."""
        if len(_MARK.sub("", node.text())) <= _SHORT:
            kept.update(_tokens_in(node))

    def look_at(self, node: LexborNode) -> None:
        said = self.declare(node)
        why = find_hiding(said)
        if why is not None:
            self.hide(_tokens_in(node), why)
            return
        if any(name in said for name in _INHERITED):
            for text in node.traverse(include_text=True):
                if text.tag == "-text" and (numbers := _numbers_of(text)):
                    why = self.find_inherited(text)
                    if why is not None:
                        self.hide(numbers, why)
        if "line-through" in said.get("text-decoration", "") + said.get("text-decoration-line", ""):
            self.hide(_tokens_in(node), "struck out")
        self.look_for_moves(node, said)

    def look_for_moves(self, node: LexborNode, said: dict[str, str]) -> None:
        turned = said.get("direction") == "rtl" and (
            "override" in said.get("unicode-bidi", "") or node.css_first("*") is not None
        )
        lift = read_length(said.get("top")) or -(read_length(said.get("bottom")) or 0)
        relative = said.get("position") == "relative"
        align = said.get("vertical-align", "")
        text = _MARK.sub("", node.text()).strip()
        if align in ("super", "text-top", "sub") or (read_length(align) or 0) >= 3:
            if len(text) <= _MARK_LENGTH:
                self.found.raised.update(_tokens_in(node))
        elif relative and lift <= -2 and len(text) <= _MARK_LENGTH:
            self.found.raised.update(_tokens_in(node))
        elif (
            turned
            or said.get("flex-direction", "").endswith("-reverse")
            or said.get("order", "0") != "0"
            or (said.get("float") in ("left", "right") and node.tag in _INLINE)
            or (said.get("position") == "absolute" and node.tag in _INLINE)
            or (relative and (read_length(said.get("left")) or read_length(said.get("right"))))
            or (read_length(said.get("letter-spacing")) or 0) <= -6
        ):
            self.note_short(node, self.found.moved)

    def hide(self, numbers: list[int], why: str) -> None:
        fresh = set(numbers) - self.found.hidden
        if fresh:
            self.found.hidden |= fresh
            self.found.why[why] += 1

    def declare(self, node: LexborNode) -> dict[str, str]:
        """What is said of a node: the sheets' rules by their weight, then the node itself."""
        known = self.declared.get(node.mem_id)
        if known is not None:
            return known
        marks = {f".{name}" for name in (node.attributes.get("class") or "").split()}
        marks |= {node.tag or "", f"#{node.attributes.get('id') or ''}"}
        won: dict[str, tuple[tuple[bool, tuple[int, ...]], str]] = {}
        for place, rule in enumerate(self.rules):
            if rule.pseudo or not marks.issuperset(rule.last):
                continue
            if place not in self.members:
                self.members[place] = frozenset(each.mem_id for each in self.select(rule.selector))
            if node.mem_id in self.members[place]:
                for name, (value, important) in rule.said.items():
                    key = (important, rule.weight)
                    if name not in won or key >= won[name][0]:
                        won[name] = (key, value)
        for name, (value, important) in parse_declarations(
            node.attributes.get("style") or ""
        ).items():
            own = (important, (10**6, 0, 0, 0))
            if name not in won or own >= won[name][0]:
                won[name] = (own, value)
        said = {name: value for name, (_, value) in won.items()}
        if node.tag == "font" and node.attributes.get("color"):
            said.setdefault("color", (node.attributes["color"] or "").lower())
        ground = node.attributes.get("bgcolor")
        if ground:
            said.setdefault("background-color", ground.lower())
        self.declared[node.mem_id] = said
        return said

    def find_inherited(self, text: LexborNode) -> str | None:
        """What hides a text by a property that it takes over from the nearest element that says it."""
        chain: list[dict[str, str]] = []
        above = text.parent
        while above is not None and len(chain) < _DEEPEST:
            chain.append(self.declare(above))
            above = above.parent
        seen = next((s["visibility"] for s in chain if "visibility" in s), "visible")
        if seen in ("hidden", "collapse"):
            return "visibility"
        for said in chain:
            size = said.get("font-size", "")
            if size and not size.endswith(("em", "%")):
                length = read_length(size)
                if length is not None and length < 2:
                    return "font size"
                break
            if size and (read_length(size) or 0) < 0.5:
                return "font size"
        indent = next((s["text-indent"] for s in chain if "text-indent" in s), "0")
        if (read_length(indent) or 0) <= -500:
            return "off the page"
        return self.find_colour(chain)

    def find_colour(self, chain: list[dict[str, str]]) -> str | None:
        color = next(
            (
                s.get("-webkit-text-fill-color") or s.get("color", "")
                for s in chain
                if "color" in s or "-webkit-text-fill-color" in s
            ),
            "",
        )
        if is_clear(color):
            return "colour"
        for said in chain:
            ground = said.get("background-color") or said.get("background", "")
            if ground and not is_clear(ground):
                return "colour" if name_color(ground) == name_color(color) else None
        plain = not self.linked and name_color(color) == "#ffffff"
        return "colour" if plain else None


_INHERITED = frozenset(
    ("visibility", "font-size", "text-indent", "color", "-webkit-text-fill-color")
)
_INLINE = frozenset(_WORDS.split("|"))


def _numbers_of(text: LexborNode) -> list[int]:
    return [int(number) for number in _MARK.findall(text.text_content or "")]


def _tokens_in(node: LexborNode) -> list[int]:
    return [int(number) for number in _MARK.findall(node.text())]
