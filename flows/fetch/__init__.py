"""Fetch: releases at their true addresses in, visits out; new bytes lie in the archive.

    visits = asyncio.run(fetch(releases, Archive(home / "archive"), settings=settings, known=known))

The policy (what is refused, retried, limited, honoured) is described in ``session``,
``transport``, ``soundness`` and ``robots``; a source's fault is a failed visit, never an
exception. The network's libraries are loaded by the first call, not by the import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.fetch.archive import Archive
from flows.fetch.sniff import sniff

if TYPE_CHECKING:
    from flows.fetch.listing import visit_listings
    from flows.fetch.mirror import MirrorServer, mirror_index, mirror_releases
    from flows.fetch.visit import fetch, fetch_one

__all__ = [
    "Archive",
    "MirrorServer",
    "fetch",
    "fetch_one",
    "mirror_index",
    "mirror_releases",
    "sniff",
    "visit_listings",
]

_LATER = {
    "fetch": "flows.fetch.visit",
    "fetch_one": "flows.fetch.visit",
    "visit_listings": "flows.fetch.listing",
    "MirrorServer": "flows.fetch.mirror",
    "mirror_index": "flows.fetch.mirror",
    "mirror_releases": "flows.fetch.mirror",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LATER[name]), name)
