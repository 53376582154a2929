"""``gongbao up``: a Prefect server, the deployment with its schedule, and a worker, in one go.

It runs the commands that ``deployments/prefect.yaml`` names, in that order, against a server of
its own on this machine, and ends what it started when it ends. To use a server that is already
there, run those commands yourself.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from flows.model.errors import PrefectError, UsageError
from flows.model.paths import DEPLOYMENTS
from flows.model.settings import Settings
from flows.model.text import counted
from flows.operate.child import Child
from flows.operate.server import log_file, prepare_environment, rotate_log
from flows.operate.stopping import on_stop

POOL = "gongbao"
_START_UP_SECONDS = 180


def up(settings: Settings, *, port: int, say: Callable[[str], None]) -> None:
    """Serve until interrupted. UsageError where the port is taken, PrefectError where a step fails."""
    _raise_if_taken(port)
    prepare_environment(settings, verbose=False)
    address = f"http://127.0.0.1:{port}"
    home = settings.home.resolve()
    env = {**os.environ, "PREFECT_API_URL": f"{address}/api", "GONGBAO_HOME": str(home)}

    children: list[Child] = []

    def start(*arguments: str) -> Child:
        # In the home: a folder named flows or a prefect.toml of the current one is not meant.
        child = Child("prefect", *arguments, env=env, cwd=home, stdout=subprocess.DEVNULL)
        children.insert(0, child)
        return child

    def end(_: signal.Signals) -> None:
        for child in children:
            child.end()

    with (
        on_stop(end, message="stopped", seconds=15, terminated_code=0),
        start("server", "start", "--host", "127.0.0.1", "--port", str(port)) as server,
    ):
        say(f"server    starting at {address} (the first time up to a minute)")
        _wait_until_healthy(f"{address}/api/health", server, log_file(settings))
        say(f"server    {address}")
        _run(["work-pool", "create", POOL, "--type", "process", "--overwrite"], env, home)
        _run(["deploy", "--prefect-file", str(DEPLOYMENTS / "prefect.yaml"), "--all"], env, home)
        if dead := clear_dead_runs(f"{address}/api"):
            say(f"cleared   {counted(dead, 'run')} that ended with the machine or its server")
        say("schedule  daily at 06:30, from February to June also at 12:30 and 18:30, and a look")
        say("          back over old pages each month (Asia/Shanghai; deployments/prefect.yaml)")
        with start("worker", "start", "--pool", POOL) as worker:
            say(f"worker    of pool {POOL!r}; Ctrl-C ends all three")
            say(f"log       {log_file(settings)}")
            while worker.process.poll() is None and server.process.poll() is None:
                rotate_log(settings)
                time.sleep(0.5)
        raise PrefectError(
            "the server or the worker ended by itself", remedy=f"see {log_file(settings)}"
        )


def clear_dead_runs(api: str) -> int:
    """Mark the runs of our deployments that nobody works on any more as crashed; how many.

    Asked right after the start of a server of ours, before its worker: whatever it believes to be
    under way died with the server before. It would keep its deployment's only slot for ever, and
    every later run would be cancelled.
    """
    with httpx.Client(base_url=api, timeout=30) as client:

        def ask(path: str, body: object) -> Any:
            answer = client.post(path, json=body)
            answer.raise_for_status()
            return answer.json()

        flows = {"flows": {"name": {"any_": ["refresh"]}}}
        deployments = ask("/deployments/filter", flows)
        under_way = {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}
        wanted = {
            "deployment_id": {"any_": [each["id"] for each in deployments]},
            "state": under_way,
        }
        runs = ask("/flow_runs/filter", {"flow_runs": wanted}) if deployments else []
        message = "the machine or the server ended while it ran; nothing is lost"
        state = {"type": "CRASHED", "name": "Crashed", "message": message}
        for run in runs:
            ask(f"/flow_runs/{run['id']}/set_state", {"state": state, "force": True})
        for each in deployments:
            limit = each.get("global_concurrency_limit")
            if limit and limit["active_slots"]:
                path = f"/v2/concurrency_limits/{limit['id']}"
                client.patch(path, json={"active_slots": 0}).raise_for_status()
    return len(runs)


def _raise_if_taken(port: int) -> None:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        raise UsageError(
            f"port {port} cannot be used: {error.strerror}", remedy="choose another with --port"
        ) from error


def _wait_until_healthy(url: str, server: Child, log: Path) -> None:
    deadline = time.monotonic() + _START_UP_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if httpx.get(url, timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise PrefectError("the Prefect server did not start", remedy=f"see {log}")


def _run(arguments: list[str], env: Mapping[str, str], cwd: Path) -> None:
    """Run one prefect command to its end; it ends with us, too."""
    with Child(
        "prefect", "--no-prompt", *arguments,
        env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as step:  # fmt: skip
        said = step.process.stdout.read() if step.process.stdout else b""
        if step.process.wait():
            command = f"prefect {' '.join(arguments[:2])}"
            raise PrefectError(f"{command} failed: {said.decode(errors='replace').strip()}")
