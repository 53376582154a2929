"""The flow: fetch → read → gate → store → publish, as Prefect tasks over one pipeline.

This page is the path of the data; what each arrow does is in ``flows.run.pipeline``, which knows
nothing of Prefect. The pipeline travels between tasks in ``quote``: they share one open store,
and no frame passes through Prefect. A late or repeated run is harmless: it finds nothing new.
"""

from __future__ import annotations

from typing import Any

from prefect import Task, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.states import Completed
from prefect.utilities.annotations import quote

from flows.model.errors import GongbaoError, LockHeld
from flows.operate.artifacts import show
from flows.run import Pipeline, open_pipeline
from flows.run.progress import LogReporter, current_reporter


def _may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """A full disk or a broken catalogue does not mend itself; anything unforeseen might."""
    return not isinstance(state.result(raise_on_failure=False), GongbaoError)


_STEP: dict[str, Any] = {
    "cache_policy": NO_CACHE,
    "retries": 1,
    "retry_delay_seconds": 5,
    "retry_condition_fn": _may_pass,
}


@task(name="fetch", **_STEP)
def fetch(run: Pipeline) -> str:
    return run.fetch()


@task(name="read", **_STEP)
def read(run: Pipeline) -> str:
    return run.read()


@task(name="gate", **_STEP)
def gate(run: Pipeline) -> str:
    return run.gate()


@task(name="store", **_STEP)
def store(run: Pipeline) -> str:
    return run.load()


@task(name="publish", **_STEP)
def publish(run: Pipeline) -> str:
    return run.publish()


@flow(name="refresh", description="Pull, read, check, keep and publish what is new.")
def refresh(mirror: str | None = None, source: str | None = None, reread: bool = False) -> Any:
    """One run. Gives the run's id, or None where another run holds the store.

    A run that could fetch nothing ends as all others do, and fails then.

    ``mirror``: a folder or address in which the releases' addresses are found; none: the true
    sites. ``source``: only releases or sources whose id fits this pattern (``pingyang-*``).
    ``reread``: read the archive again where an older version of a reader has read it.
    """
    reporter = current_reporter() or LogReporter(get_run_logger())
    try:
        with open_pipeline(reporter, mirror=mirror, source=source, reread=reread) as run:
            this: Any = quote(run)  # passed as it is, neither copied nor searched through
            fetch(this)
            read(this)
            gate(this)
            store(this)
            publish(this)
            show(run.summary, run.settings)
    except LockHeld as held:
        return Completed(name="Skipped", message=str(held))
    run.summary.raise_if_all_failed()
    return run.run_id


if __name__ == "__main__":
    refresh()
