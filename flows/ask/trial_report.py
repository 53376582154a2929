"""A trial of a listing for a person and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.ask.trial import Trial
from flows.discover.match import Match
from flows.model.text import counted

if TYPE_CHECKING:
    from rich.console import Console

_MOST = 40  # rows that are shown of each kind


def describe_trial(trial: Trial) -> dict[str, object]:
    """All of a trial, in JSON's types."""
    return {
        "address": trial.address,
        "family": trial.family,
        "also": list(trial.also),
        "pages": [
            {
                "number": tried.number,
                "request": str(tried.request),
                "rows": len(tried.page.rows),
                "stated": {
                    "number": tried.page.number,
                    "pages": tried.page.pages,
                    "count": tried.page.count,
                },
                "next": str(tried.page.following) if tried.page.following else None,
            }
            for tried in trial.pages
        ],
        "ended": trial.ended,
        "rows": [_describe_match(match) for match in trial.matches],
        "refused": [{"link": link, "reason": reason} for link, reason in trial.refused],
        "yaml": trial.yaml,
    }


def print_trial(console: Console, trial: Trial) -> None:
    """What a person decides by: the pages, the rows with their fate, what was refused, the YAML."""
    also = f" (also possible: {', '.join(trial.also)})" if trial.also else ""
    console.print(f"{trial.address}\nfamily {trial.family}{also}")
    for tried in trial.pages:
        page = tried.page
        if page.shell:
            console.print(f"  {tried.request}: no rows of its own, it leads to {page.following}")
            continue
        dated = sum(row.seen_on is not None for row in page.rows)
        said = [
            f"says it is page {page.number}" if page.number else "",
            f"of {page.pages}" if page.pages else "",
            f"with {page.count} in all" if page.count is not None else "",
        ]
        told = " ".join(text for text in said if text)
        rows = f"{counted(len(page.rows), 'row')}, {dated} with a day"
        console.print(f"  page {tried.number}: {rows}{f'; {told}' if told else ''}")
        if page.number is not None and page.number != tried.number:
            console.print(f"  page {tried.number} was asked for, and page {page.number} came")
    console.print(f"  {trial.ended}")
    fates: dict[str, list[Match]] = {}
    for match in trial.matches:
        fates.setdefault(str(match.fate), []).append(match)
    for fate in sorted(fates, key=_ORDER.index):
        matches = fates[fate]
        console.print(f"\n{_HEADS[fate]} ({len(matches)})")
        for match in matches[:_MOST]:
            day = match.sighting.seen_on or match.sighting.date_text or "no day"
            title = match.sighting.title or match.sighting.request.url
            name = f"{match.release.release_id}: " if match.release else ""
            console.print(f"  {day}  {title}\n      {name}{match.reason}")
        if len(matches) > _MOST:
            console.print(f"  … {len(matches) - _MOST} more: --json has all")
    if trial.refused:
        console.print(f"\nnot taken at all ({len(trial.refused)})")
        for link, reason in trial.refused[:_MOST]:
            console.print(f"  {link}\n      {reason}")
    console.print(f"\nfor a file of sources/ in your catalogue's folder:\n\n{trial.yaml}")


_HEADS = {
    "taken": "in the catalogue already",
    "proposed": "would be taken",
    "edition": "another address of one of these",
    "held": "held: may be a release, and is not settled",
    "excluded": "not wanted",
}
_ORDER = list(_HEADS)


def _describe_match(match: Match) -> dict[str, object]:
    sighting, release = match.sighting, match.release
    return {
        "url": sighting.request.url,
        "request": sighting.request.to_json(),
        "title": sighting.title,
        "date_text": sighting.date_text,
        "seen_on": sighting.seen_on.isoformat() if sighting.seen_on else None,
        "fate": str(match.fate),
        "rule": match.rule,
        "reason": match.reason,
        "release_id": release.release_id if release else None,
        "ref_area": release.ref_area if release else None,
        "time_period": release.time_period if release else None,
    }
