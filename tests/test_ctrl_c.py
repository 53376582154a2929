"""Ctrl-C on a terminal, in the stages of a true run: it stops, says so, and nothing is lost."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import httpx
import pytest

from flows.model.settings import Settings
from flows.run.summary import RunSummary, summaries
from tests.homes import copy_prefect_home
from tests.prefect_server import Server, user_environment
from tests.runs import run_path
from tests.terminal import CTRL_C, Terminal

pytestmark = [pytest.mark.slow, pytest.mark.prefect]

#: Within a task of the flow's own thread, within one of a thread of Prefect's, and where the store
#: and the new publication are open.
STAGES = ["fetch", "read", "store", "publish"]
STOPPED = "stopped, nothing is lost"


def newest_run(home: Path) -> RunSummary:
    return summaries(home / "data" / "runs")[0]


def comes_to_its_end(api: str) -> bool:
    for _ in range(600):
        try:
            httpx.get(f"{api}/health")
        except httpx.TransportError:
            return True
        time.sleep(0.1)
    return False


def held_run(stage: str, mirror: Path, env: dict[str, str]) -> tuple[Terminal, str]:
    """A run that stays in ``stage``, and the address of its Prefect server."""
    run = Terminal("tests.held_command", stage, "refresh", "--mirror", str(mirror), env=env)
    run.wait_for(f"HELD {stage} http")
    return run, run.shown.split(f"HELD {stage} ")[1].split()[0]


def stop_and_carry_on(run: Terminal, stage: str, home: Path, mirror: Path) -> None:
    """Ctrl-C ends the run, its account says so, and the next run carries on."""
    run.press(CTRL_C)
    assert run.exit_code() == 130
    assert STOPPED in run.shown
    assert "Traceback" not in run.shown
    record = newest_run(home)
    assert record.outcome == "stopped"
    assert record.reason == f"SIGINT in stage {stage}"
    assert not (home / "data" / "current").exists()
    assert run_path(Settings(home=home / "data", lock_wait=0), mirror).outcome == "published"


@pytest.mark.parametrize("stage", STAGES)
def test_ctrl_c_stops_a_run_in_every_stage(
    prefect_server: str, small_mirror: Path, tmp_path: Path, stage: str
) -> None:
    run, _ = held_run(stage, small_mirror, user_environment(tmp_path, prefect_server))
    stop_and_carry_on(run, stage, tmp_path, small_mirror)


def test_ctrl_c_ends_the_embedded_server_with_the_run(
    server: Server, small_mirror: Path, tmp_path: Path
) -> None:
    copy_prefect_home(server.home, tmp_path / "prefect")
    run, api = held_run("start", small_mirror, user_environment(tmp_path, None))
    assert httpx.get(f"{api}/health").is_success
    stop_and_carry_on(run, "start", tmp_path, small_mirror)
    assert comes_to_its_end(api)


def test_the_embedded_server_ends_even_with_a_run_that_is_killed(
    server: Server, small_mirror: Path, tmp_path: Path
) -> None:
    copy_prefect_home(server.home, tmp_path / "prefect")
    run, api = held_run("fetch", small_mirror, user_environment(tmp_path, None))
    assert httpx.get(f"{api}/health").is_success
    os.kill(run.pid, signal.SIGKILL)
    assert run.exit_code() == -signal.SIGKILL
    assert comes_to_its_end(api)


def test_ctrl_c_stops_a_run_that_waits_for_its_server(small_mirror: Path, tmp_path: Path) -> None:
    env = user_environment(tmp_path, None)
    run = Terminal("flows", "refresh", "--mirror", str(small_mirror), env=env)
    run.wait_for("looking for Prefect's server")
    run.press(CTRL_C)
    assert run.exit_code() == 130
    assert STOPPED in run.shown
    assert newest_run(tmp_path).outcome == "stopped"


def test_ctrl_c_stops_a_query_in_the_middle(bundled_home: Settings, tmp_path: Path) -> None:
    env = user_environment(tmp_path, None) | {"GONGBAO_HOME": str(bundled_home.home)}
    query = Terminal("tests.held_command", "query", "query", "SELECT 1", env=env)
    query.wait_for("HELD query")
    query.press(CTRL_C)
    assert query.exit_code() == 130
    assert "Traceback" not in query.shown
