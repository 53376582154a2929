"""When the next run is due: as a Prefect server says, else as the deployment's definition does.

Prefect is not imported and no server is started: a server that does not answer within half a
second is as good as none.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from flows.model.clock import SHANGHAI

_UP = "http://127.0.0.1:4200/api"  # where ``gongbao up`` serves
_SECONDS = 0.5
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_ASKED = {
    "flows": {"name": {"any_": ["refresh"]}},
    "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
    "sort": "EXPECTED_START_TIME_ASC",
    "limit": 1,
}


@dataclass(frozen=True, slots=True)
class NextRun:
    at: datetime | None  # None: nothing is scheduled
    source: str  # who says so
    certain: bool  # a server has it on its list


def find_next_run(definition: Path, now: datetime) -> NextRun:
    """The next run of the flow ``refresh`` after ``now``."""
    api = os.environ.get("PREFECT_API_URL") or _UP
    answer = _ask_server(api)
    if answer is not None:
        at = answer[0].get("expected_start_time") if answer else None
        return NextRun(datetime.fromisoformat(at) if at else None, f"the server at {api}", True)
    return NextRun(_next_by_definition(definition, now), "no Prefect server answers", False)


def _ask_server(api: str) -> list[dict[str, Any]] | None:
    if not api.startswith(("http://", "https://")):
        return None
    request = Request(  # noqa: S310 - http or https
        f"{api}/flow_runs/filter",
        data=json.dumps(_ASKED).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=_SECONDS) as response:  # noqa: S310
            found = json.load(response)
    except (URLError, OSError, ValueError):
        return None
    return found if isinstance(found, list) else None


def _next_by_definition(definition: Path, now: datetime) -> datetime | None:
    """The earliest time that a cron of ``prefect.yaml`` names; None where one can't be read."""
    from ruamel.yaml import YAML

    try:
        content = YAML(typ="safe").load(definition)
        schedules = [one for each in content["deployments"] for one in each["schedules"]]
        if any(one["timezone"] != "Asia/Shanghai" for one in schedules):
            return None
        times = [_next_by_cron(str(one["cron"]), now) for one in schedules]
    except (OSError, LookupError, TypeError, ValueError):
        return None
    return min(times, default=None)


def _next_by_cron(cron: str, now: datetime) -> datetime:
    """The next time of a cron of lists and ranges, day of month and day of week both holding.

    ValueError where it is none, or names no time within a year.
    """
    minutes, hours, days, months, weekdays = cron.split()
    times = sorted(
        (hour, minute)
        for hour in range(24)
        for minute in range(60)
        if _fits(hours, hour) and _fits(minutes, minute)
    )
    today = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(367):
        day = today + timedelta(days=ahead)
        if not (_fits(days, day.day) and _fits(months, day.month)):
            continue
        if not _fits(weekdays.lower(), day.isoweekday() % 7):
            continue
        for hour, minute in times:
            if (at := day.replace(hour=hour, minute=minute)) > now:
                return at.astimezone(UTC)
    raise ValueError(f"{cron!r} names no time within a year")


def _fits(field: str, value: int) -> bool:
    """Whether a field of a cron (``*``, ``1-7``, ``12,18``, ``sun``) holds for a value."""
    for part in field.split(","):
        first, _, last = part.partition("-")
        low, high = (
            _WEEKDAYS.index(one) if one in _WEEKDAYS else one for one in (first, last or first)
        )
        if part == "*" or int(low) <= value <= int(high):
            return True
    return False
