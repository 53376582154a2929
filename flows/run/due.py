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
    printed: Mapping[str, date],
) -> list[Release]:
    """The releases that a daily run asks for. ``visits``: by release_id.

    ``printed``: the days that stand beside the links of found releases. One that was old when it
    was found is old at once; without a day it is as young as our first look at it.
    """
    chosen = []
    for release in releases:
        visit = visits.get(release.release_id)
        first = None if visit is None else visit.first_on
        since = [printed.get(release.release_id, first), release.published_on]
        if release.release_id not in printed:
            since.append(first)
        young = any(day and (today - day).days < settings.watch_days for day in since)
        if young or _has_trouble(release, visit, archive):
            chosen.append(release)
    return chosen


def _has_trouble(release: Release, visit: AddressVisit | None, archive: Archive) -> bool:
    """Whether it was never had at this address, or not the last time; gone for good is no trouble."""
    if visit is None or visit.url != release.url:
        return True
    if visit.failed:
        return visit.status_code not in _GONE
    return visit.sha256 is None or visit.sha256 not in archive
