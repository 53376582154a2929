"""Following the path in a test, without a Prefect server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from flows.model.paths import SAMPLES
from flows.model.settings import Settings
from flows.refresh import PlainCalls, follow_path
from flows.run.account import open_account
from flows.run.plan import Plan, make_plan
from flows.run.stages import publish_run
from flows.run.summary import RunSummary

_T = TypeVar("_T")
_A = TypeVar("_A")


class WatchedCalls(PlainCalls):
    """Calls the stages as they are; ``after`` is told the name of each that is done."""

    def __init__(self, after: Callable[[str], None]) -> None:
        self._after = after

    def one(self, stage: Callable[..., _T], *values: Any) -> _T:
        result = super().one(stage, *values)
        self._after(stage.__name__)
        return result

    def each(self, stage: Callable[[Plan, _A], _T], plan: Plan, values: Sequence[_A]) -> list[_T]:
        results = super().each(stage, plan, values)
        self._after(stage.__name__)
        return results


def run_path(
    settings: Settings,
    mirror: Path | str | None = SAMPLES,
    *,
    source: str | None = None,
    look_back: bool = False,
    after: Callable[[str], None] | None = None,
) -> RunSummary:
    """One run over a mirror."""
    place = None if mirror is None else str(mirror)
    plan = make_plan(settings, mirror=place, source=source, look_back=look_back)
    with open_account(plan) as account:
        follow_path(WatchedCalls(after) if after else PlainCalls(), plan, account)
    return account.summary


class _Unpublished(Exception):
    """Ends a run before it publishes."""


class _LoadCalls(PlainCalls):
    def one(self, stage: Callable[..., _T], *values: Any) -> _T:
        if stage is publish_run:
            raise _Unpublished
        return super().one(stage, *values)


def load_path(settings: Settings, mirror: Path | str) -> RunSummary:
    """A run that ends once its rows are in the store: what a later one starts from, in half the time."""
    plan = make_plan(settings, mirror=str(mirror))
    with suppress(_Unpublished), open_account(plan) as account:
        follow_path(_LoadCalls(), plan, account)
    return account.summary


def published(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    """Rows of the current publication, asked as an analyst would: a plain read-only DuckDB."""
    with duckdb.connect(str(settings.current / "warehouse.duckdb"), read_only=True) as warehouse:
        return warehouse.sql(sql).fetchall()
