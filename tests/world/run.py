"""One world, day by day: dawn, the operator, a run of the product, the judge."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import stamina

from flows.model.settings import Settings
from tests.runs import run_path
from tests.world.clock import FakeClock, at_hour, faking
from tests.world.ideal import YOUNG, Day, Ideal
from tests.world.judge import Finding, Judge, Shown, Tally, listen, look
from tests.world.operator import write_catalogue
from tests.world.script import Script
from tests.world.server import World

_USUAL_HOUR = 6.5  # the schedule's

#: Told of each day: the day, the seconds of its run, what is wrong with it.
Progress = Callable[[date, float, list[Finding]], None]


@dataclass(slots=True)
class Living:
    """A world that is being lived through."""

    script: Script
    home: Path
    world: World
    clock: FakeClock
    judge: Judge
    shown: Shown | None = None

    def settings(self) -> Settings:
        return Settings(
            home=self.home / "data",
            catalog=self.home / "catalogue",
            keep_publications=2,
            fetch_attempts=1,
            fetch_timeout=20,
            watch_days=YOUNG.days,
            lock_wait=5,
        )

    def live(self, day: Day) -> list[Finding]:
        """One day."""
        self.world.dawn(day.day)
        folder = self.home / "catalogue"
        write_catalogue(folder, self.script, day.day)
        hour = self.script.hours.get(day.day, _USUAL_HOUR)
        told = day.day - timedelta(days=self.script.back.get(day.day, 0.0))
        self.clock.set(at_hour(told, hour))
        self.world.asked.clear()
        settings = self.settings()
        run = run_path(settings, self.world.url, look_back=self.script.begins_month(day.day))
        said = listen(run, settings.runs)
        return self.judge.judge(day, self._look(settings.current), said, list(self.world.asked))

    def _look(self, current: Path) -> Shown:
        """What is published; a publication is opened once."""
        if self.shown is None or self.shown.publication != current.resolve().name:
            self.shown = look(current)
        return self.shown


def live_through(
    script: Script,
    home: Path,
    *,
    progress: Progress | None = None,
) -> Tally:
    """The whole script; what was found is in the tally."""
    judge = Judge(script)
    with stamina.set_testing(True, attempts=1), World(script) as world, faking() as clock:
        living = Living(script, home, world, clock, judge)
        for day in Ideal(script).days():
            since = time.perf_counter()
            found = living.live(day)
            if progress is not None:
                progress(day.day, time.perf_counter() - since, found)
    return judge.finish()
