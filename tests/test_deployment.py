"""The deployment as the README has it: a server, a worker, the schedule, and a run of it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import httpx
import pytest

from flows.model.settings import Settings
from tests.command import run_command
from tests.homes import copy_prefect_home
from tests.prefect_server import Server, free_port, rows_of, until, user_environment

pytestmark = [pytest.mark.slow, pytest.mark.prefect]

FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def test_one_command_brings_up_server_worker_and_schedule_and_a_run_of_it_publishes(
    server: Server, small_mirror: Path, tmp_path: Path
) -> None:
    copy_prefect_home(server.home, tmp_path / "prefect")
    port = free_port()
    env = user_environment(tmp_path, None)
    log = tmp_path / "up.log"
    with log.open("wb") as out:
        up = subprocess.Popen(
            [sys.executable, "-m", "flows", "up", "--port", str(port)],
            env=env, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        check_deployment(f"http://127.0.0.1:{port}/api", up, log, small_mirror)
        with duckdb.connect(str(tmp_path / "data/current/warehouse.duckdb"), read_only=True) as con:
            assert con.sql("SELECT count(*) FROM latest_observation").fetchone() != (0,)
        up.send_signal(signal.SIGTERM)
        assert up.wait(timeout=60) == 0
        assert log.read_text().endswith("stopped\n")
    finally:
        up.kill()
        up.wait()
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{port}/api/health")


def check_deployment(api: str, up: subprocess.Popen[bytes], log: Path, mirror: Path) -> None:
    def worker_is_online() -> bool:
        assert up.poll() is None, log.read_text()
        workers = httpx.post(f"{api}/work_pools/gongbao/workers/filter", json={})
        return workers.is_success and any(each["status"] == "ONLINE" for each in workers.json())

    def run_is_over() -> bool:
        assert up.poll() is None, log.read_text()
        state = httpx.get(f"{api}/flow_runs/{run['id']}").json()["state_type"]
        assert state == "COMPLETED" or state not in FINAL, log.read_text()
        return bool(state == "COMPLETED")

    until(worker_is_online, "an online worker", log)
    deployment = httpx.get(f"{api}/deployments/name/refresh/daily").json()
    [schedule] = deployment["schedules"]
    assert schedule["schedule"] == {
        "cron": "30 6 * * *",
        "timezone": "Asia/Shanghai",
        "day_or": True,
    }
    assert deployment["global_concurrency_limit"]["limit"] == 1
    run = httpx.post(
        f"{api}/deployments/{deployment['id']}/create_flow_run",
        json={"parameters": {"mirror": str(mirror)}},
    ).json()
    until(run_is_over, "the end of the run", log)
    keys = {row["key"] for row in rows_of(api, "artifacts", run["id"])}
    assert {"run", "quarantine"} <= keys


def test_a_run_that_died_with_the_machine_keeps_no_slot(server: Server, tmp_path: Path) -> None:
    """Its deployment's later runs would all be cancelled: ``up`` clears it when it starts again."""
    copy_prefect_home(server.home, tmp_path / "prefect")
    port = free_port()
    env = user_environment(tmp_path, None)
    api = f"http://127.0.0.1:{port}/api"
    with bring_up(env, port, tmp_path / "up.log") as up:
        deployment = httpx.get(f"{api}/deployments/name/refresh/daily").json()
        created = httpx.post(f"{api}/deployments/{deployment['id']}/create_flow_run", json={})
        assert created.is_success, created.text
        dead = f"{api}/flow_runs/{created.json()['id']}"
        for state in ("PENDING", "RUNNING"):  # as a worker says it when it begins
            said = {"state": {"type": state}, "force": False}
            httpx.post(f"{dead}/set_state", json=said).raise_for_status()
        assert count_slots(api) == 1
        up.kill()
        up.wait()
    until(lambda: not is_healthy(api), "the end of the server", tmp_path / "up.log")

    log = tmp_path / "up-again.log"
    with bring_up(env, port, log):
        assert "1 run that ended with the machine or its server" in log.read_text()
        assert httpx.get(dead).json()["state"]["type"] == "CRASHED"
        assert count_slots(api) == 0


@contextmanager
def bring_up(env: dict[str, str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """``gongbao up`` once it has named its worker."""
    with log.open("wb") as out:
        up = subprocess.Popen(
            [sys.executable, "-m", "flows", "up", "--port", str(port)],
            env=env, stdout=out, stderr=out,
        )  # fmt: skip

    def names_its_worker() -> bool:
        assert up.poll() is None, log.read_text()
        return "of pool" in log.read_text()

    try:
        until(names_its_worker, "a worker", log)
        yield up
    finally:
        up.kill()
        up.wait()


def count_slots(api: str) -> int:
    deployment = httpx.get(f"{api}/deployments/name/refresh/daily").json()
    return int(deployment["global_concurrency_limit"]["active_slots"])


def is_healthy(api: str) -> bool:
    try:
        return httpx.get(f"{api}/health").is_success
    except httpx.TransportError:
        return False


def test_a_port_that_is_taken_is_refused_at_once(prefect_server: str, settings: Settings) -> None:
    port = str(httpx.URL(prefect_server).port)
    said = run_command("up", "--port", port, home=settings.home, code=2)
    assert f"port {port} cannot be used" in said
