"""Homes and mirrors that many tests start from: made once, and copied by whoever changes them."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from flows.model.paths import SAMPLES
from flows.model.settings import Settings

#: Three bundled releases, for what does not depend on which: a run over them is short.
SMALL = (
    "cangnan_communique_2003.html",
    "pingyang_communique_2023.html",
    "pingyang_communique_2023_mirror.html",
)


def make_small_mirror(folder: Path) -> Path:
    """A mirror of ``SMALL``."""
    with (SAMPLES / "index.csv").open(encoding="utf-8", newline="") as index:
        rows = [row for row in csv.DictReader(index) if row["file"] in SMALL]
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as index:
        written = csv.DictWriter(index, rows[0])
        written.writeheader()
        written.writerows(rows)
    for name in SMALL:
        shutil.copy(SAMPLES / name, folder)
    return folder


def copy_home(home: Settings, folder: Path) -> Settings:
    """The same store, archive and publications in a folder of the test's own."""
    shutil.copytree(home.home, folder, symlinks=True)
    return Settings(home=folder, lock_wait=0)


def sizes_of(folder: Path) -> dict[str, int]:
    """Each file's size by its path: what a test that only reads leaves as it was."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): path.stat().st_size for path in files}


def copy_prefect_home(home: Path, folder: Path) -> None:
    """A home for a Prefect server that need not make its database anew (ten seconds)."""
    folder.mkdir(parents=True)
    with (
        closing(sqlite3.connect(home / "prefect.db")) as made,
        closing(sqlite3.connect(folder / "prefect.db")) as copy,
    ):
        made.backup(copy)
