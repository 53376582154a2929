"""What a run and the current publication say to a person, on the console or as an artifact.

Everything comes from the run's summary and from the publication: nothing here opens the store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.nouns import Outcome
from flows.publish import query
from flows.run.summary import RunSummary, summaries
from flows.settings import Settings
from flows.store import lock_holder

LEAGUE = "latest_league"
_CONTROL = dict.fromkeys([*range(32), *range(127, 160)], " ")


def shown(text: object) -> str:
    """Text of a page, safe for a terminal: no control character, no markup of ours."""
    return escape(str(text).translate(_CONTROL))


@dataclass(frozen=True)
class League:
    rows: pl.DataFrame
    caption: str


def league_table(settings: Settings) -> League | None:
    """The league table of the 26 counties' GDP, or None where no figure is published yet."""
    rows = query(settings, LEAGUE)
    if rows.is_empty():
        return None
    first = rows.row(0, named=True)
    caption = (
        f"GDP of Zhejiang's mountain counties, {first['time_period']} ({first['unit_measure']}): "
        f"{first['members_with_figure']} of {first['members']} have a figure"
    )
    return League(rows, caption)


def quarantined(settings: Settings, run_id: str) -> pl.DataFrame:
    """What this run held back, with the printed text, the reason and the likely figure."""
    return query(
        settings,
        "SELECT release_id, ref_area, indicator, measure, time_period, value_text, rule, reason,"
        " suggestion FROM quarantine WHERE run_id = $run_id"
        " ORDER BY release_id, figure_no NULLS FIRST",
        parameters={"run_id": run_id},
    )


def run_lines(summary: RunSummary) -> list[str]:
    """A run in a few sentences."""
    by = summary.visits_by_outcome()
    lines = [
        f"{len(summary.visits)} releases visited: {by[Outcome.CHANGED]} new, "
        f"{by[Outcome.UNCHANGED]} unchanged, {by[Outcome.FAILED]} failed",
        f"{sum(line.read for line in summary.readings)} numbers read: "
        f"{sum(line.observation for line in summary.readings)} observations, "
        f"{sum(line.unmapped for line in summary.readings)} that no indicator claims, "
        f"{sum(line.quarantined for line in summary.readings)} in quarantine, "
        f"{sum(line.not_a_figure for line in summary.readings)} not figures",
    ]
    lines += [f"failed: {each.release_id}: {each.reason}" for each in _failed(summary)]
    lines += [f"unreadable: {line.release_id}: {line.error}" for line in summary.readings if line.error]
    lines += [f"held back whole: {name}: {why}" for name, why in summary.held_releases.items()]
    lines += [f"left out: {each}" for each in summary.skipped]
    return lines


def print_run(console: Console, settings: Settings, summary: RunSummary) -> None:
    """The league table, the quarantine of this run, and where everything is."""
    console.print()
    league = league_table(settings) if settings.current.exists() else None
    if league is not None:
        console.print(_league(league))
    if summary.publication is not None:
        held = quarantined(settings, summary.run_id)
        if not held.is_empty():
            console.print(_quarantine(held))
    for line in run_lines(summary)[2:]:
        console.print(f"  ! {shown(line)}", style="yellow", soft_wrap=True)
    if summary.outcome == "nothing-new":
        console.print("Nothing new: no row added, nothing published.")
    current = settings.current
    for name, text in (
        ("warehouse", f"duckdb -readonly {current}/warehouse.duckdb"),
        ("exports", f"{current}/parquet/"),
        ("queries", "gongbao query latest_league · the others: sql/queries/"),
    ):
        console.print(f"  {name:<10} {shown(text)}", soft_wrap=True)


def _failed(summary: RunSummary) -> Iterable[object]:
    return [each for each in summary.visits if each.outcome is Outcome.FAILED]


def _league(league: League) -> Table:
    table = Table(title=league.caption, title_justify="left", box=None, pad_edge=False)
    for head, justify in (
        ("rank", "right"), ("county", "left"), ("value", "right"), ("growth %", "right"),
        ("behind the leader", "right"),
    ):  # fmt: skip
        table.add_column(head, justify=justify)  # type: ignore[arg-type]
    for row in league.rows.iter_rows(named=True):
        growth = "·" if row["growth"] is None else f"{row['growth']:+.1f}"
        table.add_row(
            str(row["rank"]), row["name_zh"], f"{row['obs_value']:,.2f}", growth,
            f"{row['gap_to_leader']:,.2f}",
        )  # fmt: skip
    return table


def _quarantine(held: pl.DataFrame) -> Table:
    table = Table(title=f"In quarantine: {held.height}", title_justify="left", box=None)
    for head in ("release", "indicator", "printed", "rule", "why", "likely"):
        table.add_column(head, overflow="fold")
    for row in held.iter_rows(named=True):
        claimed = " ".join(
            str(row[name]) for name in ("indicator", "measure", "time_period") if row[name]
        )
        table.add_row(
            *(
                "·" if text is None else shown(text)
                for text in (
                    row["release_id"], claimed, row["value_text"], row["rule"], row["reason"],
                    row["suggestion"],
                )
            )
        )  # fmt: skip
    return table


def print_frame(console: Console, frame: pl.DataFrame) -> None:
    """A query's rows, every column and row of it."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, kind in frame.schema.items():
        table.add_column(name, justify="right" if kind.is_numeric() else "left", overflow="fold")
    for row in frame.iter_rows():
        table.add_row(*("" if cell is None else shown(cell) for cell in row))
    console.print(table)
    console.print(f"{frame.height} row{'' if frame.height == 1 else 's'}", style="dim")


def print_status(console: Console, settings: Settings) -> None:
    """The publication, the last runs, and the releases whose last visit failed."""
    current = settings.current.resolve().name if settings.current.exists() else None
    console.print(f"publication  {current or 'none yet: gongbao refresh'}")
    holder = lock_holder(settings.store)
    console.print(f"store        {shown(holder) if holder else 'free'}", soft_wrap=True)
    runs = summaries(settings.runs, last=50)
    if not runs:
        console.print("runs         none yet")
        return
    for run in runs[:5]:
        by = run.visits_by_outcome()
        console.print(
            f"run          {run.run_id}  {run.outcome}  {len(run.visits)} visited, "
            f"{by[Outcome.CHANGED]} new, {by[Outcome.FAILED]} failed"
            + (f"  {shown(run.reason)}" if run.reason else ""),
            soft_wrap=True,
        )
    last: dict[str, object] = {}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("release", "last checked (UTC)", "last changed (UTC)", "last visit"):
        table.add_column(head, overflow="fold")
    for run in runs:
        for visit in run.visits:
            if visit.release_id not in last:
                last[visit.release_id] = visit
                changed = f"{visit.changed_at:%Y-%m-%d %H:%M}" if visit.changed_at else "·"
                table.add_row(
                    shown(visit.release_id), f"{visit.checked_at:%Y-%m-%d %H:%M}", changed,
                    shown(visit.reason or visit.outcome),
                )  # fmt: skip
    console.print(table)
