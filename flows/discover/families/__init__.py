"""The families of listings, one module each; ``load_family`` gives one by its name."""

from __future__ import annotations

from importlib import import_module

from flows.discover import Family
from flows.model.registry import FAMILIES


def load_family(name: str) -> Family:
    """The family that a source declares; KeyError for a name that the catalogue lets nobody use."""
    family: Family = import_module(FAMILIES[name].module).FAMILY
    return family
