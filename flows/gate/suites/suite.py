"""A suite and its expectations, as they are read from a file of ``expectations/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_COLUMNS = ("column", "column_A", "column_B")


@dataclass(frozen=True, slots=True)
class Expectation:
    rule: str
    severity: str
    type: str
    kwargs: Mapping[str, Any]
    reason: str
    holds: bool
    optional: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns it looks at; none for an expectation of the table as a whole."""
        return columns_in(self.kwargs)

    @property
    def condemns(self) -> bool:
        """Its failing rows are held as critical."""
        return self.holds and self.severity == "critical"


@dataclass(frozen=True, slots=True)
class Suite:
    name: str
    path: Path
    expectations: tuple[Expectation, ...]
    may_be_empty: bool
    key: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        named = (column for each in self.expectations for column in each.columns)
        return tuple(dict.fromkeys(named))


def columns_in(kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that an expectation's arguments name."""
    single = [kwargs[key] for key in _COLUMNS if key in kwargs]
    return (*single, *kwargs.get("column_list", ()))
