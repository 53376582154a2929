"""The bulk path: a table of 2 million figures (CSV, long form) from file to publication.

Ours: archive, read, harmonise, Great Expectations, store, models, parquet. Beside it, in the same
run on the same file, DuckDB alone: CSV → table, one rank model, two parquet exports. Each side is
a process of its own, so that peak memory is its own; imports and server are not counted.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

YEARS = range(1999, 2024)
ROWS = 2_000_000
ROUNDS = 3
#: The indicators of the table with a level that keeps the accounting identities.
_FREE = {
    "fixed_investment": 0.5,
    "retail_sales": 0.4,
    "budget_revenue": 0.1,
    "budget_expenditure": 0.2,
    "deposits": 1.5,
    "loans": 1.2,
    "industrial_va": 0.35,
    "industrial_va_above_scale": 0.3,
    "tax_revenue": 0.08,
}
_PEOPLE = {"resident_population": 1.0, "registered_population": 1.05}
_PER_HEAD = {
    "gdp_per_capita": 1.0,
    "income_all": 0.4,
    "income_urban": 0.5,
    "income_rural": 0.25,
    "consumption_all": 0.3,
}
_CONSTANT = {
    "gdp_primary_share": 10.0,
    "gdp_secondary_share": 45.0,
    "gdp_tertiary_share": 45.0,
    "urbanisation_rate": 60.5,
    "birth_rate": 10.25,
    "death_rate": 6.25,
    "natural_growth_rate": 4.0,
    "cpi": 1.5,
    "grain_output": 12.5,
}


def write_table(path: Path) -> int:
    """A coherent synthetic table for areas of the catalogue; returns the number of rows."""
    from flows.catalog import load_catalog

    catalog = load_catalog()
    counties = catalog.areas.filter(pl.col("level") == "county").sort("ref_area", "valid_from")
    base = (
        counties.with_row_index("n")
        .join(pl.DataFrame({"year": list(YEARS)}), how="cross")
        .filter(
            pl.col("valid_from") <= pl.col("year"),
            pl.col("valid_to").is_null() | (pl.col("valid_to") > pl.col("year")),
        )
        .select("n", "year", area_code="ref_area")
        .with_columns(
            gdp=((20 + pl.col("n") % 700) * 1.07 ** (pl.col("year") - YEARS.start)).round(2),
            people=(20 + pl.col("n") % 700).cast(pl.Float64),  # GDP a head: 10,000 to 50,000 yuan
            **{name: pl.lit(value) for name, value in _CONSTANT.items()},
        )
        .with_columns(
            gdp_primary=(pl.col("gdp") * 0.1).round(2),
            gdp_secondary=(pl.col("gdp") * 0.45).round(2),
        )
        .with_columns(
            gdp_tertiary=(pl.col("gdp") - pl.col("gdp_primary") - pl.col("gdp_secondary")).round(2),
            exports=(pl.col("gdp") * 0.2).round(2),
            imports=(pl.col("gdp") * 0.1).round(2),
            **{name: (pl.col("gdp") * share).round(2) for name, share in _FREE.items()},
            **{name: (pl.col("people") * share).round(2) for name, share in _PEOPLE.items()},
            **{
                name: (pl.col("gdp") / pl.col("people") * 10_000 * share).round(0)
                for name, share in _PER_HEAD.items()
            },
        )
        .with_columns(trade_total=(pl.col("exports") + pl.col("imports")).round(2))
    )
    levels = [name for name in base.columns if name in catalog.indicators]
    units = {name: catalog.indicators[name].unit_measure for name in levels}
    long = base.unpivot(
        on=levels, index=["area_code", "year"], variable_name="indicator", value_name="value"
    ).with_columns(unit=pl.col("indicator").replace_strict(units))
    long.sort("area_code", "year", "indicator").head(ROWS).write_csv(path)
    return min(ROWS, long.height)


def ours(table: Path, home: Path) -> dict[str, Any]:
    """The pipeline over the table; its imports are done before the clock starts."""
    from flows.fetch import Archive
    from flows.gate import warm
    from flows.model.nouns import Authority, MediaKind, Outcome, Release, Snapshot, Visit
    from flows.model.settings import Settings
    from flows.refresh import PlainCalls, follow_path
    from flows.run.account import open_account
    from flows.run.plan import make_plan
    from flows.run.stages import fetch_releases

    warm()
    release = Release(
        release_id="bulk",
        source_id="bulk",
        url="https://example.cn/bulk.csv",
        title="bulk",
        publisher="bench",
        reader="table",
        authority=Authority.COMPILATION,
        layouts=("long",),
        published_on=date(2024, 1, 1),
    )
    settings = Settings(home=home)
    plan = replace(make_plan(settings), releases=(release,), listed=frozenset(), pattern="bulk")
    since = time.perf_counter()

    class Calls(PlainCalls):
        """The stages as they are, but for the visit: the file is put into the archive."""

        def one(self, stage: Any, *values: Any) -> Any:
            if stage is not fetch_releases:
                return super().one(stage, *values)
            now = datetime.now(UTC)
            sha256 = Archive(settings.archive).add(table.read_bytes())
            snapshot = Snapshot(
                release_id="bulk",
                sha256=sha256,
                url=release.url,
                media_kind=MediaKind.CSV,
                size=table.stat().st_size,
                fetched_at=now,
            )
            return (Visit("bulk", release.url, now, Outcome.CHANGED, snapshot=snapshot),)

    with open_account(plan) as account:
        follow_path(Calls(), plan, account)
    seconds = time.perf_counter() - since
    summary = account.summary
    return {"seconds": seconds, "accepted": summary.new_observations, **summary.seconds}


def duckdb_alone(table: Path, home: Path) -> dict[str, Any]:
    """What DuckDB alone needs for the like: table, rank model, two exports."""
    since = time.perf_counter()
    stages: dict[str, Any] = {}

    def lap(name: str, sql: str) -> None:
        start = time.perf_counter()
        con.execute(sql)
        stages[name] = time.perf_counter() - start

    with duckdb.connect(str(home / "alone.duckdb")) as con:
        lap(
            "csv → table",
            f"CREATE TABLE obs AS FROM read_csv('{table}', types={{area_code: 'VARCHAR'}})",
        )
        lap(
            "rank model",
            "CREATE TABLE league AS SELECT *, rank() OVER (PARTITION BY indicator, year"
            " ORDER BY value DESC) AS position FROM obs",
        )
        lap(
            "two exports",
            f"COPY obs TO '{home}/obs.parquet' (FORMAT parquet);"
            f"COPY league TO '{home}/league.parquet' (FORMAT parquet)",
        )
    return {"seconds": time.perf_counter() - since, **stages}


def _side(name: str, table: Path, home: Path) -> dict[str, Any]:
    home.mkdir()
    command = [sys.executable, "-m", "tests.bench.bulk", name, str(table), str(home)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _print(name: str, result: dict[str, Any]) -> None:
    stages = ", ".join(
        f"{key} {value:.2f}"
        for key, value in result.items()
        if key not in ("seconds", "peak_gib", "accepted")
    )
    print(f"  {name:<13}{result['seconds']:6.2f} s  {result['peak_gib']:.2f} GiB  ({stages})")


def main() -> None:
    if len(sys.argv) == 4 and sys.argv[1] in ("ours", "alone"):
        measure = ours if sys.argv[1] == "ours" else duckdb_alone
        result = measure(Path(sys.argv[2]), Path(sys.argv[3]))
        result["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(json.dumps(result))
        return
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        table = root / "bulk.csv"
        rows = write_table(table)
        print(f"{rows:,} rows, {table.stat().st_size / 1e6:.0f} MB")
        ratios = []
        for turn in range(ROUNDS):
            alone = _side("alone", table, root / f"alone{turn}")
            full = _side("ours", table, root / f"ours{turn}")
            ratios.append(full["seconds"] / alone["seconds"])
            _print("DuckDB alone", alone)
            _print("Gongbao", full)
            print(f"  accepted {full['accepted']:,}; ratio {ratios[-1]:.2f}")
        print(f"median ratio {sorted(ratios)[len(ratios) // 2]:.2f}   (goal: at most 5)")


if __name__ == "__main__":
    main()
