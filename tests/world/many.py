"""Whole worlds by their seeds, each in a process of its own, and what is said of them."""

from __future__ import annotations

import logging
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.world.judge import Finding, Tally
from tests.world.run import live_through
from tests.world.script import Script
from tests.world.weeks import write_weeks
from tests.world.year import write_year


@dataclass(frozen=True, slots=True)
class Lived:
    seed: int
    tally: Tally
    seconds: float


def live(seed: int, *, weeks: bool, counties: int, last: date, step: int) -> Lived:
    """One world in a process of its own."""
    logging.getLogger("gongbao").setLevel(logging.ERROR)
    script: Script = (
        write_weeks(seed) if weeks else write_year(seed, counties=counties, last=last, step=step)
    )
    since = time.perf_counter()

    def show(day: date, seconds: float, found: list[Finding]) -> None:
        for each in found:
            print(f"  world {seed}: {each}", flush=True)
        if day.day <= step:
            print(f"  world {seed}: {day}, {time.perf_counter() - since:.0f} s", flush=True)

    with tempfile.TemporaryDirectory(prefix="world-") as home:
        tally = live_through(script, Path(home), progress=show)
    return Lived(seed, tally, time.perf_counter() - since)


def describe(tally: Tally) -> str:
    return (
        f"{tally.days} days, {tally.releases} releases, {tally.on_first_day} found on the first day, "
        f"{tally.figures} figures compared, {tally.requests} requests ({tally.least} needed), "
        f"{tally.publications} publications, {len(tally.findings)} findings"
    )
