"""Which publications there are, and the one that readers see.

    home/publications/<run>/           complete and never written again
    home/current -> publications/<run> the one switch

Light to import, for it stands before every question to a publication.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.model.errors import NothingPublished, PublishError
from flows.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Publication:
    name: str  # the run that made it
    folder: Path
    published_at: datetime  # UTC
    fingerprint: str  # of the content, the models and the catalogue
    current: bool


def publications(settings: Settings) -> list[Publication]:
    """All whole publications, the newest first."""
    current = current_folder(settings)
    found = []
    if settings.publications.is_dir():
        for folder in settings.publications.iterdir():
            if not folder.name.startswith(".") and folder.is_dir():
                report = folder / "reports" / "run.json"
                try:
                    about = json.loads(report.read_text(encoding="utf-8"))
                    published_at = datetime.fromisoformat(about["published_at"])
                    fingerprint = about["fingerprint"]
                except (OSError, ValueError, KeyError) as error:
                    raise PublishError(
                        f"is no whole publication: {error}",
                        where=str(report),
                        remedy=f"move {folder} away",
                    ) from error
                found.append(
                    Publication(
                        name=folder.name,
                        folder=folder,
                        published_at=published_at,
                        fingerprint=fingerprint,
                        current=folder.resolve() == current,
                    )
                )
    return sorted(found, key=lambda one: (one.published_at, one.name), reverse=True)


def current_folder(settings: Settings) -> Path | None:
    """The publication that readers see now, as a path that a later switch does not change."""
    return settings.current.resolve() if settings.current.exists() else None


def require_current(settings: Settings) -> Path:
    """``current_folder``; NothingPublished where there is none, with the way to one."""
    folder = current_folder(settings)
    if folder is not None:
        return folder
    kept = publications(settings)
    if kept:
        raise NothingPublished(
            "the link to the current publication is lost",
            where=str(settings.current),
            remedy=f"set it with: gongbao publications rollback {kept[0].name}",
        )
    raise NothingPublished(
        "nothing is published yet",
        where=str(settings.home),
        remedy="run gongbao refresh first; gongbao refresh --bundled needs no network",
    )


def withdrawn_fingerprints(settings: Settings) -> set[str]:
    """Fingerprints of publications that a rollback took back."""
    file = settings.publications / ".withdrawn.json"
    return set(json.loads(file.read_text())) if file.exists() else set()
