"""Where the project's own files are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = PACKAGE.parent


def project_folder(name: str) -> Path:
    """``sql`` or ``expectations``, wherever this installation keeps it."""
    beside = _CHECKOUT / name
    return beside if beside.is_dir() else PACKAGE / "_project" / name


SQL = project_folder("sql")
EXPECTATIONS = project_folder("expectations")
CATALOG = PACKAGE / "catalog"
SAMPLES = PACKAGE / "samples"
