"""``gongbao status``: what is wrong, said truly, from files alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from flows.ask.schedule import find_next_run
from flows.ask.status import collect_status, format_time
from flows.catalog.calendar import Due
from flows.cli import app
from flows.model.kinds import Kind
from flows.model.nouns import Outcome
from flows.model.paths import project_folder
from flows.model.publication import publications
from flows.model.settings import Settings
from flows.publish import publish
from flows.publish.folder import rollback
from flows.run.summary import RunSummary, VisitLine
from flows.store import Store
from tests.homes import copy_home
from tests.publish_support import PINGYANG, make
from tests.store_support import Fig, doc, put, small_catalog

DAY = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
GONE = "http://127.0.0.1:9/api"  # discard: nobody answers


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", GONE)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = Settings(home=tmp_path_factory.mktemp("made") / "data")
    put(home, PINGYANG)
    make(home, "run-1")
    return home


@pytest.fixture
def home(made: Settings, tmp_path: Path) -> Settings:
    return copy_home(made, tmp_path / "data")


def write_run(settings: Settings, day: int, *, outcome: str = "published", **visits: str) -> None:
    """One run a day: ``a="failed"``; what did not fail changed on the first day."""
    at = DAY + timedelta(days=day)
    RunSummary(
        run_id=f"{at:%Y%m%dT%H%M%SZ}-aaaaaa",
        started_at=at,
        outcome=outcome,
        visits=[
            VisitLine(
                release_id=name,
                url="https://example.cn/",
                checked_at=at,
                outcome=Outcome(how),
                reason="the server says 500" if how == "failed" else None,
                changed_at=None if how == "failed" else DAY,
            )
            for name, how in visits.items()
        ],
    ).write(settings.runs)


def test_failing_since_is_the_first_of_the_failures_in_a_row(home: Settings) -> None:
    for day, how in enumerate(("failed", "changed", "failed", "failed")):
        write_run(home, day, a=how, b="unchanged")
    write_run(home, 4, b="unchanged")  # a run over other sources says nothing of it
    a, b = collect_status(home).releases
    assert (a.release_id, a.failing_since, a.last_checked) == (
        "a", DAY + timedelta(days=2), DAY + timedelta(days=3),
    )  # fmt: skip
    assert a.last_changed == DAY, "a failed visit does not wipe it"
    assert (b.failing_since, b.last_changed, b.outcome) == (None, DAY, "unchanged")
    said = CliRunner().invoke(app, ["status"], env={"GONGBAO_HOME": str(home.home)}).output
    assert said.startswith("! a fails since 2026-03-03: the server says 500")
    assert "b " not in said


def test_all_shows_each_release_and_json_has_everything(home: Settings) -> None:
    write_run(home, 0, a="changed", b="failed")
    env = {"GONGBAO_HOME": str(home.home)}
    everything = CliRunner().invoke(app, ["status", "--all"], env=env).output
    assert "last changed" in everything
    content = json.loads(CliRunner().invoke(app, ["status", "--json"], env=env).output)
    assert [one["release_id"] for one in content["releases"]] == ["a", "b"]
    assert content["publication"] == "run-1"
    assert content["releases"][0]["last_checked"] == "2026-03-01T06:30:00Z"


def test_a_sound_home_has_nothing_wrong(home: Settings) -> None:
    write_run(home, 0, a="changed")
    assert collect_status(home).wrong == []


def test_an_empty_home_says_what_to_do(settings: Settings) -> None:
    done = CliRunner().invoke(app, ["status"], env={"GONGBAO_HOME": str(settings.home)})
    assert done.exit_code == 0
    assert "none yet: gongbao refresh" in done.output
    assert not settings.home.exists(), "status writes nothing"


def test_a_rollback_is_said_and_a_clock_that_was_set_back_is_not_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, PINGYANG)
    make(settings, "run-1")
    report = settings.publications / "run-1" / "reports" / "run.json"
    about = json.loads(report.read_text(encoding="utf-8"))
    put(settings, doc("later", Fig(time_period="2020")), run=2)
    make(settings, "run-2")
    rollback(settings)
    assert collect_status(settings).rolled_back
    put(settings, doc("newest", Fig(time_period="2019")), run=3)
    make(settings, "run-3")
    report.write_text(json.dumps(about | {"published_at": "2100-01-01T00:00:00+00:00"}))
    status = collect_status(settings)
    assert (status.publication, status.rolled_back) == ("run-3", False)
    assert publications(settings)[0].name == "run-1"


def test_a_lost_link_is_wrong_and_no_rollback(home: Settings) -> None:
    home.current.unlink()
    status = collect_status(home)
    assert not status.rolled_back
    assert "gongbao publications rollback run-1" in "".join(status.wrong)


def test_a_store_that_was_deleted_is_a_warning(home: Settings) -> None:
    home.store.unlink()
    assert "is missing, though publications are kept" in "".join(collect_status(home).wrong)


@pytest.mark.parametrize("outcome", ["failed", "held", "stopped", "running"])
def test_how_the_last_run_ended_is_said_where_it_was_no_success(
    home: Settings, outcome: str
) -> None:
    write_run(home, 0, a="changed")
    write_run(home, 1, outcome=outcome, a="changed")
    [line] = collect_status(home).wrong
    assert ("killed" if outcome == "running" else outcome) in line


def test_a_runs_file_that_is_damaged_is_named(home: Settings) -> None:
    write_run(home, 0, a="changed")
    (home.runs / "20260401T000000Z-bbbbbb.json").write_text("{")
    status = collect_status(home)
    assert "20260401T000000Z-bbbbbb.json cannot be read" in "".join(status.wrong)
    assert len(status.runs) == 1


@contextmanager
def server(answer: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/api"
        running.shutdown()


def test_the_next_run_is_the_servers_where_one_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = project_folder("deployments") / "prefect.yaml"
    with server('[{"expected_start_time": "2026-03-02T22:30:00Z"}]') as api:
        monkeypatch.setenv("PREFECT_API_URL", api)
        found = find_next_run(definition, DAY)
        assert (found.certain, found.at) == (True, datetime(2026, 3, 2, 22, 30, tzinfo=UTC))
    with server("[]") as api:
        monkeypatch.setenv("PREFECT_API_URL", api)
        assert find_next_run(definition, DAY).at is None


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ((3, 1, 22, 29), (3, 1, 22, 30)),  # half past six in Shanghai
        ((3, 1, 22, 30), (3, 2, 4, 30)),  # in the season again at half past twelve
        ((3, 2, 4, 30), (3, 2, 10, 30)),
        ((3, 2, 10, 30), (3, 2, 22, 30)),
        ((6, 30, 4, 0), (6, 30, 4, 30)),
        ((6, 30, 22, 30), (7, 1, 22, 30)),  # the season is over
        ((12, 5, 12, 0), (12, 5, 18, 30)),  # the night to the first Sunday of a month
        ((12, 12, 12, 0), (12, 12, 22, 30)),  # and not to the second
    ],
)
def test_without_a_server_it_is_the_deployments(
    now: tuple[int, int, int, int], due: tuple[int, int, int, int]
) -> None:
    definition = project_folder("deployments") / "prefect.yaml"
    found = find_next_run(definition, datetime(2026, *now, tzinfo=UTC))
    assert (found.certain, found.at) == (False, datetime(2026, *due, tzinfo=UTC))


@pytest.mark.parametrize("cron", ["30 6 * *", "x 6 * * *", "30 6 31 2 *", "30 6 * * funday"])
def test_a_cron_that_cannot_be_read_names_no_next_run(tmp_path: Path, cron: str) -> None:
    definition = tmp_path / "prefect.yaml"
    definition.write_text(
        f"""deployments:
- schedules:
  - {{cron: "{cron}", timezone: Asia/Shanghai}}
"""
    )
    assert find_next_run(definition, DAY).at is None


def test_times_are_the_machines_and_shanghais(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "14:30 in Shanghai" in format_time(DAY) or "+08" in format_time(DAY)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Root may write everywhere but on a disk that is mounted read-only."""
    for command in (
        ["mount", "--bind", str(folder), str(folder)],
        ["mount", "-o", "remount,ro,bind", str(folder)],
    ):
        if subprocess.run(command, check=False, capture_output=True).returncode:
            subprocess.run(["umount", str(folder)], check=False, capture_output=True)
            pytest.skip("no permission to mount a folder read-only")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def gongbao(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from flows.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={"GONGBAO_HOME": str(home), "PREFECT_HOME": str(home.parent / "prefect")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_folder_that_cannot_be_written_is_no_traceback(home: Settings) -> None:
    write_run(home, 0, a="changed")
    with read_only(home.home):
        for arguments, code in (
            (["status"], 0),
            (["query", "SELECT 1 AS one"], 0),
            (["publications", "list"], 0),
            (["publications", "rollback", "run-1"], 5),
            (["refresh", "--bundled"], 5),
        ):
            done = gongbao(home.home, *arguments)
            assert "Traceback" not in done.stderr, done.stderr
            assert done.returncode == code, done.stdout + done.stderr
            if code:
                assert "Read-only file system" in done.stderr
                assert len(done.stderr.strip().splitlines()) == 1


def test_a_home_that_is_a_file_is_said_by_every_command(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    for arguments in (["status"], ["query", "SELECT 1"], ["refresh", "--bundled"], ["up"]):
        done = gongbao(tmp_path / "data", *arguments)
        assert (done.returncode, done.stderr.strip()) == (
            2, f"gongbao: {tmp_path / 'data'}: is a file, a folder is wanted (set GONGBAO_HOME)",
        )  # fmt: skip


def test_status_says_what_is_overdue_by_the_day_of_asking(settings: Settings) -> None:
    """The publication is the same each day; the days that have passed are not."""
    due = Due("yearly", Kind.COMMUNIQUE, "year", "05-31", "2024", "source")
    came = doc(
        "p24",
        Fig(time_period="2024"),
        title="2024年国民经济和社会发展统计公报",
        ref_area="330326",
        time_period="2024",
    )
    put(settings, came)
    with Store.open(settings, run_id="p") as store:
        publish(store, small_catalog(calendar=(due,)), settings, run_id="p", today=DAY.date())
    in_time = collect_status(settings, datetime(2026, 5, 31, 8, tzinfo=UTC))
    assert in_time.overdue == []
    # At 16:00 UTC the first of June begins in Shanghai.
    late = collect_status(settings, datetime(2026, 5, 31, 16, tzinfo=UTC))
    assert [one.key for one in late.overdue] == ["overdue:yearly:2025"]
    assert late.wrong == [
        "source: the communique of 2025 has not come (平阳县); it was due by 2026-05-31, 1 day ago"
    ]
    long_ago = collect_status(settings, datetime(2027, 6, 2, 8, tzinfo=UTC))
    assert len(long_ago.overdue) == 1
    assert not any("2025 has not come" in line for line in long_ago.wrong)
