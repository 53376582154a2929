"""What the gate says of a batch."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from flows.model import schemas
from flows.model.nouns import Check


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every observation of the batch is in ``accepted`` or in ``quarantine``, and only in one."""

    accepted: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.OBSERVATION))
    quarantine: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.QUARANTINE))
    checks: list[Check] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)  # release_id -> why all of it is held
