"""A real Prefect server and a process worker: the deployment as the README has it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import httpx
import pytest

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(tmp_path: Path, port: int) -> dict[str, str]:
    """A user's shell with a Prefect and a Gongbao home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    return kept | {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "GONGBAO_HOME": str(tmp_path / "data"),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }


@contextmanager
def running(
    command: list[str], env: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(condition: object, what: str, log: Path, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():  # type: ignore[operator]
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    pytest.fail(f"{what} did not happen within {seconds} s\n{log.read_text()[-3000:]}")


def prefect(*arguments: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        ["prefect", "--no-prompt", *arguments], env=env, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def published_rows(home: Path) -> int:
    with duckdb.connect(str(home / "current" / "warehouse.duckdb"), read_only=True) as warehouse:
        row = warehouse.sql("SELECT count(*) FROM latest_observation").fetchone()
    assert row is not None
    return int(row[0])


def test_the_deployment_runs_on_a_worker_and_publishes(tmp_path: Path) -> None:
    port = free_port()
    env = environment(tmp_path, port)
    log = tmp_path / "server.log"
    api = env["PREFECT_API_URL"]
    server = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with running(server, env, log):
        until(lambda: httpx.get(f"{api}/health").is_success, "a healthy server", log)
        prefect("work-pool", "create", "gongbao", "--type", "process", env=env)
        prefect("deploy", "--prefect-file", "deployments/prefect.yaml", "--all", env=env)

        deployment = httpx.get(f"{api}/deployments/name/refresh/daily").json()
        [schedule] = deployment["schedules"]
        assert schedule["schedule"] == {
            "cron": "30 6 * * *",
            "timezone": "Asia/Shanghai",
            "day_or": True,
        }
        assert deployment["global_concurrency_limit"]["limit"] == 1

        worker_log = tmp_path / "worker.log"
        with running(["prefect", "worker", "start", "--pool", "gongbao"], env, worker_log):
            samples = json.dumps(str(ROOT / "flows" / "samples"))
            prefect(
                "deployment", "run", "refresh/daily", "--param", f"mirror={samples}", "--watch",
                env=env,
            )  # fmt: skip
        assert published_rows(tmp_path / "data") > 0
        runs = httpx.post(f"{api}/flow_runs/filter", json={}).json()
        completed = [run for run in runs if run["state_type"] == "COMPLETED"]
        assert len(completed) == 1, worker_log.read_text()[-3000:]
        artifacts = httpx.post(f"{api}/artifacts/filter", json={}).json()
        assert {"run", "league-table", "quarantine"} <= {each["key"] for each in artifacts}


def test_one_command_brings_up_server_worker_and_schedule(tmp_path: Path) -> None:
    port = free_port()
    env = environment(tmp_path, port)
    api = env.pop("PREFECT_API_URL")
    log = tmp_path / "up.log"
    with running(["gongbao", "up", "--port", str(port)], env, log) as up:

        def worker_is_online() -> bool:
            workers = httpx.post(f"{api}/work_pools/gongbao/workers/filter", json={})
            return workers.is_success and any(
                worker["status"] == "ONLINE" for worker in workers.json()
            )

        until(worker_is_online, "an online worker", log)
        assert httpx.get(f"{api}/deployments/name/refresh/daily").json()["schedules"]
        up.send_signal(signal.SIGTERM)
        assert up.wait(timeout=40) == 0
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{api}/health")
