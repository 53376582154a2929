"""Read: a snapshot's bytes into figures as printed, each with the place where it stands.

``read`` takes the reader that the release names; what it can't read is a ReadError. Every
figure's locator, given to ``printed_text`` with the same bytes, gives its ``value_text`` back.
"""

from __future__ import annotations

from flows.catalog.model import Catalog
from flows.model.errors import ReadError
from flows.model.nouns import MediaKind, Reading, Release, Snapshot


def read(data: bytes, *, snapshot: Snapshot, release: Release, catalog: Catalog) -> Reading:
    """All figures of one snapshot, by the release's reader (``communique`` or ``table``)."""
    try:
        if release.reader == "table":
            from flows.read.tables import read_table

            return read_table(data, snapshot=snapshot, release=release, catalog=catalog)
        if release.reader == "communique":
            from flows.read.prose import read_prose

            return read_prose(data, snapshot=snapshot, release=release, catalog=catalog)
    except ReadError as error:
        if error.where and error.where.startswith(release.release_id):
            raise
        where = f"{release.release_id}: {error.where}" if error.where else release.release_id
        raise ReadError(error.what, where=where, remedy=error.remedy) from error
    raise ReadError(
        f"there is no reader {release.reader!r}",
        where=release.release_id,
        remedy="a release's reader is communique or table",
    )


def reader_version(reader: str) -> str:
    """The version of ``communique`` or ``table`` that reads today; stored with each reading."""
    if reader == "table":
        from flows.read.tables import READER_VERSION as VERSION
    else:
        from flows.read.prose import READER_VERSION as VERSION
    return VERSION


def printed_text(locator: str, data: bytes, kind: MediaKind, charset: str | None) -> str:
    """What is printed at a locator: the way home from an observation to its snapshot."""
    if locator.startswith(("sheet:", "cell:", "table:")):
        from flows.read.tables import table_text

        return table_text(locator, data, kind, charset)
    if locator.startswith(("char:", "page:", "para:")):
        from flows.read.prose import printed_text_prose

        return printed_text_prose(locator, data, kind, charset)
    raise ReadError("is no locator", where=locator, remedy="it begins with char:, sheet:, cell: …")
