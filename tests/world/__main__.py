"""Thirty seeded worlds, each a year: ``python -m tests.world --worlds 30 --seed 1``.

Each world prints what the judge found, on the day on which it began. The exit code is 1 where it
found anything.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.world.judge import Finding, Tally
from tests.world.run import live_through
from tests.world.script import Script
from tests.world.weeks import write_weeks
from tests.world.year import LAST, write_year


@dataclass(frozen=True, slots=True)
class Lived:
    seed: int
    tally: Tally
    seconds: float


def live(seed: int, *, weeks: bool, counties: int, last: date) -> Lived:
    """One world in a process of its own."""
    logging.getLogger("gongbao").setLevel(logging.ERROR)
    script: Script = write_weeks(seed) if weeks else write_year(seed, counties=counties, last=last)
    since = time.perf_counter()

    def show(day: date, seconds: float, found: list[Finding]) -> None:
        for each in found:
            print(f"  world {seed}: {each}", flush=True)
        if day.day == 1:
            print(f"  world {seed}: {day}, {time.perf_counter() - since:.0f} s", flush=True)

    with tempfile.TemporaryDirectory(prefix="world-") as home:
        tally = live_through(script, Path(home), progress=show)
    return Lived(seed, tally, time.perf_counter() - since)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.world", description=__doc__)
    parser.add_argument("--worlds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1, help="of the first world")
    parser.add_argument("--weeks", action="store_true", help="ten days each instead of a year")
    parser.add_argument("--counties", type=int, default=2, help="of each bureau")
    parser.add_argument("--last", type=date.fromisoformat, default=LAST, help="day of a year's end")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.worlds)
    one = partial(live, weeks=given.weeks, counties=given.counties, last=given.last)
    context = get_context("spawn")  # DuckDB and threads do not survive a fork
    total = Tally()
    with ProcessPoolExecutor(given.jobs, mp_context=context, max_tasks_per_child=1) as pool:
        for lived in pool.map(one, seeds):
            print(f"world {lived.seed}: {describe(lived.tally)}, {lived.seconds:.0f} s", flush=True)
            total = total.plus(lived.tally)
    kinds = Counter(each.kind for each in total.findings)
    print(f"{given.worlds} worlds: {describe(total)}")
    print("found: " + (", ".join(f"{n} {kind}" for kind, n in kinds.most_common()) or "nothing"))
    return 1 if total.findings else 0


def describe(tally: Tally) -> str:
    return (
        f"{tally.days} days, {tally.releases} releases, {tally.on_first_day} found on the first day, "
        f"{tally.figures} figures compared, {tally.requests} requests ({tally.least} needed), "
        f"{tally.publications} publications, {len(tally.findings)} findings"
    )


if __name__ == "__main__":
    sys.exit(main())
