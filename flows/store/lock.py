"""One writer: an OS lock on ``store.lock``, and beside it who holds it since when.

The lock dies with its process, whatever kills it; ``store.lock.json`` may outlive it and is only
believed while the lock is held.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from flows.model import clock
from flows.model.errors import LockHeld

_REMEDY = "wait for it to end, or look at it with: gongbao status"


@contextmanager
def writer_lock(store: Path, run_id: str, *, wait: float) -> Iterator[None]:
    """Hold the store's lock, or raise LockHeld that names its holder after ``wait`` seconds."""
    path = store.with_name("store.lock")
    holder = store.with_name("store.lock.json")
    lock = FileLock(path, timeout=wait, poll_interval=0.1)
    try:
        lock.acquire()
    except Timeout:
        raise LockHeld(_holder(holder), where=str(store), remedy=_REMEDY) from None
    try:
        since = clock.read_time().isoformat(timespec="seconds")
        fresh = holder.with_suffix(".tmp")
        fresh.write_text(json.dumps({"pid": os.getpid(), "run_id": run_id, "since": since}))
        fresh.replace(holder)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def lock_holder(store: Path) -> str | None:
    """Who holds the store's lock now, in words; None where nobody does."""
    path = store.with_name("store.lock")
    if not path.exists():
        return None
    try:
        with FileLock(path, timeout=0):
            return None
    except Timeout:
        return _holder(store.with_name("store.lock.json"))
    except OSError:  # a folder that cannot be written: nobody writes a store there
        return None


def raise_if_locked(store: Path) -> None:
    """LockHeld where another run holds the store; for a caller who would wait long to find out."""
    holder = lock_holder(store)
    if holder is not None:
        raise LockHeld(holder, where=str(store), remedy=_REMEDY)


def _holder(path: Path) -> str:
    try:
        known = json.loads(path.read_text())
        return (
            f"another run holds the store: {known['run_id']}, process {known['pid']}, "
            f"since {known['since']}"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return "another run holds the store; it has just begun"
