"""The models, their parquet files and their tests: each step as soon as what it needs is done.

Some steps are at work at once, each in a thread and with a cursor of its own. DuckDB has the rest
of the threads: with all of them beside ours, a thread of ours whose work one of DuckDB's has taken
would wait for it in a loop, and that costs a core.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.model.nouns import Check
from flows.publish import exports, warehouse
from flows.publish.clock import Clock
from flows.publish.listed import listed_tests
from flows.publish.models import Models, Table
from flows.store.rows import first_row

#: Steps at once, where there are threads for them; more have seldom anything to do.
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Step:
    work: Callable[[duckdb.DuckDBPyConnection], Any]
    needs: tuple[str, ...] = ()
    early: bool = False  # before others that may begin


@dataclass(frozen=True, slots=True)
class Built:
    rows: Mapping[str, int]  # in each parquet file
    checks: tuple[Check, ...]


#: What is asked of a model, and the columns of it that this needs.
Question = tuple[Callable[[str, pl.DataFrame], list[Check]], str]


def build(
    cursor: duckdb.DuckDBPyConnection,
    models: Models,
    parquet: Path,
    asked: Mapping[str, Question],
    clock: Clock,
) -> Built:
    """Make all models and ``parquet/<table>.parquet``, describe them, test them, ask ``asked``.

    Whatever a step raises is raised once those under way are done.
    """
    parquet.mkdir()
    with _threads(cursor) as at_once:
        found = run_steps(_steps(models, parquet, asked), cursor, at_once=at_once, clock=clock)
    named = [model.name for model in models.models]
    return Built(
        rows={
            table.name: found[f"parquet {table.name}"] for table in models.tables if table.exported
        },
        checks=tuple(
            check
            for kind in ("tests", "check")
            for name in named
            for check in found.get(f"{kind} {name}", ())
        ),
    )


def _steps(models: Models, parquet: Path, asked: Mapping[str, Question]) -> dict[str, Step]:
    steps: dict[str, Step] = {}

    def export(table: Table, *needs: str) -> None:
        if table.exported:
            work = partial(exports.write_parquet, table=table, folder=parquet)
            # A view is long: whatever is short finds its place beside it.
            steps[f"parquet {table.name}"] = Step(work, needs, early=table.view)

    for source in models.sources:
        export(source)
    made = tuple(f"model {model.name}" for model in models.models)
    last: tuple[str, ...] = ()
    for model, name in zip(models.models, made, strict=True):
        reads = tuple(other for other in made if other.removeprefix("model ") in model.reads)
        steps[name] = Step(partial(warehouse.build_model, model=model), reads)
        export(model, name)
        steps[f"tests {model.name}"] = Step(partial(listed_tests, table=model), (name,))
        if model.name in asked:  # one after the other, as Great Expectations wants it
            work = partial(_ask, name=model.name, question=asked[model.name])
            steps[f"check {model.name}"] = Step(work, (name, *last))
            last = (f"check {model.name}",)
    # In the end of it DuckDB writes down all that was made, which others need not wait for.
    steps["describe"] = Step(partial(warehouse.describe, models=models), made, early=True)
    return steps


def _ask(cursor: duckdb.DuckDBPyConnection, name: str, question: Question) -> list[Check]:
    check, columns = question
    return check(name, cursor.sql(f"SELECT {columns} FROM {name}").pl())


def run_steps(
    steps: Mapping[str, Step], cursor: duckdb.DuckDBPyConnection, *, at_once: int, clock: Clock
) -> dict[str, Any]:
    """What each step gives. ``steps`` stand after those that they need.

    Of those that may begin, an early one goes first, then the one that most others wait for.
    """
    found: dict[str, Any] = {}
    rank = _rank(steps)
    sorter = TopologicalSorter({name: step.needs for name, step in steps.items()})
    sorter.prepare()
    ready: list[tuple[int, str]] = []
    running: dict[Future[tuple[float, Any]], str] = {}
    with ThreadPoolExecutor(at_once, thread_name_prefix="publish") as pool:
        while sorter.is_active():
            for name in sorter.get_ready():
                heappush(ready, (rank[name], name))
            while ready and len(running) < at_once:
                _, name = heappop(ready)
                clock.began(name)
                running[pool.submit(_timed, steps[name].work, cursor.cursor())] = name
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                name = running.pop(future)
                seconds, found[name] = future.result()
                clock.spent(name, seconds)
                sorter.done(name)
    return found


def _rank(steps: Mapping[str, Step]) -> dict[str, int]:
    waiting: dict[str, set[str]] = {name: set() for name in steps}
    for name in reversed(list(steps)):
        for needed in steps[name].needs:
            waiting[needed] |= {name} | waiting[name]
    order = sorted(steps, key=lambda name: (not steps[name].early, -len(waiting[name])))
    return {name: place for place, name in enumerate(order)}


def _timed(
    work: Callable[[duckdb.DuckDBPyConnection], Any], cursor: duckdb.DuckDBPyConnection
) -> tuple[float, Any]:
    since = time.perf_counter()
    with warehouse.beside(cursor):
        result = work(cursor)
    return time.perf_counter() - since, result


@contextmanager
def _threads(cursor: duckdb.DuckDBPyConnection) -> Iterator[int]:
    """How many steps may be at work at once; DuckDB has the other threads meanwhile."""
    threads = int((first_row(cursor, "SELECT current_setting('threads')") or (1,))[0])
    at_once = min(threads, max(2, threads // 2), _AT_ONCE)
    cursor.execute(f"SET threads = {threads - at_once + 1}")
    try:
        yield at_once
    finally:
        cursor.execute(f"SET threads = {threads}")
