"""Alerts: each cause is told once when it begins and once when it ends, never daily."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from flows.model.listing import ListingOutcome
from flows.model.nouns import Outcome
from flows.run.alerts import collect_alerts, load_previous
from flows.run.overdue import Overdue
from flows.run.summary import Alert, ListingLine, ReadingLine, RunSummary, VisitLine

DAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
LATE = Overdue(
    calendar_id="c", whose="s", kind="communique", time_period="2025",
    due_on=date(2026, 5, 31), due=1, missing=["平阳县"],
)  # fmt: skip


def run(number: int = 1, **lines: object) -> RunSummary:
    return RunSummary(run_id=f"2026060{number}T000000Z-a", started_at=NOON, **lines)


def listing(outcome: str, cause: str = "wall", source: str = "s") -> ListingLine:
    return ListingLine(
        source_id=source, url="https://example.cn/", visited_at=NOON, requests=1, rows=0, new=0,
        changed=0, outcome=ListingOutcome(outcome), cause=cause, reason="it is so",
    )  # fmt: skip


def failed(name: str) -> VisitLine:
    return VisitLine(
        release_id=name, url="https://example.cn/", checked_at=NOON,
        outcome=Outcome.FAILED, reason="500",
    )  # fmt: skip


def collect(
    summary: RunSummary, previous: list[Alert] | None = None, overdue: list[Overdue] | None = None
) -> tuple[list[str], list[str], list[str]]:
    found = collect_alerts(summary, overdue or [], previous or [], DAY)
    now, begun, ended = ([alert.key for alert in alerts] for alerts in found)
    return now, begun, ended


def keep(summary: RunSummary, overdue: list[Overdue] | None = None) -> list[Alert]:
    return collect_alerts(summary, overdue or [], [], DAY)[0]


@pytest.mark.parametrize("outcome", [each for each in ListingOutcome if not each.is_green])
def test_a_listing_that_is_not_green_is_told_once(outcome: ListingOutcome) -> None:
    summary = run(listings=[listing(outcome)])
    key = f"listing:s:{outcome}:wall"
    assert collect(summary) == ([key], [key], [])
    assert collect(summary, keep(summary)) == ([key], [], [])
    assert collect(run(listings=[listing("nothing-new")]), keep(summary)) == ([], [], [key])


def test_another_cause_of_the_same_listing_is_told_anew() -> None:
    before = keep(run(listings=[listing("drifted", "no-rows")]))
    now = run(listings=[listing("drifted", "undated")])
    assert collect(now, before)[1:] == (
        ["listing:s:drifted:undated"],
        ["listing:s:drifted:no-rows"],
    )


def test_a_run_that_did_not_look_says_nothing_of_it() -> None:
    """A run over one source neither repeats nor ends what is known of another."""
    before = keep(run(listings=[listing("blocked")], visits=[failed("r")]))
    other = run(listings=[listing("nothing-new", source="t")])
    assert collect(other, before) == ([one.key for one in before], [], [])


def test_what_is_overdue_begins_on_its_day_and_ends_when_it_comes() -> None:
    assert collect(run(), overdue=[LATE])[1] == ["overdue:c:2025"]
    assert collect(run(), keep(run(), [LATE]), [LATE])[1:] == ([], [])
    assert collect(run(), keep(run(), [LATE]))[2] == ["overdue:c:2025"]


def test_a_gap_of_years_ago_is_no_alert() -> None:
    old = LATE.model_copy(update={"due_on": date(2025, 5, 30)})
    assert collect(run(), overdue=[old]) == ([], [], [])


def test_held_unread_and_lost_releases_are_alerts() -> None:
    unread = ReadingLine(release_id="u", reader="table", snapshot_sha256="", error="no table")
    summary = run(
        held_releases={"h": "half of it is wrong"}, readings=[unread], visits=[failed("l")]
    )
    assert collect(summary)[0] == ["held:h", "unread:u", "lost:l"]


def test_the_alerts_before_are_those_of_the_last_run_that_came_so_far(tmp_path: Path) -> None:
    alert = Alert(key="k", kind="lost", subject="r", text="…")
    run(1, alerts=[alert]).write(tmp_path)
    run(2).write(tmp_path)  # stopped before it knew
    (tmp_path / "20260603T000000Z-a.json").write_text("{")
    run(5, alerts=[]).write(tmp_path)
    assert load_previous(tmp_path, "20260604T000000Z-a") == [alert]
    assert load_previous(tmp_path, "20260606T000000Z-a") == []


class _Receiver(BaseHTTPRequestHandler):
    posted: Queue[dict[str, str]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.posted.put(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[tuple[str, Queue[dict[str, str]]]]:
    posted: Queue[dict[str, str]] = Queue()
    handler = type("Handler", (_Receiver,), {"posted": posted})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hook", posted
    server.shutdown()


@pytest.mark.slow
@pytest.mark.prefect
def test_a_server_posts_each_alert_to_the_webhook_that_was_named_last(
    prefect_server: str, hook: tuple[str, Queue[dict[str, str]]]
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.operate.alerts import emit_alerts, register_webhook

    url, posted = hook
    text = 'its listing is "blocked": 403'
    summary = run(
        begun=[Alert(key="listing:s:blocked:wall", kind="listing", subject="s", text=text)]
    )
    with temporary_settings({PREFECT_API_URL: prefect_server}):
        register_webhook("http://127.0.0.1:9/nobody")
        register_webhook(url)
        got, emitted = None, 0
        while got is None and emitted < 12:  # the server may learn of the automation a little later
            emit_alerts(summary)
            emitted += 1
            with suppress(Empty):
                got = posted.get(timeout=20)
    assert got is not None
    assert got["event"] == "gongbao.alert.begun"
    assert (got["kind"], got["subject"], got["text"]) == ("listing", "s", text)
    assert got["run"] == summary.run_id
    assert posted.qsize() < emitted  # one post an event: the second address took the first's place
