"""A Prefect server and a process worker: the deployment as the README has it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import httpx
import pytest

from flows.model.paths import DEPLOYMENTS, SAMPLES
from flows.operate.child import Child
from tests.prefect_server import free_port, rows_of, until, user_environment

pytestmark = [pytest.mark.slow, pytest.mark.prefect]

DEFINITION = str(DEPLOYMENTS / "prefect.yaml")


def prefect(*arguments: str, env: dict[str, str], cwd: Path) -> None:
    command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
    done = subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def published_rows(home: Path) -> int:
    with duckdb.connect(str(home / "current" / "warehouse.duckdb"), read_only=True) as warehouse:
        row = warehouse.sql("SELECT count(*) FROM latest_observation").fetchone()
    assert row is not None
    return int(row[0])


def test_the_deployment_runs_on_a_worker_and_publishes(prefect_server: str, tmp_path: Path) -> None:
    env = user_environment(tmp_path, prefect_server)
    prefect("work-pool", "create", "gongbao", "--type", "process", env=env, cwd=tmp_path)
    prefect("deploy", "--prefect-file", DEFINITION, "--all", env=env, cwd=tmp_path)

    deployment = httpx.get(f"{prefect_server}/deployments/name/refresh/daily").json()
    [schedule] = deployment["schedules"]
    assert schedule["schedule"] == {
        "cron": "30 6 * * *",
        "timezone": "Asia/Shanghai",
        "day_or": True,
    }
    assert deployment["global_concurrency_limit"]["limit"] == 1

    log = tmp_path / "worker.log"
    with log.open("wb") as out, Child(
        "prefect", "worker", "start", "--pool", "gongbao",
        env=env, cwd=tmp_path, stdout=out, stderr=subprocess.STDOUT,
    ):  # fmt: skip
        mirror = f"mirror={json.dumps(str(SAMPLES))}"
        command = ("deployment", "run", "refresh/daily", "--param", mirror, "--watch")
        prefect(*command, env=env, cwd=tmp_path)
    assert published_rows(tmp_path / "data") > 0
    runs = [
        run for run in rows_of(prefect_server, "flow_runs") if run["deployment_id"] == deployment["id"]
    ]  # fmt: skip
    completed = [run for run in runs if run["state_type"] == "COMPLETED"]
    assert len(completed) == 1, log.read_text()[-3000:]
    keys = {
        each["key"]
        for each in rows_of(prefect_server, "artifacts")
        if each["flow_run_id"] == completed[0]["id"]
    }
    assert {"run", "league-table", "quarantine"} <= keys


def test_one_command_brings_up_server_worker_and_schedule(tmp_path: Path) -> None:
    port = free_port()
    env = user_environment(tmp_path, None)
    api = f"http://127.0.0.1:{port}/api"
    log = tmp_path / "up.log"
    with log.open("wb") as out:
        up = subprocess.Popen(
            [sys.executable, "-m", "flows", "up", "--port", str(port)],
            env=env, stdout=out, stderr=out,
        )  # fmt: skip

    def worker_is_online() -> bool:
        assert up.poll() is None, log.read_text()
        workers = httpx.post(f"{api}/work_pools/gongbao/workers/filter", json={})
        return workers.is_success and any(each["status"] == "ONLINE" for each in workers.json())

    try:
        until(worker_is_online, "an online worker", log)
        assert httpx.get(f"{api}/deployments/name/refresh/daily").json()["schedules"]
        up.send_signal(signal.SIGTERM)
        assert up.wait(timeout=60) == 0
        assert log.read_text().endswith("stopped\n")
    finally:
        up.kill()
        up.wait()
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{api}/health")


def test_a_port_that_is_taken_is_refused_at_once(prefect_server: str, tmp_path: Path) -> None:
    port = httpx.URL(prefect_server).port
    done = subprocess.run(
        [sys.executable, "-m", "flows", "up", "--port", str(port)],
        env=user_environment(tmp_path, None), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert f"port {port} cannot be used" in done.stderr
