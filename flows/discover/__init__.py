"""Discover: a source's listings in, the releases that they name out.

This package holds the words and the protocol, and no discoverer yet: every release so far is
named in the catalogue. A discoverer takes the bytes of a listing and never asks the network, so
that a listing is fetched, archived and replayed like any other document, and discovering it again
from the archive gives the same sightings.

    listing    a page, feed, sitemap or service's catalogue that names releases; each visit of it
               has an outcome
    sighting   one link in a listing: what to ask for, its title and date as printed
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from flows.model.nouns import MediaKind
from flows.model.request import Request


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a source names its releases."""

    source_id: str
    request: Request


@dataclass(frozen=True, slots=True)
class Sighting:
    """A link as a listing prints it; the run that keeps it adds when it was first and last seen."""

    request: Request
    title: str
    date_text: str | None = None  # as printed


class Discoverer(Protocol):
    """One way to find releases in a listing."""

    @property
    def version(self) -> str:
        """Changes whenever the same listing may give other sightings."""

    def detect(self, data: bytes, kind: MediaKind) -> bool:
        """Whether a listing is of the kind that this discoverer knows."""

    def sight(self, data: bytes, *, listing: Listing, kind: MediaKind) -> Sequence[Sighting]:
        """Name every release in the listing, in its order.

        Raises ``ReadError`` where nothing in it is recognised: that is not "nothing new".
        """
