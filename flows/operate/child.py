"""A Prefect process that ends with the one that started it.

``python -P -m flows.operate.child MODULE [ARGUMENT…]`` runs a module as ``python -m`` does;
with ``embedded`` for a module it is Prefect's embedded server. Its standard input is a pipe that
the starter holds open and never writes to: however the starter ends, the pipe closes, and this
process ends with all that it started. It has a session of its own, so that the terminal's Ctrl-C
reaches the starter alone.
"""

from __future__ import annotations

import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from flows.operate.stopping import unblock

EMBEDDED = "embedded"
_SECONDS = 5  # between SIGTERM and SIGKILL


class Child:
    """A running child, for the process that started it."""

    def __init__(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdout: int | IO[bytes] | None = None,
        stderr: int | IO[bytes] | None = None,
    ) -> None:
        self.process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-P", "-m", __name__, *arguments],
            env=None if env is None else dict(env),
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
            bufsize=0,
            start_new_session=True,
        )

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Close the pipe and wait; the child needs no more than ``_SECONDS``."""
        stdin = self.process.stdin
        if stdin is not None:
            stdin.close()
        self.process.wait()


def main() -> None:
    unblock()
    pipe = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # what this process starts does not share it
    threading.Thread(target=_end_with_starter, args=(pipe,), daemon=True).start()
    module, *arguments = sys.argv[1:]
    if module == EMBEDDED:
        _serve()
    else:
        sys.argv[1:] = arguments
        runpy.run_module(module, run_name="__main__", alter_sys=True)


def _end_with_starter(pipe: int) -> None:
    while os.read(pipe, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _serve() -> None:
    """Serve Prefect's API on a free port of the loopback interface.

    Says ``configured URL`` and ends where Prefect's settings name a server, ``refused`` where they
    allow no embedded one; else ``serving URL`` at once and ``ready`` when it answers.
    """
    from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_ALLOW_EPHEMERAL_MODE

    if configured := PREFECT_API_URL.value():
        return _say(f"configured {configured}")
    if not PREFECT_SERVER_ALLOW_EPHEMERAL_MODE.value():
        return _say("refused")
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                _say("ready")

    os.environ |= {"PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
    listener = socket.create_server(("127.0.0.1", 0))
    _say(f"serving http://127.0.0.1:{listener.getsockname()[1]}/api")
    options: dict[str, Any] = {"factory": True, "log_level": "error", "lifespan": "on"}
    Server(uvicorn.Config("prefect.server.api.server:create_app", **options)).run([listener])
    return None


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - read by the starter


if __name__ == "__main__":
    main()
