"""The service reader as the registry knows it; loads the rest when it is asked to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flows.catalog.model import Catalog
from flows.model.errors import ReadError
from flows.model.nouns import MediaKind, Metadata, Reading, Release, Snapshot


@dataclass(frozen=True, slots=True)
class ServiceReader:
    """Reads the answer to a query that the catalogue declares."""

    version: str = "1"
    depends_on: tuple[str, ...] = ()
    data: tuple[Path, ...] = ()

    def detect(self, data: bytes, kind: MediaKind, layouts: tuple[str, ...]) -> bool:
        """Take none: an answer means nothing without the query that was asked."""
        return False

    def read(
        self, data: bytes, *, snapshot: Snapshot, release: Release, catalog: Catalog
    ) -> Reading:
        """Read all values of an answer, or say why it is none."""
        from flows.read.service.dialects import read_answer
        from flows.read.service.figures import read_figures

        query = catalog.find_query(release.release_id)
        if query is None:
            raise ReadError(
                "the catalogue declares no query for this answer",
                where=release.release_id,
                remedy="service: … in a file of sources/",
            )
        answer = read_answer(data, query)
        figures, notes = read_figures(answer, query, snapshot.sha256)
        # Nobody states today what will be of tomorrow; a day of leeway for the zones of the world.
        latest = snapshot.fetched_at.date() + timedelta(days=1)
        metadata = Metadata()
        if answer.updated is not None and answer.updated_at is not None:
            if answer.updated <= latest:
                metadata = Metadata(
                    published_on=answer.updated, locators={"published_on": answer.updated_at}
                )
            else:
                notes.append(f"it says that it is of {answer.updated}, which is to come")
        return Reading(
            release.release_id,
            snapshot.sha256,
            release.reader,
            self.version,
            figures,
            metadata,
            tuple(notes),
        )

    def printed_text(self, locator: str, data: bytes, kind: MediaKind, charset: str | None) -> str:
        """Give the text at ``json:/data/0/values/1/value`` or ``csv:2!OBS_VALUE``."""
        from flows.read.service.csv_text import PREFIX, find_csv_text
        from flows.read.service.json_text import find_json_text

        if locator.startswith(PREFIX):
            return find_csv_text(locator, data)
        return find_json_text(locator, data)


READER = ServiceReader()
