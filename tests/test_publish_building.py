"""Steps at once: each after what it needs, no more than so many, and none after an error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest

from flows.publish.building import Step, run_steps
from flows.publish.clock import Clock


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("ATTACH ':memory:' AS publication; USE publication")
        yield made


def saying(value: object) -> Callable[[duckdb.DuckDBPyConnection], Any]:
    return lambda cursor: cursor.execute("SELECT ?", [value]).fetchall()[0][0]


def test_a_step_sees_what_those_that_it_needs_have_made(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    steps = {
        "one": Step(lambda cursor: cursor.execute("CREATE TABLE one AS SELECT 1 AS n") and None),
        "two": Step(
            lambda cursor: (
                cursor.execute("CREATE TABLE two AS SELECT n + 1 AS n FROM one") and None
            ),
            ("one",),
        ),
        "both": Step(
            lambda cursor: cursor.sql("SELECT one.n, two.n FROM one, two").fetchall(),
            ("one", "two"),
        ),
    }
    begun: list[str] = []
    clock = Clock(begun.append)
    found = run_steps(steps, connection, at_once=2, clock=clock)
    assert found == {"one": None, "two": None, "both": [(1, 2)]}
    assert begun == ["one", "two", "both"]
    assert clock.seconds().keys() == steps.keys()


def test_early_steps_and_those_that_others_wait_for_go_first(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    steps = {
        "last": Step(saying(1)),
        "of one": Step(saying(2)),
        "of two": Step(saying(3)),
        "early": Step(saying(4), early=True),
        "b": Step(saying(5), ("of two",)),
        "c": Step(saying(6), ("of two", "of one")),
    }
    begun: list[str] = []
    assert run_steps(steps, connection, at_once=1, clock=Clock(begun.append))["c"] == 6
    assert begun == ["early", "of two", "of one", "last", "b", "c"]


def test_as_many_at_once_as_may_be(connection: duckdb.DuckDBPyConnection) -> None:
    together = threading.Barrier(3)
    working: list[int] = []
    most = []

    def work(_: duckdb.DuckDBPyConnection) -> None:
        working.append(1)
        most.append(len(working))
        together.wait(timeout=30)  # broken unless three are at work
        working.pop()

    run_steps({f"{n}": Step(work) for n in range(9)}, connection, at_once=3, clock=Clock(None))
    assert max(most) == 3


def test_after_an_error_none_begins_and_those_under_way_end(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    begun_slow, failing, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(_: duckdb.DuckDBPyConnection) -> None:
        begun_slow.set()
        failing.wait()
        time.sleep(0.2)  # a chance for a build that doesn't wait to end before us
        ended.set()

    def fails(_: duckdb.DuckDBPyConnection) -> None:
        begun_slow.wait()
        failing.set()
        raise ValueError("no")

    begun: list[str] = []
    steps = {"slow": Step(slow), "fails": Step(fails), "after": Step(saying(1), ("slow",))}
    with pytest.raises(ValueError, match="no"):
        run_steps(steps, connection, at_once=2, clock=Clock(begun.append))
    assert ended.is_set()
    assert "after" not in begun
