"""Where the project's own files are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = PACKAGE.parent


def project_folder(name: str) -> Path:
    """``sql``, ``expectations`` or ``deployments``, wherever this installation keeps it."""
    inside = PACKAGE / "_project" / name
    return inside if inside.is_dir() else _CHECKOUT / name


SQL = project_folder("sql")
EXPECTATIONS = project_folder("expectations")
DEPLOYMENTS = project_folder("deployments")
CATALOG = PACKAGE / "catalog"
SAMPLES = PACKAGE / "samples"
