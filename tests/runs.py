"""Running the pipeline in a test, without Prefect."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb

from flows.model.paths import SAMPLES
from flows.model.settings import Settings
from flows.run import Pipeline, open_pipeline
from flows.run.progress import LogReporter

ARROWS = ("fetch", "read", "gate", "load", "publish")
REPORT = LogReporter(logging.getLogger("gongbao.tests"))


def run_pipeline(
    settings: Settings,
    mirror: Path | str = SAMPLES,
    *,
    upto: str = "publish",
    source: str | None = None,
    reread: bool = False,
) -> Pipeline:
    """One run; ``upto`` is the last arrow that is taken."""
    with open_pipeline(
        REPORT, mirror=str(mirror), source=source, reread=reread, settings=settings
    ) as run:
        for arrow in ARROWS[: ARROWS.index(upto) + 1]:
            getattr(run, arrow)()
    return run


def published(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    """Rows of the current publication, asked as an analyst would: a plain read-only DuckDB."""
    with duckdb.connect(str(settings.current / "warehouse.duckdb"), read_only=True) as warehouse:
        return warehouse.sql(sql).fetchall()
