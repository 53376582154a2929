"""The flow: the path of the data on one page.

``follow_path`` is the path; what each arrow does is in ``flows.run.stages`` and ``flows.run.batch``,
which know nothing of Prefect. ``refresh`` follows it with each stage as a Prefect task, one a batch
where there are many. A late or repeated run is harmless: it finds nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar, cast

from prefect import Task, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.states import Completed
from prefect.utilities.annotations import quote

from flows.model.errors import GongbaoError, LockHeld
from flows.operate.alerts import emit_alerts
from flows.operate.artifacts import make_artifacts
from flows.run.account import Account, open_account
from flows.run.batch import cut_batches, harmonise_batch, read_batch
from flows.run.listings import adopt_releases, list_source_batches, visit_batch
from flows.run.parts import adopt_parts
from flows.run.plan import Plan, make_plan
from flows.run.progress import LogReporter, current_reporter, has_reporter, reporting_to
from flows.run.side_by_side import open_reading_processes
from flows.run.stages import (
    fetch_releases,
    gate_batches,
    list_stale,
    load_batches,
    publish_run,
    record_visits,
)
from flows.run.summary import RunSummary

_T = TypeVar("_T")
_A = TypeVar("_A")


class Calls(Protocol):
    """How a stage is called: as it is, or as a Prefect task."""

    def one(self, stage: Callable[..., _T], *values: Any) -> _T: ...

    def each(
        self, stage: Callable[[Plan, _A], _T], plan: Plan, values: Sequence[_A]
    ) -> list[_T]: ...


def follow_path(call: Calls, plan: Plan, account: Account) -> None:
    """Source → release → snapshot → figures → observations → accepted → store → publication."""
    with account.stage("discover", len(plan.listed)):
        listings = call.each(visit_batch, plan, call.one(list_source_batches, plan))
        plan = account.add_adopted(call.one(adopt_releases, plan, listings))
    with account.stage("fetch", plan.count_due()):
        visits = call.one(fetch_releases, plan)
        parts = call.one(adopt_parts, plan, visits)
        plan = parts.plan
        visits = account.add_visits((*visits, *call.one(fetch_releases, parts.asked)))
        account.add_seen(call.one(record_visits, plan, visits))
        stale = call.one(list_stale, plan)
    with account.stage("read", len(stale)), open_reading_processes():
        read = account.add_read(stale, call.each(read_batch, plan, cut_batches(stale)))
    with account.stage("harmonise"):
        harmonised = account.add_harmonised(call.each(harmonise_batch, plan, read))
    loaded = None
    while loaded is None:  # again where another run has loaded since the gate looked
        with account.stage("gate"):
            gated = account.add_gated(call.one(gate_batches, plan, harmonised))
        with account.stage("store"):
            loaded = account.add_loaded(call.one(load_batches, plan, visits, harmonised, gated))
    with account.stage("publish"):
        account.add_published(call.one(publish_run, plan))
    account.add_alerts()


class PlainCalls:
    """Stages as the functions that they are: for tests, benchmarks and scripts."""

    def one(self, stage: Callable[..., _T], *values: Any) -> _T:
        return stage(*values)

    def each(self, stage: Callable[[Plan, _A], _T], plan: Plan, values: Sequence[_A]) -> list[_T]:
        return [stage(plan, value) for value in values]


def _may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """A full disk or a broken catalogue does not mend itself; anything unforeseen might."""
    return not isinstance(state.result(raise_on_failure=False), GongbaoError)


def _task(stage: Callable[..., Any], name: str, run_name: str | None = None) -> Task[..., Any]:
    return task(
        name=name,
        task_run_name=run_name or name,
        cache_policy=NO_CACHE,
        retries=1,
        retry_delay_seconds=5,
        retry_condition_fn=_may_pass,
    )(stage)


_TASKS: dict[Callable[..., Any], Task[..., Any]] = {
    list_source_batches: _task(list_source_batches, "list sources"),
    visit_batch: _task(visit_batch, "discover", "discover {batch.name}"),
    adopt_releases: _task(adopt_releases, "adopt releases"),
    fetch_releases: _task(fetch_releases, "fetch"),
    adopt_parts: _task(adopt_parts, "adopt parts"),
    record_visits: _task(record_visits, "record"),
    list_stale: _task(list_stale, "find stale readings"),
    read_batch: _task(read_batch, "read", "read {batch.name}"),
    harmonise_batch: _task(harmonise_batch, "harmonise", "harmonise {read.name}"),
    gate_batches: _task(gate_batches, "gate"),
    load_batches: _task(load_batches, "load"),
    publish_run: _task(publish_run, "publish"),
}


class TaskCalls:
    """Stages as Prefect tasks. Values pass quoted: Prefect neither copies nor searches them."""

    def one(self, stage: Callable[..., _T], *values: Any) -> _T:
        result: Any = _TASKS[stage](*map(quote, values))
        return cast(_T, result)

    def each(self, stage: Callable[[Plan, _A], _T], plan: Plan, values: Sequence[_A]) -> list[_T]:
        futures = [_TASKS[stage].submit(quote(plan), quote(value)) for value in values]
        return [future.result() for future in futures]


@flow(name="refresh", description="Pull, read, check, keep and publish what is new.")
def refresh(
    mirror: str | None = None,
    source: str | None = None,
    run_id: str | None = None,
    look_back: bool = False,
) -> Any:
    """One run. Gives the run's id, or None where another run holds the store.

    A run that could fetch nothing ends as all others do, and fails then. The flow run's state says
    what became of the run, failures included.

    ``mirror``: a folder or address in which the releases' addresses are found; none: the true
    sites. ``source``: only releases or sources whose id fits this pattern (``pingyang-*``).
    ``run_id``: where the caller has made one, to know the run by. ``look_back``: ask for every
    release again, old ones too, which a daily run leaves alone.
    """
    reporter = current_reporter() if has_reporter() else LogReporter(get_run_logger())
    try:
        with reporting_to(reporter):
            plan = make_plan(mirror=mirror, source=source, run_id=run_id, look_back=look_back)
            with open_account(plan) as account:
                follow_path(TaskCalls(), plan, account)
                make_artifacts(account.summary, plan.settings)
                emit_alerts(account.summary)
    except LockHeld as held:
        return Completed(name="Skipped", message=str(held))
    account.summary.raise_if_all_failed()
    return _completed(account.summary)


def _completed(summary: RunSummary) -> State[str]:
    """The run's id, and in a sentence what became of it."""
    return Completed(message=summary.describe(), data=summary.run_id)


if __name__ == "__main__":
    refresh()
