"""Thirty seeded worlds, each a year: ``python -m tests.world --worlds 30 --seed 1``.

Each world prints what the judge found, on the day on which it began. The exit code is 1 where it
found anything.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context

from tests.world.judge import Tally
from tests.world.many import describe, live
from tests.world.year import LAST


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.world", description=__doc__)
    parser.add_argument("--worlds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1, help="of the first world")
    parser.add_argument("--weeks", action="store_true", help="ten days each instead of a year")
    parser.add_argument("--counties", type=int, default=2, help="of each bureau")
    parser.add_argument("--last", type=date.fromisoformat, default=LAST, help="day of a year's end")
    parser.add_argument("--step", type=int, default=1, help="days from one run to the next")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.worlds)
    one = partial(
        live, weeks=given.weeks, counties=given.counties, last=given.last, step=given.step
    )
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


if __name__ == "__main__":
    sys.exit(main())
