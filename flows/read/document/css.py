"""The few rules of a page's style sheets that decide whether its text is seen.

No layout is computed: only declarations that take an element out of sight, or out of its place in
the line, are read, and those that take that back. Sheets in other files are not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

#: Properties that are looked at.
PROPERTIES = frozenset(
    (
        "display", "visibility", "opacity", "filter", "font-size", "font", "text-indent", "position",
        "left", "right", "top", "bottom", "margin-left", "margin-top", "clip", "clip-path",
        "height", "max-height", "width", "max-width", "overflow", "transform", "zoom", "color",
        "-webkit-text-fill-color", "background", "background-color", "vertical-align", "direction",
        "unicode-bidi", "flex-direction", "order", "float", "text-decoration",
        "text-decoration-line", "content-visibility", "content", "letter-spacing",
    )
)  # fmt: skip
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)|<!--|-->", re.S)
_BRACE = re.compile(r"[{}]")
_PART = re.compile(r"([.#]?)((?:[\w-]|[^\x00-\x7f])+)")
_PSEUDO = re.compile(r"::?(before|after|first-letter|first-line|marker|placeholder|selection)\b")
_PASSING = re.compile(
    r":(?:hover|active|focus(?:-within|-visible)?|visited|target|checked|disabled)\b"
)
_OTHER_MEDIA = re.compile(r"\bprint\b|max-(?:device-)?width|\bnot\b|prefers-|orientation")
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|ex|ch|%|vw|vh|cm|mm|in)?")
_PIXELS = {
    "px": 1.0, "pt": 1.33, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "%": 10.0, "vw": 12.0,
    "vh": 8.0, "cm": 38.0, "mm": 3.8, "in": 96.0,
}  # fmt: skip
_TELLING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*[hc]|opacity\s*:\s*0?\.?0|opacity\(\s*\.?0"
    r"|font(?:-size)?\s*:\s*(?:0|\.\d|1(?:\.\d+)?p[xt])|-\s*\d{3}"
    r"|(?:left|top|right|bottom)\s*:\s*\d{4}|clip(?:-path)?\s*:\s*[rcip]|content\s*:\s*(?:attr|counter)"
    r"|content\s*:\s*(?:\"[^\"]*[\d.]|'[^']*[\d.])|content-visibility|scale|translate|zoom\s*:\s*0?\.?0"
    r"|(?:height|width)\s*:\s*[01](?:\.\d*)?(?:p[xt])?(?![\d.%a-z])"
    r"|(?<!-)color\s*:\s*(?:transparent|white|#f{3,6}\b|rgba?\(\s*255\s*,\s*255\s*,\s*255"
    r"|(?:rgba|hsla)\([^)]*,\s*0?\.?0*\s*\)|#(?:[0-9a-f]{3}0|[0-9a-f]{6}00)\b)|fill-color"
    r"|vertical-align\s*:\s*(?:su|text-top|\d)|direction\s*:\s*rtl|-reverse|float\s*:\s*[lr]"
    r"|(?<![\w-])order\s*:\s*-?[1-9]|line-through|letter-spacing\s*:\s*-[^;]*(?:em|[6-9]p|\d\dp)"
    r"|position\s*:\s*(?:relative|absolute)(?=.*(?:left|right|top|bottom)\s*:\s*-?\.?[\d.]*[1-9])"
    r"|(?:left|right|top|bottom)\s*:\s*-?\.?[\d.]*[1-9][^;]*;(?=.*position\s*:\s*(?:relative|absolute))",
    re.I | re.S,
)
#: of them what says much of a layout, and of a word in a line only where it stands in one
_WEAK = re.compile(r"float|position|^(?:left|right|top|bottom)[^;]*;$", re.I | re.S)
_MOST_RULES = 20_000
_FAR = 500.0  # pixels beside the page from which nothing comes back into it


@dataclass(frozen=True, slots=True)
class Rule:
    selector: str
    pseudo: str  # before, after, first-letter … or ""
    said: dict[str, tuple[str, bool]]  # property: value, and whether it is important
    weight: tuple[int, int, int, int]  # specificity and order
    last: tuple[str, ...]  # tag, classes and identity of the last part: ("td", ".x")
    names: frozenset[str]  # every class and identity; a page without one of them has no match
    tells: bool  # may hide or move by itself
    weak: bool  # moves, and only what stands within a line


def parse_declarations(text: str) -> dict[str, tuple[str, bool]]:
    """``display:none;color:red`` by property; of one property the last counts."""
    found: dict[str, tuple[str, bool]] = {}
    for declaration in text.split(";"):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        if not colon or name not in PROPERTIES:
            continue
        value = " ".join(value.lower().split())
        important = value.endswith("!important")
        value = value.removesuffix("!important").strip()
        if found.get(name, ("", False))[1] and not important:
            continue
        found[name] = (value, important)
        if name == "font" and (size := re.search(r"(?:^|\s)(0[\w.%]*)(?:/|\s|$)", value)):
            found["font-size"] = (size.group(1), important)
    return found


@lru_cache(maxsize=64)  # the pages of a site share their sheets
def parse_sheet(text: str) -> tuple[Rule, ...]:
    """The rules of a sheet that hold on a screen and say something of ``PROPERTIES``."""
    text = _COMMENT.sub("", text)
    rules: list[Rule] = []
    open_groups: list[bool] = []  # of the groups around: do their rules hold?
    start = 0
    for brace in _BRACE.finditer(text):
        at = brace.start()
        if brace.group() == "}":
            if open_groups:
                open_groups.pop()
            start = at + 1
            continue
        prelude = text[start:at].rpartition(";")[2].strip()
        start = at + 1
        if prelude.startswith("@"):
            holds = re.match(r"@(media|supports|layer)\b", prelude) is not None
            open_groups.append(holds and not _OTHER_MEDIA.search(prelude))
            continue
        end = text.find("}", at)
        said = parse_declarations(text[at + 1 : end if end >= 0 else len(text)])
        open_groups.append(True)
        if said and all(open_groups) and len(rules) < _MOST_RULES:
            rules += _make_rules(prelude, said, len(rules))
    return tuple(rules)


def _make_rules(prelude: str, said: dict[str, tuple[str, bool]], order: int) -> list[Rule]:
    made = []
    style = ";".join(f"{name}:{value}" for name, (value, _) in said.items())
    tells = may_tell(style)
    weak = tells and is_weak(style)
    for written in re.split(r",(?![^(]*\))", prelude):
        pseudo = _PSEUDO.search(written)
        selector = _PSEUDO.sub("", written).strip() or "*"
        if _PASSING.search(selector):
            continue
        bare = re.sub(r"\[[^\]]*\]", ".a", selector)
        weight = (
            bare.count("#"),
            len(re.findall(r"\.[\w-]|(?<!:):(?!:|not)", bare)),
            len(re.findall(r"(?:^|[\s>+~(])[a-zA-Z]", bare)),
            order,
        )
        simple = re.sub(r"\[[^\]]*\]|\([^)]*\)", "", selector)
        last = re.split(r"[\s>+~]", simple)[-1].partition(":")[0]
        made.append(
            Rule(
                selector,
                pseudo.group(1) if pseudo else "",
                said,
                weight,
                tuple(mark + name for mark, name in _PART.findall(last)),
                frozenset(name for mark, name in _PART.findall(simple) if mark),
                tells,
                weak,
            )
        )
    return made


def is_weak(style: str) -> bool:
    """Does what tells in a style concern words within a line alone?"""
    found = [match.group() for match in _TELLING.finditer(style)]
    return bool(found) and all(map(_WEAK.match, found))


@lru_cache(maxsize=4096)  # a page has few styles, and its elements many times the same
def may_tell(style: str) -> bool:
    """May these declarations hide an element, or move it within its line? Asked of every style."""
    if _TELLING.search(style):
        return True
    if "background" not in style:
        return False
    said = parse_declarations(style)
    ground = said.get("background-color") or said.get("background") or ("", False)
    return "color" in said and name_color(ground[0]) == name_color(said["color"][0])


def read_length(value: str | None) -> float | None:
    """A length in pixels, roughly; None for auto and the like."""
    match = _LENGTH.fullmatch(value or "")
    if match is None:
        return None
    number = float(match.group(1))
    return number if match.group(2) is None else number * _PIXELS[match.group(2)]


def find_hiding(said: dict[str, str]) -> str | None:
    """Why an element with these declarations and all that is in it is not seen, or None."""
    if said.get("display") == "none" or said.get("content-visibility") == "hidden":
        return "display"
    for name in ("opacity", "zoom"):
        number = _LENGTH.fullmatch(said.get(name, ""))
        if number and float(number.group(1)) <= (5 if number.group(2) == "%" else 0.05):
            return name
    if re.search(r"opacity\(\s*0*\.?0*%?\s*\)", said.get("filter", "")):
        return "opacity"
    if re.search(
        r"scale[xy]?\(\s*0*\.?0*\s*[,)]|translate\w*\(\s*-\d{4,}", said.get("transform", "")
    ):
        return "transform"
    return _find_far(said) or _find_clip(said)


def _find_far(said: dict[str, str]) -> str | None:
    names = ["margin-left", "margin-top"]
    if said.get("position") in ("absolute", "fixed", "relative"):
        names += ["left", "right", "top", "bottom"]
    for name in names:
        length = read_length(said.get(name))
        if length is not None and (length <= -_FAR or length >= 10 * _FAR):
            return "off the page"
    return None


def _find_clip(said: dict[str, str]) -> str | None:
    absolute = said.get("position") in ("absolute", "fixed")
    clip = re.fullmatch(r"rect\(([^)]*)\)", said.get("clip", ""))
    if clip and absolute:
        sides = [read_length(side) for side in re.split(r"[\s,]+", clip.group(1).strip())]
        if len(sides) == 4 and all(side is not None and abs(side) <= 1 for side in sides):
            return "clip"
    path = said.get("clip-path", "")
    if re.match(
        r"inset\(\s*(?:[5-9]\d|100)(?:\.\d+)?%|circle\(\s*0|polygon\(\s*0 0\s*(?:,\s*0 0\s*)+\)",
        path,
    ):
        return "clip"
    if said.get("overflow", "").startswith(("hidden", "clip")):
        for name in ("height", "max-height", "width", "max-width"):
            size = read_length(said.get(name))
            if size is not None and size <= 1:
                return "a box without room"
    return None


def is_clear(color: str) -> bool:
    """Is a colour no colour?"""
    return color == "transparent" or bool(
        re.fullmatch(r"(?:rgba|hsla)\(.*[,/]\s*0*\.?0*%?\s*\)|#[0-9a-f]{3}0|#[0-9a-f]{6}00", color)
    )


def name_color(value: str) -> str:
    """One spelling of the colours that grounds mostly have; others as they are written."""
    color = value.strip().lower()
    short = re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", color)
    if short:
        color = "#" + "".join(2 * digit for digit in short.groups())
    numbers = re.fullmatch(
        r"rgba?\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)(?:[,/\s]+1(?:\.0)?)?\s*\)", color
    )
    if numbers:
        color = "#{:02x}{:02x}{:02x}".format(*(min(255, int(each)) for each in numbers.groups()))
    return {"white": "#ffffff", "black": "#000000"}.get(color, color)
