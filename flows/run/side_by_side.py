"""Read in as many processes as there are cores: Python keeps one core busy, whatever its threads.

Within ``open_reading_processes`` a full batch is handed out a few derivations at a time. A process is
started when first needed, asked over its standard input and answers over its standard output;
the input closes however the one that asks ends, and with it the process. It imports neither
Prefect nor Great Expectations. Where a document brings a process down, that document alone is
recorded as unreadable.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final

import polars as pl

from flows.model.nouns import Derivation
from flows.run.plan import Plan
from flows.run.reading import FIGURE, Part, read_part, record_failure

#: Fewer derivations than these are read sooner than a process is up (some two seconds).
WORTHWHILE: Final = 100
#: Derivations that a process is given at once.
_AT_ONCE: Final = 10

_Job = tuple[Plan, tuple[Derivation, ...]]


class ReadingProcesses:
    """One process a thread of ours, each started when first asked."""

    def __init__(self, number: int) -> None:
        self._threads = ThreadPoolExecutor(number, thread_name_prefix="reading")
        self._own = threading.local()
        self._started: list[subprocess.Popen[bytes]] = []

    def read(self, plan: Plan, derivations: Sequence[Derivation]) -> Iterator[Part]:
        """Parts in the order of the derivations."""
        small = replace(plan, releases=())  # thousands that no reader asks for
        starts = range(0, len(derivations), _AT_ONCE)
        jobs = [(small, tuple(derivations[at : at + _AT_ONCE])) for at in starts]
        yield from self._threads.map(self._read, jobs)

    def _read(self, job: _Job) -> Part:
        plan, derivations = job
        with suppress(EOFError, BrokenPipeError, pickle.UnpicklingError):
            return self._ask(job)
        self._own.process = None  # it has died; which document was it?
        if len(derivations) == 1:
            why = f"{derivations[0].release.release_id}: the reader brought its process down"
            return Part((record_failure(derivations[0], why),), FIGURE.to_frame())
        parts = [self._read((plan, (one,))) for one in derivations]
        return Part(
            tuple(record for part in parts for record in part.records),
            pl.concat([part.figures for part in parts]),
            tuple(lost for part in parts for lost in part.lost),
        )

    def _ask(self, job: _Job) -> Part:
        process: subprocess.Popen[bytes] | None = getattr(self._own, "process", None)
        if process is None:
            process = self._own.process = self._start()
        assert process.stdin is not None  # noqa: S101 - pipes, both
        assert process.stdout is not None  # noqa: S101
        pickle.dump(job, process.stdin)
        process.stdin.flush()
        answer = pickle.load(process.stdout)  # noqa: S301 - of our own process
        if isinstance(answer, Exception):
            raise answer
        part: Part = answer
        return part

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # the terminal's Ctrl-C reaches the one that asks alone
        )
        self._started.append(process)
        return process

    def end(self) -> None:
        self._threads.shutdown(cancel_futures=True)
        for process in self._started:
            process.kill()  # it holds nothing that is not ours already
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()


_processes: ReadingProcesses | None = None


@contextmanager
def open_reading_processes(number: int | None = None) -> Iterator[None]:
    """Within the block full batches are read side by side; ``number``: one a core."""
    global _processes  # one run a process; Prefect's tasks are threads of it
    cores = number or _count_cores()
    if cores == 1:
        yield
        return
    _processes = ReadingProcesses(cores)
    try:
        yield
    finally:
        ended, _processes = _processes, None
        ended.end()


def _count_cores() -> int:
    """Those that this process may use, where the system says so."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_parts(plan: Plan, derivations: Sequence[Derivation]) -> Iterator[Part]:
    """The derivations read, in their order: side by side where that is worthwhile."""
    if _processes is not None and len(derivations) >= WORTHWHILE:
        yield from _processes.read(plan, derivations)
    else:
        for one in derivations:
            yield read_part(plan, [one])


def _answer() -> None:
    """The process: read what is asked for until nobody asks any more."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # who asked has gone: say nothing
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    while True:
        try:
            plan, derivations = pickle.load(sys.stdin.buffer)  # noqa: S301 - of our own process
        except EOFError:
            return
        try:
            answer: Part | Exception = read_part(plan, derivations)
        except Exception as error:  # noqa: BLE001 - raised where it was asked for
            answer = error
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    _answer()
