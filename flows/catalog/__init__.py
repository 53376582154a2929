"""What we know of the world, as data: areas, groups, indicators, units, layouts, sources.

``load_catalog(folder)`` gives all of it as one ``model.Catalog``, or a ``CatalogError`` that
names file, line and field. The files:

    areas.csv  area_aliases.csv  area_name_parts.csv    areas.py
    groups.yaml                                         groups.py
    calendar.yaml                                       calendar.py
    accepted.yaml                                       accepted.py
    indicators.yaml  units.csv                          indicators.py
    layouts/*.yaml  sources/*.yaml  authorities.csv     sources.py, services.py

A user's own folder is laid over the one that is shipped: ``folders.py``.

A catalogue whose files have not changed since the process last loaded it is not loaded again.
``Catalog.fingerprints`` tells which part of it a change touched:

    areas        areas.csv, area_aliases.csv, area_name_parts.csv, area_names_en.csv
    units        units.csv
    indicators   indicators.yaml
    groups       groups.yaml
    calendar     calendar.yaml
    accepted     accepted.yaml
    sources      sources/*.yaml
    authorities  authorities.csv
    layout:NAME  the file of that layout
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from flows.catalog.accepted import load_accepted
from flows.catalog.areas import load_area_names, load_areas, load_english_names
from flows.catalog.calendar import load_calendar
from flows.catalog.folders import TABLES, Folders
from flows.catalog.groups import load_groups
from flows.catalog.indicators import load_indicators, load_units
from flows.catalog.model import Catalog
from flows.catalog.sources import load_authorities, load_layouts, load_sources
from flows.model import paths
from flows.model.errors import CatalogError

__all__ = ["Catalog", "load_catalog"]


def load_catalog(folder: Path = paths.CATALOG, *, own: Path | None = None) -> Catalog:
    """The catalogue in ``folder`` with a user's ``own`` laid over it, checked as a whole."""
    folders = Folders(folder, own)
    files = folders.all_files()
    if not files:
        raise CatalogError("there is no catalogue here", where=str(folder))
    return _load(folders, _fingerprint(folders, files))


def _fingerprint(folders: Folders, files: Iterable[Path]) -> str:
    """sha256 over names and bytes of the files, in their order."""
    whole = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        whole.update(f"{folders.name(path)}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()


def _fingerprints(folders: Folders, layouts: Mapping[str, Path]) -> dict[str, str]:
    tables = {
        "areas": [name for name in TABLES if name.startswith("area")],
        "units": ["units.csv"],
        "indicators": ["indicators.yaml"],
        "groups": ["groups.yaml"],
        "calendar": ["calendar.yaml"],
        "accepted": ["accepted.yaml"],
        "authorities": ["authorities.csv"],
    }
    parts = {
        **{
            part: [p for name in names for p in folders.table(name)]
            for part, names in tables.items()
        },
        "sources": folders.files("sources"),
        **{f"layout:{name}": [path] for name, path in layouts.items()},
    }
    return {part: _fingerprint(folders, files) for part, files in parts.items()}


@lru_cache(maxsize=4)
def _load(folders: Folders, fingerprint: str) -> Catalog:
    areas = load_areas(folders)
    units = load_units(folders)
    indicators = load_indicators(folders, units)
    layouts = load_layouts(folders, indicators, units)
    groups = load_groups(folders, areas)
    sources = load_sources(folders, areas, layouts, indicators, units)
    return Catalog(
        areas=areas,
        area_names=load_area_names(folders, areas),
        groups=groups,
        units=units,
        indicators=indicators,
        authorities=load_authorities(folders),
        layouts={name: layout for name, (layout, _) in layouts.items()},
        sources=sources,
        calendar=(
            *load_calendar(folders, groups),
            *(due for source in sources for due in source.calendar),
        ),
        accepted=load_accepted(folders),
        fingerprint=fingerprint,
        fingerprints=_fingerprints(folders, {name: path for name, (_, path) in layouts.items()}),
        english=load_english_names(folders, areas),
    )
