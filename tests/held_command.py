"""The program, with one place in which it stays: ``python -m tests.held_command PLACE ARGUMENT…``.

PLACE is a stage of a run, or ``query``. There it says ``HELD`` and the address of its Prefect
server, and counts numbers in DuckDB: a native call that a Python signal handler would wait for.
"""

from __future__ import annotations

import os
import sys
from functools import wraps
from typing import Any

from flows.__main__ import main
from flows.operate import stopping

_FOREVER = "SELECT count(*) FROM range(10_000_000_000_000) AS n(i) WHERE hash(i) = 0"


def hold(place: str) -> None:
    import duckdb

    print(f"HELD {place} {os.environ.get('PREFECT_API_URL')}", flush=True)
    duckdb.sql(_FOREVER).fetchall()


def hold_at(place: str) -> None:
    from flows.ask import query
    from flows.run import account, batch, stages

    holders = {
        "start": (account, "_claim_work_folder"),
        "fetch": (stages, "fetch_releases"),
        "read": (batch, "read_batch"),
        "store": (stages, "load_batches"),
        "publish": (stages, "publish_run"),
        "query": (query, "_text"),
    }
    module, name = holders[place]
    true = getattr(module, name)

    @wraps(true)  # Prefect names a task's run by the stage's parameters
    def held(*values: Any) -> Any:
        hold(place)
        return true(*values)

    setattr(module, name, held)


if __name__ == "__main__":
    place, install = sys.argv.pop(1), stopping.install

    def install_and_hold() -> None:
        install()  # first, as ever: the imports below start threads
        hold_at(place)

    stopping.install = install_and_hold
    main()
