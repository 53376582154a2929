"""The program, with one place in which it stays: ``python -m tests.held_command PLACE ARGUMENT…``.

PLACE is a stage of a run, or ``query``. There it says ``HELD`` and the address of its Prefect
server, and counts numbers in DuckDB: a native call that a Python signal handler would wait for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from flows.__main__ import main
from flows.operate import stopping

if TYPE_CHECKING:
    from filelock import FileLock

    from flows.run.plan import Plan

_FOREVER = "SELECT count(*) FROM range(10_000_000_000_000) AS n(i) WHERE hash(i) = 0"


def hold(place: str) -> None:
    import duckdb

    print(f"HELD {place} {os.environ.get('PREFECT_API_URL')}", flush=True)
    duckdb.sql(_FOREVER).fetchall()


def hold_at(place: str) -> None:
    from flows.ask import query
    from flows.run import account
    from flows.run.progress import ConsoleReporter

    stage, text = ConsoleReporter.stage, query._text

    def held_stage(self: ConsoleReporter, name: str, total: int | None = None) -> None:
        stage(self, name, total)
        if name == place:
            hold(place)

    def held_text(sql: str | Path, tables: Collection[str]) -> str:
        if place == "query":
            hold(place)
        return text(sql, tables)

    claim = account._claim_work_folder

    def held_claim(plan: Plan) -> FileLock:
        if place == "start":
            hold(place)
        return claim(plan)

    account._claim_work_folder = held_claim
    ConsoleReporter.stage = held_stage  # type: ignore[method-assign]
    query._text = held_text


if __name__ == "__main__":
    place, install = sys.argv.pop(1), stopping.install

    def install_and_hold() -> None:
        install()  # first, as ever: the imports below start threads
        hold_at(place)

    stopping.install = install_and_hold
    main()
