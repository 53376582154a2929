"""The table reader as the registry knows it; loads the rest when it is asked to read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flows.catalog.model import Catalog
from flows.model.nouns import MediaKind, Reading, Release, Snapshot


@dataclass(frozen=True, slots=True)
class TableReader:
    """Reads workbooks, CSV and HTML tables by the layouts that a release names."""

    version: str = "2"
    depends_on: tuple[str, ...] = ("units", "indicators", "layouts")
    data: tuple[Path, ...] = ()

    def detect(self, data: bytes, kind: MediaKind, layouts: tuple[str, ...]) -> bool:
        """Take workbooks and CSV, and a page or text where a layout is named for it."""
        return bool(layouts) or kind not in (MediaKind.HTML, MediaKind.TEXT)

    def read(
        self, data: bytes, *, snapshot: Snapshot, release: Release, catalog: Catalog
    ) -> Reading:
        """Read the cells of the first layout that the tables fit."""
        from flows.read.tables.reading import read_tables

        figures, notes = read_tables(data, snapshot=snapshot, release=release, catalog=catalog)
        return Reading(
            release.release_id,
            snapshot.sha256,
            release.reader,
            self.version,
            figures,
            notes=tuple(notes),
        )

    def printed_text(self, locator: str, data: bytes, kind: MediaKind, charset: str | None) -> str:
        """Give the text of the cell at ``sheet:表1!C14``, ``cell:C14``, ``table:0!C14``."""
        from flows.read.tables.reading import read_cell

        return read_cell(locator, data, kind, charset)


READER = TableReader()
