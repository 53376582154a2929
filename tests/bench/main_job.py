"""`make run` against its bare floor, in turns, and the second run against the first.

Everything is installed and Prefect's database is warm on both sides; every first run starts from
an empty GONGBAO_HOME.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flows.run.summary import RunSummary, summaries

ROUNDS = 3


def _seconds(command: list[str], env: dict[str, str]) -> float:
    since = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - since


def _own(run: RunSummary) -> float:
    """Seconds of a run's own stages, without start-up."""
    return sum(seconds for stage, seconds in run.seconds.items() if stage != "start")


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        env = {**os.environ, "PREFECT_HOME": f"{scratch}/prefect"}
        floor = [sys.executable, "-m", "tests.bench.floor"]
        job = [str(Path(sys.executable).with_name("gongbao")), "refresh", "--bundled"]
        _seconds(floor, env)  # migrates the database
        floors, firsts, seconds, ratios = [], [], [], []
        for turn in range(ROUNDS):
            env["GONGBAO_HOME"] = f"{scratch}/home{turn}"
            floors.append(_seconds(floor, env))
            firsts.append(_seconds(job, env))
            seconds.append(_seconds(job, env))
            second, first = summaries(Path(env["GONGBAO_HOME"]) / "runs")
            ratios.append(_own(first) / _own(second))
        median = statistics.median
        print(f"bare floor          {median(floors):6.1f} s")
        print(f"first run           {median(firsts):6.1f} s")
        print(f"second run          {median(seconds):6.1f} s")
        print(
            f"first / floor       {median(a / b for a, b in zip(firsts, floors, strict=True)):6.2f}"
            "   (goal: at most 1.5)"
        )
        print(f"own stages 1st/2nd  {median(ratios):6.1f}   (goal: at least 5)")


if __name__ == "__main__":
    main()
