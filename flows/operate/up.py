"""``gongbao up``: a Prefect server, the deployment with its schedule, and a worker, in one go.

It runs the commands of ``deployments/prefect.yaml``, in that order, against a server of its own
on this machine, and stops what it started when it is stopped. To use a server that is already
there, run those commands yourself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from flows.model.errors import UsageError
from flows.model.paths import PACKAGE
from flows.model.settings import Settings
from flows.operate.server import prepare_environment

POOL = "gongbao"
_START_UP_SECONDS = 180


def up(settings: Settings, *, port: int, say: Callable[[str], None]) -> None:
    """Serve until interrupted. UsageError where the port is taken or prefect refuses a step."""
    root = PACKAGE.parent
    definition = root / "deployments" / "prefect.yaml"
    if not definition.is_file():
        raise UsageError(
            "the deployment's definition is not here",
            where=str(definition),
            remedy="run `gongbao up` from a checkout of the project",
        )
    prepare_environment(settings, verbose=False)
    address = f"http://127.0.0.1:{port}"
    env = {
        **os.environ,
        "PREFECT_API_URL": f"{address}/api",
        "GONGBAO_HOME": str(settings.home.resolve()),
    }
    with _process(["server", "start", "--host", "127.0.0.1", "--port", str(port)], env) as server:
        say(f"server    starting at {address}")
        _wait_until_healthy(f"{address}/api/health", server, port)
        say(f"server    {address}")
        _prefect(["work-pool", "create", POOL, "--type", "process", "--overwrite"], env, root)
        _prefect(["deploy", "--prefect-file", str(definition), "--all"], env, root)
        say("schedule  refresh/daily, 06:30 Asia/Shanghai (deployments/prefect.yaml)")
        with _process(["worker", "start", "--pool", POOL], env) as worker:
            say(f"worker    of pool {POOL!r}; Ctrl-C stops all three")
            say(f"log       {settings.logs / 'prefect.log'}")
            while worker.poll() is None and server.poll() is None:
                time.sleep(0.5)
            raise UsageError("the server or the worker stopped by itself", remedy="see the log")


class _process:  # noqa: N801 - a context manager, used as a function
    """A prefect command that is ended with the block, and killed where it will not end."""

    def __init__(self, arguments: list[str], env: Mapping[str, str]) -> None:
        self._command = [sys.executable, "-m", "prefect", *arguments]
        self._env = env

    def __enter__(self) -> subprocess.Popen[bytes]:
        self._popen = subprocess.Popen(  # noqa: S603 - our own command
            self._command, env=self._env, stdout=subprocess.DEVNULL, start_new_session=True
        )
        return self._popen

    def __exit__(self, *_: object) -> None:
        self._popen.terminate()
        try:
            self._popen.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_UP_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            if httpx.get(url, timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise UsageError(
        f"the Prefect server did not start on port {port}",
        remedy="is the port taken? choose another with --port",
    )


def _prefect(arguments: list[str], env: Mapping[str, str], cwd: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "prefect", "--no-prompt", *arguments],
        env=dict(env),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UsageError(
            f"prefect {' '.join(arguments[:2])} failed: {(done.stderr or done.stdout).strip()}"
        )
