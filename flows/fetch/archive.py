"""The archive: every byte that was read, content-addressed.

    archive/ab/abcd…            a snapshot's bytes under their sha256 (64 hex digits)
    archive/.partial-*          a download under way, locked by the process that writes it

A snapshot is hashed while it is written under a temporary name in the archive (one file system,
so the rename is atomic), fsynced, renamed, and its folder fsynced. A name ``ab/abcd…`` therefore
always stands for whole content; an interrupted download leaves at most a ``.partial-*``, which
``sweep`` removes once no living process holds its lock. Two runs that write the same content
replace the file by itself. What cannot be written or does not match its name is a
``StoreError`` that names the file.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from flows.model.errors import StoreError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PARTIAL = ".partial-"
_SWEEP_AFTER = 60.0  # seconds; a writer takes its lock a moment after it made the file


class Archive:
    """Snapshots by sha256, in ``root``; the folder is made by the first writer."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise StoreError(f"{sha256!r} is no sha256", where=str(self.root))
        return self.root / sha256[:2] / sha256

    def __contains__(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def read(self, sha256: str) -> bytes:
        """The snapshot's bytes, their hash verified."""
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise StoreError(
                f"the snapshot cannot be read: {error.strerror}",
                where=str(path),
                remedy="the next refresh fetches it again, as long as its source has it",
            ) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StoreError(
                "the snapshot is damaged: its content does not match its name",
                where=str(path),
                remedy="delete the file; the next refresh fetches it again",
            )
        return data

    def writer(self) -> ArchiveWriter:
        """A new snapshot: write to it, then ``commit``; leaving the context drops the rest."""
        return ArchiveWriter(self)

    def add(self, data: bytes) -> str:
        """Archive bytes that are at hand; gives their sha256."""
        with self.writer() as writer:
            writer.write(data)
            writer.commit()
            return writer.sha256

    def sweep(self) -> int:
        """Remove what dead runs left half-written; gives how many files."""
        removed = 0
        for path in self.root.glob(f"{_PARTIAL}*"):
            try:
                with path.open("rb") as stream:
                    if time.time() - os.fstat(stream.fileno()).st_mtime < _SWEEP_AFTER:
                        continue
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()
                    removed += 1
            except OSError:  # held by a living run, or gone meanwhile
                continue
        return removed


class ArchiveWriter:
    """One snapshot being written; the temporary file is made by the first ``write``."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._hash = hashlib.sha256()
        self._stream: BinaryIO | None = None
        self._temporary: Path | None = None
        self.size = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # a full disk was told of when it was met
            if self._temporary is not None:
                self._temporary.unlink(missing_ok=True)
            if self._stream is not None:
                self._stream.close()  # and with it the lock

    def write(self, data: bytes) -> None:
        try:
            stream = self._stream or self._open()
            stream.write(data)
        except OSError as error:
            raise self._unwritable(error) from error
        self._hash.update(data)
        self.size += len(data)

    def read_back(self) -> bytes:
        """What was written so far, for judging it before it is committed."""
        if self._stream is None:
            return b""
        try:
            self._stream.flush()
            self._stream.seek(0)
            data = self._stream.read()
            self._stream.seek(0, os.SEEK_END)
        except OSError as error:
            raise self._unwritable(error) from error
        return data

    def commit(self) -> None:
        """Make the snapshot part of the archive, durably."""
        target = self._archive.path(self.sha256)
        try:
            stream = self._stream or self._open()
            stream.flush()
            os.fsync(stream.fileno())
            target.parent.mkdir(parents=True, exist_ok=True)
            # Replacing a file of this name is right: it can only heal a damaged one.
            cast(Path, self._temporary).replace(target)
            self._temporary = None
            _fsync_folder(target.parent)
            _fsync_folder(self._archive.root)
        except OSError as error:
            raise self._unwritable(error) from error

    def _open(self) -> BinaryIO:
        root = self._archive.root
        root.mkdir(parents=True, exist_ok=True)
        temporary = root / f"{_PARTIAL}{os.getpid()}-{secrets.token_hex(8)}"
        self._stream = temporary.open("x+b")
        self._temporary = temporary
        fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return self._stream

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            f"the archive cannot be written: {error.strerror}",
            where=str(error.filename or self._archive.root),
            remedy="check space and rights; nothing was kept of this download",
        )


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
