"""The catalogue's files: those that the project ships, and a user's own folder laid over them.

The own folder (``GONGBAO_CATALOG``) has the same layout and holds only what is added:

    sources/*.yaml  layouts/*.yaml   whole files; one of the same name takes the shipped one's place
    areas.csv  area_aliases.csv  area_name_parts.csv  area_names_en.csv  units.csv
    indicators.yaml  groups.yaml  calendar.yaml  accepted.yaml    rows and entries that are added to the shipped ones

An added row never changes a shipped one: where the two contradict each other, loading fails and
names the file. ``authorities.csv`` has a row for each kind that the code knows, and is not added to.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flows.catalog.yamlfile import meant
from flows.model.errors import CatalogError

TABLES = (
    "areas.csv", "area_aliases.csv", "area_name_parts.csv", "area_names_en.csv", "units.csv",
    "indicators.yaml", "groups.yaml", "calendar.yaml", "accepted.yaml",
)  # fmt: skip
FOLDERS = ("sources", "layouts")


@dataclass(frozen=True, slots=True)
class Folders:
    shipped: Path
    own: Path | None = None

    def __post_init__(self) -> None:
        if self.own is None:
            return
        if not self.own.is_dir():
            raise CatalogError(
                "there is no such folder", where=str(self.own), remedy="GONGBAO_CATALOG names it"
            )
        for path in _data_files(self.own):
            name = path.relative_to(self.own).as_posix()
            folder, _, rest = name.rpartition("/")
            if name not in TABLES and not (folder in FOLDERS and rest.endswith(".yaml")):
                known = (
                    *TABLES,
                    *(f"{folder}/{rest.removesuffix('.yml')}.yaml" for folder in FOLDERS),
                )
                raise CatalogError(
                    "is no file of a catalogue",
                    where=str(path),
                    remedy=meant(name, known) or f"there are {', '.join(known)}",
                )

    def table(self, name: str) -> list[Path]:
        """The shipped table and, where there is one, that of added rows."""
        own = [self.own / name] if self.own and (self.own / name).exists() else []
        return [self.shipped / name, *own]

    def files(self, folder: str) -> list[Path]:
        """The files of ``sources`` or ``layouts``: the shipped ones by name, then a user's own."""
        shipped = sorted((self.shipped / folder).glob("*.yaml"))
        own = sorted((self.own / folder).glob("*.yaml")) if self.own else []
        replaced = {path.name for path in own}
        return [path for path in shipped if path.name not in replaced] + own

    def all_files(self) -> list[Path]:
        """Every file that counts."""
        tables = [path for path in _data_files(self.shipped) if path.parent == self.shipped]
        own = [path for name in TABLES for path in self.table(name)[1:]]
        return [*tables, *own, *(path for folder in FOLDERS for path in self.files(folder))]

    def name(self, path: Path) -> str:
        """Its name within its folder."""
        own = self.own is not None and path.is_relative_to(self.own)
        return path.relative_to(self.own if own and self.own else self.shipped).as_posix()


def _data_files(folder: Path) -> list[Path]:
    return sorted(p for kind in ("*.csv", "*.yaml", "*.yml") for p in folder.rglob(kind))
