"""How long each step of a publication takes, and who is told of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise


class Clock:
    """Tells ``on_step`` what begins, and how long each step took; some are at work at once."""

    def __init__(self, on_step: Callable[[str], None] | None) -> None:
        self._tell = on_step
        self._steps: list[tuple[str, float]] = []
        self._beside: dict[str, float] = {}

    def step(self, name: str) -> None:
        """The step before is over."""
        self._steps.append((name, time.perf_counter()))
        self.began(name)

    def began(self, name: str) -> None:
        if self._tell is not None:
            self._tell(name)

    def spent(self, name: str, seconds: float) -> None:
        self._beside[name] = round(seconds, 3)

    def seconds(self) -> dict[str, float]:
        spent: dict[str, float] = {}
        for (name, since), (_, until) in pairwise(self._steps):
            spent[name] = round(spent.get(name, 0.0) + until - since, 3)
        return spent | self._beside
