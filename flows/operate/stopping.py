"""Ctrl-C and SIGTERM end the process within two seconds, whatever it is doing.

Python runs a signal handler between two bytecodes of the main thread: a long native call (a query,
an export) holds it up, and Prefect catches what it raises and retries. So the signals are blocked
in every thread, and one thread waits for them, does what was asked of it and leaves by
``os._exit``. Nothing is lost by that: bytes reach the archive by a rename, rows reach the store in
one transaction, and a publication appears by one rename.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

_SECONDS = 1.5  # that ``act`` may take, unless it says otherwise
_SHOW_CURSOR = "\r\x1b[2K\x1b[?25h"  # a progress bar hides it


@dataclass(frozen=True)
class _Stop:
    act: Callable[[signal.Signals], None]
    message: str
    seconds: float
    terminated_code: int | None


_stops: list[_Stop] = []
_stopping = threading.Event()


@contextmanager
def on_stop(
    act: Callable[[signal.Signals], None],
    *,
    message: str,
    seconds: float = _SECONDS,
    terminated_code: int | None = None,
) -> Iterator[None]:
    """Within the block a signal runs ``act`` and prints ``message`` before the process ends.

    ``terminated_code`` is the exit code after SIGTERM, for a service that is stopped that way.
    A second signal, or ``act`` taking longer than ``seconds``, ends the process at once.
    """
    stop = _Stop(act, message, seconds, terminated_code)
    _stops.append(stop)
    try:
        yield
    finally:
        if _stopping.is_set():  # the process is ending; what follows the block is not for it
            threading.Event().wait()
        _stops.remove(stop)


def install() -> None:
    """Take over SIGINT and SIGTERM. Call it first: threads inherit the mask of their starter.

    A signal that is ignored stays ignored: a shell does so for a job in the background.
    """
    taken = {
        number
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    if taken:
        signal.pthread_sigmask(signal.SIG_BLOCK, taken)
        threading.Thread(target=_wait, args=(taken,), name="signals", daemon=True).start()


def unblock() -> None:
    """Undo the mask in a process that was started by one with ``install``."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})


def _wait(taken: set[signal.Signals]) -> None:
    number = signal.Signals(signal.sigwait(taken))
    _stopping.set()
    stops = list(_stops)
    code = 128 + number
    if number is signal.SIGTERM:
        code = next(
            (each.terminated_code for each in stops if each.terminated_code is not None), code
        )
    threading.Thread(target=_finish, args=(number, stops, code), daemon=True).start()
    seconds = max((each.seconds for each in stops), default=_SECONDS)
    threading.Timer(seconds, os._exit, [code]).start()
    signal.sigwait(taken)
    os._exit(code)


def _finish(number: signal.Signals, stops: list[_Stop], code: int) -> None:
    for stop in stops:
        with suppress(Exception):
            stop.act(number)
    # Written past the streams: another thread may hold their locks.
    text = _SHOW_CURSOR if sys.stderr.isatty() else ""
    text += "".join(f"{stop.message}\n" for stop in stops)
    with suppress(OSError):
        os.write(2, text.encode())
    os._exit(code)
