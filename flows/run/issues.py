"""A run's issues: one JSON line each, written when it happens, counted at the end.

``runs/<run_id>.issues.jsonl``; a line has ``at, stage, kind, text`` and, where it is about one,
``release_id``. Lines are appended by one write, so that stages that run side by side don't mix.
"""

from __future__ import annotations

import json
import logging
import os
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from flows.model import clock

if TYPE_CHECKING:
    from flows.run.plan import Plan

Stage = Literal["start", "discover", "fetch", "read", "harmonise", "gate", "store", "publish"]
Kind = Literal[
    "listing",
    "held-link",
    "visit",
    "part",
    "skipped",
    "archive",
    "unreadable",
    "no-text",
    "cut-short",
    "list-page",
    "no-figures",
    "release-held",
    "check",
    "retired",
    "stale",
]

_LOG = logging.getLogger("gongbao.run")


class Issue(BaseModel):
    at: datetime
    stage: str
    kind: str
    text: str
    release_id: str | None = None


def note_issue(
    plan: Plan, stage: Stage, kind: Kind, text: str, *, release_id: str | None = None
) -> None:
    """Append the issue to the run's file and log it."""
    issue = Issue(at=clock.read_time(), stage=stage, kind=kind, text=text, release_id=release_id)
    path = issues_file(plan.settings.runs, plan.run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(issue.model_dump(mode="json", exclude_none=True), ensure_ascii=False)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)
    _LOG.warning("%s: %s: %s", stage, release_id or kind, text)


def issues_file(runs: Path, run_id: str) -> Path:
    return runs / f"{run_id}.issues.jsonl"


def read_issues(runs: Path, run_id: str) -> list[Issue]:
    """The issues of a run in their order; a line that was cut off is left out."""
    path = issues_file(runs, run_id)
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(Issue.model_validate_json(line))
        except ValueError:
            continue
    return found


def count_issues(runs: Path, run_id: str) -> dict[str, int]:
    """How many issues of each kind a run had."""
    return dict(Counter(issue.kind for issue in read_issues(runs, run_id)))
