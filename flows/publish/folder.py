"""Folders of publications: built aside, made whole by a rename, switched by a rename.

    home/publications/.<run>.partial   under way; whatever is left of one is swept by the next run
    home/publications/<run>/           complete and never written again
    home/publications/.withdrawn.json  fingerprints that a rollback took back
    home/current -> publications/<run> the one switch

Everything in a folder is on the disk before it gets its name, and it has its name before
``current`` points at it. A process killed at any instant leaves ``current`` on a whole one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from pathlib import Path

from flows.model.errors import NothingPublished, PublishError, UsageError
from flows.model.publication import Publication, publications, withdrawn_fingerprints
from flows.model.settings import Settings
from flows.store.lock import writer_lock


def rollback(settings: Settings, to: str | None = None) -> Publication:
    """Point ``current`` at another publication and return it.

    None: the one before; the newest, where the link is lost.

    What was taken back stays back: the same content is not published again before it changes,
    or is named here. UsageError where there is no such publication, LockHeld during a run.
    """
    with writer_lock(settings.store, "rollback", wait=settings.lock_wait):
        known = publications(settings)
        target = _target(settings, known, to)
        back = {one.fingerprint for one in known if one.published_at > target.published_at}
        _withdraw(settings, (withdrawn_fingerprints(settings) | back) - {target.fingerprint})
        switch(settings, target.folder)
    return next(one for one in publications(settings) if one.name == target.name)


def _target(settings: Settings, known: list[Publication], to: str | None) -> Publication:
    remedy = "gongbao publications list shows them"
    if to is not None:
        for one in known:
            if one.name == to:
                return one
        near = get_close_matches(to, [one.name for one in known], 1)
        hint = f"did you mean {near[0]}?" if near else remedy
        raise UsageError(f"no publication {to}", remedy=hint)
    if not known:
        raise NothingPublished(
            "nothing is published yet", where=str(settings.home), remedy="run gongbao refresh first"
        )
    at = next((number for number, one in enumerate(known) if one.current), None)
    if at is None:  # the link is lost
        return known[0]
    if at + 1 == len(known):
        raise UsageError("there is no earlier publication to go back to", remedy=remedy)
    return known[at + 1]


@contextmanager
def partial(settings: Settings, run_id: str) -> Iterator[Path]:
    """A fresh folder to build in; gone afterwards unless ``finish`` gave it its name."""
    sweep(settings)
    folder = settings.publications / f".{run_id}.partial"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(settings: Settings) -> None:
    """Remove what killed runs left behind."""
    settings.publications.mkdir(parents=True, exist_ok=True)
    for left in settings.publications.glob(".*.partial"):
        shutil.rmtree(left, ignore_errors=True)
    for left in settings.home.glob(".current.*"):
        left.unlink(missing_ok=True)


def seal(folder: Path) -> None:
    """Write SHA256SUMS over all files, and see everything onto the disk."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    lines = []
    for file in files:
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        lines.append(f"{digest}  {file.relative_to(folder).as_posix()}\n")
    sums = folder / "SHA256SUMS"
    sums.write_text("".join(lines), encoding="utf-8")
    for path in (*files, sums, *(sub for sub in folder.rglob("*") if sub.is_dir()), folder):
        _fsync(path)


def finish(settings: Settings, folder: Path, run_id: str) -> Path:
    """Give a sealed folder its name. A run that publishes twice gets a second name."""
    target, number = settings.publications / run_id, 1
    while target.exists():
        number += 1
        target = settings.publications / f"{run_id}-{number}"
    folder.rename(target)
    _fsync(settings.publications)
    return target


def switch(settings: Settings, folder: Path) -> None:
    """Point ``current`` at ``folder``: one rename, so a reader sees the old one or the new one."""
    if settings.current.exists() and not settings.current.is_symlink():
        raise PublishError(
            "is not a link to a publication", where=str(settings.current), remedy="move it away"
        )
    fresh = settings.home / f".current.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path(settings.publications.name) / folder.name)
    fresh.replace(settings.current)
    _fsync(settings.home)


def prune(settings: Settings) -> None:
    """Remove the oldest publications beyond those to keep; never the current one.

    Who has a file of one open goes on reading it: it disappears when the last reader closes.
    """
    old = [one for one in publications(settings) if not one.current]
    for one in old[settings.keep_publications :]:
        # Renamed first: a publication that has its name is whole.
        doomed = settings.publications / f".{one.name}.partial"
        with suppress(OSError):  # the next run tries again
            one.folder.rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)


def _withdraw(settings: Settings, fingerprints: set[str]) -> None:
    file = settings.publications / ".withdrawn.json"
    fresh = file.with_suffix(".tmp")
    fresh.write_text(json.dumps(sorted(fingerprints)))
    fresh.replace(file)


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
