"""Alerts: what a person should look at, told once when its cause begins and once when it ends.

    overdue   by the calendar, and not there
    listing   a listing that is blocked, drifted, cut short, overdue or unreachable
    held      a release that was held back whole
    unread    a release that no reader could read
    lost      a release that can't be fetched

An alert is known by its key, which is the same on each day that its cause lasts. A run that did not
look at a source or release leaves what is known of it as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from flows.model.nouns import Outcome
from flows.run.overdue import Overdue, list_recent
from flows.run.summary import Alert, RunSummary, read_summary


def collect_alerts(
    summary: RunSummary, overdue: list[Overdue], previous: list[Alert], today: date
) -> tuple[list[Alert], list[Alert], list[Alert]]:
    """All that are open after this run, those of them that began with it, and those that ended."""
    found = {alert.key: alert for alert in _find_alerts(summary, overdue, today)}
    looked_at = set(_list_subjects(summary))
    carried = {
        alert.key: alert
        for alert in previous
        if alert.kind != "overdue" and (alert.kind, alert.subject) not in looked_at
    }
    before = {alert.key for alert in previous}
    now = carried | found
    return (
        list(now.values()),
        [alert for alert in found.values() if alert.key not in before],
        [alert for alert in previous if alert.key not in now],
    )


def load_previous(runs: Path, run_id: str) -> list[Alert]:
    """The alerts that were open after the last run before this one that came to its end."""
    for path in sorted(runs.glob("*.json"), reverse=True):
        if path.stem < run_id:
            try:
                summary = read_summary(runs, path.stem)
            except (ValidationError, OSError):
                continue  # status says which file cannot be read
            if summary.alerts is not None:
                return summary.alerts
    return []


def _find_alerts(summary: RunSummary, overdue: list[Overdue], today: date) -> Iterator[Alert]:
    for one in list_recent(overdue, today):
        yield Alert(key=one.key, kind="overdue", subject=one.whose, text=one.describe(today))
    for listing in summary.listings:
        if not listing.outcome.is_green:
            key = f"listing:{listing.source_id}:{listing.outcome}:{listing.cause}"
            text = f"{listing.source_id}: its listing is {listing.outcome}: {listing.reason}"
            yield Alert(key=key, kind="listing", subject=listing.source_id, text=text)
    for release_id, why in summary.held_releases.items():
        yield _alert("held", release_id, f"was held back whole: {why}")
    for line in summary.readings:
        if line.error:
            yield _alert("unread", line.release_id, f"cannot be read: {line.error}")
    for visit in summary.visits:
        if visit.outcome is Outcome.FAILED:
            yield _alert("lost", visit.release_id, f"cannot be fetched: {visit.reason}")


def _alert(kind: str, subject: str, text: str) -> Alert:
    return Alert(key=f"{kind}:{subject}", kind=kind, subject=subject, text=f"{subject} {text}")


def _list_subjects(summary: RunSummary) -> Iterator[tuple[str, str]]:
    """What this run looked at, by kind of alert."""
    for listing in summary.listings:
        yield "listing", listing.source_id
    for line in summary.readings:
        yield "held", line.release_id
        yield "unread", line.release_id
    for visit in summary.visits:
        yield "lost", visit.release_id
