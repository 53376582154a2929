"""What a dry run found, for a person: which readings would be made anew and why, and what changes."""

from __future__ import annotations

from rich.console import Console

from flows.ask.query import Rows
from flows.ask.rows import print_rows
from flows.model.text import counted, printable
from flows.run.changes import describe_changes
from flows.run.dry import DryRun

_SHOWN = 40


def print_dry_run(console: Console, dry: DryRun) -> None:
    """Two tables: the readings with their causes, the values that would change."""
    if dry.derived.is_empty() and not dry.retired:
        console.print(
            "Nothing would change: every reading is what today's rules make of its bytes."
        )
        return
    for release_id in dry.retired:
        console.print(printable(f"{release_id}: has left the catalogue and would be retired"))
    if dry.derived.height:
        print_rows(console, Rows.of(dry.derived.head(_SHOWN)))
        if dry.derived.height > _SHOWN:
            console.print(f"and {dry.derived.height - _SHOWN} more")
    said = describe_changes(dry.changes)
    console.print(said or "No value would change.", style="bold")
    if dry.changes.height:
        print_rows(console, Rows.of(dry.changes.head(_SHOWN)))
    console.print(
        f"{counted(dry.derived.height, 'reading')} would be made anew; nothing was changed.",
        style="dim",
    )
