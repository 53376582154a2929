"""What a run leaves in ``logs/`` and ``runs/`` does not grow without end."""

from __future__ import annotations

import logging.handlers
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.model.errors import PrefectError, StoreError
from flows.model.settings import Settings
from flows.operate.server import (
    PrefectServer,
    log_file,
    prepare_environment,
    raise_if_silent,
    rotate_log,
)
from flows.run.plan import new_run_id
from flows.run.summary import RunSummary, mark_stopped, prune_records, read_summary
from tests.prefect_server import free_port

NOW = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path, log_bytes=10)
    settings.logs.mkdir()
    return settings


def test_a_log_up_to_its_size_stays(small: Settings) -> None:
    log_file(small).write_text("x" * 10)
    rotate_log(small)
    assert [path.name for path in small.logs.iterdir()] == ["prefect.log"]


def test_a_log_past_its_size_is_put_aside_and_three_are_kept(small: Settings) -> None:
    for number in range(5):
        log_file(small).write_text(f"{number}" * 11)
        rotate_log(small)
    kept = {path.name: path.read_text()[0] for path in small.logs.iterdir()}
    assert kept == {"prefect.log.1": "4", "prefect.log.2": "3", "prefect.log.3": "2"}


def test_whoever_writes_to_a_log_goes_on_in_the_new_one(small: Settings) -> None:
    handler = logging.handlers.WatchedFileHandler(log_file(small))
    try:
        handler.emit(logging.makeLogRecord({"msg": "before the turn"}))
        rotate_log(small)
        handler.emit(logging.makeLogRecord({"msg": "after"}))
    finally:
        handler.close()
    assert log_file(small).read_text() == "after\n"
    assert log_file(small).with_name("prefect.log.1").read_text() == "before the turn\n"


def test_the_records_of_the_newest_runs_are_kept(tmp_path: Path) -> None:
    runs = [new_run_id(NOW + timedelta(days=day)) for day in range(5)]
    for run_id in runs:
        RunSummary(run_id=run_id, started_at=NOW).write(tmp_path)
        (tmp_path / f"{run_id}.issues.jsonl").touch()
    prune_records(tmp_path, 2)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [f"{run}{end}" for run in runs[3:] for end in (".issues.jsonl", ".json")]


def test_a_run_under_way_is_marked_stopped_and_keeps_its_record(tmp_path: Path) -> None:
    run_id = new_run_id(NOW)
    RunSummary(run_id=run_id, started_at=NOW, skipped=["a"]).write(tmp_path)
    mark_stopped(tmp_path, run_id, reason="SIGINT in stage read")
    summary = read_summary(tmp_path, run_id)
    assert (summary.outcome, summary.reason) == ("stopped", "SIGINT in stage read")
    assert summary.skipped == ["a"]
    assert summary.finished_at is not None


def test_a_run_that_has_ended_is_not_marked_stopped(tmp_path: Path) -> None:
    run_id = new_run_id(NOW)
    RunSummary(run_id=run_id, started_at=NOW, outcome="published").write(tmp_path)
    mark_stopped(tmp_path, run_id, reason="SIGINT in stage publish")
    assert read_summary(tmp_path, run_id).outcome == "published"


def test_a_run_that_is_stopped_before_its_first_record_gets_one(tmp_path: Path) -> None:
    run_id = new_run_id(NOW)
    mark_stopped(tmp_path, run_id, reason="SIGINT in stage start", mirror="m")
    summary = read_summary(tmp_path, run_id)
    assert (summary.started_at, summary.outcome, summary.mirror) == (NOW, "stopped", "m")


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/api", "no address", "http://"])
def test_an_address_without_a_server_is_an_error_that_names_it(address: str) -> None:
    with pytest.raises(PrefectError, match="PREFECT_API_URL") as caught:
        raise_if_silent(address)
    assert address in str(caught.value)
    assert "unset it" in str(caught.value)


def test_a_configured_server_needs_no_child(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{free_port()}/api")
    server = PrefectServer(small)
    with pytest.raises(PrefectError, match="no Prefect server answers"):
        server.connect()
    server.wait()  # nothing to wait for
    assert not log_file(small).exists()


def test_a_home_that_is_a_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(StoreError, match=r"home.*cannot be written.*GONGBAO_HOME"):
        prepare_environment(Settings(home=tmp_path / "home"), verbose=True)


def test_signals_of_this_process_are_its_own() -> None:
    """The suite imports the program's modules: none of them takes over signals when imported."""
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
