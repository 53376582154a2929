"""Which releases are asked for today: new and young ones, and those that something is wrong with.

An old page is not visited every day for ever: it is looked at again in the monthly look-back, or
when its source or release is named (``--source``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from flows.fetch import Archive
from flows.model.nouns import Release
from flows.model.settings import Settings
from flows.store import AddressVisit

_GONE = (404, 410)


def choose_due(
    releases: Iterable[Release],
    visits: Mapping[str, AddressVisit],
    archive: Archive,
    today: date,
    settings: Settings,
) -> list[Release]:
    """The releases that a daily run asks for. ``visits``: by release_id."""
    return [
        release
        for release in releases
        if _is_due(release, visits.get(release.release_id), archive, today, settings)
    ]


def _is_due(
    release: Release,
    visit: AddressVisit | None,
    archive: Archive,
    today: date,
    settings: Settings,
) -> bool:
    if visit is None or visit.url != release.url:
        return True  # never asked for at this address
    if visit.failed:
        return visit.status_code not in _GONE or visit.sha256 is None
    if visit.sha256 is None or visit.sha256 not in archive:
        return True
    days = [visit.first_on, release.published_on]
    return any(day is not None and (today - day).days < settings.watch_days for day in days)
