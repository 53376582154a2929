"""What a reader is, and how the others find one: by a release, a document or a locator.

A reader is a module that holds ``READER``, a ``Reader``, and an entry in
``flows.model.registry.READERS``. It gives ``schemas.FIGURE`` rows, each with a locator that leads
back to the printed text; who owns a locator is told by how it begins. A reader is loaded when it
is first asked for.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from flows.catalog.model import Catalog
from flows.model.errors import ReadError
from flows.model.nouns import MediaKind, Reading, Release, Snapshot
from flows.model.registry import READERS


class Reader(Protocol):
    """One way to get figures out of a document."""

    @property
    def version(self) -> str:
        """Changes whenever the same bytes may give another reading."""

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The fields of ``Catalog`` that a reading is made of."""

    @property
    def data(self) -> tuple[Path, ...]:
        """Files and folders outside the catalogue that a reading is made of."""

    def detect(self, data: bytes, kind: MediaKind, layouts: tuple[str, ...]) -> bool:
        """Whether a document that no catalogue knows is this reader's."""

    def read(
        self, data: bytes, *, snapshot: Snapshot, release: Release, catalog: Catalog
    ) -> Reading:
        """Read all figures of one snapshot; raises ``ReadError`` for what it can't read."""

    def printed_text(self, locator: str, data: bytes, kind: MediaKind, charset: str | None) -> str:
        """Give the text at one of this reader's locators; raises ``ReadError`` where none is."""


def load_reader(name: str) -> Reader:
    """Load a reader by its name; an unknown name is a ``ReadError`` with the nearest one."""
    if name not in READERS:
        near = get_close_matches(name, READERS, n=1)
        raise ReadError(
            f"there is no reader {name!r}",
            remedy=f"did you mean {near[0]!r}?" if near else f"there are {', '.join(READERS)}",
        )
    return cast(Reader, import_module(READERS[name].module).READER)


def detect_reader(data: bytes, kind: MediaKind, layouts: tuple[str, ...] = ()) -> str:
    """Name the reader of a document that no catalogue knows: the first that takes it."""
    for name, entry in READERS.items():
        if kind in entry.media and load_reader(name).detect(data, kind, layouts):
            return name
    raise ReadError(f"no reader takes this document: it is {kind}")


def find_reader(locator: str) -> Reader:
    """Load the reader that a locator leads home through."""
    for name, entry in READERS.items():
        if locator.startswith(entry.locators):
            return load_reader(name)
    raise ReadError("is no locator", where=locator, remedy=f"it begins with {_begins()}")


def _begins() -> str:
    return ", ".join(beginning for entry in READERS.values() for beginning in entry.locators)
