"""What goes into the store in one transaction, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from flows.model import schemas
from flows.model.nouns import Reading, Release, Visit


@dataclass(frozen=True, slots=True)
class Load:
    """A run's harvest.

    ``visits`` names each reading's release (the visit that brought its snapshot). ``fates`` has
    one row a figure of ``readings``; ``observations`` are the gate's accepted ones and
    ``quarantine`` all that was held back at any stage.
    """

    releases: tuple[Release, ...] = ()
    visits: tuple[Visit, ...] = ()
    readings: tuple[Reading, ...] = ()
    fates: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.FATE))
    observations: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.OBSERVATION))
    quarantine: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.QUARANTINE))
    held: Mapping[str, str] = field(default_factory=dict)  # release_id -> why the gate held it
    failed: Mapping[str, str] = field(default_factory=dict)  # release_id -> why it can't be read


@dataclass(frozen=True, slots=True)
class LoadResult:
    """Rows added to each table."""

    releases: int = 0
    snapshots: int = 0
    visits: int = 0
    readings: int = 0
    figures: int = 0
    observations: int = 0
    quarantine: int = 0

    @property
    def changed(self) -> bool:
        """Whether any table that is published has a new row."""
        return any((self.releases, self.snapshots, self.readings, self.figures))
