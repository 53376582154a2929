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
    """By a daily cron of ``prefect.yaml``; None for any other, which is Prefect's to reckon."""
    from ruamel.yaml import YAML

    try:
        content = YAML(typ="safe").load(definition)
        schedule = content["deployments"][0]["schedules"][0]
        minute, hour, *rest = str(schedule["cron"]).split()
        if rest != ["*", "*", "*"] or schedule["timezone"] != "Asia/Shanghai":
            return None
        today = now.astimezone(SHANGHAI).replace(
            hour=int(hour), minute=int(minute), second=0, microsecond=0
        )
    except (OSError, LookupError, TypeError, ValueError):
        return None
    return (today if today > now else today + timedelta(days=1)).astimezone(UTC)
