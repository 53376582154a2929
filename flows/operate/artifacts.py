"""What a run leaves to look at in Prefect: the run in figures, the league table, the quarantine.

An artifact that cannot be made never fails the flow: it is a picture of the run, not the run.
"""

from __future__ import annotations

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.ask.report import league_table, quarantined, run_lines
from flows.model.settings import Settings
from flows.run.summary import RunSummary


def make_artifacts(summary: RunSummary, settings: Settings) -> None:
    """Make the artifacts of this run; a failure becomes one line in the run's log."""
    try:
        create_markdown_artifact(
            "\n".join(f"- {line}" for line in run_lines(summary)),
            key="run",
            description=f"Run {summary.run_id}: {summary.outcome}",
        )
        if summary.alerts:
            create_table_artifact(
                [{"kind": one.kind, "what": one.text} for one in summary.alerts],
                key="alerts",
                description="What a person should look at",
            )
        if summary.publication is None:
            return
        league = league_table(settings)
        if league is not None:
            create_table_artifact(
                league.rows.to_dicts(), key="league-table", description=league.caption
            )
        held = quarantined(settings, summary.run_id)
        create_table_artifact(
            held.to_dicts(), key="quarantine", description="Figures held back in this run"
        )
    except Exception as error:  # noqa: BLE001 - see the module's first line
        get_run_logger().warning("no artifact: %s", error)
