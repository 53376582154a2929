"""Documents read in several processes: as those read in one, whatever becomes of a process."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.fetch import Archive
from flows.model.nouns import Derivation, MediaKind, Snapshot
from flows.model.settings import Settings
from flows.run import side_by_side
from flows.run.plan import Plan, make_plan
from flows.run.reading import Part
from flows.run.side_by_side import ReadingProcesses, open_reading_processes, read_parts
from tests.tables_support import release

NOW = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return make_plan(Settings(home=tmp_path))


def derive(plan: Plan, number: int) -> list[Derivation]:
    """Readable pages, and among them one of no known form and one that the archive has not."""
    archive = Archive(plan.settings.archive)
    found = []
    for at in range(number):
        text = f"<p>2023年，平阳县地区生产总值{700 + at}.5亿元，增长{at}.1%。</p>".encode()
        data = b"%PDF-1.7 cut off" if at == 1 else text
        kind = MediaKind.PDF if at == 1 else MediaKind.HTML
        sha256 = archive.add(data) if at != 2 else "0" * 64
        name = f"page-{at}"
        shot = Snapshot(name, sha256, f"https://example.org/{name}", kind, len(data), NOW)
        about = replace(release(), release_id=name, url=shot.url, reader="communique")
        found.append(Derivation(about, shot, {"reader": "x"}))
    return found


def whole(parts: list[Part]) -> tuple[object, ...]:
    return (
        [record for part in parts for record in part.records],
        [lost for part in parts for lost in part.lost],
    )


def test_documents_are_read_side_by_side_as_one_after_the_other(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_by_side, "WORTHWHILE", 2)
    monkeypatch.setattr(side_by_side, "_AT_ONCE", 2)
    derivations = derive(plan, 7)
    alone = list(read_parts(plan, derivations))
    with open_reading_processes(2):
        together = list(read_parts(plan, derivations))
    assert [len(alone), len(together)] == [7, 4]
    assert whole(together) == whole(alone)
    errors, lost = (
        [record.key[0] for part in together for record in part.records if record.error],
        [release_id for part in together for release_id, _ in part.lost],
    )
    assert (errors, lost) == (["page-1"], ["page-2"])
    figures = [
        [row for part in parts for row in part.figures.rows()] for parts in (alone, together)
    ]
    assert figures[0] == figures[1] != []


def test_a_document_that_brings_its_process_down_is_the_only_one_that_is_lost(plan: Plan) -> None:
    class Fragile(ReadingProcesses):
        def _ask(self, job: tuple[Plan, tuple[Derivation, ...]]) -> Part:
            if any(one.release.release_id == "page-3" for one in job[1]):
                raise EOFError
            return super()._ask(job)

    processes = Fragile(1)
    derivations = derive(plan, 5)
    try:
        parts = list(processes.read(plan, derivations))
    finally:
        processes.end()
    errors = {record.key[0]: record.error for part in parts for record in part.records}
    assert errors["page-3"] == "page-3: the reader brought its process down"
    assert [name for name, error in errors.items() if error is None] == ["page-0", "page-4"]


def test_a_reading_process_ends_with_the_one_that_asks(plan: Plan) -> None:
    processes = ReadingProcesses(1)
    list(processes.read(plan, derive(plan, 1)))
    (process,) = processes._started
    assert process.stdin is not None
    process.stdin.close()  # as the system does for one that is gone
    assert process.wait(timeout=60) == 0
    processes.end()
