"""Progress of a run for whoever watches: a bar a stage on a terminal, a line a stage elsewhere.

The pipeline only calls ``stage``, ``step`` and ``done``; it never knows who listens.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

#: The stages of a run in their order, with what each does in a few words.
STAGES = {
    "start": "store, lock and catalogue",
    "discover": "look at each listing",
    "fetch": "visit each release",
    "read": "figures as printed",
    "harmonise": "figures as meant",
    "gate": "check every observation",
    "store": "one transaction",
    "publish": "models, parquet, checksums",
}


class Reporter(Protocol):
    def stage(self, name: str, total: int | None = None) -> None: ...

    def step(self, what: str) -> None: ...

    def done(self, result: str, *, sound: bool = True) -> None: ...


class LogReporter:
    """Progress as log lines: for workers and tests."""

    def __init__(self, logger: logging.Logger | logging.LoggerAdapter[logging.Logger]) -> None:
        self._logger = logger
        self._stage = ""

    def stage(self, name: str, total: int | None = None) -> None:
        self._stage = name
        self._logger.info("%s: %s", name, f"{total} to do" if total is not None else STAGES[name])

    def step(self, what: str) -> None:
        self._logger.debug("%s: %s", self._stage, what)

    def done(self, result: str, *, sound: bool = True) -> None:
        self._logger.log(logging.INFO if sound else logging.WARNING, "%s: %s", self._stage, result)


class ConsoleReporter:
    """A live bar for the stage under way, and a line with its result and seconds after it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[name]:<10}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[what]}", markup=False),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("", name="", what="", visible=False)
        self._name = "start"
        self._since = 0.0

    @property
    def name(self) -> str:
        """The stage under way, or the last one that ended."""
        return self._name

    @contextmanager
    def live(self) -> Iterator[ConsoleReporter]:
        if not self._console.is_terminal:
            yield self
            return
        with self._progress:
            yield self

    def stage(self, name: str, total: int | None = None) -> None:
        self._name, self._since = name, time.perf_counter()
        self._progress.reset(
            self._task, total=total, visible=True, name=name, what=STAGES.get(name, "")
        )

    def step(self, what: str) -> None:
        self._progress.update(self._task, advance=1, what=what[:60])

    def done(self, result: str, *, sound: bool = True) -> None:
        self._progress.update(self._task, visible=False)
        seconds = time.perf_counter() - self._since
        line = Text.assemble(
            ("✓ ", "green") if sound else ("✗ ", "red"),
            (f"{self._name:<10}", "bold"),
            result,
            (f"  {seconds:.1f} s", "dim"),
        )
        self._console.print(line, soft_wrap=True)


_reporter: ContextVar[Reporter | None] = ContextVar("reporter", default=None)


class SilentReporter:
    """Nobody listens."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Say nothing."""

    def step(self, what: str) -> None:
        """Say nothing."""

    def done(self, result: str, *, sound: bool = True) -> None:
        """Say nothing."""


def current_reporter() -> Reporter:
    """The reporter that whoever started the run has set; none: one that says nothing."""
    return _reporter.get() or SilentReporter()


def has_reporter() -> bool:
    return _reporter.get() is not None


@contextmanager
def reporting_to(reporter: Reporter) -> Iterator[None]:
    token = _reporter.set(reporter)
    try:
        yield
    finally:
        _reporter.reset(token)
