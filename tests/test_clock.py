"""The time of day is asked for in one place, so that a test of a year sets it in one place."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.model import clock

ROOT = Path(__file__).parents[1]
_PYTHON = re.compile(r"\b(?:datetime|dt)\.(?:now|today|utcnow)\(|\bdate\.today\(|\btime\.time\(")
_SQL = re.compile(r"\b(?:now|today|get_current_timestamp)\(|\bcurrent_(?:date|time|timestamp)\b")
#: A file's age is told by the clock of the file system.
_OF_FILES = {"flows/fetch/archive.py"}


def test_no_module_but_the_clock_asks_for_the_time() -> None:
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "flows").rglob("*.py")
        if _PYTHON.search(path.read_text())
    }
    assert asking == {"flows/model/clock.py", *_OF_FILES}


def test_no_sql_asks_for_the_time_but_the_query_of_what_is_overdue() -> None:
    """How late a release is depends on the day of asking; no model and no macro does."""
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "sql").rglob("*.sql")
        if _SQL.search(re.sub(r"--.*", "", path.read_text()))
    }
    assert asking == {"sql/queries/overdue.sql"}


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC), date(2025, 12, 31)),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(
    at: datetime, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "read_time", lambda: at)
    assert clock.read_day() == day
