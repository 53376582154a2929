"""How a page of a listing says which page it is, how many there are, and where the next one is.

``read_pager`` knows the idioms of the systems that bureaus use. What it gives is what the page
states, so that a walk can compare it with what it asked for; an idiom that it recognises and does
not understand is reported, never passed over.

    createPageHTML(17, 0, "index", "html")                TRS: pages, this one from 0; index_1.html
    createPageHTML('paging', 25, 1, 'index', 'html', 500) TRS: this one from 1; page 2 is index_2.html
    Ls.pagination("#id", function(i){… href='…?pageIndex=' + i}, {currPage: (0+1), pageCount: 3})
    $(".pagination").pagination("setPage", 1, 322)        page 2 is index_2.html
    <a href="index_1.html">下一页</a>, <link rel="next">
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from flows.discover.families.markup import fold, list_matches
from flows.model.errors import ReadError

_SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.S)
_CALL = re.compile(
    r"(?<!function )(?<!function  )\bcreatePageHTML\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)"
)
_ARGUMENT = re.compile(r"\"([^\"]*)\"|'([^']*)'|([^,]+)")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_SUM = re.compile(r"\d{1,6}(?:\s*[+-]\s*\d{1,6})*")
_SET_PAGE = re.compile(r"pagination\s*\(\s*[\"']setPage[\"']\s*,\s*(\d{1,6})\s*,\s*(\d{1,6})\s*\)")
_LS = re.compile(
    r"Ls\.pagination\s*\(.*?href\s*=\s*([\"'])(?P<before>.*?)\1\s*\+\s*\w+"
    r"(?:\s*\+\s*([\"'])(?P<after>.*?)\3)?.*?\{(?P<said>[^{}]*pageCount[^{}]*)\}",
    re.S,
)
_CURRENT = re.compile(r"currPage\s*:\s*([^,}]+)")
_COUNT = re.compile(r"pageCount\s*:\s*([^,}]+)")
#: Numbers that a page's scripts or attributes state beside any pager.
_STATED = {
    "count": re.compile(
        r"\b(?:totalCount|recordCount|totalRecords?)[\"']?\s*[:=]\s*[\"']?(\d{1,7})\b"
    ),
    "pages": re.compile(
        r"\b(?:totalPages?|pageTotal|countPage|logicTotalPage)[\"']?\s*[:=]\s*[\"']?(\d{1,6})\b"
    ),
}
_PAGE_COUNT_ATTRIBUTE = "[pagecount], [data-pagecount], [data-total-page]"
_PAGES_TEXT = re.compile(
    r"共\s*(\d{1,6})\s*页|(?:第|当前)\s*\d{1,6}\s*/\s*(\d{1,6})\s*页|/\s*共?(\d{1,6})\s*页"
)
_NUMBER_TEXT = re.compile(r"(?:当前)?第\s*(\d{1,6})\s*(?:页|/)|当前\s*(\d{1,6})\s*/")
_COUNT_TEXT = re.compile(r"共\s*(?:有|计)?\s*(\d{1,7})\s*(?:条|篇|项|个?记录)")
_NEXT_TEXT = re.compile(
    r"^[\W_]*(?:下\s*一?\s*页|后\s*一?\s*页|next(?:\s*page)?|›|»|&gt;|>{1,2})[\W_]*$", re.I
)
_NEXT_ARROWS = frozenset((">", ">>", "›", "»", "→"))
_PAGE_FILE = re.compile(r"^(?P<name>.*?)_(?P<page>\d{1,5})(?P<ending>\.\w+)$")


@dataclass(frozen=True, slots=True)
class Pager:
    """What a page states of its place in the listing, counted from 1."""

    number: int | None = None
    pages: int | None = None
    count: int | None = None
    following: str | None = None  # href of the next page, as printed or as its system builds it
    doubts: tuple[tuple[str, str], ...] = ()  # what was recognised and not understood


def read_pager(
    source: str, tree: LexborHTMLParser, url: str, number: int, options: Mapping[str, str]
) -> Pager:
    """``url`` and ``number``: the page that was asked for. ``options``: ``next``, ``page``, ``trs``."""
    scripts = list_scripts(tree)
    pager = (
        _read_trs(scripts, url, number, options)
        or _read_ls(scripts)
        or _read_set_page(scripts, url)
        or Pager()
    )
    pager = _complete(pager, scripts, tree)
    if "page" in options:
        return _follow_template(pager, options["page"], number)
    if "next" in options:
        return replace(pager, following=_follow_selector(tree, options["next"]))
    may_follow = pager.number is None or (pager.pages or 0) > pager.number
    if pager.following is None and not pager.doubts and may_follow:
        pager = replace(pager, following=_find_next_link(tree))
    return pager


@dataclass(frozen=True, slots=True)
class TrsCall:
    """What a page tells TRS's createPageHTML; ``pages`` is None where it is not understood."""

    text: str
    pages: int | None
    stated: int  # this page, from 0 or 1
    name: str  # of the first page's file, without its ending
    ending: str
    one_based: bool  # the form that counts from 1


def parse_trs_call(scripts: str) -> TrsCall | None:
    """The first call of createPageHTML in a page's scripts; None: there is none."""
    call = _CALL.search(scripts)
    if call is None:
        return None
    arguments = [a or b or c.strip() for a, b, c in _ARGUMENT.findall(call.group(1))]
    quoted = [bool(a or b) for a, b, _ in _ARGUMENT.findall(call.group(1))]
    one_based = bool(quoted and quoted[0] and not arguments[0].isdigit())
    if one_based:
        del arguments[0]
    values = [_evaluate(text, scripts) for text in arguments[:2]]
    if len(arguments) < 4 or None in values:
        return TrsCall(call.group()[:120], None, 0, "", "", one_based)
    name, ending = arguments[2].strip("\"'"), arguments[3].strip("\"'").lstrip(".")
    return TrsCall(call.group()[:120], values[0] or 0, values[1] or 0, name, ending, one_based)


def list_scripts(tree: LexborHTMLParser) -> str:
    """All scripts of a page without their comments."""
    return _SCRIPT_COMMENT.sub("", "\n".join(node.text() for node in tree.css("script")))


def _read_trs(scripts: str, url: str, number: int, options: Mapping[str, str]) -> Pager | None:
    call = parse_trs_call(scripts)
    if call is None:
        return None
    if call.pages is None:
        return Pager(doubts=((call.text, "a pager that was not understood"),))
    first = _find_base(options, call.stated, number, url, call.one_based or call.name == "list")
    this = call.stated + 1 - first
    following = f"{call.name}_{this + first}.{call.ending}" if this < call.pages else None
    return Pager(this, max(call.pages, 1), following=following)


def _find_base(
    options: Mapping[str, str], stated: int, number: int, url: str, one_based: bool
) -> int:
    """Whether a TRS pager counts its pages from 0 or 1.

    A declared option decides; then the address that was asked for, which has the pager's own
    number; then the form of the call. None but a pager from 0 states 0.
    """
    declared = options.get("trs")
    if declared is not None:
        if declared not in ("0", "1"):
            raise ReadError(
                f"the option trs is {declared!r}", remedy="0 or 1 is what it counts from"
            )
        return int(declared)
    asked = _PAGE_FILE.match(urlsplit(url).path.rpartition("/")[2])
    if number > 1 and asked:
        page = int(asked["page"])
        if page in (number, number - 1):
            return 1 + page - number
    return 0 if stated == 0 else int(one_based)


def _read_ls(scripts: str) -> Pager | None:
    found = _LS.search(scripts)
    if found is None:
        return None
    current, count = _CURRENT.search(found["said"]), _COUNT.search(found["said"])
    number = _evaluate(current.group(1), scripts) if current else None
    pages = _evaluate(count.group(1), scripts) if count else None
    if number is None or pages is None:
        return Pager(doubts=((found.group()[:120], "a pager that was not understood"),))
    following = f"{found['before']}{number + 1}{found['after'] or ''}" if number < pages else None
    return Pager(number, pages, following=following)


def _read_set_page(scripts: str, url: str) -> Pager | None:
    found = _SET_PAGE.search(scripts)
    if found is None:
        return None
    number, pages = int(found.group(1)), int(found.group(2))
    file = urlsplit(url).path.rpartition("/")[2] or "index.html"
    asked = _PAGE_FILE.match(file)
    name, dot, ending = file.rpartition(".")
    if asked:
        name, dot, ending = asked["name"], "", asked["ending"]
    following = f"{name}_{number + 1}{dot}{ending}" if number < pages else None
    return Pager(number, pages, following=following)


def _complete(pager: Pager, scripts: str, tree: LexborHTMLParser) -> Pager:
    """The pager with what scripts, attributes and the page's words say beside it."""
    stated = {name: _read_first(pattern, scripts) for name, pattern in _STATED.items()}
    text = fold(tree.body.text(separator=" ")) if tree.body else ""
    pages = pager.pages or stated["pages"]
    for node in tree.css(_PAGE_COUNT_ATTRIBUTE) if pages is None else ():
        for name in ("pagecount", "data-pagecount", "data-total-page"):
            value = node.attributes.get(name) or ""
            if value.isdecimal() and len(value) <= 6:
                pages = int(value)
    return replace(
        pager,
        number=pager.number or _read_first(_NUMBER_TEXT, text),
        pages=pages or _read_first(_PAGES_TEXT, text),
        count=pager.count or stated["count"] or _read_first(_COUNT_TEXT, text),
    )


def _follow_template(pager: Pager, template: str, number: int) -> Pager:
    """The next page by the source's own template: ``{page}`` counts from 1, ``{page0}`` from 0."""
    if "{page}" not in template and "{page0}" not in template:
        raise ReadError(
            f"the option page is {template!r}", remedy="write {page} (from 1) or {page0} (from 0)"
        )
    if pager.pages is not None and number >= pager.pages:
        return replace(pager, following=None)
    href = template.replace("{page}", str(number + 1)).replace("{page0}", str(number))
    return replace(pager, following=href)


def _follow_selector(tree: LexborHTMLParser, selector: str) -> str | None:
    found = list_matches(tree, selector)
    return (found[0].attributes.get("href") or None) if found else None


def _find_next_link(tree: LexborHTMLParser) -> str | None:
    """The link that calls itself the next page; a switched-off one leads nowhere."""
    for node in tree.css("link[rel~=next], a[rel~=next]"):
        href = node.attributes.get("href")
        if href:
            return href
    arrows: list[str] = []
    for node in tree.css("a[href]"):
        href = (node.attributes.get("href") or "").strip()
        text = fold(node.text()) or fold(node.attributes.get("title"))
        if not href or href.startswith("#") or href.lower().startswith("javascript:"):
            continue
        if text in _NEXT_ARROWS:
            arrows.append(href)
        elif _NEXT_TEXT.match(text) or (
            "next" in (node.attributes.get("class") or "").lower().split() and not text
        ):
            return href
    return arrows[0] if len(set(arrows)) == 1 else None


def _evaluate(text: str, scripts: str) -> int | None:
    """A number, a sum of numbers, or the variable that one was assigned to."""
    plain = text.strip().strip("\"'").replace("(", "").replace(")", "").strip()
    if _NAME.fullmatch(plain):
        assigned = re.findall(rf"\b{re.escape(plain)}\s*=\s*[\"']?(\d{{1,6}})\b", scripts)
        return int(assigned[-1]) if assigned else None
    if not _SUM.fullmatch(plain):
        return None
    total, sign = 0, 1
    for part in re.findall(r"\d+|[+-]", plain):
        if part in "+-":
            sign = 1 if part == "+" else -1
        else:
            total += sign * int(part)
    return total


def _read_first(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return next((int(value) for value in found.groups() if value), None) if found else None
