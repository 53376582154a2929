"""Discover: a source's listings in, the releases that they name out.

A family reads the bytes of a listing and never asks the network, so that a listing is fetched,
archived and replayed like any other document, and discovering it again from the archive gives the
same sightings.

    listing    a page, feed, sitemap or service's catalogue that names releases; each visit of it
               has an outcome
    family     how a kind of site lists: where its rows stand and how its next page is asked for
    row        one link as a page of a listing prints it
    sighting   a row that is kept: the run adds when it was first and last seen
    release    what today's catalogue makes of a sighting; one that it can't place is held
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from flows.catalog.model import Discovery
from flows.model.request import Request


@dataclass(frozen=True, slots=True)
class Body:
    """What a listing's address gave."""

    request: Request  # what was asked
    url: str  # true address after redirects: links are relative to it
    data: bytes
    charset: str | None = None  # as served
    headers: Mapping[str, str] = field(default_factory=dict)  # as served, names in lower case


@dataclass(frozen=True, slots=True)
class Row:
    """One link of a listing, with the title whole where the page holds it whole."""

    request: Request  # address absolute and canonical, on http or https
    title: str
    date_text: str | None = None  # as printed beside the link
    seen_on: date | None = None  # the day that it says, in Asia/Shanghai; None: unreadable, none


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a listing as its family reads it.

    ``shell``: the answer holds no rows by its nature and names where they are (``following``).
    ``number``, ``pages``, ``count``: what the page itself states, counted from 1.
    ``refused``: links that are not taken at all, with the reason (another host, ``javascript:``),
    and pagers that were not understood. Where ``number < pages`` and nothing is ``following``, the
    family can't ask for the rest.
    """

    rows: tuple[Row, ...]
    following: Request | None = None  # the next page; None: this is the last one
    number: int | None = None
    pages: int | None = None
    count: int | None = None  # of rows in the whole listing
    shell: bool = False
    refused: tuple[tuple[str, str], ...] = ()


class Family(Protocol):
    """One way in which sites list their releases."""

    @property
    def version(self) -> str:
        """Changes whenever the same body may give another page."""

    def detect(self, body: Body) -> bool:
        """Whether a body is a listing of this family (only asked by ``gongbao sources try``)."""

    def start(self, discovery: Discovery) -> Request:
        """What is asked first; mostly the listing's own address."""

    def read_page(self, body: Body, discovery: Discovery, *, number: int) -> Page:
        """Read the answer that was asked for as page ``number`` (from 1, shells not counted).

        Raises ``ReadError`` where nothing of the family is recognised: that is not "nothing new".
        """


__all__ = ["Body", "Family", "Page", "Row"]
