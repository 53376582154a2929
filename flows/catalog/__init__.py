"""What we know of the world, as data: areas, groups, indicators, units, layouts, sources.

``load_catalog(folder)`` gives all of it as one ``model.Catalog``, or a ``CatalogError`` that
names file, line and field. The files:

    areas.csv  area_aliases.csv  area_name_parts.csv    areas.py
    groups.yaml                                         groups.py
    indicators.yaml  units.csv                          indicators.py
    layouts/*.yaml  sources/*.yaml  authorities.csv     sources.py

A catalogue whose files have not changed since the process last loaded it is not loaded again.
``Catalog.fingerprints`` tells which part of it a change touched:

    areas        areas.csv, area_aliases.csv, area_name_parts.csv, area_names_en.csv
    units        units.csv
    indicators   indicators.yaml
    groups       groups.yaml
    sources      sources/*.yaml
    authorities  authorities.csv
    layout:NAME  the file of that layout
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from flows.catalog.areas import load_area_names, load_areas, load_english_names
from flows.catalog.groups import load_groups
from flows.catalog.indicators import load_indicators, load_units
from flows.catalog.model import Catalog
from flows.catalog.sources import load_authorities, load_layouts, load_sources
from flows.model import paths
from flows.model.errors import CatalogError

__all__ = ["Catalog", "load_catalog"]


def load_catalog(folder: Path = paths.CATALOG) -> Catalog:
    """The catalogue in ``folder``, checked as a whole."""
    files = sorted(path for kind in ("*.csv", "*.yaml") for path in folder.rglob(kind))
    if not files:
        raise CatalogError("there is no catalogue here", where=str(folder))
    return _load(folder, _fingerprint(folder, files))


def _fingerprint(folder: Path, files: Iterable[Path]) -> str:
    """sha256 over names and bytes of the files, in their order."""
    whole = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()


def _fingerprints(folder: Path, layouts: Mapping[str, Path]) -> dict[str, str]:
    parts = {
        "areas": sorted(folder.glob("area*.csv")),
        "units": [folder / "units.csv"],
        "indicators": [folder / "indicators.yaml"],
        "groups": [folder / "groups.yaml"],
        "authorities": [folder / "authorities.csv"],
        "sources": sorted(folder.glob("sources/*.yaml")),
        **{f"layout:{name}": [path] for name, path in layouts.items()},
    }
    return {part: _fingerprint(folder, files) for part, files in parts.items()}


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
        authorities=load_authorities(folder),
        layouts={name: layout for name, (layout, _) in layouts.items()},
        sources=load_sources(folder, areas, layouts),
        fingerprint=fingerprint,
        fingerprints=_fingerprints(folder, {name: path for name, (_, path) in layouts.items()}),
        english=load_english_names(folder, areas),
    )
