"""The bytes of a document that a person names: a file, or an http(s) address."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from flows.fetch import sniff
from flows.model import clock
from flows.model.errors import ReadError, UsageError
from flows.model.nouns import Snapshot
from flows.model.settings import Settings


def load_place(place: str, settings: Settings) -> tuple[bytes, Snapshot]:
    """UsageError, FetchError or ReadError where it cannot be had."""
    if is_address(place):
        import asyncio

        from flows.fetch import fetch_one

        return asyncio.run(fetch_one(place, settings=settings))
    path = Path(place)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(error.strerror or str(error), where=place) from error
    if len(data) > settings.max_bytes:
        raise ReadError(
            f"{len(data):,} bytes are too many", where=place, remedy="GONGBAO_MAX_BYTES"
        )
    return data, Snapshot(
        release_id=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        url=path.resolve().as_uri(),
        media_kind=sniff(data, url=place),
        size=len(data),
        fetched_at=clock.read_time(),
    )


def is_address(place: str) -> bool:
    return urlsplit(place).scheme in ("http", "https")


def name_of(place: str) -> str:
    """An address as it is, a file without its folder."""
    return place if is_address(place) else Path(place).name
