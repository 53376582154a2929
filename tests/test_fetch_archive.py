"""The archive: content-addressed, whole or not there, and checked when read."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from starlette.responses import HTMLResponse

from flows.fetch import Archive
from flows.model.errors import StoreError
from tests.fetch_sites import COMMUNIQUE, PAGE, Site, archived, refresh

SHA = hashlib.sha256(COMMUNIQUE).hexdigest()


def test_a_snapshot_lies_under_its_own_hash(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    assert SHA not in archive
    assert archive.add(COMMUNIQUE) == SHA
    assert SHA in archive
    assert archive.path(SHA) == tmp_path / "archive" / SHA[:2] / SHA
    assert archive.read(SHA) == COMMUNIQUE
    assert archived(tmp_path) == [archive.path(SHA)]


def test_a_snapshot_can_be_read_by_whoever_may_read_the_folder(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"")
    archive = Archive(tmp_path)
    archive.add(COMMUNIQUE)
    assert archive.path(SHA).stat().st_mode == (tmp_path / "other").stat().st_mode


def test_what_is_not_committed_is_never_there(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with archive.writer() as writer:
        writer.write(COMMUNIQUE)
        assert SHA not in archive
        assert writer.read_back() == COMMUNIQUE
        writer.write(b" ")  # writing goes on where it stopped
        assert writer.read_back() == COMMUNIQUE + b" "
    assert archived(tmp_path) == []


def test_a_write_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def break_off() -> None:
        with Archive(tmp_path).writer() as writer:
            writer.write(COMMUNIQUE[:50])
            raise ConnectionError

    with pytest.raises(ConnectionError):
        break_off()
    assert archived(tmp_path) == []


def test_a_run_killed_while_writing_leaves_only_what_the_next_one_sweeps(tmp_path: Path) -> None:
    script = f"""
        import os
        from pathlib import Path
        from flows.fetch import Archive
        writer = Archive(Path({str(tmp_path)!r})).writer()
        writer.write(b"half a page")
        writer.read_back()
        os.kill(os.getpid(), 9)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    (left,) = archived(tmp_path)
    archive = Archive(tmp_path)
    assert archive.sweep() == 0, "young enough to belong to a run that has just begun"
    os.utime(left, (1_700_000_000, 1_700_000_000))
    assert archive.sweep() == 1
    assert archived(tmp_path) == []


def test_what_a_living_run_is_writing_is_not_swept(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with archive.writer() as writer:
        writer.write(COMMUNIQUE)
        writer.read_back()
        (partial,) = archived(tmp_path)
        os.utime(partial, (1_700_000_000, 1_700_000_000))
        assert Archive(tmp_path).sweep() == 0
        writer.commit()
    assert archive.read(SHA) == COMMUNIQUE


def test_two_runs_writing_the_same_content_are_harmless(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    errors: list[BaseException] = []
    together = threading.Barrier(8)

    def write() -> None:
        try:
            with archive.writer() as writer:
                writer.write(COMMUNIQUE)
                together.wait(10)
                writer.commit()
        except BaseException as error:  # noqa: BLE001 - told to the test
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert archived(tmp_path) == [archive.path(SHA)]
    assert archive.read(SHA) == COMMUNIQUE


def test_a_snapshot_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are synced under the temporary name, and the folder after the rename."""
    archive = Archive(tmp_path)
    synced: list[tuple[int, bool]] = []
    fsync = os.fsync

    def record(handle: int) -> None:
        synced.append((os.fstat(handle).st_ino, SHA in archive))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", record)
    archive.add(COMMUNIQUE)
    path = archive.path(SHA)
    assert (path.stat().st_ino, False) in synced
    assert (path.parent.stat().st_ino, True) in synced


@pytest.mark.parametrize("damage", [b"", COMMUNIQUE[:-1], COMMUNIQUE.replace(b"711.8", b"711.9")])
def test_a_damaged_snapshot_is_named_and_not_given(tmp_path: Path, damage: bytes) -> None:
    archive = Archive(tmp_path)
    archive.add(COMMUNIQUE)
    archive.path(SHA).write_bytes(damage)
    with pytest.raises(StoreError, match="damaged") as failure:
        archive.read(SHA)
    assert str(archive.path(SHA)) in str(failure.value)
    archive.add(COMMUNIQUE)
    assert archive.read(SHA) == COMMUNIQUE, "fetching again heals it"


def test_a_missing_snapshot_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=SHA):
        Archive(tmp_path).read(SHA)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", SHA.upper(), SHA + "0", f"../{SHA[3:]}"])
def test_only_a_sha256_is_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="no sha256"):
        Archive(tmp_path).path(name)


def test_an_archive_that_cannot_be_written_stops_the_run_and_is_named(tmp_path: Path) -> None:
    """A full disk or missing right is not the source's fault, so it is no failed visit."""
    place = tmp_path / "archive"
    place.write_bytes(b"a file where the folder should be")
    with Site({PAGE: HTMLResponse(COMMUNIQUE)}) as site, pytest.raises(StoreError, match="archive"):
        refresh(site.url, place)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_a_store_error_and_leaves_nothing(tmp_path: Path) -> None:
    def fill_up() -> None:
        with Archive(tmp_path).writer() as writer:
            stream = writer._open()
            with Path("/dev/full").open("w+b", buffering=0) as full:
                os.dup2(full.fileno(), stream.fileno())
            writer.write(COMMUNIQUE * 100)
            writer.commit()

    with pytest.raises(StoreError, match="No space left"):
        fill_up()
    assert archived(tmp_path) == []
