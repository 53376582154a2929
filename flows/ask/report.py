"""What a run and the current publication say to a person, on the console or as an artifact.

Everything comes from the run's summary and from the publication: nothing here opens the store.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.ask.names import load_names
from flows.ask.query import query
from flows.catalog import load_catalog
from flows.model.causes import summarize_failures
from flows.model.nouns import Outcome
from flows.model.settings import Settings
from flows.model.text import counted, plain_number, printable
from flows.run.summary import RunSummary

_ALERTS_SHOWN = 3
_CHANGES_SHOWN = 20
_FIGURES_SHOWN = 4  # of one release and rule, on the console
_REASON_SHOWN = 160  # characters

#: GDP of a group's members, in the newest year for which most of them have a figure.
_LEAGUE = """
WITH league AS (
    FROM league_table
    WHERE group_id = $group AND indicator = 'gdp' AND measure = 'level' AND freq = 'A'
)
SELECT rank, name_zh, ref_area, time_period, obs_value, unit_measure, growth, gap_to_leader,
    members_with_figure, members
FROM league
WHERE time_period = (
    SELECT max(time_period) FROM league WHERE 2 * members_with_figure > members
)
ORDER BY rank, ref_area
"""
_MISSING = """
WITH name AS (
    SELECT ref_area, arg_max(name_zh, valid_from) AS name_zh FROM area GROUP BY ref_area
)
SELECT name_zh || CASE status WHEN 'held' THEN ' (held)' ELSE '' END AS member
FROM coverage JOIN name USING (ref_area)
WHERE group_id = $group AND indicator = 'gdp' AND measure = 'level'
    AND time_period = $period AND status <> 'present'
ORDER BY ref_area
"""


def near(path: Path) -> Path:
    """As seen from the working folder, where it lies in it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def program(name: str) -> str:
    """How to call a program of this environment from here: by name, or by its path."""
    if shutil.which(name):
        return name
    return str(near(Path(sys.executable).with_name(name)))


@dataclass(frozen=True)
class League:
    rows: pl.DataFrame
    caption: str
    missing: tuple[str, ...]  # members of which no figure is published


def league_table(settings: Settings) -> League | None:
    """GDP of the first group of ``groups.yaml``, or None where no figure is published yet."""
    catalog = load_catalog()
    if catalog.groups.is_empty():
        return None
    group = catalog.groups.row(0, named=True)
    rows = query(settings, _LEAGUE, parameters={"group": group["group_id"]})
    if rows.is_empty():
        return None
    first = rows.row(0, named=True)
    period = first["time_period"]
    caption = (
        f"GDP of {group['name_en']}, {period} ({first['unit_measure']}): "
        f"{first['members_with_figure']} of {first['members']} have a figure"
    )
    asked = {"group": group["group_id"], "period": period}
    missing = query(settings, _MISSING, parameters=asked)
    return League(rows, caption, tuple(missing["member"]))


def quarantined(settings: Settings, run_id: str) -> pl.DataFrame:
    """What this run held back, with the printed text, the reason and the likely figure."""
    return query(
        settings,
        "SELECT release_id, ref_area, indicator, measure, time_period, value_text, rule, reason,"
        " suggestion, unit_measure, stage FROM quarantine WHERE run_id = $run_id"
        " ORDER BY release_id, figure_no NULLS FIRST",
        parameters={"run_id": run_id},
    )


def run_lines(summary: RunSummary) -> list[str]:
    """A run in a few sentences."""
    by = summary.visits_by_outcome()
    lines = [
        f"{counted(len(summary.visits), 'release')} visited: {by[Outcome.CHANGED]} new, "
        f"{by[Outcome.UNCHANGED]} unchanged, {by[Outcome.FAILED]} failed",
        f"{counted(sum(line.read for line in summary.readings), 'number')} read: "
        f"{sum(line.observation for line in summary.readings)} observations, "
        f"{sum(line.unmapped for line in summary.readings)} that no indicator claims, "
        f"{sum(line.quarantined for line in summary.readings)} in quarantine, "
        f"{sum(line.not_a_figure for line in summary.readings)} not figures",
    ]
    lines += [f"failed: {line}" for line in summarize_failures(summary.visits)]
    lines += [
        f"unreadable: {line.release_id}: {line.error}" for line in summary.readings if line.error
    ]
    lines += [f"held back whole: {name}: {why}" for name, why in summary.held_releases.items()]
    lines += [f"left out: {each}" for each in summary.skipped]
    return lines


def print_run(console: Console, settings: Settings, summary: RunSummary) -> None:
    """The league table, the quarantine of this run, and where everything is."""
    console.print()
    league = league_table(settings) if settings.current.exists() else None
    if league is not None:
        _print_league(console, league)
    if summary.publication is not None:
        held = quarantined(settings, summary.run_id)
        if not held.is_empty():
            _print_quarantine(console, held)
    _print_changes(console, summary)
    _print_alerts(console, summary)
    for line in run_lines(summary)[2:]:
        console.print(f"  ! {printable(line)}", style="yellow", soft_wrap=True)
    if summary.outcome == "nothing-new":
        console.print("Nothing new: no row added, nothing published.")
    current = settings.current
    for name, text in (
        ("warehouse", f"{current}/warehouse.duckdb, for any DuckDB shell (-readonly)"),
        ("exports", f"{current}/parquet/"),
        ("queries", f"{program('gongbao')} query latest_league · the others: sql/queries/"),
        (
            "briefs",
            f"{program('gongbao')} brief {_example(league)} · check an article: gongbao check FILE",
        ),
    ):
        console.print(f"  {name:<10} {printable(text)}", soft_wrap=True)


def _example(league: League | None) -> str:
    """Something that ``gongbao brief`` can be asked."""
    if league is None:
        return "AREA"
    first = league.rows.row(0, named=True)
    return f"{first['name_zh']} --year {first['time_period']}"


def _print_league(console: Console, league: League) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    heads = ("rank", ">"), ("county", "<"), ("value", ">"), ("growth %", ">"), ("behind", ">")
    for head, side in heads:
        table.add_column(head, justify="right" if side == ">" else "left", no_wrap=True)
    for row in league.rows.iter_rows(named=True):
        growth = "·" if row["growth"] is None else f"{row['growth']:+.1f}"
        gap = "leads" if row["rank"] == 1 else f"{row['gap_to_leader']:,.2f}"
        cells = (str(row["rank"]), row["name_zh"], f"{row['obs_value']:,.2f}", growth, gap)
        table.add_row(*cells)
    console.print(league.caption, style="bold", soft_wrap=True)
    console.print(table)
    if league.missing:
        console.print(f"without a figure: {', '.join(league.missing)}", soft_wrap=True)


def _print_quarantine(console: Console, held: pl.DataFrame) -> None:
    """A line a release and rule: what was printed, why it is held, what it likely was.

    The gate's line above counts what the gate held; here is also what came to it damaged.
    """
    console.print()
    stages = dict(held.group_by("stage").len().iter_rows())
    by = ", ".join(
        f"{stages[stage]} by the {who}"
        for stage, who in (("read", "reader"), ("harmonise", "harmoniser"), ("gate", "gate"))
        if stage in stages
    )
    console.print(f"In quarantine: {held.height} ({by})", style="bold")
    for group in held.partition_by("release_id", "rule", maintain_order=True):
        release, rule, reason = group.row(0, named=True), group["rule"][0], group["reason"][0]
        figures = [_figure(row) for row in group.head(_FIGURES_SHOWN).iter_rows(named=True)]
        if group.height > _FIGURES_SHOWN:
            figures.append(f"and {group.height - _FIGURES_SHOWN} more")
        name = Text.assemble(
            "  ", (printable(release["release_id"]), "bold"), f" · {printable(rule)}"
        )
        console.print(name, soft_wrap=True)
        console.print(f"    {printable('; '.join(figures))}", soft_wrap=True)
        console.print(f"    {printable(_short(reason))}", style="dim", soft_wrap=True)


def _print_changes(console: Console, summary: RunSummary) -> None:
    """Values that were known and are no longer what they were; new ones are not news here."""
    changed = [each for each in summary.changes if each["change"] != "added"]
    if not changed:
        return
    console.print()
    console.print("Changed since the last publication", style="bold")
    for each in changed[:_CHANGES_SHOWN]:
        names = load_names()
        claim = names.claim(each["indicator"], each["measure"], each["time_period"])
        what = f"{names.area(each['ref_area'])} {claim}"
        became = "withdrawn" if each["after"] is None else plain_number(each["after"])
        line = f"  {what}: {plain_number(each['before'])} → {became}"
        console.print(printable(f"{line}  ({each['release_id']})"), soft_wrap=True)
    if len(changed) > _CHANGES_SHOWN:
        console.print(f"  and {len(changed) - _CHANGES_SHOWN} more", style="dim")


def _print_alerts(console: Console, summary: RunSummary) -> None:
    """What is overdue and which listings are not as they should be, where that began with this run.

    Releases that failed or were held have lines of their own.
    """
    begun = [alert for alert in summary.begun if alert.kind in ("overdue", "listing")]
    if not begun:
        return
    console.print()
    console.print(f"To look at: {len(begun)} (gongbao status has all)", style="bold")
    for alert in begun[:_ALERTS_SHOWN]:
        console.print(f"  {printable(_short(alert.text))}", soft_wrap=True)
    if len(begun) > _ALERTS_SHOWN:
        console.print(f"  and {len(begun) - _ALERTS_SHOWN} more", style="dim")


def _figure(row: dict[str, Any]) -> str:
    names = load_names()
    area = names.area(row["ref_area"]) if row["ref_area"] else ""
    claim = f"{area} {names.claim(row['indicator'], row['measure'], row['time_period'])}".strip()
    likely = (
        ""
        if row["suggestion"] is None
        else f" (likely {plain_number(row['suggestion'])} {row['unit_measure'] or ''})"
    )
    return f"{claim or 'a figure'} “{row['value_text']}”{likely}"


def _short(reason: str) -> str:
    return reason if len(reason) <= _REASON_SHOWN else reason[: _REASON_SHOWN - 1] + "…"
