"""The ``discover:`` block of a source: where its releases are named, and which of them it takes.

    discover:
      list: https://tjj.zj.gov.cn/col/col1229129205/index.html
      family: jpaas                     # a name in flows.model.registry.FAMILIES
      options: {}                       # the family's own
      pages: {max: 3, until: known}     # or until: end, for a back-fill
      item: {row: li, link: "a@href", title: ["a@title", a], date: span}
      dates: ["%Y年%m月%d日"]           # beside the usual ways of writing a day
      want: {kinds: [communique], title: …, unless: 解读|图解, hosts: [tjj.zj.gov.cn], path: …}
      release: {id: "{area}-{kind}-{period}", within: "330000", publisher: "{area}统计局"}
      attachments: [xls, xlsx, pdf]     # files on a release's page, each a release of its own
      layouts: [LAYOUT]                 # that the tables among them may have
      expect: {items: 5, dated: 0.9, newest: 400 days, each_year_by: 05-31}
      adopt: follow                     # or propose: only listed

All but ``list`` and ``family`` has a default. Patterns, formats, hosts and codes are checked when
the catalogue is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from string import Formatter
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from flows.catalog.model import Discovery, Expect, ItemRule, Want
from flows.catalog.yamlfile import Place, YamlFile, meant
from flows.model.kinds import Kind
from flows.model.registry import FAMILIES
from flows.model.request import Request, check_request, sort_headers

#: What a release's id may be made of.
ID_FIELDS = ("area", "kind", "period")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?|\[[0-9a-f:]+\](:\d{1,5})?")
_LITERAL = re.compile(r"[a-z0-9]*(-[a-z0-9]*)*")


def _check_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression ({error})") from error
    return text


def _check_date_format(text: str) -> str:
    day = datetime(2026, 3, 31)
    try:
        sound = datetime.strptime(day.strftime(text), text).date() == day.date()
    except ValueError:
        sound = False
    if not sound:
        raise ValueError("no format from which a whole day can be read, like %Y-%m-%d")
    return text


def _check_host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError("no host in lower case, like tjj.zj.gov.cn")
    return text


def _check_template(text: str) -> str:
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise ValueError(f"no template of an id ({error})") from error
    fields = [field for _, field, _, _ in parts if field is not None]
    plain = all(_LITERAL.fullmatch(literal) for literal, _, _, _ in parts)
    bare = all(not spec and not conversion for _, _, spec, conversion in parts)
    known = all(field in ID_FIELDS for field in fields)
    if not (plain and bare and known and "period" in fields):
        names = ", ".join(f"{{{name}}}" for name in ID_FIELDS)
        raise ValueError(
            f"no template of an id: lower-case words joined by - and of {names} at least {{period}}"
        )
    return text


def _check_ending(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]{2,5}", text):
        raise ValueError("no ending of a file, like xlsx")
    return text


_Pattern = Annotated[str, AfterValidator(_check_pattern)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)


class _Pages(_Strict):
    max: int = Field(3, ge=1, le=10_000)
    until: Literal["known", "end"] = "known"


class _Item(_Strict):
    row: str | None = None
    link: str | None = None
    title: str | tuple[str, ...] = ()
    date: str | None = None


class _Want(_Strict):
    kinds: tuple[Kind, ...] = ()
    title: _Pattern | None = None
    unless: _Pattern | None = None
    hosts: tuple[Annotated[str, AfterValidator(_check_host)], ...] = ()
    path: _Pattern | None = None


class _Naming(_Strict):
    id: Annotated[str, AfterValidator(_check_template)] = "{area}-{kind}-{period}"
    within: str | None = Field(None, pattern=r"^\d{6}$")
    publisher: str | None = Field(None, pattern=r"^[^{}]*(\{area\}[^{}]*)?$")


class _Expect(_Strict):
    items: int = Field(1, ge=0)
    dated: float = Field(0.9, ge=0, le=1)
    newest: str | None = Field(None, pattern=r"^[1-9]\d{0,3} days$")
    each_year_by: str | None = Field(None, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")


class DiscoverBlock(_Strict):
    """The block as it is written."""

    list: str
    method: str = "GET"
    headers: dict[str, str] = Field(default_factory=dict)
    body: str | None = None
    family: str
    options: dict[str, str] = Field(default_factory=dict)
    pages: _Pages = _Pages()
    item: _Item = _Item()
    dates: tuple[Annotated[str, AfterValidator(_check_date_format)], ...] = ()
    want: _Want = _Want()
    release: _Naming = _Naming()
    attachments: tuple[Annotated[str, AfterValidator(_check_ending)], ...] = ()
    layouts: tuple[str, ...] = ()
    expect: _Expect = _Expect()
    adopt: Literal["follow", "propose"] = "follow"


def make_discovery(
    document: YamlFile,
    at: Place,
    block: DiscoverBlock,
    areas: Collection[str],
    own: str | None = None,
) -> Discovery:
    """What the code works with; CatalogError at the line of what cannot be used.

    ``own``: the one area that all releases of the source are about.
    """
    parts = urlsplit(block.list)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        what = f"{block.list!r} is no http or https address"
        raise document.error((*at, "list"), what)
    request = Request(block.list, block.method, sort_headers(block.headers), block.body)
    if wrong := check_request(request):
        raise document.error((*at, wrong[0]), wrong[1])
    entry = FAMILIES.get(block.family)
    if entry is None:
        remedy = meant(block.family, FAMILIES) or f"there are {', '.join(FAMILIES)}"
        raise document.error((*at, "family"), f"unknown family {block.family!r}", remedy)
    for name in block.options:
        if name not in entry.options:
            known = ", ".join(sorted(entry.options)) or "none"
            remedy = meant(name, entry.options) or f"its options are: {known}"
            what = f"the family {block.family} has no option {name!r}"
            raise document.error((*at, "options", name), what, remedy)
    within = block.release.within
    if within is not None and within not in areas:
        near = [code for code in areas if code[:4] == within[:4]]
        what = f"unknown area {within!r}"
        raise document.error((*at, "release", "within"), what, meant(within, near))
    if "{area}" not in block.release.id and (own is None or within is not None):
        what = f"{block.release.id!r} gives releases of several areas one id"
        raise document.error((*at, "release", "id"), what, "put {area} into it")
    title = block.item.title
    expect = block.expect
    return Discovery(
        listing=request,
        family=block.family,
        options=dict(block.options),
        item=ItemRule(
            block.item.row,
            block.item.link,
            (title,) if isinstance(title, str) else title,
            block.item.date,
        ),
        dates=block.dates,
        max_pages=block.pages.max,
        until_known=block.pages.until == "known",
        want=Want(
            block.want.kinds,
            block.want.title,
            block.want.unless,
            block.want.hosts,
            block.want.path,
        ),
        within=within,
        release_id=block.release.id,
        publisher=block.release.publisher,
        attachments=block.attachments,
        layouts=block.layouts,
        expect=Expect(
            expect.items,
            expect.dated,
            None if expect.newest is None else int(expect.newest.split()[0]),
            None if expect.each_year_by is None else _month_day(expect.each_year_by),
        ),
        follow=block.adopt == "follow",
    )


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


__all__ = ["ID_FIELDS", "DiscoverBlock", "make_discovery"]
