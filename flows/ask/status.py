"""What ``gongbao status`` says: what is wrong first, then what is published and what comes next.

It reads the runs' files and the publications, asks who holds the store's lock, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel, ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.ask.schedule import find_next_run
from flows.model import clock
from flows.model.errors import PublishError
from flows.model.nouns import Outcome
from flows.model.paths import project_folder
from flows.model.publication import publications, withdrawn_fingerprints
from flows.model.settings import Settings
from flows.model.text import printable
from flows.run.overdue import Overdue, list_overdue, list_recent
from flows.run.summary import RunSummary, read_summary
from flows.store.lock import lock_holder

_RUNS_READ = 50  # how far back "failing since" looks
_RUNS_SHOWN = 5
_WRONG_SHOWN = 10
_REASON = 160  # characters


class ReleaseStatus(BaseModel):
    release_id: str
    outcome: str  # of the last visit
    reason: str | None
    last_checked: datetime
    last_changed: datetime | None
    failing_since: datetime | None  # the first of the failed visits in a row


class RunStatus(BaseModel):
    run_id: str
    started_at: datetime
    outcome: str
    visited: int
    new: int
    failed: int
    reason: str | None


class Status(BaseModel):
    """What ``gongbao status --json`` prints; times are UTC."""

    home: str
    now: datetime
    wrong: list[str]
    publication: str | None
    published_at: datetime | None
    rolled_back: bool
    kept: int  # publications
    store: str  # free, or who holds it
    next_run: datetime | None
    next_run_from: str
    next_run_certain: bool
    overdue: list[Overdue]  # what is due by the calendar and has not come, the latest first
    runs: list[RunStatus]
    releases: list[ReleaseStatus]


def collect_status(settings: Settings, now: datetime | None = None) -> Status:
    """Everything that is known of this home. It raises nothing for a home that is not sound."""
    now = now or clock.read_time()
    wrong: list[str] = []
    runs = _load_runs(settings, wrong)
    releases = _releases(runs)
    holder = lock_holder(settings.store)
    try:
        kept = publications(settings)
        withdrawn = withdrawn_fingerprints(settings)
    except (PublishError, OSError, ValueError) as error:
        wrong.append(str(error))
        kept, withdrawn = [], set()
    current = next((one for one in kept if one.current), None)
    rolled_back = current is not None and any(
        one.fingerprint in withdrawn and one.published_at > current.published_at for one in kept
    )
    if kept and current is None:
        wrong.append(
            "the link to the current publication is lost; set it with: "
            f"gongbao publications rollback {kept[0].name}"
        )
    if kept and not settings.store.exists():
        wrong.append(
            f"the store {settings.store} is missing, though publications are kept: put it back "
            "from a backup before the next run, which would begin a new history"
        )
    wrong += _wrong_with_last_run(runs, holder)
    wrong += [
        f"{one.release_id} fails since {one.failing_since:%Y-%m-%d}: {_short(one.reason or '')}"
        for one in sorted(releases, key=lambda one: one.failing_since or now)
        if one.failing_since
    ]
    today = now.astimezone(clock.SHANGHAI).date()
    overdue = list_overdue(current.folder, today) if current else []
    wrong += [one.describe(today) for one in list_recent(overdue, today)]
    next_run = find_next_run(project_folder("deployments") / "prefect.yaml", now)
    return Status(
        home=str(settings.home.resolve()),
        now=now,
        wrong=wrong,
        publication=current.name if current else None,
        published_at=current.published_at if current else None,
        rolled_back=rolled_back,
        kept=len(kept),
        store=holder or "free",
        next_run=next_run.at,
        next_run_from=next_run.source,
        next_run_certain=next_run.certain,
        overdue=overdue,
        runs=[_run_status(run) for run in runs],
        releases=releases,
    )


def _load_runs(settings: Settings, wrong: list[str]) -> list[RunSummary]:
    """The newest runs first; a file that cannot be read is a fault of its own."""
    runs = []
    for path in sorted(settings.runs.glob("*.json"), reverse=True)[:_RUNS_READ]:
        try:
            runs.append(read_summary(settings.runs, path.stem))
        except (ValidationError, OSError) as error:
            wrong.append(f"{path} cannot be read: {str(error).splitlines()[0]}")
    return runs


def _run_status(run: RunSummary) -> RunStatus:
    by = run.visits_by_outcome()
    return RunStatus(
        run_id=run.run_id,
        started_at=run.started_at,
        outcome=run.outcome,
        visited=len(run.visits),
        new=by[Outcome.CHANGED],
        failed=by[Outcome.FAILED],
        reason=run.reason,
    )


def _releases(runs: Sequence[RunSummary]) -> list[ReleaseStatus]:
    """Each release that was visited, by the runs from the newest to the oldest."""
    found: dict[str, ReleaseStatus] = {}
    sound: set[str] = set()  # those with a visit that did not fail, seen from today
    for run in runs:
        for visit in run.visits:
            has_failed = visit.outcome is Outcome.FAILED
            one = found.setdefault(
                visit.release_id,
                ReleaseStatus(
                    release_id=visit.release_id,
                    outcome=str(visit.outcome),
                    reason=visit.reason,
                    last_checked=visit.checked_at,
                    last_changed=None,
                    failing_since=None,
                ),
            )
            one.last_changed = one.last_changed or visit.changed_at
            if not has_failed:
                sound.add(visit.release_id)
            elif visit.release_id not in sound:
                one.failing_since = visit.checked_at
    return [found[name] for name in sorted(found)]


def _wrong_with_last_run(runs: Sequence[RunSummary], holder: str | None) -> Iterable[str]:
    if not runs:
        return
    last = runs[0]
    if last.outcome == "running" and holder is None:
        yield f"the last run {last.run_id} was killed; the next one carries on"
    elif last.outcome in ("failed", "held", "stopped"):
        yield f"the last run {last.run_id} {last.outcome}: {_short(last.reason or 'no reason')}"
    for name, why in last.held_releases.items():
        yield f"{name} was held back whole: {_short(why)}"
    for line in last.readings:
        if line.error:
            yield f"{line.release_id} cannot be read: {_short(line.error)}"


def print_status(console: Console, status: Status, *, everything: bool) -> None:
    """What is wrong, a summary; with ``everything`` also the last runs and each release."""
    shown = status.wrong if everything else status.wrong[:_WRONG_SHOWN]
    for line in shown:
        console.print(Text(f"! {printable(line)}", style="yellow"), soft_wrap=True)
    if len(shown) < len(status.wrong):
        console.print(f"  and {len(status.wrong) - len(shown)} more: gongbao status --all")
    failing = sum(one.failing_since is not None for one in status.releases)
    lines = [("home", status.home), ("publication", _publication(status)), ("store", status.store)]
    if status.runs:
        last = status.runs[0]
        lines.append(("last run", f"{format_time(last.started_at)}  {_run(last)}"))
        lines.append(("releases", f"{len(status.releases):,} visited, {failing:,} failing"))
    else:
        lines.append(("last run", "none yet"))
    if status.overdue:
        lines.append(("overdue", _overdue(status)))
    lines.append(("next run", _next(status)))
    for name, text in lines:
        console.print(f"{name:<12} {printable(text)}", soft_wrap=True)
    if not everything:
        return
    console.print()
    for run in status.runs[:_RUNS_SHOWN]:
        said = f"{run.run_id}  {_run(run)}  {_short(run.reason or '')}".rstrip()
        console.print(f"run          {printable(said)}", soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("release", "last checked", "last changed", "failing since", "last visit"):
        table.add_column(head, overflow="fold")
    for one in status.releases:
        table.add_row(
            printable(one.release_id),
            f"{one.last_checked.astimezone():%Y-%m-%d %H:%M}",
            f"{one.last_changed.astimezone():%Y-%m-%d %H:%M}" if one.last_changed else "·",
            f"{one.failing_since:%Y-%m-%d}" if one.failing_since else "",
            printable(one.reason or one.outcome),
        )
    if status.releases:
        console.print(table)


def _publication(status: Status) -> str:
    if status.publication is None or status.published_at is None:
        return "none is current" if status.kept else "none yet: gongbao refresh"
    back = "  (rolled back; a newer one is kept)" if status.rolled_back else ""
    return f"{status.publication}  {format_time(status.published_at)}{back}"


def _run(run: RunStatus) -> str:
    return f"{run.outcome}  {run.visited:,} visited, {run.new:,} new, {run.failed:,} failed"


def _overdue(status: Status) -> str:
    missing = sum(len(one.missing) for one in status.overdue)
    last = status.overdue[0]
    return (
        f"{missing:,} releases, of {last.time_period} and before: gongbao query overdue names them"
    )


def _next(status: Status) -> str:
    if status.next_run_certain:
        return format_time(status.next_run) if status.next_run else "none is scheduled"
    when = format_time(status.next_run) if status.next_run else "see deployments/prefect.yaml"
    return f"{when}, once a server serves the schedule (gongbao up): {status.next_run_from}"


def format_time(moment: datetime) -> str:
    """``2026-11-25 10:20 UTC (18:20 in Shanghai)``: this machine's time, and the publishers'."""
    local, there = moment.astimezone(), moment.astimezone(clock.SHANGHAI)
    said = f"{local:%Y-%m-%d %H:%M %Z}"
    if local.utcoffset() == there.utcoffset():
        return said
    day = "" if local.date() == there.date() else f"{there:%m-%d} "
    return f"{said} ({day}{there:%H:%M} in Shanghai)"


def _short(reason: str) -> str:
    return reason if len(reason) <= _REASON else reason[: _REASON - 1] + "…"
