"""Read: a snapshot's bytes into figures as printed, each with the place where it stands.

``read`` takes the reader that the release names; what it can't read is a ReadError. Every
figure's locator, given to ``printed_text`` with the same bytes, gives its ``value_text`` back.
``readers`` says what a reader is.
"""

from __future__ import annotations

from flows.catalog.model import Catalog
from flows.model.errors import ReadError
from flows.model.nouns import MediaKind, Reading, Release, Snapshot
from flows.read.readers import Reader, detect_reader, find_reader, load_reader

__all__ = ["Reader", "detect_reader", "load_reader", "printed_text", "read"]


def read(data: bytes, *, snapshot: Snapshot, release: Release, catalog: Catalog) -> Reading:
    """Read all figures of one snapshot by the release's reader."""
    try:
        reader = load_reader(release.reader)
        return reader.read(data, snapshot=snapshot, release=release, catalog=catalog)
    except ReadError as error:
        if error.where and error.where.startswith(release.release_id):
            raise
        where = f"{release.release_id}: {error.where}" if error.where else release.release_id
        raise ReadError(error.what, where=where, remedy=error.remedy, cause=error.cause) from error


def printed_text(locator: str, data: bytes, kind: MediaKind, charset: str | None) -> str:
    """Give what is printed at a locator: the way home from an observation to its snapshot."""
    return find_reader(locator).printed_text(locator, data, kind, charset)
