"""One page of a listing through its family, without a network."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from flows.catalog.model import Discovery, ItemRule, Want
from flows.discover import Body, Page
from flows.discover.families import load_family
from flows.model.request import Request

SHARED = Path(__file__).resolve().parents[2] / "shared/data/listings"
LIST = "https://tjj.example.gov.cn/sj/tjgb/index.html"


def read_listing(
    data: str | bytes,
    family: str = "html",
    *,
    url: str = LIST,
    number: int = 1,
    asked: Request | None = None,
    hosts: tuple[str, ...] = (),
    item: ItemRule | None = None,
    options: Mapping[str, str] | None = None,
    dates: tuple[str, ...] = (),
    charset: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Page:
    discovery = Discovery(
        Request(url),
        family,
        options=options or {},
        item=item or ItemRule(),
        dates=dates,
        want=Want(hosts=hosts),
    )
    asked = asked or discovery.listing
    body = Body(
        asked,
        asked.url,
        data.encode() if isinstance(data, str) else data,
        charset,
        headers or {},
    )
    return load_family(family).read_page(body, discovery, number=number)


def list_rows(page: Page) -> list[tuple[str, str, date | None]]:
    return [(row.request.url, row.title, row.seen_on) for row in page.rows]
