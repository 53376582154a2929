"""A daily run asks for new and young releases, and for those that something is wrong with."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.fetch import Archive
from flows.model.nouns import Release
from flows.model.settings import Settings
from flows.run.due import choose_due
from flows.store import AddressVisit

TODAY = date(2026, 3, 31)
URL = "https://tjj.example.cn/1"
RELEASE = Release("one", "source", URL, "公报", "某局", "communique")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def is_due(
    archive: Archive,
    *,
    first: int = 400,
    printed: int | None = None,
    failed: bool = False,
    status: int = 200,
    url: str = URL,
    lost: bool = False,
) -> bool:
    """Days ago: when it was first fetched, and what is printed beside its link."""
    sha256 = archive.add(b"bytes")
    if lost:
        archive.path(sha256).unlink()
    visit = AddressVisit(url, failed, status, sha256, TODAY - timedelta(first))
    days = {} if printed is None else {"one": TODAY - timedelta(printed)}
    due = choose_due([RELEASE], {"one": visit}, archive, TODAY, Settings(), days)
    return due == [RELEASE]


def test_what_was_never_asked_for_is_due(archive: Archive) -> None:
    assert choose_due([RELEASE], {}, archive, TODAY, Settings(), {"one": date(2003, 1, 1)})


@pytest.mark.parametrize(("first", "due"), [(41, True), (42, False)])
def test_a_release_is_watched_for_six_weeks(archive: Archive, first: int, due: bool) -> None:
    assert is_due(archive, first=first) is due
    assert is_due(archive, first=first, printed=first) is due


def test_what_was_old_when_it_was_found_is_old_at_once(archive: Archive) -> None:
    assert not is_due(archive, first=0, printed=42)


def test_what_went_wrong_is_tried_again_and_what_is_gone_is_not(archive: Archive) -> None:
    assert is_due(archive, failed=True, status=503)
    assert not is_due(archive, failed=True, status=404)
    assert not is_due(archive, failed=True, status=410)
    assert is_due(archive, url="https://tjj.example.cn/before")
    assert is_due(archive, lost=True)
