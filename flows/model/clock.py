"""The clock: the one place where the time of day is asked for.

Times are kept in UTC; a day means a day in China, where the publishers are. Modules call
``clock.read_time()`` through this module, so that a test that sets it here sets it everywhere.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Shanghai")  # without summer time since 1991


def read_time() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def read_day() -> date:
    """Today in China."""
    return read_time().astimezone(SHANGHAI).date()
