"""Ctrl-C on a terminal, in every stage of a true run: it stops, says so, and nothing is lost."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import duckdb
import httpx
import pytest

from flows.run.summary import RunSummary, summaries
from tests.prefect_server import user_environment
from tests.terminal import CTRL_C, Terminal

#: One worker for all: later tests ask the home that earlier ones leave.
pytestmark = [pytest.mark.slow, pytest.mark.prefect, pytest.mark.xdist_group("ctrl-c")]

RUN = ("refresh", "--bundled")
STAGES = ["start", "fetch", "read", "harmonise", "gate", "store", "publish"]
STOPPED = "stopped, nothing is lost"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stopped")


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


@pytest.mark.parametrize("stage", STAGES)
def test_ctrl_c_stops_a_run_in_every_stage(prefect_server: str, home: Path, stage: str) -> None:
    # Once with an embedded server, which ends, too; its database is made once in this module.
    embedded = stage == STAGES[0]
    env = user_environment(home, None if embedded else prefect_server)
    run = Terminal("tests.held_command", stage, *RUN, env=env)
    run.wait_for(f"HELD {stage} http")
    api = run.shown.split(f"HELD {stage} ")[1].split()[0]
    run.press(CTRL_C)
    assert run.exit_code() == 130
    assert not embedded or comes_to_its_end(api)
    assert STOPPED in run.shown
    assert "Traceback" not in run.shown
    record = newest_run(home)
    assert record.outcome == "stopped"
    assert record.reason == f"SIGINT in stage {stage}"
    assert not (home / "data" / "current").exists()


def test_the_run_after_all_of_these_carries_on(prefect_server: str, home: Path) -> None:
    run = Terminal("flows", *RUN, env=user_environment(home, prefect_server))
    assert run.exit_code(seconds=600) == 0
    assert newest_run(home).outcome == "published"
    warehouse = home / "data" / "current" / "warehouse.duckdb"
    with duckdb.connect(str(warehouse), read_only=True) as con:
        assert con.sql("SELECT count(*) > 700 FROM latest_observation").fetchall() == [(True,)]


def test_ctrl_c_stops_a_query_in_the_middle(prefect_server: str, home: Path) -> None:
    env = user_environment(home, prefect_server)
    query = Terminal("tests.held_command", "query", "query", "SELECT 1", env=env)
    query.wait_for("HELD query")
    query.press(CTRL_C)
    assert query.exit_code() == 130
    assert "Traceback" not in query.shown


def test_ctrl_c_stops_a_run_that_waits_for_its_server(tmp_path: Path) -> None:
    run = Terminal("flows", *RUN, env=user_environment(tmp_path, None))
    run.wait_for("looking for Prefect's server")
    run.press(CTRL_C)
    assert run.exit_code() == 130
    assert STOPPED in run.shown
    assert newest_run(tmp_path).outcome == "stopped"


def test_the_embedded_server_ends_even_with_a_run_that_is_killed(home: Path) -> None:
    run = Terminal("tests.held_command", "fetch", *RUN, env=user_environment(home, None))
    run.wait_for("HELD fetch http")
    api = run.shown.split("HELD fetch ")[1].split()[0]
    assert httpx.get(f"{api}/health").is_success
    os.kill(run.pid, signal.SIGKILL)
    assert run.exit_code() == -signal.SIGKILL
    assert comes_to_its_end(api)
