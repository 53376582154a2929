"""What is due by the catalogue's calendar and has not come, as the current publication knows it.

The publication says what was due by when and what came (model ``expected``); how late the rest is
depends on the day of asking, which is why it is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel

from flows.model.text import counted

_NAMED = 3

_OVERDUE = """
SELECT
    e.calendar_id,
    coalesce(e.source_id, e.group_id) AS whose,
    e.kind,
    e.time_period,
    e.due_on,
    count(*) AS due,
    list(area_name(e.ref_area, e.time_period) ORDER BY e.ref_area)
        FILTER (e.release_id IS NULL) AS missing
FROM expected AS e
WHERE e.due_on < ?
GROUP BY ALL
HAVING count(*) > count(e.release_id)
ORDER BY e.due_on DESC, e.calendar_id
"""


class Overdue(BaseModel):
    """The releases of one entry of the calendar and period that have not come."""

    calendar_id: str
    whose: str  # the source that they are due from, or the group that they are due for
    kind: str | None  # None: any release of the period
    time_period: str
    due_on: date
    due: int  # how many were due
    missing: list[str]  # names of the areas that they are missing for

    @property
    def key(self) -> str:
        """Names the cause, the same on each day that it lasts."""
        return f"overdue:{self.calendar_id}:{self.time_period}"

    def describe(self, today: date) -> str:
        """In a sentence, with the days that have passed since."""
        what = f"{self.kind or 'release'} of {self.time_period}"
        names = "、".join(self.missing[:_NAMED])
        rest = len(self.missing) - _NAMED
        more = f" and {rest} more" if rest > 0 else ""
        of = f" for {len(self.missing)} of {self.due} areas" if self.due > 1 else ""
        return (
            f"{self.whose}: the {what} has not come{of} ({names}{more}); it was due by "
            f"{self.due_on}, {counted((today - self.due_on).days, 'day')} ago"
        )


def list_overdue(publication: Path, today: date) -> list[Overdue]:
    """What is overdue on ``today``, the latest first; nothing where an older Gongbao published."""
    import duckdb

    warehouse = publication / "warehouse.duckdb"
    if not warehouse.exists():
        return []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        if ("expected",) not in tables:
            return []
        cursor = connection.execute(_OVERDUE, [today])
        names = [column[0] for column in cursor.description or ()]
        return [Overdue(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def list_recent(overdue: Sequence[Overdue], today: date, days: int = 366) -> list[Overdue]:
    """Those that fell due within the last ``days``: the rest is a gap of the past."""
    return [one for one in overdue if (today - one.due_on).days <= days]
