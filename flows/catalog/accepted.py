"""``accepted.yaml``: changed releases that somebody has looked at and lets pass.

A release that loses or changes much of what it said is held as a whole (``flows.gate``). An entry here
takes it as it is, for these bytes alone:

    - release_id: pingyang-communique-2025
      sha256: 3f2a91c0            # the first 8 digits at least, as the reason of the hold names them
      reason: the bureau published final figures in place
      declared_on: 2026-06-01
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from flows.catalog.folders import Folders
from flows.catalog.yamlfile import read_yaml


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)

    release_id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    sha256: str = Field(pattern=r"^[0-9a-f]{8,64}$")
    reason: str
    declared_on: date


@dataclass(frozen=True, slots=True)
class Accepted:
    """One release's bytes that pass although much of them has changed."""

    release_id: str
    sha256: str  # or the beginning of it

    def covers(self, release_id: str, sha256: str) -> bool:
        return release_id == self.release_id and sha256.startswith(self.sha256)


def load_accepted(folders: Folders) -> tuple[Accepted, ...]:
    """Every entry, the shipped ones and a user's own."""
    found = []
    for path in folders.table("accepted.yaml"):
        document = read_yaml(path)
        for number in document.entries():
            block = document.validate(_Block, (number,))
            found.append(Accepted(block.release_id, block.sha256))
    return tuple(found)


def is_accepted(accepted: Collection[Accepted], release_id: str, sha256: str) -> bool:
    return any(one.covers(release_id, sha256) for one in accepted)
