"""Build the models of a publication in their order; export, describe and check each of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl

from flows.model.nouns import Check
from flows.publish import exports, warehouse
from flows.publish.listed import compare_rows, run_listed_tests
from flows.publish.models import Models

#: What is asked of a model, and the columns of it that this needs.
Question = tuple[Callable[[str, pl.DataFrame], list[Check]], str]


class Clock:
    """Measures the steps of a publication, and tells ``on_step`` of each when it begins."""

    def __init__(self, on_step: Callable[[str], None] | None) -> None:
        self._on_step = on_step
        self._steps: list[tuple[str, float]] = []

    def step(self, name: str) -> None:
        """Begin a step, which ends the one before."""
        self._steps.append((name, time.perf_counter()))
        if self._on_step is not None:
            self._on_step(name)

    def seconds(self) -> dict[str, float]:
        """Seconds of each step that has ended; steps of one name are added up."""
        spent: dict[str, float] = {}
        for (name, since), (_, until) in pairwise(self._steps):
            spent[name] = round(spent.get(name, 0.0) + until - since, 3)
        return spent


@dataclass(frozen=True, slots=True)
class Built:
    rows: Mapping[str, int]  # of each table, and of each view that is exported
    checks: tuple[Check, ...]


def build(
    cursor: duckdb.DuckDBPyConnection,
    models: Models,
    parquet: Path,
    asked: Mapping[str, Question],
    clock: Clock,
) -> Built:
    """Make all models and ``parquet/<table>.parquet``, and run their tests and suites."""
    parquet.mkdir()
    checks: list[Check] = []
    for source in models.sources:
        checks += run_listed_tests(cursor, source)
    for model in models.models:
        clock.step(f"model {model.name}")
        warehouse.build_model(cursor, model)
        clock.step(f"check {model.name}")
        checks += run_listed_tests(cursor, model)
        if model.name in asked:
            check, columns = asked[model.name]
            checks += check(model.name, cursor.sql(f"SELECT {columns} FROM {model.name}").pl())
    clock.step("describe")
    warehouse.describe(cursor, models)
    rows = warehouse.count_rows(cursor, models)
    checks += compare_rows(models, rows)
    for table in exports.exported(models):
        clock.step(f"export {table.name}")
        exports.write_parquet(cursor, table, parquet)
    shown = {table.name for table in models.tables if table.exported or not table.view}
    return Built({name: rows[name] for name in rows if name in shown}, tuple(checks))
