"""A program on a pseudo-terminal, as a person runs it: keys go in, what is shown comes out."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from pathlib import Path

CTRL_C = b"\x03"
_ROOT = Path(__file__).resolve().parents[1]


class Terminal:
    """``python -m …`` as the leader of a terminal's session."""

    def __init__(self, *arguments: str, env: dict[str, str]) -> None:
        env = env | {"PYTHONPATH": str(_ROOT), "TERM": "xterm"}
        self.pid, self._screen = pty.fork()
        if self.pid == 0:
            os.execve(sys.executable, [sys.executable, "-m", *arguments], env)  # noqa: S606
        self.shown = ""

    def press(self, keys: bytes) -> None:
        os.write(self._screen, keys)

    def wait_for(self, text: str, seconds: float = 240) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < deadline, f"no {text!r} in:\n{self.shown}"
            assert self._read(), f"ended without {text!r}:\n{self.shown}"

    def exit_code(self, seconds: float = 60) -> int:
        """The program's exit code, once it has ended; negative where a signal ended it."""
        deadline = time.monotonic() + seconds
        while self._read():
            assert time.monotonic() < deadline, f"still running:\n{self.shown}"
        _, status = os.waitpid(self.pid, 0)
        os.close(self._screen)
        return os.waitstatus_to_exitcode(status)

    def _read(self) -> bool:
        """Take what is shown by now; False once the program has closed the terminal."""
        if not select.select([self._screen], [], [], 1)[0]:
            return True
        try:
            data = os.read(self._screen, 65536)
        except OSError:  # Linux says so at the end
            return False
        self.shown += data.decode("utf-8", "replace")
        return bool(data)
