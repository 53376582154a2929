"""One Prefect server for the whole suite, and a user's shell around it.

Tests that need it are on one worker (``conftest``), so the session's fixture starts one server.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from flows.operate.child import Child

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Server:
    api: str  # its address
    home: Path  # with its database


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def user_environment(folder: Path, api: str | None) -> dict[str, str]:
    """A user's environment with homes of its own for Prefect and Gongbao."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PREFECT")}
    server = {} if api is None else {"PREFECT_API_URL": api}
    return kept | server | {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "GONGBAO_HOME": str(folder / "data"),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "160",
    }  # fmt: skip


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A Prefect server, up and healthy."""
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    log = folder / "server.log"
    with log.open("wb") as out, Child(
        "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui",
        env=user_environment(folder, api), stdout=out, stderr=subprocess.STDOUT,
    ) as child:  # fmt: skip
        until(lambda: httpx.get(f"{api}/health").is_success, "a healthy server", log, child)
        yield Server(api, folder / "prefect")


def until(condition: object, what: str, log: Path, child: Child | None = None) -> None:
    """Wait for ``condition``; the limit only keeps a suite from hanging for ever."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline and (child is None or child.process.poll() is None):
        try:
            if condition():  # type: ignore[operator]
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come about\n{log.read_text()[-3000:]}")


def rows_of(api: str, what: str, flow_run: object = None) -> list[dict[str, object]]:
    """The server's ``flow_runs``, ``task_runs`` or ``artifacts``: all, or of one flow run's id."""
    asked: dict[str, object] = {"limit": 200}
    if flow_run is not None:
        asked["flow_runs"] = {"id": {"any_": [flow_run]}}
    answer = httpx.post(f"{api}/{what}/filter", json=asked)
    assert answer.is_success, answer.text
    rows: list[dict[str, object]] = answer.json()
    return rows


def find_flow_run(api: str, run_id: str) -> dict[str, object]:
    """Prefect's record of one of our runs; other tests have theirs on the same server."""
    runs = rows_of(api, "flow_runs")
    [found] = [run for run in runs if run_id in dict(run["parameters"]).values()]  # type: ignore[call-overload]
    return found
