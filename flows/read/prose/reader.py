"""The communiqué reader as the registry knows it; loads the rest when it is asked to read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flows.catalog.model import Catalog
from flows.language.words import FOLDER as LANGUAGE
from flows.model.nouns import MediaKind, Reading, Release, Snapshot


@dataclass(frozen=True, slots=True)
class CommuniqueReader:
    """Reads prose: communiqués, work reports, news, profiles."""

    version: str = "4"
    depends_on: tuple[str, ...] = ("areas", "area_names")
    data: tuple[Path, ...] = (Path(__file__).parent / "lexicon", LANGUAGE)

    def detect(self, data: bytes, kind: MediaKind, layouts: tuple[str, ...]) -> bool:
        """Take any document with prose in it."""
        return True

    def read(
        self, data: bytes, *, snapshot: Snapshot, release: Release, catalog: Catalog
    ) -> Reading:
        """Read the figures of its sentences and of the tables between them."""
        from flows.read.document.outcome import refuse_unread
        from flows.read.prose.reading import read_document

        result = read_document(
            data,
            snapshot.media_kind,
            snapshot.charset,
            catalog=catalog,
            ref_area=release.ref_area,
            time_period=release.time_period,
            declared=not release.settled,
        )
        found = [row for row in result.rows if row.kind == "figure"]
        refuse_unread(
            result.document,
            snapshot.media_kind,
            result.blocks,
            figures=len(found),
            claimed=sum(1 for row in found if row.indicator is not None),
        )
        return Reading(
            release.release_id,
            snapshot.sha256,
            release.reader,
            self.version,
            result.figures(snapshot.sha256),
            result.metadata,
            tuple(result.notes),
        )

    def printed_text(self, locator: str, data: bytes, kind: MediaKind, charset: str | None) -> str:
        """Give the text at ``char:12-16``, ``page:3;char:12-16``, ``para:4;char:…``."""
        from flows.read.document.home import read_span

        return read_span(locator, data, kind, charset)


READER = CommuniqueReader()
