"""A reader for the tests: the answer of a statistical service, one JSON object a figure.

It shows that a reader is one module and one entry of the registry: ``ENTRY`` is that entry.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows.catalog.model import Catalog
from flows.model import schemas
from flows.model.errors import ReadError
from flows.model.nouns import MediaKind, Reading, Release, Snapshot
from flows.model.registry import ReaderEntry

ENTRY = ReaderEntry("service", __name__, media=frozenset({MediaKind.JSON}), locators=("json:",))


@dataclass(frozen=True, slots=True)
class ServiceReader:
    version: str = "1"
    depends_on: tuple[str, ...] = ("units",)
    data: tuple[Path, ...] = ()

    def detect(self, data: bytes, kind: MediaKind, layouts: tuple[str, ...]) -> bool:
        return "data" in json.loads(data)

    def read(
        self, data: bytes, *, snapshot: Snapshot, release: Release, catalog: Catalog
    ) -> Reading:
        entries = json.loads(data)["data"]
        columns: dict[str, object] = dict.fromkeys(schemas.FIGURE)
        columns |= {
            "snapshot_sha256": snapshot.sha256,
            "figure_no": range(len(entries)),
            "locator": [f"json:/data/{number}/value" for number in range(len(entries))],
            "value_text": [entry["value"] for entry in entries],
            "value": [float(entry["value"]) for entry in entries],
            "decimals": [len(entry["value"].partition(".")[2]) for entry in entries],
            "unit_text": [entry["unit"] for entry in entries],
            "label_text": [entry["indicator"] for entry in entries],
            "context_text": [entry["indicator"] for entry in entries],
            "kind": "figure",
            "indicator": [entry["indicator"] for entry in entries],
            "measure": "level",
        }
        figures = pl.DataFrame(columns, schema=schemas.FIGURE)
        return Reading(release.release_id, snapshot.sha256, release.reader, self.version, figures)

    def printed_text(self, locator: str, data: bytes, kind: MediaKind, charset: str | None) -> str:
        found = json.loads(data)
        try:
            for step in locator.removeprefix("json:/").split("/"):
                found = found[int(step) if isinstance(found, list) else step]
        except (LookupError, ValueError) as error:
            raise ReadError("there is no such value in this answer", where=locator) from error
        return str(found)


READER = ServiceReader()
