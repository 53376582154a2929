"""What we know of the world, as data: areas, groups, indicators, units, layouts, sources.

``load_catalog(folder)`` gives all of it as one ``model.Catalog``, or a ``CatalogError`` that
names file, line and field. The files:

    areas.csv  area_aliases.csv  area_name_parts.csv    areas.py
    groups.yaml                                         groups.py
    indicators.yaml  units.csv                          indicators.py
    layouts/*.yaml  sources/*.yaml                      sources.py

A catalogue whose files have not changed since the process last loaded it is not loaded again.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flows.catalog.areas import load_area_names, load_areas, load_english_names
from flows.catalog.groups import load_groups
from flows.catalog.indicators import load_indicators, load_units
from flows.catalog.model import Catalog
from flows.catalog.sources import load_layouts, load_sources
from flows.model import paths
from flows.model.errors import CatalogError

__all__ = ["Catalog", "load_catalog"]


def load_catalog(folder: Path = paths.CATALOG) -> Catalog:
    """The catalogue in ``folder``, checked as a whole."""
    return _load(folder, _fingerprint(folder))


def _fingerprint(folder: Path) -> str:
    """sha256 over names and bytes of all data files, in the order of their names."""
    files = sorted(path for kind in ("*.csv", "*.yaml") for path in folder.rglob(kind))
    if not files:
        raise CatalogError("there is no catalogue here", where=str(folder))
    whole = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()


@lru_cache(maxsize=4)
def _load(folder: Path, fingerprint: str) -> Catalog:
    areas = load_areas(folder)
    units = load_units(folder)
    indicators = load_indicators(folder, units)
    layouts = load_layouts(folder, indicators, units)
    return Catalog(
        areas=areas,
        area_names=load_area_names(folder, areas),
        groups=load_groups(folder, areas),
        units=units,
        indicators=indicators,
        layouts=layouts,
        sources=load_sources(folder, areas, layouts),
        fingerprint=fingerprint,
        english=load_english_names(folder, areas),
    )
