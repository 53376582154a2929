"""The time that the product is told, through its one clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

from flows.model import clock


def at_hour(day: date, hour: float) -> datetime:
    """A time of a day in China, in UTC."""
    midnight = datetime.combine(day, time(), clock.SHANGHAI)
    return (midnight + timedelta(hours=hour)).astimezone(UTC)


class FakeClock:
    """A clock that goes on by a millisecond whenever it is read, so that no two times are alike."""

    def __init__(self) -> None:
        self.now = datetime(2000, 1, 1, tzinfo=UTC)

    def set(self, now: datetime) -> None:
        self.now = now

    def read(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@contextmanager
def faking() -> Iterator[FakeClock]:
    """The product's clock is the fake one inside."""
    fake, true = FakeClock(), clock.read_time
    clock.read_time = fake.read
    try:
        yield fake
    finally:
        clock.read_time = true
