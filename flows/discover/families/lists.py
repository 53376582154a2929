"""Which of a page's links are the rows of its list, told by the page's structure alone.

A list is links in elements of one kind under one parent: ``li``, ``tr``, ``dd``, ``div``, a table
each, or bare anchors with their dates between them. What speaks for a list are dates beside its
links and long titles; menus, paths and footers have neither. Where two lists have much the same
standing, or only a menu is left, nothing is taken: ``ReadError`` says what to declare.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from selectolax.lexbor import LexborHTMLParser, LexborNode

from flows.discover.dates import find_day
from flows.discover.families.markup import Item, fold, list_texts, read_item
from flows.model.errors import ReadError

_CLIMB = 10  # levels between a link and the parent of its row
_PAGER = re.compile(
    r"^\W*(?:\d{1,4}|首\s*页|上一?页|下一?页|前一?页|后一?页|尾\s*页|末\s*页|第?\d*页|go|跳转|确定|"
    r"prev(?:ious)?|next|first|last|返回.*|首页|主页)\W*$",
    re.IGNORECASE,
)
#: Links that stand beside a row's own: its category, its attachment, its reading.
_MINOR = re.compile(
    r"^(?:[\[【(（].{1,10}[\])】）]|.{0,2}(?:详情|详细|全文|更多|下载|附件|图解|解读|原文).{0,4}|more.*|"
    r"pdf|word|docx?|excel|xlsx?|read.*|[>»›…]+)$",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:^|[-_ ])(?:nav\w*|menu\w*|foot\w*|crumb\w*|breadcrumb\w*|dqwz|weizhi|pagination|pager|"
    r"friend\w*|yqlj|copyright|aside|side\w*|recommend|related|share|sitemap|login)(?:$|[-_ ])",
    re.IGNORECASE,
)
_FURNITURE_TAGS = frozenset(("nav", "header", "footer", "aside", "select"))
_ARTICLE = re.compile(
    r"\.(?:s?html?|aspx?|jsp|php|pdf|xlsx?|docx?|zip)(?:$|[?#])|\d{3}|[?&]\w*id=", re.I
)
_FLAT = frozenset(("a", "dt", "dd", "span", "font", "strong", "b", "h2", "h3", "h4", "h5", "p"))
_QUOTED = 80
_SHORT = 8  # characters; a menu's labels are no longer
_ENOUGH = 25  # characters of a title beyond which more say nothing for a list
_DATED_WEIGHT = 3.0
_FURNITURE_WEIGHT = 0.2
#: A list with this share of the best one's standing makes the choice a guess: by whether the best
#: one has dates, and the other. A list with dates is hardly ever the lesser one.
_RIVAL = {(True, True): 0.5, (False, False): 0.5, (True, False): 0.9, (False, True): 0.15}


@dataclass(slots=True)
class _Group:
    """Elements of one kind under parents that stand side by side, each with links in it."""

    parents: dict[int, LexborNode] = field(default_factory=dict)
    rows: dict[int, LexborNode] = field(default_factory=dict)
    anchors: dict[int, list[LexborNode]] = field(default_factory=dict)
    parent_of: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class List:
    items: tuple[Item, ...]
    standing: float
    is_dated: bool
    depth: int  # of its rows in the page
    unclear: tuple[tuple[str, str], ...] = ()  # rows of which no link stands out, with the reason

    @property
    def links(self) -> frozenset[tuple[str, str]]:
        return frozenset((item.href, item.title) for item in self.items)


def find_list(
    tree: LexborHTMLParser,
    formats: Sequence[str],
    is_own: Callable[[str], bool],
    *,
    is_whole: bool = False,
) -> List:
    """The page's list. ``is_own``: whether a link stays on the source's hosts.

    ``is_whole``: the markup holds nothing but the list, so that links without a date are rows too.
    """
    lists = [
        found
        for group in _group_anchors(tree)
        if (found := _read_group(group, formats, is_own, is_whole=is_whole)) is not None
    ]
    if not lists:
        raise ReadError(
            "no list of links was recognised", remedy="declare item.row, or another family"
        )
    lists.sort(key=lambda each: (-each.standing, each.depth))
    best = lists[0]
    for other in lists[1:]:
        share = _RIVAL[best.is_dated, other.is_dated]
        if not (other.links & best.links) and other.standing >= share * best.standing:
            raise ReadError(
                f"two lists of links with much the same standing: {_quote(best)} and {_quote(other)}",
                remedy="declare item.row",
            )
    return best


def read_row(row: LexborNode, formats: Sequence[str], beside: Sequence[str] = ()) -> Item | None:
    """What one element prints as a row; None where no link of it stands out."""
    anchors = [row] if row.tag == "a" else row.css("a")
    main = _choose_anchors(anchors)
    return read_item(row, main, formats, beside) if main else None


def _group_anchors(tree: LexborHTMLParser) -> list[_Group]:
    groups: dict[tuple[int, str, str, str], _Group] = {}
    for anchor in tree.css("a"):
        if "href" not in anchor.attributes and "onclick" not in anchor.attributes:
            continue
        child = anchor
        for _ in range(_CLIMB):
            parent = child.parent
            if parent is None or parent.tag in ("html", "-document"):
                break
            above = parent.parent
            tag = parent.tag or ""
            looks = "" if tag in ("tr", "li") else parent.attributes.get("class") or ""
            key = (above.mem_id if above is not None else 0, tag, looks, child.tag or "")
            group = groups.setdefault(key, _Group())
            group.parents[parent.mem_id] = parent
            group.rows[child.mem_id] = child
            group.anchors.setdefault(child.mem_id, []).append(anchor)
            group.parent_of[child.mem_id] = parent.mem_id
            child = parent
    return list(groups.values())


def _read_group(
    group: _Group, formats: Sequence[str], is_own: Callable[[str], bool], *, is_whole: bool
) -> List | None:
    chosen = {key: _choose_anchors(anchors) for key, anchors in group.anchors.items()}
    clear = [key for key, anchors in chosen.items() if anchors]
    if not clear or len(clear) * 5 < len(chosen) * 4:
        return None
    beside = _list_beside(group, clear)
    read = {
        key: read_item(group.rows[key], chosen[key], formats, beside.get(key, ())) for key in clear
    }
    read = {key: item for key, item in read.items() if item.title}
    dated = {key for key, item in read.items() if item.is_dated}
    is_dated = len(dated) * 2 >= len(read)
    if is_dated:  # links under a parent of its own that has no date are no part of the list
        with_dates = {group.parent_of[key] for key in dated}
        read = {key: item for key, item in read.items() if group.parent_of[key] in with_dates}
    items = list(read.values())
    if not items or not (is_dated or is_whole or _is_list_without_dates(items, is_own)):
        return None
    depth, furniture = _look_up(group.rows[next(iter(read))])
    weight = (_DATED_WEIGHT if is_dated else 1.0) * (_FURNITURE_WEIGHT if furniture else 1.0)
    titles = {(item.href, item.title) for item in items}
    standing = weight * sum(min(len(title), _ENOUGH) for _, title in titles)
    unclear = tuple(
        (fold(row.text())[:_QUOTED], "several links in one row, and none of them stands out")
        for key, row in group.rows.items()
        if not chosen[key] and group.parent_of[key] in {group.parent_of[row] for row in read}
    )
    return List(tuple(items), standing, is_dated, depth, unclear)


def _is_list_without_dates(items: Sequence[Item], is_own: Callable[[str], bool]) -> bool:
    """Whether links without a date are a list all the same: articles of this site, no menu."""
    own = {item.href: item for item in items if _ARTICLE.search(item.href) and is_own(item.href)}
    if len(own) < 2 or len(own) * 2 < len({item.href for item in items}):
        return False
    numbered = sum(
        bool(re.search(r"\d|[〇○一二三四五六七八九]{4}年", item.title)) for item in own.values()
    )
    return median(len(item.title) for item in items) > _SHORT or numbered * 2 > len(own)


def _choose_anchors(anchors: Sequence[LexborNode]) -> list[LexborNode]:
    """The anchors of a row that lead to what the row is about; none where several might."""
    by_href: dict[str, list[LexborNode]] = {}
    for anchor in anchors:
        href = (anchor.attributes.get("href") or "").strip()
        by_href.setdefault(href, []).append(anchor)
    labels = {
        href: max((_read_label(anchor) for anchor in same), key=len)
        for href, same in by_href.items()
    }
    labels = {href: label for href, label in labels.items() if label and not _PAGER.match(label)}
    major = {href: label for href, label in labels.items() if not _MINOR.match(label)} or labels
    if not major:
        return []
    first, *rest = sorted(major, key=lambda href: -len(major[href]))
    if any(len(major[href]) >= _SHORT or len(major[href]) * 2 > len(major[first]) for href in rest):
        return []
    return by_href[first]


def _read_label(anchor: LexborNode) -> str:
    return max(fold(anchor.text()), fold(anchor.attributes.get("title")), key=len)


def _list_beside(group: _Group, clear: Sequence[int]) -> dict[int, list[str]]:
    """Text that stands between rows, for rows that hold no text of their own beside the title.

    It belongs to the row before it; where it stands before the first and not after the last, to
    the one after it.
    """
    if group.rows[clear[0]].tag not in (*_FLAT, "tr"):
        return {}
    beside: dict[int, list[str]] = {}
    for parent in group.parents.values():
        runs: list[tuple[int | None, list[str]]] = [(None, [])]
        for child in parent.iter(include_text=True):
            if child.mem_id in group.rows:
                runs.append((child.mem_id, []))
            elif child.tag == "-text":
                runs[-1][1].append(child.text(deep=False))
            elif child.tag not in ("script", "style", "-comment"):
                runs[-1][1].extend(list_texts(child))
        dated = [find_day(texts) is not None for _, texts in runs]
        if dated[0] and not dated[-1]:
            runs = [(key, texts) for (key, _), (_, texts) in zip(runs[1:], runs, strict=False)]
        beside.update({key: texts for key, texts in runs if key is not None})
    return beside


def is_furniture(node: LexborNode) -> bool:
    """Whether a menu, path or footer holds an element."""
    return _look_up(node)[1]


def _look_up(node: LexborNode) -> tuple[int, bool]:
    """How deep an element stands, and whether a menu, path or footer holds it."""
    depth, furniture = 0, False
    above: LexborNode | None = node
    while above is not None and above.tag not in ("body", "html", "-document"):
        names = f"{above.attributes.get('class') or ''} {above.attributes.get('id') or ''}"
        furniture |= above.tag in _FURNITURE_TAGS or bool(_FURNITURE.search(names))
        above = above.parent
        depth += 1
    return depth, furniture


def _quote(found: List) -> str:
    return f"{len(found.items)} from {found.items[0].title[:30]!r}"
